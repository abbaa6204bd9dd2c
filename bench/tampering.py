"""Ways to tamper with a log, each done to a real store as somebody with its file, or with its key too, could.

``CASES`` names them; ``found`` makes a sound store with heads deposited outside, tampers with it and returns what
the check says. Used by ``python -m bench.trust`` and by the tests.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from command_center.domain.checkpoints import Checkpoint, Head, head_id, read_note, signed
from command_center.domain.mentions import Plane
from command_center.domain.proof import Held, Proof, Verdict
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import CommandCenterError
from command_center.signing import FileSigner, verify
from command_center.storage import open_store
from command_center.use_cases.verify_log import proof_of

NOON: Final = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LONG: Final = 40
EVERY: Final = 10


@dataclass(slots=True)
class Scene:
    """A store with its key and the heads others hold."""

    folder: Path
    file: Path
    signer: FileSigner
    deposited: list[Held]

    def sql(self, *statements: str) -> None:
        """Write past the program, with the guards against it taken away."""
        with closing(sqlite3.connect(self.file)) as store, store:
            for (name,) in store.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                store.execute(f'drop trigger "{name}"')
            for statement in statements:
                store.execute(statement)

    def write(self, entries: Iterable[NewEntry], signer: FileSigner | None = None) -> list[Held]:
        """Append entries as the program does, a head signed at every tenth."""
        store = open_store(f"sqlite:///{self.file}")
        heads = []
        try:
            for entry in entries:
                with store.writing() as work:
                    work.append(entry)
                    tree = work.tree()
                    if tree.size % EVERY == 0:
                        heads.append(_sign(work, signer or self.signer, tree.size, tree.root))
        finally:
            store.close()
        return heads

    def rewritten(self, entries: Iterable[NewEntry], signer: FileSigner | None = None) -> None:
        """Write a whole other history in place of this one, in perfect form."""
        self.file.unlink()
        self.write(entries, signer)

    def check(self) -> Proof:
        """Check the store by its own heads and those deposited, for the key everybody knows."""
        store = open_store(f"sqlite:///{self.file}")
        try:
            with store.reading() as look:
                return proof_of(look, heads=self.deposited, keys=[self.signer.key], check=verify)
        finally:
            store.close()


def _sign(work: Any, signer: FileSigner, size: int, root: bytes) -> Held:
    checkpoint = Checkpoint(signer.name, size, root)
    note = signed(checkpoint, (signer.key, signer.sign(checkpoint.text.encode())))
    work.add(Head(id=head_id(size), size=size, note=note, made_at=NOON, reason="interval"))
    return Held("notary", read_note(note))


def entries(count: int = LONG, first: int = 1) -> list[NewEntry]:
    """Return entries of a log, a minute apart."""
    return [
        NewEntry(
            action=Action.POST_REFUSED,
            actor="anna",
            plane=Plane.REAL,
            subject=f"publication-{number}",
            at=NOON + timedelta(minutes=number),
            details={"reason": "gate.not_approved"},
        )
        for number in range(first, first + count)
    ]


def scene(folder: Path) -> Scene:
    """Make a sound log of forty entries, with a head signed and deposited at every tenth."""
    signer = FileSigner("example.org/log", folder / "log.key")
    made = Scene(folder, folder / "store.sqlite", signer, [])
    made.deposited = made.write(entries())
    return made


def _edited(found: Scene) -> None:
    found.sql("update log_entries set body = replace(body, 'anna', 'otto'), actor = 'otto' where number = 7")


def _relabelled(found: Scene) -> None:
    found.sql("update log_entries set actor = 'otto' where number = 7")


def _unreadable(found: Scene) -> None:
    found.sql("update log_entries set at = 'yesterday' where number = 7")


def _removed(found: Scene) -> None:
    found.sql("delete from log_entries where number = 7")


def _moved_up(found: Scene) -> None:
    found.sql(
        "delete from log_entries where number = 7",
        "update log_entries set number = -number + 1 where number > 7",
        "update log_entries set number = -number where number < 0",
    )


def _inserted(found: Scene) -> None:
    columns = "at, plane, action, actor, subject, incident_id, body, previous_hash, hash"
    found.sql(
        "update log_entries set number = -number - 1 where number > 7",
        "update log_entries set number = -number where number < 0",
        f"insert into log_entries (number, {columns}) select 8, {columns} from log_entries where number = 7",  # noqa: S608
    )


def _swapped(found: Scene) -> None:
    found.sql(
        "update log_entries set number = -7 where number = 7",
        "update log_entries set number = 7 where number = 8",
        "update log_entries set number = 8 where number = -7",
    )


def _cut_off(found: Scene) -> None:
    found.sql("delete from log_entries where number > 35")


def _cut_off_neatly(found: Scene) -> None:
    found.rewritten(entries(35))


def _rewritten(found: Scene) -> None:
    found.rewritten([replace(entry, actor="otto") if at == 6 else entry for at, entry in enumerate(entries())])


def _other_key(found: Scene) -> None:
    other = FileSigner("example.org/log", found.folder / "other.key")
    found.rewritten([replace(entry, actor="otto") for entry in entries()], other)


def _restored(found: Scene) -> None:
    yesterday = found.folder / "yesterday.sqlite"
    early = replace(found, file=yesterday)
    early.write(entries(20))
    found.file.unlink()
    shutil.copyfile(yesterday, found.file)


def _restored_and_continued(found: Scene) -> None:
    _restored(found)
    found.write([replace(entry, actor="otto") for entry in entries(LONG, 21)])


def _clock_back(found: Scene) -> None:
    late = [replace(entry, at=entry.at - timedelta(days=1)) for entry in entries(5, LONG + 1)]
    found.write(late)


def _tree(found: Scene) -> None:
    found.sql(f"update log_nodes set hash = '{'0' * 64}' where level = 5")  # noqa: S608


def _tree_gone(found: Scene) -> None:
    found.sql("delete from log_nodes where level = 3")


def _forged(found: Scene) -> None:
    text = found.deposited[-1].note.text.replace(f"\n{LONG}\n", "\n39\n")
    found.deposited.append(Held("notary", replace(found.deposited[-1].note, text=text)))


def _nothing(_found: Scene) -> None:
    return


CASES: Final[dict[str, tuple[Callable[[Scene], None], str]]] = {
    "an entry edited": (_edited, "log.body_changed"),
    "a column edited": (_relabelled, "log.columns_changed"),
    "a column made unreadable": (_unreadable, "log.entry_unreadable"),
    "an entry removed": (_removed, "log.gap"),
    "an entry removed, the rest moved up": (_moved_up, "log.chain_broken"),
    "an entry inserted": (_inserted, "log.chain_broken"),
    "two entries swapped": (_swapped, "log.chain_broken"),
    "the end cut off": (_cut_off, "log.head_differs"),
    "the end cut off, all else made to fit": (_cut_off_neatly, "verify.cut_off"),
    "an entry changed, all rewritten and signed with the real key": (_rewritten, "verify.rewritten"),
    "all rewritten and signed with another key": (_other_key, "verify.other_key"),
    "yesterday's database put back": (_restored, "verify.cut_off"),
    "yesterday's database put back and continued": (_restored_and_continued, "verify.rewritten"),
    "the clock set back": (_clock_back, "verify.clock_back"),
    "a node of the tree changed": (_tree, "log.tree_differs"),
    "nodes of the tree removed": (_tree_gone, "log.tree_differs"),
    "a deposited head forged": (_forged, "verify.signature_wrong"),
    "nothing": (_nothing, ""),
}
"""Each way to tamper and the code by which it is found; the last is sound and must pass."""


def found(case: str, folder: Path) -> set[str]:
    """Tamper in one of the ways and return the codes of everything found broken or open."""
    made = scene(folder)
    CASES[case][0](made)
    try:
        proof = made.check()
    except CommandCenterError as error:
        return {error.code}
    codes = {finding.code for finding in proof.findings if finding.verdict is not Verdict.PROVEN}
    return codes | ({proof.chain.reason} if proof.chain.reason else set())
