"""Folding: one spelling for texts that people read as the same.

``fold`` is used for matching topics (``domain/topics.py``) and for copies; it is lossy on purpose
and never shown. Upper and lower case, NFC and NFD, wide and mathematical letters, accents,
soft hyphens and invisible characters make no difference; ä, ö, ü, ß are ae, oe, ue, ss.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product
from typing import Final

_LETTERS: Final = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "oe",
    "ł": "l",
    "đ": "d",
    "ı": "i",
}
_BARE: Final = re.compile("[äöü]")
_BARE_LETTER: Final = {"ä": "(?:ae|a)", "ö": "(?:oe|o)", "ü": "(?:ue|u)"}
_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})
_BARE_SPELLINGS: Final = {"ä": ("ae", "a"), "ö": ("oe", "o"), "ü": ("ue", "u")}
_MOST_UMLAUTS: Final = 5  # two spellings each


@lru_cache(maxsize=8)  # one text is folded for its topic, its copies and its mood, one right after the other
def fold(text: str) -> str:
    """Return the one spelling under which texts are compared."""
    if text.isascii():
        return text.lower()
    return _without_marks(_with_plain_letters(_composed(text)))


def fold_to_pattern(text: str) -> str:
    """Return a regular expression for folded texts, in which an umlaut also matches its bare vowel."""
    parts = _BARE.split(_composed(text))
    umlauts = [_BARE_LETTER[letter] for letter in _BARE.findall(_composed(text))]
    escaped = [re.escape(_without_marks(_with_plain_letters(part))) for part in parts]
    return escaped[0] + "".join(f"{umlaut}{part}" for umlaut, part in zip(umlauts, escaped[1:], strict=True))


def fold_to_spellings(text: str) -> tuple[str, ...]:
    """Return every folded text that ``fold_to_pattern`` matches; none where they would be too many to list."""
    composed = _composed(text)
    umlauts = [_BARE_SPELLINGS[letter] for letter in _BARE.findall(composed)]
    if len(umlauts) > _MOST_UMLAUTS:
        return ()
    parts = [_without_marks(_with_plain_letters(part)) for part in _BARE.split(composed)]
    return tuple(
        parts[0] + "".join(chosen + part for chosen, part in zip(choice, parts[1:], strict=True))
        for choice in product(*umlauts)
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def _with_plain_letters(text: str) -> str:
    # Several times as fast as str.translate, which looks at every single character.
    for letter, plain in _LETTERS.items():
        if letter in text:
            text = text.replace(letter, plain)
    return text


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text)
    for character in set(apart):
        if character > "\x7f" and unicodedata.category(character) in _DROPPED:
            apart = apart.replace(character, "")
    return unicodedata.normalize("NFC", apart)
