"""How often terms and phrases occur in a set of mentions, and which of them grew from one set to another.

Growth is the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi, Quinn 2008,
"Fightin' Words"), in standard deviations. ``narratives.py`` makes of it what a storm is about.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import attrgetter
from typing import Any, Final, Self

from command_center.domain.mentions import Mention
from command_center.domain.terms import BREAK, hosts, tokens

PRIOR: Final = 5_000  # weighs like that many words; with less, words seen once or twice come first
DRAW: Final = 5_000  # texts the ranking looks at: a term of one text in a hundred is then known to a seventh
A_FEW: Final = 5  # texts of one author that count: one person posting 400 times is not a narrative
KEPT: Final = 50_000  # terms and phrases that stay when counts are merged
_TABLES: Final = ("terms", "phrases", "links", "networks", "languages", "sentiments")
_NUMBERS: Final = ("mentions", "texts", "authors", "size")

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Mentions in the order of time with their ``speakers``, and copies together.

    ``firsts`` has the first mention of each copy cluster, ``sizes`` how many there are; ``words`` the
    tokens of the drawn clusters; ``links`` every mention that links to a host.
    """

    ordered: Sequence[Mention]
    speakers: Sequence[tuple[str, str]]
    firsts: Mapping[str, Mention]
    sizes: Counts
    words: Mapping[str, list[str]]
    links: Mapping[str, Sequence[Mention]]


def gather(mentions: Iterable[Mention]) -> Gathered:
    """Put mentions in order, copies together, and read the texts that count."""
    ordered = in_order(mentions)
    clusters = [mention.copy_key or mention.id for mention in ordered]
    firsts: dict[str, Mention] = {}
    links: dict[str, list[Mention]] = {}
    for cluster, mention in zip(clusters, ordered, strict=True):
        firsts.setdefault(cluster, mention)
        if "://" in mention.text:
            for host in hosts(mention.text):
                links.setdefault(host, []).append(mention)
    words = {cluster: tokens(firsts[cluster].text) for cluster in _drawn(firsts)}
    return Gathered(
        ordered=ordered,
        speakers=list(map(speaker, ordered)),
        firsts=firsts,
        sizes=Counter(clusters),
        words=words,
        links=links,
    )


def in_order(mentions: Iterable[Mention]) -> list[Mention]:
    """Return mentions in the order of time, undated ones last, whatever order they came in."""
    dated: list[Mention] = []
    undated: list[Mention] = []
    for mention in mentions:
        (undated if mention.created_at is None else dated).append(mention)
    return sorted(dated, key=attrgetter("created_at", "id")) + sorted(undated, key=attrgetter("id"))


def _drawn(firsts: Mapping[str, Mention]) -> list[str]:
    """Return clusters that count: few of one author, and of very many a fair draw.

    The draw goes by copy key, which is a hash: it favours nobody and is the same each time.
    """
    kept: list[str] = []
    said: dict[tuple[str, str], int] = {}
    for cluster, mention in firsts.items():
        author = (mention.network, mention.author)
        said[author] = texts = said.get(author, 0) + 1
        if texts <= A_FEW or not mention.author:
            kept.append(cluster)
    if len(kept) <= DRAW:
        return kept
    # Hashes are spread evenly: below this line are a few more than are drawn, and far fewer to sort.
    line = f"{int(1.2 * DRAW / len(kept) * 16**8):08x}" if len(kept) > 2 * DRAW else "~"
    below = [cluster for cluster in kept if cluster < line]
    return sorted(below if len(below) >= DRAW else kept)[:DRAW]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCounts:
    """What a set of mentions says, in numbers that can be stored and merged.

    ``terms`` and ``phrases`` count distinct texts (copies once, five texts of an author at most),
    ``links`` the authors who passed a host on, ``networks``, ``languages`` and ``sentiments`` mentions.
    ``size`` is the sum of ``terms`` as counted; phrases of one text only are left out.
    """

    mentions: int = 0
    texts: int = 0
    authors: int = 0
    size: int = 0
    terms: Counts = field(default_factory=dict)
    phrases: Counts = field(default_factory=dict)
    links: Counts = field(default_factory=dict)
    networks: Counts = field(default_factory=dict)
    languages: Counts = field(default_factory=dict)
    sentiments: Counts = field(default_factory=dict)

    @classmethod
    def of(cls, mentions: Iterable[Mention]) -> Self:
        """Count mentions; the same ones give the same counts in any order."""
        return cls.of_gathered(gather(mentions))

    @classmethod
    def of_gathered(cls, storm: Gathered) -> Self:
        """Count mentions that are gathered already."""
        texts = storm.words.values()
        terms = Counter(chain.from_iterable(map(set, texts)))
        del terms[BREAK]
        phrases = Counter(chain.from_iterable(map(_phrases, texts)))
        return cls(
            mentions=len(storm.ordered),
            texts=len(texts),
            authors=len(set(storm.speakers)),
            size=terms.total(),
            terms=terms,
            phrases={" ".join(words): n for words, n in phrases.items() if n > 1 and BREAK not in words},
            links={host: len(set(map(speaker, linking))) for host, linking in storm.links.items()},
            networks=Counter(map(attrgetter("network"), storm.ordered)),
            languages=Counter(map(attrgetter("language"), storm.ordered)),
            sentiments=Counter(map(str, map(attrgetter("sentiment"), storm.ordered))),
        )

    def merged(self, other: Self) -> Self:
        """Return the counts of both sets, which must not overlap; the rarest beyond 50 000 of a kind go."""
        tables: dict[str, Any] = {
            name: _most(Counter(getattr(self, name)) + Counter(getattr(other, name))) for name in _TABLES
        }
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in _NUMBERS}, **tables)

    def state(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return {name: getattr(self, name) for name in _NUMBERS} | {
            name: dict(sorted(getattr(self, name).items())) for name in _TABLES
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Return the counts that ``state`` described."""
        return cls(**state)


def speaker(mention: Mention) -> tuple[str, str]:
    """Return who speaks; each mention without an author is somebody else."""
    return mention.network, mention.author or f"|{mention.id}"


def _phrases(words: list[str]) -> set[tuple[str, ...]]:
    return {*pairwise(words), *zip(words, words[1:], words[2:], strict=False)}


def _most(counts: Counter[str]) -> dict[str, int]:
    if len(counts) <= KEPT:
        return dict(counts)
    return dict(heapq.nsmallest(KEPT, counts.items(), key=lambda item: (-item[1], item[0])))


def log_odds(here: int, there: int, size: int, usual_size: int) -> float:
    """Return by how many standard deviations the odds of a term are higher here than there.

    The prior gives the term the share it has in both together; without any "there" nothing grew.
    """
    if not usual_size or not size:
        return 0.0
    prior = PRIOR * (here + there) / (size + usual_size)
    now, before = here + prior, there + prior
    now_rest, before_rest = max(size + PRIOR - now, 0.5), max(usual_size + PRIOR - before, 0.5)
    difference = math.log(now / now_rest) - math.log(before / before_rest)
    return difference / math.sqrt(1 / now + 1 / before)
