"""The gate's one decision: may this text leave this account now?

Pure and total: whatever it is given, it answers *allowed* or *refused, because …, say this instead*.
Story *somebody posts*: ``use_cases/publish.py`` → here → ``domain/response_log.py``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from command_center.domain.accounts import Account, Lock, Posture, effective_posture
from command_center.domain.disguises import disguise_in, normalise
from command_center.domain.nearest import Nearest, nearest_wording
from command_center.domain.slot_values import slot_fault
from command_center.domain.statements import StatementState, StatementVersion, Variant, is_current
from command_center.domain.templates import joined_link, render, values_in
from command_center.domain.threads import longest_part

# Networks whose rules forbid the same post over several accounts (X: platform manipulation policy).
FORBID_COPIES: Final = frozenset({"x"})


class Reason(StrEnum):
    """Why the gate allowed or refused."""

    OPEN = "gate.open"
    REVIEWED = "gate.reviewed"
    APPROVED = "gate.approved"
    ON_HOLD = "gate.on_hold"
    NOT_APPROVED = "gate.not_approved"
    NEEDS_REVIEW = "gate.needs_review"
    NOT_YOURS = "gate.not_yours"
    ACCOUNT_CLOSED = "gate.account_closed"
    EMPTY = "gate.empty"
    TOO_LONG = "gate.too_long"
    DISGUISED = "gate.disguised"
    NOT_YET_VALID = "gate.not_yet_valid"
    EXPIRED = "gate.expired"
    WITHDRAWN = "gate.withdrawn"
    SUPERSEDED = "gate.superseded"
    WRONG_NETWORK = "gate.wrong_network"
    WRONG_LANGUAGE = "gate.wrong_language"
    WRONG_AUDIENCE = "gate.wrong_audience"
    SLOT_NOT_ALLOWED = "gate.slot_not_allowed"
    SAID_ELSEWHERE = "gate.said_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text somebody wants to let out; ``reviewed_by`` is the second person's id under *review*."""

    text: str
    person_id: str
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the gate looks at, read in the transaction that records its answer.

    ``facts`` maps an incident's id to its confirmed facts; ``said_elsewhere`` holds the texts that
    other accounts on the same network let out lately.
    """

    account: Account
    locks: Sequence[Lock]
    versions: Sequence[StatementVersion]
    facts: Mapping[str, Sequence[str]]
    said_elsewhere: Sequence[str]
    may_use_all: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The gate's answer; ``text`` is what may be sent: the re-rendered approved wording under one voice."""

    allowed: bool
    reason: Reason
    posture: Posture
    text: str = ""
    version_id: str = ""
    incident_id: str = ""
    detail: str = ""
    nearest: Nearest | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    version: StatementVersion
    variant: Variant
    values: Mapping[str, str]


def decide(draft: Draft, house: House) -> Decision:
    """Answer whether the draft may leave the account at this moment."""
    posture = effective_posture(house.account, house.locks)
    plain = _plain_refusal(draft, house, posture)
    if plain is not None:
        return plain
    found = _renderings(draft.text, house)
    usable = [item for item in found if not _why_not(item, house)]
    if usable:
        return _approved(usable[0], house, posture)
    if posture is Posture.ONE_VOICE:
        return _refuse(draft, house, posture, *_most_telling(draft.text, found, house))
    if posture is Posture.REVIEW and draft.reviewed_by in {"", draft.person_id}:
        return _refuse(draft, house, posture, Reason.NEEDS_REVIEW, "")
    reason = Reason.REVIEWED if posture is Posture.REVIEW else Reason.OPEN
    return _within_limits(normalise(draft.text), house, Decision(allowed=True, reason=reason, posture=posture))


def _plain_refusal(draft: Draft, house: House, posture: Posture) -> Decision | None:
    if not house.account.active:
        return Decision(allowed=False, reason=Reason.ACCOUNT_CLOSED, posture=posture)
    if not house.may_use_all and draft.person_id not in house.account.co_managers:
        return Decision(allowed=False, reason=Reason.NOT_YOURS, posture=posture)
    if posture is Posture.HOLD:
        return Decision(allowed=False, reason=Reason.ON_HOLD, posture=posture)
    if not normalise(draft.text):
        return Decision(allowed=False, reason=Reason.EMPTY, posture=posture)
    return None


