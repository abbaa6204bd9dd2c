"""Every sentence people read, in their language, and numbers, dates and spans the way they write them.

Sentences live in ``locale/<language>/*.po`` under a code; a page names the code, never the sentence.
"""

import functools
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import Person
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError

LOCALE: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = ("de", "en")
_LOCALES: Final = {"de": "de_DE", "en": "en_GB"}
_DATE: Final = {"de": "d. MMM y", "en": "d MMM y"}
_LONG_DATE: Final = {"de": "EEEE, d. MMMM y", "en": "EEEE, d MMMM y"}
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")
_words = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One entry of a catalogue: its forms (one, or singular and plural) and the file it stands in."""

    forms: tuple[str, ...]
    file: str

    @property
    def places(self) -> frozenset[str]:
        """The placeholders the sentence needs."""
        return frozenset(name for form in self.forms for name in _PLACE.findall(form))


def read_catalogue(language: str) -> Iterator[tuple[str, Sentence]]:
    """Yield every code and sentence of a language, file by file; a code may come twice, which a test forbids."""
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            if not message.id:
                continue
            code = message.id[0] if isinstance(message.id, list | tuple) else message.id
            forms = tuple(message.string) if isinstance(message.string, list | tuple) else (message.string,)
            yield str(code), Sentence(tuple(map(str, forms)), path.name)


@functools.cache
def catalogue(language: str) -> Mapping[str, Sentence]:
    """Return the sentences of a language by code."""
    return dict(read_catalogue(language))


def knows(language: str, code: str) -> bool:
    """Tell whether there is a sentence for this code."""
    return code in catalogue(language)


def say(language: str, code: str, /, **values: object) -> str:
    """Return the sentence for a code with its values; ``count`` chooses between singular and plural.

    An unknown code comes back in brackets and is logged: a gap must show, but never break a screen.
    """
    language = language if language in LANGUAGES else LANGUAGES[0]
    sentence = catalogue(language).get(code)
    if sentence is None or not all(sentence.forms):
        _words.warning("no sentence for %r in %r", code, language)
        return f"[{code}]"
    form = sentence.forms[0]
    if len(sentence.forms) > 1:
        form = sentence.forms[0 if values.get("count") == 1 else 1]
    shown = {name: _shown(language, name, value) for name, value in values.items()}
    return _PLACE.sub(lambda place: shown.get(place[1], place[0]), form)


def _shown(language: str, name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and name == "count":
        return number(language, value)
    return str(value)


def say_error(language: str, error: CommandCenterError) -> str:
    """Return what an error means and what to do; values that are codes themselves become words."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {name: _in_words(language, name, value) for name, value in error.values.items()}
    return say(language, error.code, **values)


def _in_words(language: str, name: str, value: object) -> object:
    if isinstance(value, str):
        for code in (f"{name}.{value}", value):
            if "." in code and knows(language, code):
                return say(language, code)
    return value


def number(language: str, value: float) -> str:
    """Write a number: 5.230 in German, 5,230 in English."""
    return str(format_decimal(value, locale=_LOCALES.get(language, "de_DE")))


def compact(language: str, value: float) -> str:
    """Write a large number short: 1,9 Mio. in German, 1.9M in English."""
    return str(format_compact_decimal(value, fraction_digits=1, locale=_LOCALES.get(language, "de_DE")))


def percent(language: str, share: float) -> str:
    """Write a share of one as percent."""
    return str(format_percent(share, locale=_LOCALES.get(language, "de_DE")))


def moment(language: str, zone: str, at: datetime) -> str:
    """Write date, time and zone: 9. Sept. 2014, 19:05 MESZ."""
    return f"{day(language, zone, at)}, {clock(language, zone, at)}"


def clock(language: str, zone: str, at: datetime) -> str:
    """Write time and zone: 19:05 MESZ."""
    place = ZoneInfo(zone)
    shown = format_time(at, "HH:mm", tzinfo=place, locale=_LOCALES.get(language, "de_DE"))
    return f"{shown} {zone_name(language, zone, at)}"


