"""Bluesky, or any server of the AT protocol: posts are records in the account's own repository.

A part's key follows from the message, and a record is only ever put where none stands or the very same one does:
so a repeat changes nothing. What is read back comes from the repository itself, not from Bluesky's view of it.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.accounts import Account
from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnPost
from command_center.domain.text_length import NETWORK_LIMITS, graphemes
from command_center.networks import Access, Message, Outcome
from command_center.publishing.bluesky_records import (
    POST,
    PROFILE,
    REPOST,
    facets_of,
    moment_of,
    own_post,
    own_profile,
    parts_of,
    post_record,
    tid,
    web_address,
)
from command_center.xrpc import Xrpc, XrpcTrouble

_MOST_BYTES: Final = 3_000
_MOST_IMAGES: Final = 4
_PAGE: Final = 100
_MOST_PAGES: Final = 50
_FOR_GOOD: Final = frozenset({"network.refused", "network.signed_out"})


class Bluesky:
    """The way out to Bluesky."""

    by_hand = False

    def __init__(self, xrpc: Xrpc | None = None) -> None:
        self._xrpc = xrpc or Xrpc()

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Send the text once; never raises for what the network answers.

        When a later part of a thread is refused, the parts before it are taken back.
        """
        if access is None:
            return Outcome(state="refused", note="network.signed_out")
        if note := _unfit(message):
            return Outcome(state="refused", note=note)
        try:
            did = self._xrpc.session(access).did
            records = self._records(message, access)
            reply = self._reply_to(message.reply_to, access) if message.reply_to else None
        except XrpcTrouble as trouble:
            return _not_sent(trouble)
        sent: list[dict[str, str]] = []
        for number, record in enumerate(records):
            try:
                linked = record | ({"reply": reply} if reply else {})
                sent.append(self._put(did, tid(message.key, message.at, number), linked, access))
            except XrpcTrouble as trouble:
                return self._broken_off(trouble, [each["uri"] for each in sent], access)
            reply = {"root": reply["root"] if reply else sent[-1], "parent": sent[-1]}
        ids = tuple(each["uri"] for each in sent)
        return Outcome(state="sent", url=web_address(ids[0]), native_ids=ids)

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Look whether the message stands there; *unknown* with what does stand where it does only in part."""
        did = self._xrpc.session(access).did
        keys = [tid(message.key, message.at, number) for number in range(len(message.parts))]
        found = [self._record(did, POST, key, access) for key in keys]
        ids = tuple(str(record["uri"]) for record in found if record)
        if not ids:
            return None
        same = [record is not None and _text(record) == part for record, part in zip(found, message.parts, strict=True)]
        if all(same):
            return Outcome(state="verified", url=web_address(ids[0]), native_ids=ids)
        return Outcome(state="unknown", url=web_address(ids[0]), native_ids=ids, note=f"{sum(same)}/{len(same)}")

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Take a post or repost down; one that is gone already is well; raises ``NetworkTrouble``."""
        self._delete(native_id, access)

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Read back posts, replies and reposts made since then, newest last, after the profile.

        Records come by their keys, newest first; reading ends with the first page that is older as a whole.
        """
        did = self._xrpc.session(access).did
        posts = [post for kind in (POST, REPOST) for post in self._made_since(since, did, kind, access)]
        profile = self._record(did, PROFILE, "self", access)
        value = profile.get("value") if profile else None
        return [
            own_profile(did, value if isinstance(value, dict) else {}),
            *sorted(posts, key=lambda post: (post.created_at, post.native_id)),
        ]

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Sign in; a deactivated account may only read. Raises ``NetworkTrouble``."""
        session = self._xrpc.sign_in(access)
        rights = (NetworkRight.READ, NetworkRight.POST, NetworkRight.DELETE)
        return session.handle, rights if session.active else rights[:1]

    def _delete(self, uri: str, access: Access) -> None:
        parts = parts_of(uri)
        did = self._xrpc.session(access).did
        if parts is None or parts[0] != did or parts[1] not in {POST, REPOST}:
            raise XrpcTrouble("network.refused", sure=True, why=uri)
        _, collection, key = parts
        self._xrpc.do(access, "com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": key})

    def _records(self, message: Message, access: Access) -> list[dict[str, Any]]:
        images = [self._image(media.data, media.media_type, media.alt, access) for media in message.media]
        return [
            post_record(
                part,
                created_at=message.at + timedelta(milliseconds=number),
                language=message.language,
                facets=facets_of(part, lambda handle: self._did_of(handle, access)),
                reply=None,
                images=() if number else images,
            )
            for number, part in enumerate(message.parts)
        ]

    def _image(self, data: bytes, media_type: str, alt: str, access: Access) -> dict[str, Any]:
        answer = self._xrpc.upload(access, "com.atproto.repo.uploadBlob", data, media_type)
        if not isinstance(answer.get("blob"), dict):
            raise XrpcTrouble("network.not_understood", sure=True, why="blob")
        return {"image": answer["blob"], "alt": alt}

    def _did_of(self, handle: str, access: Access) -> str:
        try:
            answer = self._xrpc.ask(access, "com.atproto.identity.resolveHandle", handle=handle)
        except XrpcTrouble as trouble:
            if trouble.code == "network.refused":
                return ""
            raise
        return str(answer.get("did", ""))

    def _reply_to(self, uri: str, access: Access) -> dict[str, Any]:
        parts = parts_of(uri)
        parent = self._record(*parts, access) if parts else None
        if parent is None or not isinstance(parent.get("cid"), str):
            raise XrpcTrouble("network.refused", sure=True, why=uri)
        place = {"uri": str(parent["uri"]), "cid": parent["cid"]}
        value = parent.get("value")
        reply = value.get("reply") if isinstance(value, dict) else None
        root = reply.get("root") if isinstance(reply, dict) else None
        return {"root": root if isinstance(root, dict) else place, "parent": place}

    def _put(self, did: str, key: str, record: dict[str, Any], access: Access) -> dict[str, str]:
        wanted = {"repo": did, "collection": POST, "rkey": key, "record": record, "swapRecord": None}
        answer = self._xrpc.do(access, "com.atproto.repo.putRecord", wanted)
        uri, cid = answer.get("uri"), answer.get("cid")
        if not isinstance(uri, str) or not isinstance(cid, str) or parts_of(uri) is None:
            raise XrpcTrouble("network.not_understood", sure=False, why="putRecord")
        return {"uri": uri, "cid": cid}

    def _record(self, repo: str, collection: str, key: str, access: Access) -> dict[str, Any] | None:
        try:
            record = self._xrpc.ask(access, "com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=key)
        except XrpcTrouble as trouble:
            if trouble.error == "RecordNotFound" or "Could not locate record" in trouble.why:
                return None
            raise
        if not isinstance(record.get("uri"), str) or parts_of(record["uri"]) is None:
            raise XrpcTrouble("network.not_understood", sure=True, why="getRecord")
        return record

    def _made_since(self, since: datetime, did: str, collection: str, access: Access) -> list[OwnPost]:
        made: dict[str, OwnPost] = {}
        cursor = ""
        for _ in range(_MOST_PAGES):
            params: dict[str, str | int] = {"repo": did, "collection": collection, "limit": _PAGE}
            if cursor:
                params["cursor"] = cursor
            page = self._xrpc.ask(access, "com.atproto.repo.listRecords", **params)
            records = _records_in(page)
            new = {str(record["uri"]): record["value"] for record in records if record["uri"] not in made}
            young = {uri: value for uri, value in new.items() if moment_of(uri.rpartition("/")[2], value) >= since}
            made.update({uri: post for uri, value in young.items() if (post := own_post(uri, value))})
            cursor = str(page.get("cursor") or "")
            if not young or not cursor:
                break
        return list(made.values())

    def _broken_off(self, trouble: XrpcTrouble, standing: list[str], access: Access) -> Outcome:
        """Return the outcome of a thread that broke off; what surely went wrong later is undone from the start."""
        left = list(standing)
        if trouble.sure:
            with suppress(XrpcTrouble):
                while left:
                    self._delete(left[-1], access)
                    left.pop()
        if trouble.sure and not left:
            return _not_sent(trouble)
        return Outcome(state="unknown", note=_note(trouble), native_ids=tuple(left), retry_at=trouble.retry_at)


def _unfit(message: Message) -> str:
    """Return what is wrong with the size of a message, as a figure and its limit; "" when it fits."""
    limit = NETWORK_LIMITS["bluesky"]
    for part in message.parts or ("",):
        length, size = graphemes(part), len(part.encode("utf-8", "replace"))
        if not part.strip():
            return f"0/{limit}"
        if length > limit:
            return f"{length}/{limit}"
        if size > _MOST_BYTES:
            return f"{size}/{_MOST_BYTES} B"
    return f"{len(message.media)}/{_MOST_IMAGES}" if len(message.media) > _MOST_IMAGES else ""


def _not_sent(trouble: XrpcTrouble) -> Outcome:
    state = "refused" if trouble.code in _FOR_GOOD else "failed"
    return Outcome(state=state, note=_note(trouble), retry_at=trouble.retry_at)


def _note(trouble: XrpcTrouble) -> str:
    return trouble.why or trouble.code


def _text(record: Mapping[str, Any]) -> str:
    value = record.get("value")
    return str(value.get("text", "")) if isinstance(value, dict) else ""


def _records_in(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records of a page; raises ``XrpcTrouble`` for one that can't be read: it may be what matters."""
    records = page.get("records")
    if not isinstance(records, list):
        raise XrpcTrouble("network.not_understood", sure=True, why="listRecords")
    for record in records:
        readable = isinstance(record, dict) and isinstance(record.get("value"), dict)
        if not readable or parts_of(str(record.get("uri", ""))) is None:
            raise XrpcTrouble("network.not_understood", sure=True, why="listRecords")
    return records
