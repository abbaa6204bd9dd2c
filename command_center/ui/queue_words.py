"""Why a post stands where it stands, in words, and what happens to it next."""

from typing import Final

from command_center.domain.accounts import Account
from command_center.domain.one_voice import Reason
from command_center.domain.publications import BY_NETWORK, OUT, Publication, PublicationState
from command_center.domain.removals import Removal, RemovalState
from command_center.texts import knows
from command_center.ui.frame import Page
from command_center.ui.wordings import gate_words, note_words
from command_center.use_cases.outcome import by_worker


def because(page: Page, item: Publication, account: Account | None, removal: Removal | None) -> str:
    """Say why a post stands where it stands; empty where its state says it all."""
    network = account is not None and by_worker(page.ctx, account)
    if item.state in OUT:
        return _out(page, item, removal)
    if item.state is PublicationState.REFUSED:
        return _refused(page, item)
    if item.state is PublicationState.QUEUED:
        return _queued(page, item, network=network)
    if item.state is PublicationState.UNKNOWN and network:
        return _with_note(page, page.say("queue.because.looking", when=_when(page, item)), item)
    if item.state is PublicationState.INTENDED:
        return page.say("queue.because.at_network" if network else "queue.because.intended")
    if item.state is PublicationState.HELD and _held_for_another_reason(page, item):
        return _with_note(page, page.say("queue.because.held_for"), item)
    if item.state is PublicationState.HELD and item.reason in _ENDED:
        return _joined(page.say("queue.because.held_ended"), gate_words(page, item.reason, ""))
    words = page.say(f"queue.because.{item.state.value}")
    if item.state is PublicationState.AWAITING_REVIEW and item.due_at > page.now:
        words += " " + page.say("queue.planned_for", when=page.moment(item.due_at))
    return words if item.state is PublicationState.HELD else _with_note(page, words, item)


def _out(page: Page, item: Publication, removal: Removal | None) -> str:
    if item.taken_down_at is not None:
        return page.say("queue.because.taken_down", when=page.moment(item.taken_down_at))
    if removal is not None and removal.state is RemovalState.ASKED:
        return _joined(page.say("queue.because.being_deleted"), note_words(page, removal.note))
    if removal is not None and removal.state is RemovalState.FAILED:
        return _joined(page.say("queue.because.not_deleted"), note_words(page, removal.note))
    return page.say("queue.because.seen") if item.state is PublicationState.VERIFIED else ""


def _refused(page: Page, item: Publication) -> str:
    if item.reason == BY_NETWORK:
        return _with_note(page, page.say("queue.because.network_refused"), item)
    return gate_words(page, item.reason, item.note)


def _queued(page: Page, item: Publication, *, network: bool) -> str:
    if item.due_at > page.now:
        return page.say("queue.due", when=page.moment(item.due_at), ago=page.ago(item.due_at))
    if item.attempts and item.next_try_at is not None:
        words = page.say("queue.because.tried_again", tries=item.attempts, when=_when(page, item))
        return _with_note(page, words, item)
    return page.say("queue.because.sending") if network else ""


def _held_for_another_reason(page: Page, item: Publication) -> bool:
    return item.reason.startswith(("send.", "vault.")) and knows(page.language, item.reason)


# Held because its wording ended while it waited.
_ENDED: Final = frozenset({Reason.SUPERSEDED.value, Reason.WITHDRAWN.value})


def _with_note(page: Page, words: str, item: Publication) -> str:
    return _joined(words, note_words(page, item.note))


def _joined(words: str, note: str) -> str:
    return f"{words} {note}" if note else words


def _when(page: Page, item: Publication) -> str:
    return page.clock(item.next_try_at) if item.next_try_at else page.clock(page.now)
