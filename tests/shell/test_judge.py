"""``judge`` on files as they come: every problem is one sentence with its line, and what was said before it stands."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from typer.testing import CliRunner

from command_center.__main__ import app

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
BUCKET = timedelta(minutes=5)
HEAD = "timestamp,value"
GOOD = [f"2026-01-05 00:{5 * i:02}:00,{i % 4}" for i in range(12)]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMAND_CENTER_LANGUAGE", "en")


def judge(folder: Path, text: str | bytes, *words: str) -> Result:
    file = folder / "curve.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(app, ["judge", str(file), *words])  # type: ignore[return-value]


def lines(*rows: str) -> str:
    return "\n".join((HEAD, *rows)) + "\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-01-05 00:30:00,1", "sort"),
        ("2026-01-05 00:55:00,1", "given already"),
        ("2026-01-05 01:00:00,-3", "negative"),
        ("2026-01-05 01:00:00,NaN", "no count"),
        ("2026-01-05 01:00:00,-inf", "no count"),
        ("2026-01-05 01:00:00,1e13", "more than"),
        ("2026-01-05 01:00:00,", "no number"),
        ("2026-01-05 01:00:00", "two fields"),
        ("2026-01-05 01:00:00,1,7", "two fields"),
        ("05.01.2026 25:00,1", "time can't be read"),
        ("0001-01-01T00:00:00+14:00,1", "time can't be read"),
        ('"2026-01-05 01:00:00,1', "not CSV"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_bad_row_is_one_sentence_with_its_line_and_the_rows_before_it_stand(
    tmp_path: Path, row: str, said: str, as_json: bool
) -> None:
    words = ["--json"] if as_json else []
    good = judge(tmp_path, lines(*GOOD), *words).stdout
    result = judge(tmp_path, lines(*GOOD, row, "2026-01-05 02:00:00,1"), *words)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.stdout.startswith(good)
    if as_json:
        answer = json.loads(result.stdout.splitlines()[-1])
        assert (answer["line"], said in answer["sentence"]) == ("14", True)
    else:
        assert result.stdout == good
        assert said in result.stderr
        assert "14" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        HEAD,
        "value,timestamp\n1,2026-01-05\n",
        "timestamp\n2026-01-05\n",
        "time,count\n",
        "\x00\x01",
        "a,b,c\n",
    ],
)
def test_a_file_without_what_is_needed_is_one_sentence(tmp_path: Path, text: str) -> None:
    result = judge(tmp_path, text)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stdout.splitlines() == ["timestamp,value,score,alert"]


@pytest.mark.parametrize("text", [lines(*GOOD).encode("utf-16"), b"timestamp,value\n2026-01-05,\xff\n"])
def test_another_encoding_is_one_sentence(tmp_path: Path, text: bytes) -> None:
    result = judge(tmp_path, text)
    assert result.exit_code == 1
    assert "UTF-8" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_byte_order_mark_and_foreign_line_ends_change_nothing(tmp_path: Path, end: str) -> None:
    foreign = b"\xef\xbb\xbf" + lines(*GOOD).replace("\n", end).encode()
    assert judge(tmp_path, foreign).stdout == judge(tmp_path, lines(*GOOD)).stdout


def test_one_row_is_judged(tmp_path: Path) -> None:
    result = judge(tmp_path, lines("2026-01-05 00:00:00,1000000000"))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].startswith("2026-01-05 00:00:00,1000000000,0.")


def test_missing_rows_fractions_and_huge_values_are_judged(tmp_path: Path) -> None:
    rows = [f"{BEGIN + i * BUCKET:%Y-%m-%d %H:%M:%S},{i % 5 / 2}" for i in range(600) if i % 50 > 9]
    rows.append("2026-03-01 00:00:00,1000000000")
    result = judge(tmp_path, lines(*rows))
    assert result.exit_code == 0
    assert [line.rsplit(",", 2)[0] for line in result.stdout.splitlines()[1:]] == rows


@pytest.mark.parametrize("budget", ["0", "-1", "nan", "inf"])
def test_a_budget_that_is_none_is_one_sentence(tmp_path: Path, budget: str) -> None:
    result = judge(tmp_path, lines(*GOOD), "--budget", budget)
    assert result.exit_code == 1
    assert "alerts_a_week" in result.stderr


@pytest.mark.parametrize("budget", ["1e-300", "1e300"])
def test_any_other_budget_is_worked_with(tmp_path: Path, budget: str) -> None:
    assert judge(tmp_path, lines(*GOOD, "2026-01-05 01:00:00,100000"), "--budget", budget).exit_code == 0


def local(begin: datetime, *, offset: bool) -> list[str]:
    """Rows around a change of clocks in Berlin, with or without the offset written."""
    rows = []
    for i in range(72):
        at = (begin + i * BUCKET).astimezone(ZoneInfo("Europe/Berlin"))
        rows.append(f"{at.isoformat() if offset else at.replace(tzinfo=None).isoformat(' ')},{i % 4}")
    return rows


def test_local_times_that_repeat_an_hour_are_refused_with_a_way_out_and_fine_with_their_offset(tmp_path: Path) -> None:
    autumn = datetime(2026, 10, 24, 22, tzinfo=UTC)
    refused = judge(tmp_path, lines(*local(autumn, offset=False)))
    assert refused.exit_code == 1
    assert "offset" in refused.stderr
    assert judge(tmp_path, lines(*local(autumn, offset=True))).exit_code == 0


def test_local_times_that_skip_an_hour_leave_a_gap(tmp_path: Path) -> None:
    spring = datetime(2026, 3, 28, 22, tzinfo=UTC)
    result = judge(tmp_path, lines(*local(spring, offset=False)))
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 73


def test_a_clock_that_jumps_years_ahead_is_a_gap_and_one_that_jumps_back_is_named(tmp_path: Path) -> None:
    ahead = judge(tmp_path, lines(*GOOD, "2031-01-01 00:00:00,3", "2031-01-01 00:05:00,3"))
    assert ahead.exit_code == 0
    back = judge(tmp_path, lines(*GOOD, "2031-01-01 00:00:00,3", "2026-01-05 01:00:00,3"))
    assert back.exit_code == 1
    assert "15" in back.stderr
    assert len(back.stdout.splitlines()) == 1 + len(GOOD) + 1


def test_a_reader_that_has_read_enough_is_no_fault_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text(lines(*(f"{BEGIN + i * BUCKET:%Y-%m-%d %H:%M:%S},3" for i in range(6000))))
    words = [sys.executable, "-m", "command_center", "judge", str(file)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "timestamp,value,score,alert\n"
        running.stdout.close()
        assert running.stderr.read() == ""
