"""No screen and no export ranks people: nothing is counted, grouped or averaged by who did it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = sorted(
    path for folder in ("pages", "command_center/ui", "command_center/web") for path in (ROOT / folder).rglob("*.py")
)
COUNTING = frozenset({"Counter", "groupby", "value_counts", "mean", "median", "tally", "most_common", "nlargest"})
PERSON = re.compile(r"\b(actor|\w*person_?id|\w+_by|author_id|asked_by)\b")


def ranks(source: str) -> list[str]:
    """Return the calls that count by a person."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in COUNTING
        and PERSON.search(ast.unparse(node))
    ]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_shown_counts_by_person(path: Path) -> None:
    assert ranks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        "Counter(entry.actor for entry in log)",
        "frame.groupby('done_by').size()",
        "store.tally(topic, 'person_id', since=a, until=b, limit=9)",
        "statistics.median(delay(task) for task in tasks if task.person_id == who)",
    ],
)
def test_the_rule_sees_a_ranking(bad: str) -> None:
    assert ranks(bad)
