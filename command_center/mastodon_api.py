"""Speaks the client API of Mastodon and its relatives, and names everything that can go wrong.

The calls are few and plain HTTP, so they go through ``safe_web``: checked addresses, limits, and an error that tells
whether anything was sent, which the client libraries don't.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from command_center.domain.plain_text import plain_text
from command_center.errors import NetworkTrouble
from command_center.networks import Access
from command_center.safe_web import SECONDS, Answer, Web
from command_center.web_status import status_text, trouble_of

_WHY_CHARS: Final = 300

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answered to a call that went well."""

    value: Any
    status: int
    headers: Mapping[str, str]


class MastodonApi:
    """One server, asked with one key or with none."""

    def __init__(self, web: Web, server: str, token: str = "") -> None:
        self.web = web
        self.server = with_scheme(server)
        self.name = urlsplit(self.server).hostname or self.server
        self._token = token

    @property
    def headers(self) -> dict[str, str]:
        """The headers that carry the key."""
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def get(self, path: str, **params: str) -> Any:
        """Return what stands at a path, parsed; raises ``NetworkTrouble``."""
        return self.call("GET", path, params=params).value

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
        fine: tuple[int, ...] = (),
        **content: Any,
    ) -> Reply:
        """Call the server once; a status in ``fine`` is no trouble, and whatever it comes with is left unread.

        Raises:
            NetworkTrouble: What ``safe_web`` and ``web_status`` say; ``network.limited``, ``network.refused`` and
                ``network.signed_out`` mean that nothing was changed there, as what was never sent does.
        """
        answer = self.web.fetch(
            self.server + path,
            network=self.name,
            method=method,
            headers={**self.headers, "Accept": "application/json", **(headers or {})},
            seconds=seconds,
            **content,
        )
        if answer.status in fine:
            return Reply(value=None, status=answer.status, headers=answer.headers)
        if trouble := trouble_of(answer, network=self.name, now=datetime.now(UTC), why=self._why(answer)):
            raise trouble
        return Reply(value=self._parsed(answer), status=answer.status, headers=answer.headers)

    def listed(self, value: object) -> list[Any]:
        """Return a list the server sent; raises ``network.not_understood`` for anything else."""
        if not isinstance(value, list):
            raise NetworkTrouble("network.not_understood", network=self.name, why="JSON []")
        return value

    def object(self, value: object) -> Json:
        """Return an object the server sent; raises ``network.not_understood`` for anything else."""
        if not isinstance(value, dict):
            raise NetworkTrouble("network.not_understood", network=self.name, why="JSON {}")
        return value

    def _parsed(self, answer: Answer) -> Any:
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise NetworkTrouble("network.not_understood", network=self.name, why="JSON?") from error

    def _why(self, answer: Answer) -> str:
        """Return the server's own words for a refusal, without the key."""
        try:
            said = json.loads(answer.body) if answer.status >= 300 else {}
        except (ValueError, RecursionError):
            said = {}
        words = [text_in(said, "error"), text_in(said, "error_description")] if isinstance(said, dict) else []
        spoken = ": ".join(word for word in words if word)
        if not spoken:
            return ""
        safe = spoken.replace(self._token, "…") if self._token else spoken
        return f"{safe[:_WHY_CHARS]} ({status_text(answer.status)})"


def open_api(web: Web, access: Access | None, address: str = "") -> MastodonApi:
    """Return the server of a connection, asked with its key; the address counts where there is no connection."""
    if access is None:
        return MastodonApi(web, address)
    return MastodonApi(web, access.connection.server or address, access.secret.get("token", ""))


def with_scheme(server: str) -> str:
    """Return a server's base address; "mastodon.social" means https."""
    server = server.strip().rstrip("/")
    return server if "://" in server else f"https://{server}"


def text_in(found: Json, field: str) -> str:
    """Return a field that should be text, "" for anything else."""
    value = found.get(field)
    return value if isinstance(value, str) else ""


def object_in(found: Json, field: str) -> Json:
    """Return a field that should be an object, an empty one for anything else."""
    value = found.get(field)
    return value if isinstance(value, dict) else {}


def number_in(found: Json, field: str) -> int:
    """Return a field that should be a count, 0 for anything else."""
    value = found.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def id_of(status: Json) -> str:
    """Return the id this server gives a status, "" where it has none."""
    value = status.get("id")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def moment_of(status: Json, field: str = "created_at") -> datetime | None:
    """Return a moment in UTC, None where there is none that can be read."""
    try:
        read = datetime.fromisoformat(text_in(status, field))
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def text_of(status: Json) -> str:
    """Return what a reader sees: the warning before it, then the text."""
    parts = (text_in(status, "spoiler_text").strip(), plain_text(text_in(status, "content")))
    return "\n\n".join(part for part in parts if part)


def handle_of(account: Json, host: str) -> str:
    """Return an account's whole handle, with the server it is on."""
    acct = text_in(account, "acct") or text_in(account, "username")
    return acct if "@" in acct or not acct else f"{acct}@{host}"
