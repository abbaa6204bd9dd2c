"""The language of a text, among those the command center names; an honest "" otherwise."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Final

import eldc

from command_center.domain.folding import fold

LANGUAGES: Final = ("de", "en", "fr", "es", "it", "nl", "pl", "tr", "pt")

# One by one, because each then begins with a plain sign and the search leaps from one to the next.
_NOISE: Final = (re.compile(r"https?://\S+"), re.compile(r"www\.\S+"), re.compile(r"[@#$][\w.]+"))
_PASSED_ON: Final = re.compile(r"RT\b")
_LETTER: Final = re.compile(r"[^\W\d_]")
_SURE: Final = re.compile(r"(?:[\W\d_]*[^\W\d_]){12}")
_HEAD: Final = 1_000
_CLEAR_SCORE: Final = 0.8
_CLEAR_LEAD: Final = 0.3
_RENAMED: Final = {
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "deutsch": "de",
    "german": "de",
    "englisch": "en",
    "english": "en",
    "franzoesisch": "fr",
    "french": "fr",
    "spanisch": "es",
    "spanish": "es",
    "italienisch": "it",
    "italian": "it",
    "polnisch": "pl",
    "polish": "pl",
    "tuerkisch": "tr",
    "turkish": "tr",
}


def plain_tag(tag: str) -> str:
    """Return a source's language tag as two or three letters: "de-DE" and "Deutsch" → de, "qme" → ""."""
    return _plain_tag(tag.strip()[:20]) if tag else ""


@lru_cache(maxsize=256)
def _plain_tag(tag: str) -> str:
    head = fold(tag).replace("_", "-").split("-", 1)[0]
    head = _RENAMED.get(head, head)
    if not (2 <= len(head) <= 3 and head.isascii() and head.isalpha()):
        return ""
    if head in {"und", "zxx", "mul", "mis"} or (len(head) == 3 and head.startswith("q")):
        return ""
    return head


def detect_language(text: str, hint: str = "") -> str:
    """Return the language of a text as a two-letter code, or "".

    ``hint`` is the tag the source gave: it decides where the text is too short to tell, where the
    detector is unsure, and for languages the detector is not asked about.
    """
    tag = plain_tag(hint)
    words = _own_words(text[:_HEAD])
    if not _LETTER.search(words):
        return tag if tag and _LETTER.search(text) else ""
    result = _detector().detect_details(words.encode("utf-8", "replace").decode())
    found = str(result.language) if result.language in LANGUAGES else ""
    if result.reliable and found and _SURE.match(words):
        return found
    return tag or (found if result.reliable or _stands_out(result.scores) else "")


def _own_words(text: str) -> str:
    """Return a text without links, handles, hashtags and the mark of a repost."""
    if passed_on := _PASSED_ON.match(text):
        text = text[passed_on.end() :]
    for noise in _NOISE:
        text = noise.sub(" ", text)
    return text


def _stands_out(scores: Mapping[str, float]) -> bool:
    best, second, *_ = sorted([*scores.values(), 0.0, 0.0], reverse=True)
    return best >= _CLEAR_SCORE and best - second >= _CLEAR_LEAD


@cache
def _detector() -> Any:
    eldc.init()
    detector = eldc.instance()
    detector.set_languages(list(LANGUAGES))
    detector.set_scores(2)
    return detector
