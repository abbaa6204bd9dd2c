"""The level proposal: what each level needs, what lifts it, and that more of a storm never lowers it."""

import math
from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_center.domain.levels import SHIPPED, Doubt, LevelCriteria, LevelProposal, propose
from command_center.domain.plans import LevelFloor
from command_center.domain.signs import SHARES, Channel, Severity, Sign, Signs
from command_center.errors import BadInput
from command_center.texts import LANGUAGES, knows

CALM = Signs(ratio=1.0, authors=3)
SURGE = Signs(score=0.7, ratio=6.0, lasting=4, authors=15, channels=(Channel(network="x", mentions=60, hours=3.0),))
SPREAD = replace(SURGE, channels=(*SURGE.channels, Channel(network="reddit", mentions=8, hours=2.5)), media=1)
PROTEST = replace(SPREAD, media=4, repeat_authors=12, negative_share=0.7, judged=80)
CAMPAIGN = replace(PROTEST, media=14, growth=0.4)
HURRICANE = replace(CAMPAIGN, severity=frozenset({Severity.THREATS}))
LADDER = (CALM, replace(CALM, score=0.25), SURGE, SPREAD, PROTEST, CAMPAIGN, HURRICANE)

shares = st.floats(0.0, 1.0)
amounts = st.one_of(st.integers(0, 12), st.integers(0, 10**9))
channels = st.builds(
    Channel, network=st.sampled_from(["x", "reddit", "news"]), mentions=amounts, hours=st.floats(0, 48), usual=amounts
)
some_signs = st.builds(
    Signs,
    score=shares,
    ratio=st.floats(0, 50),
    lasting=amounts,
    authors=amounts,
    usual_authors=st.floats(0, 200),
    repeat_authors=amounts,
    channels=st.lists(channels, max_size=4).map(tuple),
    media=amounts,
    usual_media=st.floats(0, 10),
    negative_share=shares,
    judged=amounts,
    growth=st.floats(-3, 3),
    hashtag_share=shares,
    hard_words=amounts,
    severity=st.frozensets(st.sampled_from(Severity)),
    answers=st.lists(st.builds(LevelFloor, when=st.text(max_size=5), level=st.integers(-1, 9)), max_size=2).map(tuple),
    delivered=shares,
    learning=st.booleans(),
)


def doubts(signs: Signs) -> set[Doubt]:
    return set(propose(signs).doubts)


def wanted(proposal: LevelProposal) -> dict[int, set[Sign]]:
    return {gap.level: {criterion.sign for criterion in gap.criteria} for gap in proposal.missing}


@pytest.mark.parametrize(("level", "signs"), list(enumerate(LADDER)))
def test_each_level_has_its_signs(level: int, signs: Signs) -> None:
    assert propose(signs).level == level


def test_one_hard_word_is_light_air_without_any_volume() -> None:
    assert propose(Signs(hard_words=1)).level == 1


@pytest.mark.parametrize("severity", [Severity.DEATH, Severity.DATA_BREACH, Severity.CHILD_SAFETY])
def test_a_severe_case_starts_at_strong_wind_with_a_single_mention(severity: Severity) -> None:
    proposal = propose(Signs(authors=1, hard_words=1, severity=frozenset({severity})))
    assert (proposal.level, proposal.floor, proposal.by_signs) == (4, 4, 1)
    assert proposal.floors[0].severity is severity


def test_a_plans_question_answered_yes_lifts_the_proposal_and_is_named() -> None:
    proposal = propose(replace(SURGE, answers=(LevelFloor(when="persons_harmed", level=5),)))
    assert (proposal.level, proposal.floors[0].answer) == (5, "persons_harmed")


def test_every_reason_for_a_least_level_is_kept_highest_first() -> None:
    signs = Signs(
        severity=frozenset({Severity.DEATH, Severity.INJURY}), answers=(LevelFloor(when="fatality", level=5),)
    )
    assert [floor.level for floor in propose(signs).floors] == [5, 4, 3]


def test_a_floor_below_the_signs_changes_nothing() -> None:
    assert propose(replace(CAMPAIGN, severity=frozenset({Severity.INJURY}))).level == 5


def test_one_author_posting_four_hundred_times_is_no_breeze() -> None:
    proposal = propose(Signs(score=0.9, ratio=40.0, lasting=20, authors=1, repeat_authors=1))
    assert proposal.level == 1
    assert wanted(proposal)[2] == {Sign.AUTHORS}


def test_what_is_missing_names_only_the_next_level_and_how_many_signs_it_takes() -> None:
    proposal = propose(replace(SPREAD, negative_share=0.7, judged=80, repeat_authors=12))
    assert wanted(proposal) == {4: {Sign.CHANNELS, Sign.MEDIA, Sign.HASHTAG}}
    assert [gap.more for gap in proposal.missing] == [1]


def test_nothing_is_missing_at_the_top() -> None:
    assert propose(HURRICANE).missing == ()


def test_threats_lead_to_a_hurricane_only_through_a_campaign() -> None:
    assert propose(replace(SURGE, severity=frozenset({Severity.THREATS}))).level == SHIPPED.floor_threats


def test_media_and_voices_that_are_there_every_day_say_nothing() -> None:
    everyday = replace(SURGE, media=9, usual_media=9.0, authors=4000, usual_authors=3950.0)
    assert propose(everyday).level == 2
    assert propose(replace(everyday, media=10)).level == 3


