"""The signs of a storm: what a level proposal looks at, counted over the time since the surge began.

The story goes on in ``domain/levels.py``, which holds them against the thresholds.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from command_center.domain.plans import LevelFloor
from command_center.errors import BadInput


class Sign(StrEnum):
    """What is looked at; several steps may look at the same sign."""

    SCORE = "score"
    HARD_WORD = "hard_word"
    RATIO = "ratio"
    LASTING = "lasting"
    AUTHORS = "authors"
    CHANNELS = "channels"
    MEDIA = "media"
    CROWD = "crowd"
    NEGATIVE = "negative"
    REPEAT_AUTHORS = "repeat_authors"
    HASHTAG = "hashtag"
    GROWTH = "growth"
    THREATS = "threats"


# Signs whose value and threshold are written as percent.
SHARES: Final = frozenset({Sign.NEGATIVE, Sign.HASHTAG, Sign.GROWTH})


class Severity(StrEnum):
    """What makes a case severe by itself, from a hard word or an answer in triage."""

    DEATH = "death"
    INJURY = "injury"
    DATA_BREACH = "data_breach"
    CHILD_SAFETY = "child_safety"
    THREATS = "threats"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One network: mentions in the last two hours, how many are ``usual`` then, and hours since its first mention."""

    network: str
    mentions: int
    hours: float
    usual: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What was seen since the surge began, at least two hours and at most a day.

    ``usual_…`` is what such a window brings on ordinary days: media report on large brands every
    day, and only what comes on top counts. ``negative_share`` is of the ``judged`` mentions, those
    that take a side. ``growth`` is the slope of the log counts over the last hour, per hour.
    ``severity`` and ``answers`` (the floors of a plan whose question was answered yes) come from
    triage or hard words. ``delivered`` is the share of expected fetches.
    """

    score: float = 0.0
    ratio: float = 0.0
    lasting: int = 0
    authors: int = 0
    usual_authors: float = 0.0
    repeat_authors: int = 0
    channels: tuple[Channel, ...] = ()
    media: int = 0
    usual_media: float = 0.0
    negative_share: float = 0.0
    judged: int = 0
    growth: float = 0.0
    hashtag_share: float = 0.0
    hard_words: int = 0
    severity: frozenset[Severity] = frozenset()
    answers: tuple[LevelFloor, ...] = ()
    delivered: float = 1.0
    learning: bool = False

    def __post_init__(self) -> None:
        for name in ("score", "negative_share", "hashtag_share"):
            _check(name, getattr(self, name), most=1.0)
        for name in ("ratio", "lasting", "authors", "usual_authors", "repeat_authors", "media", "usual_media"):
            _check(name, getattr(self, name))
        for name in ("judged", "hard_words", "delivered"):
            _check(name, getattr(self, name))
        _check("growth", abs(self.growth))
        for channel in self.channels:
            for name in ("mentions", "hours", "usual"):
                _check(name, getattr(channel, name))


def _check(name: str, value: float, *, most: float = math.inf) -> None:
    if not 0 <= value <= most or value == math.inf:
        raise BadInput("levels.sign", name=name, value=value)
