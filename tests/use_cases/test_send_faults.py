"""Publishing survives whatever happens; 10 000 walks with ``FAULT_WALKS=10000``, a few hundred otherwise."""

import os

import pytest

from tests.use_cases.fault_walk import Walk

WALKS = int(os.environ.get("FAULT_WALKS", "240"))
AT_ONCE = 40


@pytest.mark.parametrize("first", range(0, WALKS, AT_ONCE))
def test_never_twice_never_lost_and_nothing_unapproved_whatever_breaks(first: int) -> None:
    for seed in range(first, min(first + AT_ONCE, WALKS)):
        walk = Walk(seed)
        try:
            walk.run()
        except AssertionError as broken:
            broken.add_note(f"seed {seed}")
            raise
