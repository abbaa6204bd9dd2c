"""The fields of the alert rules: one group for each kind of rule, in plain words, with what was shipped beside each.

What is typed becomes ``Rules`` at once, so that ``rule_preview.py`` can say what it would have raised.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from command_center import texts
from command_center.domain.rules import ExpectedPeak, HardWord, Rules, RuleSet
from command_center.domain.signs import Severity
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import note, plain
from command_center.ui.settings_words import lines, one_per_line

Value = Callable[[str], Any]
"""Returns what stands in the widget with a short name."""


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a rule; ``kind`` says how people write it: whole, times, percent or a_week."""

    place: str
    kind: str
    least: float
    most: float

    def shown(self, rules: Rules) -> float | int:
        """Return the number as people read it."""
        value = float(_at(rules, self.place))
        if self.kind == "percent":
            return round(100 * value)
        if self.kind == "a_week":
            return round(1 / value - 1, 3)
        return int(value) if self.kind == "whole" else value

    def kept(self, value: float) -> float | int:
        """Return the number as the rule keeps it."""
        if self.kind == "percent":
            return value / 100
        if self.kind == "a_week":
            return 1 / (1 + value)
        return value


GROUPS: Final[Mapping[str, tuple[Field, ...]]] = {
    "spike": (
        Field("spike.floor", "whole", 1, 100_000),
        Field("spike.authors", "whole", 1, 100_000),
        Field("spike.ratio", "times", 1, 1_000),
        Field("spike.persistence", "whole", 1, 288),
        Field("spike.sudden", "times", 1, 10_000),
        Field("spike.score", "a_week", 0.001, 9.0),
    ),
    "keywords": (),
    "negative": (
        Field("negative.share", "percent", 0, 100),
        Field("negative.rise", "percent", 0, 100),
        Field("negative.least", "whole", 5, 100_000),
    ),
    "authority": (Field("authority.reach", "whole", 1, 10**9),),
    "drop": (Field("drop.share", "percent", 0, 90), Field("drop.least", "whole", 10, 100_000)),
    "silence": (Field("silence.share", "percent", 1, 100),),
    "peaks": (),
    "storm": (
        Field("cool_down_minutes", "whole", 0, 10_080),
        Field("escalate_after_minutes", "whole", 0, 1_440),
    ),
}
_PLAIN: Final = "plain"


def _at(rules: Rules, place: str) -> Any:
    value: Any = rules
    for name in place.split("."):
        value = getattr(value, name)
    return value


def names(inforce: Rules) -> tuple[str, ...]:
    """Return the short name of every widget that holds a part of these rules."""
    switches = tuple(f"{kind}.active" for kind in GROUPS if kind != "storm")
    numbers = tuple(field.place for group in GROUPS.values() for field in group)
    words = tuple(f"words.{severity}" for severity in (_PLAIN, *Severity))
    peaks = tuple(
        f"peak{number}.{part}" for number in range(len(inforce.peaks.peaks) + 1) for part in ("name", "begins", "ends")
    )
    return (*switches, *numbers, *words, "authority.handles", "authority.only_negative", *peaks)


def key_of(inforce: RuleSet, topic_id: str, name: str) -> str:
    """Return a widget's key; another topic, or a new version, starts its fields anew."""
    return f"rule_{topic_id or 'house'}_{inforce.id}_{inforce.version}_{name}".replace(".", "_")


def typed_in(inforce: RuleSet, topic_id: str) -> dict[str, Any]:
    """Return what an act takes from the widgets, read at the moment of the click."""
    return {name: typed(key_of(inforce, topic_id, name), None) for name in names(inforce.rules)}


def draft(page: Page, inforce: RuleSet, topic_id: str) -> Rules:
    """Return the rules as they are typed now."""
    given = {name: st.session_state.get(key_of(inforce, topic_id, name)) for name in names(inforce.rules)}
    return rules_of(inforce.rules, given, page.zone)


