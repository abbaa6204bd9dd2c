"""What live sources bring is stored once, counted so that it adds up, and judged as it comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.alerts import Alert, Ear, JudgedBucket
from command_center.domain.blindness import Delivery
from command_center.domain.buckets import floor
from command_center.domain.mentions import Mention, Plane, RawMention
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import Conflict, NetworkTrouble, NotFound
from command_center.networks import Fetched
from command_center.ports import MentionFilter, Setting
from command_center.use_cases import listen
from command_center.use_cases.import_mentions import Heard
from command_center.use_cases.judge_live import judge_live
from command_center.use_cases.listen import GAP, Taken, take_in, take_trouble
from command_center.use_cases.replay import advance_replays, start_replay
from tests.fakes.monitors import FakePoll, FakeStream, posts, said
from tests.use_cases.conftest import Office
from tests.use_cases.hearing import MONDAY, TOPIC, Talk, alerts

OTHER = Topic(id="o", name="Fritteuse", terms=("Fritteuse",))


def add_source(office: Office, **changes: object) -> Source:
    made = Source(
        id="s", name="Bluesky", kind="bluesky_stream", plane=Plane.REAL, topic_id="", created_at=office.moment
    )
    source = replace(made, **changes)  # type: ignore[arg-type]
    office.add(TOPIC, OTHER, source)
    office.ctx = replace(office.ctx, monitors={"bluesky_stream": FakeStream(), "bluesky_search": FakePoll()})
    return source


def source_of(office: Office, identity: str = "s") -> Source:
    with office.ctx.store.reading() as store:
        return next(iter(store.find(Source, id=identity)))


def stored(office: Office, topic_id: str = "") -> list[Mention]:
    with office.ctx.store.reading() as store:
        return list(store.mentions(MentionFilter(topic_id=topic_id), limit=1000).mentions)


def adds_up(source: Source) -> bool:
    return source.fetched == source.stored + source.duplicate + source.filtered + source.rejected


def test_a_post_counts_once_however_many_topics_it_is_about(office: Office) -> None:
    add_source(office)
    both = said(1, "Nordwerk-Fritteuse brennt", office.moment)
    none = said(2, "Schönes Wetter", office.moment)
    taken = take_in(office.ctx, "s", Fetched(mentions=(both, none, both), rejected=2, lost=1))
    assert taken == Taken(fetched=5, stored=1, duplicate=1, filtered=1, rejected=2)
    assert (len(stored(office, "t")), len(stored(office, "o"))) == (1, 1)
    source = source_of(office)
    assert adds_up(source)
    assert (source.fetched, source.lost) == (5, 1)


def test_a_post_new_to_one_topic_only_is_stored_all_the_same(office: Office) -> None:
    add_source(office, topic_id="t")
    both = said(1, "Nordwerk-Fritteuse brennt", office.moment)
    assert take_in(office.ctx, "s", Fetched(mentions=(both,))).stored == 1
    add_source(office, id="all")
    assert take_in(office.ctx, "all", Fetched(mentions=(both,))).stored == 1
    assert take_in(office.ctx, "all", Fetched(mentions=(both,))).duplicate == 1


def test_a_topic_added_while_posts_are_looked_at_has_them_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    add_source(office)
    look, late = listen._hear, [Topic(id="z", name="Brand", terms=("brennt",))]

    def looking(raw: RawMention) -> Heard:
        # No transaction is open while posts are looked at: others can write.
        if late:
            office.add(late.pop())
        return look(raw)

    monkeypatch.setattr(listen, "_hear", looking)
    both = said(1, "Nordwerk-Fritteuse brennt", office.moment)
    assert take_in(office.ctx, "s", Fetched(mentions=(both,))).stored == 1
    assert [len(stored(office, topic)) for topic in ("t", "o", "z")] == [1, 1, 1]


def test_what_a_stream_dropped_by_itself_is_filtered(office: Office) -> None:
    add_source(office)
    taken = take_in(office.ctx, "s", Fetched(mentions=posts([1, 2], office.moment), seen=1000, rejected=3))
    assert (taken.fetched, taken.stored, taken.filtered, taken.rejected) == (1000, 2, 995, 3)


def test_cursor_quota_and_success_are_kept_with_the_posts(office: Office) -> None:
    add_source(office, trouble={"code": "network.slow", "values": {}}, failures=3)
    take_in(office.ctx, "s", Fetched(cursor={"time_us": 7}, quota={"left": 3}))
    source = source_of(office)
    assert (source.cursor, source.quota, source.trouble, source.failures) == ({"time_us": 7}, {"left": 3}, {}, 0)
    assert source.last_success_at == office.moment
    assert source.delivery is not None
    assert (source.delivery.period_seconds, source.delivery.fetches) == (60, (office.moment,))
    take_in(office.ctx, "s", Fetched())
    assert source_of(office).cursor == {"time_us": 7}


def test_a_fetch_from_an_old_cursor_stores_nothing(office: Office) -> None:
    add_source(office)
    take_in(office.ctx, "s", Fetched(cursor={"at": 1}), since={})
    with pytest.raises(Conflict):
        take_in(office.ctx, "s", Fetched(mentions=posts([1], office.moment), cursor={"at": 2}), since={})
    assert stored(office) == []
    assert source_of(office).cursor == {"at": 1}


def test_a_paused_or_removed_source_takes_nothing_in(office: Office) -> None:
    add_source(office, active=False)
    with pytest.raises(Conflict):
        take_in(office.ctx, "s", Fetched(mentions=posts([1], office.moment)))
    with pytest.raises(NotFound):
        take_in(office.ctx, "gone", Fetched())
    assert take_trouble(office.ctx, "s", NetworkTrouble("network.slow", network="x")) is None


def test_the_future_counts_now_and_damaged_dates_count_nowhere(office: Office) -> None:
    add_source(office)
    now = office.moment
    dates = [
        now + timedelta(days=9),
        now + timedelta(minutes=4),
        now - timedelta(days=900),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]
    take_in(office.ctx, "s", Fetched(mentions=tuple(said(number, at=at) for number, at in enumerate(dates))))
    found = {mention.native_id[-1]: mention.created_at for mention in stored(office)}
    assert found == {"0": now, "1": dates[1], "2": dates[2], "3": None}
    assert {mention.seen_at for mention in stored(office)} == {now}


def test_what_its_author_took_back_is_emptied_but_still_counts(office: Office) -> None:
    add_source(office)
    take_in(office.ctx, "s", Fetched(mentions=posts([1, 2], office.moment)))
    taken = take_in(office.ctx, "s", Fetched(deleted=(said(1).native_id, "at://never/seen")))
    assert taken.erased == 1
    gone, kept = sorted(stored(office), key=lambda mention: mention.text)
    assert gone.erased
    assert (gone.text, gone.author, gone.url, gone.native_id) == ("", "", "", "")
    assert not kept.erased
    with office.ctx.store.reading() as store:
        counted = store.counts(
            "t", since=office.moment - timedelta(hours=1), until=office.moment + timedelta(hours=1), bucket_seconds=300
        )
        entry = next(iter(store.log(descending=True)))
    assert sum(count.mentions for count in counted) == 2
    assert (entry.action.value, entry.details["mentions"]) == ("mentions.erased", 1)
    assert "qualmt" not in entry.body
    assert take_in(office.ctx, "s", Fetched(mentions=posts([1], office.moment))).duplicate == 1
    assert source_of(office).deleted == 1


def test_an_account_that_is_gone_takes_all_its_posts_along(office: Office) -> None:
    add_source(office)
    by_one = tuple(replace(each, author="did:plc:x") for each in posts([1, 2], office.moment))
    # A search names the handle, the stream the lasting id; the post's address holds the latter.
    found, other = said(3, at=office.moment), said(4, at=office.moment)
    other = replace(other, native_id=other.native_id.replace("did:plc:x", "did:plc:y"))
    take_in(office.ctx, "s", Fetched(mentions=(*by_one, found, other)))
    assert take_in(office.ctx, "s", Fetched(deleted=("at://did:plc:x",))).erased == 3
    assert [mention.author for mention in stored(office) if not mention.erased] == ["a4.example"]


def test_trouble_waits_longer_each_time_and_obeys_the_server(office: Office) -> None:
    add_source(office)
    for failures in range(1, 4):
        at = take_trouble(office.ctx, "s", NetworkTrouble("network.faulty", network="Bluesky", why="502"))
        assert at is not None
        assert office.moment <= at <= office.moment + timedelta(seconds=5 * 2**failures)
    source = source_of(office)
    assert (source.failures, source.trouble["code"], source.trouble["values"]["why"]) == (3, "network.faulty", "502")
    retry_at = office.moment + timedelta(minutes=14)
    limited = NetworkTrouble("network.limited", network="Bluesky", retry_at=retry_at)
    assert take_trouble(office.ctx, "s", limited) == retry_at or source_of(office).next_try_at >= retry_at  # type: ignore[operator]


@pytest.mark.parametrize("with_search", [True, False])
def test_a_stream_that_was_away_too_long_has_a_gap_that_a_search_fills_where_there_is_one(
    office: Office, with_search: bool
) -> None:
    add_source(office, cursor={"time_us": 1}, last_success_at=office.moment)
    later = office.moment + timedelta(days=9)
    if with_search:
        add_source(office, id="f", name="Suche", kind="bluesky_search", topic_id="", next_try_at=later)
    office.later(hours=23)
    take_in(office.ctx, "s", Fetched())
    with office.ctx.store.reading() as store:
        assert store.get(Setting, GAP + "s") is None
    office.later(hours=25)
    take_in(office.ctx, "s", Fetched())
    with office.ctx.store.reading() as store:
        gap = store.get(Setting, GAP + "s")
    assert gap is not None
    assert gap.value["covered_by"] == ("Suche" if with_search else "")
    assert "source.gap_found" in office.actions()
    if with_search:
        assert source_of(office, "f").next_try_at == office.moment


# Judging what comes live.


def listen_for(office: Office, talk: Talk, *, since: datetime, until: datetime) -> None:
    """Let a live source bring a talk, a fetch every five minutes, with the judging a worker does in between."""
    with office.ctx.store.writing() as store:
        store.ingest([mention for mention in talk.mentions if mention.created_at and mention.created_at < since])
    office.moment = since
    add_source(office, topic_id="t", created_at=since, delivery=Delivery(period_seconds=300))
    while office.moment < until:
        office.later(minutes=5)
        came = [
            m
            for m in talk.mentions
            if m.created_at and office.moment - timedelta(minutes=5) <= m.created_at < office.moment
        ]
        raws = tuple(said(int(m.native_id), at=m.created_at, sentiment=m.sentiment) for m in came)
        take_in(office.ctx, "s", Fetched(mentions=raws))
        office.later(seconds=31)
        judge_live(office.ctx)
        judge_live(office.ctx)
        office.moment -= timedelta(seconds=31)


def ear_of(office: Office) -> Ear:
    with office.ctx.store.reading() as store:
        ear = store.get(Ear, "t")
    assert ear is not None
    return ear


def test_a_live_storm_raises_an_alert_within_minutes(office: Office) -> None:
    talk = Talk(days=4)
    storm = MONDAY + timedelta(days=3, hours=15)
    talk.storm(storm)
    listen_for(office, talk, since=storm - timedelta(hours=2), until=storm + timedelta(hours=1))
    found = alerts(office)
    assert found
    assert not found[0].replayed
    assert found[0].raised_at - storm < timedelta(minutes=45)
    assert found[0].evidence["sight"] == "clear"


def test_what_was_imported_before_is_learnt_in_silence(office: Office) -> None:
    talk = Talk(days=12)
    talk.storm(MONDAY + timedelta(days=5, hours=15))
    with office.ctx.store.writing() as store:
        store.ingest(talk.mentions)
    office.moment = talk.end
    add_source(office, topic_id="t", created_at=talk.end)
    for _ in range(15):
        judge_live(office.ctx)
    assert ear_of(office).judged_until == floor(talk.end)
    assert alerts(office) == []
    with office.ctx.store.reading() as store:
        newest = store.find(JudgedBucket, topic_id="t", order="at", descending=True, limit=1)[0]
    assert not newest.learning
    assert newest.expected > 0


def test_what_a_replay_has_learnt_is_kept_when_the_topic_goes_live(office: Office) -> None:
    talk = Talk(days=12)
    office.add(TOPIC)
    with office.ctx.store.writing() as store:
        store.ingest(talk.mentions)
    office.moment = talk.end + timedelta(days=30)
    start_replay(office.ctx, office.says("analyst"), topic_id="t", speed=0)
    advance_replays(office.ctx)
    add_source(office, topic_id="t")
    judge_live(office.ctx)
    assert (ear_of(office).state["run"], ear_of(office).judged_until) == ("live", floor(office.moment))
    take_in(office.ctx, "s", Fetched())
    office.later(minutes=11)
    judge_live(office.ctx)
    with office.ctx.store.reading() as store:
        buckets = store.find(JudgedBucket, topic_id="t", order="at")
    assert buckets[-1].at >= floor(office.moment - timedelta(minutes=15))
    assert not buckets[-1].learning
    assert not [
        bucket for bucket in buckets if talk.end + timedelta(days=1) < bucket.at < buckets[-1].at - timedelta(hours=1)
    ]


def test_hours_in_which_nothing_could_be_heard_are_passed_over(office: Office) -> None:
    add_source(office, topic_id="t")
    judge_live(office.ctx)
    take_in(office.ctx, "s", Fetched())
    office.later(hours=5)
    for _ in range(3):
        judge_live(office.ctx)
    with office.ctx.store.reading() as store:
        judged = store.find(JudgedBucket, topic_id="t")
    assert len(judged) <= 2
    assert ear_of(office).judged_until >= floor(office.moment - timedelta(minutes=5))  # type: ignore[operator]


def test_a_topic_that_is_listened_to_is_not_replayed(office: Office) -> None:
    add_source(office)
    with pytest.raises(Conflict) as refused:
        start_replay(office.ctx, office.says("analyst"), topic_id="t", speed=0)
    assert refused.value.code == "replay.topic_is_live"


def test_nothing_is_judged_where_nobody_listens(office: Office) -> None:
    add_source(office, active=False)
    assert judge_live(office.ctx) == 0
    with office.ctx.store.reading() as store:
        assert store.find(Alert) == []
