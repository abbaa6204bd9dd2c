"""Say how one wants to be reached oneself: channels, quiet hours, absence, digests; and try whether it works."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.people import Act, Person
from command_center.domain.reachability import (
    DIGEST_MINUTES,
    MOST_SINGLE,
    ChannelChoice,
    QuietHours,
    Reachability,
    Urgency,
)
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict
from command_center.ports import Caller, Context
from command_center.use_cases.command import Work, asking, command, need
from command_center.use_cases.duty_roster import channels as house_channels

MOST_AT_ONCE: Final = 100
MOST_WAIT: Final = 240
BETWEEN_TRIALS: Final = timedelta(minutes=1)
CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@command(Act.OWN_SETTINGS)
def set_reachability(
    work: Work,
    *,
    channels: Sequence[ChannelChoice] = (),
    quiet: Sequence[QuietHours] = (),
    disturb_from: Urgency = Urgency.HIGH,
    away_until: datetime | None = None,
    away_from: datetime | None = None,
    digest_after: int = MOST_SINGLE,
    digest_minutes: int = DIGEST_MINUTES,
) -> str:
    """Say on which channels one is told, in this order, when it is quiet, and from when until when one is away.

    No channel chosen means every one of the house. Quiet hours hold for alerts less urgent than ``disturb_from``.
    More than ``digest_after`` alerts within ``digest_minutes`` come together.

    Raises:
        BadInput: ``reachability.…`` with the value that can't be used.
    """
    wanted = Reachability(
        id=work.who.id,
        changed_at=work.now,
        channels=tuple(channels),
        quiet=tuple(quiet),
        disturb_from=disturb_from,
        away_until=away_until,
        away_from=away_from,
        digest_after=digest_after,
        digest_minutes=digest_minutes,
    )
    _check(work, wanted)
    work.store.put(wanted)
    work.log(
        Action.REACHABILITY_CHANGED,
        wanted.id,
        channels=[f"{choice.channel}: {choice.from_urgency.value}" for choice in wanted.channels],
        quiet=[f"{hours.begins}-{hours.ends} {hours.zone}" for hours in wanted.quiet],
        disturb_from=disturb_from.value,
        away_from=away_from,
        away_until=away_until,
        digest_after=digest_after,
        digest_minutes=digest_minutes,
    )
    return wanted.id


def _check(work: Work, wanted: Reachability) -> None:
    _check_channels(work, wanted.channels)
    for hours in wanted.quiet:
        _check_quiet(hours)
    begins, ends = wanted.away_from, wanted.away_until
    if ends is not None and ends <= work.now:
        raise BadInput("reachability.away_is_past")
    if begins is not None and (ends is None or begins >= ends):
        raise BadInput("reachability.away_ends_first")
    if not (1 <= wanted.digest_after <= MOST_AT_ONCE and 1 <= wanted.digest_minutes <= MOST_WAIT):
        raise BadInput("reachability.bad_digest", most=MOST_AT_ONCE, minutes=MOST_WAIT)


def _check_channels(work: Work, channels: Sequence[ChannelChoice]) -> None:
    known = house_channels(work.ctx)
    for choice in channels:
        if choice.channel not in known:
            raise BadInput("reachability.unknown_channel", channel=choice.channel, known=", ".join(known) or "–")
    if len({choice.channel for choice in channels}) < len(channels):
        raise BadInput("reachability.channel_twice")


def _check_quiet(hours: QuietHours) -> None:
    for value in (hours.begins, hours.ends):
        if not CLOCK.fullmatch(value):
            raise BadInput("reachability.not_a_time", value=value)
    if hours.begins == hours.ends:
        raise BadInput("reachability.no_span", value=hours.begins)
    if not set(hours.days) <= set(range(7)):
        raise BadInput("reachability.not_a_day")
    try:
        ZoneInfo(hours.zone)
    except (ValueError, OSError, KeyError) as missing:
        raise BadInput("reachability.not_a_zone", value=hours.zone) from missing


def try_reaching(ctx: Context, caller: Caller, *, person_id: str) -> str:
    """Send somebody a message that only tries the ways to them: oneself always, others for who keeps the duty plan.

    Returns what became of it, ``channel: outcome`` separated by commas.

    Raises:
        BadInput: ``trial.no_way``: the house has no way to this person.
        Conflict: ``trial.just_sent``: one went out less than a minute ago.
    """
    act = Act.OWN_SETTINGS if person_id == caller.person_id else Act.WRITE_DUTY
    asking(ctx, caller, act, person_id=person_id)
    with ctx.store.reading() as store:
        person = need(store, Person, person_id)
        last = next(store.log(action=Action.REACH_TRIED.value, subject=person_id, descending=True, limit=1), None)
    if last is not None and ctx.now() - last.at < BETWEEN_TRIALS:
        raise Conflict("trial.just_sent")
    title, body = ctx.alert_words.trial(person.language)
    found = {
        name: teller.tell(person, title=title, body=body)
        for name, teller in house_channels(ctx).items()
        if teller.address(person)
    }
    if not found:
        raise BadInput("trial.no_way", name=person.name)
    keep = _keep_own_trial if act is Act.OWN_SETTINGS else _keep_trial
    return keep(ctx, caller, person_id=person_id, found=found)


@command(Act.OWN_SETTINGS)
def _keep_own_trial(work: Work, *, person_id: str, found: dict[str, str]) -> str:
    return _note_trial(work, person_id, found)


@command(Act.WRITE_DUTY)
def _keep_trial(work: Work, *, person_id: str, found: dict[str, str]) -> str:
    return _note_trial(work, person_id, found)


def _note_trial(work: Work, person_id: str, found: dict[str, str]) -> str:
    results = [f"{channel}: {'failed' if trouble else 'sent'}" for channel, trouble in found.items()]
    work.log(Action.REACH_TRIED, person_id, person=person_id, channels=results)
    return ", ".join(results)
