"""Whatever is changed in an evidence pack is found, or named as something only the manifest speaks for."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from command_center import worker
from command_center.case_pack.verify import MANIFEST_ONLY
from command_center.depositing import depositors
from command_center.domain.response_log import Action
from command_center.use_cases.checkpoint import sign_head
from command_center.use_cases.publish import publish
from tests.pages.crisis import crisis_house
from tests.pages.test_case_pack import check, relisted, unpacked

FILES = (
    "case.sqlite",
    "deposits.json",
    "entries.jsonl",
    "heads",
    "keys.txt",
    "manifest.json",
    "openssl/head.sig",
    "openssl/head.txt",
    "openssl/key.pem",
    "pack.json",
    "posts.json",
    "proofs.json",
    "report.html",
    "report.pdf",
    "statements.json",
    "time_stamps",
    "verify.py",
)
Change = tuple[str, Callable[[bytes], bytes]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack with everything in it, unzipped; a time stamp's authority stands aside, so its answer is written here."""
    folder = tmp_path_factory.mktemp("pack")
    with crisis_house(folder / "house") as crisis:
        notary = replace(crisis.ctx.notary, depositors=depositors([f"file:{folder / 'heads.txt'}"], "de"))
        crisis.ctx = replace(crisis.ctx, notary=notary)
        crisis.switch_on()
        publish(crisis.ctx, crisis.says("leo"), account_id=crisis.accounts["x"], text="Alles halb so wild!")
        sign_head(crisis.ctx, reason=Action.INCIDENT_ACTIVATED.value)
        worker.deposit_once(crisis.ctx)
        made = unpacked(crisis, folder)
    stamp_by_hand(made)
    assert check(made).returncode == 0
    return made


def stamp_by_hand(folder: Path) -> None:
    head = min((folder / "heads").iterdir())
    (folder / "time_stamps").mkdir()
    receipt = f"time_stamps/{head.stem}-0.tsr"
    relisted(folder, receipt, b"0\x82" + hashlib.sha256(head.read_bytes()).digest() + b"signed")
    kept = json.loads((folder / "deposits.json").read_text())
    kept.append({"place": "tsa:x", "head": f"heads/{head.name}", "size": 1, "at": "", "receipt": receipt})
    relisted(folder, "deposits.json", json.dumps(kept).encode())


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "copy")


def the_file(folder: Path, name: str) -> Path:
    found = folder / name
    return min(found.iterdir()) if found.is_dir() else found


def test_every_kind_of_file_is_tried(whole: Path) -> None:
    there = {each.relative_to(whole).as_posix() for each in whole.rglob("*") if each.is_file()}
    kinds = {name.split("/")[0] if name.startswith(("heads/", "time_stamps/")) else name for name in there}
    assert kinds == set(FILES)


@pytest.mark.parametrize("where", [0, 0.5, 1])
@pytest.mark.parametrize("name", FILES)
def test_one_byte_changed_anywhere_is_found(whole: Path, copied: Path, name: str, where: float) -> None:
    file = the_file(copied, name)
    data = bytearray(file.read_bytes())
    data[round(where * (len(data) - 1))] ^= 1
    file.write_bytes(data)
    # By a verifier of one's own: a changed one may say anything.
    shutil.copy(whole / "verify.py", copied.parent / "own.py")
    found = check(copied.parent, str(copied), program="own.py")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "BROKEN" in found.stdout
    assert not found.stderr


@pytest.mark.parametrize("name", [name for name in FILES if name not in {"verify.py", "manifest.json"}])
def test_a_file_taken_away_is_found(copied: Path, name: str) -> None:
    the_file(copied, name).unlink()
    assert check(copied).returncode == 1


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def without_first_line(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[1:])


def smaller(data: bytes) -> bytes:
    size = data.split(b"\n")[1]
    return data.replace(b"\n" + size + b"\n", b"\n%d\n" % (int(size) - 1), 1)


def another_sum(data: bytes) -> bytes:
    return data.replace(b'"hash": "', b'"hash": "0', 1)


def first_proof(data: bytes) -> bytes:
    proofs = json.loads(data)
    one = proofs["inclusion"][min(proofs["inclusion"])]
    one[0] = "00" * 32
    return json.dumps(proofs).encode()


def flipped(data: bytes) -> bytes:
    return data[:10] + bytes([data[10] ^ 1]) + data[11:]


CAREFUL: tuple[Change, ...] = (
    ("entries.jsonl", swap(b"incident.activated", b"incident.imagined")),
    ("entries.jsonl", swap(b"Ein Ger", b"Kein Ger")),
    ("entries.jsonl", without_first_line),
    ("entries.jsonl", another_sum),
    ("entries.jsonl", swap(b"{", b"[")),
    ("proofs.json", first_proof),
    ("heads", smaller),
    ("keys.txt", swap(b"+A", b"+B")),
    ("openssl/head.sig", flipped),
    ("openssl/head.txt", smaller),
    ("openssl/key.pem", swap(b"MCowBQYDK2VwAyEA", b"MCowBQYDK2VwAyEB")),
    ("statements.json", swap(b"Bitte", b"Nicht")),
    ("posts.json", swap(b"Alles halb so wild!", b"Es tut uns leid.")),
    ("time_stamps", lambda data: b"0\x82" + b"\0" * 32 + b"signed"),
)


@pytest.mark.parametrize("number", range(len(CAREFUL)))
def test_a_change_with_a_new_sum_in_the_manifest_is_found_all_the_same(copied: Path, number: int) -> None:
    name, change = CAREFUL[number]
    file = the_file(copied, name)
    relisted(copied, file.relative_to(copied).as_posix(), change(file.read_bytes()))
    found = check(copied)
    assert found.returncode == 1, found.stdout + found.stderr
    assert not found.stderr


@pytest.mark.parametrize(
    "order",
    [
        "update log set body = replace(body, 'incident.activated', 'incident.imagined')",
        "update publications set text = 'Es tut uns leid.'",
        "update statement_versions set state = 'draft'",
        "drop table statements",
    ],
)
def test_a_case_file_that_tells_another_story_is_found(copied: Path, order: str) -> None:
    with closing(sqlite3.connect(copied / "case.sqlite")) as case, case:
        case.execute(order)
    relisted(copied, "case.sqlite", (copied / "case.sqlite").read_bytes())
    assert check(copied).returncode == 1


@pytest.mark.parametrize("name", [*MANIFEST_ONLY, "facts"])
def test_what_only_the_manifest_speaks_for_is_named(copied: Path, name: str) -> None:
    told = check(copied).stdout
    named = [line for line in told.splitlines() if line.startswith("OPEN: Only manifest.json speaks for")]
    assert any(name in line for line in named)


def test_a_file_that_was_put_in_is_named(copied: Path) -> None:
    (copied / "heads" / "000000000001.txt").write_text("not ours")
    assert "Not listed, so not of this pack: heads/000000000001.txt" in check(copied).stdout
