"""Turn what the rules found into alerts that keep everything they saw."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.alerts import Alert, AlertState, Surge, Window
from command_center.domain.blindness import Look, Sight
from command_center.domain.buckets import BUCKET
from command_center.domain.response_log import Action, utc_text
from command_center.domain.rules import RuleSet, expected_peaks
from command_center.domain.spikes import Verdict
from command_center.domain.storms import Ring, Verb
from command_center.domain.topics import Topic
from command_center.use_cases.command import Work

_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is true of a bucket whatever rule hits: topic, run, rules, verdict, and how well the house sees."""

    topic: Topic
    run: str
    live: bool
    rules: RuleSet
    verdict: Verdict
    surge: Surge | None
    look: Look | None

    @property
    def end(self) -> datetime:
        """The end of the bucket."""
        return self.verdict.at + BUCKET

    @property
    def minutes(self) -> int:
        """The length of the window the alert speaks of."""
        return self.surge.minutes if self.surge else _AN_HOUR


def ring(work: Work, scene: Scene, told: Ring, last_alert: str) -> str:
    """Raise an alert, or note on the storm's last one what else was seen; returns the storm's last alert."""
    if told.verb is Verb.JOIN:
        return _join(work, scene, told, last_alert)
    window = told.window or work.store.window(
        scene.topic.id, since=scene.end - timedelta(minutes=scene.minutes), until=scene.end
    )
    first = told.hits[0]
    evidence = (
        _evidence(scene, window)
        | dict(first.saw)
        | {
            "kind": first.kind.value,
            "key": first.key,
            "level": told.level,
            "escalates": last_alert if told.verb is Verb.ESCALATE else "",
            "also": [_also(hit.kind.value, hit.key, scene.verdict.at) for hit in told.hits[1:]],
        }
    )
    alert = Alert(
        id=work.ctx.new_id(),
        plane=scene.topic.plane,
        topic_id=scene.topic.id,
        at=scene.verdict.at,
        raised_at=work.now,
        evidence=evidence,
        replayed=not scene.live,
    )
    work.store.add(alert)
    _log(work, scene, alert)
    return alert.id


def _also(kind: str, key: str, at: datetime) -> dict[str, str]:
    return {"kind": kind, "key": key, "at": utc_text(at)}


def _join(work: Work, scene: Scene, told: Ring, last_alert: str) -> str:
    alert = work.store.get(Alert, last_alert)
    if alert is None:
        return last_alert
    more = [_also(hit.kind.value, hit.key, scene.verdict.at) for hit in told.hits]
    known = alert.evidence.get("also", [])
    work.store.put(replace(alert, evidence={**alert.evidence, "also": [*known, *more]}))
    work.log(
        Action.ALERT_GREW,
        alert.id,
        plane=alert.plane,
        incident_id=alert.incident_id if alert.state is AlertState.IN_INCIDENT else "",
        also=more,
        rule_version=scene.rules.version,
    )
    return last_alert


def _log(work: Work, scene: Scene, alert: Alert) -> None:
    seen = alert.evidence
    work.log(
        Action.ALERT_RAISED,
        alert.id,
        plane=alert.plane,
        kind=seen["kind"],
        key=seen["key"],
        level=seen["level"],
        escalates=seen["escalates"],
        topic=scene.topic.name,
        at=alert.at,
        mentions=seen["mentions"],
        authors=seen["authors"],
        ratio=f"{seen['ratio']:.1f}",
        score=f"{seen['score']:.3f}",
        rule_set=scene.rules.id,
        rule_version=scene.rules.version,
        sight=seen["sight"],
    )


def _evidence(scene: Scene, window: Window) -> dict[str, Any]:
    verdict, surge = scene.verdict, scene.surge
    lasting = surge.lasting if surge else 0
    rule = scene.rules.rules.spike
    return {
        "run": scene.run,
        "since": utc_text(verdict.at - BUCKET * max(0, lasting - 1)),
        "window_minutes": scene.minutes,
        "count": int(verdict.count),
        "expected": round(verdict.expected, 2),
        "low": round(verdict.low, 2),
        "high": round(verdict.high, 2),
        "ear": surge.ear if surge else "",
        "ear_ratio": round(surge.ratio, 2) if surge else 0.0,
        "lasting": lasting,
        "learning": verdict.learning,
        "last_seen_high": utc_text(verdict.last_seen_high) if verdict.last_seen_high else "",
        "mentions": window.mentions,
        "distinct_texts": window.distinct_texts,
        "copies": window.mentions - window.distinct_texts,
        "authors": window.authors,
        "negative": window.negative,
        "reach": window.reach,
        "expected_peaks": list(expected_peaks(scene.rules.rules, verdict.at)),
        "rule_set": scene.rules.id,
        "rule_version": scene.rules.version,
        "rule": {"floor": rule.floor, "authors": rule.authors, "ratio": rule.ratio, "persistence": rule.persistence},
        # The ratio is the mentions' own, which is what people read; what the best ear heard stands in ear_ratio.
        "ratio": round(verdict.ratio, 2),
        "score": round(surge.score if surge else verdict.score, 4),
    } | sight_evidence(scene.look)


def sight_evidence(look: Look | None) -> dict[str, Any]:
    """Return how far the picture could be trusted; a replay knows only what was imported."""
    if look is None:
        return {"sight": Sight.NOTHING_EXPECTED.value, "delivered": 1.0, "sources_lacking": []}
    return {
        "sight": look.state.value,
        "delivered": round(look.share, 3),
        "sources_lacking": [each.name for each in look.why],
        "lacking_since": utc_text(look.since) if look.since else "",
    }
