"""What makes two texts the same, and what makes a text look like another without being it.

``normalise`` is the whole documented tolerance of the gate: Unicode NFC, line ends, the no-break
spaces, and the quotation marks a keyboard or a phone puts in by itself. Nothing else is forgiven.
"""

import re
import unicodedata
from typing import Final

_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009"), " ")
_QUOTES: Final = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f"), '"') | dict.fromkeys(
    map(ord, "\u2018\u2019\u201a\u201b"), "'"
)
_SAME: Final = _SPACES | _QUOTES
_HIDDEN_BREAKS: Final = frozenset("\u000b\u000c\u001c\u001d\u001e\u0085\u2028\u2029")
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
# Letters, marks and symbols that show nothing, and the variation selectors (a picture's own is asked for apart).
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0e\U000e0100-\U000e01ef]"
)
# Letters of other alphabets that readers take for Latin ones (Unicode TS 39 lists them all; these
# alphabets hold the ones in use). They only sharpen the reason given: nothing is approved by them.
_LOOK_ALIKE: Final = re.compile(
    "[\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff\u1d00-\u1dbf\u2100-\u2115\u2117-\u2121\u2123-\u214f\ua4d0-\ua4ff"
    "\uff01-\uff5e\U0001d400-\U0001d7ff\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]"
)


def normalise(text: str) -> str:
    """Return the form in which texts are compared and sent."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.rstrip(" ") for line in composed.translate(_SAME).split("\n")).strip(" \n")


def disguise_in(text: str) -> str:
    """Name the trick a text uses to look like something it isn't; empty when there is none."""
    if any(char in _HIDDEN_BREAKS for char in text):
        return "disguise.hidden_line_break"
    if _BLANK.search(text) or _invisible(text):
        return "disguise.invisible_character"
    if _piled_marks(text):
        return "disguise.piled_marks"
    if _LOOK_ALIKE.search(text) and re.search("[A-Za-z]", text):
        return "disguise.look_alike"
    return ""


def _invisible(text: str) -> bool:
    for place, char in enumerate(text):
        category = unicodedata.category(char)
        if char == _JOINER and 0 < place < len(text) - 1 and _pictures(text[place - 1], text[place + 1]):
            continue
        if char == _EMOJI_STYLE and not (place and _takes_style(text[place - 1])):
            return True
        if category == "Zs" and char != " " and ord(char) not in _SPACES:
            return True
        if category in {"Cf", "Co", "Cn", "Cs"} or (category == "Cc" and char not in "\n\r\t"):
            return True
    return False


def _takes_style(before: str) -> bool:
    """Tell whether a sign has a picture's look besides its own: symbols, digits of keycaps, some punctuation."""
    return unicodedata.category(before) in {"So", "Sm", "Sk"} or before in "0123456789#*\u203c\u2049\u3030\u303d©®"


def _pictures(before: str, after: str) -> bool:
    joins = before == _EMOJI_STYLE or unicodedata.category(before) in {"So", "Sk"}
    return joins and unicodedata.category(after) == "So"


def _piled_marks(text: str) -> bool:
    run = 0
    for char in unicodedata.normalize("NFC", text):
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} and char != _EMOJI_STYLE else 0
        if run > 2:
            return True
    return False
