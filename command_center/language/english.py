"""How an English text speaks: VADER's word list and rules, several times as fast as its own class.

``vaderSentiment`` writes a text anew letter by letter and lower-cases all of its words for every rule. Here
that is done once, and only words of the list are looked at. The score is the same to the last digit, for
VADER's oddities too (a test compares the two); words and figures stay in that package.
"""

import math
import re
import string
from functools import cache
from typing import Final

from vaderSentiment import vaderSentiment as vader

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_NEGATIONS: Final = frozenset(vader.NEGATE)
_BOOSTERS: Final[dict[str, float]] = vader.BOOSTER_DICT
_IDIOMS: Final[dict[str, float]] = vader.SPECIAL_CASES
# An idiom is looked for only in texts that have its longest word.
_IDIOM_WORDS: Final = frozenset(max(idiom.split(), key=len) for idiom in (*_IDIOMS, *_BOOSTERS) if " " in idiom)
_SO: Final = frozenset({"so", "this"})
_OR: Final = frozenset({"or", "nor"})
_FADING: Final = (1.0, 0.95, 0.9)


@cache
def _analyzer() -> vader.SentimentIntensityAnalyzer:
    return vader.SentimentIntensityAnalyzer()


@cache
def _lexicon() -> dict[str, float]:
    lexicon: dict[str, float] = _analyzer().lexicon
    return lexicon


@cache
def _emoji(character: str) -> str:
    description: str = _analyzer().emojis.get(character, "")
    return description


def english_score(text: str) -> float:
    """Return VADER's compound score of a text, from -1 to 1."""
    if not text.isascii():
        text = _NOT_ASCII.sub(_spelled_out, text)
    tokens = text.split()
    words = [bare if len(bare := token.strip(string.punctuation)) > 2 else token for token in tokens]
    valences = _Words(words).valences()
    total = float(sum(valences))
    if total:
        total += math.copysign(_punctuation(text), total)
    return round(total / math.sqrt(total * total + 15), 4)


def _spelled_out(found: re.Match[str]) -> str:
    description = _emoji(found[0])
    if not description:
        return found[0]
    start = found.start()
    return description if start == 0 or found.string[start - 1] == " " else f" {description}"


def _punctuation(text: str) -> float:
    asked = text.count("?")
    emphasis = 0.96 if asked > 3 else asked * 0.18 if asked > 1 else 0.0
    return min(text.count("!"), 4) * 0.292 + emphasis


class _Words:
    """The words of one text, as written and in lower case."""

    def __init__(self, words: list[str]) -> None:
        self._written = words
        self._words = [word.lower() for word in words]
        self._lexicon = _lexicon()
        self._shouts = False
        self._has_idioms = False

    def valences(self) -> list[float]:
        """Return what each word adds to the score."""
        words, lexicon = self._words, self._lexicon
        valences = [0.0] * len(words)
        found = [at for at, word in enumerate(words) if word in lexicon and word not in _BOOSTERS]
        if not found:
            return valences
        self._shouts = 0 < sum(map(str.isupper, self._written)) < len(words)
        self._has_idioms = not _IDIOM_WORDS.isdisjoint(words)
        for at in found:
            if words[at] != "kind" or words[at + 1 : at + 2] != ["of"]:
                valences[at] = self._valence(at)
        if "but" in words:
            _weigh_but(valences, words.index("but"))
        return valences

    def _valence(self, at: int) -> float:
        words = self._words
        valence = self._own_valence(at)
        for back in range(1, min(at, 3) + 1):
            before = words[at - back]
            if before in self._lexicon:
                continue
            if before in _BOOSTERS:
                valence += self._boost(at - back, valence) * _FADING[back - 1]
            valence *= self._turn(at, back)
            if back == 3 and self._has_idioms:
                valence = self._with_idioms(at, valence)
        if at and words[at - 1] == "least" and "least" not in self._lexicon:
            exempt = at > 1 and words[at - 2] in {"at", "very"}
            valence *= 1.0 if exempt else vader.N_SCALAR
        return valence

    def _own_valence(self, at: int) -> float:
        words = self._words
        valence = self._lexicon[words[at]]
        if (at > 0 and "no" in words[max(at - 2, 0) : at]) or (at > 2 and words[at - 3] == "no" and words[at - 1] in _OR):
            valence *= vader.N_SCALAR
        elif words[at] == "no" and at + 1 < len(words) and words[at + 1] in self._lexicon:
            valence = 0.0
        if self._shouts and self._written[at].isupper():
            valence += vader.C_INCR if valence > 0 else -vader.C_INCR
        return valence

    def _boost(self, at: int, valence: float) -> float:
        boost = _BOOSTERS[self._words[at]] * (-1 if valence < 0 else 1)
        if self._shouts and self._written[at].isupper():
            boost += vader.C_INCR if valence > 0 else -vader.C_INCR
        return boost

    def _turn(self, at: int, back: int) -> float:
        """Return by what a word up to three places before multiplies a valence."""
        before, last = self._words[at - back], self._words[at - 1]
        if back > 1:
            if (before == "never" and self._words[at - back + 1] in _SO) or (back == 3 and last in _SO):
                return 1.25
            if before == "without" and "doubt" in self._words[at - back + 1 : at]:
                return 1.0
        return float(vader.N_SCALAR) if before in _NEGATIONS or "n't" in before else 1.0

    def _with_idioms(self, at: int, valence: float) -> float:
        third, second, first, word, *after = self._words[at - 3 : at + 3]
        two, three = f"{second} {first}", f"{third} {second} {first}"
        for idiom in (f"{first} {word}", f"{two} {word}", two, three, f"{third} {second}"):
            if idiom in _IDIOMS:
                valence = _IDIOMS[idiom]
                break
        for length in range(1, len(after) + 1):
            valence = _IDIOMS.get(" ".join([word, *after[:length]]), valence)
        return valence + sum(_BOOSTERS.get(idiom, 0.0) for idiom in (three, f"{third} {second}", two))


def _weigh_but(valences: list[float], but: int) -> None:
    """Halve what stands before a "but" and raise what follows; of equal valences VADER takes the first each time."""
    for valence in valences:
        at = valences.index(valence)
        if at != but:
            valences[at] = valence * (0.5 if at < but else 1.5)
