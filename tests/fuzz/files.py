"""Spoils what readers are given, so many times, and says what came of it."""

import random
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from command_center.bootstrap import back_up
from command_center.case_pack import write_pack
from command_center.case_pack.dossier import Reader as Dossier
from command_center.errors import CommandCenterError
from command_center.ports import Caller
from command_center.settings import Settings
from command_center.shell.data import Sorter
from command_center.storage.engines import read_transaction
from command_center.storage.tables import mentions
from command_center.use_cases.checkpoint import sign_head
from command_center.use_cases.evidence import log_lines
from command_center.use_cases.import_mentions import ImportReport, import_mentions
from monitors.files import DateOrder, read_file
from tests.fuzz.house import House, whole_house
from tests.fuzz.mutating import draw
from tests.fuzz.readers import Reader, packed, readers, said
from tests.pages.crisis import crisis_house

_KEPT: Final = 20


@dataclass(slots=True)
class Spoilt:
    """What became of spoilt input: read, refused with a sentence, or a failure with its data."""

    read: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """How many ended well."""
        return self.read.total() + self.refused.total()


@contextmanager
def all_readers() -> Iterator[list[Reader]]:
    """Make what only a house can write, once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with crisis_house(folder / "house") as crisis:
            crisis.switch_on()
            note = sign_head(crisis.ctx, reason="incident.activated").note
            zipped = folder / "case.zip"
            caller = crisis.says("udo")
            reader = Dossier("de", "Europe/Berlin", "Nordwerk")
            write_pack(crisis.ctx, caller, incident_id=crisis.incident, path=zipped, reader=reader)
            with crisis.ctx.store.reading() as store:
                log = "\n".join(log_lines(store, incident_id="")).encode()
        back_up(Settings(data=folder / "house"), folder / "copy.sqlite")
        with zipfile.ZipFile(zipped) as archive:
            pack = {each: archive.read(each) for each in archive.namelist()}
        among = readers(log, note.encode(), (folder / "copy.sqlite").read_bytes(), pack)
        with whole_house(folder / "second") as house:
            yield [*among, replace(among[0], name="import into the store", read=partial(_import, house), weight=2)]


def _import(house: House, data: bytes, folder: Path) -> None:
    """Bring a file in twice: the figures add up, what is stored is what was told, the second time adds nothing."""
    file = folder / "mentions.csv"
    file.write_bytes(data)
    before = _stored(house)
    first, error = _imported(house, file)
    between = _stored(house)
    again, _ = _imported(house, file)
    assert _stored(house) == between, "a repeat added something"
    if first is None or again is None:
        assert error is not None
        raise error
    assert between - before == first.stored
    assert first.fetched == first.stored + first.duplicate + first.filtered + first.rejected
    assert again.stored == 0


def _imported(house: House, file: Path) -> tuple[ImportReport | None, CommandCenterError | None]:
    caller = Caller(house.lead.id, house.ctx.new_id())
    try:
        rows = Sorter(read_file(file, now=house.ctx.now(), zone="Europe/Berlin", date_order=DateOrder.DAY))
        return (
            import_mentions(
                house.ctx,
                caller,
                raws=rows,
                topic_name="Nordwerk",
                source_name="spoilt",
                rejected=lambda: rows.count,
            ),
            None,
        )
    except CommandCenterError as error:
        return None, error


def _stored(house: House) -> int:
    with read_transaction(house.engine) as store:
        return int(store.execute(select(func.count()).select_from(mentions)).scalar_one())


def spoil(among: list[Reader], *, count: int, seed: int) -> Spoilt:
    """Spoil samples so many times, shared among the readers by their weights."""
    rng, done = random.Random(seed), Spoilt()  # noqa: S311 - the same each time, on purpose
    every = [reader for reader in among for _ in range(reader.weight)]
    with tempfile.TemporaryDirectory() as name:
        for number in range(count):
            reader = every[number % len(every)]
            data = draw(reader.samples, rng)
            if reader.name == "mentions" and rng.random() < 0.1:
                data = packed(data)
            folder = Path(name) / reader.name.replace("/", " ")
            folder.mkdir(exist_ok=True)
            _try(reader, data, folder, done)
    return done


def _try(reader: Reader, data: bytes, folder: Path, done: Spoilt) -> None:
    try:
        reader.read(data, folder)
    except CommandCenterError as error:
        said(error.code, error.values)
        done.refused[reader.name] += 1
    except Exception:
        if len(done.failures) < _KEPT:
            done.failures.append(f"{reader.name}: {data[:400]!r}\n{traceback.format_exc(limit=-4)}")
        else:
            done.failures.append(reader.name)
    else:
        done.read[reader.name] += 1
