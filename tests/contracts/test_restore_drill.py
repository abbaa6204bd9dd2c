"""Backups of every age come back: what they lack is noticed, and what was erased since then is erased again."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from command_center import worker
from command_center.bootstrap import back_up, build, put_back
from command_center.domain.accounts import Account, Posture, effective_posture
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.incidents import FactState, Incident, IncidentState
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.domain.response_log import Action
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import BadInput
from command_center.networks import Fetched
from command_center.ports import Caller, Context, MentionFilter
from command_center.settings import Settings
from command_center.use_cases.checkpoint import sign_head
from command_center.use_cases.connect import disconnect
from command_center.use_cases.erase_again import keep_erasures
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.lead import record_fact
from command_center.use_cases.listen import take_in
from command_center.use_cases.lock import standing_locks
from command_center.use_cases.people import add_person, disable_person
from command_center.use_cases.personal_data import erase_entry_texts, erase_person
from command_center.use_cases.safe_mode import look_outside
from command_center.use_cases.verify_log import verify_log
from tests.contracts.postgresql import Cluster

AGES = 20


@contextmanager
def opened(settings: Settings) -> Iterator[Context]:
    ctx = build(settings)
    yield ctx
    ctx.store.close()


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    """Name a house whose heads are left, and whose erasures are listed, where the store is not."""
    return Settings(
        data=folder / "house",
        deposits=(f"file:{tmp_path / 'heads.txt'}",),
        erasures_file=tmp_path / "erased.jsonl",
        log_key_file=tmp_path / "log.key",
    )


SECRETS = {"Otto", "Leitwarte 7", "gAAAA-key", "Ärger"}


def furnish(ctx: Context) -> None:
    """Let there be people, accounts, a key, a mention and a fact: all of it in every backup."""
    with ctx.store.writing() as store:
        for name, role in (("ada", Role.ADMINISTRATOR), ("ann", Role.ANALYST)):
            store.add(Person(id=name, login=name, name=name, roles=(role, Role.CRISIS_LEAD), created_at=ctx.now()))
        for name in ("a", "b"):
            store.add(Account(id=name, network="x", handle=name, name=name))
        store.add(
            Connection(
                id="key",
                network="x",
                handle="@a",
                kind=KeyKind.TOKEN,
                connected_by="ada",
                connected_at=ctx.now(),
                sealed="gAAAA-key",
            )
        )
        store.add(Topic(id="t", name="Nordwerk", terms=("Nordwerk",)))
        source = Source(id="s", name="s", kind="mastodon_stream", plane=Plane.REAL, topic_id="", created_at=ctx.now())
        store.add(source)
        store.add(
            Incident(
                id="i",
                plane=Plane.REAL,
                title="Sturm",
                plan_id="",
                plan_version=1,
                plan={},
                level=1,
                opened_by="ada",
                state=IncidentState.ACTIVE,
                opened_at=ctx.now(),
            )
        )
    otto = {"login": "otto", "name": "Otto Ott", "password": "Ein sehr langes Passwort 77"}
    add_person(ctx, Caller("ada", "add otto"), roles=[Role.ANALYST], **otto)
    fact = {"incident_id": "i", "text": "Der Kessel ist zu", "source": "Leitwarte 7"}
    record_fact(ctx, Caller("ada", "fact"), state=FactState.CONFIRMED, **fact)
    post = RawMention(network="mastodon", native_id="p1", text="Nordwerk macht Ärger", created_at=ctx.now())
    take_in(ctx, "s", Fetched(mentions=(post,)))


def work(ctx: Context, name: str) -> None:
    add_topic(ctx, Caller("ann", f"add {name}"), topic=Topic(id="", name=name, terms=(name,)))


def leave_heads(ctx: Context) -> None:
    sign_head(ctx, reason="interval")
    worker.deposit_once(ctx)


def postures(ctx: Context) -> set[Posture]:
    with ctx.store.reading() as store:
        return {effective_posture(each, standing_locks(store, each.id)) for each in store.find(Account)}


def test_every_old_backup_starts_in_safe_mode_and_the_newest_does_not(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    with opened(settings) as ctx:
        furnish(ctx)
        for age in range(AGES):
            work(ctx, f"topic {age}")
            leave_heads(ctx)
            back_up(settings, folder / f"{age}.sqlite")
        work(ctx, "the last")
        leave_heads(ctx)
        back_up(settings, folder / "newest.sqlite")
    noticed = 0
    for age in range(AGES):
        with restored(settings, folder / f"{age}.sqlite") as old:
            noticed += look_outside(old) and postures(old) == {Posture.HOLD}
    assert noticed == AGES
    with restored(settings, folder / "newest.sqlite") as new:
        assert not look_outside(new)
        assert postures(new) == {Posture.OPEN}


@contextmanager
def restored(settings: Settings, file: Path, **changes: Path) -> Iterator[Context]:
    back = replace(settings, data=file.with_suffix(""), **changes)  # type: ignore[arg-type]
    put_back(back, file)
    with opened(back) as ctx:
        yield ctx


def test_a_backup_that_comes_back_without_its_key_is_noticed_too(settings: Settings, folder: Path) -> None:
    with opened(settings) as ctx:
        furnish(ctx)
        work(ctx, "before")
        leave_heads(ctx)
        back_up(settings, folder / "old.sqlite")
        work(ctx, "after")
        leave_heads(ctx)
    with restored(settings, folder / "old.sqlite", log_key_file=folder / "another.key") as old:
        assert look_outside(old)
        assert postures(old) == {Posture.HOLD}


def test_a_store_that_is_written_all_the_time_is_backed_up_whole(settings: Settings, folder: Path) -> None:
    with opened(settings) as ctx:
        furnish(ctx)
        stop = Event()

        def write(writer: int) -> int:
            number = 0
            while not stop.is_set():
                number += 1
                work(ctx, f"{writer}-{number}")
            return number

        with ThreadPoolExecutor(2) as pool:
            writers = [pool.submit(write, writer) for writer in range(2)]
            sizes = []
            for turn in range(5):
                work(ctx, f"told {turn}")
                with ctx.store.reading() as store:
                    told = store.tree().size
                found = back_up(settings, folder / f"{turn}.sqlite")
                assert found.entries >= told
                sizes.append(found.entries)
            stop.set()
            assert all(writer.result() for writer in writers)
    assert sizes == sorted(sizes)
    with restored(settings, folder / "4.sqlite") as back, back.store.reading() as store:
        assert "told 4" in {topic.name for topic in store.find(Topic)}


def erase(ctx: Context) -> None:
    """Let somebody leave and be erased, a text of the log go, a key be thrown away and an author take a post back."""
    otto = otto_in(ctx).id
    disable_person(ctx, Caller("ada", "disable"), person_id=otto)
    erase_person(ctx, Caller("ada", "erase"), person_id=otto, reason="left")
    disconnect(ctx, Caller("ada", "disconnect"), connection_id="key")
    with ctx.store.reading() as store:
        fact = next(store.log(action=Action.FACT_RECORDED))
    erase_entry_texts(ctx, Caller("ada", "texts"), number=fact.number, reason="asked for")
    take_in(ctx, "s", Fetched(deleted=("p1",)))
    worker.work_once(ctx)


def otto_in(ctx: Context) -> Person:
    with ctx.store.reading() as store:
        return next(person for person in store.find(Person) if person.id not in {"ada", "ann"})


def traces(ctx: Context) -> set[str]:
    """Return which of what was erased is there."""
    with ctx.store.reading() as store:
        key = store.find(Connection, id="key")[0]
        there = {text.value for entry in store.log() for text in entry.texts}
        there |= {found.text for found in store.mentions(MentionFilter()).mentions}
    return {word for word in SECRETS if any(word in each for each in (*there, key.sealed, otto_in(ctx).name))}


def test_what_was_erased_since_the_backup_is_erased_again(settings: Settings, folder: Path) -> None:
    with opened(settings) as ctx:
        furnish(ctx)
        back_up(settings, folder / "old.sqlite")
        assert traces(ctx) == SECRETS
        erase(ctx)
        assert traces(ctx) == set()
        assert not [word for word in SECRETS if word in settings.erasures_file.read_text()]
    with restored(settings, folder / "old.sqlite") as back:
        assert traces(back) == SECRETS
        assert keep_erasures(back) == 4
        assert traces(back) == set()
        assert not otto_in(back).active
        assert keep_erasures(back) == 0
        assert verify_log(back, "ada").findings
    raw = (folder / "old" / "command_center.sqlite").read_bytes()
    # The fact itself stays until its incident's time is up; what the log said about it is gone.
    assert [word for word in SECRETS if word.encode() in raw] == ["Leitwarte 7"]


def test_postgresql_is_backed_up_as_the_command_says_and_what_is_old_is_noticed(
    cluster: Cluster, empty_postgresql_url: str, settings: Settings, folder: Path
) -> None:
    settings = replace(settings, database_url=empty_postgresql_url)
    environment = {**os.environ, "PATH": f"{cluster.programs}{os.pathsep}{os.environ['PATH']}"}
    with opened(settings) as ctx:
        furnish(ctx)
        leave_heads(ctx)
        with pytest.raises(BadInput) as raised:
            back_up(settings, folder / "dump")
        dump = shlex.split(str(raised.value.values["command"]))
        subprocess.run(dump, env=environment, check=True)
        erase(ctx)
        leave_heads(ctx)
    database = cluster.database()
    restore = ["pg_restore", f"--dbname={cluster.url(database)}", str(folder / "dump")]
    subprocess.run(restore, env=environment, check=True)
    with opened(replace(settings, database_url=cluster.url(database))) as back:
        assert look_outside(back)
        assert postures(back) == {Posture.HOLD}
        assert traces(back) == SECRETS
        assert keep_erasures(back) == 4
        assert traces(back) == set()
    cluster.drop(database)
