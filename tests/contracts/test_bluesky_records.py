"""Bluesky's records: keys that follow from the message, and positions counted in bytes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.own_posts import OwnKind
from command_center.publishing.bluesky_records import facets_of, own_post, own_profile, parts_of, tid, tid_moment

AT = datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC)
DIDS = {"nordwerk.example": "did:plc:nordwerk", "a-b.bsky.social": "did:plc:ab"}


def shown(text: str) -> dict[str, str]:
    """What each facet covers, by its position in bytes, and what it leads to."""
    raw = text.encode()
    found = {}
    for facet in facets_of(text, lambda handle: DIDS.get(handle, "")):
        (feature,) = facet["features"]
        covered = raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        found[covered] = feature.get("uri") or feature.get("tag") or feature.get("did")
    return found


def links(*addresses: str) -> dict[str, str]:
    return {address: address for address in addresses}


def test_a_key_is_the_same_for_the_same_message_and_another_for_another() -> None:
    assert tid("p1", AT) == tid("p1", AT)
    assert len({tid(f"p{number}", AT) for number in range(1_000)}) > 990
    keys = [tid("p1", AT, part) for part in range(20)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 20


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.text())  # noqa: DTZ001 - made aware
def test_a_key_tells_its_moment_to_the_millisecond(naive: datetime, key: str) -> None:
    at = naive.replace(tzinfo=UTC)
    read = tid_moment(tid(key, at))
    assert read is not None
    assert abs(read - at) < timedelta(milliseconds=1)


@pytest.mark.parametrize("key", ["self", "", "3jzfcijpj2z2", "zzzzzzzzzzzzz", "3jzfcijpj2z2A1", "0000000000000"])
def test_what_is_no_key_of_that_kind_tells_nothing(key: str) -> None:
    assert tid_moment(key) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Näheres: https://example.org/ü?a=1&b=2.", links("https://example.org/ü?a=1&b=2")),
        ("(siehe https://x.example/a_(b))", links("https://x.example/a_(b)")),
        ("🧊🧊 #Rückruf, #2026 #1a! #", {"#Rückruf": "Rückruf", "#1a": "1a"}),
        ("＃ブランド です", {"＃ブランド": "ブランド"}),
        ("👩‍🍳 @Nordwerk.Example, danke @niemand.example", {"@Nordwerk.Example": "did:plc:nordwerk"}),
        ("mail@nordwerk.example https://x.example/?@nordwerk.example", links("https://x.example/?@nordwerk.example")),
        ("(@a-b.bsky.social)", {"@a-b.bsky.social": "did:plc:ab"}),
        ("seite#anker a#b http:// #", {}),
    ],
)
def test_links_hashtags_and_mentions_are_found_where_they_stand(text: str, expected: dict[str, str]) -> None:
    assert shown(text) == expected


PIECES = st.sampled_from([*"a.#@: /-(ü🧊", "https://x.example/", "@nordwerk.example", "#ä"])


@given(st.lists(PIECES).map("".join))
def test_what_is_marked_is_always_whole_and_never_overlaps(text: str) -> None:
    raw, end = text.encode(), 0
    for facet in facets_of(text, lambda handle: DIDS.get(handle, "")):
        index = facet["index"]
        assert end <= index["byteStart"] < index["byteEnd"] <= len(raw)
        raw[index["byteStart"] : index["byteEnd"]].decode()
        end = index["byteEnd"]


def test_a_record_with_a_key_or_date_turned_back_counts_by_the_later_one() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    for key_at, written_at in ((old, new), (new, old)):
        value = {"$type": "app.bsky.feed.post", "text": "x", "createdAt": written_at.isoformat()}
        post = own_post(f"at://did:plc:x/app.bsky.feed.post/{tid('k', key_at)}", value)
        assert post is not None
        assert abs(post.created_at - new) < timedelta(milliseconds=1)


def test_a_profile_is_its_name_and_description() -> None:
    value = {"displayName": "Nordwerk", "description": "Kälte seit 1921", "createdAt": "gestern"}
    profile = own_profile("did:plc:x", value)
    assert (profile.kind, profile.native_id) == (OwnKind.PROFILE, "did:plc:x")
    assert profile.text == "Nordwerk\nKälte seit 1921"


@pytest.mark.parametrize("uri", ["", "at://", "at://did:plc:x", "at://a/b/c/d", "https://bsky.app/a/b", "at://a//b"])
def test_an_address_needs_all_its_parts(uri: str) -> None:
    assert parts_of(uri) is None
