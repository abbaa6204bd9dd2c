"""Leaving a brand out: its own labels have no say in the settings it is judged with."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.left_out import CHOSEN, Judge, choose, leave_one_out, rows
from bench.nab_score import Brand
from command_center.domain.spikes import SHIPPED

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
ROWS = 4 * 288


def brand(name: str, storm: int) -> Brand:
    chance = random.Random(name)  # noqa: S311 - made-up counts, no secrets
    counts = [float(chance.randint(5, 25)) + (300.0 if storm <= i < storm + 30 else 0.0) for i in range(ROWS)]
    times = [BEGIN + i * timedelta(minutes=5) for i in range(ROWS)]
    return Brand(name=name, times=times, counts=counts, windows=[(storm - 20, storm + 60)], labels=[storm])


def test_the_settings_for_a_brand_do_not_change_with_its_labels() -> None:
    kept, other = brand("kept", 900), brand("other", 800)
    elsewhere = replace(kept, windows=[(300, 400)], labels=[350])
    before, after = (leave_one_out([each, other], factors=(2.0,))[0].chosen for each in (kept, elsewhere))
    assert before == after


def test_a_setting_is_moved_only_where_the_brands_score_better() -> None:
    brands = [brand("one", 900)]
    judge = Judge(brands)
    chosen = choose(judge, brands, factors=(0.5,))
    assert judge.score(chosen, brands) >= judge.score(SHIPPED, brands)
    assert all(getattr(chosen, name) in (getattr(SHIPPED, name), 0.5 * getattr(SHIPPED, name)) for name in CHOSEN)


def test_the_table_has_a_line_for_each_brand_and_one_for_all() -> None:
    lines = rows(leave_one_out([brand("one", 900), brand("two", 800)], factors=()))
    assert [line.split()[0] for line in lines[2:5]] == ["one", "two", "all"]
    assert lines[-1].endswith("as shipped")
