"""Settings: when people are told. The rules, what they would have raised lately, and a budget that chooses them."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from command_center import texts
from command_center.domain.alerts import JudgedBucket
from command_center.domain.people import Act
from command_center.domain.rules import HardWord, Rules, RuleSet, SpikeRule
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError
from command_center.ports import Caller, Context
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import dot, heading, note, row, rows
from command_center.ui.parts import when
from command_center.use_cases.command import looking
from command_center.use_cases.keep_rules import change_rules, rules_for
from command_center.use_cases.preview_rules import WouldBe, preview_rules, rules_for_budget

WEEKS = 8
SHOWN = 12
_NUMBERS = (
    ("floor", 1, 1000),
    ("authors", 1, 1000),
    ("ratio", 1.0, 100.0),
    ("persistence", 1, 24),
    ("sudden", 1.0, 100.0),
)


def show_rules(page: Page) -> None:
    """Show the rules of a topic, let them be changed, and say what they would have done."""
    heading(page.say("rules.title"), page.say("rules.lead"))
    with looking(page.ctx, page.person.id, Act.WRITE_TOPIC) as store:
        topics = store.find(Topic, plane=page.plane, order="name")
        chosen = _choose(page, topics)
        inforce = rules_for(store, chosen.id if chosen else "")
        judged = bool(chosen and store.find(JudgedBucket, topic_id=chosen.id, limit=1))
    st.caption(page.say("rules.version", version=inforce.version))
    with st.container(key="set_rules", gap="small"):
        wanted = _ask(page, inforce)
        page.trouble("rules")
        st.button(
            page.say("rules.save"),
            key="rule_save",
            type="primary",
            on_click=page.act(
                "rules",
                _save,
                done="rules.saved",
                inforce=inforce,
                topic_id=chosen.id if chosen else "",
                words=typed("rule_words", ""),
                **{name: typed(f"rule_{name}", getattr(inforce.rules.spike, name)) for name, _, _ in _NUMBERS},
            ),
        )
    if chosen and judged:
        _show_preview(page, chosen, wanted)
        _show_budget(page, chosen, inforce)
    elif chosen:
        note(page.say("rules.nothing_recorded"))


def _choose(page: Page, topics: Sequence[Topic]) -> Topic | None:
    names = {topic.id: topic.name for topic in topics}
    picked = st.selectbox(
        page.say("rules.topic"),
        ["", *names],
        index=1 if names else 0,
        format_func=lambda identity: names.get(identity, page.say("rules.all_topics")),
        key="rule_topic",
    )
    return next((topic for topic in topics if topic.id == picked), None)


def _ask(page: Page, inforce: RuleSet) -> Rules:
    spike = inforce.rules.spike
    with st.grid("auto", min_column_width=190, gap="small") as grid:
        for name, least, most in _NUMBERS:
            with grid.cell():
                st.number_input(
                    page.say(f"rules.{name}"),
                    min_value=least,
                    max_value=most,
                    value=min(most, getattr(spike, name)),
                    key=f"rule_{name}",
                    help=page.say(f"rules.{name}_why"),
                )
    known = ", ".join(word.word for word in inforce.rules.keywords.words)
    st.text_area(page.say("rules.words"), value=known, key="rule_words", help=page.say("rules.words_why"))
    given = {name: st.session_state.get(f"rule_{name}", getattr(spike, name)) for name, _, _ in _NUMBERS}
    return _rules(inforce, str(st.session_state.get("rule_words", known)), given)


def _rules(inforce: RuleSet, words: str, spike: dict[str, object]) -> Rules:
    severe = {word.word: word for word in inforce.rules.keywords.words}
    named = tuple(dict.fromkeys(word.strip() for word in words.replace("\n", ",").split(",") if word.strip()))
    keywords = replace(inforce.rules.keywords, words=tuple(severe.get(word, HardWord(word=word)) for word in named))
    return replace(inforce.rules, keywords=keywords, spike=replace(inforce.rules.spike, **spike))  # type: ignore[arg-type]


def _save(ctx: Context, caller: Caller, *, inforce: RuleSet, topic_id: str, words: str, **spike: object) -> str:
    return change_rules(ctx, caller, rules=_rules(inforce, words, spike), based_on=inforce.version, topic_id=topic_id)


def _show_preview(page: Page, topic: Topic, wanted: Rules) -> None:
    heading(page.say("rules.preview"))
    try:
        found = preview_rules(page.ctx, page.person.id, topic.id, wanted, WEEKS)
    except CommandCenterError as error:
        note(texts.say_error(page.language, error), "!", "warn")
        return
    st.markdown(page.say("rules.would_have", count=len(found), weeks=WEEKS))
    rows([_would_be(page, item) for item in found[-SHOWN:]])


def _would_be(page: Page, item: WouldBe) -> str:
    judged = "" if item.was_real is None else page.say("rules.was_real" if item.was_real else "rules.was_not_real")
    return row(dot("▲", "late"), f"{page.word(item.kind)} · {when(page, item.at)}", judged)


def _show_budget(page: Page, topic: Topic, inforce: RuleSet) -> None:
    heading(page.say("rules.budget"), page.say("rules.budget_lead"))
    budget = st.number_input(page.say("rules.budget_ask"), min_value=0.0, max_value=30.0, value=2.0, key="rule_budget")
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
