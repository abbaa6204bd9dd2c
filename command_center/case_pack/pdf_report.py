"""A case's report as a tagged PDF for archives (PDF/A-2a, PDF/UA-1): same case, same bytes.

Set by Typst with the fonts it brings along; nothing is read from this machine or from a network. All words go in as
data. Characters those fonts don't have stand as ``▯``, and the report says how many there are.
"""

import functools
import json
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from command_center.case_pack.dossier import Dossier
from command_center.texts import say

MISSING: Final = "▯"
_STANDARDS: Final = ("a-2a", "ua-1")
_FONTS: Final = ("Libertinus Serif", "DejaVu Sans Mono")
# What has no look of its own, or would turn the words beside it around.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_DROPPED: Final = frozenset("\u200d\ufe0e\ufe0f\u00ad\u200b")


def as_pdf(dossier: Dossier, *, made_at: datetime, foot: str) -> bytes:
    """Return the PDF; ``made_at`` is the moment it bears, ``foot`` what stands at the foot of every page."""
    import typst

    try:
        return _compiled(dossier, _shows, made_at, foot)
    except typst.TypstError:
        # Characters that can be shown alone, but not beside each other: then only what surely can.
        return _compiled(dossier, _surely_shows, made_at, foot)


def _compiled(dossier: Dossier, shows: Callable[[str], bool], made_at: datetime, foot: str) -> bytes:
    data, missing = legible(asdict(dossier) | {"foot": foot}, shows)
    if missing:
        note = say(dossier.language, "report.note_signs", count=missing)
        data["notes"] = [*data["notes"], note]
    source = files("command_center.case_pack").joinpath("report.typ").read_bytes()
    inputs = {"dossier": json.dumps(data, ensure_ascii=False)}
    made = _compiler().compile(
        input=source,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=list(_STANDARDS),
        timestamp=int(made_at.timestamp()),
    )
    return bytes(made)


def legible(value: Any, shows: Callable[[str], bool]) -> tuple[Any, int]:
    """Return a value with every character that can't be shown replaced, and how many those were."""
    if isinstance(value, str):
        signs = [sign if sign == "\n" or shows(sign) else MISSING for sign in value if sign not in _DROPPED]
        return "".join(signs), sum(sign is MISSING for sign in signs)
    if isinstance(value, dict):
        found = {key: legible(item, shows) for key, item in value.items()}
        return {key: item for key, (item, _) in found.items()}, sum(count for _, count in found.values())
    if isinstance(value, list | tuple):
        items = [legible(item, shows) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    return value, 0


@functools.cache
def _compiler() -> Any:
    import typst

    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)


def _surely_shows(sign: str) -> bool:
    return (sign < "\u0180" and sign.isprintable()) or sign in "„“”–—…▯◇"


@functools.lru_cache(maxsize=20_000)
def _shows(sign: str) -> bool:
    """Tell whether the fonts have a character: a page of it alone is archivable, or Typst refuses it."""
    if sign.isascii() and sign.isprintable():
        return True
    if unicodedata.category(sign) in _UNSEEN:
        return False
    import typst

    names = ", ".join(f'"{name}"' for name in _FONTS)
    page = f"#set text(font: ({names}))\n#sys.inputs.sign".encode()
    try:
        _compiler().compile(input=page, format="pdf", sys_inputs={"sign": sign}, pdf_standards=["a-2u"])
    except typst.TypstError:
        return False
    return True
