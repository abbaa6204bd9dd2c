"""Settings: when people are told. The rules of the house or of a topic, their preview, and how they came to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from command_center.domain.people import Act, Person
from command_center.domain.rules import FOR_ALL, RuleSet
from command_center.domain.topics import Topic
from command_center.ports import Caller, Context
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page
from command_center.ui.incident_look import dot, heading, note, row, rows
from command_center.ui.rule_fields import GROUPS, draft, rules_of, show_fields, typed_in
from command_center.ui.rule_preview import show_budget, show_preview
from command_center.use_cases.command import SYSTEM, looking
from command_center.use_cases.keep_rules import RuleChange, change_rules, follow_house, rule_history, rules_for

_LONG = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whose rules are shown: a topic's or, without one, the house's; ``concerned`` are the topics they hold for."""

    topic: Topic | None
    inforce: RuleSet
    concerned: tuple[Topic, ...]
    people: Mapping[str, Person]

    @property
    def topic_id(self) -> str:
        """The topic's id, empty for the house."""
        return self.topic.id if self.topic else ""

    @property
    def own(self) -> bool:
        """Tell whether the topic has rules of its own."""
        return self.topic is not None and self.inforce.id == self.topic.id


def show_rules(page: Page) -> None:
    """Show the rules of a topic or the house, let them be changed, and say what they would have done."""
    heading(page.say("rules.title"), page.say("rules.lead"))
    chosen = _choose(page)
    _show_whose(page, chosen)
    wanted = draft(page, chosen.inforce, chosen.topic_id)
    with st.grid(2, min_column_width=360, gap="large") as grid:
        with grid.cell(), st.container(key="set_rules", gap="small"):
            show_fields(page, chosen.inforce, chosen.topic_id, wanted)
            _show_buttons(page, chosen, changed=wanted != chosen.inforce.rules)
        with grid.cell(), st.container(key="card_rule_preview", gap="small"):
            recorded = show_preview(page, chosen.concerned, wanted)
            if chosen.topic and recorded:
                show_budget(page, chosen.topic, chosen.inforce)
    _show_history(page, chosen)


def _choose(page: Page) -> Chosen:
    with looking(page.ctx, page.person.id, Act.WRITE_TOPIC) as store:
        topics = store.find(Topic, plane=page.plane, order="name")
        sets = {topic.id: rules_for(store, topic.id) for topic in topics}
        house = rules_for(store, "")
        people = {person.id: person for person in store.find(Person)}
    names = {topic.id: topic.name for topic in topics}
    picked = st.selectbox(
        page.say("rules.topic"),
        ["", *names],
        index=1 if names else 0,
        format_func=lambda identity: _option(page, names, sets, identity),
        key="rule_topic",
        width=460,
    )
    topic = next((topic for topic in topics if topic.id == picked), None)
    following = tuple(each for each in topics if sets[each.id].id == FOR_ALL)
    return Chosen(
        topic=topic,
        inforce=sets[topic.id] if topic else house,
        concerned=(topic,) if topic else following,
        people=people,
    )


def _option(page: Page, names: Mapping[str, str], sets: Mapping[str, RuleSet], identity: str) -> str:
    if identity not in names:
        return page.say("rules.all_topics")
    return names[identity] + (f" · {page.say('rules.own')}" if sets[identity].id == identity else "")


def _show_whose(page: Page, chosen: Chosen) -> None:
    inforce = chosen.inforce
    if inforce.changed_by == SYSTEM:
        said = page.say("rules.whose_shipped", version=inforce.version)
    else:
        who = doer_name(page, chosen.people, inforce.changed_by)
        said = page.say("rules.version", version=inforce.version, who=who, when=page.moment(inforce.changed_at))
    if chosen.topic is None:
        names = ", ".join(topic.name for topic in chosen.concerned) or page.say("rules.no_topic")
        note(f"{said} {page.say('rules.whose_house', names=names)}")
    elif chosen.own:
        note(f"{said} {page.say('rules.whose_own')}", "◆", "one_voice")
    else:
        note(f"{said} {page.say('rules.whose_follows', topic=chosen.topic.name)}")


def _show_buttons(page: Page, chosen: Chosen, *, changed: bool) -> None:
    page.trouble("rules")
    if changed:
        note(page.say("rules.unsaved"), "●", "warn")
    with st.container(horizontal=True, gap="small", key="rule_acts"):
        st.button(
            page.say("rules.save"),
            key="rule_save",
            type="primary",
            on_click=page.act(
                "rules",
                _save,
                done="rules.saved",
                inforce=chosen.inforce,
                topic_id=chosen.topic_id,
                zone=page.zone,
                **typed_in(chosen.inforce, chosen.topic_id),
            ),
        )
        if chosen.own:
            st.button(
                page.say("rules.follow"),
                key="rule_follow",
                icon=":material/undo:",
                on_click=page.act(
                    "rules",
                    follow_house,
                    done="rules.followed",
                    topic_id=chosen.topic_id,
                    based_on=chosen.inforce.version,
                ),
            )


def _save(ctx: Context, caller: Caller, *, inforce: RuleSet, topic_id: str, zone: str, **given: Any) -> str:
    rules = rules_of(inforce.rules, given, zone)
    return change_rules(ctx, caller, rules=rules, based_on=inforce.version, topic_id=topic_id)


def _show_history(page: Page, chosen: Chosen) -> None:
    changes = rule_history(page.ctx, page.person.id, chosen.topic_id)
    with st.expander(page.say("rules.history", count=len(changes)), icon=":material/history:", key="rule_history"):
        if not changes:
            st.caption(page.say("rules.history_none"))
        rows([_change(page, chosen, change) for change in changes], kind="slim")


def _change(page: Page, chosen: Chosen, change: RuleChange) -> str:
    who = doer_name(page, chosen.people, change.by)
    first = page.say("rules.version", version=change.version, who=who, when=page.moment(change.at))
    what = [page.say("rules.history_followed")] if change.follows_house else []
    what += [_difference(page, place, *values) for place, values in change.differences.items()]
    return row(dot("●"), first, *(what or [page.say("rules.history_same")]))


def _difference(page: Page, place: str, before: object, after: object) -> str:
    return page.say(
        "rules.difference",
        name=_name(page, place),
        before=_value(page, place, before),
        after=_value(page, place, after),
    )


def _name(page: Page, place: str) -> str:
    kind, _, part = place.partition(".")
    group = page.say(f"rules.group_{kind}") if kind in GROUPS else page.say("rules.group_storm")
    if part in {"active", "words", "peaks"} or (not part and kind in GROUPS):
        return group
    return f"{group}, {page.say(f'rule_setting.{place}')}"


def _value(page: Page, place: str, value: object) -> str:
    if isinstance(value, bool):
        return page.say("rules.on" if value else "rules.off")
    field = next((each for group in GROUPS.values() for each in group if each.place == place), None)
    if isinstance(value, int | float):
        percent = field is not None and field.kind == "percent"
        if field is not None and field.kind == "a_week":
            value = 1 / value - 1
        return f"{page.number(round(100 * value if percent else value, 3))}{' %' if percent else ''}"
    if isinstance(value, list):
        return _listed(page, value)
    return str(value) if value else "–"


def _listed(page: Page, items: Sequence[Any]) -> str:
    words = ", ".join(
        str(item.get("word") or item.get("name")) if isinstance(item, dict) else str(item) for item in items
    )
    shown = words if len(words) <= _LONG else f"{words[:_LONG].rstrip(' ,')}…"
    return shown or page.say("rules.none")
