"""Some power cuts and failing writes; thousands by ``python -m bench.power_cuts --cuts 5000 --faults``."""

import pytest

from bench import power_cuts

needs_strace = pytest.mark.skipif(
    not power_cuts.strace_works(), reason="strace is missing, or may not look at processes (Debian: apt install strace)"
)


@needs_strace
def test_nothing_told_is_lost_when_the_power_goes() -> None:
    assert [problem for problem in power_cuts.cut_often("FULL", 60) if problem] == []


@needs_strace
def test_the_cuts_would_notice_a_store_that_does_not_sync() -> None:
    assert any(power_cuts.cut_often("OFF", 30))


@needs_strace
def test_a_write_or_sync_that_fails_loses_nothing_and_stops_nobody() -> None:
    found = power_cuts.fail_often(most=1)
    assert len(found) == 4
    assert [problem for problem in found if problem] == []
