"""X's own ways of going wrong while we speak, and the ways to a key, against the little X of ``tests/peers``."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

import command_center.publishing.x
from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnKind
from command_center.errors import NetworkTrouble
from command_center.networks import Media, Message, Outcome
from command_center.publishing.x_texts import same, written
from command_center.x_api.sign_in import authorize_url, exchange, is_due, new_verifier, refresh
from tests.peers.x import BEARER, OAUTH2, Speaking, access, x_by_oauth1, x_by_oauth2
from tests.peers.x_server import CLIENT, CLIENT_SECRET, OAUTH1, XServer

pytestmark = pytest.mark.sockets
PICTURE = Media(name="ofen.png", media_type="image/png", data=b"\x89PNG not really", alt="Ein Ofen, zurückgerufen")


@pytest.fixture
def peer() -> Iterator[Speaking]:
    with x_by_oauth2() as running:
        yield running


def message(*parts: str) -> Message:
    return Message(key="p1", parts=parts or ("Wir prüfen den Vorfall.",), at=datetime.now(UTC))


def send(peer: Speaking, sent: Message) -> Outcome:
    return peer.network.publish(peer.account, sent, peer.access)


def find(peer: Speaking, sent: Message) -> Outcome | None:
    return peer.network.find(peer.account, sent, peer.access)


@pytest.mark.parametrize("fault", ["", "timeless"])
def test_a_text_that_stood_there_before_is_refused_not_taken_for_ours(peer: Speaking, fault: str) -> None:
    peer.server.faults.add(fault)
    peer.server.posts.put("1001", "Wir prüfen den Vorfall.", at=datetime.now(UTC) - timedelta(hours=2))
    outcome = send(peer, message())
    assert (outcome.state, outcome.note) == ("refused", "duplicate content")
    assert find(peer, message()) is None


def test_a_duplicate_that_cannot_be_looked_up_stays_unknown(peer: Speaking) -> None:
    sent = message()
    send(peer, sent)
    peer.server.script += ["", "limit"]
    outcome = send(peer, sent)
    assert outcome.state == "unknown"
    assert outcome.retry_at is not None


def test_a_thread_that_broke_off_goes_on_where_it_stopped(peer: Speaking) -> None:
    sent = message("Erstens.", "Zweitens.", "Drittens.")
    peer.server.script += ["", "fail"]
    outcome = send(peer, sent)
    assert (outcome.state, len(outcome.native_ids)) == ("unknown", 1)
    assert "1/3" in outcome.note
    found = find(peer, sent)
    assert found is not None
    assert (found.state, found.native_ids, found.note) == ("unknown", outcome.native_ids, "1/3")
    again = send(peer, sent)
    assert (again.state, len(again.native_ids)) == ("sent", 3)
    assert peer.standing() == ["Erstens.", "Zweitens.", "Drittens."]
    assert peer.parent_of(again.native_ids[1]) == outcome.native_ids[0]
    assert peer.parent_of(again.native_ids[2]) == again.native_ids[1]


def test_an_answer_that_drips_or_leads_elsewhere_leaves_it_unknown(
    peer: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.server.script += ["elsewhere"]
    assert send(peer, message("Eins.")).state == "unknown"
    assert "/elsewhere" not in peer.server.paths
    monkeypatch.setattr(command_center.publishing.x, "_SECONDS", 0.3)
    peer.server.script += ["slow"]
    assert send(peer, message("Zwei.")).state == "unknown"


def test_a_server_that_forgot_the_post_takes_it_again(peer: Speaking) -> None:
    sent = message()
    send(peer, sent)
    peer.server.posts.forget(since=sent.at)
    assert find(peer, sent) is None
    assert send(peer, sent).state == "sent"
    assert len(peer.standing()) == 1


def test_a_refusal_that_repeats_the_key_does_not_show_it(peer: Speaking) -> None:
    peer.server.faults.add("echo")
    outcome = send(peer, message())
    assert (outcome.state, outcome.note) == ("refused", "network.refused · no: Bearer …")


def test_an_app_alone_cannot_speak(peer: Speaking) -> None:
    outcome = peer.network.publish(peer.account, message(), access(dict(BEARER)))
    assert outcome.state == "refused"
    assert peer.network.check(access(dict(BEARER))) == ("nordwerk", (NetworkRight.READ, NetworkRight.STREAM))


def test_a_picture_goes_out_with_its_description(peer: Speaking) -> None:
    sent = replace(message("Bitte sehen Sie nach: https://example.org/ofen"), media=(PICTURE,))
    outcome = send(peer, sent)
    assert outcome.state == "sent"
    assert list(peer.server.media.values()) == [PICTURE.alt]
    assert peer.server.posts.standing[outcome.native_ids[0]].media == tuple(peer.server.media)
    found = find(peer, sent)
    assert found is not None
    assert found.state == "verified"


def test_a_picture_that_cannot_be_uploaded_means_that_nothing_was_posted(peer: Speaking) -> None:
    peer.server.script += ["fail"]
    assert send(peer, replace(message(), media=(PICTURE,))).state == "failed"
    assert peer.standing() == []


@pytest.mark.parametrize(
    "media",
    [
        (replace(PICTURE, media_type="image/svg+xml"),),
        (replace(PICTURE, data=b"x" * (5 * 1024 * 1024 + 1)),),
        (replace(PICTURE, alt="ä" * 1001),),
        (PICTURE,) * 5,
    ],
    ids=["kind", "size", "alt", "number"],
)
def test_a_picture_x_does_not_take_is_refused_before_anything_is_sent(peer: Speaking, media: tuple[Media, ...]) -> None:
    outcome = send(peer, replace(message(), media=media))
    assert (outcome.state, bool(outcome.note)) == ("refused", True)
    assert peer.server.paths == []


def test_somebody_elses_post_is_not_taken_down(peer: Speaking) -> None:
    foreign = peer.foreign_post()
    with pytest.raises(NetworkTrouble) as caught:
        peer.network.delete(peer.account, foreign, peer.access)
    assert caught.value.code == "network.refused"
    with pytest.raises(NetworkTrouble):
        peer.network.delete(peer.account, "../users/me", peer.access)


@pytest.mark.parametrize("names", ["tweet", "post"])
def test_reposts_edits_and_the_profile_are_read_back(names: str) -> None:
    with x_by_oauth2(names) as peer:
        begun = datetime.now(UTC) - timedelta(minutes=10)
        foreign = peer.foreign_post()
        repost = peer.server.posts.put("1001", "RT @kundin: …", repeats=foreign)
        edited = peer.server.posts.put("1001", "Zweite Fassung & mehr", history=("1234567890123456789",))
        old = peer.server.posts.put("1001", "Von gestern", at=begun - timedelta(days=1))
        profile, first, second = peer.network.own_posts(peer.account, peer.access, since=begun)
        assert (profile.kind, profile.native_id, profile.text) == (OwnKind.PROFILE, "1001", "Öfen & mehr")
        assert (first.native_id, first.kind) == (repost.id, OwnKind.REPOST)
        assert (second.native_id, second.text, second.client) == (edited.id, "Zweite Fassung & mehr", "One Voice")
        assert second.edited_at is not None
        assert abs(second.edited_at - edited.at) < timedelta(seconds=1)
        assert old.id not in {first.native_id, second.native_id}


def test_oauth1_is_signed_for_the_real_address_and_says_what_it_may() -> None:
    with x_by_oauth1("tweet") as peer:
        handle, rights = peer.network.check(peer.access)
        assert (handle, set(rights)) == ("nordwerk", set(NetworkRight) - {NetworkRight.STREAM})
        peer.server.access_level = "read"
        assert peer.network.check(peer.access)[1] == (NetworkRight.READ,)
        wrong = access({**OAUTH1, "access_secret": "another"})
        with pytest.raises(NetworkTrouble) as caught:
            peer.network.check(wrong)
        assert caught.value.code == "network.signed_out"


def test_scopes_say_what_a_key_may(peer: Speaking) -> None:
    reader = access({**OAUTH2, "scope": "tweet.read users.read"})
    assert peer.network.check(reader)[1] == (NetworkRight.READ,)


def test_a_key_that_ended_is_renewed_and_the_old_one_is_worth_nothing(peer: Speaking) -> None:
    del peer.server.users["access-of-nordwerk"]
    assert send(peer, message()).note == "network.signed_out"
    renewed = refresh(peer.access.secret, x_api_base=peer.server.base)
    assert renewed["refresh"] != OAUTH2["refresh"]
    assert renewed["client_id"] == CLIENT
    assert not is_due(renewed, datetime.now(UTC))
    assert is_due(renewed, datetime.now(UTC) + timedelta(hours=2))
    peer.access = replace(peer.access, secret=renewed)
    assert send(peer, message()).state == "sent"
    with pytest.raises(NetworkTrouble) as caught:
        refresh(OAUTH2, x_api_base=peer.server.base)
    assert caught.value.code == "network.signed_out"


def test_signing_in_with_a_code_and_its_verifier() -> None:
    with XServer() as server:
        verifier = new_verifier()
        asked = parse_qs(urlsplit(authorize_url(CLIENT, "https://voice.example.org/back", "s-1", verifier)).query)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        assert (asked["code_challenge"], asked["code_challenge_method"]) == ([challenge], ["S256"])
        assert asked["state"] == ["s-1"]
        assert {"tweet.write", "offline.access"} <= set(asked["scope"][0].split())
        code = {"user": "1001", "challenge": challenge, "redirect": "https://voice.example.org/back"}
        server.codes = {"code-1": code, "code-2": dict(code)}
        for verified, secret in ((verifier, CLIENT_SECRET), (new_verifier(), "")):
            name = "code-1" if secret else "code-2"
            if secret:
                got = exchange(
                    client_id=CLIENT,
                    client_secret=secret,
                    code=name,
                    redirect="https://voice.example.org/back",
                    verifier=verified,
                    x_api_base=server.base,
                )
                assert got["access"] in server.users
                assert got["client_secret"] == CLIENT_SECRET
                continue
            with pytest.raises(NetworkTrouble) as caught:
                exchange(
                    client_id=CLIENT,
                    code=name,
                    redirect="https://voice.example.org/back",
                    verifier=verified,
                    x_api_base=server.base,
                )
            assert caught.value.code == "network.signed_out"
            assert verified not in str(caught.value)


@pytest.mark.parametrize("fault", ["limit", "fail", "babble", "html", "strange"])
def test_renewing_names_what_went_wrong(fault: str) -> None:
    with XServer() as server:
        server.faults.add(fault)
        with pytest.raises(NetworkTrouble) as caught:
            refresh(OAUTH2, x_api_base=server.base)
        assert caught.value.code != "network.signed_out"


def post(text: str, *urls: tuple[str, str]) -> dict[str, object]:
    rows = [{"url": short, "expanded_url": full, "display_url": full[8:]} for short, full in urls]
    return {"id": "1", "text": text, "entities": {"urls": rows}}


@pytest.mark.parametrize(
    ("stands", "sent"),
    [
        (post("A &amp; B &lt;3"), "A & B <3"),
        (
            post("Siehe https://t.co/a", ("https://t.co/a", "https://example.org/x?a=1&b=2")),
            "Siehe https://example.org/x?a=1&b=2",
        ),
        (post("Siehe https://t.co/a", ("https://t.co/a", "http://example.org")), "Siehe example.org"),
        (post("Siehe https://t.co/a.", ("https://t.co/a", "https://example.org/")), "Siehe https://example.org."),
        (post("@kundin @paul Danke"), "Danke"),
        (post("Zeile\n\nZeile "), "Zeile\r\n\r\nZeile"),
        (post("Mu\u0308ller"), "Müller"),
    ],
)
def test_a_text_is_known_again_in_what_x_made_of_it(stands: dict[str, object], sent: str) -> None:
    assert same(stands, sent)


@pytest.mark.parametrize("sent", ["Danke!", "danke", "", "@kundin"])
def test_another_text_is_another(sent: str) -> None:
    assert not same(post("@kundin Danke"), sent)


def test_a_long_post_is_read_from_its_note() -> None:
    assert written({"text": "kurz…", "note_tweet": {"text": "kurz und dann &amp; lang"}}) == "kurz und dann & lang"