def day(language: str, zone: str, at: datetime, *, long: bool = False) -> str:
    """Write the day: 9. Sept. 2014, or Dienstag, 9. September 2014."""
    pattern = (_LONG_DATE if long else _DATE).get(language, _DATE["de"])
    local = at.astimezone(ZoneInfo(zone))
    return str(format_date(local.date(), pattern, locale=_LOCALES.get(language, "de_DE")))


def weekday_clock(language: str, zone: str, at: datetime) -> str:
    """Write weekday, day and time for a plan of days: Mo. 23.11., 08:00."""
    pattern = {"de": "EEEEEE d.M., HH:mm", "en": "EEE d MMM, HH:mm"}.get(language, "EEE d MMM, HH:mm")
    return str(format_datetime(at, pattern, tzinfo=ZoneInfo(zone), locale=_LOCALES.get(language, "de_DE")))


def zone_name(language: str, zone: str, at: datetime) -> str:
    """Name the zone as it is at that moment: MESZ, CEST, UTC, or UTC+05:30 where it has no short name."""
    place = ZoneInfo(zone)
    name = str(format_datetime(at, "z", tzinfo=place, locale=_LOCALES.get(language, "de_DE")))
    if not (name.isalpha() and len(name) <= 5):
        name = at.astimezone(place).tzname() or "UTC"
    if name.isalpha():
        return name
    offset = f"{at.astimezone(place):%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def span(language: str, length: timedelta) -> str:
    """Write a length of time in one unit: 12 Minuten."""
    return str(format_timedelta(length, threshold=1.5, locale=_LOCALES.get(language, "de_DE")))


def ago(language: str, at: datetime, now: datetime) -> str:
    """Write when something was or will be, seen from now: vor 12 Minuten, in 3 Stunden."""
    length = at - now
    return str(format_timedelta(length, threshold=1.5, add_direction=True, locale=_LOCALES.get(language, "de_DE")))


def alert_subject(alert: Alert, topic: Topic, language: str) -> str:
    """Return the subject of a message about an alert; one from played history says so first."""
    title = alert_title(alert, topic, language)
    return say(language, "alert.replayed_title", title=title) if alert.replayed else title


def alert_title(alert: Alert, topic: Topic, language: str) -> str:
    """Return the one line that tells somebody about an alert, whatever raised it."""
    kind, seen = alert.evidence.get("kind"), alert.evidence
    if kind == "escalated":
        return say(language, "alert.escalated_title", topic=topic.name)
    if seen.get("escalates"):
        return say(language, "alert.escalates_title", topic=topic.name, level=_seen(alert, "level"))
    if kind in _RULES:
        return say(language, f"alert.{kind}_title", **_rule_values(alert, topic, language))
    return say(language, "alert.title", topic=topic.name, count=_seen(alert, "mentions"), times=_times(alert, language))


def alert_body(
    alert: Alert, topic: Topic, language: str, zone: str, url: str = "", call: Sequence[Person] | None = None
) -> str:
    """Return what an alert saw, how far the picture could be trusted, and what to do next.

    ``call`` are the people to call, for a reader who can't acknowledge; None for one who can.
    """
    ending = _ending(language, "alert.next", url, call)
    kind, when = alert.evidence.get("kind"), moment(language, zone, alert.at)
    if kind == "escalated":
        told = say(language, "alert.escalated_body", topic=topic.name, when=when)
        return "\n".join(filter(None, (told, str(alert.evidence.get("note", "")), ending)))
    lines = [say(language, "alert.body", topic=topic.name, when=when)]
    if kind in _RULES:
        lines = [say(language, f"alert.{kind}_body", when=when, **_rule_values(alert, topic, language))]
    if kind != "silence":
        lines += _crowd_lines(alert, language)
    if names := alert.evidence.get("expected_peaks"):
        lines.append(say(language, "alert.peak_expected", names=", ".join(map(str, names))))
    if alert.evidence.get("sight") in {"uncertain", "blind"}:
        lines.append(say(language, f"sight.{alert.evidence['sight']}"))
    return "\n".join([*lines, ending])


