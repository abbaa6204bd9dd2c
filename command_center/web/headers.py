"""Security headers on every answer, and the page's language in Streamlit's HTML shell."""

import base64
import hashlib
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_PLAIN: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def shell_policy(html: str) -> str:
    """Return the content security policy of Streamlit's page, with the hashes of its inline scripts."""
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE.findall(html)
    )
    return (
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )


def streamlit_shell() -> str:
    """Return the text of Streamlit's HTML shell, found without importing Streamlit."""
    found = find_spec("streamlit")
    if found is None or found.origin is None:
        return ""
    return (Path(found.origin).parent / "static" / "index.html").read_text(encoding="utf-8")


class SecurityHeaders:
    """Pure ASGI middleware: adds the headers; an answer's own policy stays."""

    def __init__(self, app: ASGIApp, policy: str, language: Callable[[], str], title: Callable[[], str]) -> None:
        self.app, self.policy, self.language, self.title = app, policy, language, title

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        shell = scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
        if shell:  # the shell is rewritten, so it must come uncompressed
            plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            scope = dict(scope, headers=plain, state=dict(scope.get("state", {})))
        answer = _Answer(self, scope, send, shell=shell)
        await self.app(scope, receive, answer)


class _Answer:
    """Sends one answer on, its head dressed; the HTML shell is held back until it is whole."""

    def __init__(self, outer: SecurityHeaders, scope: Scope, send: Send, *, shell: bool) -> None:
        self.outer, self.scope, self.send, self.shell = outer, scope, send, shell
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self.start)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in _PLAIN.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", self.outer.policy)
        if self.scope["scheme"] == "https":
            headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
        html = headers.get("content-type", "").startswith("text/html")
        if html:
            headers["cache-control"] = "no-store"
        if self.shell and html and message["status"] == 200:
            self.start = message
        else:
            await self.send(message)

    async def _finish(self, start: Message) -> None:
        language, title = self.scope["state"].get("language") or self.outer.language(), self.outer.title()
        body = self.body.replace(b'<html lang="en">', f'<html lang="{language}">'.encode(), 1)
        body = body.replace(b"<title>Streamlit</title>", f"<title>{title}</title>".encode(), 1)
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})
