"""The approved wording closest to a refused draft, and the differences word by word."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from command_center.domain.disguises import normalise
from command_center.domain.statements import StatementVersion, Variant
from command_center.domain.templates import SLOT

_WORDS: Final = re.compile(r"\s+|[^\s]+")
_COMPARED: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A piece of text that both share, that the draft has too much, or that it lacks."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The approved wording to use instead; ``likeness`` in percent."""

    version_id: str
    title: str
    language: str
    text: str
    likeness: int
    differences: tuple[Difference, ...]


def nearest_wording(text: str, usable: Sequence[tuple[StatementVersion, Variant]]) -> Nearest | None:
    """Return the usable wording most like the draft, or None when nothing may be said at all."""
    draft = normalise(text)[:_COMPARED]
    wordings = [normalise(variant.text)[:_COMPARED] for _, variant in usable]
    found = process.extractOne(draft, wordings, scorer=_likeness)
    if found is None:
        return None
    _, likeness, place = found
    version, variant = usable[place]
    return Nearest(
        version_id=version.id,
        title=version.content.title,
        language=variant.language,
        text=variant.text,
        likeness=round(likeness),
        differences=differences(draft, variant.text),
    )


def _likeness(draft: str, wording: str, **_options: object) -> float:
    # Shared words alone would favour long wordings, equal length alone would punish every addition.
    return float(fuzz.token_set_ratio(draft, wording) + fuzz.token_sort_ratio(draft, wording)) / 2


def differences(draft: str, wording: str) -> tuple[Difference, ...]:
    """Compare word by word; kinds are ``same``, ``extra`` (only in the draft), ``missing`` and ``slot``."""
    mine, approved = _WORDS.findall(normalise(draft)), _WORDS.findall(normalise(wording))
    found: list[Difference] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, mine, approved, autojunk=False).get_opcodes():
        extra, missing = "".join(mine[a:b]), "".join(approved[c:d])
        if kind == "equal":
            found.append(Difference(kind="same", text=extra))
            continue
        if extra:
            found.append(Difference(kind="extra", text=extra))
        if missing:
            found.append(Difference(kind="slot" if SLOT.search(missing) else "missing", text=missing))
    return tuple(found)
