"""A real PostgreSQL for one test session: started here, reachable by a socket file only, thrown away at the end."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

_NOBODY = 65534
_USER = "app"
_ROOM = 1_000_000_000


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
        data = self.folder / "data"
        initdb = ["-D", data, "-U", _USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        self._run("initdb", *initdb)
        careless = "" if self.durable else "-c fsync=off -c full_page_writes=off"
        fast = f"{careless} -c max_connections=60"
        server = f"-k {self.folder} -c listen_addresses='' {fast}"
        self._run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", server, "start")

    def stop(self) -> None:
        """Stop it and remove every trace."""
        try:
            self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

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
    folder = Path(tempfile.mkdtemp(prefix="one-voice-", dir=None if durable else quick_folder()))
    try:
        cluster = Cluster(folder=folder, programs=_programs(), durable=durable)
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        cluster.start()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return cluster


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
            return folder.resolve()
    raise NoServerError("no initdb and pg_ctl on PATH or in /usr/lib/postgresql/*/bin (Debian: apt install postgresql)")
