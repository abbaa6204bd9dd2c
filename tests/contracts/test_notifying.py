"""E-mail through Apprise, proven against a real SMTP server on this machine."""

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from command_center.domain.people import Person, Role
from command_center.errors import BadInput
from command_center.notifying import tellers

pytestmark = pytest.mark.sockets
ANNA = Person(
    id="anna",
    login="anna",
    name="Anna Groß",
    roles=(Role.CRISIS_LEAD,),
    email="anna@example.org",
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
)


class Sink:
    """Keeps every message; answers as it is told to."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.kept.append(envelope)
        return self.answer


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def port(sink: Sink) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    server = Controller(sink, hostname="127.0.0.1", port=number)
    server.start()
    yield number
    server.stop()


def read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def template(port: int) -> str:
    return f"mailto://127.0.0.1:{port}/?to={{email}}&from=alarm@example.org"


def test_an_alert_reaches_the_person_by_mail_with_umlauts_whole(sink: Sink, port: int) -> None:
    (teller,) = tellers([template(port)])
    assert teller.tell(ANNA, title="Alarm: Rückruf", body="4,8-mal so viele Erwähnungen wie üblich") == ""
    (envelope,) = sink.kept
    assert envelope.rcpt_tos == ["anna@example.org"]
    message = read(envelope)
    assert message["Subject"] == "Alarm: Rückruf"
    body = message.get_body(("plain", "html"))
    assert body is not None
    assert "4,8-mal so viele Erwähnungen wie üblich" in body.get_content()


def test_a_server_that_refuses_is_reported_not_raised(sink: Sink, port: int) -> None:
    sink.answer = "554 no thanks"
    (teller,) = tellers([template(port)])
    assert teller.tell(ANNA, title="Alarm", body="…") == "not_accepted"


def test_a_server_that_is_gone_is_reported_not_raised() -> None:
    (teller,) = tellers([template(9)])
    assert teller.tell(ANNA, title="Alarm", body="…") == "not_accepted"


def test_a_line_break_in_a_title_adds_no_header(sink: Sink, port: int) -> None:
    (teller,) = tellers([template(port)])
    teller.tell(ANNA, title="Alarm\r\nBcc: mallory@example.org", body="…")
    message = read(sink.kept[0])
    assert message["Bcc"] is None
    assert sink.kept[0].rcpt_tos == ["anna@example.org"]


def test_somebody_without_an_address_has_none() -> None:
    (teller,) = tellers([template(25)])
    nobody = Person(id="n", login="n", name="N", roles=(), created_at=ANNA.created_at)
    assert teller.address(nobody) == ""


def test_an_address_apprise_cannot_read_is_refused_at_the_start() -> None:
    with pytest.raises(BadInput):
        tellers(["nonsense://"])
