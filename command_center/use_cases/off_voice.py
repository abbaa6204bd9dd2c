"""Deal with an off-voice post: have it deleted in one click, or say why it stays."""

from dataclasses import replace

from command_center.domain.accounts import Account
from command_center.domain.off_voice import OffVoice, OffVoiceKind, OffVoiceState
from command_center.domain.people import Act, Person
from command_center.domain.removals import Removal
from command_center.domain.response_log import Action
from command_center.errors import Conflict, NotAllowed
from command_center.use_cases.ask_gate import may_use_every_account
from command_center.use_cases.command import Work, command
from command_center.use_cases.take_down import begin_removal, refuse_twice
from command_center.use_cases.tripwire import log_off_voice
from command_center.use_cases.write_statement import require_reason


@command(Act.PUBLISH)
def delete_off_voice(work: Work, *, off_voice_id: str) -> str:
    """Have an off-voice post deleted by the worker; returns the removal's id."""
    item = _open(work, off_voice_id)
    account = work.need(Account, item.account_id)
    if item.kind is OffVoiceKind.PROFILE:
        raise Conflict("off_voice.profile_by_hand")
    if not may_delete(work.who, account):
        raise NotAllowed("off_voice.not_yours")
    refuse_twice(work, off_voice_id=item.id)
    removal = Removal(
        id=work.ctx.new_id(),
        plane=item.plane,
        account_id=account.id,
        native_ids=(item.native_id,),
        asked_by=work.who.id,
        asked_at=work.now,
        reason=item.kind.value,
        off_voice_id=item.id,
        incident_id=item.incident_id,
    )
    return begin_removal(work, removal)


def may_delete(person: Person, account: Account) -> bool:
    """Tell whether somebody may delete what the gate did not let out: co-managers, approvers and crisis leads."""
    return may_use_every_account(person) or person.id in account.co_managers


@command(Act.RELEASE)
def keep_off_voice(work: Work, *, off_voice_id: str, reason: str) -> str:
    """Say why an off-voice post stays where it is."""
    require_reason(reason)
    item = _open(work, off_voice_id)
    kept = replace(item, state=OffVoiceState.KEPT, handled_by=work.who.id, handled_at=work.now, note=reason.strip())
    work.store.put(kept)
    log_off_voice(work, Action.OFF_VOICE_KEPT, kept, reason=reason.strip())
    return item.id


def _open(work: Work, off_voice_id: str) -> OffVoice:
    item = work.need(OffVoice, off_voice_id)
    if item.state is not OffVoiceState.OPEN:
        raise Conflict("off_voice.settled")
    return item