def test_a_channel_counts_only_when_people_go_on_talking_there_more_than_always() -> None:
    for quiet in (
        Channel(network="reddit", mentions=50, hours=0.5),
        Channel(network="reddit", mentions=2, hours=5.0),
        Channel(network="reddit", mentions=50, hours=5.0, usual=40.0),
    ):
        assert propose(replace(SURGE, channels=(*SURGE.channels, quiet))).level == 2


def test_a_crowd_on_the_only_watched_channel_is_a_fresh_breeze() -> None:
    assert propose(replace(SURGE, authors=100)).level == 3


def test_a_negative_share_of_a_few_mentions_is_chance() -> None:
    assert propose(replace(PROTEST, judged=29)).level == 3


def test_praise_stays_below_protest_and_is_doubted() -> None:
    launch = replace(CAMPAIGN, negative_share=0.1, hashtag_share=0.8)
    assert propose(launch).level == 3
    assert doubts(launch) == {Doubt.FRIENDLY}


def test_an_unknown_tone_is_said_only_when_it_is_loud() -> None:
    assert doubts(SURGE) == {Doubt.TONE_UNKNOWN}
    assert doubts(CALM) == set()


def test_blind_sources_and_a_learning_baseline_make_it_uncertain() -> None:
    assert propose(replace(CALM, delivered=0.79)).uncertain
    assert propose(replace(CALM, learning=True)).uncertain
    assert not propose(replace(SURGE, delivered=0.8)).uncertain


@given(some_signs)
def test_any_signs_give_a_proposal_that_explains_itself(signs: Signs) -> None:
    proposal = propose(signs)
    assert 0 <= proposal.by_signs <= proposal.level <= 6
    assert proposal.floor <= proposal.level
    assert bool(proposal.missing) == (proposal.level < 6 or proposal.by_signs < 6)
    assert all(criterion.met is (criterion.value >= criterion.needed) for criterion in proposal.evidence)
    assert propose(signs) == proposal


MORE = (
    *("score", "ratio", "lasting", "authors", "repeat_authors", "media", "negative_share", "judged"),
    *("growth", "hashtag_share", "hard_words"),
)


@settings(max_examples=200, deadline=None)
@given(some_signs, st.dictionaries(st.sampled_from(MORE), amounts | shares), st.lists(channels, max_size=2), st.data())
def test_more_of_anything_never_lowers_the_level(
    less: Signs, added: dict[str, float], new: list[Channel], data: st.DataObject
) -> None:
    grown: dict[str, Any] = {name: getattr(less, name) + extra for name, extra in added.items()}
    for name in {"score", "negative_share", "hashtag_share"} & grown.keys():
        grown[name] = min(1.0, grown[name])
    louder = [
        replace(channel, mentions=channel.mentions + data.draw(amounts), hours=channel.hours + data.draw(shares))
        for channel in less.channels
    ]
    more = replace(
        less,
        **grown,
        channels=(*louder, *new),
        severity=less.severity | data.draw(st.frozensets(st.sampled_from(Severity))),
        answers=(*less.answers, LevelFloor(when="also", level=data.draw(st.integers(0, 6)))),
    )
    before, after = propose(less), propose(more)
    assert after.level >= before.level
    assert after.by_signs >= before.by_signs
    assert after.floor >= before.floor


@given(some_signs, shares, shares)
def test_how_well_the_sources_deliver_changes_the_confidence_never_the_level(
    signs: Signs, one: float, other: float
) -> None:
    assert propose(replace(signs, delivered=one)).level == propose(replace(signs, delivered=other)).level


def test_thresholds_are_edited_saved_and_named_in_the_proposal() -> None:
    edited = LevelCriteria.of({**asdict(SHIPPED), "version": 2, "surge_ratio": 8.0})
    proposal = propose(SURGE, edited)
    assert (proposal.level, proposal.criteria_version) == (1, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("surge_ratio", -1.0), ("surge_ratio", math.nan), ("protest_negative", 1.5), ("floor_death", 7), ("version", -1)],
)
def test_a_threshold_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(BadInput, match=r"levels\.setting"):
        LevelCriteria.of({name: value})


@pytest.mark.parametrize("values", [{"no_such": 1}, {"surge_ratio": "much"}])
def test_saved_thresholds_that_make_no_sense_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"levels\.bad_criteria"):
        LevelCriteria.of(values)


@pytest.mark.parametrize("values", [{"ratio": math.nan}, {"judged": -1}, {"score": 1.1}, {"growth": math.inf}])
def test_signs_that_cannot_be_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"levels\.sign"):
        Signs(**values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_threshold_and_every_floor_has_its_sentence(language: str) -> None:
    codes = [f"{kind}.{field.name}" for kind in ("level_setting", "level_why") for field in fields(LevelCriteria)]
    codes += [f"levels.floor_{severity}" for severity in Severity]
    codes += [f"incident.level_{level}" for level in range(7)]
    assert [code for code in codes if not knows(language, code)] == []


def test_every_sign_is_held_against_a_threshold_somewhere() -> None:
    assert {criterion.sign for criterion in propose(CALM).evidence} == set(Sign)
    assert all(criterion.needed <= 1 for criterion in propose(CALM).evidence if criterion.sign in SHARES)
