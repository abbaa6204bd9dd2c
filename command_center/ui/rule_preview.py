"""What alert rules would have raised in the recorded weeks, before they are in force; a budget that chooses them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from command_center import texts
from command_center.domain.alerts import JudgedBucket
from command_center.domain.buckets import BUCKET
from command_center.domain.people import Act
from command_center.domain.rules import RuleKind, Rules, RuleSet, SpikeRule
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError
from command_center.ports import Caller, Context
from command_center.ui.frame import Page
from command_center.ui.incident_look import dot, heading, note, row, rows
from command_center.ui.parts import when
from command_center.use_cases.command import looking
from command_center.use_cases.keep_rules import change_rules
from command_center.use_cases.preview_rules import WouldBe, preview_rules, rules_for_budget

WEEKS = 8
SHOWN = 8
_KEPT_SECONDS = 600


def show_preview(page: Page, topics: Sequence[Topic], wanted: Rules) -> list[Topic]:
    """Show what the rules would have raised for these topics; returns those that are recorded."""
    heading(page.say("rules.preview"))
    if not page.may(Act.READ_PICTURE):
        note(page.say("rules.preview_not_yours"))
        return []
    recorded = {topic.id: span for topic in topics if (span := _recorded(page, topic)) is not None}
    known = [topic for topic in topics if topic.id in recorded]
    if not known:
        note(page.say("rules.nothing_recorded"))
        return []
    try:
        found = [(item, topic) for topic in known for item in _would_be(page, topic, wanted, recorded[topic.id][1])]
    except CommandCenterError as error:
        note(texts.say_error(page.language, error), "!", "warn")
        return known
    found.sort(key=lambda each: each[0].at, reverse=True)
    _show_count(page, [item for item, _ in found], max(last - first for first, last in recorded.values()))
    several = len(known) > 1
    listed = [_row(page, item, topic.name if several else "") for item, topic in found]
    rows(listed[:SHOWN], kind="slim")
    if len(listed) > SHOWN:
        with st.expander(page.say("rules.show_all", count=len(listed) - SHOWN), key="rule_all"):
            rows(listed[SHOWN:], kind="slim")
    note(page.say("rules.preview_silence"))
    return known


def _recorded(page: Page, topic: Topic) -> tuple[datetime, datetime] | None:
    """Return from when to when a topic was judged, at most the weeks the preview looks back."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        last = store.find(JudgedBucket, topic_id=topic.id, order="at", descending=True, limit=1)
        first = store.find(JudgedBucket, topic_id=topic.id, order="at", limit=1)
    if not last:
        return None
    end = last[0].at + BUCKET
    return max(first[0].at, end - timedelta(weeks=WEEKS)), end


def _would_be(page: Page, topic: Topic, wanted: Rules, until: datetime) -> list[WouldBe]:
    """Replay; the same question within a while has the same answer, and replaying weeks takes a moment."""
    known: dict[object, tuple[datetime, list[WouldBe]]] = st.session_state.setdefault("rule_replayed", {})
    key = (topic.id, repr(wanted), until)
    if key not in known or (page.now - known[key][0]).total_seconds() > _KEPT_SECONDS:
        for old in list(known)[:-20]:
            del known[old]
        known[key] = page.now, preview_rules(page.ctx, page.person.id, topic.id, wanted, WEEKS)
    return known[key][1]


def _show_count(page: Page, found: Sequence[WouldBe], span: timedelta) -> None:
    length = texts.span(page.language, span)
    st.markdown(page.say("rules.would_have", count=len(found), span=length))
    kinds = Counter(item.kind for item in found)
    parts = [f"{page.word(kind)}: {page.number(kinds[kind])}" for kind in RuleKind if kinds[kind]]
    false = sum(item.was_real is False for item in found)
    parts += [page.say("rules.false_ones", count=false)] if false else []
    if parts:
        st.caption(" · ".join(parts))


def _row(page: Page, item: WouldBe, topic: str) -> str:
    name = page.word(item.kind) + (f" „{item.key}“" if item.key else "")
    first = [name, when(page, item.at), *([topic] if topic else [])]
    further = [page.say("rules.would_be_level", level=item.level)] if item.level else []
    further += [page.say("rules.would_escalate")] if item.escalates else []
    further += [page.say("rules.would_peak", names=", ".join(item.expected_peaks))] if item.expected_peaks else []
    if item.was_real is not None:
        further.append(page.say("rules.was_real" if item.was_real else "rules.was_not_real"))
    shape, kind = ("▼", "calm") if item.kind is RuleKind.DROP else ("▲", "bad")
    return row(dot(shape, kind), " · ".join(first), " · ".join(further))


def show_budget(page: Page, topic: Topic, inforce: RuleSet) -> None:
    """Let the house look for the rule that keeps to a number of false alarms."""
    with st.expander(page.say("rules.budget"), icon=":material/savings:", key="rule_budget_part"):
        st.caption(page.say("rules.budget_lead"))
        budget = st.number_input(
            page.say("rules.budget_ask"), min_value=0.0, max_value=30.0, value=2.0, key="rule_budget"
        )
        if not st.button(page.say("rules.budget_solve"), key="rule_solve"):
            return
        try:
            spike = rules_for_budget(page.ctx, page.person.id, topic.id, float(budget))
        except CommandCenterError as error:
            note(texts.say_error(page.language, error), "!", "warn")
            return
        note(page.say("rules.budget_found", ratio=page.number(spike.ratio), floor=page.number(spike.floor)))
        st.button(
            page.say("rules.budget_take"),
            key="rule_take",
            on_click=page.act("budget", _take, done="rules.saved", inforce=inforce, topic_id=topic.id, spike=spike),
        )


def _take(ctx: Context, caller: Caller, *, inforce: RuleSet, topic_id: str, spike: SpikeRule) -> str:
    return change_rules(
        ctx, caller, rules=replace(inforce.rules, spike=spike), based_on=inforce.version, topic_id=topic_id
    )
