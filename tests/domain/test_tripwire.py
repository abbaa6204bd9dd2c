from dataclasses import replace
from datetime import timedelta

import pytest

from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.mentions import Plane
from command_center.domain.off_voice import AccountWatch, OffVoiceKind
from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.tripwire import Find, Known, blind_since, finds, is_due, read_from, same_words
from tests.domain.gate import NOW, account, lock

EARLIER = NOW - timedelta(hours=1)
ACCOUNT: Account = account(network="mastodon")
WATCH = AccountWatch(id="acc", plane=Plane.REAL, started_at=EARLIER, next_at=NOW, read_at=NOW - timedelta(minutes=5))


def publication(**changes: object) -> Publication:
    made = Publication(
        id="pub",
        plane=Plane.REAL,
        account_id="acc",
        text="Wir prüfen das.",
        state=PublicationState.SENT,
        asked_by="anna",
        asked_at=EARLIER,
        due_at=EARLIER,
        attempted_at=EARLIER,
        attempts=1,
        native_ids=("n1",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def post(native_id: str = "n1", text: str = "Wir prüfen das.", **changes: object) -> OwnPost:
    made = OwnPost(native_id=native_id, kind=OwnKind.POST, text=text, created_at=EARLIER)
    return replace(made, **changes)  # type: ignore[arg-type]


def found(
    *posts: OwnPost,
    locks: tuple[Lock, ...] = (),
    publications: tuple[Publication, ...] = (publication(),),
    watch: AccountWatch = WATCH,
) -> list[Find]:
    known = Known(account=ACCOUNT, locks=locks, publications=publications, watch=watch, now=NOW)
    return list(finds(posts, known))


def locked(since: timedelta) -> Lock:
    return lock(Posture.ONE_VOICE, locked_at=NOW - since)


def test_what_the_gate_let_out_is_no_find() -> None:
    assert found(post()) == []


def test_a_native_post_under_a_lock_is_an_alarm() -> None:
    (one,) = found(post("other", "Alles halb so wild!"), locks=(locked(timedelta(hours=2)),))
    assert (one.kind, one.alarm, one.posture) == (OffVoiceKind.POST, True, Posture.ONE_VOICE)


def test_a_native_post_from_before_the_lock_is_not_accused() -> None:
    (one,) = found(post("other", "Mittagspause!"), locks=(locked(timedelta(minutes=10)),))
    assert not one.alarm


def test_a_native_post_after_the_lock_was_lifted_is_only_information() -> None:
    lifted = replace(locked(timedelta(hours=5)), lifted_at=NOW - timedelta(hours=2))
    assert [one.alarm for one in found(post("other", "Wieder da."), locks=(lifted,))] == [False]


def test_an_edit_of_ours_shows_what_stood_there() -> None:
    edited = post(text="Wir prüfen nichts.", edited_at=NOW - timedelta(minutes=1))
    (one,) = found(edited, locks=(locked(timedelta(minutes=10)),))
    assert (one.kind, one.before, one.alarm) == (OffVoiceKind.EDIT, "Wir prüfen das.", True)


@pytest.mark.parametrize(
    "shown", ["Wir  prüfen das.", "Mehr: https://t.co/abc", "Mehr: nordwerk.example.com/r…", "Wir prüfen das.\n"]
)
def test_what_networks_rewrite_is_no_edit(shown: str) -> None:
    sent = "Mehr: https://www.nordwerk.example.com/rueckruf" if shown.startswith("Mehr") else "Wir prüfen das."
    assert same_words(shown, sent)


def test_a_repost_under_a_lock_is_an_alarm_even_of_our_own_words() -> None:
    (one,) = found(post("r1", kind=OwnKind.REPOST), locks=(locked(timedelta(hours=2)),))
    assert (one.kind, one.alarm) == (OffVoiceKind.REPOST, True)


def test_what_is_in_flight_explains_one_post_and_not_two() -> None:
    flying = publication(state=PublicationState.UNKNOWN, native_ids=())
    first, second = post("a"), post("b")
    assert found(first, publications=(flying,)) == []
    assert [one.post.native_id for one in found(first, second, publications=(flying,))] == ["b"]


def test_every_part_of_a_thread_is_ours() -> None:
    thread = publication(text="Eins.\n---\nZwei.", native_ids=("t1", "t2"))
    assert found(post("t1", "Eins."), post("t2", "Zwei."), publications=(thread,)) == []
    (one,) = found(post("t1", "Eins."), post("t2", "Drei."), publications=(thread,))
    assert one.kind is OffVoiceKind.EDIT


def test_a_thread_that_broke_off_is_ours_as_far_as_it_came() -> None:
    broken = publication(state=PublicationState.UNKNOWN, text="Eins.\n---\nZwei.", native_ids=("t1",))
    assert found(post("t1", "Eins."), post("t2", "Zwei."), publications=(broken,)) == []
    assert len(found(post("t1", "Eins."), post("t3", "Drei."), publications=(broken,))) == 1


def test_a_profile_is_compared_with_how_it_was_last_seen() -> None:
    profile = post("acc", "Wir sind schuld.", kind=OwnKind.PROFILE)
    assert found(profile) == []
    seen = replace(WATCH, profile="Wir sind Nordwerk.")
    (one,) = found(profile, locks=(locked(timedelta(minutes=10)),), watch=seen)
    assert (one.kind, one.before, one.alarm) == (OffVoiceKind.PROFILE, "Wir sind Nordwerk.", True)
    (unsure,) = found(profile, locks=(locked(timedelta(minutes=1)),), watch=seen)
    assert not unsure.alarm, "it may have been changed before the lock"


def test_a_lock_makes_an_account_due_within_a_minute() -> None:
    watch = replace(WATCH, read_at=NOW - timedelta(seconds=61), next_at=NOW + timedelta(minutes=4))
    assert is_due(watch, locked=True, now=NOW)
    assert not is_due(watch, locked=False, now=NOW)
    assert is_due(None, locked=False, now=NOW)


def test_what_was_missed_while_blind_is_read_later_but_nothing_from_before_the_watch() -> None:
    long_ago = replace(WATCH, started_at=NOW - timedelta(days=9), read_at=NOW - timedelta(days=3))
    assert read_from(long_ago, (), NOW) == NOW - timedelta(days=3, minutes=5)
    assert read_from(WATCH, (), NOW) == EARLIER
    assert read_from(WATCH, (locked(timedelta(hours=6)),), NOW) == NOW - timedelta(hours=6)


def test_an_account_nobody_has_read_for_long_counts_as_unseen_even_without_an_error() -> None:
    assert blind_since(WATCH, NOW) is None
    read_at = NOW - timedelta(minutes=16)
    assert blind_since(replace(WATCH, read_at=read_at), NOW) == read_at
    assert blind_since(replace(WATCH, blind_since=EARLIER), NOW) == EARLIER
