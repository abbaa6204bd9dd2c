"""What the house stores, in words: rows for the page, the record of processing (Art. 30 GDPR), a draft works agreement.

All three are made from ``domain/retention.py``, ``domain/people.py`` and the settings as they are now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from command_center import texts
from command_center.domain.people import RIGHTS, Act, Role
from command_center.domain.retention import KEPT, Data, Kept
from command_center.settings import Settings

_READ: Final = "|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One kind of data in words."""

    data: Data
    name: str
    holds: str
    purpose: str
    basis: str
    time: str
    readers: str


def stored(language: str, days: Mapping[Data, int]) -> list[Stored]:
    """Return every kind of data in words, with the times this house has chosen."""
    return [
        Stored(
            data=kept.data,
            name=texts.say(language, f"data.{kept.data.value}"),
            holds=texts.say(language, f"privacy.holds_{kept.data.value}"),
            purpose=texts.say(language, f"privacy.purpose_{kept.data.value}"),
            basis=texts.say(language, f"privacy.basis_{kept.data.value}"),
            time=_time(language, kept, days),
            readers=who_may(language, kept.readers),
        )
        for kept in KEPT
    ]


def _time(language: str, kept: Kept, days: Mapping[Data, int]) -> str:
    if kept.data in days:
        return span(language, days[kept.data])
    return texts.say(language, f"privacy.until_{kept.data.value}")


def span(language: str, days: int) -> str:
    """Write a time in days, or in years where it is whole ones (of 365 or 366 days)."""
    years = round(days / 365.25)
    whole = years and 365 * years <= days <= 366 * years
    return texts.say(language, "privacy.years" if whole else "privacy.days", count=years if whole else days)


def who_may(language: str, act: Act) -> str:
    """Name the roles that hold a right; all of them are everybody."""
    held = RIGHTS[act]
    if held == frozenset(Role):
        return texts.say(language, "privacy.everybody")
    return ", ".join(texts.say(language, f"role.{role.value}") for role in Role if role in held)


def measures(language: str, settings: Settings, *, sealed: bool) -> list[str]:
    """Return the technical and organisational measures that follow from the settings."""
    values = {
        "idle": settings.session_idle_minutes,
        "hours": settings.session_hours,
        "auditors": who_may(language, Act.UNSEAL_NAMES),
    }
    codes = [
        "sealed" if sealed else "open",
        "rights",
        "log",
        "erasing",
        "sessions",
        "secrets",
        "no_ranking",
        "local",
        "notify" if settings.notify_urls else "no_notify",
    ]
    return [
        *(texts.say(language, f"privacy.measure_{code}", **values) for code in codes),
        _deposits(language, settings),
    ]


def mode_code(sealed: bool) -> str:
    """Return the code of the sentence that says whether names are sealed."""
    return "privacy.mode_on" if sealed else "privacy.mode_off"


def processing_record(
    language: str, settings: Settings, days: Mapping[Data, int], *, sealed: bool, now: datetime
) -> str:
    """Return the record of processing activities as Markdown."""

    def say(code: str, **values: object) -> str:
        return texts.say(language, f"privacy.record_{code}", **values)

    heads = [say(f"head_{name}") for name in ("data", "holds", "purpose", "basis", "time", "readers")]
    return "\n".join(
        [
            f"# {say('title', house=_cell(settings.house))}",
            "",
            f"**{say('draft')}**",
            "",
            say("made", when=texts.moment(language, settings.zone, now)),
            "",
            f"## {say('responsible')}",
            "",
            say("fill_in"),
            "",
            f"## {say('concerned')}",
            "",
            say("concerned_who"),
            "",
            f"## {say('recipients')}",
            "",
            *(f"- {_cell(recipient)}" for recipient in _recipients(language, settings)),
            "",
            say("third_countries"),
            "",
            f"## {say('kinds')}",
            "",
            *_table(heads, language, days),
            "",
            f"## {say('measures')}",
            "",
            *(f"- {measure}" for measure in measures(language, settings, sealed=sealed)),
            "",
        ]
    )


def _table(heads: list[str], language: str, days: Mapping[Data, int]) -> list[str]:
    kinds = stored(language, days)
    rows = [_row(each.name, each.holds, each.purpose, each.basis, each.time, each.readers) for each in kinds]
    return [f"| {' | '.join(heads)} |", _READ, *rows]


def works_agreement(settings: Settings, days: Mapping[Data, int], *, sealed: bool, now: datetime) -> str:
    """Return the draft of a works agreement in German as Markdown; it is for lawyers to finish."""
    template = files("command_center").joinpath("works_agreement.de.md").read_text(encoding="utf-8")
    table = "\n".join(
        [
            "| Daten | Inhalt | Zweck | Aufbewahrung | Wer liest |",
            "|---|---|---|---|---|",
            *(_row(each.name, each.holds, each.purpose, each.time, each.readers) for each in stored("de", days)),
        ]
    )
    rights = "\n".join(
        [
            "| Recht | Rollen |",
            "|---|---|",
            *(_row(texts.say("de", f"act.{act.value}"), who_may("de", act)) for act in Act),
        ]
    )
    filled = {
        "house": _cell(settings.house),
        "when": texts.moment("de", settings.zone, now),
        "mode": texts.say("de", mode_code(sealed)),
        "kinds": table,
        "rights": rights,
        "measures": "\n".join(f"- {measure}" for measure in measures("de", settings, sealed=sealed)),
        "unsealing": texts.say(
            "de", f"privacy.unsealing_{'on' if sealed else 'off'}", who=who_may("de", Act.UNSEAL_NAMES)
        ),
        "protect": texts.say("de", f"act.{Act.PROTECT_DATA.value}"),
        "fixed": "" if settings.works_council == "house" else texts.say("de", "privacy.mode_fixed"),
        "deposits": _deposits("de", settings),
        "unsealers": who_may("de", Act.UNSEAL_NAMES),
    }
    for name, value in filled.items():
        template = template.replace(f"«{name}»", value)
    return template


def _deposits(language: str, settings: Settings) -> str:
    code = "deposits" if settings.deposits else "no_deposits"
    return texts.say(language, f"privacy.measure_{code}", count=len(settings.deposits))


def _recipients(language: str, settings: Settings) -> list[str]:
    """Return who receives data, as far as the settings tell."""
    codes = ["networks", *(["notify"] if settings.notify_urls else []), *(["oidc"] if settings.oidc_issuer else [])]
    said = [texts.say(language, f"privacy.recipient_{code}", issuer=settings.oidc_issuer) for code in codes]
    return [*said, _deposits(language, settings)]


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    # Markdown reads these in the house's own name as well.
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
