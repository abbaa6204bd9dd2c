"""The evidence pack proves itself: to its own verifier in a bare Python, and only as long as nothing in it changed."""

import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_center import worker
from command_center.case_pack import Reader, write_pack
from command_center.case_pack.case_dossier import COMMANDS
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
    reader = Reader(language, "Europe/Berlin", "Nordwerk")
    write_pack(crisis.ctx, crisis.says("udo"), incident_id=crisis.incident, path=path, reader=reader)
    return path


def unpacked(crisis: Crisis, tmp_path: Path, language: str = "en") -> Path:
    folder = tmp_path / "opened"
    with zipfile.ZipFile(pack(crisis, tmp_path / "case.zip", language)) as made:
        made.extractall(folder)
    return folder


def check(
    folder: Path, *words: str, bare: bool = False, program: str = "verify.py"
) -> subprocess.CompletedProcess[str]:
    """Run the pack's verifier; ``bare`` without any package."""
    python = [sys.executable, "-I", *(["-S"] if bare else [])]
    command = [*python, str(folder / program), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_pack_proves_itself_and_its_heads_are_those_kept_outside(crisis: Crisis, tmp_path: Path) -> None:
    folder = unpacked(crisis, tmp_path)
    key = str(crisis.ctx.notary.signer.key)
    found = check(folder, "--key", key, "--checkpoint", str(tmp_path / "heads.txt"))
    assert found.returncode == 0, found.stdout + found.stderr
    assert "BROKEN" not in found.stdout
    still_open = [line for line in found.stdout.splitlines() if line.startswith("OPEN")]
    assert all(line.startswith("OPEN: Only manifest.json speaks for") for line in still_open)
    assert "heads.txt: the first" in found.stdout
    assert len(json.loads((folder / "deposits.json").read_text())) == 1


def test_a_pack_is_checked_in_a_bare_python_too(crisis: Crisis, tmp_path: Path) -> None:
    found = check(unpacked(crisis, tmp_path), bare=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Signatures were not checked" in found.stdout
    assert "openssl pkeyutl -verify" in found.stdout


@pytest.mark.parametrize(("own", "asked", "said"), [("de", (), "BEWIESEN"), ("de", ("--language", "en"), "PROVEN")])
def test_the_verifier_speaks_the_packs_language_or_the_one_asked_for(
    crisis: Crisis, tmp_path: Path, own: str, asked: tuple[str, ...], said: str
) -> None:
    found = check(unpacked(crisis, tmp_path, own), *asked, bare=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert said in found.stdout
    assert not re.search(r"pack\.[a-z]+_|\{[a-z]+\}", found.stdout)


def test_without_a_pack_or_a_head_nothing_counts_as_proven(crisis: Crisis, tmp_path: Path) -> None:
    folder = unpacked(crisis, tmp_path)
    assert check(folder, str(tmp_path / "nowhere")).returncode == 2
    (folder / "openssl").rename(tmp_path / "away")
    sums = json.loads((folder / "manifest.json").read_text())
    kept = {name: value for name, value in sums.items() if not name.startswith(("heads/", "openssl/"))}
    (folder / "manifest.json").write_text(json.dumps(kept))
    found = check(folder)
    assert found.returncode == 2
    assert "no readable signed head" in found.stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs OpenSSL")
def test_openssl_checks_the_newest_head_with_the_command_the_report_tells(crisis: Crisis, tmp_path: Path) -> None:
    folder = unpacked(crisis, tmp_path)
    command = next(each for each in COMMANDS if "pkeyutl" in each)
    assert command in html.unescape((folder / "report.html").read_text())
    assert subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0
    relisted(folder, "openssl/head.txt", (folder / "openssl/head.txt").read_bytes().replace(b"\n", b"\n\n", 1))
    assert subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode != 0


def relisted(folder: Path, name: str, data: bytes) -> None:
    """Change a file and its sum in the manifest, as somebody who takes care would."""
    (folder / name).write_bytes(data)
    sums = json.loads((folder / "manifest.json").read_text())
    sums[name] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(sums))


def test_another_key_is_found(crisis: Crisis, tmp_path: Path) -> None:
    other = replace(crisis.ctx.notary.signer, file=tmp_path / "other.key").key  # type: ignore[type-var]
    assert check(unpacked(crisis, tmp_path), "--key", str(other)).returncode == 1


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
            crisis.ctx, crisis.says("leo"), incident_id=crisis.incident, path=path, reader=Reader("de", "UTC", "N")
        )
    assert not path.exists()
