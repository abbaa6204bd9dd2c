"""An audit that could not ask is never told as good news."""

import json
from importlib import import_module
from typing import Any

import pytest

bench: Any = import_module("bench.audit")
LOCKED = bench.locked_in(
    "anyio==4.1 \\\n    --hash=sha256:0\n    # via x\n"
    "Py_Yaml.more==6 ; python_version > '3'\n"
    "elsewhere==1 ; sys_platform == 'none'\n"
)
GOOD = {"name": "anyio", "version": "4.1", "vulns": []}
OTHER = {"name": "py-yaml-more", "version": "6", "vulns": []}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("", 2, "nothing was checked"),
        ("Traceback", 2, "nothing was checked"),
        (json.dumps({"dependencies": []}), 2, "Not checked: anyio, py-yaml-more"),
        (json.dumps({"dependencies": [GOOD, {"name": "py-yaml-more", "skip_reason": "gone"}]}), 2, "py-yaml-more"),
        (json.dumps({"dependencies": [{**GOOD, "vulns": [{"id": "PYSEC-1"}]}, OTHER]}), 1, "anyio: PYSEC-1"),
        (json.dumps({"dependencies": [GOOD, OTHER]}), 0, "None of 2"),
    ],
)
def test_an_answer_is_told_for_what_it_is(answer: str, code: int, words: str) -> None:
    said = bench.verdict(answer, LOCKED)
    assert said[0] == code
    assert words in said[1]
