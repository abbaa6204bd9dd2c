"""The gate as a whole under directed random walks: a small number always, many by ``GATE_STEPS=100000``.

Hypothesis leads the house through ``gate_world``; the audit holds the promises at each step. ``GATE_STEPS`` is how many
steps each store gets. The mutants show that the walks would notice a broken rule.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from command_center.ports import Store
from command_center.storage import open_store
from tests.contracts.gate_mutants import MUTANTS, Patch
from tests.contracts.gate_world import World
from tests.contracts.postgresql import Cluster
from tests.fakes.memory_store import MemoryStore

STEPS = int(os.environ.get("GATE_STEPS", "0"))
A_WALK = 50
USUAL = {"memory": 800, "sqlite": 100}
MOST_WALKS = 400


def machine(new_store: Callable[[], Store]) -> type[RuleBasedStateMachine]:
    """Make the machine that Hypothesis leads, each walk on a store of its own."""

    class Gate(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.store = new_store()
            self.world: World | None = None

        @rule(data=st.data())
        def step(self, data: st.DataObject) -> None:
            def choose(options):  # type: ignore[no-untyped-def]
                return options[data.draw(st.integers(0, len(options) - 1))] if len(options) > 1 else options[0]

            if self.world is None:
                self.world = World(choose, self.store)
            self.world.choose = choose
            self.world.step()

        def teardown(self) -> None:
            if self.world is not None:
                self.world.end()
            self.store.close()

    return Gate


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest) -> Iterator[Callable[[], Store]]:
    """Make fresh stores on each engine."""
    with _stores(request) as make:
        yield make


@contextmanager
def _stores(request: pytest.FixtureRequest) -> Iterator[Callable[[], Store]]:
    if request.param == "memory":
        yield MemoryStore
        return
    if request.param == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_file")
        folder: Path = request.getfixturevalue("folder")

        def file() -> Store:
            for leftover in folder.iterdir():
                leftover.unlink()
            return open_store(f"sqlite:///{shutil.copyfile(migrated, folder / 'store.sqlite')}")

        yield file
        return
    if not STEPS:
        pytest.skip("PostgreSQL walks only with GATE_STEPS set")
    cluster: Cluster = request.getfixturevalue("cluster")
    template: str = request.getfixturevalue("migrated_database")
    names: list[str] = []

    def database() -> Store:
        for name in names:
            cluster.drop(name)
        names[:] = [cluster.database(template)]
        return open_store(cluster.url(names[0]))

    yield database


def test_no_text_leaves_under_one_voice_that_is_not_approved_whatever_happens(
    request: pytest.FixtureRequest, new_store: Callable[[], Store]
) -> None:
    steps = STEPS or USUAL[request.node.callspec.params["new_store"]]
    run_state_machine_as_test(
        machine(new_store),
        settings=settings(
            max_examples=max(1, steps // A_WALK),
            stateful_step_count=A_WALK,
            derandomize=not STEPS,
            phases=(Phase.generate, Phase.shrink),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("breaks", MUTANTS, ids=lambda breaks: breaks.__name__)
def test_a_broken_rule_is_noticed(breaks: Callable[[Patch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch)
    for seed in range(MOST_WALKS):
        world = World(Random(seed).choice)  # noqa: S311
        try:
            for _ in range(A_WALK):
                world.step()
            world.end()
        except AssertionError:
            return
    pytest.fail(f"{breaks.__name__} was not noticed in {MOST_WALKS} walks")
