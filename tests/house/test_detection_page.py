"""The page on detection names every setting of the detector with the value it has."""

import re
from dataclasses import asdict
from pathlib import Path

from bench.left_out import CHOSEN
from command_center.domain.spikes import SHIPPED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "detection.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)`( °)? \| ([\d.]+) \|", re.MULTILINE)
ROWS = {name: (mark, float(value)) for name, mark, value in ROW.findall(PAGE)}


def test_the_page_has_every_setting_with_its_value() -> None:
    assert {name: value for name, (_, value) in ROWS.items()} == asdict(SHIPPED)


def test_the_page_marks_what_was_chosen_on_data() -> None:
    assert {name for name, (mark, _) in ROWS.items() if mark} == set(CHOSEN)
