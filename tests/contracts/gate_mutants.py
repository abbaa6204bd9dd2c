"""Rules of the gate, each broken as somebody might break it by mistake; the audit must notice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from command_center.domain import one_voice, slot_values, statements
from command_center.domain.accounts import Lock, Posture
from command_center.domain.one_voice import Decision, Draft, House, Reason
from command_center.domain.people import Act
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.statements import StatementState
from command_center.domain.templates import match, render
from command_center.use_cases import (
    activate,
    agree_plans,
    approve,
    ask_gate,
    attempts,
    choose_plan,
    command,
    keep_accounts,
    lock,
    outcome,
    publish,
    send,
)
from command_center.use_cases.ask_gate import house_of
from command_center.use_cases.command import Work

Patch = pytest.MonkeyPatch


def no_posture(patch: Patch) -> None:
    """Forget that the account is locked."""
    patch.setattr(one_voice, "effective_posture", lambda _account, _locks: Posture.OPEN)


def newest_lock_counts(patch: Patch) -> None:
    """Let the last lock decide instead of the strictest."""
    patch.setattr(
        one_voice, "effective_posture", lambda account, locks: locks[-1].posture if locks else account.base_posture
    )


def typed_text_is_sent(patch: Patch) -> None:
    """Recognise a wording whatever hides in the text, and send what was typed."""
    decide = one_voice.decide

    def loosely(text: str, template: str, slots: Any) -> Any:
        return match(text.replace("\u200b", "").replace("\u0435", "e"), template, slots)

    def typed(draft: Draft, house: House) -> Decision:
        decision = decide(draft, house)
        return replace(decision, text=draft.text) if decision.allowed else decision

    patch.setattr(one_voice, "values_in", loosely)
    patch.setattr(ask_gate, "decide", typed)


def additions_pass(patch: Patch) -> None:
    """Take a text for approved that only begins so."""
    patch.setattr(one_voice, "values_in", lambda text, *rest: match(text.removesuffix(" Versprochen."), *rest))
    patch.setattr(one_voice, "render", lambda *given: render(*given) + " Versprochen.")


def never_expires(patch: Patch) -> None:
    """Forget that a wording ends by itself."""
    patch.setattr(one_voice, "is_current", lambda version, _now: version.state is StatementState.VALID)


def withdrawn_stays(patch: Patch) -> None:
    """Go on with a wording somebody took back."""
    good = {StatementState.VALID, StatementState.WITHDRAWN}
    patch.setattr(one_voice, "is_current", lambda version, _now: version.state in good)


def drafts_pass(patch: Patch) -> None:
    """Take what was handed in for approved."""
    good = {StatementState.VALID, StatementState.SUBMITTED}
    patch.setattr(one_voice, "is_current", lambda version, _now: version.state in good)


def any_network(patch: Patch) -> None:
    """Let a wording meant for another network out here."""
    why_not = one_voice._why_not

    def here(item: Any, house: House) -> Any:
        why = why_not(item, house)
        return None if why and why[0] is Reason.WRONG_NETWORK else why

    patch.setattr(one_voice, "_why_not", here)


def any_plane(patch: Patch) -> None:
    """Let what was approved for practice out for real."""
    patch.setattr(one_voice, "_renderings", _renderings_of_any_plane)

    def both(store: Any, account: Any, person: Any, now: Any, **more: Any) -> House:
        return replace(house_of(store, account, person, now, **more), versions=store.find(statements.StatementVersion))

    patch.setattr(ask_gate, "house_of", both)


def _renderings_of_any_plane(text: str, house: House) -> list[Any]:
    found = []
    for version in house.versions:
        for variant in version.content.variants:
            values = match(text, variant.text, version.content.slots)
            if values is not None:
                found.append(one_voice._Found(version, variant, values))
    return found


def any_fact(patch: Patch) -> None:
    """Take every fact for confirmed."""
    fault = slot_values.slot_fault

    def mild(slot: Any, value: str, **given: Any) -> str:
        found = fault(slot, value, **given)
        return "" if found == "slot.fact_not_confirmed" else found

    patch.setattr(one_voice, "slot_fault", mild)


def one_approval_is_enough(patch: Patch) -> None:
    """Count the first approval as all of them."""
    patch.setattr(approve, "approvals_that_count", lambda version, *_rest: frozenset(map(str, range(version.quorum))))


def authors_approve(patch: Patch) -> None:
    """Let an author approve what they wrote."""
    patch.setattr(approve, "may_approve", lambda *_given, **_more: "")
    patch.setattr(statements, "may_approve", lambda *_given, **_more: "")


def one_person_unlocks(patch: Patch) -> None:
    """Let whoever asked for it lift the lock."""

    @command.command(Act.UNLOCK)
    def confirm_unlock(work: Work, *, lock_id: str) -> str:
        lock.lift(work, [work.need(Lock, lock_id)])
        return lock_id

    patch.setattr(lock, "confirm_unlock", confirm_unlock)


def reviews_alone(patch: Patch) -> None:
    """Let whoever asked be the second person."""
    ask = publish._ask_gate

    def alone(work: Any, account: Any, person: Any, text: str, *, reviewed_by: str) -> Decision:
        return ask(work, account, person, text, reviewed_by="somebody")

    patch.setattr(publish, "_ask_gate", alone)


def not_asked_again(patch: Patch) -> None:
    """Send on the word of yesterday: what waits is not brought before the gate again, nor held by a lock."""

    def yes(_work: Any, publication: Any) -> Decision:
        return Decision(allowed=True, reason=Reason.OPEN, posture=Posture.OPEN, text=publication.text)

    patch.setattr(attempts, "ask_again", yes)
    patch.setattr(lock, "_hold_waiting", lambda *_given: 0)


def unlocked_is_sent(patch: Patch) -> None:
    """Put what was held back in line when the lock goes."""

    def resume(work: Any, account_id: str, _incident_id: str) -> None:
        for post in work.store.find(Publication, account_id=account_id, state=PublicationState.HELD):
            work.store.put(replace(post, state=PublicationState.QUEUED))

    patch.setattr(lock, "_quarantine", resume)


def blind_retry(patch: Patch) -> None:
    """Send again what may already stand there."""
    patch.setattr(send, "_surely_missing", attempts_again)


def attempts_again(ctx: Any, errand: Any) -> bool:
    """Say that it isn't there, without looking."""
    given = {"publication_id": errand.publication.id, "attempt": errand.publication.attempts}
    return bool(attempts.record_missing(ctx, ctx.new_id(), **given))


