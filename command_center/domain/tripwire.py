"""What stands on our accounts that the gate did not let out: native posts, edits, reposts, changed profiles.

Pure: posts as the network shows them, beside what the house knows. Only what was made while the account was not open
is an alarm; native posts from before a lock are nobody's fault.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.accounts import STRICTNESS, Account, Lock, Posture, strictest
from command_center.domain.disguises import normalise
from command_center.domain.off_voice import AccountWatch, OffVoice, OffVoiceKind
from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.domain.publications import IN_FLIGHT, OUT, Publication
from command_center.domain.threads import parts_of

# How often an account is read back, locked and not.
LOCKED_EVERY: Final = timedelta(seconds=60)
OPEN_EVERY: Final = timedelta(seconds=300)
# After so long without a reading, an account counts as unseen, whatever the reason.
SILENT: Final = timedelta(minutes=15)
# Edits of what we said are noticed for as long as this, and networks that show late are forgiven as much.
LOOK_BACK: Final = timedelta(hours=24)
LATE: Final = timedelta(minutes=5)
# A clock of the network may be this far behind ours.
SKEW: Final = timedelta(minutes=2)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE)
_KINDS: Final = {
    OwnKind.POST: OffVoiceKind.POST,
    OwnKind.REPLY: OffVoiceKind.REPLY,
    OwnKind.REPOST: OffVoiceKind.REPOST,
    OwnKind.PROFILE: OffVoiceKind.PROFILE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the house knows about an account: every lock of it, what it let out there, and how it was last seen."""

    account: Account
    locks: Sequence[Lock]
    publications: Sequence[Publication]
    watch: AccountWatch
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One thing the gate did not let out; ``before`` is what stood there, where something was changed."""

    id: str
    kind: OffVoiceKind
    post: OwnPost
    at: datetime
    posture: Posture
    lock: Lock | None
    before: str = ""

    @property
    def alarm(self) -> bool:
        """Whether it went past the gate while the account was not open."""
        return self.posture is not Posture.OPEN


def read_from(watch: AccountWatch, locks: Iterable[Lock], now: datetime) -> datetime:
    """Return since when an account is to be read: what was missed while blind, and a day back for edits.

    Never before the watch began, except into a lock that stood then already.
    """
    began = min([watch.started_at, *(lock.locked_at for lock in locks if lock.lifted_at is None)])
    last = watch.read_at or watch.started_at
    return max(began, min(now - LOOK_BACK, last - LATE))


def is_due(watch: AccountWatch | None, *, locked: bool, now: datetime) -> bool:
    """Tell whether an account is to be read now; a lock makes it due sooner than planned."""
    if watch is None or now >= watch.next_at:
        return True
    return locked and not watch.failures and watch.read_at is not None and now >= watch.read_at + LOCKED_EVERY


def blind_since(watch: AccountWatch, now: datetime) -> datetime | None:
    """Return since when nobody sees what stands on an account: reading fails, or nobody has read for long."""
    if watch.blind_since is not None:
        return watch.blind_since
    last = watch.read_at or watch.started_at
    return last if now - last > SILENT else None


def posture_at(account: Account, locks: Iterable[Lock], moment: datetime) -> tuple[Posture, Lock | None]:
    """Return what could leave the account at a moment, and the strictest lock of then."""
    standing = [
        lock for lock in locks if lock.locked_at <= moment and (lock.lifted_at is None or moment < lock.lifted_at)
    ]
    lock = max(standing, key=lambda item: STRICTNESS[item.posture], default=None)
    return strictest((account.base_posture, *(item.posture for item in standing))), lock


def finds(posts: Iterable[OwnPost], known: Known) -> Iterator[Find]:
    """Yield everything among the posts that the gate did not let out, or that was changed since."""
    ours = _let_out(known)
    maybe = _perhaps_ours(known)
    for post in posts:
        if post.kind is OwnKind.PROFILE:
            yield from _profile(post, known)
        elif post.native_id in ours:
            if not same_words(post.text, ours[post.native_id]):
                yield _find(OffVoiceKind.EDIT, post, known, post.edited_at or known.now, ours[post.native_id])
        elif post.kind is OwnKind.REPOST or not _claim(post, maybe):
            yield _find(_KINDS[post.kind], post, known, post.created_at, "")


def _let_out(known: Known) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in known.publications:
        # A thread that broke off has fewer ids than parts: they belong to its first ones.
        found.update(zip(item.native_ids, parts_of(known.account.network, item.text), strict=False))
    return found


def _perhaps_ours(known: Known) -> list[tuple[str, datetime]]:
    """List texts that may stand there although we have no id for them yet: in flight, or vouched for by a person."""
    found = []
    for item in known.publications:
        if item.state not in IN_FLIGHT | OUT:
            continue
        begun = item.attempted_at or item.intended_at or item.asked_at
        parts = parts_of(known.account.network, item.text)
        found += [(part, begun - SKEW) for part in parts[len(item.native_ids) :]]
    return found


def _claim(post: OwnPost, maybe: list[tuple[str, datetime]]) -> bool:
    for place, (text, begun) in enumerate(maybe):
        if post.created_at >= begun and same_words(post.text, text):
            del maybe[place]  # each can explain one post only
            return True
    return False


def _profile(post: OwnPost, known: Known) -> Iterator[Find]:
    before = known.watch.profile
    if before is None or same_words(before, post.text):
        return
    # It was changed at some time since the last reading: the first moment of that span is the fair one.
    yield _find(OffVoiceKind.PROFILE, post, known, known.watch.read_at or known.now, before)


def _find(kind: OffVoiceKind, post: OwnPost, known: Known, at: datetime, before: str) -> Find:
    posture, lock = posture_at(known.account, known.locks, at)
    identity = f"{known.account.id}:{kind.value}:{post.native_id}"
    if before:
        identity += f":{hashlib.sha256(post.text.encode('utf-8', 'replace')).hexdigest()[:12]}"
    return Find(id=identity, kind=kind, post=post, at=at, posture=posture, lock=lock, before=before)


def same_words(shown: str, sent: str) -> bool:
    """Tell whether a network shows what was sent: spaces and links apart, which networks rewrite."""
    return _plain(shown) == _plain(sent)


def _plain(text: str) -> str:
    return " ".join(_LINK.sub("§", normalise(text)).replace("…", "...").split())


def is_over(item: OffVoice, posts: Iterable[OwnPost], *, since: datetime) -> bool:
    """Tell whether an open find is no longer there: its post is gone, or says again what it said before."""
    if item.kind is OffVoiceKind.PROFILE:
        return any(post.kind is OwnKind.PROFILE and same_words(post.text, item.before) for post in posts)
    if item.created_at < since:
        return False
    same = next((post for post in posts if post.native_id == item.native_id), None)
    return same is None or (item.kind is OffVoiceKind.EDIT and same_words(same.text, item.before))
