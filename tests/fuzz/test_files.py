"""Spoilt input ends in what could be read and what was refused by name, never in anything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_center.errors import CommandCenterError
from tests.fuzz.files import all_readers, spoil
from tests.fuzz.readers import Reader


@pytest.fixture(scope="module")
def among() -> Iterator[list[Reader]]:
    with all_readers() as made:
        yield made


def test_spoilt_input_is_read_or_refused(among: list[Reader]) -> None:
    done = spoil(among, count=600, seed=1)
    assert done.failures == []
    assert {*done.read, *done.refused} == {reader.name for reader in among}


def test_valid_input_is_read_so_that_refusing_everything_would_be_seen(among: list[Reader], tmp_path: Path) -> None:
    refused = []
    for each in among:
        for sample in each.samples[:1]:
            try:
                each.read(sample, tmp_path)
            except CommandCenterError as error:
                refused.append((each.name, error.code))
    assert refused == []


def test_a_reader_that_fails_is_seen(among: list[Reader]) -> None:
    broken = Reader(name="broken", samples=(b"x",), read=lambda _data, _folder: [].pop())
    assert spoil([broken], count=3, seed=1).failures
