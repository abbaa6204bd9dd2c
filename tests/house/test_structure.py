"""The habits of the house, held by tests: sizes, layers of the pages, and documents that don't lie."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from command_center.__main__ import app

ROOT = Path(__file__).parents[2]
CODE = sorted(
    path
    for folder in ("command_center", "monitors", "pages")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "top_level_domains.py"
)
PAGES = sorted((ROOT / "pages").glob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_PAGE = 300, 45, 80
PAGES_MAY_IMPORT = (
    "command_center.domain",
    "command_center.errors",
    "command_center.ports",
    "command_center.ui",
    "command_center.use_cases",
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_file_stays_short_enough_to_be_read_at_once(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= (LONGEST_PAGE if path in PAGES else LONGEST_FILE)


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_function_stays_short_and_every_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the first sentence says what the module is"
    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_sees_screens_verbs_and_nouns_but_no_adapter(path: Path) -> None:
    for module in imported(path):
        if module.split(".")[0] in {"command_center", "monitors", "tests"}:
            assert module.startswith(PAGES_MAY_IMPORT), module


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_begins_by_asking_who_is_there(path: Path) -> None:
    assert re.search(r"open_page\(\s*\"" + path.stem + '"', path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_readme_names_every_command_and_no_other() -> None:
    group = typer.main.get_command(app)
    commands = set(getattr(group, "commands", {}))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## The shell", 1)[1].split("## Read on", 1)[0]
    plain = table.replace("\\|", "/")
    rows = [line.split("|")[1] for line in plain.splitlines() if line.startswith("| `")]
    named = {found.split()[0] for row in rows for found in re.findall(r"`([^`]+)`", row)}
    assert named == commands


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/adr/README.md", "docs/operations.md"]
)
def test_files_and_links_that_documents_name_exist(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link
    for file in re.findall(r"`((?:command_center|pages|docs|monitors|crisis_plans)/[\w./-]+\.(?:py|md|yml))`", text):
        assert (ROOT / file).exists(), file


def test_the_project_speaks_only_of_itself() -> None:
    foreign = re.compile(r"/work/|/root/|\.library|\.\./shared|issue #?\d|pypi\.org/simple|/tmp/scratch")
    for path in [*CODE, ROOT / "app.py", *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.py")]:
        assert not foreign.search(path.read_text(encoding="utf-8")), path
