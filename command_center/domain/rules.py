"""The house's alert rules as data: one of each kind, kept per topic, every change a new version.

What a rule makes of what was seen stands in ``alert_rules.py``; one alert a storm in ``storms.py``.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from command_center.domain.signs import Severity
from command_center.errors import BadInput


class RuleKind(StrEnum):
    """What can raise an alert, and the one that never does: an expected peak only annotates."""

    SPIKE = "spike"
    KEYWORDS = "keywords"
    NEGATIVE = "negative"
    AUTHORITY = "authority"
    SILENCE = "silence"
    DROP = "drop"
    PEAKS = "peaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeRule:
    """When a surge becomes an alert: all must hold.

    ``floor`` counts mentions with copies as one, ``authors`` distinct authors, both in the window
    the detector speaks of; ``persistence`` is how many buckets the surge must last unless the
    ratio reaches ``sudden``. ``score`` is the rarity asked for: 0.5 comes once a week.
    """

    active: bool = True
    floor: int = 10
    authors: int = 5
    score: float = 0.5
    ratio: float = 3.0
    persistence: int = 2
    sudden: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HardWord:
    """A word of which one mention is enough, and how severe the case is by itself."""

    word: str
    severity: Severity | None = None


HARD_WORDS: Final = (
    HardWord(word="Rückruf"),
    HardWord(word="Rückrufaktion"),
    HardWord(word="Todesfall", severity=Severity.DEATH),
    HardWord(word="Todesopfer", severity=Severity.DEATH),
    HardWord(word="Datenleck", severity=Severity.DATA_BREACH),
    HardWord(word="Datenpanne", severity=Severity.DATA_BREACH),
    HardWord(word="recall"),
    HardWord(word="fatality", severity=Severity.DEATH),
    HardWord(word="data leak", severity=Severity.DATA_BREACH),
    HardWord(word="data breach", severity=Severity.DATA_BREACH),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRule:
    """Hard words have no baseline: one mention with one of them is enough."""

    active: bool = True
    words: tuple[HardWord, ...] = HARD_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeRule:
    """The negative share of an hour's mentions that take or could take a side.

    It must reach ``share``, lie ``rise`` above what is usual, and rest on ``least`` judged mentions.
    """

    active: bool = True
    share: float = 0.5
    rise: float = 0.25
    least: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRule:
    """Somebody many listen to speaks: ``reach`` followers or more, or one of the listed handles."""

    active: bool = True
    reach: int = 500_000
    handles: tuple[str, ...] = ()
    only_negative: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRule:
    """A source that delivers less than ``share`` of what it should has fallen silent."""

    active: bool = True
    share: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule:
    """Far fewer mentions than usual within three hours: at most ``share`` of at least ``least`` expected ones."""

    active: bool = True
    share: float = 0.1
    least: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPeak:
    """A launch or an annual meeting: alerts within it say so, none is held back."""

    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakRule:
    """What is in the calendar anyway."""

    active: bool = True
    peaks: tuple[ExpectedPeak, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One rule of each kind; a storm is over after ``cool_down_minutes`` without any of them.

    A higher level is told ``escalate_after_minutes`` after the last alert at the earliest, because a
    storm climbs fast at first; a hard word that is severe by itself does not wait.
    """

    spike: SpikeRule = SpikeRule()
    keywords: KeywordRule = KeywordRule()
    negative: NegativeRule = NegativeRule()
    authority: AuthorityRule = AuthorityRule()
    silence: SilenceRule = SilenceRule()
    drop: DropRule = DropRule()
    peaks: PeakRule = PeakRule()
    cool_down_minutes: int = 360
    escalate_after_minutes: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules in force for a topic, or for every topic without its own; ``id`` is the topic's or ``default``.

    ``follows_house`` is left behind when a topic gives up its own rules, so that its versions go on counting.
    """

    id: str
    version: int
    rules: Rules
    changed_by: str
    changed_at: datetime
    follows_house: bool = False


FOR_ALL: Final = "default"
SHIPPED: Final = RuleSet(
    id=FOR_ALL, version=1, rules=Rules(), changed_by="system", changed_at=datetime(2026, 1, 1, tzinfo=UTC)
)
_WEEK_MINUTES: Final = 10_080
_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "spike.floor": (1, 1_000_000),
    "spike.authors": (1, 1_000_000),
    "spike.score": (0.1, 0.9999),
    "spike.ratio": (1.0, 1_000.0),
    "spike.persistence": (1, 288),
    "spike.sudden": (1.0, 10_000.0),
    "negative.share": (0.0, 1.0),
    "negative.rise": (0.0, 1.0),
    "negative.least": (5, 1_000_000),
    "authority.reach": (1, 10**12),
    "silence.share": (0.01, 1.0),
    "drop.share": (0.0, 0.9),
    "drop.least": (10, 1_000_000),
    "cool_down_minutes": (0, _WEEK_MINUTES),
    "escalate_after_minutes": (0, 1_440),
}


def check(rules: Rules) -> Rules:
    """Return the rules if they make sense; raises ``BadInput`` naming the first value that doesn't."""
    for place, (least, most) in _BOUNDS.items():
        value: Any = rules
        for name in place.split("."):
            value = getattr(value, name)
        if not least <= value <= most:
            raise BadInput("rules.out_of_bounds", name=f"rule_setting.{place}", value=value, least=least, most=most)
    if any(not word.word.strip() for word in rules.keywords.words):
        raise BadInput("rules.word_needed")
    for peak in rules.peaks.peaks:
        if not peak.name.strip():
            raise BadInput("rules.peak_name_needed")
        if peak.begins.tzinfo is None or peak.ends.tzinfo is None or peak.begins >= peak.ends:
            raise BadInput("rules.peak_ends_first", name=peak.name)
    return rules


def expected_peaks(rules: Rules, at: datetime) -> tuple[str, ...]:
    """Name the expected peaks a moment lies in."""
    peaks = rules.peaks.peaks if rules.peaks.active else ()
    return tuple(peak.name for peak in peaks if peak.begins <= at < peak.ends)


def changed_rules(before: Rules, after: Rules) -> tuple[str, ...]:
    """Name the rules in which two sets differ."""
    return tuple(each.name for each in fields(Rules) if getattr(before, each.name) != getattr(after, each.name))
