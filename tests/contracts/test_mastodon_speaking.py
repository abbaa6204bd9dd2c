"""What speaking on Mastodon has of its own: threads that broke off, servers that forget keys, pictures, signing in."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnKind
from command_center.errors import NetworkTrouble
from command_center.mastodon_api import MastodonApi
from command_center.networks import Media, Message
from command_center.publishing.mastodon import Mastodon
from command_center.publishing.mastodon_limits import Limits, limits_of
from command_center.publishing.mastodon_sign_in import authorize_address, exchange, register
from command_center.safe_web import Web
from tests.peers.mastodon import WEB, Speaking, access, speaking_without_keys
from tests.peers.mastodon_server import OTHER_TOKEN, ask, mock
from tests.peers.web_server import Answer, Handler, serving

PICTURE = Media(name="lage.png", media_type="image/png", data=b"\x89PNG\r\n\x1a\n", alt="Karte mit dem Werk Süd")


@pytest.fixture
def peer() -> Iterator[Speaking]:
    """A server that forgets idempotency keys, as some of the family do."""
    with speaking_without_keys() as running:
        yield running


def message(*parts: str, media: tuple[Media, ...] = ()) -> Message:
    return Message(key="p1", parts=parts, at=datetime.now(UTC), language="de", media=media)


@pytest.mark.sockets
def test_a_thread_that_broke_off_is_gone_on_with_and_nothing_stands_twice(peer: Speaking) -> None:
    thread = message("Erstens.", "Zweitens.", "Drittens.")
    peer.front.posts_left = 2
    broken = peer.network.publish(peer.account, thread, peer.access)
    assert (broken.state, len(broken.native_ids)) == ("unknown", 2)
    assert broken.retry_at is not None
    assert peer.network.find(peer.account, thread, peer.access) is None
    peer.front.posts_left = 10
    whole = peer.network.publish(peer.account, thread, peer.access)
    assert (whole.state, whole.native_ids[:2]) == ("sent", broken.native_ids)
    assert peer.standing() == ["Erstens.", "Zweitens.", "Drittens."]


@pytest.mark.sockets
def test_an_answer_lost_within_a_thread_makes_no_second_post(peer: Speaking) -> None:
    thread = message("Erstens.", "Zweitens.")
    peer.lose_answer()
    assert peer.network.publish(peer.account, thread, peer.access).state == "unknown"
    assert peer.network.publish(peer.account, thread, peer.access).state == "sent"
    assert peer.standing() == ["Erstens.", "Zweitens."]


@pytest.mark.sockets
def test_the_same_words_from_long_before_are_not_taken_for_ours(peer: Speaking) -> None:
    ask("POST", "/api/v1/statuses", json={"status": "Wir melden uns."})
    later = replace(message("Wir melden uns."), at=datetime.now(UTC) + timedelta(minutes=10))
    assert peer.network.find(peer.account, later, peer.access) is None


@pytest.mark.sockets
def test_a_text_is_found_however_the_server_shows_it(peer: Speaking) -> None:
    shown = message(
        "Danke an @other@chaos.example  für den Hinweis:\n\nhttps://example.org/a?b=1&c=%C3%BC #Rückruf 🧊 <b>"
    )
    outcome = peer.network.publish(peer.account, shown, peer.access)
    found = peer.network.find(peer.account, shown, peer.access)
    assert found is not None
    assert found.native_ids == outcome.native_ids


@pytest.mark.sockets
def test_pictures_go_with_the_first_part_and_keep_their_description(peer: Speaking) -> None:
    outcome = peer.network.publish(peer.account, message("Mit Karte.", "Und weiter.", media=(PICTURE,)), peer.access)
    first, second = (ask("GET", f"/api/v1/statuses/{each}") for each in outcome.native_ids)
    assert [each["description"] for each in first["media_attachments"]] == ["Karte mit dem Werk Süd"]
    assert (second["media_attachments"], first["language"], first["visibility"]) == ([], "de", "public")


def test_what_does_not_fit_is_said_in_figures() -> None:
    limits = Limits(characters=10, link_length=5, pictures=1, picture_bytes=3)
    assert limits.problem(message("https://example.org/lang 1234")) == ""
    assert limits.problem(message("12345678901")) == "11 > 10"
    assert limits.problem(message("gut", " ")) == "0"
    assert limits.problem(message("gut", media=(PICTURE, PICTURE))) == "2 > 1"
    assert limits.problem(message("gut", media=(PICTURE,))) == "8 > 3"


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("instance", "limits"),
    [
        ({"configuration": {"statuses": {"max_characters": 5000, "characters_reserved_per_url": 25}}}, (5000, 25)),
        ({"max_toot_chars": 1000}, (1000, 23)),
        ({"configuration": None}, (500, 23)),
    ],
)
def test_each_server_says_how_much_it_takes(instance: object, limits: tuple[int, int]) -> None:
    def told(handler: Handler) -> Answer:
        is_old = handler.path == "/api/v1/instance"
        return (200, {}, json.dumps(instance).encode()) if is_old else (404, {}, b"{}")

    with serving(told) as server:
        found = limits_of(MastodonApi(WEB, server.url))
    assert (found.characters, found.link_length) == limits


@pytest.mark.sockets
def test_boosts_and_edits_on_our_account_are_read_back(peer: Speaking) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=1)
    foreign = peer.foreign_post().rpartition("/")[2]
    ask("POST", f"/api/v1/statuses/{foreign}/reblog")
    own = str(ask("POST", "/api/v1/statuses", json={"status": "Erste Fassung"})["id"])
    ask("PUT", f"/api/v1/statuses/{own}", json={"status": "Zweite Fassung"})
    profile, boost, post = peer.network.own_posts(peer.account, peer.access, since=begun)
    assert (profile.kind, profile.text) == (OwnKind.PROFILE, "Nordwerk\nOffizielles Konto der Nordwerk AG")
    assert (boost.kind, boost.text, boost.native_id != foreign) == (OwnKind.REPOST, "Stimmt das?", True)
    assert (post.kind, post.text, post.native_id) == (OwnKind.POST, "Zweite Fassung", own)
    assert post.edited_at is not None


@pytest.mark.sockets
def test_a_long_account_is_read_back_whole_and_only_since_then(peer: Speaking) -> None:
    for number in range(45):
        ask("POST", "/api/v1/statuses", json={"status": f"Nr. {number}"})
    posts = peer.network.own_posts(peer.account, peer.access, since=datetime.now(UTC) - timedelta(minutes=5))
    assert [post.text for post in posts[1:]] == [f"Nr. {number}" for number in range(45)]
    assert len(peer.network.own_posts(peer.account, peer.access, since=datetime.now(UTC))) == 1


@pytest.mark.sockets
def test_somebody_elses_post_cannot_be_taken_down(peer: Speaking) -> None:
    foreign = peer.foreign_post().rpartition("/")[2]
    for native_id in (foreign, "../../admin", ""):
        with pytest.raises(NetworkTrouble) as caught:
            peer.network.delete(peer.account, native_id, peer.access)
        assert caught.value.code == "network.refused"


@pytest.mark.sockets
def test_a_reply_may_name_the_status_by_id_too(peer: Speaking) -> None:
    foreign = peer.foreign_post()
    reply = replace(message("Ja."), reply_to=foreign.rpartition("/")[2])
    (native_id,) = peer.network.publish(peer.account, reply, peer.access).native_ids
    assert peer.parent_of(native_id) == foreign


@pytest.mark.sockets
def test_a_key_that_may_only_read_says_so(peer: Speaking) -> None:
    reading = replace(peer.access, secret={"token": peer.access.secret["token"], "scopes": "read"})
    _handle, rights = peer.network.check(reading)
    assert set(rights) == {NetworkRight.READ, NetworkRight.STREAM}


@pytest.mark.sockets
def test_a_person_signs_in_and_the_key_works() -> None:
    ask("POST", "/api/v1/_mock/reset")
    begun = register(WEB, mock(), house="One Voice")
    query = parse_qs(urlsplit(authorize_address(begun)).query)
    assert query["code_challenge_method"] == ["S256"]
    agreed = httpx.post(
        f"{mock()}/oauth/authorize", data={name: each[0] for name, each in query.items()} | {"username": "other"}
    )
    code = re.search(r"code: ([^<]+)", agreed.text)
    assert code is not None
    secret = exchange(WEB, begun, f" {code[1]}\n")
    assert secret["token"] not in {"", OTHER_TOKEN}
    handle, rights = Mastodon(WEB).check(replace(access(mock()), secret=secret))
    assert handle.startswith("other@")
    assert NetworkRight.POST in rights
    assert begun.client_secret not in repr(begun)


@pytest.mark.sockets
def test_a_wrong_code_gives_no_key() -> None:
    with pytest.raises(NetworkTrouble):
        exchange(WEB, register(WEB, mock(), house="One Voice"), "falsch")


@pytest.mark.parametrize("server", ["http://127.0.0.1", "https://user:pw@m.example", "ftp://m.example", ""])
def test_nobody_signs_in_inside_the_house(server: str) -> None:
    web = Web(resolve_host=lambda host, _port: [host])
    with pytest.raises(NetworkTrouble) as caught:
        register(web, server, house="One Voice")
    assert caught.value.code in {"network.forbidden_address", "network.not_an_address"}
