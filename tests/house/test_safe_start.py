"""What keeps the house from starting because it would not be safe, and what never leaves it."""

import re
from pathlib import Path

import pytest

from command_center.bootstrap import elsewhere
from command_center.errors import BadInput
from command_center.settings import PREFIX, Settings, read_settings
from command_center.web.start import refuse_unsafe

ROOT = Path(__file__).resolve().parents[2]
OIDC = {
    "OIDC_ISSUER": "https://id.example.org",
    "OIDC_CLIENT_ID": "one-voice",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_GROUPS": "Krisenstab=crisis_lead",
}


def settings(**given: str) -> Settings:
    return read_settings({PREFIX + name: value for name, value in given.items()})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "voice.example.org"])  # noqa: S104
@pytest.mark.parametrize("public", ["", "http://voice.example.org"])
def test_passwords_never_cross_the_network_in_the_clear(host: str, public: str) -> None:
    with pytest.raises(BadInput, match=r"settings\.unsafe_host"):
        refuse_unsafe(settings(HOST=host, PUBLIC_URL=public))


@pytest.mark.parametrize(
    ("host", "public"),
    [("127.0.0.1", ""), ("::1", ""), ("localhost", ""), ("0.0.0.0", "https://voice.example.org")],  # noqa: S104
)
def test_alone_or_behind_tls_it_starts(host: str, public: str) -> None:
    refuse_unsafe(settings(HOST=host, PUBLIC_URL=public))


def test_what_the_server_was_told_on_its_own_command_line_counts() -> None:
    with pytest.raises(BadInput, match=r"settings\.unsafe_host"):
        refuse_unsafe(settings(), "0.0.0.0")  # noqa: S104
    refuse_unsafe(settings(PUBLIC_URL="https://voice.example.org"), "0.0.0.0")  # noqa: S104


@pytest.mark.parametrize("missing", OIDC)
def test_an_identity_provider_is_set_whole_or_not_at_all(missing: str) -> None:
    assert elsewhere(settings()) is None
    assert elsewhere(settings(**OIDC)) is not None
    with pytest.raises(BadInput, match=r"settings\.oidc_incomplete"):
        elsewhere(settings(**{name: value for name, value in OIDC.items() if name != missing}))


@pytest.mark.parametrize("issuer", ["http://id.example.org", "id.example.org", "ftp://id.example.org", "https://"])
def test_an_identity_provider_is_asked_over_tls_only(issuer: str) -> None:
    with pytest.raises(BadInput, match=r"settings\.oidc_not_safe"):
        elsewhere(settings(**{**OIDC, "OIDC_ISSUER": issuer}))


def test_no_table_leaves_the_house_as_a_spreadsheet() -> None:
    """Cells that begin with = + - @ run as formulas there; who adds such an export must escape them first."""
    spreadsheet = re.compile(r"to_csv|csv\.writer|DictWriter|to_excel|openpyxl|xlsxwriter|st\.dataframe|data_editor")
    for folder in ("command_center", "pages", "monitors"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not spreadsheet.search(path.read_text(encoding="utf-8")), path


def test_a_foreign_address_is_written_out_before_it_can_be_opened() -> None:
    """Only a mention's own link leads where strangers say, and its text is the whole address."""
    source = (ROOT / "command_center" / "ui" / "mention_cards.py").read_text(encoding="utf-8")
    assert (
        '<a href="{e(mention.url)}" target="_blank" rel="noopener noreferrer nofollow">{e(mention.url)}</a>' in source
    )
