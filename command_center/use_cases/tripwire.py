"""Read our own accounts back and say what stands there that the gate did not let out.

Story *our own accounts are read back*: here → ``domain/tripwire.py`` → ``ui/off_voices.py``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.accounts import Account, Lock
from command_center.domain.backoff import next_attempt
from command_center.domain.mentions import Plane
from command_center.domain.nearest import nearest_wording
from command_center.domain.notes import note_of
from command_center.domain.off_voice import AccountWatch, OffVoice, OffVoiceState
from command_center.domain.one_voice import usable_wordings
from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.domain.tripwire import (
    LOCKED_EVERY,
    OPEN_EVERY,
    Find,
    Known,
    finds,
    is_due,
    is_over,
    read_from,
)
from command_center.errors import CommandCenterError
from command_center.ports import Context, Reading
from command_center.use_cases.ask_gate import house_of
from command_center.use_cases.command import Work, housework
from command_center.use_cases.keys import way_out
from command_center.use_cases.outcome import log_publication

# What a network says it has sent is expected to be seen there within this time.
SEEN_WITHIN: Final = timedelta(minutes=10)
NOT_SEEN: Final = '{"code": "send.not_seen"}'
_PUBLICATIONS: Final = 2_000


def read_back(ctx: Context) -> int:
    """Read every own account whose turn has come; returns how many there were."""
    now = ctx.now()
    with ctx.store.reading() as store:
        accounts = [
            item for item in store.find(Account, plane=Plane.REAL, active=True) if item.publisher in ctx.networks
        ]
        locked = {lock.account_id for lock in store.find(Lock, plane=Plane.REAL, lifted_at=None)}
        watches = {watch.id: watch for watch in store.find(AccountWatch)} if accounts else {}
    due = [item for item in accounts if is_due(watches.get(item.id), locked=item.id in locked, now=now)]
    for account in due:
        begin_reading(ctx, ctx.new_id(), account_id=account.id)
        _read(ctx, account, watches.get(account.id) or _new_watch(account, now))
    return len(due)


def _new_watch(account: Account, now: datetime) -> AccountWatch:
    return AccountWatch(id=account.id, plane=account.plane, started_at=now, next_at=now)


def _read(ctx: Context, account: Account, watch: AccountWatch) -> None:
    with ctx.store.reading() as store:
        since = read_from(watch, _locks(store, account.id), ctx.now())
    try:
        network, access = way_out(ctx, account)
        posts = network.own_posts(account, access, since=since)
    except CommandCenterError as trouble:
        record_blind(ctx, ctx.new_id(), account_id=account.id, trouble=trouble)
    else:
        record_reading(ctx, ctx.new_id(), account_id=account.id, posts=tuple(posts), since=since)


def _locks(store: Reading, account_id: str) -> list[Lock]:
    return store.find(Lock, account_id=account_id, order="locked_at")


@housework
def begin_reading(work: Work, *, account_id: str) -> str:
    """Take the turn to read an account, so that a reading that breaks off delays no other account."""
    account = work.need(Account, account_id)
    watch = work.store.get(AccountWatch, account_id) or _new_watch(account, work.now)
    work.store.put(replace(watch, next_at=work.now + LOCKED_EVERY))
    return account_id


@housework
def record_blind(work: Work, *, account_id: str, trouble: CommandCenterError) -> str:
    """Say that an account can't be read, why, and when it is tried again."""
    account = work.need(Account, account_id)
    watch = work.store.get(AccountWatch, account_id) or _new_watch(account, work.now)
    failures = watch.failures + 1
    asked_for = getattr(trouble, "retry_at", None)
    again = min(next_attempt(work.now, failures, key=account_id), work.now + OPEN_EVERY)
    blind = replace(
        watch,
        failures=failures,
        blind_since=watch.blind_since or work.now,
        next_at=max(again, asked_for) if asked_for else again,
        note=note_of(trouble),
    )
    work.store.put(blind)
    if watch.blind_since is None:
        work.log(Action.WATCH_BLIND, account_id, plane=account.plane, trouble=trouble.code)
    return account_id


