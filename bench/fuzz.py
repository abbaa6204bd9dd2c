"""Sends nonsense to everything that takes something in: the gate, every route, every reader.

``python -m bench.fuzz`` takes under a minute; ``--times 50`` fifty times as much. Each part prints
``N passed, N failed``; the exit code is 1 when anything failed. The same seed sends the same.
"""

import argparse
import logging
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from tests.fuzz.api import try_api
from tests.fuzz.asking import Asked, asking
from tests.fuzz.files import all_readers, spoil
from tests.fuzz.house import whole_house
from tests.fuzz.requests import requests, sockets
from tests.fuzz.watching import Watcher

SHOWN = 10
Result = tuple[int, list[str]]


def gate(times: int, seed: int) -> Result:
    """Try the gate by its own description, with a key and without."""
    passed, wrong = 0, list[str]()
    for with_key in (True, False):
        with tempfile.TemporaryDirectory() as folder, whole_house(Path(folder)) as house:
            done = try_api(house, examples=10 * times, seed=seed, with_key=with_key)
        passed, wrong = passed + done.passed, [*wrong, *done.failures.values()]
    return passed, wrong


def routes(times: int, seed: int) -> Result:
    """Send odd requests and websockets to every route of the application."""
    passed, wrong = 0, list[str]()
    with tempfile.TemporaryDirectory() as folder, whole_house(Path(folder)) as house, asking(house) as asker:
        watcher = Watcher(house, asker)
        for drawn in (requests(), sockets()):
            good, bad = _drawn(drawn, watcher, 500 * times, seed)
            passed, wrong = passed + good, wrong + bad
    return passed, wrong


def _drawn(strategy: SearchStrategy[Asked], watcher: Watcher, count: int, seed: int) -> Result:
    passed, wrong = 0, list[str]()

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def ask(asked: Asked) -> None:
        nonlocal passed
        found = watcher.check(asked)
        passed += not found
        wrong.extend(f"{each}: {asked}"[:800] for each in found)

    ask()
    return passed, wrong


def files(times: int, seed: int) -> Result:
    """Spoil valid files of every kind and have them read."""
    with all_readers() as among:
        done = spoil(among, count=1_000 * times, seed=seed)
    return done.passed, done.failures


PARTS: dict[str, Callable[[int, int], Result]] = {"gate": gate, "routes": routes, "files": files}


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all of them when left out")
    parser.add_argument("--times", type=int, default=1, help="how many times the usual amount")
    parser.add_argument("--seed", type=int, default=1)
    given_ = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    failed = 0
    for name in given_.parts or PARTS:
        passed, wrong = PARTS[name](given_.times, given_.seed)
        failed += len(wrong)
        sys.stdout.write(f"{name}: {passed} passed, {len(wrong)} failed\n")
        sys.stdout.writelines(f"  {each}\n" for each in wrong[:SHOWN])
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