def rules_of(before: Rules, given: Mapping[str, Any], zone: str) -> Rules:
    """Return the rules with everything that is given; what is None stays."""
    changes: dict[str, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    for field in (field for group in GROUPS.values() for field in group):
        value = given.get(field.place)
        # An untouched number keeps its exact value: people read a rounded one.
        if value is None or value == field.shown(before):
            continue
        kind, _, name = field.place.rpartition(".")
        (changes.setdefault(kind, {}) if kind else whole)[name] = field.kept(value)
    for kind in (each.name for each in fields(Rules) if each.name in GROUPS):
        if given.get(f"{kind}.active") is not None:
            changes.setdefault(kind, {})["active"] = bool(given[f"{kind}.active"])
    changes.setdefault("keywords", {})["words"] = _words(before.keywords.words, given)
    changes.setdefault("peaks", {})["peaks"] = _peaks(before.peaks.peaks, given, zone)
    if given.get("authority.handles") is not None:
        changes.setdefault("authority", {})["handles"] = lines(str(given["authority.handles"]))
    if given.get("authority.only_negative") is not None:
        changes.setdefault("authority", {})["only_negative"] = bool(given["authority.only_negative"])
    return replace(before, **whole, **{kind: replace(getattr(before, kind), **new) for kind, new in changes.items()})


def _words(before: Sequence[HardWord], given: Mapping[str, Any]) -> tuple[HardWord, ...]:
    found: dict[str, HardWord] = {}
    for severity in (None, *Severity):
        name = f"words.{severity or _PLAIN}"
        known = [word.word for word in before if word.severity == severity]
        for word in known if given.get(name) is None else lines(str(given[name])):
            found[word] = HardWord(word=word, severity=severity)
    same = set(found.values()) == set(before)
    return tuple(before) if same else tuple(found.values())


def _peaks(before: Sequence[ExpectedPeak], given: Mapping[str, Any], zone: str) -> tuple[ExpectedPeak, ...]:
    """Return the expected peaks that have a name; one without is gone."""
    found = []
    for number in range(len(before) + 1):
        old = before[number] if number < len(before) else None
        name = given.get(f"peak{number}.name")
        name = (old.name if old else "") if name is None else str(name).strip()
        begins = _moment(given.get(f"peak{number}.begins"), zone) or (old.begins if old else None)
        ends = _moment(given.get(f"peak{number}.ends"), zone) or (old.ends if old else None)
        if name and begins and ends:
            found.append(ExpectedPeak(name=name, begins=begins, ends=ends))
    return tuple(found)


def _moment(local: object, zone: str) -> datetime | None:
    if not isinstance(local, datetime):
        return None
    return local.replace(tzinfo=ZoneInfo(zone)) if local.tzinfo is None else local


def show_fields(page: Page, inforce: RuleSet, topic_id: str, wanted: Rules) -> None:
    """Show every group, closed, with what it says now as its label."""

    def key(name: str) -> str:
        return key_of(inforce, topic_id, name)

    for kind, group in GROUPS.items():
        with st.expander(plain(summary(page, kind, wanted)), key=f"rule_group_{kind}"):
            st.caption(page.say(f"rules.{kind}_lead"))
            if kind != "storm":
                on = getattr(inforce.rules, kind).active
                st.toggle(page.say("rules.active"), value=on, key=key(f"{kind}.active"))
            _show_numbers(page, inforce.rules, group, key)
            if kind in _MORE:
                _MORE[kind](page, inforce.rules, key)


def summary(page: Page, kind: str, rules: Rules) -> str:
    """Say in one line what a rule asks for, or that it is off."""
    name = page.say(f"rules.group_{kind}")
    if kind != "storm" and not getattr(rules, kind).active:
        return page.say("rules.sum_off", name=name)
    shown = {field.place.rpartition(".")[2]: page.number(field.shown(rules)) for field in GROUPS[kind]}
    if kind == "keywords":
        return page.say("rules.sum_keywords", name=name, count=len(rules.keywords.words))
    if kind == "peaks":
        return page.say("rules.sum_peaks", name=name, count=len(rules.peaks.peaks))
    if kind == "storm":
        spans = {
            place: texts.span(page.language, timedelta(minutes=getattr(rules, place)))
            for place in ("cool_down_minutes", "escalate_after_minutes")
        }
        return page.say("rules.sum_storm", name=name, **spans)
    return page.say(f"rules.sum_{kind}", name=name, **shown)


def _show_numbers(page: Page, inforce: Rules, group: Sequence[Field], key: Callable[[str], str]) -> None:
    if not group:
        return
    shipped = Rules()
    with st.grid("auto", min_column_width=230, gap="small") as grid:
        for field in group:
            whole = field.kind in {"whole", "percent"}
            number: Any = int if whole else float
            with grid.cell():
                st.number_input(
                    page.say(f"rule_setting.{field.place}"),
                    min_value=number(field.least),
                    max_value=number(field.most),
                    value=number(min(field.most, max(field.least, field.shown(inforce)))),
                    step=number(1 if whole else 0.5),
                    format=None if whole else "%.4g",
                    key=key(field.place),
                    help=page.say(f"rule_why.{field.place}"),
                )
                st.caption(page.say("rules.shipped", value=page.number(field.shown(shipped))))


def _show_words(page: Page, inforce: Rules, key: Callable[[str], str]) -> None:
    with st.grid("auto", min_column_width=230, gap="small") as grid:
        for severity in (None, *Severity):
            known = [word.word for word in inforce.keywords.words if word.severity == severity]
            label = page.word(severity) if severity else page.say("rules.words_plain")
            grid.text_area(label, one_per_line(known), height=120, key=key(f"words.{severity or _PLAIN}"))


def _show_authority(page: Page, inforce: Rules, key: Callable[[str], str]) -> None:
    rule = inforce.authority
    st.toggle(page.say("rules.only_negative"), value=rule.only_negative, key=key("authority.only_negative"))
    st.text_area(page.say("rules.handles"), one_per_line(rule.handles), height=110, key=key("authority.handles"))


def _show_peaks(page: Page, inforce: Rules, key: Callable[[str], str]) -> None:
    zone = ZoneInfo(page.zone)
    known = [(peak.name, _wall(peak.begins, zone), _wall(peak.ends, zone)) for peak in inforce.peaks.peaks]
    tomorrow = _wall(page.now, zone).replace(hour=9, minute=0) + timedelta(days=1)
    for number, (name, begins, ends) in enumerate([*known, ("", tomorrow, tomorrow + timedelta(hours=8))]):
        label = "rules.peak_name" if name else "rules.peak_new"
        with st.grid("auto", min_column_width=190, gap="small") as grid:
            grid.text_input(page.say(label), name, max_chars=80, key=key(f"peak{number}.name"))
            for part, at in (("begins", begins), ("ends", ends)):
                grid.datetime_input(
                    page.say(f"rules.peak_{part}"), at, format="DD.MM.YYYY", key=key(f"peak{number}.{part}")
                )
    note(page.say("rules.peak_remove"))


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


_MORE: Final[Mapping[str, Callable[[Page, Rules, Callable[[str], str]], None]]] = {
    "keywords": _show_words,
    "authority": _show_authority,
    "peaks": _show_peaks,
}
