"""The start of the house: settings read, store opened, background work begun, the address told.

Whatever keeps it from starting is one clear sentence in the terminal and exit code 1.
"""

import asyncio
import importlib
import logging
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from types import FrameType
from typing import Final, NoReturn
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.middleware import Middleware

from command_center.bootstrap import build
from command_center.errors import BadInput, CommandCenterError
from command_center.settings import PREFIX, Settings, read_settings
from command_center.texts import say, say_error
from command_center.use_cases.erase_again import keep_quietly
from command_center.use_cases.safe_mode import look_outside
from command_center.use_cases.sign_in import ask_for_code, is_open
from command_center.web.headers import SecurityHeaders, shell_policy, streamlit_shell
from command_center.web.limits import RequestLimits
from command_center.web.news import watch
from command_center.web.process import Process, current, hold, is_held
from command_center.web.session import SessionGate, only_this_machine

_WORKER: Final = "command_center.worker"
_log = logging.getLogger(__name__)


def begin(environment: Mapping[str, str]) -> Process:
    """Read the settings and open the store once per process; a problem ends the process with one sentence."""
    if is_held():
        return current()
    language = "en" if environment.get(f"{PREFIX}LANGUAGE") == "en" else "de"
    try:
        settings = read_settings(environment)
        refuse_unsafe(settings)
        ctx = build(settings)
        # Before anybody is served: a store that contradicts what is known outside may say nothing.
        look_outside(ctx)
        # What was erased since a backup was made is erased before anybody can read it.
        keep_quietly(ctx)
        return hold(Process(settings=settings, ctx=ctx))
    except CommandCenterError as problem:
        _end(say_error(language, problem))


def refuse_unsafe(settings: Settings, address: str = "") -> None:
    """Refuse to serve others in the clear; raises ``BadInput`` (``settings.unsafe_host``).

    ``address`` is where the server really listens, where that is known: who starts it may say another one.
    """
    host = address or settings.host
    if not only_this_machine(host) and not settings.public_url.startswith("https://"):
        raise BadInput("settings.unsafe_host", host=host)


def _end(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)


def middleware() -> list[Middleware]:
    """List what every request passes, outermost first."""
    policy = shell_policy(streamlit_shell())
    return [
        Middleware(
            SecurityHeaders,
            policy=policy,
            language=lambda: current().settings.language,
            title=lambda: "One Voice",
        ),
        Middleware(RequestLimits),
        Middleware(SessionGate),
    ]


@asynccontextmanager
async def running(process: Process, *, address: str, port: int) -> AsyncIterator[None]:
    """Run what runs in the background while the server is up, and tell where it is."""
    settings = process.settings
    try:
        refuse_unsafe(settings, address)
    except BadInput as problem:
        process.ctx.store.close()
        _end(say_error(settings.language, problem))
    alone = only_this_machine(address)
    public = urlsplit(settings.public_url).hostname or ""
    process.hosts = frozenset({"127.0.0.1", "localhost", "::1", address, public} - {""}) if alone else frozenset()
    process.stops.append(watch(process.news, process.ctx.store.version))
    if settings.worker == "embedded" and find_spec(_WORKER):
        process.stops.append(importlib.import_module(_WORKER).start(process.ctx))
    await run_sync(_tell, process, address, port, alone and not public)
    try:
        with _let_go_when_stopped(process):
            yield
    finally:
        for stop in reversed(process.stops):
            await run_sync(stop)
        process.stops.clear()
        process.ctx.store.close()


@contextmanager
def _let_go_when_stopped(process: Process) -> Iterator[None]:
    """End the streams of open screens on Ctrl-C and SIGTERM; the server would wait for them for ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def let_go(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(process.news.end)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in before:
        signal.signal(number, let_go)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(process: Process, address: str, port: int, alone: bool) -> None:
    language = process.settings.language
    host = "127.0.0.1" if address in {"0.0.0.0", "::"} else address  # noqa: S104 - only compared
    url = process.settings.public_url or f"http://{host}:{port}"
    lines = [say(language, "start.running", url=url)]
    if not is_open(process.ctx):
        lines.append(say(language, "start.open_first", url=f"{url}/open"))
        code = ask_for_code(process.ctx, needed=not alone)
        if code:
            lines.append(say(language, "start.code", code=code))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
