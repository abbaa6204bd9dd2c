"""What was erased is in no file any more: not in the database, not beside it, not in what is exported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_center.bootstrap import build
from command_center.domain.mentions import RawMention
from command_center.domain.people import Identity, Person, Role
from command_center.domain.verifying import verify
from command_center.ports import Caller, Context, MentionFilter
from command_center.settings import Settings
from command_center.use_cases.checkpoint import sign_head
from command_center.use_cases.evidence import log_lines
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.objections import allow_author, erase_author, look_for_author
from command_center.use_cases.people import add_person, disable_person, set_contact
from command_center.use_cases.personal_data import erase_person
from command_center.use_cases.sign_in import open_house, sign_in
from command_center.use_cases.triage import escalate_mention

HANDLE, NAME = "zoe_rueckblick", "Zoë Unverwechselbar"
PASSWORD = "Der Sturm kommt um acht."
MANY = 1_500


@pytest.fixture
def house(tmp_path: Path) -> tuple[Context, str]:
    ctx = build(Settings(data=tmp_path / "data"))
    open_house(ctx, login="kim", name="Kim Brandt", email="kim@example.org", password=PASSWORD)
    with ctx.store.reading() as store:
        return ctx, store.find(Person)[0].id


def says(ctx: Context, who: str) -> Caller:
    return Caller(who, ctx.new_id())


def posts(author: str, *, first: int = 0, count: int = MANY) -> list[RawMention]:
    start = datetime(2026, 11, 20, tzinfo=UTC)
    return [
        RawMention(
            network="mastodon",
            native_id=f"https://example.social/users/{author}/statuses/{number}",
            text=f"AirCrisp {number} raucht, sagt Unverwechselbar " + "…" * (number % 90),
            created_at=start + timedelta(seconds=number),
            url=f"https://example.social/@{author}/{number}",
            author=f"@{author}@example.social" if number % 2 else f"{author.upper()}@example.social",
            author_name=NAME,
        )
        for number in range(first, first + count)
    ]


def held(folder: Path, *words: str) -> list[str]:
    """Return the files that still hold a word, in any of the forms in which a file may hold text."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()
            found += [f"{path.name}: {word}" for word in words if word.lower().encode() in data]
    return found


def test_an_author_who_objects_is_gone_from_every_file_and_stays_out(
    house: tuple[Context, str], tmp_path: Path
) -> None:
    ctx, kim = house
    theirs = posts(HANDLE)
    others = [replace(each, text=f"ich mag @{HANDLE}") for each in posts("andere", count=3)]
    quiet = posts("still", count=3)
    report = import_mentions(ctx, says(ctx, kim), raws=[*theirs, *others, *quiet], topic_name="T", source_name="a.csv")
    with ctx.store.reading() as store:
        mine = store.mentions(MentionFilter(topic_id=report.topic_id, words=HANDLE)).mentions[0]
        bodies = [entry.body for entry in store.log()]
    escalate_mention(ctx, says(ctx, kim), mention_id=mine.id, note=f"{HANDLE} fragen")
    handle = f"@{HANDLE}@example.social"
    found = look_for_author(ctx, kim, network="mastodon", handle=handle)
    assert (found.posts, found.naming) == (MANY, 0)
    gone = erase_author(ctx, says(ctx, kim), network="mastodon", handle=handle, reason="Widerspruch Art. 21")
    assert gone == str(MANY)
    assert look_for_author(ctx, kim, network="mastodon", handle=HANDLE).naming == 3
    erase_author(ctx, says(ctx, kim), network="mastodon", handle=HANDLE, reason="Widerspruch", naming=True)
    again = import_mentions(
        ctx, says(ctx, kim), raws=posts(HANDLE, first=9_000, count=9), topic_name="T", source_name="b"
    )
    assert (again.fetched, again.stored, again.filtered) == (9, 0, 9)
    sign_head(ctx, reason="time")
    ctx.store.close()
    assert held(tmp_path, HANDLE) == []
    with ctx.store.reading() as store:
        assert verify(store.log()).intact
        assert [entry.body for entry in store.log()][: len(bodies)] == bodies
        assert store.extent(report.topic_id).total == MANY + 6
        exported = "\n".join(log_lines(store))
    assert HANDLE not in exported.lower()
    assert "Widerspruch" in exported
    allow_author(ctx, says(ctx, kim), network="mastodon", handle=handle, reason="will doch")
    back = import_mentions(
        ctx, says(ctx, kim), raws=posts(HANDLE, first=9_000, count=9), topic_name="T", source_name="c"
    )
    assert back.stored == 9
    ctx.store.close()


def test_it_is_gone_while_the_house_is_open_too(house: tuple[Context, str], tmp_path: Path) -> None:
    ctx, kim = house
    import_mentions(ctx, says(ctx, kim), raws=posts(HANDLE), topic_name="T", source_name="a.csv")
    assert held(tmp_path, HANDLE)
    erase_author(ctx, says(ctx, kim), network="", handle=f"{HANDLE}@example.social", reason="Widerspruch")
    again = import_mentions(ctx, says(ctx, kim), raws=posts(HANDLE, count=3), topic_name="T", source_name="b.csv")
    assert again.filtered == 3
    object.__setattr__(ctx.store, "_scrub_at", 0.0)
    set_contact(ctx, says(ctx, kim), email="kim@example.org", phone="")
    assert held(tmp_path, HANDLE, "Unverwechselbar") == []
    ctx.store.close()


def test_somebody_who_left_is_gone_from_every_file(house: tuple[Context, str], tmp_path: Path) -> None:
    ctx, kim = house
    given = {"login": HANDLE, "email": "zoe@unverwechselbar.example", "phone": "+49 30 777123"}
    zoe = add_person(ctx, says(ctx, kim), name=NAME, roles=[Role.ANALYST], password=PASSWORD, **given)
    sign_in(ctx, HANDLE, PASSWORD, "10.9.8.7")
    with ctx.store.writing() as store:
        linked = Identity(
            id="i", issuer="https://id.example", subject="unverwechselbar-77", person_id=zoe, linked_at=ctx.now()
        )
        store.add(linked)
    disable_person(ctx, says(ctx, kim), person_id=zoe)
    erase_person(ctx, says(ctx, kim), person_id=zoe, reason="ausgeschieden")
    object.__setattr__(ctx.store, "_scrub_at", 0.0)
    set_contact(ctx, says(ctx, kim), email="kim@example.org", phone="")
    assert held(tmp_path, HANDLE, "Unverwechselbar", "777123", "10.9.8.7") == []
    with ctx.store.reading() as store:
        assert verify(store.log()).intact
    ctx.store.close()
