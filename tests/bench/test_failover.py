"""The database dies while people work: a few times here, more by ``python -m bench.failover``."""

from pathlib import Path

import pytest

from bench.failover import run
from tests.contracts.postgresql import NoServerError


def test_nothing_told_is_lost_with_the_database_and_what_a_lagging_standby_lost_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        failed = run(tmp_path, crashes=3, failovers=1, lags=1)
    except NoServerError as error:
        pytest.skip(str(error))
    shown = capsys.readouterr().out
    assert failed == 0, shown
    assert shown.count("1 passed, 0 failed") == 2
