"""One alert a storm: follows a topic bucket by bucket and says when the rules' hits are worth a new alert.

Live watching and the preview of changed rules both walk through buckets with it. Between two
buckets it keeps only what ``state`` returns.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final, Self

from command_center.domain.alert_rules import Find, Hit, Lately, Seen, Tone, Voice, hits, worth_a_look
from command_center.domain.alerts import Surge, Window
from command_center.domain.rules import RuleKind, Rules

Look = Callable[[int], Window]
"""Counts the mentions of so many minutes up to the end of the bucket."""
Level = Callable[[tuple[Hit, ...]], int]
"""Proposes the storm's level for the hits of a bucket."""

_HOUR: Final = 12  # buckets of five minutes
_LATELY: Final = 36
_KEEP: Final = 0.5 ** (1 / (7 * 288))  # what is usual is forgotten by half within a week
_PRIOR: Final = (5.0, 20.0)  # a quarter of the mentions is negative, until the topic's own share is known
_MOST_A_BUCKET: Final = 10.0  # a storm must not teach that its mood is normal


class Verb(Enum):
    """What to do about a storm: raise an alert, raise a higher one, or note what else was seen in the last one."""

    RAISE = "raise"
    ESCALATE = "escalate"
    JOIN = "join"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What happened to a topic in five minutes, and what the ears made of it."""

    at: datetime
    mentions: int = 0
    judged: int = 0
    negative: int = 0
    expected: float = 0.0
    learning: bool = False
    surge: Surge | None = None
    finds: tuple[Find, ...] = ()
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Something somebody should know now; ``window`` was counted when the rule needed it."""

    verb: Verb
    hits: tuple[Hit, ...]
    level: int = 0
    window: Window | None = None


class StormWatch:
    """The memory of the rules for one topic."""

    def __init__(self) -> None:
        self._asked = False
        self._hour: deque[tuple[int, int]] = deque(maxlen=_HOUR)
        self._usual = _PRIOR
        self._lately: deque[tuple[float, float]] = deque(maxlen=_LATELY)
        self._until: datetime | None = None  # end of the last bucket that belonged to the storm
        self._level = 0
        self._rang: datetime | None = None
        self._told: set[tuple[str, str]] = set()
        self._dropped: datetime | None = None

    def step(self, rules: Rules, bucket: Bucket, look: Look, level: Level) -> list[Ring]:
        """Take one bucket, in the order of time, and return what is worth telling."""
        seen = self._see(rules, bucket, look)
        found = hits(rules, seen)
        cool_down = timedelta(minutes=rules.cool_down_minutes)
        rings = self._fall(tuple(hit for hit in found if hit.kind is RuleKind.DROP), bucket.at, cool_down)
        rising = tuple(hit for hit in found if hit.kind is not RuleKind.DROP)
        open_ = self._until is not None and bucket.at - self._until < cool_down
        if rising:
            if not open_:
                self._rang, self._told = None, set()
            waited = self._rang is None or bucket.at - self._rang >= timedelta(minutes=rules.escalate_after_minutes)
            ring = self._rise(rising, level(rising), seen, waited=waited)
            rings += [ring] if ring else []
        if rising or (open_ and seen.asked):
            self._until = bucket.at
        return rings

    def _see(self, rules: Rules, bucket: Bucket, look: Look) -> Seen:
        surge = bucket.surge
        self._asked = surge is not None and (self._asked or surge.score >= rules.spike.score)
        self._feel(bucket)
        window = None
        if surge and self._asked and rules.spike.active and worth_a_look(rules.spike, surge):
            window = look(surge.minutes)
        return Seen(
            at=bucket.at,
            surge=surge,
            asked=self._asked,
            window=window,
            tone=self._tone(),
            lately=self._sums(),
            learning=bucket.learning,
            finds=bucket.finds,
            voices=bucket.voices,
        )

    def _feel(self, bucket: Bucket) -> None:
        """Let the bucket in; the one that is an hour old becomes part of what is usual."""
        if len(self._hour) == _HOUR:
            judged, negative = self._hour[0]
            if judged:
                weight = min(float(judged), _MOST_A_BUCKET)
                bad, all_ = self._usual
                self._usual = (bad * _KEEP + weight * negative / judged, all_ * _KEEP + weight)
        self._hour.append((bucket.judged, bucket.negative))
        self._lately.append((float(bucket.mentions), bucket.expected))

    def _tone(self) -> Tone:
        judged, negative = (sum(each[place] for each in self._hour) for place in (0, 1))
        return Tone(judged=judged, negative=negative, usual_share=self._usual[0] / self._usual[1])

    def _sums(self) -> Lately:
        mentions, expected = (sum(each[place] for each in self._lately) for place in (0, 1))
        return Lately(mentions=mentions, expected=expected, complete=len(self._lately) == _LATELY)

    def _rise(self, found: tuple[Hit, ...], level: int, seen: Seen, *, waited: bool) -> Ring | None:
        severe = any(hit.severity for hit in found)
        if self._rang is None:
            verb = Verb.RAISE
        elif level > self._level and (waited or severe):
            verb = Verb.ESCALATE
        else:
            verb = Verb.JOIN
        new = tuple(hit for hit in found if (hit.kind.value, hit.key) not in self._told)
        self._told |= {(hit.kind.value, hit.key) for hit in found}
        if verb is Verb.JOIN and not new:
            return None
        if verb is not Verb.JOIN:
            self._level, self._rang = level, seen.at
        return Ring(verb=verb, hits=new if verb is Verb.JOIN else found, level=self._level, window=seen.window)

    def _fall(self, found: tuple[Hit, ...], at: datetime, cool_down: timedelta) -> list[Ring]:
        if not found:
            return []
        again = self._dropped is not None and at - self._dropped < max(cool_down, timedelta(minutes=5))
        self._dropped = at
        return [] if again else [Ring(verb=Verb.RAISE, hits=found)]

    def state(self) -> dict[str, Any]:
        """Return everything needed to go on elsewhere, ready for JSON."""
        return {
            "asked": self._asked,
            "hour": [list(each) for each in self._hour],
            "usual": list(self._usual),
            "lately": [list(each) for each in self._lately],
            "until": self._until.isoformat() if self._until else None,
            "level": self._level,
            "rang": self._rang.isoformat() if self._rang else None,
            "told": sorted(list(each) for each in self._told),
            "dropped": self._dropped.isoformat() if self._dropped else None,
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Return a watch that goes on where the saved one stopped."""
        watch = cls()
        watch._asked, watch._level = state["asked"], state["level"]
        watch._hour.extend((judged, negative) for judged, negative in state["hour"])
        watch._usual = (state["usual"][0], state["usual"][1])
        watch._lately.extend((mentions, expected) for mentions, expected in state["lately"])
        watch._until, watch._dropped = _moment(state["until"]), _moment(state["dropped"])
        watch._rang = _moment(state["rang"])
        watch._told = {(kind, key) for kind, key in state["told"]}
        return watch


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
