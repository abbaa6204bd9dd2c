"""Everything that can go wrong with X, as one error with a code, a sentence and nothing secret in it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
import urllib3

from command_center.errors import NetworkTrouble, system_words

NETWORK: Final = "X"
_WINDOW: Final = timedelta(minutes=15)
_LONGEST_WAIT: Final = timedelta(hours=25)
_LINE_WAIT: Final = timedelta(minutes=1)  # X still counts the line that just broke
_CAP_WAIT: Final = timedelta(hours=1)  # the month's cap may be raised meanwhile
_WHY_CHARS: Final = 200
_LIMITS: Final = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"),
    ("x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"),
)
_BAD_ADDRESS: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
_BROKEN: Final = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.HTTPError,
    *_BAD_ADDRESS,
)
LEAKS: Final = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    # What tweepy's own error classes stumble over when an answer isn't what they expect.
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    RecursionError,
    OSError,
)


class XTrouble(NetworkTrouble):
    """X didn't do it; ``status`` is its answer's, 0 if there was none; ``reached`` says whether it may know of it."""

    def __init__(
        self, code: str, /, *, status: int = 0, reached: bool = True, retry_at: datetime | None = None, **values: object
    ) -> None:
        super().__init__(code, retry_at=retry_at, network=NETWORK, **values)
        self.status: Final = status
        self.reached: Final = reached

    @property
    def why(self) -> str:
        """What X said, or what broke; "" where the code says it all."""
        return str(self.values.get("why", ""))


def trouble_of(raised: Exception, answered: requests.Response | None, secrets: Iterable[str]) -> XTrouble:
    """Name what went wrong with a request; an answer with an error status counts more than how it was read."""
    if answered is not None and answered.status_code >= 400:
        return trouble_answered(answered.status_code, answered.headers, _said(answered), secrets)
    if isinstance(raised, requests.Timeout | urllib3.exceptions.TimeoutError):
        return XTrouble("network.slow", reached=not isinstance(raised, requests.ConnectTimeout))
    if isinstance(raised, _BROKEN) or (
        isinstance(raised, OSError) and not isinstance(raised, requests.RequestException)
    ):
        return XTrouble("network.unreachable", reached=not _never_connected(raised), why=system_words(raised))
    status = answered.status_code if answered is not None else 0
    return XTrouble("network.not_understood", status=status, why=type(raised).__name__)


def trouble_answered(
    status: int, headers: Mapping[str, str], body: Mapping[str, Any], secrets: Iterable[str] = ()
) -> XTrouble:
    """Name what an error status means; ``body`` is the answer's JSON, empty where there was none."""
    why = _without(secrets, detail_of(body)) or f"HTTP {status}"
    if status == 401:
        return XTrouble("network.signed_out", status=status)
    if status == 429:
        return XTrouble("network.limited", status=status, retry_at=_again_at(headers, body), why=why)
    if status >= 500:
        return XTrouble("network.faulty", status=status, why=f"HTTP {status}")
    return XTrouble("network.refused", status=status, why=why)


def detail_of(body: Mapping[str, Any]) -> str:
    """Return what X says in its own words, from a problem's detail or its list of errors."""
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    inner = first if isinstance(first, dict) else {"message": first}
    # The outer detail of an invalid request only says that it is invalid.
    places = (
        (inner, "message"),
        (inner, "detail"),
        (inner, "title"),
        (body, "detail"),
        (body, "title"),
        (body, "error"),
    )
    for place, name in places:
        text = place.get(name)
        if isinstance(text, str) and text.strip():
            return text
    return ""


def rests_until(headers: Mapping[str, str]) -> datetime | None:
    """Return when X may be asked again where the last answer used up what a window allows."""
    resets = [_moment(headers.get(reset)) for left, reset in _LIMITS if headers.get(left, "").strip() == "0"]
    known = [reset for reset in resets if reset is not None]
    return max(known, default=None)


def _again_at(headers: Mapping[str, str], body: Mapping[str, Any]) -> datetime:
    now = datetime.now(UTC)
    if str(body.get("type")).endswith("/streaming-connection"):
        return now + _LINE_WAIT
    if "usage-capped" in str(body.get("type")) or "UsageCap" in str(body.get("title")):
        return now + _CAP_WAIT
    at = rests_until(headers) or _moment(headers.get("x-rate-limit-reset"))
    return min(at, now + _LONGEST_WAIT) if at is not None and at > now else now + _WINDOW


def _moment(seconds: str | None) -> datetime | None:
    text = (seconds or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _said(answered: requests.Response) -> Mapping[str, Any]:
    try:
        body = answered.json()
    except LEAKS:
        return {}
    return body if isinstance(body, dict) else {}


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return " ".join(text.split())[:_WHY_CHARS]


def _never_connected(raised: Exception) -> bool:
    reason = getattr(raised.args[0] if raised.args else None, "reason", None)
    refused = urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError
    return isinstance(reason, refused) or isinstance(raised, _BAD_ADDRESS) or "CERTIFICATE_VERIFY_FAILED" in str(reason)
