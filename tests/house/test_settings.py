"""Settings: every mistake is named, and the documentation says what the program does."""

from pathlib import Path

import pytest

from command_center.errors import BadInput
from command_center.setting_specs import SPECS
from command_center.settings import Settings, read_settings
from command_center.settings_page import settings_page

ROOT = Path(__file__).resolve().parents[2]


def test_without_any_variable_the_defaults_hold() -> None:
    assert read_settings({"PATH": "/usr/bin"}) == Settings()


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    assert {spec.name.lower() for spec in SPECS} == set(Settings.__dataclass_fields__)


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(BadInput) as refused:
        read_settings({"COMMAND_CENTER_DATABASE": "x"})
    assert refused.value.code == "settings.unknown"
    assert refused.value.values["nearest"] in {"COMMAND_CENTER_DATABASE_URL", "COMMAND_CENTER_DATA"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PORT", "eighty", "settings.not_a_number"),
        ("PORT", "70000", "settings.not_a_number"),
        ("PORT", "٨٠٨٠", "settings.not_a_number"),
        ("SESSION_HOURS", "0", "settings.not_a_number"),
        ("LANGUAGE", "fr", "settings.not_a_choice"),
        ("WORKER", "on", "settings.not_a_choice"),
        ("ZONE", "Berlin", "settings.not_a_zone"),
        ("ZONE", "../../etc/passwd", "settings.not_a_zone"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_settings({f"COMMAND_CENTER_{name}": value})
    assert refused.value.code == code
    assert refused.value.values["value"] == value


def test_addresses_with_passwords_stay_out_of_what_is_printed() -> None:
    settings = read_settings(
        {
            "COMMAND_CENTER_NOTIFY_URLS": "mailto://me:topsecret@host/?to={email}, json://host",
            "COMMAND_CENTER_DATABASE_URL": "postgresql://me:topsecret@host/db",
        }
    )
    assert settings.notify_urls == ("mailto://me:topsecret@host/?to={email}", "json://host")
    assert "topsecret" not in repr(settings)


def test_the_store_is_in_the_data_folder_unless_a_database_is_given() -> None:
    assert (
        read_settings({"COMMAND_CENTER_DATA": "/srv/voice"}).store_url == "sqlite:////srv/voice/command_center.sqlite"
    )


def test_the_documentation_is_the_one_generated() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()
