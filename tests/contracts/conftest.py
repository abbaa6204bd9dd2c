"""The stores every contract is held against: the fake, a SQLite file, and a real PostgreSQL."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_center.ports import Store
from command_center.storage import SqlStore, open_store
from tests.contracts.postgresql import Cluster, NoServerError, quick_folder, started
from tests.fakes.memory_store import MemoryStore


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run one PostgreSQL for the whole session."""
    try:
        running = started()
    except NoServerError as error:
        pytest.skip(str(error))
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    """Make a database with the finished schema, to be copied."""
    name = cluster.database()
    open_store(cluster.url(name)).close()
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file with the finished schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder for SQLite files, in memory where possible."""
    with tempfile.TemporaryDirectory(prefix="one-voice-", dir=quick_folder()) as name:
        yield Path(name)


@pytest.fixture
def sqlite_url(folder: Path, migrated_file: Path) -> str:
    """Name a fresh SQLite store."""
    path = folder / "store.sqlite"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(cluster: Cluster, migrated_database: str) -> Iterator[str]:
    """Name a fresh PostgreSQL store."""
    name = cluster.database(migrated_database)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def empty_postgresql_url(cluster: Cluster) -> Iterator[str]:
    """Name a PostgreSQL database that has no table yet."""
    name = cluster.database()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Name a fresh store on each engine."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, folder: Path) -> str:
    """Name a store on each engine that has no table yet."""
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'empty.sqlite'}"
    found: str = request.getfixturevalue("empty_postgresql_url")
    return found


@pytest.fixture
def sql_store(url: str) -> Iterator[SqlStore]:
    """Open a fresh store on each engine."""
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Open each of the three stores."""
    open_: dict[str, Callable[[], Store]] = {
        "fake": MemoryStore,
        "sqlite": lambda: open_store(request.getfixturevalue("sqlite_url")),
        "postgresql": lambda: open_store(request.getfixturevalue("postgresql_url")),
    }
    opened = open_[request.param]()
    yield opened
    opened.close()
