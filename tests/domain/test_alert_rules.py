"""Each alert rule on its own: when it holds, when it just doesn't, and what it says it saw."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.alert_rules import Find, Lately, Seen, Tone, Voice, hits, lower_bound, unmet
from command_center.domain.alerts import Surge, Window
from command_center.domain.rules import (
    AuthorityRule,
    ExpectedPeak,
    HardWord,
    KeywordRule,
    PeakRule,
    RuleKind,
    Rules,
    SpikeRule,
    changed_rules,
    check,
    expected_peaks,
)
from command_center.domain.signs import Severity
from command_center.errors import BadInput

AT = datetime(2026, 3, 3, 14, tzinfo=UTC)
WINDOW = Window(mentions=40, distinct_texts=10, authors=5, negative=9, reach=100)
SURGE = Surge(ear="mentions", score=0.6, ratio=4.0, lasting=2, minutes=15)


def kinds(seen: Seen, rules: Rules | None = None) -> list[RuleKind]:
    return [hit.kind for hit in hits(rules or Rules(), seen)]


def spike(**changes: object) -> Seen:
    return replace(Seen(at=AT, surge=SURGE, asked=True, window=WINDOW), **changes)  # type: ignore[arg-type]


def test_a_spike_holds_when_floor_authors_ratio_and_persistence_do() -> None:
    (hit,) = hits(Rules(), spike())
    assert hit.kind is RuleKind.SPIKE
    assert hit.saw == {"ear": "mentions", "ear_ratio": 4.0, "lasting": 2, "copies": 30}


@pytest.mark.parametrize(
    ("seen", "missing"),
    [
        (spike(window=replace(WINDOW, distinct_texts=9)), "floor"),
        (spike(window=replace(WINDOW, authors=4)), "authors"),
        (spike(surge=replace(SURGE, ratio=2.9)), "ratio"),
        (spike(surge=replace(SURGE, lasting=1)), "persistence"),
    ],
)
def test_each_condition_of_a_spike_alone_holds_it_back(seen: Seen, missing: str) -> None:
    assert kinds(seen) == []
    assert seen.window is not None
    assert seen.surge is not None
    assert unmet(SpikeRule(), seen.window, ratio=seen.surge.ratio, lasting=seen.surge.lasting) == (missing,)


def test_four_hundred_copies_are_one_mention_for_the_floor_but_shown() -> None:
    copies = replace(WINDOW, mentions=400, distinct_texts=1, authors=200)
    assert kinds(spike(window=copies)) == []
    (hit,) = hits(replace(Rules(), spike=SpikeRule(floor=1)), spike(window=copies))
    assert hit.saw["copies"] == 399


def test_one_author_with_four_hundred_posts_is_no_storm() -> None:
    assert kinds(spike(window=replace(WINDOW, mentions=400, distinct_texts=400, authors=1))) == []


def test_a_sudden_surge_need_not_last() -> None:
    assert kinds(spike(surge=replace(SURGE, lasting=1, ratio=10.0))) == [RuleKind.SPIKE]


def test_a_surge_nobody_asked_about_is_no_spike() -> None:
    assert kinds(spike(asked=False)) == []


def test_one_mention_with_a_hard_word_is_enough_and_each_word_hits_once() -> None:
    finds = (
        Find(word="Todesfall", mention_id="1", severity=Severity.DEATH),
        Find(word="Todesfall", mention_id="2", severity=Severity.DEATH),
        Find(word="recall", mention_id="3"),
    )
    found = hits(Rules(), Seen(at=AT, finds=finds, learning=True))
    assert [(hit.key, hit.severity, hit.saw["mentions_with_word"]) for hit in found] == [
        ("Todesfall", Severity.DEATH, 2),
        ("recall", None, 1),
    ]
    only = replace(Rules(), keywords=KeywordRule(words=(HardWord(word="recall"),)))
    assert [hit.key for hit in hits(only, Seen(at=AT, finds=finds))] == ["recall"]


@pytest.mark.parametrize(
    ("tone", "holds"),
    [
        (Tone(judged=40, negative=30, usual_share=0.2), True),
        (Tone(judged=19, negative=19, usual_share=0.2), False),
        (Tone(judged=40, negative=19, usual_share=0.1), False),
        (Tone(judged=40, negative=30, usual_share=0.6), False),
        (Tone(judged=20, negative=11, usual_share=0.29), False),  # so few that it may be chance
    ],
)
def test_the_negative_share_must_be_high_unusual_and_no_chance(tone: Tone, holds: bool) -> None:
    assert kinds(Seen(at=AT, tone=tone)) == ([RuleKind.NEGATIVE] if holds else [])


def test_the_negative_share_waits_while_the_usual_one_is_learnt() -> None:
    assert kinds(Seen(at=AT, tone=Tone(judged=40, negative=40), learning=True)) == []


def test_the_lower_bound_never_leaves_the_shares() -> None:
    assert lower_bound(0, 0) == 0.0
    assert lower_bound(0, 10) == pytest.approx(0.0)
    assert lower_bound(10, 10) < 1.0
    assert lower_bound(500, 1000) == pytest.approx(0.4528, abs=1e-3)


def test_an_authority_is_one_by_reach_or_by_being_listed() -> None:
    rules = replace(Rules(), authority=AuthorityRule(handles=("@Tagesschau",)))
    voices = (
        Voice(author="star", mention_id="1", reach=600_000, negative=True),
        Voice(author="star", mention_id="2", reach=600_000, negative=True),
        Voice(author="friend", mention_id="3", reach=900_000, negative=False),
        Voice(author="tagesschau", mention_id="4", reach=10, negative=True),
        Voice(author="nobody", mention_id="5", reach=10, negative=True),
    )
    found = hits(rules, Seen(at=AT, voices=voices))
    assert [(hit.kind, hit.key) for hit in found] == [
        (RuleKind.AUTHORITY, "star"),
        (RuleKind.AUTHORITY, "tagesschau"),
    ]
    friendly_too = replace(rules, authority=AuthorityRule(only_negative=False))
    assert {hit.key for hit in hits(friendly_too, Seen(at=AT, voices=voices))} == {"star", "friend"}


@pytest.mark.parametrize(
    ("lately", "holds"),
    [
        (Lately(mentions=5, expected=60, complete=True), True),
        (Lately(mentions=7, expected=60, complete=True), False),
        (Lately(mentions=0, expected=49, complete=True), False),
        (Lately(mentions=0, expected=60, complete=False), False),
    ],
)
def test_a_drop_needs_enough_to_be_missed(lately: Lately, holds: bool) -> None:
    assert kinds(Seen(at=AT, lately=lately)) == ([RuleKind.DROP] if holds else [])


@pytest.mark.parametrize("kind", ["spike", "keywords", "negative", "authority", "drop"])
def test_a_rule_that_is_switched_off_never_hits(kind: str) -> None:
    seen = spike(
        finds=(Find(word="recall", mention_id="1"),),
        tone=Tone(judged=50, negative=50, usual_share=0.1),
        voices=(Voice(author="a", mention_id="1", reach=10**6, negative=True),),
        lately=Lately(mentions=0, expected=100, complete=True),
    )
    assert len(kinds(seen)) == 5
    rules = Rules()
    off = replace(rules, **{kind: replace(getattr(rules, kind), active=False)})
    assert [hit.value for hit in kinds(seen, off)] == [hit.value for hit in kinds(seen) if hit.value != kind]


def test_an_expected_peak_annotates_and_suppresses_nothing() -> None:
    launch = ExpectedPeak(name="Messe", begins=AT, ends=AT + timedelta(hours=1))
    rules = replace(Rules(), peaks=PeakRule(peaks=(launch,)))
    assert hits(rules, spike()) == hits(Rules(), spike())
    assert expected_peaks(rules, AT) == ("Messe",)
    assert expected_peaks(rules, launch.ends) == ()
    assert expected_peaks(replace(rules, peaks=replace(rules.peaks, active=False)), AT) == ()


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (Rules(spike=SpikeRule(floor=0)), "rules.out_of_bounds"),
        (Rules(spike=SpikeRule(ratio=float("nan"))), "rules.out_of_bounds"),
        (Rules(cool_down_minutes=-1), "rules.out_of_bounds"),
        (Rules(keywords=KeywordRule(words=(HardWord(word="  "),))), "rules.word_needed"),
        (Rules(peaks=PeakRule(peaks=(ExpectedPeak(name=" ", begins=AT, ends=AT),))), "rules.peak_name_needed"),
        (Rules(peaks=PeakRule(peaks=(ExpectedPeak(name="a", begins=AT, ends=AT),))), "rules.peak_ends_first"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: Rules, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check(rules)
    assert refused.value.code == code


def test_the_shipped_rules_pass_their_own_check_and_a_change_is_named() -> None:
    rules = Rules()
    assert check(rules) is rules
    assert changed_rules(rules, replace(rules, spike=SpikeRule(floor=20), cool_down_minutes=60)) == (
        "spike",
        "cool_down_minutes",
    )
