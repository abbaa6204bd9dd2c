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
        if isinstance(node, ast.Call) and (_counts(node) or _counts_one_person(node))
    ]


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def _counts(node: ast.Call) -> bool:
    return _called(node) in COUNTING and bool(PERSON.search(ast.unparse(node)))


def _counts_one_person(node: ast.Call) -> bool:
    """Tell whether a call counts, adds or sorts what one person did; counting people is something else."""
    if _called(node) == "sorted":
        # One's own first is a comparison with oneself, and no order of people.
        keys = [each.value for each in node.keywords if each.arg == "key"]
        return any(PERSON.search(ast.unparse(key)) and not _compares(key) for key in keys)
    if _called(node) not in {"len", "sum", "max", "min"}:
        return False
    return any(PERSON.search(ast.unparse(each)) and isinstance(each.ops[0], ast.Eq) for each in _compares(node))


def _compares(node: ast.AST) -> list[ast.Compare]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Compare)]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_shown_counts_by_person(path: Path) -> None:
    assert ranks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        "Counter(entry.actor for entry in log)",
        "frame.groupby('done_by').size()",
        "store.tally(topic, 'person_id', since=a, until=b, limit=9)",
        "len([task for task in tasks if task.done_by == who])",
        "sum(post.reviewed_by == who for post in refused)",
        "sorted(tasks, key=lambda task: (task.done_by, task.done_at))",
        "statistics.median(delay(task) for task in tasks if task.person_id == who)",
    ],
)
def test_the_rule_sees_a_ranking(bad: str) -> None:
    assert ranks(bad)