@housework
def record_reading(work: Work, *, account_id: str, posts: Sequence[OwnPost], since: datetime) -> str:
    """Record what was read: new finds, finds that are over, our own posts that were seen."""
    account = work.need(Account, account_id)
    watch = work.store.get(AccountWatch, account_id) or _new_watch(account, work.now)
    locks = _locks(work.store, account_id)
    sent = work.store.find(Publication, account_id=account_id, order="asked_at", descending=True, limit=_PUBLICATIONS)
    known = Known(account=account, locks=locks, publications=sent, watch=watch, now=work.now)
    for find in finds(posts, known):
        if work.store.get(OffVoice, find.id) is None:
            _add(work, account, find)
    for item in work.store.find(OffVoice, account_id=account_id, state=OffVoiceState.OPEN):
        if is_over(item, posts, since=since):
            _end(work, item)
    _see(work, sent, {post.native_id for post in posts}, since)
    standing = any(lock.lifted_at is None for lock in locks)
    profile = next((post.text for post in posts if post.kind is OwnKind.PROFILE), watch.profile)
    every = LOCKED_EVERY if standing else OPEN_EVERY
    seeing = replace(
        watch, read_at=work.now, next_at=work.now + every, blind_since=None, failures=0, note="", profile=profile
    )
    work.store.put(seeing)
    if watch.blind_since is not None:
        work.log(Action.WATCH_SEES, account_id, plane=account.plane, blind_since=watch.blind_since)
    return account_id


def _add(work: Work, account: Account, find: Find) -> None:
    post = find.post
    nearest = nearest_wording(post.text, usable_wordings(house_of(work.store, account, work.who, work.now)))
    found = OffVoice(
        id=find.id,
        plane=account.plane,
        account_id=account.id,
        native_id=post.native_id,
        kind=find.kind,
        text=post.text,
        before=find.before,
        created_at=find.at,
        found_at=work.now,
        alarm=find.alarm,
        posture=find.posture,
        url=post.url,
        client=post.client,
        nearest_version=nearest.version_id if nearest else "",
        likeness=nearest.likeness if nearest else 0,
        incident_id=find.lock.incident_id if find.lock else "",
    )
    work.store.add(found)
    log_off_voice(work, Action.OFF_VOICE_FOUND, found, alarm=found.alarm, posture=found.posture.value, url=found.url)


def _end(work: Work, item: OffVoice) -> None:
    gone = replace(item, state=OffVoiceState.GONE, handled_at=work.now)
    work.store.put(gone)
    log_off_voice(work, Action.OFF_VOICE_GONE, gone)


def _see(work: Work, publications: Sequence[Publication], seen: set[str], since: datetime) -> None:
    """Mark what the network said it had sent as seen there, or as not seen though it should be."""
    for item in publications:
        if item.state is not PublicationState.SENT or not item.native_ids or item.taken_down_at is not None:
            continue
        if seen.issuperset(item.native_ids):
            verified = replace(item, state=PublicationState.VERIFIED, note="")
            work.store.put(verified)
            log_publication(work, Action.POST_SEEN, verified)
        elif item.note != NOT_SEEN and _should_be_seen(item, since, work.now):
            work.store.put(replace(item, note=NOT_SEEN))
            log_publication(work, Action.POST_NOT_SEEN, item)


def _should_be_seen(item: Publication, since: datetime, now: datetime) -> bool:
    begun = item.attempted_at
    return begun is not None and begun > since and item.ended_at is not None and now - item.ended_at > SEEN_WITHIN


def log_off_voice(work: Work, action: Action, item: OffVoice, **details: object) -> None:
    """Log a step of an off-voice post."""
    work.log(
        action,
        item.id,
        plane=item.plane,
        incident_id=item.incident_id,
        account=item.account_id,
        kind=item.kind.value,
        text=item.text[:500],
        native_ids=(item.native_id,),
        **details,
    )
