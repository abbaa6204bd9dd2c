"""The evidence pack proves itself: to its own verifier in a bare Python, and only as long as nothing in it changed."""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_center import worker
from command_center.case_pack import write_pack
from command_center.depositing import depositors
from command_center.domain.response_log import Action
from command_center.errors import BadInput, NotAllowed
from command_center.use_cases.checkpoint import sign_head
from tests.pages.crisis import Crisis, crisis_house


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        notary = replace(house.ctx.notary, depositors=depositors([f"file:{tmp_path / 'heads.txt'}"], "de"))
        house.ctx = replace(house.ctx, notary=notary)
        house.switch_on()
        sign_head(house.ctx, reason="incident.activated")
        worker.deposit_once(house.ctx)
        yield house


def pack(crisis: Crisis, path: Path, language: str = "de") -> Path:
    write_pack(
        crisis.ctx, crisis.says("udo"), incident_id=crisis.incident, path=path, language=language, zone="Europe/Berlin"
    )
    return path


def unpacked(crisis: Crisis, tmp_path: Path) -> Path:
    folder = tmp_path / "opened"
    with zipfile.ZipFile(pack(crisis, tmp_path / "case.zip")) as made:
        made.extractall(folder)
    return folder


def check(folder: Path, *words: str, bare: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the pack's verifier; ``bare`` without any package."""
    python = [sys.executable, "-I", *(["-S"] if bare else [])]
    command = [*python, str(folder / "verify.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_pack_proves_itself_and_its_heads_are_those_kept_outside(crisis: Crisis, tmp_path: Path) -> None:
    folder = unpacked(crisis, tmp_path)
    key = str(crisis.ctx.notary.signer.key)
    found = check(folder, "--key", key, "--checkpoint", str(tmp_path / "heads.txt"))
    assert found.returncode == 0, found.stdout + found.stderr
    assert "BROKEN" not in found.stdout
    assert "OPEN" not in found.stdout
    assert "heads.txt: the first" in found.stdout
    assert len(json.loads((folder / "deposits.json").read_text())) == 1


def test_a_pack_is_checked_in_a_bare_python_too(crisis: Crisis, tmp_path: Path) -> None:
    found = check(unpacked(crisis, tmp_path), bare=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "signatures were not checked" in found.stdout


def relisted(folder: Path, name: str, data: bytes) -> None:
    """Change a file and its sum in the manifest, as somebody who takes care would."""
    (folder / name).write_bytes(data)
    sums = json.loads((folder / "manifest.json").read_text())
    sums[name] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(sums))


def edit_entry(folder: Path) -> None:
    data = (folder / "entries.jsonl").read_bytes()
    relisted(folder, "entries.jsonl", data.replace(b"incident.activated", b"incident.imagined"))


def edit_reason(folder: Path) -> None:
    data = (folder / "entries.jsonl").read_bytes()
    assert b"Ein Ger" in data
    relisted(folder, "entries.jsonl", data.replace(b"Ein Ger", b"Kein Ger"))


def drop_entry(folder: Path) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    relisted(folder, "entries.jsonl", b"".join(lines[1:]))


def sign_another_size(folder: Path) -> None:
    head = min((folder / "heads").iterdir())
    text = head.read_text()
    size = text.split("\n")[1]
    relisted(folder, f"heads/{head.name}", text.replace(f"\n{size}\n", f"\n{int(size) - 1}\n", 1).encode())


def change_report(folder: Path) -> None:
    (folder / "report.html").write_text("all was well")


@pytest.mark.parametrize("tamper", [edit_entry, edit_reason, drop_entry, sign_another_size, change_report])
def test_a_changed_pack_is_found(crisis: Crisis, tmp_path: Path, tamper: Callable[[Path], None]) -> None:
    folder = unpacked(crisis, tmp_path)
    tamper(folder)
    found = check(folder)
    assert found.returncode == 1
    assert "BROKEN" in found.stdout


def test_another_key_is_found(crisis: Crisis, tmp_path: Path) -> None:
    other = replace(crisis.ctx.notary.signer, file=tmp_path / "other.key").key  # type: ignore[type-var]
    assert check(unpacked(crisis, tmp_path), "--key", str(other)).returncode == 1


@pytest.mark.parametrize(("language", "words"), [("de", "Was geschah"), ("en", "What happened")])
def test_the_report_tells_the_story_in_words(crisis: Crisis, tmp_path: Path, language: str, words: str) -> None:
    with zipfile.ZipFile(pack(crisis, tmp_path / "case.zip", language)) as made:
        told = made.read("report.html").decode()
    assert words in told
    assert "Kim Brandt" in told
    assert "[action." not in told
    assert "[report." not in told
    assert "<script" not in told


def test_an_export_is_logged_with_the_packs_own_sum_and_never_overwrites(crisis: Crisis, tmp_path: Path) -> None:
    path = pack(crisis, tmp_path / "case.zip")
    with crisis.ctx.store.reading() as store:
        (entry,) = store.log(action=Action.CASE_EXPORTED)
    assert entry.details["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(BadInput, match=r"case\.exists"):
        pack(crisis, path)


def test_a_pack_needs_the_right(crisis: Crisis, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    with pytest.raises(NotAllowed):
        write_pack(
            crisis.ctx, crisis.says("leo"), incident_id=crisis.incident, path=path, language="de", zone="Europe/Berlin"
        )
    assert not path.exists()
