"""The level proposal: which storm level, 0 to 6, the signs speak for, and what is missing for the next.

A level is reached when its own step and every step below it are met; severity (a death, a data
breach) lifts the proposal however few the mentions are. A person sets the level with a reason:
``use_cases/lead.py``.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

from command_center.domain.signs import Channel, Severity, Sign, Signs
from command_center.errors import BadInput

HIGHEST: Final = 6


class Doubt(StrEnum):
    """Why a proposal must be read with care; the first two make it uncertain."""

    BLIND = "blind"
    LEARNING = "learning"
    TONE_UNKNOWN = "tone_unknown"
    FRIENDLY = "friendly"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCriteria:
    """The thresholds, each editable; after Graf/Schwede, the numbers are this product's proposal."""

    version: int = 1
    stir_score: float = 0.2  # 1: a surge of the kind that comes four times a week
    stir_hard_words: int = 1  # 1: a hard word needs no volume
    surge_score: float = 0.5  # 2: as rare as the alert budget, once a week
    surge_ratio: float = 3.0  # 2: rare but small is a busy day; the ratio of the alert rule
    surge_lasting: int = 2  # 2: one bucket may be one thread
    surge_authors: int = 5  # 2: one angry person with many posts is no storm
    spread_channels: int = 2  # 3: it has jumped from where it began
    channel_hours: float = 2.0  # a channel counts when people went on talking there, not for one link
    channel_mentions: int = 3  # fewer posts are the same person mirroring
    channel_ratio: float = 2.0  # on a channel that always talks about us, only twice the usual counts
    spread_media: int = 1  # 3: one report brings those who are not on the network
    spread_crowd: int = 100  # 3: more than individuals, also where only one channel is watched
    protest_negative: float = 0.5  # 4: more against than for, or it may be a success
    protest_signs: int = 2  # 4: how many of the four signs of a network; few storms show all
    protest_channels: int = 3  # 4: active on all channels, as far as we see them
    protest_media: int = 3  # 4: media begin to quote each other
    protest_repeat_authors: int = 10  # 4: people who come back, a group instead of passers-by
    protest_hashtag: float = 0.2  # 4: a name of its own that one mention in five carries
    campaign_signs: int = 3  # 5: all of the three; lower it where no media are watched
    campaign_negative: float = 0.6  # 5: sweeping accusations drown the rest
    campaign_growth: float = 0.1  # 5: still growing by a tenth an hour; less is a plateau
    campaign_media: int = 10  # 5: follow-ups in many houses
    floor_death: int = 4  # severity is not volume
    floor_injury: int = 3  # plans may ask for more by their own question
    floor_data_breach: int = 4  # legal clocks run from the first mention
    floor_child_safety: int = 4  # nobody waits for a second voice
    floor_threats: int = 3  # people to protect, whatever the volume
    least_judged: int = 30  # a negative share of fewer is chance
    friendly_below: float = 0.25  # below the share of an ordinary day: rather praise than storm
    least_delivered: float = 0.8  # below this the picture reads blind

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            most = _MOST.get(name, HIGHEST if name.startswith("floor_") else math.inf)
            if not 0 <= value <= most or value == math.inf:
                raise BadInput("levels.setting", name=f"level_setting.{name}", value=value)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the criteria from saved values; raises ``BadInput`` for names or values that don't fit."""
        try:
            return cls(**values)
        except TypeError as error:
            raise BadInput("levels.bad_criteria", reason=str(error)) from error


_MOST: Final = {
    **dict.fromkeys(("stir_score", "surge_score", "least_delivered"), 1.0),
    **dict.fromkeys(("protest_negative", "protest_hashtag", "campaign_negative", "friendly_below"), 1.0),
    "protest_signs": 4,
    "campaign_signs": 3,
}
SHIPPED: Final = LevelCriteria()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One sign against the threshold of one level."""

    sign: Sign
    value: float
    needed: float
    met: bool
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A step not met: ``more`` of these criteria must come, for this level."""

    level: int
    more: int
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A least level and why: a kind of severity, or the plan's question that was answered yes."""

    level: int
    severity: Severity | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProposal:
    """The level the evidence speaks for; ``by_signs`` is the one without the floors.

    ``evidence`` holds every criterion, ``missing`` what separates from the next level,
    ``floors`` every reason for a least level, highest first.
    """

    level: int
    by_signs: int
    evidence: tuple[Criterion, ...]
    missing: tuple[Missing, ...]
    floors: tuple[Floor, ...]
    doubts: tuple[Doubt, ...]
    criteria_version: int

    @property
    def floor(self) -> int:
        """The level the proposal cannot go below."""
        return self.floors[0].level if self.floors else 0

    @property
    def uncertain(self) -> bool:
        """Whether the signs themselves cannot be trusted: sources blind, or the baseline still learning."""
        return Doubt.BLIND in self.doubts or Doubt.LEARNING in self.doubts


