"""A topic: what is watched, as terms, exclusions, hashtags and handles."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from command_center.domain.folding import fold, fold_to_pattern
from command_center.domain.mentions import Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What is watched; a text matches when a term, hashtag or handle occurs and no exclusion does."""

    id: str
    name: str
    plane: Plane = Plane.REAL
    terms: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def compile_topic(topic: Topic) -> Callable[[str], bool]:
    """Return a function that says whether a text is about the topic.

    Both sides are folded, so case, accents and NFC/NFD make no difference. A term matches whole
    words only: "Bahn" finds "#Bahn" and "die Bahn!", never "Autobahn". Words of a phrase may be
    apart by spaces or hyphens. "Müller" finds Müller, Mueller and Muller; "Muller" does not find
    Müller, and "Uber" not "über". A hashtag needs its "#", a handle its "@" and its full length:
    "@apple" is not in "@apple_news", "@apple.example" or "press@apple". Terms and exclusions that
    begin with "#" or "@" are read the same way. What people type is text, never a pattern.
    """
    wanted = _any_of(term_pattern(term) for term in wanted_terms(topic))
    unwanted = _any_of(term_pattern(term) for term in topic.exclusions)
    if wanted is None:
        return lambda _text: False
    find = wanted.search
    if unwanted is None:
        return lambda text: find(fold(text)) is not None
    find_unwanted = unwanted.search

    def matches(text: str) -> bool:
        folded = fold(text)
        return find(folded) is not None and find_unwanted(folded) is None

    return matches


def wanted_terms(topic: Topic) -> tuple[str, ...]:
    """Return everything of which one must occur: terms, hashtags with their "#", handles with their "@"."""
    return (
        *topic.terms,
        *("#" + tag.strip().lstrip("#＃") for tag in topic.hashtags),
        *("@" + handle.strip().lstrip("@＠") for handle in topic.handles),
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    known = list(dict.fromkeys(pattern for pattern in patterns if pattern))
    return re.compile("|".join(known)) if known else None


def term_pattern(term: str) -> str:
    """Return the pattern of one term in folded text, or "" for a term without any character."""
    words = [fold_to_pattern(word) for word in term.split()]
    words = [word for word in words if word]
    if not words or term.strip() in {"#", "@"}:
        return ""
    body = r"[\s\-]+".join(words)
    if words[0].startswith("@"):
        return rf"(?<![\w@.]){body}(?!\w|\.\w)"
    return rf"(?<!\w){body}(?!\w)"