def _crowd_lines(alert: Alert, language: str) -> list[str]:
    lines = [
        say(language, "alert.seen", count=_seen(alert, "mentions"), times=_times(alert, language)),
        say(language, "alert.authors", count=_seen(alert, "authors")),
        say(language, "alert.negative", count=_seen(alert, "negative")),
    ]
    ear = alert.evidence.get("ear")
    if ear in {"negative", "authors"}:
        times = _times(alert, language, "ear_ratio")
        lines.insert(1, say(language, "alert.loudest_ear", ear=say(language, f"ear.{ear}"), times=times))
    return lines


_RULES: Final = frozenset({"keywords", "negative", "authority", "drop", "silence"})


def _rule_values(alert: Alert, topic: Topic, language: str) -> dict[str, Any]:
    seen, kind = alert.evidence, alert.evidence.get("kind")
    told: dict[str, Any] = {"topic": topic.name or say(language, "alert.every_topic")}
    if kind == "keywords":
        told |= {"word": seen.get("word", "")}
    elif kind == "authority":
        told |= {"author": seen.get("author", "")}
    elif kind == "negative":
        told |= {
            "share": percent(language, seen.get("share", 0)),
            "usual": percent(language, seen.get("usual_share", 0)),
        }
    elif kind == "drop":
        expected = round(seen.get("expected_in_window", 0))
        told |= {"seen": number(language, _seen(alert, "mentions_in_window")), "expected": number(language, expected)}
    else:
        told |= {"source": seen.get("source", ""), "seen": _seen(alert, "fetches")}
        told |= {"expected": _seen(alert, "fetches_expected")}
    return told


def alert_overdue(minutes: int, language: str) -> str:
    """Say for how long nobody has acknowledged an alert."""
    return say(language, "alert.overdue", count=minutes)


def _ending(language: str, code: str, url: str, call: Sequence[Person] | None) -> str:
    """Say what to do: look and acknowledge or, who can't, call somebody who can."""
    if call is None:
        return say(language, code, url=url) if url else say(language, f"{code}_without_url")
    names = ", ".join(f"{person.name} ({person.phone or person.email})".replace(" ()", "") for person in call)
    told = say(language, "alert.call", names=names) if names else say(language, "alert.call_nobody")
    return f"{told} {say(language, 'alert.call_where', url=f'{url}/people?part=duty')}" if url else told


def trial_message(language: str, url: str = "") -> tuple[str, str]:
    """Return title and body of a message that only tries whether somebody can be reached."""
    return say(language, "trial.title"), "\n".join(filter(None, (say(language, "trial.body"), url)))


def alert_digest(
    waiting: Sequence[tuple[Alert, Topic]], language: str, url: str = "", call: Sequence[Person] | None = None
) -> tuple[str, str]:
    """Return title and body of one message about several alerts; ``call`` as for ``alert_body``."""
    lines = [
        say(language, "alert.digest_body"),
        *(f"- {alert_title(alert, topic, language)}" for alert, topic in waiting),
        _ending(language, "alert.digest_next", url, call),
    ]
    return say(language, "alert.digest_title", count=len(waiting)), "\n".join(lines)


def off_voice_words(items: Sequence[OffVoice], account: Account, language: str, url: str = "") -> tuple[str, str]:
    """Return title and body of a message about what an account says without having passed the gate."""
    lines = [
        say(language, "off_voice.mail.body", account=account.name, handle=account.handle),
        *(f"- {say(language, f'offvoicekind.{item.kind.value}')}: {item.text[:300]}" for item in items[:5]),
        say(language, "off_voice.mail.next", url=url) if url else say(language, "off_voice.mail.next_without_url"),
    ]
    return say(language, "off_voice.mail.title", account=account.name, count=len(items)), "\n".join(lines)


def _seen(alert: Alert, name: str) -> int:
    value = alert.evidence.get(name, 0)
    return value if isinstance(value, int) else 0


def _times(alert: Alert, language: str, name: str = "ratio") -> str:
    ratio = alert.evidence.get(name, 0)
    try:
        return number(language, round(float(ratio), 1))
    except (TypeError, ValueError):
        return "?"
