"""X as a way out: posts, replies and threads, read back and taken down.

X knows no key that would keep it from posting twice. It refuses the same text twice instead: then we look, and what
we find since the first try is ours. So a thread that broke off goes on where it stopped.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from command_center.domain.accounts import Account
from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnPost
from command_center.domain.text_length import NETWORK_LIMITS, x_length
from command_center.errors import NetworkTrouble
from command_center.networks import Access, Media, Message, Outcome
from command_center.publishing.x_own import own_post, post_url, profile, timeline
from command_center.publishing.x_texts import same

if TYPE_CHECKING:
    from command_center.x_api.client import Json, Words, XApi
    from command_center.x_api.faults import XTrouble

NETWORK: Final = "X"
_CLOCKS_MAY_DIFFER: Final = timedelta(seconds=5)
_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_MOST_PICTURES: Final = 4
_LARGEST_PICTURE: Final = 5 * 1024 * 1024
_LONGEST_ALT: Final = 1000
_SECONDS: Final = 15  # for one answer
_RIGHTS_OF_SCOPES: Final = {
    "tweet.read": (NetworkRight.READ,),
    "tweet.write": (NetworkRight.POST, NetworkRight.DELETE),
}
_ALL: Final = (NetworkRight.READ, NetworkRight.POST, NetworkRight.DELETE)


@dataclass(slots=True)
class _Sending:
    """A message on its way: what stands so far."""

    message: Message
    api: "XApi"
    username: str
    ids: list[str] = field(default_factory=list)

    def outcome(self, state: str, *, note: str = "", retry_at: datetime | None = None) -> Outcome:
        url = post_url(self.username, self.ids[0]) if self.ids else ""
        return Outcome(state=state, url=url, note=note, native_ids=tuple(self.ids), retry_at=retry_at)


class X:
    """The way out to X."""

    by_hand = False

    def __init__(self, base: str) -> None:
        self._base = base
        self._words: Words | None = None

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Send the text once, part by part; what stands already is not sent again."""
        from command_center.x_api.faults import XTrouble

        wrong = why_not(message)
        if wrong or access is None:
            return Outcome(state="refused", note=wrong or "network.signed_out")
        with self._open(access) as api:
            sending = _Sending(message, api, account.handle)
            try:
                pictures = [_upload(api, picture) for picture in message.media]
            except XTrouble as trouble:
                return _nothing_posted(sending, trouble)
            for part in message.parts:
                ended = self._send(sending, part, pictures if not sending.ids else [])
                if ended is not None:
                    return ended
            return sending.outcome("sent")

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Look whether the message stands there.

        Verified, None when no part of it does, *unknown* with the ids that were found when a thread broke off.
        """
        with self._open(access) as api:
            sending = _Sending(message, api, account.handle)
            sending.ids += _standing(api, message, message.parts)
            if not sending.ids:
                return None
            whole = len(sending.ids) == len(message.parts)
            return sending.outcome("verified" if whole else "unknown", note="" if whole else _count(sending))

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Take a post down; one that is gone already is well; raises ``NetworkTrouble``."""
        from command_center.x_api.faults import XTrouble, detail_of

        with self._open(access) as api:
            try:
                answer = api.call("DELETE", f"/2/tweets/{_number(native_id)}")
            except XTrouble as trouble:
                if trouble.status != 404:
                    raise
                return
            if answer.row.get("deleted") is not True and "not-found" not in str(answer.body.get("errors")):
                raise XTrouble("network.refused", why=detail_of(answer.body)[:200] or "not deleted")

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Read back what stands on the account since then, newest last, with its profile; raises ``NetworkTrouble``."""
        with self._open(access) as api:
            me = api.me()
            username = str(me.get("username") or account.handle)
            read = [own_post(post, username) for post in timeline(api, str(me["id"]), since)]
        posts = [post for post in read if post is not None and post.created_at >= since]
        return [profile(me), *sorted(posts, key=lambda post: (post.created_at, int(post.native_id)))]

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Return whose account the key opens and what it may do; an app's bearer belongs to no account.

        OAuth 1.0a says what it may in ``x-access-level``, OAuth 2 in the scopes it was given.
        """
        with self._open(access) as api:
            if api.app_only:
                return access.connection.handle, _rights_of_an_app(api)
            answer = api.call("GET", "/2/users/me")
            username = str(answer.row.get("username") or access.connection.handle)
        if api.signs:
            return username, (NetworkRight.READ,) if answer.access_level.strip() == "read" else _ALL
        scopes = access.secret.get("scope", "").split()
        named = tuple(right for scope in scopes for right in _RIGHTS_OF_SCOPES.get(scope, ()))
        return username, named if scopes else _ALL

    def _open(self, access: Access) -> "XApi":
        from command_center.x_api.client import Words, XApi

        self._words = self._words or Words()
        return XApi(access.secret, self._base, self._words, seconds=_SECONDS)

    def _send(self, sending: _Sending, text: str, pictures: Sequence[str]) -> Outcome | None:
        """Post one part; None when it stands, else how the message ended."""
        from command_center.x_api.faults import XTrouble

        body: dict[str, object] = {"text": text}
        parent = sending.ids[-1] if sending.ids else sending.message.reply_to
        if parent:
            body["reply"] = {"in_reply_to_tweet_id": parent}
        if pictures:
            body["media"] = {"media_ids": list(pictures)}
        try:
            posted = sending.api.call("POST", "/2/tweets", body=body).row.get("id")
        except XTrouble as trouble:
            if trouble.status == 403 and "duplicate" in trouble.why.lower():
                return _stands_already(sending, text)
            return _ended(sending, trouble)
        if not isinstance(posted, str) or not posted.isdigit():
            return sending.outcome("unknown", note="network.not_understood")
        sending.ids.append(posted)
        return None


