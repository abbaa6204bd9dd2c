"""Drives the whole house from outside: starts it on a folder of its own, opens it, signs in, takes pictures.

By hand: ``python tests/browser/drive.py people /tmp/people.png --width 390 --dark`` (with ``--keep`` the
server stays until Ctrl-C, and the address and cookie are printed).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from command_center.bootstrap import build
from command_center.ports import Context
from command_center.settings import PREFIX, Settings
from command_center.web.session import COOKIE

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/google-chrome", "chromium", "google-chrome")
LOGIN, PASSWORD = "kim", "Der Sturm kommt um acht."
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
START_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHouse:
    """A server of its own: where it is, and where it keeps its data."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]

    def context(self) -> Context:
        """Return a second context on the same store, to put things into the house; close its store afterwards."""
        return build(Settings(data=self.data))


@contextmanager
def running_house(
    data: Path, *, settings: Mapping[str, str] | None = None, command: tuple[str, ...] = ("app.py",)
) -> Iterator[RunningHouse]:
    """Start a house on a free port and stop it at the end; ``settings`` are names without the prefix."""
    port = free_port()
    wanted = {"DATA": str(data), "PORT": str(port), "WORKER": "off", **(settings or {})}
    clean = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "STREAMLIT_"))}
    environment = clean | {PREFIX + name: value for name, value in wanted.items()}
    output = (data / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
    )
    house = RunningHouse(url=f"http://127.0.0.1:{port}", data=data, process=process)
    try:
        wait_until_well(house)
        yield house
    finally:
        process.terminate()
        process.wait(timeout=20)
        output.close()


def free_port() -> int:
    """Return a port nobody listens on."""
    with create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_until_well(house: RunningHouse) -> None:
    """Wait until the house answers; raises with what it printed when it ended instead."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and house.process.poll() is None:
        try:
            if httpx.get(f"{house.url}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the house did not start:\n{(house.data / 'server.log').read_text()}")


def open_house(house: RunningHouse, *, name: str = "Kim Brandt", code: str = "") -> str:
    """Create the first person (administrator and crisis lead); returns the session token."""
    form = {"name": name, "login": LOGIN, "email": "kim@example.org", "password": PASSWORD, "code": code}
    return _token(httpx.post(f"{house.url}/open", data=form, headers={"origin": house.url}))


def sign_in(house: RunningHouse, login: str = LOGIN, password: str = PASSWORD) -> str:
    """Sign somebody in; returns the session token."""
    form = {"login": login, "password": password}
    return _token(httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url}))


def _token(answer: httpx.Response) -> str:
    token = answer.cookies.get(COOKIE)
    if token is None:
        raise RuntimeError(f"no session: {answer.status_code}\n{answer.text}")
    return token


def socket(house: RunningHouse, **headers: str) -> ClientConnection:
    """Open the websocket a page works over; ``headers`` are names with ``_`` for ``-``."""
    origin = headers.pop("origin", house.url)
    return connect(
        f"{house.url.replace('http', 'ws')}/_stcore/stream",
        origin=Origin(origin),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        proxy=None,
    )


def chromium_path() -> str | None:
    """Return where Chromium is on this machine, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def tab(
    chromium: Browser, house: RunningHouse, token: str = "", *, width: int = 1440, dark: bool = False
) -> Iterator[Page]:
    """Open a tab with this session in it, as a desktop or (below 700 px) as a phone."""
    size = ViewportSize(width=width, height=844 if width < 700 else 1000)
    context = chromium.new_context(
        viewport=size,
        color_scheme="dark" if dark else "light",
        locale="de-DE",
        timezone_id="Europe/Berlin",
    )
    if token:
        context.add_cookies([{"name": COOKIE, "value": token, "url": house.url, "httpOnly": True, "sameSite": "Lax"}])
    try:
        yield context.new_page()
    finally:
        context.close()


def settle(page: Page) -> None:
    """Wait until Streamlit has finished its run."""
    page.wait_for_selector("[data-testid='stApp']")
    page.wait_for_selector("[data-testid='stAppViewContainer'] [data-testid='stMarkdown'], .cc-button, h1")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
        " && !document.querySelector('[data-stale=true]')"
    )


def picture(page: Page, url: str, file: Path, *, full: bool = True) -> None:
    """Open an address and save how it looks; ``full`` makes the window as tall as the page."""
    page.goto(url)
    if page.query_selector(".door") is None:
        settle(page)
        if full:
            tall = page.evaluate(
                "() => Math.max(...['stMain', 'stAppViewContainer'].map("
                "id => document.querySelector(`[data-testid=${id}]`)?.scrollHeight ?? 0))"
            )
            width = page.evaluate("() => window.innerWidth")
            page.set_viewport_size({"width": width, "height": max(600, min(int(tall), 8000))})
            settle(page)
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(400)
    page.screenshot(path=file, full_page=True)


def main() -> None:
    """Take one picture of one page, or keep a house running to look around."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", help="address inside the house, such as people or situation")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--language", default="de")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_house(Path(folder), settings={"LANGUAGE": given.language}) as house,
    ):
        token = open_house(house)
        if given.file:
            with browser() as chromium, tab(chromium, house, token, width=given.width, dark=given.dark) as page:
                picture(page, f"{house.url}/{given.page}", given.file)
        if given.keep:
            sys.stdout.write(f"{house.url}/{given.page}\nCookie: {COOKIE}={token}\ndata: {folder}\n")
            sys.stdout.flush()
            house.process.wait()


if __name__ == "__main__":
    main()
