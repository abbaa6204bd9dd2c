"""Copies: texts that differ only in what people and programs change when they pass a text on."""

import hashlib
import re
from typing import Final

from command_center.domain.folding import fold

# Each pattern begins with a plain letter or sign, so that the search leaps from one to the next; what must stand
# before it is looked for behind it.
_FROM: Final = re.compile(r"\s*(?:rt|repost|via)\b[\s:]*(?:@[\w.]+[\s:]*)?")
_VIA: Final = re.compile(r"via(?<!\wvia)\s+@[\w.]+\s*$")
_WEB_LINK: Final = re.compile(r"https?://\S*")
_LINK: Final = re.compile(r"www\.\S*|\b[\w.-]+\.(?:com|de|org|net|co|at|ch|eu|ly|me|gl|it)/\S*")
_HANDLE: Final = re.compile(r"@(?<!\w@)[\w.]*\w")
_COUNTER: Final = re.compile(r"\b\d+\s*(?:of|von)\s*\d+\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORDS_NEEDED: Final = 3
_KEY_CHARS: Final = 32


def copy_key(text: str) -> str:
    """Return a key that is equal for copies of a text.

    Links, handles, numbers, "RT", the # of hashtags, emoji, punctuation and spacing make no
    difference. Where fewer than three words would be left, the key is of the folded text itself,
    so that "@a 👍" and "@b 👎" are not copies of one another.
    """
    folded = fold(text)
    words = _WORD.findall(_own_words(folded))
    kept = " ".join(words if len(words) >= _WORDS_NEEDED else folded.split())
    return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()[:_KEY_CHARS]


def _own_words(folded: str) -> str:
    """Return a folded text without what passing on adds to it."""
    if start := _FROM.match(folded):
        folded = " " + folded[start.end() :]
    folded = _WEB_LINK.sub(" ", _VIA.sub(" ", folded))
    if "/" in folded or "www." in folded:
        folded = " ".join([_LINK.sub(" ", part) if "/" in part or "www." in part else part for part in folded.split()])
    folded = _HANDLE.sub(" ", folded)
    return _COUNTER.sub(" ", folded) if "of" in folded or "von" in folded else folded
