"""What the alert rules make of one bucket: pure functions, one per rule, each saying what it saw.

The rules themselves are data in ``rules.py``. Several hits of one storm are one alert: ``storms.py``.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from command_center.domain.alerts import Surge, Window
from command_center.domain.rules import AuthorityRule, DropRule, KeywordRule, NegativeRule, RuleKind, Rules, SpikeRule
from command_center.domain.signs import Severity

_DEVIATIONS: Final = 3.0  # of the hour's negative share: one hour in seven hundred by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A mention with a hard word in it."""

    word: str
    mention_id: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A mention by somebody many listen to."""

    author: str
    mention_id: str
    reach: int
    negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """The last hour's mentions with a known mood, the negative ones of them, and the share usual here."""

    judged: int = 0
    negative: int = 0
    usual_share: float = 0.0

    @property
    def share(self) -> float:
        """The negative share of the last hour."""
        return self.negative / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """Mentions within the last three hours, and how many were to be expected."""

    mentions: float = 0.0
    expected: float = 0.0
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything the rules may look at in one bucket.

    ``asked`` says that the present surge was rare enough at some moment; ``window`` is counted only
    when the spike rule's cheaper conditions hold.
    """

    at: datetime
    surge: Surge | None = None
    asked: bool = False
    window: Window | None = None
    tone: Tone = Tone()
    lately: Lately = Lately()
    learning: bool = False
    finds: tuple[Find, ...] = ()
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that holds, and the numbers it holds for; ``key`` is the word or the author."""

    kind: RuleKind
    key: str = ""
    severity: Severity | None = None
    saw: Mapping[str, Any] = field(default_factory=dict)


def hits(rules: Rules, seen: Seen) -> list[Hit]:
    """Return every rule that holds in this bucket, with what it saw."""
    found: list[Hit] = []
    if rules.spike.active and seen.asked and seen.surge and seen.window:
        found += _spike(rules.spike, seen.surge, seen.window)
    if rules.keywords.active:
        found += _keywords(rules.keywords, seen.finds)
    if rules.negative.active and not seen.learning:
        found += _negative(rules.negative, seen.tone)
    if rules.authority.active:
        found += _authority(rules.authority, seen.voices)
    if rules.drop.active and not seen.learning:
        found += _drop(rules.drop, seen.lately)
    return found


def worth_a_look(rule: SpikeRule, surge: Surge) -> bool:
    """Tell whether the conditions hold that need no look at the mentions."""
    return surge.ratio >= rule.ratio and (surge.lasting >= rule.persistence or surge.ratio >= rule.sudden)


def unmet(rule: SpikeRule, window: Window, *, ratio: float, lasting: int) -> tuple[str, ...]:
    """Name the conditions that keep a surge from becoming an alert; none means raise it."""
    missing = []
    if window.distinct_texts < rule.floor:
        missing.append("floor")
    if window.authors < rule.authors:
        missing.append("authors")
    if ratio < rule.ratio:
        missing.append("ratio")
    if lasting < rule.persistence and ratio < rule.sudden:
        missing.append("persistence")
    return tuple(missing)


def _spike(rule: SpikeRule, surge: Surge, window: Window) -> Iterator[Hit]:
    if not unmet(rule, window, ratio=surge.ratio, lasting=surge.lasting):
        saw = {
            "ear": surge.ear,
            "ear_ratio": round(surge.ratio, 2),
            "lasting": surge.lasting,
            "copies": window.mentions - window.distinct_texts,
        }
        yield Hit(kind=RuleKind.SPIKE, saw=saw)


def _keywords(rule: KeywordRule, finds: tuple[Find, ...]) -> Iterator[Hit]:
    wanted = {word.word for word in rule.words}
    by_word: dict[str, list[Find]] = {}
    for find in finds:
        if find.word in wanted:
            by_word.setdefault(find.word, []).append(find)
    for word, found in by_word.items():
        saw = {"word": word, "mention": found[0].mention_id, "mentions_with_word": len(found)}
        yield Hit(kind=RuleKind.KEYWORDS, key=word, severity=found[0].severity, saw=saw)


def _negative(rule: NegativeRule, tone: Tone) -> Iterator[Hit]:
    if tone.judged < rule.least or tone.share < max(rule.share, tone.usual_share + rule.rise):
        return
    if lower_bound(tone.negative, tone.judged) <= tone.usual_share:
        return
    saw = {
        "judged": tone.judged,
        "negative_in_hour": tone.negative,
        "share": round(tone.share, 3),
        "usual_share": round(tone.usual_share, 3),
    }
    yield Hit(kind=RuleKind.NEGATIVE, saw=saw)


def lower_bound(part: int, whole: int) -> float:
    """Return the least share that would still plausibly give this part of a whole (Wilson 1927)."""
    if not whole:
        return 0.0
    share, z = part / whole, _DEVIATIONS
    middle = share + z * z / (2 * whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return max(0.0, (middle - reach) / (1 + z * z / whole))


def _authority(rule: AuthorityRule, voices: tuple[Voice, ...]) -> Iterator[Hit]:
    told: set[str] = set()
    for voice in sorted(voices, key=lambda voice: -voice.reach):
        if voice.author in told or (rule.only_negative and not voice.negative):
            continue
        if voice.reach >= rule.reach or _handle(voice.author) in {_handle(handle) for handle in rule.handles}:
            told.add(voice.author)
            saw = {"author": voice.author, "author_reach": voice.reach, "mention": voice.mention_id}
            yield Hit(kind=RuleKind.AUTHORITY, key=voice.author, saw=saw)


def _handle(name: str) -> str:
    return name.strip().lstrip("@").casefold()


def _drop(rule: DropRule, lately: Lately) -> Iterator[Hit]:
    if lately.complete and lately.expected >= rule.least and lately.mentions <= rule.share * lately.expected:
        saw = {"mentions_in_window": int(lately.mentions), "expected_in_window": round(lately.expected, 1)}
        yield Hit(kind=RuleKind.DROP, saw=saw)
