"""Copies: texts that differ only in what people and programs change when they pass a text on."""

import hashlib
import re
from typing import Final

from command_center.domain.folding import fold

_PASSED_ON: Final = re.compile(r"^\s*(?:rt|repost|via)\b[\s:]*(?:@[\w.]+[\s:]*)?|\bvia\s+@[\w.]+\s*$")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S*|\b[\w.-]+\.(?:com|de|org|net|co|at|ch|eu|ly|me|gl|it)/\S*")
_HANDLE: Final = re.compile(r"(?<!\w)@[\w.]*\w")
_COUNTER: Final = re.compile(r"[(\[]?\b\d+\s*(?:/|of|von)\s*\d+\b[)\]]?|\d+")
_REST: Final = re.compile(r"[\W_]+")
_WORDS_NEEDED: Final = 3
_KEY_CHARS: Final = 32


def copy_key(text: str) -> str:
    """Return a key that is equal for copies of a text.

    Links, handles, numbers, "RT", the # of hashtags, emoji, punctuation and spacing make no
    difference. Where fewer than three words would be left, the key is of the folded text itself,
    so that "@a 👍" and "@b 👎" are not copies of one another.
    """
    folded = fold(text)
    bare = _LINK.sub(" ", _PASSED_ON.sub(" ", folded))
    bare = _REST.sub(" ", _COUNTER.sub(" ", _HANDLE.sub(" ", bare))).strip()
    kept = bare if bare.count(" ") >= _WORDS_NEEDED - 1 else " ".join(folded.split())
    return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()[:_KEY_CHARS]
