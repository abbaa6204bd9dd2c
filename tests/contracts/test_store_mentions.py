"""What every store promises about mentions, the fake and both real ones."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from command_center.domain.alerts import Triage, TriageState, Window
from command_center.domain.mentions import Mention, Plane, Sentiment
from command_center.ports import Ingested, MentionFilter, Store, Tally, TopicExtent
from tests.contracts.factories import NOON, example, mention

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


def ingest(store: Store, *mentions: Mention) -> Ingested:
    with store.writing() as writing:
        return writing.ingest(mentions)


def ids(store: Store, **wanted: Any) -> list[str]:
    with store.reading() as reading:
        page = reading.mentions(MentionFilter(**wanted))
    assert page.total == len(page.mentions)
    return [each.id for each in page.mentions]


def test_a_mention_comes_back_as_it_was_stored(store: Store) -> None:
    odd = mention(1, created_at=NOON.replace(microsecond=5), text="ä 🙂\n'\"\\ \t%_", is_repost=True, reach=7 * 10**9)
    undated = mention(2, created_at=None, author="", sentiment=Sentiment.UNKNOWN)
    assert ingest(store, odd, undated) == Ingested(stored=2, duplicate=0)
    with store.reading() as reading:
        assert reading.mention(odd.id) == odd
        assert reading.mention(undated.id) == undated
        assert reading.mention("none") is None


def test_the_same_batch_again_adds_nothing(store: Store) -> None:
    batch = [mention(number) for number in range(50)]
    assert ingest(store, *batch) == Ingested(stored=50, duplicate=0)
    assert ingest(store, *batch) == Ingested(stored=0, duplicate=50)
    assert ingest(store, *batch[:10], mention(99)) == Ingested(stored=1, duplicate=10)
    assert sum(count.mentions for count in recount(store)) == 51


def test_a_repeat_inside_one_batch_counts_as_a_duplicate_and_the_first_one_stays(store: Store) -> None:
    assert ingest(store, mention(1, text="first"), mention(2), mention(1, text="second")) == Ingested(
        stored=2, duplicate=1
    )
    with store.reading() as reading:
        found = reading.mention(mention(1).id)
    assert found is not None
    assert found.text == "first"


def test_a_large_batch_is_stored_whole(store: Store) -> None:
    batch = [mention(number % 4500) for number in range(5000)]
    assert ingest(store, *batch) == Ingested(stored=4500, duplicate=500)
    assert sum(count.mentions for count in recount(store)) == 4500


def test_nothing_to_ingest_is_fine(store: Store) -> None:
    assert ingest(store) == Ingested(stored=0, duplicate=0)


def ingest_and_fail(store: Store) -> None:
    with store.writing() as writing:
        writing.ingest([mention(1)])
        raise ZeroDivisionError


def test_a_batch_that_fails_leaves_no_mention_and_no_count(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        ingest_and_fail(store)
    assert ids(store) == []
    assert recount(store) == []


def recount(store: Store) -> list[Any]:
    """Return the minute counts, having compared them with the mentions themselves."""
    with store.reading() as reading:
        counts = reading.counts("bahn", since=LONG_AGO, until=FAR_AHEAD, bucket_seconds=60)
        stored = reading.mentions(MentionFilter(topic_id="bahn"), limit=100_000).mentions
    expected: Counter[tuple[datetime, str]] = Counter()
    for each in stored:
        if each.created_at is not None:
            minute = each.created_at.replace(second=0, microsecond=0)
            expected.update({(minute, "mentions"): 1, (minute, "reach"): each.reach, (minute, each.sentiment.value): 1})
    for count in counts:
        for name in ("mentions", "negative", "neutral", "positive", "reach"):
            assert getattr(count, name) == expected[(count.minute, name)]
    assert {count.minute for count in counts} == {minute for minute, _ in expected}
    return counts


def test_minute_counts_equal_a_recount(store: Store) -> None:
    sentiments = list(Sentiment)
    batch = [
        mention(
            number,
            sentiment=sentiments[number % 4],
            reach=number,
            created_at=None if number % 11 == 0 else NOON + timedelta(seconds=13 * number),
        )
        for number in range(300)
    ]
    for start in range(0, 300, 70):
        ingest(store, *batch[start : start + 100])
    assert len(recount(store)) == 65


def test_counts_come_in_buckets_that_leave_out_the_empty_ones(store: Store) -> None:
    times = [NOON, NOON + timedelta(minutes=7), NOON + timedelta(hours=26), NOON - timedelta(days=3)]
    ingest(store, *(mention(number, created_at=time, reach=10) for number, time in enumerate(times)))

    def starts(seconds: int, since: datetime = LONG_AGO, until: datetime = FAR_AHEAD) -> dict[datetime, int]:
        with store.reading() as reading:
            found = reading.counts("bahn", since=since, until=until, bucket_seconds=seconds)
        assert all(count.reach == 10 * count.mentions == 10 * count.negative for count in found)
        return {count.minute: count.mentions for count in found}

    midnight = NOON.replace(hour=0)
    assert starts(300) == {times[3]: 1, NOON: 1, NOON + timedelta(minutes=5): 1, times[2]: 1}
    assert starts(900) == starts(3600) == {times[3]: 1, NOON: 2, times[2]: 1}
    assert starts(600) == starts(1200) == starts(7200) == starts(900)
    assert starts(86400) == {
        midnight - timedelta(days=3): 1,
        midnight: 2,
        midnight + timedelta(days=1): 1,
    }
    assert starts(60, since=NOON, until=NOON + timedelta(minutes=7)) == {NOON: 1}
    with pytest.raises(ValueError, match="whole minutes"):
        starts(90)


def test_mentions_come_newest_first_and_undated_last_in_pages(store: Store) -> None:
    ingest(
        store,
        *(mention(number, created_at=None if number < 2 else NOON - timedelta(days=number)) for number in range(7)),
    )
    with store.reading() as reading:
        first = reading.mentions(MentionFilter(topic_id="bahn"), limit=3)
        last = reading.mentions(MentionFilter(topic_id="bahn"), limit=5, offset=3)
    assert (first.total, last.total) == (7, 7)
    found = [each.id[-1] for each in (*first.mentions, *last.mentions)]
    assert found == ["2", "3", "4", "5", "6", "1", "0"]


def test_every_condition_of_a_filter_must_hold(store: Store) -> None:
    ingest(
        store,
        mention(1, network="x", language="de", sentiment=Sentiment.NEGATIVE, author="anna", copy_key="k"),
        mention(2, network="rss", language="en", sentiment=Sentiment.NEUTRAL, author="Anna", copy_key="k"),
        mention(3, network="x", language="en", sentiment=Sentiment.POSITIVE, author="bert", copy_key="l"),
        mention(4, topic_id="other", network="bluesky", created_at=None),
        mention(5, plane=Plane.PRACTICE, topic_id="drill"),
    )
    one, two, three, four, five = (mention(number).id for number in range(1, 6))
    assert ids(store) == [three, two, one, four]
    assert ids(store, topic_id="bahn") == [three, two, one]
    assert ids(store, topic_id="drill") == []
    assert ids(store, plane=Plane.PRACTICE) == [five]
    assert ids(store, networks=("x", "bluesky")) == [three, one, four]
    assert ids(store, topic_id="bahn", networks=("x",), languages=("en",)) == [three]
    assert ids(store, sentiments=(Sentiment.NEGATIVE, Sentiment.POSITIVE), topic_id="bahn") == [three, one]
    assert ids(store, author="anna") == [one]
    assert ids(store, copy_key="k") == [two, one]
    assert ids(store, since=NOON + timedelta(seconds=2)) == [three, two]
    assert ids(store, until=NOON + timedelta(seconds=2)) == [one]
    assert ids(store, since=NOON + timedelta(seconds=1), until=NOON + timedelta(seconds=3)) == [two, one]


def test_words_are_found_without_case_accents_or_wildcards(store: Store) -> None:
    ingest(
        store,
        mention(1, text="Die MÜLLER GmbH ruft Käse zurück"),
        mention(2, text="Mueller schweigt. 100% sicher"),
        mention(3, text="Mu\u0308llers Ka\u0308se"),
        mention(4, text="100 Leute_und mehr"),
    )
    one, two, three, four = (mention(number).id for number in range(1, 5))
    assert ids(store, words="müller") == [three, two, one]
    assert ids(store, words="Mueller KÄSE") == [three, one]
    assert ids(store, words="100%") == [two]
    assert ids(store, words="e_u") == [four]
    assert ids(store, words="gmbh", topic_id="bahn") == [one]
    assert ids(store, words="  ") == [four, three, two, one]
    assert ids(store, words="' OR 1=1 --") == []


def test_a_mention_nobody_has_looked_at_is_new(store: Store) -> None:
    ingest(store, *(mention(number) for number in range(1, 4)))
    with store.writing() as writing:
        writing.put(example(Triage, id=mention(1).id, state=TriageState.ANSWERED))
        writing.put(example(Triage, id=mention(2).id, state=TriageState.NEW))
    one, two, three = (mention(number).id for number in range(1, 4))
    assert ids(store, triage=(TriageState.ANSWERED,)) == [one]
    assert ids(store, triage=(TriageState.NEW,)) == [three, two]
    assert ids(store, triage=(TriageState.NEW, TriageState.ANSWERED)) == [three, two, one]
    assert ids(store, triage=(TriageState.IGNORED,)) == []


def test_a_window_counts_texts_authors_and_reach_once_it_began_and_before_it_ends(store: Store) -> None:
    ingest(
        store,
        mention(1, author="a", copy_key="k", sentiment=Sentiment.NEGATIVE, reach=5),
        mention(2, author="a", copy_key="l", sentiment=Sentiment.NEUTRAL, reach=6),
        mention(3, author="", copy_key="k", sentiment=Sentiment.UNKNOWN, reach=7),
        mention(4, author="b", reach=1000),
        mention(5, author="c", created_at=None),
        mention(6, author="d", created_at=NOON + timedelta(seconds=2), topic_id="other"),
    )
    with store.reading() as reading:
        seen = reading.window("bahn", since=NOON + timedelta(seconds=1), until=NOON + timedelta(seconds=4))
        nothing = reading.window("bahn", since=FAR_AHEAD, until=FAR_AHEAD)
    assert seen == Window(mentions=3, distinct_texts=2, authors=1, negative=1, reach=18)
    assert nothing == Window(mentions=0, distinct_texts=0, authors=0, negative=0, reach=0)


def test_a_tally_names_the_most_frequent_values(store: Store) -> None:
    authors = ["b", "a", "a", "b", "c", "", "", ""]
    ingest(store, *(mention(number, author=author, reach=number) for number, author in enumerate(authors)))

    def tally(field: str, limit: int = 9) -> list[tuple[str, int, int]]:
        with store.reading() as reading:
            found = reading.tally("bahn", field, since=LONG_AGO, until=FAR_AHEAD, limit=limit)
        assert all(isinstance(each, Tally) for each in found)
        return [(each.value, each.mentions, each.reach) for each in found]

    assert tally("author") == [("a", 2, 3), ("b", 2, 3), ("c", 1, 4)]
    assert tally("author", limit=1) == [("a", 2, 3)]
    assert tally("network") == [("x", 8, 28)]
    assert tally("sentiment") == [("negative", 8, 28)]
    assert tally("language") == [("de", 8, 28)]
    assert len(tally("copy_key")) == 5
    with pytest.raises(KeyError):
        tally("text")


def test_the_extent_says_how_much_there_is_and_over_which_time(store: Store) -> None:
    ingest(store, mention(1), mention(2, created_at=None), mention(3), mention(4, topic_id="other"))
    with store.reading() as reading:
        assert reading.extent("bahn") == TopicExtent(
            total=3, undated=1, first=NOON + timedelta(seconds=1), last=NOON + timedelta(seconds=3)
        )
        assert reading.extent("none") == TopicExtent(total=0, undated=0, first=None, last=None)


def test_times_of_other_zones_are_counted_in_utc(store: Store) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    ingest(store, mention(1, created_at=NOON.astimezone(india)))
    with store.reading() as reading:
        counts = reading.counts("bahn", since=NOON, until=NOON + timedelta(minutes=1), bucket_seconds=60)
        found = reading.mention(mention(1).id)
    assert [count.minute for count in counts] == [NOON]
    assert found is not None
    assert found.created_at == NOON


def test_new_mentions_are_named(store: Store) -> None:
    assert ingest(store, mention(1), mention(2), mention(1)).new == {mention(1).id, mention(2).id}
    assert ingest(store, mention(1), mention(3)).new == {mention(3).id}


def test_what_is_erased_keeps_its_place_in_every_count_and_nothing_else(store: Store) -> None:
    ingest(store, mention(1, text="Die Müllers klagen"), mention(2), mention(3))
    with store.writing() as writing:
        assert writing.erase([mention(1).id, "never there"]) == [mention(1).id]
        assert writing.erase([mention(1).id]) == []
        assert writing.erase([]) == []
    with store.reading() as reading:
        gone, kept = reading.mention(mention(1).id), reading.mention(mention(2).id)
    assert gone is not None
    assert gone.erased
    assert (gone.text, gone.author, gone.author_name, gone.url, gone.reply_to, gone.native_id) == ("",) * 6
    assert gone.created_at == mention(1).created_at
    assert kept == mention(2)
    assert ids(store, words="müllers") == []
    assert ids(store, author="author1") == []
    assert sum(count.mentions for count in recount(store)) == 3
    assert ingest(store, mention(1)) == Ingested(stored=0, duplicate=1)


def test_erasing_nothing_is_no_news(store: Store) -> None:
    ingest(store, mention(1))
    before = store.version()
    with store.writing() as writing:
        writing.erase(["never there"])
    assert store.version() == before
