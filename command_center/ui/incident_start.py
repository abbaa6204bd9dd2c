"""Activating a plan: choose it, see what it will do, say why, and do it.

The preview goes on in ``ui/incident_preview.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from command_center.domain.alerts import Alert
from command_center.domain.incidents import UNKNOWN
from command_center.domain.people import DRILL_PARTNER, Act, Person
from command_center.domain.plans import Plan
from command_center.domain.topics import Topic
from command_center.domain.triage import least_level
from command_center.ports import Caller, Context, MentionFilter
from command_center.ui.frame import Page, typed
from command_center.ui.incident_fit import Fit, ranked_by_fit
from command_center.ui.incident_glass import Wanted, ask_glass, look_ahead
from command_center.ui.incident_look import heading, level_name, link_to, note, plain
from command_center.ui.incident_preview import show_preview
from command_center.ui.incident_triage import ask_first, given_first
from command_center.ui.parts import empty_state
from command_center.ui.ways import e
from command_center.use_cases.activate import activate
from command_center.use_cases.choose_plan import plans_for
from command_center.use_cases.command import looking
from command_center.use_cases.lead import HIGHEST_LEVEL

NEWEST: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What makes somebody think of a plan: an alert or nothing yet, and what people write."""

    alert: Alert | None
    topics: tuple[Topic, ...]
    texts: tuple[str, ...]
    people: tuple[Person, ...]

    @property
    def topic_id(self) -> str:
        """The topic of the alert, where there is one."""
        return self.alert.topic_id if self.alert else ""

    @property
    def topic(self) -> str:
        """The name of that topic."""
        return next((topic.name for topic in self.topics if topic.id == self.topic_id), "")


