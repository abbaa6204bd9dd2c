"""Every sentence exists in both languages, needs the same values, and stands in one file only."""

import enum
import importlib
import pkgutil
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import command_center.domain as domain
from command_center.domain.response_log import Action
from command_center.errors import NotAllowed
from command_center.texts import (
    LANGUAGES,
    ago,
    catalogue,
    compact,
    day,
    knows,
    moment,
    number,
    read_catalogue,
    say,
    say_error,
)

ROOT = Path(__file__).resolve().parents[2]
# Codes a domain function returns or raises, as they stand in its source.
CODE = re.compile(r'"((?:slot|disguise|statement|log)\.[a-z_]+)"')
BERLIN, NINTH = "Europe/Berlin", datetime(2014, 9, 9, 17, 5, tzinfo=UTC)


def domain_enums() -> list[type[enum.Enum]]:
    found = []
    for module in pkgutil.iter_modules(domain.__path__):
        content = vars(importlib.import_module(f"command_center.domain.{module.name}"))
        found += [kind for kind in content.values() if isinstance(kind, type) and issubclass(kind, enum.StrEnum)]
    return sorted({kind for kind in found if kind is not enum.StrEnum}, key=lambda kind: kind.__name__)


def code_of(value: enum.Enum) -> str:
    name = type(value).__name__.lower()
    return str(value.value) if name == "reason" else f"{name}.{value.value}"


def test_both_languages_have_the_same_sentences() -> None:
    assert catalogue("de").keys() == catalogue("en").keys()


def test_both_languages_need_the_same_values() -> None:
    german, english = catalogue("de"), catalogue("en")
    assert {code for code in german if german[code].places != english[code].places} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_stands_once(language: str) -> None:
    counted = Counter(code for code, _ in read_catalogue(language))
    assert {code for code, times in counted.items() if times > 1} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert {code for code, sentence in catalogue(language).items() if not all(sentence.forms)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", domain_enums(), ids=lambda kind: kind.__name__)
def test_every_word_of_the_domain_has_a_sentence(language: str, kind: type[enum.Enum]) -> None:
    assert [code_of(value) for value in kind if not knows(language, code_of(value))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_the_domain_returns_has_a_sentence(language: str) -> None:
    sources = [
        ROOT / "command_center" / "domain" / f"{name}.py"
        for name in ("templates", "disguises", "statements", "response_log", "verifying", "proof")
    ]
    actions = {action.value for action in Action}
    codes = {code for source in sources for code in CODE.findall(source.read_text(encoding="utf-8"))} - actions
    assert {code for code in codes if not knows(language, code)} == set()
    assert all(knows(language, f"unmet.{name}") for name in ("floor", "authors", "ratio", "persistence"))
    assert all(knows(language, f"slot.not_a_{kind}") for kind in ("text", "fact", "datetime", "number", "link"))


@pytest.mark.parametrize("action", Action)
def test_a_log_sentence_names_who_and_uses_no_other_value(action: Action) -> None:
    places = catalogue("de")[f"action.{action.value}"].places
    assert "who" in places
    assert places <= {"who", "subject", "person"}


def test_a_missing_sentence_shows_but_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert say("de", "no.such_code", who="Kim") == "[no.such_code]"
    assert "no.such_code" in caplog.text


def test_values_are_put_in_and_foreign_braces_stay() -> None:
    assert say("de", "gate.too_long", detail="{who}") == (
        "Der Text ist für dieses Netzwerk zu lang ({who}). Kürzen Sie ihn, oder nehmen Sie eine kürzere Variante."
    )


def test_a_count_chooses_the_form_and_is_written_as_a_number() -> None:
    assert say("de", "sign_in.wait", count=1).startswith("Zu viele Versuche. Bitte warten Sie 1 Sekunde ")
    assert say("en", "frame.reach", count=5230) == "5,230 followers"


def test_an_error_names_the_right_in_words() -> None:
    error = NotAllowed("people.no_right", act="account.lock")
    assert say_error("de", error).startswith("Dazu fehlt Ihnen das Recht: Konten sperren.")


def test_moments_name_their_zone() -> None:
    assert moment("de", BERLIN, NINTH) == "9. Sept. 2014, 19:05 MESZ"
    assert moment("en", BERLIN, NINTH) == "9 Sept 2014, 19:05 CEST"
    assert moment("de", "UTC", NINTH) == "9. Sept. 2014, 17:05 UTC"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    twice = [moment("de", BERLIN, datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)]
    assert twice == ["25. Okt. 2026, 02:30 MESZ", "25. Okt. 2026, 02:30 MEZ"]


def test_days_numbers_and_spans_are_written_the_readers_way() -> None:
    assert day("de", BERLIN, NINTH, long=True) == "Dienstag, 9. September 2014"
    assert (number("de", 5230), number("en", 5230)) == ("5.230", "5,230")
    assert compact("de", 1_900_000).replace("\xa0", " ") == "1,9 Mio."
    assert ago("de", NINTH, NINTH + timedelta(minutes=12)) == "vor 12 Minuten"
    assert ago("en", NINTH, NINTH - timedelta(hours=3)) == "in 3 hours"
