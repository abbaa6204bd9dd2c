"""A real PostgreSQL for one test session: started here, reachable by a socket file only, thrown away at the end.

It can also be killed, and have a standby that takes its place.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_NOBODY = 65534
_USER = "app"
_ROOM = 1_000_000_000
_PATIENCE = 30.0


class NoServerError(Exception):
    """There are no PostgreSQL server programs on this machine."""


@dataclass(slots=True)
class Cluster:
    """A running server; every test makes itself a database from the empty one or a migrated template."""

    folder: Path
    programs: Path
    durable: bool = False
    made: int = 0

    def start(self) -> None:
        """Make the cluster and start it."""
        initdb = ["-D", self._data, "-U", _USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        self._run("initdb", *initdb)
        self.go()

    def go(self) -> None:
        """Start the server that was made before; after a kill its processes may take a moment to be gone."""
        careless = "" if self.durable else "-c fsync=off -c full_page_writes=off"
        fast = f"{careless} -c max_connections=60"
        server = f"-k {self.folder} -c listen_addresses='' {fast}"
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._run("pg_ctl", "-D", self._data, "-w", "-l", self.folder / "log", "-o", server, "start")
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def stop(self) -> None:
        """Stop it and remove every trace."""
        try:
            self.halt()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """Stop it without letting it end anything."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill the server and everything it runs, as if the machine were gone."""
        everything = [self._pid(), *self.backends(kind="%")]
        for pid in everything:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_backend(self) -> None:
        """Kill one process that serves a client; the server then ends all others and recovers."""
        for pid in self.backends()[:1]:
            os.kill(pid, signal.SIGKILL)

    def backends(self, kind: str = "client backend") -> list[int]:
        """Return the processes of the server that serve something, but for the one that answers this."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type LIKE %s AND pid <> pg_backend_pid()"
        return [row[0] for row in self.ask(query, kind)]

    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def standby(self, *, synchronous: bool) -> "Cluster":
        """Return a started copy of this server that follows it; ``synchronous`` lets every commit wait for the copy."""
        copy = _new(self.programs, durable=self.durable)
        copy.made = self.made
        copying = ["-h", self.folder, "-U", _USER, "-D", copy._data, "-R", "-c", "fast", "--no-sync"]
        try:
            copy._run("pg_basebackup", *copying)
            copy.go()
        except BaseException:
            shutil.rmtree(copy.folder, ignore_errors=True)
            raise
        self._until("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", 1)
        if synchronous:
            self.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.execute("SELECT pg_reload_conf()")
            self._until("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", 1)
        return copy

    def followed(self) -> None:
        """Wait until the standby has everything."""
        self._until("SELECT count(*) FROM pg_stat_replication WHERE flush_lsn >= pg_current_wal_lsn()", 1)

    def promote(self) -> None:
        """Let a standby take the place of the server it followed; it waits for no other standby."""
        self._run("pg_ctl", "-D", self._data, "-w", "promote")
        self.execute("ALTER SYSTEM RESET synchronous_standby_names")
        self.execute("SELECT pg_reload_conf()")

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what the administrator's question is answered."""
        with psycopg.connect(host=str(self.folder), user=_USER, dbname="postgres", autocommit=True) as connection:
            return connection.execute(query, values or None).fetchall()

    def _until(self, query: str, wanted: object) -> None:
        end = time.monotonic() + _PATIENCE
        while self.ask(query) != [(wanted,)]:
            if time.monotonic() > end:
                raise RuntimeError(f"waited too long for: {query}")
            time.sleep(0.05)

    def database(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        self.made += 1
        name = f"test_{self.made}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop(self, name: str) -> None:
        """Throw a database away, whoever still holds it."""
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run a statement of the administrator."""
        with psycopg.connect(host=str(self.folder), user=_USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://{_USER}@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        if os.geteuid() == 0:
            # The server refuses to run as root.
            command = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *command]
        env = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        # The server keeps its parent's outputs open, so they must not be pipes that somebody waits for.
        with (self.folder / "output").open("a+") as output:
            done = subprocess.run(command, env=env, cwd=self.folder, stdout=output, stderr=output, check=False)
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed:\n{output.read()}")


def started(*, durable: bool = False) -> Cluster:
    """Start a cluster of its own, on the disk if it has to be ``durable``.

    Raises ``NoServerError`` where PostgreSQL isn't installed.
    """
    cluster = _new(_programs(), durable=durable)
    try:
        cluster.start()
    except BaseException:
        shutil.rmtree(cluster.folder, ignore_errors=True)
        raise
    return cluster


def _new(programs: Path, *, durable: bool) -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="one-voice-", dir=None if durable else quick_folder()))
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    return Cluster(folder=folder, programs=programs, durable=durable)


def url_of_both(servers: Sequence[Cluster], database: str) -> str:
    """Return the address of a database that is on whichever of the servers can be written."""
    return f"postgresql://{_USER}@/{database}?host={','.join(str(server.folder) for server in servers)}"


def quick_folder() -> str | None:
    """Return a folder in memory if there is one with room: waiting for a busy disk proves nothing here."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if roomy else None


def _programs() -> Path:
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            # Behind a link all programs are together; beside it there may be only some.
            return (folder / "pg_ctl").resolve().parent
    raise NoServerError("no initdb and pg_ctl on PATH or in /usr/lib/postgresql/*/bin (Debian: apt install postgresql)")
