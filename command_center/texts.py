"""Every sentence people read, in their language, and numbers, dates and spans the way they write them.

Sentences live in ``locale/<language>/*.po`` under a code; a page names the code, never the sentence.
"""

import functools
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

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
    values = {name: _in_words(language, name, value, error.values) for name, value in error.values.items()}
    return say(language, error.code, **values)


def _in_words(language: str, name: str, value: object, values: Mapping[str, object]) -> object:
    if isinstance(value, str):
        for code in (f"{name}.{value}", value):
            if "." in code and knows(language, code):
                return say(language, code, **values)
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


def moment(language: str, zone: str, at: datetime, *, seconds: bool = False) -> str:
    """Write date, time and zone: 9. Sept. 2014, 19:05 MESZ."""
    return f"{day(language, zone, at)}, {clock(language, zone, at, seconds=seconds)}"


def clock(language: str, zone: str, at: datetime, *, seconds: bool = False) -> str:
    """Write time and zone: 19:05 MESZ."""
    place = ZoneInfo(zone)
    shown = format_time(at, "HH:mm:ss" if seconds else "HH:mm", tzinfo=place, locale=_LOCALES.get(language, "de_DE"))
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
