"""What stands on an own Mastodon account: read back, and compared with what was to be sent."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.domain.plain_text import plain_text
from command_center.errors import NetworkTrouble
from command_center.mastodon_api import Json, MastodonApi, id_of, moment_of, object_in, text_in, text_of
from command_center.networks import Message

_CLOCKS_APART: Final = timedelta(minutes=2)
_PAGE: Final = 40
_MOST_PAGES: Final = 10
_MOST_SOURCES: Final = 5
_UNKNOWN: Final = datetime.fromtimestamp(0, UTC)
_REMOTE_HANDLE: Final = re.compile(r"(@[\w.-]+)@[\w.-]*\w")


def own_account(api: MastodonApi) -> Json:
    """Return whose key it is; raises ``NetworkTrouble``."""
    account = api.object(api.get("/api/v1/accounts/verify_credentials"))
    if not id_of(account):
        raise NetworkTrouble("network.not_understood", network=api.name, why="id")
    return account


def statuses_since(api: MastodonApi, account_id: str, since: datetime) -> list[Json]:
    """Return the account's statuses since then, oldest first; raises ``NetworkTrouble``."""
    found: dict[str, Json] = {}
    below: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = api.listed(api.get(f"/api/v1/accounts/{account_id}/statuses", limit=str(_PAGE), **below))
        new = [each for each in page if isinstance(each, dict) and id_of(each) and id_of(each) not in found]
        found |= {id_of(each): each for each in new if (moment_of(each) or since) >= since}
        if not new or any((moment_of(each) or since) < since for each in new):
            break
        below = {"max_id": id_of(new[-1])}
    return list(reversed(found.values()))


def standing_parts(api: MastodonApi, message: Message) -> list[Json]:
    """Return the statuses that are the message's parts, as far as they stand there; raises ``NetworkTrouble``."""
    statuses = statuses_since(api, id_of(own_account(api)), message.at - _CLOCKS_APART)
    found: list[Json] = []
    for part in message.parts:
        candidates = [each for each in statuses if each not in found and _hangs_right(each, found, message)]
        match = next((each for each in candidates if _same(plain_text(text_in(each, "content")), part)), None)
        match = match or _by_source(api, candidates, part)
        if match is None:
            break
        found.append(match)
    return found


def _hangs_right(status: Json, before: Sequence[Json], message: Message) -> bool:
    parent = text_in(status, "in_reply_to_id")
    if before:
        return parent == id_of(before[-1])
    return bool(parent) == bool(message.reply_to) and not object_in(status, "reblog")


def _by_source(api: MastodonApi, candidates: Sequence[Json], part: str) -> Json | None:
    """Compare with what was typed, where a server shows texts otherwise than it got them."""
    for status in candidates[:_MOST_SOURCES]:
        try:
            source = api.get(f"/api/v1/statuses/{id_of(status)}/source")
        except NetworkTrouble as error:
            if error.code == "network.refused":
                return None
            raise
        if isinstance(source, dict) and _same(text_in(source, "text"), part):
            return status
    return None


def _same(shown: str, sent: str) -> bool:
    return _bare(shown) == _bare(sent)


def _bare(text: str) -> str:
    """Return a text without what servers change when they show it: spaces, and the server in a handle."""
    return " ".join(_REMOTE_HANDLE.sub(r"\1", unicodedata.normalize("NFC", text)).split())


def own_post_of(status: Json) -> OwnPost:
    """Return a status as what stands on our account; a boost has the text of the original."""
    original = object_in(status, "reblog")
    kind = OwnKind.REPOST if original else OwnKind.REPLY if text_in(status, "in_reply_to_id") else OwnKind.POST
    return OwnPost(
        native_id=id_of(status),
        kind=kind,
        text=text_of(original or status),
        created_at=moment_of(status) or _UNKNOWN,
        url=text_in(status, "url") or text_in(status, "uri") or text_in(original, "url"),
        reply_to=text_in(status, "in_reply_to_id"),
        edited_at=moment_of(status, "edited_at"),
        client=text_in(object_in(status, "application"), "name"),
    )


def profile_of(account: Json) -> OwnPost:
    """Return the profile: name, note and the fields beside it."""
    fields = account.get("fields")
    pairs = [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
    shown = [f"{text_in(each, 'name')}: {plain_text(text_in(each, 'value'))}" for each in pairs]
    lines = (text_in(account, "display_name").strip(), plain_text(text_in(account, "note")), *shown)
    return OwnPost(
        native_id=id_of(account),
        kind=OwnKind.PROFILE,
        text="\n".join(line for line in lines if line),
        created_at=moment_of(account) or _UNKNOWN,
        url=text_in(account, "url"),
    )
