"""A few kills; a thousand by ``python -m bench.soak --kills 1000``."""

from pathlib import Path

import pytest

from bench.soak import run


def test_nothing_that_was_told_is_lost_when_the_process_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "", kills=3, seed=1) == 0
    assert "3 passed, 0 failed" in capsys.readouterr().out
