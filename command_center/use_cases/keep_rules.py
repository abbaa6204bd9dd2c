"""Keep the alert rules: one set for the house, and one of its own for a topic that needs it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.response_log import Action, utc_text
from command_center.domain.rules import FOR_ALL, SHIPPED, Rules, RuleSet, changed_rules, check
from command_center.domain.topics import Topic
from command_center.errors import BadInput, Conflict
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, command, looking


def rules_for(store: Reading, topic_id: str) -> RuleSet:
    """Return the rules in force for a topic: its own, else the house's, else the shipped ones."""
    own = store.get(RuleSet, topic_id) if topic_id else None
    if own is not None and not own.follows_house:
        return own
    return store.get(RuleSet, FOR_ALL) or SHIPPED


@command(Act.WRITE_TOPIC)
def change_rules(work: Work, *, rules: Rules, based_on: int, topic_id: str = "") -> str:
    """Put new rules into force, for one topic or, without one, for every topic that has none of its own.

    ``based_on`` is the version somebody looked at while changing it; raises ``Conflict`` when
    somebody else was quicker, ``BadInput`` when a value makes no sense. Returns the new version.
    """
    before = _unchanged_since(work, topic_id, based_on)
    return _put(work, topic_id, before, check(rules))


@command(Act.WRITE_TOPIC)
def follow_house(work: Work, *, topic_id: str, based_on: int) -> str:
    """Let a topic give up its own rules and follow the house's again; returns the new version.

    Raises ``Conflict`` when somebody changed the rules meanwhile, ``BadInput`` when the topic has none of its own.
    """
    before = _unchanged_since(work, topic_id, based_on)
    if before.id != topic_id:
        raise BadInput("rules.follow_already")
    return _put(work, topic_id, before, rules_for(work.store, "").rules, follows_house=True)


def _unchanged_since(work: Work, topic_id: str, based_on: int) -> RuleSet:
    before = rules_for(work.store, topic_id)
    if before.version != based_on:
        raise Conflict("rules.changed_meanwhile", version=before.version)
    return before


def _put(work: Work, topic_id: str, before: RuleSet, rules: Rules, *, follows_house: bool = False) -> str:
    plane = work.need(Topic, topic_id).plane if topic_id else Plane.REAL
    earlier = work.store.get(RuleSet, topic_id) if topic_id else None
    after = RuleSet(
        id=topic_id or FOR_ALL,
        # A topic that once had its own rules never uses one of its versions twice.
        version=max(before.version, earlier.version if earlier else 0) + 1,
        rules=rules,
        changed_by=work.who.id,
        changed_at=work.now,
        follows_house=follows_house,
    )
    work.store.put(after)
    work.log(
        Action.RULES_CHANGED,
        after.id,
        plane=plane,
        version=after.version,
        before=before.version,
        changed=changed_rules(before.rules, rules),
        # The log takes no fractions; as text the rules can be read back whole.
        rules=_text(rules),
        rules_before=_text(before.rules),
        follows_house=follows_house,
    )
    return str(after.version)


def _text(rules: Rules) -> str:
    return json.dumps(asdict(rules), default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> str:
    return utc_text(value) if hasattr(value, "astimezone") else str(value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One version of the rules of a topic or the house; ``differences`` maps a place to its values before and after."""

    version: int
    by: str
    at: datetime
    follows_house: bool
    differences: Mapping[str, tuple[Any, Any]]


def rule_history(ctx: Context, person_id: str, topic_id: str = "", *, limit: int = 20) -> list[RuleChange]:
    """Return how the rules of a topic, or of the house, became what they are; newest first."""
    with looking(ctx, person_id, Act.WRITE_TOPIC) as store:
        entries = store.log(
            action=Action.RULES_CHANGED.value, subject=topic_id or FOR_ALL, descending=True, limit=limit
        )
        return [
            RuleChange(
                version=int(details["version"]),
                by=entry.actor,
                at=entry.at,
                follows_house=bool(details.get("follows_house")),
                differences=_differences(details),
            )
            for entry in entries
            for details in [entry.details]
        ]


def _differences(details: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    if "rules_before" not in details:  # an entry from before this was kept
        return {str(name): (None, None) for name in details.get("changed", ())}
    before, after = _flat(json.loads(details["rules_before"])), _flat(json.loads(details["rules"]))
    return {place: (before.get(place), value) for place, value in after.items() if before.get(place) != value}


def _flat(rules: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in rules.items():
        flat |= {f"{name}.{part}": each for part, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat
