"""What an alert tells people, in both languages, for everything that can raise one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from command_center.alert_texts import alert_body, alert_title
from command_center.domain.alerts import Alert
from command_center.domain.ears import SHARES
from command_center.domain.mentions import Plane
from command_center.domain.rules import RuleKind
from command_center.domain.topics import Topic
from command_center.texts import LANGUAGES, knows

AT = datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
TOPIC = Topic(id="t", name="Nordwerk")
CROWD: dict[str, Any] = {"mentions": 24, "authors": 20, "negative": 9, "ratio": 4.26, "ear": "mentions"}
SAW: dict[str, dict[str, Any]] = {
    "spike": {},
    "keywords": {"word": "Rückruf"},
    "negative": {"share": 0.62, "usual_share": 0.2},
    "authority": {"author": "@star"},
    "drop": {"mentions_in_window": 3, "expected_in_window": 61.4},
    "silence": {"source": "RSS", "fetches": 3, "fetches_expected": 72},
}


def alert(kind: str, **more: Any) -> Alert:
    evidence = {"kind": kind, **CROWD, **SAW[kind], **more}
    return Alert(id="a", plane=Plane.REAL, topic_id="t", at=AT, raised_at=AT, evidence=evidence)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind.value for kind in RuleKind if kind is not RuleKind.PEAKS])
def test_every_alert_has_a_title_and_a_body_without_gaps(language: str, kind: str) -> None:
    told = alert_title(alert(kind), TOPIC, language) + alert_body(alert(kind), TOPIC, language, "Europe/Berlin")
    assert "[" not in told
    assert "{" not in told
    for value in SAW[kind].values():
        if isinstance(value, str):
            assert value in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ear_has_a_name(language: str) -> None:
    assert all(knows(language, f"ear.{name}") for name in SHARES)


def test_a_higher_level_is_told_as_one() -> None:
    title = alert_title(alert("spike", escalates="before", level=4), TOPIC, "de")
    assert title == "Höhere Stufe „Nordwerk“: jetzt Stufe 4"


def test_the_ear_that_heard_most_is_named_when_it_was_not_the_mentions() -> None:
    body = alert_body(alert("spike", ear="negative", ear_ratio=6.0), TOPIC, "de", "UTC")
    assert "Am deutlichsten stechen heraus: negative Erwähnungen, das 6-Fache des Üblichen." in body


@pytest.mark.parametrize(("sight", "said"), [("clear", False), ("uncertain", True), ("blind", True)])
def test_an_alert_says_when_the_picture_is_not_to_be_trusted(sight: str, said: bool) -> None:
    assert ("Das Bild ist" in alert_body(alert("spike", sight=sight), TOPIC, "de", "UTC")) is said


def test_an_expected_peak_is_named() -> None:
    assert "Messe" in alert_body(alert("spike", expected_peaks=["Messe"]), TOPIC, "de", "UTC")


def test_a_source_of_every_topic_is_named_as_one() -> None:
    told = alert_body(alert("silence"), Topic(id="", name=""), "en", "UTC")
    assert "for “all topics”" in told
