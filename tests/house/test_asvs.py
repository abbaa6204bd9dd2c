"""The walk through ASVS names every item of levels 1 and 2 once, counts right, and names tests that exist."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from command_center.domain.retention import Data
from command_center.setting_specs import SPECS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "asvs.md").read_text(encoding="utf-8")
PROTECTION = (DOCS / "protection.md").read_text(encoding="utf-8")
# The level of each item of a section, in order: ASVS 5.0.0.
LEVELS = """
1.1 22 1.2 1111122223 1.3 112222222223 1.4 222 1.5 123
2.1 122 2.2 112 2.3 12223 2.4 23
3.1 3 3.2 113 3.3 12223 3.4 11222233 3.5 11122333 3.6 3 3.7 22333
4.1 12233 4.2 23333 4.3 22 4.4 1222
5.1 2 5.2 112333 5.3 113 5.4 222
6.1 122 6.2 111111112222 6.3 11223333 6.4 112233 6.5 22222333 6.6 2223 6.7 33 6.8 2222
7.1 222 7.2 1111 7.3 22 7.4 11222 7.5 223 7.6 22
8.1 1233 8.2 1123 8.3 133 8.4 23
9.1 111 9.2 1222
10.1 22 10.2 223 10.3 22223 10.4 1111122222233333 10.5 22222 10.6 22 10.7 222
11.1 2233 11.2 22233 11.3 11233 11.4 1222 11.5 23 11.6 23 11.7 33
12.1 12233 12.2 11 12.3 22223
13.1 2333 13.2 222223 13.3 2233 13.4 1222233
14.1 22 14.2 12223333 14.3 122
15.1 12233 15.2 12233 15.3 1222222 15.4 3333
16.1 2 16.2 22222 16.3 2222 16.4 222 16.5 2223
17.1 23 17.2 22223333 17.3 22
"""
ITEM = re.compile(r"(\d+\.\d+)\.(\d+)(?:–\d+\.\d+\.(\d+))?")
STATES = ("met", "part", "open", "n/a")


def levels() -> dict[str, int]:
    words, found = LEVELS.split(), dict[str, int]()
    for section, digits in zip(words[::2], words[1::2], strict=True):
        found |= {f"{section}.{place}": int(digit) for place, digit in enumerate(digits, start=1)}
    return found


def walked() -> Iterator[tuple[str, str]]:
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 4 or cells[2].strip("*") not in STATES:
            continue
        for section, first, last in ITEM.findall(cells[1]):
            for number in range(int(first), int(last or first) + 1):
                yield f"{section}.{number}", cells[2].strip("*")


def test_every_item_of_levels_one_and_two_is_named_once() -> None:
    known, named = levels(), Counter(item for item, _ in walked())
    assert Counter(known.values()) == {1: 70, 2: 183, 3: 92}
    assert {item for item in named if item not in known} == set()
    assert {item for item, times in named.items() if times > 1} == set()
    assert {item for item, level in known.items() if level < 3 and item not in named} == set()


def test_the_totals_at_the_top_are_the_ones_of_the_rows() -> None:
    known = levels()
    counted = Counter(state for item, state in walked() if known[item] < 3)
    totals = ", ".join(f"{counted[state]} {state}" for state in STATES)
    assert f"**Of {sum(counted.values())} items: {totals}.**" in PAGE


def test_the_tests_and_pages_it_names_exist() -> None:
    folders = "|".join(path.name for path in (DOCS.parent / "tests").iterdir() if path.is_dir())
    named = set(re.findall(rf"`((?:{folders})/test_\w+\.py)`", PAGE))
    assert len(named) > 40
    assert {name for name in named if not (DOCS.parent / "tests" / name).exists()} == set()
    for page in (PAGE, PROTECTION):
        assert [link for link in re.findall(r"\]\(([\w./-]+\.md)\)", page) if not (DOCS / link).exists()] == []


def test_every_kind_of_data_has_its_class_and_every_secret_setting_its_place() -> None:
    assert [kind.value for kind in Data if f"`{kind.value}`" not in PROTECTION] == []
    secret = [spec.name for spec in SPECS if re.search(r"KEY|SECRET|_URLS?$|DEPOSITS", spec.name)]
    assert [name for name in secret if f"`{name}`" not in PROTECTION] == []
