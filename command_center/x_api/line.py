"""The line every request to X goes over: its real address, its time-outs, and an end to answers that drip.

tweepy knows one address and passes no time-out. An adapter mounted on its session gives both.
"""

import io
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from requests_oauthlib import OAuth1

TWEEPYS_ADDRESS: Final = "https://api.twitter.com"
_CONNECT_SECONDS: Final = 4
_READ_SECONDS: Final = 10
_WHOLE_SECONDS: Final = 15
_STREAM_SILENCE_SECONDS: Final = 30  # X sends a sign of life every 20
_MOST_BYTES: Final = 16 * 1024 * 1024
_PIECE: Final = 64 * 1024


class TooMuch(requests.RequestException):
    """An answer larger than any that X gives."""


class XLine(HTTPAdapter):
    """Sends to another base address; ``answered`` is the last answer, also where reading it failed.

    A request signed with OAuth 1.0a is signed again, because the signature covers the address.
    """

    def __init__(self, base: str, keys: Mapping[str, str] | None = None, *, seconds: float = _WHOLE_SECONDS) -> None:
        super().__init__()
        self._base = base.rstrip("/")
        self._keys = keys
        self._seconds = seconds
        self.answered: requests.Response | None = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Send one request with time-outs of our own; raises what ``requests`` and ``urllib3`` raise."""
        self.answered = None
        if self._base != TWEEPYS_ADDRESS:
            request = self._readdressed(request)
            proxies = get_environ_proxies(request.url or "")
        silence = _STREAM_SILENCE_SECONDS if stream else min(_READ_SECONDS, self._seconds)
        waits = (_CONNECT_SECONDS, silence)
        response = super().send(request, stream=True, timeout=waits, verify=verify, cert=cert, proxies=proxies)
        self.answered = response
        response.raw = _Prompt(response.raw) if stream else io.BytesIO(self._body(response))
        return response

    def hang_up(self) -> None:
        """End a stream another thread is reading."""
        raw = getattr(self.answered, "raw", None)
        if isinstance(raw, _Prompt):
            raw.shutdown()

    def _readdressed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request = request.copy()
        request.url = self._base + (request.url or "").removeprefix(TWEEPYS_ADDRESS)
        if self._keys and "Authorization" in request.headers:
            del request.headers["Authorization"]
            keys = self._keys
            OAuth1(keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_secret"])(request)
        return request

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        until = time.monotonic() + self._seconds
        with response.raw as raw:
            while piece := raw.read1(_PIECE, decode_content=True):
                body += piece
                if len(body) > _MOST_BYTES:
                    raise TooMuch(f"more than {_MOST_BYTES} bytes")
                if time.monotonic() > until:
                    raise requests.ReadTimeout(f"not whole after {self._seconds} seconds")
        return bytes(body)


class _Prompt:
    """A stream's body that hands on what has come instead of waiting for a full piece."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def stream(self, _size: int, *, decode_content: bool = True) -> Iterator[bytes]:
        while piece := self._raw.read1(_PIECE, decode_content=decode_content):
            yield piece

    def shutdown(self) -> None:
        try:
            self._raw.shutdown()
        except (ValueError, RuntimeError, OSError):
            self._raw.close()  # it has ended by itself

    def close(self) -> None:
        self._raw.close()

    def release_conn(self) -> None:
        self._raw.release_conn()

    @property
    def closed(self) -> bool:
        return bool(self._raw.closed)
