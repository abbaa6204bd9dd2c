"""Propose the level of a storm at the very bucket in which a rule holds, so that only a higher one is told again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from command_center.domain.alert_rules import Hit
from command_center.domain.alerts import JudgedBucket
from command_center.domain.levels import propose
from command_center.domain.rules import RuleKind
from command_center.domain.topics import Topic
from command_center.ports import Reading
from command_center.use_cases.propose_level import gather_signs

LEAST: Final = 1
"""Somebody is told, so it is more than nothing."""
NEEDED: Final = 12
"""Judged buckets the proposal looks back on: an hour, for the growth."""


def level_of(store: Reading, topic: Topic, judged: Sequence[JudgedBucket], hits: tuple[Hit, ...]) -> int:
    """Propose the level a storm has reached at the end of the last of these buckets."""
    signs, newest = gather_signs(store, topic, judged), judged[-1]
    surge = newest.surge
    if surge is not None:
        # What the best ear heard counts for the step that asks for a surge, whichever ear it was.
        signs = replace(
            signs,
            score=max(signs.score, surge.score),
            ratio=max(signs.ratio, surge.ratio),
            lasting=max(signs.lasting, surge.lasting),
        )
    signs = replace(
        signs,
        hard_words=sum(hit.kind is RuleKind.KEYWORDS for hit in hits),
        severity=frozenset(hit.severity for hit in hits if hit.severity is not None),
    )
    return max(LEAST, propose(signs).level)