def read_cause(page: Page, alert_id: str) -> Cause:
    """Read the alert, the newest mentions and the people."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        alert = store.get(Alert, alert_id) if alert_id else None
        if alert is not None and (alert.plane is not page.plane or alert.incident_id):
            alert = None
        wanted = MentionFilter(plane=page.plane, topic_id=alert.topic_id if alert else "")
        return Cause(
            alert=alert,
            topics=tuple(store.find(Topic, plane=page.plane, order="name")),
            texts=tuple(mention.text for mention in store.mentions(wanted, limit=NEWEST).mentions),
            people=tuple(
                person for person in store.find(Person, active=True, order="name") if person.id != DRILL_PARTNER
            ),
        )


def show_start(page: Page, alert_id: str) -> None:
    """Show the way to activate a plan to those who may; others see that there is nothing to do."""
    if not page.may(Act.ACTIVATE):
        empty_state(page, "incident.none", icon="crisis_alert", key="incident")
        return
    with looking(page.ctx, page.person.id, Act.ACTIVATE) as store:
        plans = plans_for(page.ctx, store, page.plane)
    if not plans:
        empty_state(page, "incident.no_plan", icon="checklist", key="incident_plan")
        link_to(page, "plans", Act.READ_PLANS, page.say("incident.to_plans"), icon="checklist")
        return
    cause = read_cause(page, alert_id)
    if cause.alert:
        note(page.say("incident.from_alert", topic=cause.topic, when=page.moment(cause.alert.at)), "▲", "bad")
    left, right = st.columns([5, 6], gap="large")
    with left:
        chosen = _choose_plan(page, ranked_by_fit([plan for plan, _ in plans], cause.texts))
        wanted = look_ahead(page, next(standing for plan, standing in plans if plan.id == chosen.id), chosen)
        form = _ask_case(page, wanted.preview.plan, cause)
    with right:
        show_preview(page, wanted.preview)
        _show_button(page, wanted, cause, form)


def _choose_plan(page: Page, ranked: Sequence[tuple[Plan, Fit]]) -> Plan:
    heading(page.say("incident.choose_plan"), page.say("incident.choose_plan_lead"))
    by_id = {plan.id: plan for plan, _ in ranked}
    chosen = st.radio(
        page.say("incident.plan"),
        list(by_id),
        format_func=lambda identity: plain(by_id[identity].title.in_language(page.language)),
        captions=[_caption(page, plan, fit) for plan, fit in ranked],
        key="inc_start_plan",
        label_visibility="collapsed",
        width="stretch",
    )
    return by_id[str(chosen)]


def _caption(page: Page, plan: Plan, fit: Fit) -> str:
    text = plain(plan.summary.in_language(page.language))
    level = plain(page.say("incident.from_level", level=plan.default_level))
    if not fit.texts:
        return f"{level}  \n{text}"
    words = ", ".join(fit.words[:3])
    hit = plain(page.say("incident.fits", count=fit.texts, of=page.number(fit.of), words=words))
    return f":material/arrow_right: **{hit}**  \n{level}  \n{text}"


def _ask_case(page: Page, plan: Plan, cause: Cause) -> int:
    """Ask what only people know; returns the least level that follows."""
    heading(page.say("incident.about"))
    st.text_input(
        page.say("incident.title_of_case"),
        key="inc_start_title",
        max_chars=120,
        placeholder=plan.title.in_language(page.language),
    )
    _ask_topic(page, cause)
    _ask_conflicted(page, cause)
    least = _ask_level(page, plan)
    st.text_area(
        page.say("incident.start_reason"),
        key="inc_start_reason",
        max_chars=1000,
        height=90,
        placeholder=page.say("incident.start_reason_hint"),
    )
    return least


def _ask_topic(page: Page, cause: Cause) -> None:
    if cause.alert is not None or not cause.topics:
        return
    names = {topic.id: topic.name for topic in cause.topics}
    st.selectbox(
        page.say("incident.topic"),
        ["", *names],
        format_func=lambda identity: names.get(identity) or page.say("incident.no_topic"),
        index=1 if len(names) == 1 else 0,
        key="inc_start_topic",
    )


def _ask_conflicted(page: Page, cause: Cause) -> None:
    names_of = {person.id: person.name for person in cause.people}
    st.multiselect(
        page.say("incident.conflicted"),
        list(names_of),
        format_func=lambda identity: names_of.get(identity, identity),
        key="inc_start_conflicted",
        help=page.say("incident.conflicted_help"),
        placeholder=page.say("incident.conflicted_none"),
    )


def _ask_level(page: Page, plan: Plan) -> int:
    """Ask the triage questions, then the level; returns the least one that the answers leave."""
    with st.expander(page.say("triage.first"), expanded=True, icon=":material/quiz:", key="inc_start_triage"):
        ask_first(page, plan)
    least = max(plan.default_level, least_level(plan, given_first(plan)))
    st.selectbox(
        page.say("incident.level"),
        list(range(least, HIGHEST_LEVEL + 1)),
        format_func=lambda level: level_name(page, level),
        key=f"inc_start_level_{plan.id}_{least}",
        help=page.say("incident.level_least", level=least),
    )
    return least


def _show_button(page: Page, wanted: Wanted, cause: Cause, least: int) -> None:
    plan, glass = wanted.preview.plan, ask_glass(page, wanted)
    page.trouble("activate")
    st.button(
        page.say("incident.break_glass" if wanted.preview.glass else "incident.activate"),
        key="inc_activate",
        type="primary",
        icon=":material/crisis_alert:",
        width="stretch",
        disabled=not glass,
        on_click=page.act(
            "activate",
            activate_as_typed,
            done="incident.activated",
            then=st.query_params.clear,
            clear=("inc_start_reason", "inc_start_title", "inc_start_conflicted"),
            plan_id=plan.id,
            plane=page.plane,
            reason=typed("inc_start_reason"),
            title=typed("inc_start_title"),
            topic_id=typed("inc_start_topic", cause.topic_id),
            alert_id=cause.alert.id if cause.alert else "",
            level=typed(f"inc_start_level_{plan.id}_{least}", least),
            conflicted=typed("inc_start_conflicted", []),
            as_edited=wanted.as_edited,
            break_glass=bool(wanted.preview.glass),
            **{f"answer:{code}": typed(f"inc_start_{plan.id}_{code}", UNKNOWN) for code in given_first(plan)},
        ),
    )
    st.html(f'<p class="cci-small">{e(page.say("incident.activate_note"))}</p>')


def activate_as_typed(ctx: Context, caller: Caller, *, conflicted: Sequence[str], **case: Any) -> str:
    """Activate with the people as the widget names them and the answers given; returns the incident's id."""
    answers = {name.partition(":")[2]: str(case.pop(name) or UNKNOWN) for name in list(case) if ":" in name}
    known = {question: answer for question, answer in answers.items() if answer != UNKNOWN}
    return activate(ctx, caller, conflicted=tuple(conflicted), answers=known, **case)