def propose(signs: Signs, criteria: LevelCriteria = SHIPPED) -> LevelProposal:
    """Propose a level; more of any sign never lowers it."""
    values = _measure(signs, criteria)
    steps = [
        (
            level,
            enough,
            tuple(
                Criterion(sign=sign, value=values[sign], needed=needed, met=values[sign] >= needed, level=level)
                for sign, needed in wanted
            ),
        )
        for level, enough, wanted in _ladder(criteria)
    ]
    gaps = [gap for step in steps if (gap := _gap(*step))]
    by_signs = min((gap.level for gap in gaps), default=HIGHEST + 1) - 1
    floors = _floors(signs, criteria)
    level = max([by_signs, *(floor.level for floor in floors)])
    return LevelProposal(
        level=level,
        by_signs=by_signs,
        evidence=tuple(criterion for _, _, found in steps for criterion in found),
        missing=tuple(gap for gap in gaps if gap.level <= level + 1),
        floors=floors,
        doubts=_doubts(signs, criteria, by_signs),
        criteria_version=criteria.version,
    )


def _ladder(c: LevelCriteria) -> tuple[tuple[int, int, tuple[tuple[Sign, float], ...]], ...]:
    """Return the steps: level, how many of the thresholds are enough, and the thresholds."""
    return (
        (1, 1, ((Sign.SCORE, c.stir_score), (Sign.HARD_WORD, c.stir_hard_words))),
        (2, 2, ((Sign.SCORE, c.surge_score), (Sign.RATIO, c.surge_ratio))),
        (2, 2, ((Sign.LASTING, c.surge_lasting), (Sign.AUTHORS, c.surge_authors))),
        (3, 1, ((Sign.CHANNELS, c.spread_channels), (Sign.MEDIA, c.spread_media), (Sign.CROWD, c.spread_crowd))),
        (4, 1, ((Sign.NEGATIVE, c.protest_negative),)),
        (
            4,
            c.protest_signs,
            (
                (Sign.CHANNELS, c.protest_channels),
                (Sign.MEDIA, c.protest_media),
                (Sign.REPEAT_AUTHORS, c.protest_repeat_authors),
                (Sign.HASHTAG, c.protest_hashtag),
            ),
        ),
        (
            5,
            c.campaign_signs,
            (
                (Sign.NEGATIVE, c.campaign_negative),
                (Sign.GROWTH, c.campaign_growth),
                (Sign.MEDIA, c.campaign_media),
            ),
        ),
        (6, 1, ((Sign.THREATS, 1),)),
    )


def _measure(signs: Signs, criteria: LevelCriteria) -> dict[Sign, float]:
    """Return each sign as the one number that is held against thresholds."""
    return {
        Sign.SCORE: signs.score,
        Sign.HARD_WORD: signs.hard_words,
        Sign.RATIO: signs.ratio,
        Sign.LASTING: signs.lasting,
        Sign.AUTHORS: signs.authors,
        Sign.CHANNELS: sum(_talks(channel, criteria) for channel in signs.channels),
        Sign.MEDIA: max(0.0, signs.media - signs.usual_media),
        Sign.CROWD: max(0.0, signs.authors - signs.usual_authors),
        Sign.NEGATIVE: signs.negative_share if signs.judged >= criteria.least_judged else 0.0,
        Sign.REPEAT_AUTHORS: signs.repeat_authors,
        Sign.HASHTAG: signs.hashtag_share,
        Sign.GROWTH: max(0.0, signs.growth),
        Sign.THREATS: float(Severity.THREATS in signs.severity),
    }


def _talks(channel: Channel, criteria: LevelCriteria) -> bool:
    """Tell whether people went on talking on this channel, more than they always do."""
    return (
        channel.hours >= criteria.channel_hours
        and channel.mentions >= criteria.channel_mentions
        and channel.mentions >= criteria.channel_ratio * channel.usual
    )


def _gap(level: int, enough: int, found: tuple[Criterion, ...]) -> Missing | None:
    more = enough - sum(criterion.met for criterion in found)
    if more <= 0:
        return None
    return Missing(level=level, more=more, criteria=tuple(criterion for criterion in found if not criterion.met))


def _floors(signs: Signs, criteria: LevelCriteria) -> tuple[Floor, ...]:
    """Return every reason for a least level, highest first."""
    severe = [
        Floor(level=getattr(criteria, f"floor_{severity.value}"), severity=severity)
        for severity in Severity
        if severity in signs.severity
    ]
    asked = [Floor(level=max(0, min(HIGHEST, answer.level)), answer=answer.when) for answer in signs.answers]
    return tuple(sorted([*severe, *asked], key=lambda floor: (-floor.level, floor.severity or "", floor.answer)))


def _doubts(signs: Signs, criteria: LevelCriteria, by_signs: int) -> tuple[Doubt, ...]:
    """Name what the signs cannot tell; the tone matters only once there is a surge."""
    loud = by_signs >= 2
    known = signs.judged >= criteria.least_judged
    found = {
        Doubt.BLIND: signs.delivered < criteria.least_delivered,
        Doubt.LEARNING: signs.learning,
        Doubt.TONE_UNKNOWN: loud and not known,
        Doubt.FRIENDLY: loud and known and signs.negative_share < criteria.friendly_below,
    }
    return tuple(doubt for doubt, applies in found.items() if applies)
