"""What an HTTP status means for us, and when a server wants to be asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from command_center.errors import NetworkTrouble
from command_center.safe_web import Answer

_LONGEST_WAIT: Final = timedelta(days=1)
_OK: Final = 300
_BROKEN: Final = 500


def trouble_of(answer: Answer, *, network: str, now: datetime, why: str = "") -> NetworkTrouble | None:
    """Return what is wrong with an answer, None for a status of success; ``why`` is the server's own word."""
    status = answer.status
    if status < _OK:
        return None
    why = why or status_text(status)
    retry_at = retry_after(answer.headers, now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return NetworkTrouble("network.limited", network=network, why=why, retry_at=retry_at)
    if status == HTTPStatus.UNAUTHORIZED:
        return NetworkTrouble("network.signed_out", network=network, why=why)
    code = "network.faulty" if status >= _BROKEN or status == HTTPStatus.REQUEST_TIMEOUT else "network.refused"
    return NetworkTrouble(code, network=network, why=why, retry_at=retry_at)


def status_text(status: int) -> str:
    """Return a status as its number and the standard's word for it."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when a server wants to be asked again, at most a day ahead; aware UTC.

    Reads ``Retry-After`` (seconds or a date) and, on an exhausted limit, ``X-RateLimit-Reset`` as Mastodon writes it.
    """
    wanted = _moment(headers.get("retry-after", ""), now)
    if wanted is None and headers.get("x-ratelimit-remaining", "").strip() == "0":
        wanted = _moment(headers.get("x-ratelimit-reset", ""), now)
    return min(wanted, now + _LONGEST_WAIT) if wanted is not None and wanted > now else None


def _moment(text: str, now: datetime) -> datetime | None:
    """Read seconds from now, seconds since 1970, an ISO time or an HTTP date."""
    text = text.strip()
    try:
        if text.isascii() and text.isdigit():
            seconds = int(text[:12])
            epoch = int(now.timestamp())
            return datetime.fromtimestamp(seconds, UTC) if seconds > epoch // 2 else now + timedelta(seconds=seconds)
        read = datetime.fromisoformat(text) if text[4:5] == "-" else parsedate_to_datetime(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
