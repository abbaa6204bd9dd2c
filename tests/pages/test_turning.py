"""Turning a page: what the page before still asks for comes too late, and leaves the new page alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from command_center.web.session import COOKIE
from tests.browser.drive import open_house, running_house, socket

pytestmark = pytest.mark.sockets


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ClientConnection]:
    with running_house(tmp_path) as house, socket(house, cookie=f"{COOKIE}={open_house(house)}") as opened:
        yield opened


def test_a_part_that_asks_too_late_does_not_clear_the_next_page(desk: ClientConnection) -> None:
    ask(desk, page_name="situation")
    first = told(desk)
    pages = {page.url_pathname: page.page_script_hash for message in first for page in message.navigation.app_pages}
    parts = [message.auto_rerun.fragment_id for message in first if message.WhichOneof("type") == "auto_rerun"]
    assert len(parts) == 1

    ask(desk, page_script_hash=pages["incident"])
    while hear(desk).new_session.page_script_hash != pages["incident"]:
        pass
    ask(desk, page_script_hash=pages["situation"], fragment_id=parts[0])
    shown = told(desk)
    ask(desk, page_script_hash=pages["incident"])
    shown += told(desk)
    begun = [message.new_session.page_script_hash for message in shown if message.WhichOneof("type") == "new_session"]
    assert begun == [pages["incident"]]


def ask(desk: ClientConnection, **wish: str) -> None:
    """Ask for a page, or for a part of one, as a browser does."""
    message = BackMsg()
    for name, value in wish.items():
        setattr(message.rerun_script, name, value)
    desk.send(message.SerializeToString())


def hear(desk: ClientConnection) -> ForwardMsg:
    """Return the next message to the browser."""
    message = ForwardMsg()
    message.ParseFromString(desk.recv(timeout=60, decode=False))
    return message


def told(desk: ClientConnection) -> list[ForwardMsg]:
    """Return everything told to the browser until a whole page was drawn."""
    messages = [hear(desk)]
    while not (
        messages[-1].WhichOneof("type") == "script_finished"
        and messages[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    ):
        messages.append(hear(desk))
    return messages
