"""The few addresses beside Streamlit's: is it well, and what is new."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from command_center import __version__
from command_center.errors import StoreUnavailable
from command_center.use_cases.sign_in import who_is
from command_center.web.api import api_routes
from command_center.web.exports import export_routes
from command_center.web.news import wait_for
from command_center.web.process import current
from command_center.web.session import token_in
from command_center.web.sign_in_pages import sign_in_routes

_PING_SECONDS: Final = 15


async def healthz(_request: Request) -> Response:
    """Say whether the house is well: 200, or 503 when the store is gone."""
    try:
        await run_sync(current().ctx.store.version)
    except StoreUnavailable:
        return JSONResponse({"ok": False, "store": "unavailable", "version": __version__}, status_code=503)
    return JSONResponse({"ok": True, "store": "reachable", "version": __version__})


async def events(request: Request) -> Response:
    """Send the store's version now and whenever it changes (server-sent events), while the session lasts."""
    return StreamingResponse(
        _versions(token_in(request)),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _versions(token: str) -> AsyncIterator[str]:
    process = current()
    news = process.news
    with news.listening() as changed:
        yield f"retry: 2000\nid: {news.version}\ndata: {news.version}\n\n"
        async for is_new in wait_for(changed, _PING_SECONDS):
            if news.ended:
                return
            if is_new:
                yield f"id: {news.version}\nevent: change\ndata: {news.version}\n\n"
                continue
            if await run_sync(partial(who_is, process.ctx, token, limits=process.limits, touch=False)) is None:
                return
            yield ": ping\n\n"


def routes() -> list[BaseRoute]:
    """List the addresses for ``st.App``."""
    return [
        Route("/healthz", healthz),
        Route("/api/events", events),
        *export_routes(),
        *api_routes(),
        *sign_in_routes(),
    ]
