"""What the vault promises: sealed text says nothing, opens only where it belongs, and keys can be changed."""

from pathlib import Path

import pytest

from command_center.errors import BadInput, CommandCenterError
from command_center.vault import FernetVault, new_key

SECRET = {"token": "s3cr3t", "refresh": "öäü"}


def vault(file: Path, *keys: str) -> FernetVault:
    return FernetVault(keys=keys, file=file)


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "token.key"
    sealed = vault(file).seal("c1", SECRET)
    assert "s3cr3t" not in sealed
    assert file.stat().st_mode & 0o077 == 0
    assert vault(file).unseal("c1", sealed) == SECRET
    assert vault(file).unseal("c2", vault(file).seal("c2", {})) == {}


def test_a_sealed_secret_opens_only_for_its_own_connection(tmp_path: Path) -> None:
    keeper = vault(tmp_path / "k", new_key())
    with pytest.raises(CommandCenterError, match=r"vault\.wrong_key"):
        keeper.unseal("c2", keeper.seal("c1", SECRET))


def test_a_new_key_in_front_opens_what_the_old_one_sealed_and_seals_with_itself(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = vault(tmp_path / "k", old).seal("c1", SECRET)
    both = vault(tmp_path / "k", new, old)
    assert both.unseal("c1", sealed) == SECRET
    assert vault(tmp_path / "k", new).unseal("c1", both.seal("c1", SECRET)) == SECRET
    with pytest.raises(CommandCenterError, match=r"vault\.wrong_key"):
        vault(tmp_path / "k", new).unseal("c1", sealed)


def test_a_missing_or_broken_key_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CommandCenterError, match=r"vault\.key_missing"):
        vault(tmp_path / "gone").unseal("c1", "x")
    with pytest.raises(BadInput, match=r"vault\.not_a_key"):
        vault(tmp_path / "k", "short").seal("c1", SECRET)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandCenterError, match=r"vault\.key_unreadable"):
        vault(tmp_path / "binary").unseal("c1", "x")
    with pytest.raises(CommandCenterError, match=r"vault\.wrong_key"):
        vault(tmp_path / "k", new_key()).unseal("c1", "tämpered")
