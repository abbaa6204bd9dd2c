"""Which plan fits what people write: the plans' trigger keywords counted over the newest mentions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from command_center.domain.plans import Plan
from command_center.domain.topics import Topic, compile_topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How many of the texts hold one of the plan's keywords, and which keywords those are."""

    texts: int
    of: int
    words: tuple[str, ...]


def fit_of(plan: Plan, texts: Sequence[str]) -> Fit:
    """Count the texts that hold a trigger keyword of the plan; the words that hit most come first."""
    words = list(dict.fromkeys(word for found in plan.triggers.keywords.values() for word in found))
    hits: dict[str, int] = {}
    matching = 0
    finders = [(word, compile_topic(Topic(id="", name=word, terms=(word,)))) for word in words]
    for text in texts:
        found = [word for word, matches in finders if matches(text)]
        matching += bool(found)
        for word in found:
            hits[word] = hits.get(word, 0) + 1
    ranked = sorted(hits, key=lambda word: (-hits[word], words.index(word)))
    return Fit(texts=matching, of=len(texts), words=tuple(ranked))


def ranked_by_fit(plans: Iterable[Plan], texts: Sequence[str]) -> list[tuple[Plan, Fit]]:
    """Return the plans with their fit, the best first; plans that fit equally keep their order."""
    return sorted(((plan, fit_of(plan, texts)) for plan in plans), key=lambda pair: -pair[1].texts)
