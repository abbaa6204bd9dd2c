"""One try to post a message on Mastodon: its pictures, then the parts that are missing, each under the one before."""

import time
from typing import Any, Final

from command_center.errors import NetworkTrouble
from command_center.mastodon_api import Json, MastodonApi, id_of, text_in
from command_center.networks import Media, Message, Outcome
from command_center.safe_web import NOT_SENT

_FAILED: Final = frozenset({"network.unreachable", "network.limited"})
_REFUSED: Final = frozenset({"network.refused", "network.signed_out", *NOT_SENT}) - _FAILED
_BEING_LOOKED_AT: Final = (202, 206)
_LOOKS: Final = 10


def send(api: MastodonApi, message: Message, standing: list[Json], parent: str) -> Outcome:
    """Post what is missing; ``standing`` are the parts that stand there already, ``parent`` what is answered."""
    if len(standing) == len(message.parts):
        return standing_outcome("verified", standing)
    try:
        pictures = [_upload(api, each) for each in message.media] if not standing else []
    except NetworkTrouble as trouble:  # a picture is no post: nothing stands there yet
        state = "refused" if trouble.code in _REFUSED else "failed"
        return Outcome(state=state, note=_note(trouble), retry_at=trouble.retry_at)
    out = list(standing)
    try:
        for number in range(len(out), len(message.parts)):
            out.append(_post(api, message, number, id_of(out[-1]) if out else parent, pictures))
            pictures = []
    except NetworkTrouble as trouble:
        return outcome_of(trouble, out)
    return standing_outcome("sent", out)


def _post(api: MastodonApi, message: Message, number: int, parent: str, pictures: list[str]) -> Json:
    content: dict[str, Any] = {"status": message.parts[number], "visibility": "public"}
    extra = {"in_reply_to_id": parent, "language": message.language, "media_ids": pictures}
    content |= {name: value for name, value in extra.items() if value}
    key = f"{message.key}.{number + 1}" if number else message.key
    reply = api.call("POST", "/api/v1/statuses", json=content, headers={"Idempotency-Key": key})
    status = api.object(reply.value)
    if not id_of(status):
        raise NetworkTrouble("network.not_understood", network=api.name, why="id")
    return status


def _upload(api: MastodonApi, media: Media) -> str:
    """Upload a picture with its description and wait until the server has looked at it."""
    content: dict[str, Any] = {
        "files": {"file": (media.name, media.data, media.media_type)},
        "data": {"description": media.alt},
    }
    reply = api.call("POST", "/api/v2/media", fine=(404,), **content)
    if reply.value is None:
        reply = api.call("POST", "/api/v1/media", **content)
    identity = id_of(api.object(reply.value))
    for _ in range(_LOOKS):
        if reply.status not in _BEING_LOOKED_AT:
            break
        time.sleep(1)
        reply = api.call("GET", f"/api/v1/media/{identity}")
    if not identity or reply.status in _BEING_LOOKED_AT:
        raise NetworkTrouble("network.slow", network=api.name, why=media.name)
    return identity


def standing_outcome(state: str, statuses: list[Json]) -> Outcome:
    """Say that all parts stand there; the address is that of the first."""
    url = text_in(statuses[0], "url") or text_in(statuses[0], "uri")
    return Outcome(state=state, url=url, native_ids=tuple(map(id_of, statuses)))


def outcome_of(trouble: NetworkTrouble, out: list[Json]) -> Outcome:
    """Say what a trouble means for the message; with a part of a thread standing, never that nothing does."""
    state = "failed" if trouble.code in _FAILED else "refused" if trouble.code in _REFUSED else "unknown"
    return Outcome(
        state="unknown" if out else state,
        note=_note(trouble),
        native_ids=tuple(map(id_of, out)),
        retry_at=trouble.retry_at,
    )


def _note(trouble: NetworkTrouble) -> str:
    return str(trouble.values.get("why") or trouble.code)
