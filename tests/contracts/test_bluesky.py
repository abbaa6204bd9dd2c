"""The way out to Bluesky beyond what every network promises, against the AT protocol's reference server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from atproto_core.car import CAR
from atproto_subscription.frames import Frame, MessageFrame
from websockets.sync.client import connect

from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnKind
from command_center.errors import NetworkTrouble
from command_center.networks import Media, Message
from command_center.publishing.bluesky import Bluesky
from command_center.publishing.bluesky_records import tid
from tests.peers.bluesky import SpeakingBluesky, access, bluesky

pytestmark = pytest.mark.sockets
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180345b8f"
    "8a0000000049454e44ae426082"
)


@pytest.fixture
def peer() -> Iterator[SpeakingBluesky]:
    with bluesky() as running:
        yield running


def message(*parts: str, key: str = "p1", **more: Any) -> Message:
    return Message(key=key, parts=parts, at=datetime.now(UTC), language="de", **more)


def test_what_leads_somewhere_is_marked_with_its_bytes(peer: SpeakingBluesky) -> None:
    text = f"Grüße 🧊 @{peer.others.handle} #Rückruf https://example.org/ä und @niemand.test"
    outcome = peer.network.publish(peer.account, message(text), peer.access)
    record = peer.home.record(outcome.native_ids[0])
    raw = text.encode()
    marked = {
        raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]["$type"][24:]
        for facet in record["facets"]
    }
    assert marked == {f"@{peer.others.handle}": "mention", "#Rückruf": "tag", "https://example.org/ä": "link"}
    assert record["facets"][0]["features"][0]["did"] == peer.others.did
    assert record["langs"] == ["de"]


def test_a_picture_goes_with_its_description(peer: SpeakingBluesky) -> None:
    picture = Media(name="a.png", media_type="image/png", data=PNG, alt="Ein Gerät, das raucht")
    sent = message("Mit Bild", media=(picture,))
    outcome = peer.network.publish(peer.account, sent, peer.access)
    (image,) = peer.home.record(outcome.native_ids[0])["embed"]["images"]
    assert image["alt"] == "Ein Gerät, das raucht"
    blob = httpx.get(
        f"{peer.home.server}/xrpc/com.atproto.sync.getBlob",
        params={"did": peer.home.did, "cid": image["image"]["ref"]["$link"]},
    )
    assert blob.content == PNG
    assert peer.network.publish(peer.account, sent, peer.access).native_ids == outcome.native_ids
    assert peer.standing() == ["Mit Bild"]


def test_too_many_pictures_are_refused_before_anything_is_sent(peer: SpeakingBluesky) -> None:
    picture = Media(name="a.png", media_type="image/png", data=PNG, alt="")
    calls = len(peer.front.calls)
    outcome = peer.network.publish(peer.account, message("x", media=(picture,) * 5), peer.access)
    assert (outcome.state, outcome.note) == ("refused", "5/4")
    assert len(peer.front.calls) == calls


def test_an_answer_to_an_answer_names_where_the_talk_began(peer: SpeakingBluesky) -> None:
    root = peer.foreign_post()
    first = peer.network.publish(peer.account, message("Wir melden uns.", reply_to=root), peer.access)
    answer = message("Erledigt.", key="p2", reply_to=first.native_ids[0])
    second = peer.network.publish(peer.account, answer, peer.access)
    reply = peer.home.record(second.native_ids[0])["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (root, first.native_ids[0])


def test_a_thread_whose_later_part_the_server_refuses_is_taken_back(peer: SpeakingBluesky) -> None:
    refused = message("Erstens.", "Zweitens.", "Drittens.")
    peer.home.post("Fremd", rkey=tid("p1", refused.at, 1))
    outcome = peer.network.publish(peer.account, refused, peer.access)
    assert (outcome.state, outcome.native_ids) == ("refused", ())
    assert peer.standing() == ["Fremd"]


def test_a_record_that_stands_under_our_key_is_never_overwritten(peer: SpeakingBluesky) -> None:
    sent = message("Unser Text")
    peer.home.post("Anderer", rkey=tid("p1", sent.at))
    assert peer.network.publish(peer.account, sent, peer.access).state == "refused"
    assert peer.standing() == ["Anderer"]
    found = peer.network.find(peer.account, sent, peer.access)
    assert found is not None
    assert (found.state, found.note) == ("unknown", "0/1")


def test_a_thread_that_stands_in_part_is_unknown_and_completed_by_a_repeat(peer: SpeakingBluesky) -> None:
    sent = message("Erstens.", "Zweitens.")
    ids = peer.network.publish(peer.account, sent, peer.access).native_ids
    peer.network.delete(peer.account, ids[1], peer.access)
    found = peer.network.find(peer.account, sent, peer.access)
    assert found is not None
    assert (found.state, found.native_ids, found.note) == ("unknown", ids[:1], "1/2")
    assert peer.network.publish(peer.account, sent, peer.access).native_ids == ids
    assert peer.standing() == ["Erstens.", "Zweitens."]


def test_the_server_itself_refuses_what_is_too_long(peer: SpeakingBluesky) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        peer.home.post("ä" * 301)
    assert caught.value.response.status_code == 400
    assert peer.home.post("ä" * 300)


def test_an_expired_session_is_renewed_and_a_wrong_password_is_signed_out(peer: SpeakingBluesky) -> None:
    xrpc = peer.network._xrpc  # type: ignore[attr-defined]
    (place,) = xrpc._sessions
    xrpc._sessions[place] = replace(xrpc._sessions[place], access="not.a.token")
    peer.front.calls.clear()
    assert peer.network.publish(peer.account, message("Nach der Pause"), peer.access).state == "sent"
    calls = [call.removeprefix("com.atproto.") for call in peer.front.calls]
    assert calls == ["repo.putRecord", "server.refreshSession", "repo.putRecord"]
    xrpc._sessions[place] = replace(xrpc._sessions[place], access="not.a.token", refresh="neither")
    assert peer.network.publish(peer.account, message("Und noch eine", key="p2"), peer.access).state == "sent"
    wrong = access(peer.front.url, peer.home.handle, "falsch-falsch")
    with pytest.raises(NetworkTrouble) as caught:
        Bluesky().check(wrong)
    assert caught.value.code == "network.signed_out"
    assert Bluesky().publish(peer.account, message("Nein", key="p3"), wrong).state == "refused"


def test_a_deactivated_account_may_only_read(peer: SpeakingBluesky) -> None:
    peer.home.call("com.atproto.server.deactivateAccount", {})
    assert peer.network.check(peer.access) == (peer.home.handle, (NetworkRight.READ,))
    assert peer.network.publish(peer.account, message("x"), peer.access).state == "refused"


def test_posts_replies_reposts_and_the_profile_are_read_back(peer: SpeakingBluesky) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    target = peer.foreign_post()
    value = peer.others.call("com.atproto.repo.listRecords", repo=peer.others.did, collection="app.bsky.feed.post")
    subject = {"uri": target, "cid": value["records"][0]["cid"]}
    created = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    peer.home.post("alt", rkey=tid("alt", long_ago), createdAt=long_ago.isoformat())
    post = peer.home.post("von fremder Hand")
    reply = peer.home.post("eine Antwort", reply={"root": subject, "parent": subject})
    repost = peer.home.create("app.bsky.feed.repost", {"subject": subject, "createdAt": created})
    peer.home.create("app.bsky.actor.profile", {"displayName": "Nordwerk", "description": "Kälte"}, rkey="self")
    own = {one.native_id: one for one in peer.network.own_posts(peer.account, peer.access, since=since)}
    assert {one.native_id: one.kind for one in own.values()} == {
        post: OwnKind.POST,
        reply: OwnKind.REPLY,
        repost: OwnKind.REPOST,
        peer.home.did: OwnKind.PROFILE,
    }
    assert own[reply].reply_to == target
    assert own[repost].text == target
    assert own[peer.home.did].text == "Nordwerk\nKälte"
    peer.network.delete(peer.account, repost, peer.access)
    assert repost not in {one.native_id for one in peer.network.own_posts(peer.account, peer.access, since=since)}


def test_many_posts_are_read_back_page_by_page(peer: SpeakingBluesky) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    writes = [
        {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": "app.bsky.feed.post",
            "value": {
                "$type": "app.bsky.feed.post",
                "text": f"Nummer {number}",
                "createdAt": datetime.now(UTC).isoformat(),
            },
        }
        for number in range(120)
    ]
    peer.home.call("com.atproto.repo.applyWrites", {"repo": peer.home.did, "writes": writes})
    own = peer.network.own_posts(peer.account, peer.access, since=since)
    assert len([one for one in own if one.kind is OwnKind.POST]) == 120


def test_only_our_own_posts_can_be_taken_down(peer: SpeakingBluesky) -> None:
    for native_id in (peer.foreign_post(), f"at://{peer.home.did}/app.bsky.actor.profile/self", "42"):
        with pytest.raises(NetworkTrouble) as caught:
            peer.network.delete(peer.account, native_id, peer.access)
        assert caught.value.code == "network.refused"


def test_the_repository_tells_the_world_once_what_went_out_and_what_was_taken_down(peer: SpeakingBluesky) -> None:
    address = peer.home.server.replace("http", "ws", 1) + "/xrpc/com.atproto.sync.subscribeRepos?cursor=0"
    sent = message("Für alle")
    (uri,) = peer.network.publish(peer.account, sent, peer.access).native_ids
    peer.network.publish(peer.account, sent, peer.access)
    peer.network.delete(peer.account, uri, peer.access)
    told: list[tuple[str, str]] = []
    texts: list[Any] = []
    key = uri.partition("//")[2].partition("/")[2]
    with connect(address) as line:
        while ("delete", key) not in told:
            frame = Frame.from_bytes(line.recv(timeout=10, decode=False))
            if not isinstance(frame, MessageFrame) or frame.body.get("repo") != peer.home.did:
                continue
            told += [(op["action"], op["path"]) for op in frame.body["ops"] if op["path"] == key]
            blocks = CAR.from_bytes(frame.body["blocks"]).blocks.values() if frame.body["blocks"] else []
            texts += [block["text"] for block in blocks if isinstance(block, dict) and "text" in block]
    assert told == [("create", key), ("delete", key)]
    assert texts == ["Für alle"]
