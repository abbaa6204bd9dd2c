"""Keep the alert rules: one set for the house, and one of its own for a topic that needs it."""

import json
from dataclasses import asdict

from command_center.domain.people import Act
from command_center.domain.response_log import Action, utc_text
from command_center.domain.rules import FOR_ALL, SHIPPED, Rules, RuleSet, changed_rules, check
from command_center.domain.topics import Topic
from command_center.errors import Conflict
from command_center.ports import Reading
from command_center.use_cases.command import Work, command


def rules_for(store: Reading, topic_id: str) -> RuleSet:
    """Return the rules in force for a topic: its own, else the house's, else the shipped ones."""
    own = store.get(RuleSet, topic_id) if topic_id else None
    return own or store.get(RuleSet, FOR_ALL) or SHIPPED


@command(Act.WRITE_TOPIC)
def change_rules(work: Work, *, rules: Rules, based_on: int, topic_id: str = "") -> str:
    """Put new rules into force, for one topic or, without one, for every topic that has none of its own.

    ``based_on`` is the version somebody looked at while changing it; raises ``Conflict`` when
    somebody else was quicker, ``BadInput`` when a value makes no sense. Returns the new version.
    """
    plane = work.need(Topic, topic_id).plane if topic_id else None
    before = rules_for(work.store, topic_id)
    if before.version != based_on:
        raise Conflict("rules.changed_meanwhile", version=before.version)
    after = RuleSet(
        id=topic_id or FOR_ALL,
        version=before.version + 1,
        rules=check(rules),
        changed_by=work.who.id,
        changed_at=work.now,
    )
    work.store.put(after)
    work.log(
        Action.RULES_CHANGED,
        after.id,
        **({"plane": plane} if plane else {}),
        version=after.version,
        before=before.version,
        changed=changed_rules(before.rules, rules),
        # The log takes no fractions; as text the rules can be read back whole.
        rules=json.dumps(asdict(rules), default=_plain, ensure_ascii=False, sort_keys=True),
    )
    return str(after.version)


def _plain(value: object) -> str:
    return utc_text(value) if hasattr(value, "astimezone") else str(value)  # type: ignore[arg-type]
