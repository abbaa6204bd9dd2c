"""What people read on their phone when an alert reaches them."""

from datetime import UTC, datetime

from command_center.alert_texts import alert_digest, alert_overdue
from command_center.domain.alerts import Alert
from command_center.domain.mentions import Plane
from command_center.domain.topics import Topic

TOPIC = Topic(id="t", name="Nordwerk", plane=Plane.REAL)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def alert(**evidence: object) -> tuple[Alert, Topic]:
    return Alert(id="a", plane=Plane.REAL, topic_id="t", at=NOON, raised_at=NOON, evidence=evidence), TOPIC


def test_a_digest_has_one_line_for_each_alert_and_says_what_to_do() -> None:
    title, body = alert_digest([alert(mentions=40, ratio=4.8), alert(kind="escalated")], "de", "https://voice.example")
    assert title == "2 Alarme warten auf Bestätigung"
    assert body.splitlines() == [
        "In kurzer Zeit sind mehrere Alarme aufgelaufen. Sie erhalten sie gesammelt in dieser Nachricht:",
        "- Alarm „Nordwerk“: 40 Erwähnungen, das 4,8-Fache der Basislinie",
        "- Eskaliert: eine Erwähnung zum Thema „Nordwerk“",
        "Bitte sehen Sie sich die Lage an und bestätigen Sie die Alarme: https://voice.example",
    ]
    assert alert_digest([alert()], "en")[0] == "1 alert waits to be acknowledged"


def test_who_is_told_later_reads_why() -> None:
    assert alert_overdue(10, "de").startswith("Seit 10 Minuten hat niemand diesen Alarm bestätigt.")
    assert alert_overdue(1, "en").startswith("Nobody has acknowledged this alert for 1 minute.")
