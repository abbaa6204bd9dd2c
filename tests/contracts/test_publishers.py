"""What every way out to a network promises, proven against a real server on this machine.

A network joins by a context manager that yields a ``SpeakingPeer`` (``tests/peers``) and a line below.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnKind
from command_center.domain.text_length import NETWORK_LIMITS
from command_center.errors import NetworkTrouble
from command_center.networks import Message, Outcome
from tests.peers import mastodon
from tests.peers.bluesky import bluesky
from tests.peers.peer import SpeakingPeer
from tests.peers.x import x_by_oauth1, x_by_oauth2

pytestmark = pytest.mark.sockets

Start = Callable[[], AbstractContextManager[SpeakingPeer]]
NETWORKS: Final[dict[str, Start]] = {
    "bluesky": bluesky,
    "mastodon": mastodon.speaking,
    "mastodon without keys": mastodon.speaking_without_keys,
    "x_oauth2": x_by_oauth2,
    "x_oauth1_renamed": x_by_oauth1,
}
TEXT = "Wir prüfen den Vorfall. Näheres um 18 Uhr: https://example.org/rückruf?a=1&b=2 – Ihr Team & „Service“ 🧊"


@pytest.fixture(params=list(NETWORKS.values()), ids=list(NETWORKS))
def peer(request: pytest.FixtureRequest) -> Iterator[SpeakingPeer]:
    start: Start = request.param
    with start() as running:
        yield running


def message(*parts: str, key: str = "p1", reply_to: str = "") -> Message:
    return Message(key=key, parts=parts or (TEXT,), at=datetime.now(UTC), reply_to=reply_to, language="de")


def send(peer: SpeakingPeer, sent: Message) -> Outcome:
    return peer.network.publish(peer.account, sent, peer.access)


def find(peer: SpeakingPeer, sent: Message) -> Outcome | None:
    return peer.network.find(peer.account, sent, peer.access)


def test_a_post_goes_out_and_is_found_and_read_back(peer: SpeakingPeer) -> None:
    begun = datetime.now(UTC)
    sent = message()
    outcome = send(peer, sent)
    assert outcome.state in {"sent", "verified"}
    assert outcome.url.startswith("http")
    assert len(outcome.native_ids) == 1
    assert peer.standing() == [TEXT]
    found = find(peer, sent)
    assert found is not None
    assert (found.state, found.native_ids) == ("verified", outcome.native_ids)
    own = peer.network.own_posts(peer.account, peer.access, since=begun - timedelta(minutes=1))
    (post,) = [one for one in own if one.kind is not OwnKind.PROFILE]
    assert (post.native_id, post.kind, post.text) == (outcome.native_ids[0], OwnKind.POST, TEXT)
    assert abs(post.created_at - begun) < timedelta(minutes=1)
    assert len([one for one in own if one.kind is OwnKind.PROFILE]) == 1


def test_what_never_went_out_is_not_found(peer: SpeakingPeer) -> None:
    send(peer, message("Etwas anderes."))
    assert find(peer, message()) is None


def test_a_post_is_taken_down_and_twice_is_well(peer: SpeakingPeer) -> None:
    sent = message()
    (native_id,) = send(peer, sent).native_ids
    peer.network.delete(peer.account, native_id, peer.access)
    assert peer.standing() == []
    assert find(peer, sent) is None
    peer.network.delete(peer.account, native_id, peer.access)


def test_a_reply_hangs_under_what_it_answers(peer: SpeakingPeer) -> None:
    target = peer.foreign_post()
    sent = message(reply_to=target)
    (native_id,) = send(peer, sent).native_ids
    assert peer.parent_of(native_id) == target
    found = find(peer, sent)
    assert found is not None
    assert found.native_ids == (native_id,)
    own = peer.network.own_posts(peer.account, peer.access, since=sent.at - timedelta(minutes=1))
    assert [one.kind for one in own if one.native_id == native_id] == [OwnKind.REPLY]


def test_a_thread_hangs_together_in_order(peer: SpeakingPeer) -> None:
    sent = message("Erstens.", "Zweitens.", "Drittens.")
    outcome = send(peer, sent)
    first, second, third = outcome.native_ids
    assert peer.standing() == ["Erstens.", "Zweitens.", "Drittens."]
    assert peer.parent_of(first) == ""
    found = find(peer, sent)
    assert found is not None
    assert found.native_ids == (first, second, third)
    own = peer.network.own_posts(peer.account, peer.access, since=sent.at - timedelta(minutes=1))
    assert [one.native_id for one in own if one.kind is not OwnKind.PROFILE] == [first, second, third]


def test_the_same_message_twice_stands_there_once(peer: SpeakingPeer) -> None:
    sent = message()
    first, second = send(peer, sent), send(peer, sent)
    assert second.state in {"sent", "verified"}
    assert second.native_ids == first.native_ids
    assert peer.standing() == [TEXT]


def test_a_lost_answer_leaves_it_unknown_until_somebody_looks(peer: SpeakingPeer) -> None:
    sent = message()
    peer.lose_answer()
    assert send(peer, sent).state == "unknown"
    found = find(peer, sent)
    assert found is not None
    assert found.state == "verified"
    assert peer.standing() == [TEXT]
    assert send(peer, sent).native_ids == found.native_ids
    assert peer.standing() == [TEXT]


def test_a_server_that_is_down_has_surely_not_posted(peer: SpeakingPeer) -> None:
    peer.go_down()
    outcome = send(peer, message())
    assert outcome.state == "failed"
    assert outcome.note
    with pytest.raises(NetworkTrouble) as caught:
        find(peer, message())
    assert caught.value.code == "network.unreachable"


def test_a_server_in_trouble_may_have_posted(peer: SpeakingPeer) -> None:
    peer.fail()
    outcome = send(peer, message())
    assert outcome.state == "unknown"
    with pytest.raises(NetworkTrouble):
        find(peer, message())
    peer.heal()
    assert send(peer, message()).state in {"sent", "verified"}


def test_an_answer_nobody_understands_may_mean_that_it_was_posted(peer: SpeakingPeer) -> None:
    peer.babble()
    assert send(peer, message()).state == "unknown"
    for ask in (
        lambda: find(peer, message()),
        lambda: peer.network.own_posts(peer.account, peer.access, since=datetime.now(UTC)),
        lambda: peer.network.check(peer.access),
    ):
        with pytest.raises(NetworkTrouble):
            ask()


def test_too_much_asked_has_surely_not_posted_and_says_when_again(peer: SpeakingPeer) -> None:
    peer.limit()
    outcome = send(peer, message())
    assert outcome.state == "failed"
    assert outcome.retry_at is not None
    assert outcome.retry_at > datetime.now(UTC)
    assert peer.standing() == []


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_not_sent(peer: SpeakingPeer, text: str) -> None:
    outcome = send(peer, message(text))
    assert (outcome.state, bool(outcome.note)) == ("refused", True)
    assert peer.standing() == []


def test_too_long_is_refused(peer: SpeakingPeer) -> None:
    outcome = send(peer, message("ä" * (NETWORK_LIMITS[peer.account.network] + 1)))
    assert (outcome.state, bool(outcome.note)) == ("refused", True)
    assert peer.standing() == []


def test_a_thread_with_a_part_too_long_sends_none_of_it(peer: SpeakingPeer) -> None:
    outcome = send(peer, message("Erstens.", "ä" * (NETWORK_LIMITS[peer.account.network] + 1)))
    assert outcome.state == "refused"
    assert peer.standing() == []


def test_a_key_that_is_no_longer_accepted_is_refused_and_named(peer: SpeakingPeer) -> None:
    peer.sign_out()
    outcome = send(peer, message())
    assert (outcome.state, bool(outcome.note)) == ("refused", True)
    with pytest.raises(NetworkTrouble) as caught:
        peer.network.check(peer.access)
    assert caught.value.code == "network.signed_out"
    for secret in peer.access.secret.values():
        assert secret not in outcome.note
        assert secret not in str(caught.value)


def test_without_a_key_nothing_is_sent(peer: SpeakingPeer) -> None:
    outcome = peer.network.publish(peer.account, message(), None)
    assert (outcome.state, bool(outcome.note)) == ("refused", True)


def test_a_check_names_the_account_and_what_the_key_may(peer: SpeakingPeer) -> None:
    handle, rights = peer.network.check(peer.access)
    assert handle.lstrip("@") == peer.account.handle.lstrip("@")
    assert {NetworkRight.READ, NetworkRight.POST} <= set(rights)


def test_an_address_nobody_has_posts_nothing(peer: SpeakingPeer) -> None:
    gone = replace(message(), reply_to=peer.foreign_post() + "0")
    assert send(peer, gone).state in {"refused", "unknown", "failed"}
    assert peer.standing() == []