def _renderings(text: str, house: House) -> list[_Found]:
    """Find every wording of this house, current or not, that the text is an exact rendering of."""
    found, wanted = [], normalise(text)
    for version in house.versions:
        if version.plane is not house.account.plane:
            continue
        for variant in version.content.variants:
            values = values_in(wanted, variant.text, version.content.slots)
            if values is not None:
                found.append(_Found(version, variant, values))
    return found


def _why_not(item: _Found, house: House) -> tuple[Reason, str] | None:
    """Name what keeps an exact rendering from being used here and now."""
    version, variant, account = item.version, item.variant, house.account
    if not is_current(version, house.now):
        return _STATE_REASONS.get(version.state, Reason.EXPIRED), ""
    if variant.network and variant.network != account.network:
        return Reason.WRONG_NETWORK, variant.network
    if variant.audience and variant.audience != account.audience:
        return Reason.WRONG_AUDIENCE, variant.audience
    if account.languages and variant.language not in account.languages:
        return Reason.WRONG_LANGUAGE, variant.language
    facts = house.facts.get(version.incident_id, ())
    for slot in version.content.slots:
        if slot.name in item.values:
            fault = slot_fault(slot, item.values[slot.name], confirmed_facts=facts)
            if fault:
                return Reason.SLOT_NOT_ALLOWED, f"{slot.name}:{fault}"
    joined = joined_link(variant.text, version.content.slots, item.values)
    return (Reason.SLOT_NOT_ALLOWED, f"{joined}:slot.hides_a_link") if joined else None


_STATE_REASONS: Final = {
    StatementState.DRAFT: Reason.NOT_YET_VALID,
    StatementState.SUBMITTED: Reason.NOT_YET_VALID,
    StatementState.RETURNED: Reason.NOT_YET_VALID,
    StatementState.SUPERSEDED: Reason.SUPERSEDED,
    StatementState.WITHDRAWN: Reason.WITHDRAWN,
    StatementState.EXPIRED: Reason.EXPIRED,
}


def _approved(item: _Found, house: House, posture: Posture) -> Decision:
    answer = Decision(
        allowed=True,
        reason=Reason.APPROVED,
        posture=posture,
        version_id=item.version.id,
        incident_id=item.version.incident_id,
    )
    return _within_limits(render(item.variant.text, item.values), house, answer)


def _within_limits(text: str, house: House, answer: Decision) -> Decision:
    account = house.account
    length, limit = longest_part(account.network, text)
    if length > limit:
        return Decision(allowed=False, reason=Reason.TOO_LONG, posture=answer.posture, detail=f"{length}/{limit}")
    if account.network in FORBID_COPIES and text in house.said_elsewhere:
        return Decision(allowed=False, reason=Reason.SAID_ELSEWHERE, posture=answer.posture)
    return Decision(
        allowed=True,
        reason=answer.reason,
        posture=answer.posture,
        text=text,
        version_id=answer.version_id,
        incident_id=answer.incident_id,
    )


def _most_telling(text: str, found: Iterable[_Found], house: House) -> tuple[Reason, str]:
    reasons = [why for item in found if (why := _why_not(item, house))]
    if reasons:
        return max(reasons, key=lambda why: _TELLING.index(why[0]))
    trick = disguise_in(text)
    return (Reason.DISGUISED, trick) if trick else (Reason.NOT_APPROVED, "")


# From the weakest reason to the one that helps the reader most.
_TELLING: Final = (
    Reason.NOT_YET_VALID,
    Reason.EXPIRED,
    Reason.SUPERSEDED,
    Reason.WITHDRAWN,
    Reason.WRONG_AUDIENCE,
    Reason.WRONG_LANGUAGE,
    Reason.WRONG_NETWORK,
    Reason.SLOT_NOT_ALLOWED,
)


def _refuse(draft: Draft, house: House, posture: Posture, reason: Reason, detail: str) -> Decision:
    return Decision(
        allowed=False,
        reason=reason,
        posture=posture,
        detail=detail,
        nearest=nearest_wording(draft.text, usable_wordings(house)),
    )


def usable_wordings(house: House) -> list[tuple[StatementVersion, Variant]]:
    """List the approved wordings this account may use now, its own network's variants first."""
    account = house.account
    usable = [
        (version, variant)
        for version in house.versions
        if version.plane is account.plane and is_current(version, house.now)
        for variant in version.content.variants
        if variant.network in {"", account.network}
        and variant.audience in {"", account.audience}
        and (not account.languages or variant.language in account.languages)
    ]
    return sorted(usable, key=lambda pair: (pair[1].network == "", pair[0].content.title, pair[1].language))
