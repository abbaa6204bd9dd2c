"""What was erased at somebody's wish is listed by ids outside the store, and erased again in one that came back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from command_center import worker
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.erasures import Erased, Erasure, erasures_in, line_of
from command_center.domain.people import Role
from command_center.domain.topics import Topic
from command_center.erasure_file import ErasureFile
from command_center.use_cases.connect import disconnect
from command_center.use_cases.deposit import standings
from command_center.use_cases.erase_again import keep_erasures
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.people import add_person, disable_person
from command_center.use_cases.personal_data import erase_entry_texts, erase_person
from command_center.use_cases.unseal import ask_unsealing
from tests.contracts.factories import mention
from tests.use_cases.conftest import Office


def listing(office: Office, file: Path) -> Office:
    office.ctx = replace(office.ctx, erasures=ErasureFile(file))
    return office


def begin(office: Office) -> tuple[str, int]:
    """Do what both the house and its backup have seen: somebody came, a key was connected, something was said."""
    ask_unsealing(office.ctx, office.says("auditor"), reason="asked by the works council")
    person = add_person(
        office.ctx,
        office.says("administrator"),
        login="vera.weber",
        name="Vera Weber",
        roles=[Role.ANALYST],
        password="Ein sehr langes Passwort 77",
    )
    key = Connection(
        id="key", network="x", handle="@a", kind=KeyKind.TOKEN, connected_by="administrator",
        connected_at=office.moment, sealed="sealed",
    )  # fmt: skip
    office.add(key)
    with office.ctx.store.writing() as store:
        store.ingest([mention(1), mention(2)])
    with office.ctx.store.reading() as store:
        return person, next(iter(store.log())).number


def erase(office: Office, person: str, number: int) -> None:
    office.later(days=1)
    disconnect(office.ctx, office.says("administrator"), connection_id="key")
    erase_entry_texts(office.ctx, office.says("administrator"), number=number, reason="asked for")
    disable_person(office.ctx, office.says("administrator"), person_id=person)
    erase_person(office.ctx, office.says("administrator"), person_id=person, reason="left")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "erased.jsonl"


def test_the_list_outside_holds_ids_and_nothing_else(office: Office, file: Path) -> None:
    listing(office, file)
    person, number = begin(office)
    erase(office, person, number)
    worker.work_once(office.ctx)
    worker.work_once(office.ctx)
    found = ErasureFile(file).read()
    assert [each.kind for each in found] == [Erased.KEY, Erased.LOG_TEXTS, Erased.PERSON]
    assert "Vera" not in file.read_text()
    assert "asked for" not in file.read_text()
    assert file.read_text().count("\n") == 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_entry_with_the_same_number_keeps_its_texts(office: Office, file: Path) -> None:
    listing(office, file)
    begin(office)
    named = Erasure(id="t", number=1, kind=Erased.LOG_TEXTS, subjects=("1 " + "0" * 64,), at=office.moment)
    ErasureFile(file).append([named])
    assert keep_erasures(office.ctx) == 1
    with office.ctx.store.reading() as store:
        assert not any(text.erased_at for text in next(iter(store.log())).texts)


def test_a_key_that_was_connected_again_later_stays(office: Office, file: Path) -> None:
    listing(office, file)
    begin(office)
    old = Erasure(id="k", number=1, kind=Erased.KEY, subjects=("key",), at=office.moment - timedelta(hours=1))
    ErasureFile(file).append([old])
    keep_erasures(office.ctx)
    with office.ctx.store.reading() as store:
        assert (store.get(Connection, "key") or pytest.fail("gone")).sealed == "sealed"


def test_a_lost_list_is_written_anew_and_torn_lines_spoil_nothing(office: Office, file: Path) -> None:
    listing(office, file)
    person, number = begin(office)
    erase(office, person, number)
    keep_erasures(office.ctx)
    whole = file.read_text()
    file.write_text(whole[: len(whole) // 2] + "\n{}\nnull\n" + '{"id"')
    keep_erasures(office.ctx)
    assert {each.id for each in ErasureFile(file).read()} == {each.id for each in erasures_in(whole.splitlines())}
    file.unlink()
    keep_erasures(office.ctx)
    assert len(ErasureFile(file).read()) == 3


def test_a_list_that_can_t_be_written_is_shown_and_stops_nothing(office: Office, tmp_path: Path) -> None:
    listing(office, tmp_path / "share" / "erased.jsonl")
    person, number = begin(office)
    erase(office, person, number)
    worker.work_once(office.ctx)
    add_topic(office.ctx, office.says("analyst"), topic=Topic(id="", name="b", terms=("b",)))
    with office.ctx.store.reading() as store:
        (*_, place) = standings(office.ctx, store)
    assert place.trouble == "erasures.failed"
    (tmp_path / "share").mkdir()
    worker.work_once(office.ctx)
    with office.ctx.store.reading() as store:
        assert all(not each.trouble for each in standings(office.ctx, store))


def test_a_line_reads_as_what_was_written(office: Office) -> None:
    made = Erasure(
        id="a", number=3, kind=Erased.LOG_TEXTS, subjects=("1 f", "2 e"), fields=("reason",), at=office.moment
    )
    assert erasures_in([line_of(made)]) == [made]
