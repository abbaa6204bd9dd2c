"""Judging a recorded curve: strict in what it reads, the same for every beginning of a file."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from command_center.domain.spikes import SHIPPED, Detector
from command_center.errors import BadInput
from command_center.use_cases.judge import JudgedRow, judge_rows, read_rows

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
DAY = 288


def text(buckets: int, *, step: timedelta = timedelta(minutes=5), storm: int | None = None) -> list[str]:
    chance = random.Random(7)  # noqa: S311 - made-up counts, no secrets
    lines = ["timestamp,value\n"]
    for i in range(buckets):
        count = chance.randint(10, 30)
        if storm is not None and storm <= i < storm + 40:
            count += 300
        lines.append(f"{BEGIN + i * step:%Y-%m-%d %H:%M:%S},{count}\n")
    return lines


def judged(lines: list[str]) -> list[JudgedRow]:
    return list(judge_rows(read_rows(lines)))


def test_every_row_comes_out_once_with_its_time_count_score_and_alert() -> None:
    rows = judged(text(50))
    assert [at for at, _, _, _ in rows] == [BEGIN + i * timedelta(minutes=5) for i in range(50)]
    assert all(0.0 <= score <= 1.0 for _, _, score, _ in rows)


def test_the_beginning_of_a_file_gives_the_beginning_of_its_result() -> None:
    lines = text(9 * DAY, storm=8 * DAY)
    whole = judged(lines)
    for rows in (1, 2, 3, 500, 8 * DAY + 1, 8 * DAY + 3, 8 * DAY + 30):
        assert judged(lines[: rows + 1]) == whole[:rows]


def test_rows_come_out_as_lines_come_in() -> None:
    def endless() -> Iterator[str]:
        yield "timestamp,value\n"
        at = BEGIN
        while True:
            yield f"{at.isoformat()},3\n"
            at += timedelta(minutes=5)

    assert len(list(islice(judge_rows(read_rows(endless())), 1000))) == 1000


def test_the_alert_is_the_shipped_detectors_own() -> None:
    lines = text(9 * DAY, storm=8 * DAY)
    detector = Detector(SHIPPED)
    expected = [detector.judge(at, count).alert for at, count in read_rows(lines)]
    assert [alert for _, _, _, alert in judged(lines)] == expected
    assert sum(expected) == 1


def test_a_storm_is_above_the_limit_when_alerted_and_again_only_when_it_has_become_rarer() -> None:
    rows = judged(text(9 * DAY, storm=8 * DAY))
    limit = 1 / (1 + SHIPPED.alerts_a_week)
    above = [(score, alert) for _, _, score, alert in rows if score >= limit]
    assert above[0][1]
    assert len(above) <= 6
    assert [score for score, _ in above] == sorted(score for score, _ in above)


def test_another_configuration_can_be_given() -> None:
    rows = judge_rows(read_rows(text(9 * DAY, storm=8 * DAY)), replace(SHIPPED, alerts_a_week=0.1))
    assert sum(alert for _, _, _, alert in rows) <= 1


def test_hourly_rows_are_judged_as_hours() -> None:
    lines = text(21 * 24, step=timedelta(hours=1), storm=20 * 24)
    found = [i for i, row in enumerate(judged(lines)) if row[3]]
    assert found
    assert found[0] in range(20 * 24, 20 * 24 + 3)


def test_times_without_a_zone_are_utc_and_times_with_one_are_converted() -> None:
    rows = list(read_rows(["timestamp,value", "2026-01-05 01:00:00,1", "2026-01-05T03:00:00+01:00,2"]))
    assert [at for at, _ in rows] == [BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=2)]


def test_windows_line_ends_a_byte_order_mark_and_an_empty_last_line_are_fine() -> None:
    rows = list(read_rows(["\ufefftimestamp,value\r\n", "2026-01-05 00:00:00,1\r\n", "\r\n"]))
    assert rows == [(BEGIN, 1.0)]


HEAD = "timestamp,value\n"
GOOD = "2026-01-05 00:05:00,1\n"


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ([], "judge.empty_file", 1),
        (["\n"], "judge.empty_file", 1),
        ([HEAD], "judge.no_rows", 2),
        (["time,count\n", GOOD], "judge.wrong_header", 1),
        ([GOOD], "judge.wrong_header", 1),
        (["timestamp,value,author\n", GOOD], "judge.wrong_header", 1),
        ([HEAD, GOOD, "2026-01-05 00:00:00,1\n"], "judge.not_sorted", 3),
        ([HEAD, GOOD, GOOD], "judge.duplicate", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,NaN\n"], "judge.not_finite", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,inf\n"], "judge.not_finite", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,1e999\n"], "judge.not_finite", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,-1\n"], "judge.negative", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,many\n"], "judge.not_a_number", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,\n"], "judge.not_a_number", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,1_0\n"], "judge.not_a_number", 3),
        ([HEAD, GOOD, "yesterday,1\n"], "judge.not_a_time", 3),
        ([HEAD, GOOD, "2026-02-30 00:00:00,1\n"], "judge.not_a_time", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00\n"], "judge.not_two_fields", 3),
        ([HEAD, GOOD, "2026-01-05 00:10:00,1,2\n"], "judge.not_two_fields", 3),
        ([HEAD, GOOD, '2026-01-05 00:10:00,"1\n'], "judge.not_csv", 3),
        ([HEAD, "\n", GOOD], "judge.empty_line", 2),
    ],
)
def test_a_bad_line_is_refused_with_its_number_what_is_wrong_and_what_to_do(
    lines: list[str], code: str, line: int
) -> None:
    with pytest.raises(BadInput) as refused:
        list(read_rows(lines))
    assert refused.value.code == code
    assert refused.value.values["line"] == line
    assert refused.value.values["problem"]
    assert refused.value.values["remedy"]


def test_the_rows_before_a_bad_line_have_come_out() -> None:
    rows = judge_rows(read_rows([HEAD, GOOD, "2026-01-05 00:00:00,1\n"]))
    assert next(rows)[1] == 1.0
    with pytest.raises(BadInput):
        next(rows)
