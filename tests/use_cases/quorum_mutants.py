"""Rules about two people, each broken as somebody might break it by mistake; the walks must notice."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from command_center.domain import four_eyes, statements
from command_center.domain.deputies import StandIn
from command_center.use_cases import (
    agree_plans,
    agree_proposals,
    approve,
    lock,
    quarantine,
    safe_mode,
    stand_down,
    stand_in,
    two_people,
    unseal,
)

Patch = pytest.MonkeyPatch


def one_is_enough(patch: Patch) -> None:
    """Let the first person be the second."""
    only_conflict: Any = lambda _first, second, conflicted=(): (  # noqa: E731
        "statement.conflict_of_interest" if second in conflicted else ""
    )
    for module in (two_people, agree_proposals, quarantine):
        patch.setattr(module, "why_not_second", only_conflict)


def conflict_is_nothing(patch: Patch) -> None:
    """Let people agree whom the case is about."""
    same: Any = lambda first, second, conflicted=(): "four_eyes.other_person" if second == first else ""  # noqa: E731
    for module in (two_people, agree_proposals, quarantine):
        patch.setattr(module, "why_not_second", same)


def first_needs_not_be_here(patch: Patch) -> None:
    """Take the word of somebody who has left."""
    patch.setattr(two_people, "still_counts", lambda *_given, **_more: True)


def conflicted_may_begin(patch: Patch) -> None:
    """Let whoever the case is about be the first."""
    patch.setattr(lock, "_conflicted", lambda *_given: ())
    patch.setattr(unseal, "_conflicted", lambda *_given: ())


def begun_is_begun(patch: Patch) -> None:
    """Never let a wish be begun anew."""
    for module in (lock, stand_down, safe_mode):
        patch.setattr(module, "first_counts", lambda *_given, **_more: True)


def plan_by_one(patch: Patch) -> None:
    """Count the first yes to a plan as both."""
    agreed = four_eyes.agreed_plan

    def loosely(proposals: Any, plan_id: str, **given: Any) -> Any:
        found = agreed(proposals, plan_id, **given)
        first = [one for one in proposals if one.subject == plan_id and one.content_hash == given.get("content_hash")]
        return found or (first[0] if first else None)

    patch.setattr(agree_plans, "agreed_plan", loosely)


def plan_of_any_content(patch: Patch) -> None:
    """Take a yes to one content for a yes to another."""
    patch.setattr(agree_plans, "_same", lambda proposal, plan_id, _content_hash: proposal.subject == plan_id)


def anybody_agrees_to_keys(patch: Patch) -> None:
    """Forget to ask whether the second person may."""
    patch.setattr(agree_proposals, "may_now", lambda *_given: True)


def left_and_still_counts(patch: Patch) -> None:
    """Count approvals of people who are gone."""
    patch.setattr(statements, "may", lambda _person, _act: True)


def one_approves(patch: Patch) -> None:
    """Take one approval for all, even where nobody wrote it."""
    patch.setattr(approve, "approvals_needed", lambda *_given: 1)


def authors_count(patch: Patch) -> None:
    """Let an author approve what they wrote."""
    patch.setattr(approve, "may_approve", lambda *_given, **_more: "")
    patch.setattr(statements, "may_approve", lambda *_given, **_more: "")


def quorum_of_all(patch: Patch) -> None:
    """Ask for more people than there are."""
    patch.setattr(two_people, "first_counts", lambda *_given, **_more: False)


def deputies_always(patch: Patch) -> None:
    """Let deputies act while nobody is away."""
    patch.setattr(stand_in, "away_now", lambda _store, _now: frozenset(f"p{number}" for number in range(6)))


def deputies_never(patch: Patch) -> None:
    """Let nobody stand in."""
    patch.setattr(stand_in, "stands_in", lambda *_given: StandIn())


MUTANTS: Final[tuple[Callable[[Patch], None], ...]] = (
    *(one_is_enough, conflict_is_nothing, first_needs_not_be_here, conflicted_may_begin, begun_is_begun, plan_by_one),
    *(plan_of_any_content, anybody_agrees_to_keys, left_and_still_counts, one_approves, authors_count, quorum_of_all),
    *(deputies_always, deputies_never),
)
