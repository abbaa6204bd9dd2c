"""The stream of new terms: silent in quiet times, awake in a storm, not to be fooled by copies or one loud author."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from command_center.domain.mentions import Mention
from command_center.domain.new_terms import NewTerms
from tests.domain.chatter import DAILY, NOON, TOPIC, dice, planted, post, small_talk


def hear(ear: NewTerms, mentions: Sequence[Mention], first: int = 0, size: int = 5) -> list[int]:
    """Hear mentions in buckets of five, five minutes apart."""
    starts = range(0, len(mentions), size)
    at = [NOON + timedelta(minutes=5 * (first + place)) for place in range(len(starts))]
    return [ear.hear(when, mentions[start : start + size]).mentions for when, start in zip(at, starts, strict=True)]


def test_the_stream_of_new_terms_is_silent_in_quiet_times_and_hears_a_planted_storm() -> None:
    ear = NewTerms(TOPIC)
    assert sum(hear(ear, small_talk(2_000))) == 0
    heard = hear(ear, planted(40), first=400)
    assert heard[0] > 0
    assert heard[-1] == 5


def test_a_busy_hour_of_the_old_topics_is_not_new() -> None:
    ear = NewTerms(TOPIC)
    hear(ear, small_talk(2_000))
    assert sum(hear(ear, small_talk(400, seed=8, first=9_000), first=400, size=100)) == 0


def test_copies_and_one_loud_author_are_no_evidence_of_a_new_term() -> None:
    ear = NewTerms(TOPIC)
    hear(ear, small_talk(2_000))
    wave = [post(20_000 + n, f"RT @a{n}: Gewinnspiel mit tollen Preisen") for n in range(50)]
    loud = [post(30_000 + n, f"Kryptogewinn {' '.join(DAILY[n : n + 4])}", author="spam") for n in range(12)]
    assert sum(hear(ear, [*wave, *loud], first=400)) == 0


def test_a_term_that_stays_becomes_usual() -> None:
    ear = NewTerms(TOPIC)
    hear(ear, small_talk(500))
    heard = hear(ear, [*planted(3_000)], first=100)
    assert heard[5] > 0
    assert heard[-1] == 0


def test_the_stream_goes_on_from_its_saved_state_as_if_nothing_had_happened() -> None:
    whole, part = NewTerms(TOPIC, capacity=20), NewTerms(TOPIC, capacity=20)
    talk = small_talk(300)
    assert hear(whole, talk) == hear(part, talk)
    moved = NewTerms.restore(json.loads(json.dumps(part.state())), TOPIC)
    assert hear(whole, planted(40), first=60) == hear(moved, planted(40), first=60)
    assert whole.state() == moved.state()


def test_the_table_of_the_stream_stays_small_and_what_it_forgot_is_not_taken_for_new() -> None:
    ear = NewTerms(TOPIC, capacity=50)
    chance = dice(7)
    posts = [post(n, " ".join(f"wort{chance.randrange(400)}" for _ in range(8))) for n in range(1_500)]
    assert sum(hear(ear, posts)) == 0
    assert len(ear.state()["terms"]) <= 63


def test_while_it_learns_nothing_is_new_and_the_stream_says_so() -> None:
    ear = NewTerms(TOPIC)
    first = ear.hear(NOON, planted(40))
    assert (first.mentions, first.terms, first.learning) == (0, (), True)
    hear(ear, small_talk(200), first=1)
    assert not ear.hear(NOON + timedelta(days=1), []).learning


def test_buckets_out_of_order_are_refused() -> None:
    ear = NewTerms(TOPIC)
    ear.hear(NOON, small_talk(5))
    with pytest.raises(ValueError, match="order of time"):
        ear.hear(NOON, small_talk(5))


def test_a_state_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        NewTerms.restore(NewTerms(TOPIC).state() | {"version": 0}, TOPIC)