def why_not(message: Message) -> str:
    """Return why X would not take the message, "" when it would; asked before anything is sent."""
    if not message.parts or not all(part.strip() for part in message.parts):
        return "empty"
    longest = max(x_length(part) for part in message.parts)
    if longest > NETWORK_LIMITS["x"]:
        return f"{longest} > {NETWORK_LIMITS['x']}"
    if message.reply_to and not _is_number(message.reply_to):
        return "reply_to"
    if len(message.media) > _MOST_PICTURES:
        return f"media: {len(message.media)} > {_MOST_PICTURES}"
    for picture in message.media:
        if picture.media_type not in _PICTURES or len(picture.data) > _LARGEST_PICTURE:
            return f"media: {picture.name}"
        if len(picture.alt) > _LONGEST_ALT:
            return f"alt: {len(picture.alt)} > {_LONGEST_ALT}"
    return ""


def _upload(api: "XApi", picture: Media) -> str:
    from command_center.x_api.faults import XTrouble

    body = {"media": base64.b64encode(picture.data).decode("ascii"), "media_category": "tweet_image"}
    identity = api.call("POST", "/2/media/upload", body=body).row.get("id")
    if not isinstance(identity, str) or not identity:
        raise XTrouble("network.not_understood", why="media")
    if picture.alt:
        api.call("POST", "/2/media/metadata", body={"id": identity, "metadata": {"alt_text": {"text": picture.alt}}})
    return identity


def _stands_already(sending: _Sending, text: str) -> Outcome | None:
    """X has this text already: from our own earlier try, or from before it began."""
    try:
        found = _standing(sending.api, sending.message, (text,), but=sending.ids)
    except NetworkTrouble as trouble:
        return sending.outcome("unknown", note=_note(trouble), retry_at=trouble.retry_at)
    if not found:
        return sending.outcome("unknown" if sending.ids else "refused", note="duplicate content")
    sending.ids.append(found[0])
    return None


def _standing(api: "XApi", message: Message, parts: Sequence[str], but: Sequence[str] = ()) -> list[str]:
    """Return the ids of the first parts that stand on the own timeline since the first try, in their order."""
    from command_center.x_api.client import moment

    begun = message.at - _CLOCKS_MAY_DIFFER
    posts: dict[str, Json] = {}
    for post in timeline(api, str(api.me()["id"]), begun):
        at = moment(post.get("created_at"))
        if at is not None and at >= begun and _is_number(str(post.get("id"))):
            posts[str(post["id"])] = post
    open_ids = [identity for identity in sorted(posts, key=int) if identity not in but]
    ids: list[str] = []
    for part in parts:
        found = next((identity for identity in open_ids if same(posts[identity], part)), "")
        if not found:
            break
        open_ids.remove(found)
        ids.append(found)
    return ids


def _ended(sending: _Sending, trouble: "XTrouble") -> Outcome:
    """Say how a message ended when a part was not taken: what may stand is unknown, what X refused is not."""
    taken_perhaps = trouble.reached and not 400 <= trouble.status < 500
    if taken_perhaps or sending.ids:
        return sending.outcome("unknown", note=_note(trouble, _count(sending)), retry_at=trouble.retry_at)
    return _nothing_posted(sending, trouble)


def _nothing_posted(sending: _Sending, trouble: "XTrouble") -> Outcome:
    again = trouble.code in {"network.limited", "network.unreachable", "network.slow", "network.faulty"}
    return sending.outcome("failed" if again else "refused", note=_note(trouble), retry_at=trouble.retry_at)


def _note(trouble: NetworkTrouble, more: str = "") -> str:
    """Return what is kept with the outcome: the code of the sentence, and what X said."""
    said = str(trouble.values.get("why", ""))
    return " · ".join(part for part in (trouble.code, said, more) if part)


def _count(sending: _Sending) -> str:
    parts = len(sending.message.parts)
    return f"{len(sending.ids)}/{parts}" if parts > 1 else ""


def _rights_of_an_app(api: "XApi") -> tuple[NetworkRight, ...]:
    """Ask for the stream's rules, which costs nothing: who may see them may listen."""
    try:
        api.call("GET", "/2/tweets/search/stream/rules")
    except NetworkTrouble as trouble:
        if trouble.code != "network.refused":
            raise
        return (NetworkRight.READ,)
    return (NetworkRight.READ, NetworkRight.STREAM)


def _number(native_id: str) -> str:
    from command_center.x_api.faults import XTrouble

    if not _is_number(native_id):
        raise XTrouble("network.refused", why=native_id[:40])
    return native_id


def _is_number(native_id: str) -> bool:
    return native_id.isascii() and native_id.isdigit()
