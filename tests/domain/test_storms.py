"""One alert a storm, a second only when it got worse, told in buckets of five minutes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from command_center.domain.alert_rules import Find, Hit
from command_center.domain.alerts import Surge, Window
from command_center.domain.buckets import BUCKET
from command_center.domain.rules import RuleKind, Rules
from command_center.domain.signs import Severity
from command_center.domain.storms import Bucket, Ring, StormWatch, Verb

BEGIN = datetime(2026, 3, 3, tzinfo=UTC)
CROWD = Window(mentions=40, distinct_texts=30, authors=20, negative=9, reach=100)
HOUR = 12


def surge(score: float = 0.6, ratio: float = 4.0, lasting: int = 3) -> Surge:
    return Surge(ear="mentions", score=score, ratio=ratio, lasting=lasting, minutes=15)


def quiet(count: int) -> list[Bucket]:
    return [Bucket(at=BEGIN, mentions=5, expected=5.0, judged=4, negative=1)] * count


def loud(count: int) -> list[Bucket]:
    return [replace(quiet(1)[0], mentions=40, surge=surge())] * count


def run(
    buckets: Iterable[Bucket], *, levels: dict[int, int] | None = None, watch: StormWatch | None = None, first: int = 0
) -> list[tuple[int, Ring]]:
    watch, rung = watch or StormWatch(), []
    for place, bucket in enumerate(buckets, first):

        def level(_hits: tuple[Hit, ...], place: int = place) -> int:
            return max((value for since, value in (levels or {}).items() if since <= place), default=2)

        at = BEGIN + place * BUCKET
        rung += [(place, ring) for ring in watch.step(Rules(), replace(bucket, at=at), lambda _minutes: CROWD, level)]
    return rung


def verbs(rung: list[tuple[int, Ring]]) -> list[tuple[int, Verb]]:
    return [(place, ring.verb) for place, ring in rung]


def test_a_storm_of_many_hours_is_one_alert() -> None:
    assert verbs(run([*quiet(HOUR), *loud(30 * HOUR), *quiet(HOUR)])) == [(HOUR, Verb.RAISE)]


def test_after_six_quiet_hours_it_is_another_storm() -> None:
    story = [*loud(HOUR), *quiet(5 * HOUR), *loud(HOUR), *quiet(6 * HOUR), *loud(1)]
    assert verbs(run(story)) == [(0, Verb.RAISE), (13 * HOUR, Verb.RAISE)]


def test_only_a_higher_level_is_told_again() -> None:
    rung = run(loud(4 * HOUR), levels={0: 2, HOUR: 3, 2 * HOUR: 3, 3 * HOUR: 4})
    assert [(place, ring.verb, ring.level) for place, ring in rung] == [
        (0, Verb.RAISE, 2),
        (HOUR, Verb.ESCALATE, 3),
        (3 * HOUR, Verb.ESCALATE, 4),
    ]


def test_a_storm_that_climbs_fast_is_told_again_after_half_an_hour_unless_somebody_died() -> None:
    climbing = {0: 2, 1: 3, 3: 4, 5: 5}
    rung = run(loud(HOUR), levels=climbing)
    assert [(place, ring.verb, ring.level) for place, ring in rung] == [(0, Verb.RAISE, 2), (6, Verb.ESCALATE, 5)]
    death = Find(word="Todesfall", mention_id="1", severity=Severity.DEATH)
    rung = run([*loud(2), replace(loud(1)[0], finds=(death,)), *loud(3)], levels={0: 2, 2: 4})
    assert [(place, ring.verb) for place, ring in rung] == [(0, Verb.RAISE), (2, Verb.ESCALATE)]


def test_what_else_is_heard_in_a_storm_joins_its_alert_once() -> None:
    word = replace(loud(1)[0], finds=(Find(word="recall", mention_id="1"),))
    rung = run([*loud(2), word, word])
    assert verbs(rung) == [(0, Verb.RAISE), (2, Verb.JOIN)]
    assert [(hit.kind, hit.key) for hit in rung[1][1].hits] == [(RuleKind.KEYWORDS, "recall")]


def test_a_hard_word_alone_begins_a_storm_and_a_higher_level_follows() -> None:
    word = replace(quiet(1)[0], finds=(Find(word="Rückruf", mention_id="1"),))
    rung = run([word, *quiet(5), *loud(3)], levels={0: 1, 6: 3})
    assert verbs(rung) == [(0, Verb.RAISE), (6, Verb.ESCALATE)]


def test_a_surge_that_was_rare_once_is_asked_about_while_it_lasts() -> None:
    common = replace(loud(1)[0], surge=surge(score=0.3))
    small = Window(mentions=9, distinct_texts=9, authors=9, negative=0, reach=0)
    story = [(common, CROWD), *[(loud(1)[0], small)] * 3, (common, CROWD)]
    watch = StormWatch()
    rung: list[Ring] = []
    for place, (bucket, window) in enumerate(story):
        rung += watch.step(Rules(), replace(bucket, at=BEGIN + place * BUCKET), {15: window}.__getitem__, lambda _h: 2)
    assert [ring.verb for ring in rung] == [Verb.RAISE], "the floor came only in the last bucket"
    assert run([common] * HOUR) == [], "a common surge is never asked about"


def test_an_ordinary_mood_never_rings_and_a_turn_of_mood_does_once() -> None:
    angry = Bucket(at=BEGIN, mentions=5, expected=5.0, judged=5, negative=5)
    rung = run([*quiet(5 * HOUR), *[angry] * 2 * HOUR])
    assert [(ring.verb, ring.hits[0].kind) for _, ring in rung] == [(Verb.RAISE, RuleKind.NEGATIVE)]
    grumpy = Bucket(at=BEGIN, mentions=5, expected=5.0, judged=5, negative=3, learning=True)
    assert run([*[grumpy] * 48 * HOUR, *[replace(grumpy, learning=False)] * 24 * HOUR]) == []


def test_a_drop_rings_once_however_long_it_lasts_and_is_no_storm() -> None:
    nothing = Bucket(at=BEGIN, mentions=0, expected=5.0)
    rung = run([*quiet(3 * HOUR), *[nothing] * 24 * HOUR, *loud(1)])
    assert [(ring.verb, ring.hits[0].kind) for _, ring in rung] == [
        (Verb.RAISE, RuleKind.DROP),
        (Verb.RAISE, RuleKind.SPIKE),
    ]


def test_a_watch_goes_on_where_it_stopped() -> None:
    word = replace(loud(1)[0], finds=(Find(word="recall", mention_id="1"),))
    story = [*quiet(5 * HOUR), *loud(5), word, *loud(HOUR), *quiet(9 * HOUR), *[replace(quiet(1)[0], mentions=0)] * 60]
    whole = run(story)
    for cut in (3, 5 * HOUR + 2, 5 * HOUR + 6, 12 * HOUR):
        watch = StormWatch()
        before = run(story[:cut], watch=watch)
        moved = StormWatch.restore(json.loads(json.dumps(watch.state())))
        assert before + run(story[cut:], watch=moved, first=cut) == whole
