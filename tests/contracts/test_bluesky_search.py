"""Bluesky's search beyond what every monitor promises: terms, rounds, sessions and pages that never end."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.topics import Topic
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from tests.peers.bluesky import SearchingBluesky, bluesky_search
from tests.peers.front import Answer

pytestmark = pytest.mark.sockets


@pytest.fixture
def peer() -> Iterator[SearchingBluesky]:
    with bluesky_search() as running:
        yield running


def look(peer: SearchingBluesky, asked: Asked) -> tuple[list[Fetched], Asked]:
    brought = []
    for _ in range(50):
        fetched = peer.monitor.fetch(asked)  # type: ignore[union-attr]
        brought.append(fetched)
        asked = replace(asked, source=replace(asked.source, cursor=dict(fetched.cursor)), now=datetime.now(UTC))
        if not fetched.more:
            return brought, asked
    raise AssertionError("it never ends")


def ids(brought: list[Fetched]) -> list[str]:
    return [mention.native_id for fetched in brought for mention in fetched.mentions]


def test_the_latest_is_asked_for_and_handle_name_and_reposts_are_known(peer: SearchingBluesky) -> None:
    said = peer.say("Nordwerk qualmt", langs=["de"])
    ((fetched,), _) = look(peer, peer.asked())
    (mention,) = fetched.mentions
    assert (mention.native_id, mention.author, mention.author_name, mention.reposts) == (
        said,
        "anna.example",
        "Anna",
        2,
    )
    assert peer.asked_for[0]["sort"] == ["latest"]
    assert fetched.quota == {"terms": 1, "terms_cut_off": 0}


def test_without_words_every_term_is_asked_for_and_a_post_about_two_comes_once(peer: SearchingBluesky) -> None:
    topic = Topic(id="t", name="N", terms=("Nordwerk", "Air Crisp"), hashtags=("brandgefahr",), handles=("nordwerk",))
    both = peer.say("Nordwerk Air Crisp")
    other = peer.say("#Brandgefahr")
    brought, _ = look(peer, peer.asked(query="", topics=(topic,)))
    assert sorted(ids(brought)) == sorted([both, other])
    assert [query["q"][0] for query in peer.asked_for] == ["Nordwerk", '"Air Crisp"', "#brandgefahr", "@nordwerk"]


def test_a_post_the_search_learns_of_late_is_still_brought(peer: SearchingBluesky) -> None:
    first = peer.say("Nordwerk, gleich gesehen")
    _, asked = look(peer, peer.asked())
    late = peer.say("Nordwerk, spät gesehen", at=datetime.now(UTC) - timedelta(minutes=5))
    brought, _ = look(peer, asked)
    assert ids(brought) == [late]
    assert first not in ids(brought)


def test_a_first_look_goes_back_a_week(peer: SearchingBluesky) -> None:
    peer.say("Nordwerk, lange her", at=datetime.now(UTC) - timedelta(days=8))
    recent = peer.say("Nordwerk, neulich", at=datetime.now(UTC) - timedelta(days=6))
    brought, _ = look(peer, peer.asked())
    assert ids(brought) == [recent]


def test_pages_that_never_end_are_cut_off_and_it_is_said(peer: SearchingBluesky) -> None:
    peer.say("Nordwerk")
    real, pages = peer.front.behind, iter(range(10_000))

    def endless(verb: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        status, told, content = real(verb, path.partition("&cursor")[0], headers, body)
        more = content.replace(b'"hitsTotal"', b'"cursor": "%d", "hitsTotal"' % next(pages))
        return status, told, more if "searchPosts" in path else content

    peer.front.behind = endless
    brought, _ = look(peer, peer.asked())
    assert len(ids(brought)) == 1
    assert brought[-1].quota["terms_cut_off"] == 1
    assert len(peer.asked_for) == 20


def test_an_expired_session_is_renewed_in_silence(peer: SearchingBluesky) -> None:
    look(peer, peer.asked())
    peer.token = "another"
    said = peer.say("Nordwerk")
    brought, _ = look(peer, peer.asked())
    assert ids(brought) == [said]


def test_without_a_key_or_with_a_damaged_cursor(peer: SearchingBluesky) -> None:
    with pytest.raises(NetworkTrouble) as caught:
        peer.monitor.fetch(replace(peer.asked(), access=None))  # type: ignore[union-attr]
    assert caught.value.code == "network.signed_out"
    said = peer.say("Nordwerk")
    asked = peer.asked()
    cursor = {"since": 17, "known": "x", "begun": [], "term": -3, "page": None, "late": {}}
    brought, _ = look(peer, replace(asked, source=replace(asked.source, cursor=cursor)))
    assert ids(brought) == [said]
