"""How an English text speaks: VADER's word list and rules, several times as fast as its own class.

``vaderSentiment`` writes a text anew letter by letter and lower-cases all of its words for every rule. Here
that is done once, and only words of the list are looked at. The score is the same to the last digit, for
VADER's oddities too (a test compares the two); words and figures stay in that package.
"""

import math
import re
import string
from functools import cache, lru_cache
from typing import Final, NamedTuple

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_NEGATIONS: Final = frozenset(NEGATE)
_BOOSTERS: Final[dict[str, float]] = BOOSTER_DICT
_IDIOMS: Final[dict[str, float]] = SPECIAL_CASES
# An idiom is looked for only in texts that have its longest word.
_IDIOM_WORDS: Final = frozenset(max(idiom.split(), key=len) for idiom in (*_IDIOMS, *_BOOSTERS) if " " in idiom)
_SO: Final = frozenset({"so", "this"})
_OR: Final = frozenset({"or", "nor"})
_FADING: Final = (1.0, 0.95, 0.9)


@cache
def _analyzer() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def english_score(text: str) -> float:
    """Return VADER's compound score of a text, from -1 to 1."""
    if not text.isascii():
        text = _NOT_ASCII.sub(_spelled_out, text)
    total = float(sum(_valences(list(map(_word, text.split())))))
    if total:
        total += math.copysign(_punctuation(text), total)
    return round(total / math.sqrt(total * total + 15), 4)


def _spelled_out(found: re.Match[str]) -> str:
    description: str = _analyzer().emojis.get(found[0], "")
    if not description:
        return found[0]
    start = found.start()
    return description if start == 0 or found.string[start - 1] == " " else f" {description}"


def _punctuation(text: str) -> float:
    asked = text.count("?")
    emphasis = 0.96 if asked > 3 else asked * 0.18 if asked > 1 else 0.0
    return min(text.count("!"), 4) * 0.292 + emphasis


class _Word(NamedTuple):
    """One word and what VADER knows about it; ``valence`` is None for a word that is not in its list."""

    text: str
    is_upper: bool
    valence: float | None
    boost: float
    negates: bool


@lru_cache(maxsize=20_000)
def _word(token: str) -> _Word:
    bare = token.strip(string.punctuation)
    written = bare if len(bare) > 2 else token
    text = written.lower()
    return _Word(
        text,
        written.isupper(),
        _analyzer().lexicon.get(text),
        _BOOSTERS.get(text, 0.0),
        text in _NEGATIONS or "n't" in text,
    )


def _valences(words: list[_Word]) -> list[float]:
    """Return what each word adds to the score."""
    valences = [0.0] * len(words)
    found = [at for at, word in enumerate(words) if word.valence is not None and not word.boost]
    if not found:
        return valences
    shouts = 0 < sum([word.is_upper for word in words]) < len(words)
    texts = [word.text for word in words]
    has_idioms = not _IDIOM_WORDS.isdisjoint(texts)
    for at in found:
        if texts[at] == "kind" and texts[at + 1 : at + 2] == ["of"]:
            continue
        valence = _own_valence(words, at, shouts)
        for back in range(1, min(at, 3) + 1):
            before = words[at - back]
            if before.valence is not None:
                continue
            if before.boost:
                valence += _boost(before, valence, shouts) * _FADING[back - 1]
            valence *= _turn(words, at, back)
            if back == 3 and has_idioms:
                valence = _with_idioms(texts, at, valence)
        if at and texts[at - 1] == "least" and (at == 1 or texts[at - 2] not in {"at", "very"}):
            valence *= N_SCALAR
        valences[at] = valence
    if "but" in texts:
        _weigh_but(valences, texts.index("but"))
    return valences


def _own_valence(words: list[_Word], at: int, shouts: bool) -> float:
    word = words[at]
    valence = word.valence or 0.0
    if _follows_no(words, at):
        valence *= N_SCALAR
    elif word.text == "no" and at + 1 < len(words) and words[at + 1].valence is not None:
        valence = 0.0
    return valence + _stress(word, valence, shouts)


def _follows_no(words: list[_Word], at: int) -> bool:
    if any(word.text == "no" for word in words[max(at - 2, 0) : at]):
        return True
    return at > 2 and words[at - 3].text == "no" and words[at - 1].text in _OR


def _boost(word: _Word, valence: float, shouts: bool) -> float:
    return (-word.boost if valence < 0 else word.boost) + _stress(word, valence, shouts)


def _stress(word: _Word, valence: float, shouts: bool) -> float:
    """Return what capitals add to a valence, where not all is written in them."""
    if not (shouts and word.is_upper):
        return 0.0
    return float(C_INCR if valence > 0 else -C_INCR)


def _turn(words: list[_Word], at: int, back: int) -> float:
    """Return by what a word up to three places before multiplies a valence."""
    before = words[at - back]
    between = [word.text for word in words[at - back + 1 : at]]
    if between:
        if (before.text == "never" and between[0] in _SO) or (back == 3 and between[-1] in _SO):
            return 1.25
        if before.text == "without" and "doubt" in between:
            return 1.0
    return float(N_SCALAR) if before.negates else 1.0


def _with_idioms(texts: list[str], at: int, valence: float) -> float:
    third, second, first, word, *after = texts[at - 3 : at + 3]
    two, three, earlier = f"{second} {first}", f"{third} {second} {first}", f"{third} {second}"
    valence = next(
        (_IDIOMS[idiom] for idiom in (f"{first} {word}", f"{two} {word}", two, three, earlier) if idiom in _IDIOMS),
        valence,
    )
    for length in range(1, len(after) + 1):
        valence = _IDIOMS.get(" ".join([word, *after[:length]]), valence)
    return valence + sum(_BOOSTERS.get(idiom, 0.0) for idiom in (three, earlier, two))


def _weigh_but(valences: list[float], but: int) -> None:
    """Halve what stands before a "but" and raise what follows; of equal valences VADER takes the first each time."""
    for valence in valences:
        at = valences.index(valence)
        if at != but:
            valences[at] = valence * (0.5 if at < but else 1.5)
