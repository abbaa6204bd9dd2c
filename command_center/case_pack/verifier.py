"""Put the verifier together: one Python file that needs nothing of this program, and speaks every language."""

import pprint
import re
from importlib.resources import files
from typing import Final

from command_center.texts import LANGUAGES, catalogue

_PREFIX: Final = "pack."
_IMPORT: Final = re.compile(r"from command_center\.case_pack\.verify_rules import \([^)]*\)\n")
_TEXTS: Final = "TEXTS: dict[str, dict[str, str]] = {}\n"
_TOP: Final = re.compile(r'\A""".*?"""\n+from __future__ import annotations\n', re.DOTALL)


def verifier() -> bytes:
    """Return ``verify.py`` as it lies in a pack: checks, rules and sentences in one file."""
    folder = files("command_center.case_pack")
    checks = folder.joinpath("verify.py").read_text("utf-8")
    rules = _TOP.sub("", folder.joinpath("verify_rules.py").read_text("utf-8"))
    said = {
        language: {code: text.forms[0] for code, text in catalogue(language).items() if code.startswith(_PREFIX)}
        for language in LANGUAGES
    }
    whole = _IMPORT.sub(lambda _: rules.strip() + "\n", checks)
    return whole.replace(_TEXTS, f"TEXTS = {pprint.pformat(said, width=110)}\n").encode()
