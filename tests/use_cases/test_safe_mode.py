"""Heads are left outside, failures are shown and tried again, and a log that contradicts them may say nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from command_center import worker
from command_center.depositing import depositors
from command_center.domain.accounts import Account, Posture, effective_posture
from command_center.domain.deposits import Deposit
from command_center.domain.topics import Topic
from command_center.errors import Conflict, NotAllowed
from command_center.signing import FileSigner
from command_center.use_cases.checkpoint import sign_head
from command_center.use_cases.deposit import standings
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.lock import standing_locks
from command_center.use_cases.safe_mode import ask_to_leave, leave, look_outside, safe_mode
from command_center.use_cases.verify_log import verify_log
from tests.use_cases.conftest import Office, open_office


def outside(office: Office, file: Path) -> Office:
    notary = replace(office.ctx.notary, depositors=depositors([f"file:{file}"], "de"))
    office.ctx = replace(office.ctx, notary=notary)
    return office


def watch(office: Office, *names: str) -> None:
    for name in names:
        add_topic(office.ctx, office.says("analyst"), topic=Topic(id="", name=name, terms=(name,)))
    sign_head(office.ctx, reason="interval")


@pytest.fixture
def house(office: Office, tmp_path: Path) -> Office:
    outside(office, tmp_path / "heads.txt")
    watch(office, "a", "b", "c")
    worker.deposit_once(office.ctx)
    return office


def restored(tmp_path: Path, *names: str) -> Office:
    """Return the house as it was before its last entries, and with what was done since then."""
    other = outside(open_office([]), tmp_path / "heads.txt")
    watch(other, *names)
    return other


def posture(office: Office) -> Posture:
    with office.ctx.store.reading() as store:
        (account,) = store.find(Account)
        return effective_posture(account, standing_locks(store, account.id))


def test_each_head_is_left_once_with_its_receipt(house: Office, tmp_path: Path) -> None:
    worker.deposit_once(house.ctx)
    watch(house, "d")
    worker.deposit_once(house.ctx)
    with house.ctx.store.reading() as store:
        assert [each.size for each in store.find(Deposit, order="size")] == [3, 4]
    assert (tmp_path / "heads.txt").read_text().count("example.org/log\n") == 2


def test_a_place_that_fails_is_shown_and_tried_again_later(office: Office, tmp_path: Path) -> None:
    outside(office, tmp_path / "share" / "heads.txt")
    watch(office, "a")
    worker.deposit_once(office.ctx)
    with office.ctx.store.reading() as store:
        (_, place) = standings(office.ctx, store)
    assert (place.trouble, place.last) == ("deposit.failed", None)
    (tmp_path / "share").mkdir()
    office.later(hours=2)
    worker.deposit_once(office.ctx)
    with office.ctx.store.reading() as store:
        (_, place) = standings(office.ctx, store)
    assert place.trouble == ""
    assert place.last is not None


def test_a_lost_key_is_shown_and_stops_no_other_work(office: Office, tmp_path: Path) -> None:
    signer = FileSigner("example.org/log", tmp_path / "log.key")
    office.ctx = replace(office.ctx, notary=replace(office.ctx.notary, signer=signer))
    watch(office, "a")
    signer.file.unlink()
    office.later(hours=1)
    add_topic(office.ctx, office.says("analyst"), topic=Topic(id="", name="b", terms=("b",)))
    worker.work_once(office.ctx)
    with office.ctx.store.reading() as store:
        assert standings(office.ctx, store)[0].trouble == "log_key.lost"


def test_a_sound_log_may_speak(house: Office) -> None:
    watch(house, "d")
    assert not look_outside(house.ctx)
    assert posture(house) is Posture.OPEN


@pytest.mark.parametrize(
    "names", [("a",), ("x", "y", "z"), ("a", "b", "x", "y", "z")], ids=["cut", "rewritten", "fork"]
)
def test_a_log_that_contradicts_may_say_nothing(house: Office, tmp_path: Path, names: tuple[str, ...]) -> None:
    del house
    other = restored(tmp_path, *names)
    assert look_outside(other.ctx)
    assert posture(other) is Posture.HOLD
    assert "house.safe_mode_entered" in other.actions()
    before = other.actions()
    assert look_outside(other.ctx), "it stands until people end it"
    assert other.actions() == before


def test_nothing_is_left_outside_in_safe_mode(house: Office, tmp_path: Path) -> None:
    del house
    other = restored(tmp_path, "x")
    kept = (tmp_path / "heads.txt").read_text()
    worker.deposit_once(other.ctx)
    assert (tmp_path / "heads.txt").read_text() == kept
    assert posture(other) is Posture.HOLD


def test_two_people_end_it_and_the_accepted_head_counts_no_more(house: Office, tmp_path: Path) -> None:
    del house
    other = restored(tmp_path, "x")
    look_outside(other.ctx)
    with pytest.raises(Conflict):
        leave(other.ctx, other.says("approver"))
    ask_to_leave(other.ctx, other.says("approver"), reason="Die Sicherung von gestern ist richtig.")
    with pytest.raises(NotAllowed):
        leave(other.ctx, other.says("approver"))
    leave(other.ctx, other.says("second_approver"))
    assert posture(other) is Posture.OPEN
    assert not look_outside(other.ctx)
    sign_head(other.ctx, reason="interval")
    worker.deposit_once(other.ctx)
    assert not look_outside(other.ctx)
    with other.ctx.store.reading() as store:
        assert safe_mode(store) is None
    assert look_outside(restored(tmp_path, "y").ctx), "the new head guards from now on"


def test_a_head_that_somebody_else_signed_changes_nothing(house: Office, tmp_path: Path) -> None:
    heads = tmp_path / "heads.txt"
    heads.write_text(heads.read_text().replace("\n3\n", "\n300\n"))
    assert not look_outside(house.ctx)


def codes(office: Office) -> set[str]:
    return {finding.code for finding in verify_log(office.ctx, "auditor").findings}


def test_a_check_asks_the_places_outside(house: Office, tmp_path: Path) -> None:
    assert "verify.cut_off" not in codes(house)
    other = restored(tmp_path, "a")
    assert "verify.cut_off" in codes(other)
    look_outside(other.ctx)
    ask_to_leave(other.ctx, other.says("approver"), reason="Die Sicherung von gestern ist richtig.")
    leave(other.ctx, other.says("second_approver"))
    found = codes(other)
    assert "verify.cut_off" not in found
    assert "verify.accepted" in found, "what two people accepted is told, not hidden"


def test_a_place_that_cannot_be_asked_is_an_open_point(house: Office, tmp_path: Path) -> None:
    (tmp_path / "heads.txt").unlink()
    (tmp_path / "heads.txt").mkdir()
    assert "verify.place_silent" in codes(house)