def sealed_too_early(patch: Patch) -> None:
    """Call a lock sealed while something is on its way."""
    patch.setattr(lock, "IN_FLIGHT", frozenset({PublicationState.SENT}))


def outcome_not_logged(patch: Patch) -> None:
    """Change the record and leave the log as it is."""
    patch.setattr(outcome, "log_publication", lambda *_given, **_more: None)


def logged_twice(patch: Patch) -> None:
    """Write every outcome twice."""
    log = outcome.log_publication
    patch.setattr(outcome, "log_publication", lambda *given, **more: (log(*given, **more), log(*given, **more)))


def wishes_repeat(patch: Patch) -> None:
    """Forget that a wish was carried out before."""
    once, numbers = command._once, iter(range(10**9))

    def again(ctx: Any, store: Any, person: Any, request_id: str, *rest: Any, **given: Any) -> str:
        return once(ctx, store, person, f"{request_id}:{next(numbers)}", *rest, **given)

    patch.setattr(command, "_once", again)


def late_is_free(patch: Patch) -> None:
    """Forget accounts that come while a crisis runs."""
    patch.setattr(keep_accounts, "lock_late", lambda _work, _account: None)


def edited_in_silence(patch: Patch) -> None:
    """Use the file as it is, whoever agreed on it."""
    choose = choose_plan.choose_plan

    def quietly(*given: Any, **more: Any) -> Any:
        return choose(*given, **{**more, "as_edited": True})[0], ()

    patch.setattr(activate, "choose_plan", quietly)


def one_agrees_to_plans(patch: Patch) -> None:
    """Let whoever said yes first say it twice."""
    patch.setattr(agree_plans, "be_second", lambda *_given, **_more: None)


MUTANTS: Final[tuple[Callable[[Patch], None], ...]] = (
    *(no_posture, newest_lock_counts, typed_text_is_sent, additions_pass, never_expires, withdrawn_stays, drafts_pass),
    *(any_network, any_plane, any_fact, one_approval_is_enough, authors_approve, one_person_unlocks, reviews_alone),
    *(
        not_asked_again,
        unlocked_is_sent,
        blind_retry,
        sealed_too_early,
        outcome_not_logged,
        logged_twice,
        wishes_repeat,
        late_is_free,
        edited_in_silence,
        one_agrees_to_plans,
    ),
)
