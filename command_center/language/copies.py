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
_COUNTER: Final = re.compile(r"\d(?<!\w\d)\d*\s*(?:of|von)\s*\d+\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LETTERS_ONLY: Final = bytes(code if chr(code).isalpha() else ord(" ") for code in range(128)).ljust(256)
_WORDS_NEEDED: Final = 3
_KEY_CHARS: Final = 32


def copy_key(text: str) -> str:
    """Return a key that is equal for copies of a text.

    Links, handles, numbers, "RT", the # of hashtags, emoji, punctuation and spacing make no
    difference. Where fewer than three words would be left, the key is of the folded text itself,
    so that "@a 👍" and "@b 👎" are not copies of one another.
    """
    folded = fold(text)
    kept = _letters(_own_words(folded))
    if kept.count(b" ") < _WORDS_NEEDED - 1:
        kept = " ".join(folded.split()).encode("utf-8", "replace")
    return hashlib.sha256(kept).hexdigest()[:_KEY_CHARS]


def _letters(text: str) -> bytes:
    """Return the words of a text, which are letters only, with one space between them."""
    if text.isascii():
        return b" ".join(text.encode().translate(_LETTERS_ONLY).split())
    return " ".join(_WORD.findall(text)).encode("utf-8", "replace")


def _own_words(folded: str) -> str:
    """Return a folded text without what passing on adds to it."""
    if start := _FROM.match(folded):
        folded = " " + folded[start.end() :]
    folded = _WEB_LINK.sub(" ", _VIA.sub(" ", folded))
    if "/" in folded or "www." in folded:
        folded = " ".join([_LINK.sub(" ", part) if "/" in part or "www." in part else part for part in folded.split()])
    return _COUNTER.sub(" ", _HANDLE.sub(" ", folded))
