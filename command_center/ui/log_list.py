"""The log on screen: filters, and one page of entries in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from command_center import texts
from command_center.domain.folding import fold
from command_center.domain.incidents import Incident
from command_center.domain.log_texts import NAMING
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person
from command_center.domain.response_log import Action, LogEntry, canonical
from command_center.errors import CommandCenterError
from command_center.ports import Reading
from command_center.ui.frame import Page
from command_center.ui.log_words import Names, actor, details, read_names, sentence
from command_center.ui.parts import empty_state, person_name
from command_center.ui.ways import e
from command_center.use_cases.checkpoint import last_head
from command_center.use_cases.command import SYSTEM, looking
from command_center.use_cases.deposit import standings
from command_center.use_cases.unseal import sealed_people, seals

PER_PAGE: Final = 50
_BEFORE: Final = "log.before"
_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries somebody asks for; empty means any."""

    incident_id: str = ""
    actor: str = ""
    action: str = ""
    plane: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of entries, the newest first, and whether there are older ones.

    ``vouched`` is how many entries the newest signed head covers, ``outside`` the same for each place that has one.
    """

    entries: tuple[LogEntry, ...]
    names: Names
    older: bool
    vouched: int = 0
    outside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters offer."""

    incidents: dict[str, Incident]
    people: dict[str, Person]


def read_choices(page: Page) -> Choices:
    """Read the incidents and people the log can be filtered by."""
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        incidents = store.find(Incident, order="opened_at", descending=True)
        people = sorted(sealed_people(page.ctx, store, page.person.id), key=lambda person: person.name)
    return Choices(incidents={item.id: item for item in incidents}, people={item.id: item for item in people})


def _read(page: Page, wanted: Wanted, *, before: int | None) -> Found:
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        found = list(islice(_matching(page, store, wanted, before), PER_PAGE + 1))
        entries = tuple(found[:PER_PAGE])
        names = read_names(page, store, entries, incident_id=wanted.incident_id)
        head = last_head(store)
        places = tuple(each.last.size for each in standings(page.ctx, store) if each.last is not None)
        vouched = head.size if head else 0
        return Found(entries=entries, names=names, older=len(found) > PER_PAGE, vouched=vouched, outside=places)


def _matching(page: Page, store: Reading, wanted: Wanted, before: int | None) -> Iterator[LogEntry]:
    equal: dict[str, Any] = {}
    if wanted.incident_id:
        equal["incident_id"] = wanted.incident_id
    if wanted.actor:
        equal["actor"] = wanted.actor
    if wanted.action:
        equal["action"] = Action(wanted.action)
    if wanted.plane:
        equal["plane"] = Plane(wanted.plane)
    words = [fold(word) for word in wanted.words.split()]
    for entry in store.log(before=before, descending=True, **equal):
        if wanted.since is not None and entry.at < wanted.since:
            continue
        if wanted.until is not None and entry.at >= wanted.until:
            continue
        if words and not all(word in _searched(page, entry) for word in words):
            continue
        yield entry


def _searched(page: Page, entry: LogEntry) -> str:
    """Return what words are looked for in; while names are sealed nothing that picks out one person's acts."""
    if not seals(page.names, entry.incident_id):
        return fold(" ".join([entry.body, *(text.value for text in entry.texts)]))
    found = {name: value for name, value in entry.details.items() if name not in NAMING}
    return fold(_ID.sub("", canonical(found)))


def ask_filters(page: Page, choices: Choices) -> Wanted:
    """Let somebody say which entries they look for."""
    people = {SYSTEM: page.say("frame.system")}
    people |= {identity: person_name(page, choices.people, identity) for identity in choices.people}
    actions = {action.value: page.say(f"log.action.{action.value.split('.')[0]}") for action in Action}
    st.session_state.setdefault("log_plane", page.plane.value)
    words = st.text_input(
        page.say("log.filter.words"),
        key="log_words",
        type="search",
        placeholder=page.say("log.filter.words_hint"),
        on_change=newest,
    )
    box = st.expander(page.say("log.filter"), icon=":material/filter_list:", key="log_filters")
    with box, st.grid(columns="auto", min_column_width=200, gap="small"):
        incidents = {item.id: item.title for item in choices.incidents.values()}
        incident = _choose(page, "log.filter.incident", incidents, "log_incident")
        who = _choose(page, "log.filter.actor", people, "log_actor") if not seals(page.names) else ""
        what = _choose(page, "log.filter.action", _action_names(page, actions), "log_action")
        plane = _choose(page, "log.filter.plane", {item.value: page.word(item) for item in Plane}, "log_plane")
        shape = "DD.MM.YYYY" if page.language == "de" else "DD/MM/YYYY"
        since = st.date_input(page.say("log.filter.since"), None, key="log_since", format=shape, on_change=newest)
        until = st.date_input(page.say("log.filter.until"), None, key="log_until", format=shape, on_change=newest)
    return Wanted(
        incident_id=incident,
        actor=who,
        action=what,
        plane=plane,
        since=_midnight(page, since),
        until=_midnight(page, until, days=1),
        words=str(words),
    )


def _action_names(page: Page, nouns: dict[str, str]) -> dict[str, str]:
    dots = {"who": "…", "subject": "…"}
    return {value: f"{noun}: {page.say(f'action.{value}', **dots)}" for value, noun in nouns.items()}


def _choose(page: Page, label: str, options: dict[str, str], key: str) -> str:
    names = {"": page.say("log.filter.any"), **options}
    chosen = st.selectbox(page.say(label), list(names), format_func=names.__getitem__, key=key, on_change=newest)
    return chosen or ""


def _midnight(page: Page, day: object, *, days: int = 0) -> datetime | None:
    if not isinstance(day, date):
        return None
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=ZoneInfo(page.zone))


def newest() -> None:
    """Look at the newest entries again."""
    st.session_state.pop(_BEFORE, None)


def _before_now() -> int | None:
    trail = st.session_state.get(_BEFORE) or []
    return int(trail[-1]) if trail else None


def _older(number: int) -> None:
    st.session_state[_BEFORE] = [*(st.session_state.get(_BEFORE) or []), number]


def _newer() -> None:
    st.session_state[_BEFORE] = (st.session_state.get(_BEFORE) or [])[:-1]


def show_entries(page: Page, wanted: Wanted) -> None:
    """Show a page of entries, each with its details on demand."""
    try:
        found = _read(page, wanted, before=_before_now())
    except CommandCenterError as broken:
        # An entry nobody can read hides the others, not the check that names it.
        st.error(texts.say_error(page.language, broken), icon=":material/link_off:")
        return
    if not found.entries:
        empty_state(page, "log.none", icon="history", key="log")
        return
    rows = "".join(entry_html(page, found, entry) for entry in found.entries)
    if found.entries[0].number - found.entries[-1].number >= len(found.entries):
        st.caption(page.say("log.left_out"))
    st.html(f'<div class="cc-entries">{rows}</div>')
    _pages(page, found)


def entry_html(page: Page, found: Found, entry: LogEntry) -> str:
    """Return an entry as one line that opens: number, time, what happened; then details, exact text and hashes."""
    practice = entry.plane is Plane.PRACTICE
    mark = f' <span class="cc-badge cc-tone-wait"><i>◇</i>{e(page.word(entry.plane))}</span>' if practice else ""
    return (
        f'<details class="cc-entry"><summary><span class="cc-number">{entry.number}</span>'
        f'<time datetime="{entry.at.isoformat()}">{e(page.moment(entry.at))}</time>'
        f"<span>{e(sentence(page, found.names, entry))}{mark}</span></summary>{_inside(page, found, entry)}</details>"
    )


def _inside(page: Page, found: Found, entry: LogEntry) -> str:
    names = found.names
    terms = [(page.say("log.actor"), actor(page, names, entry.actor)), (page.say("log.at"), _exactly(page, entry.at))]
    incident = names.incidents.get(entry.incident_id)
    if incident is not None:
        terms.append((page.say("log.filter.incident"), incident.title))
    terms.extend(details(page, names, entry))
    terms.append((page.say("log.vouched"), _vouched(page, found, entry.number)))
    told = "".join(f"<div><dt>{e(term)}</dt><dd>{e(value)}</dd></div>" for term, value in terms)
    hashes = ((page.say("log.hash"), entry.hash), (page.say("log.previous"), entry.previous_hash))
    sums = "".join(f'<div><dt>{e(term)}</dt><dd class="cc-hash">{e(value)}</dd></div>' for term, value in hashes)
    return (
        f'<div><dl class="cc-terms">{told}</dl><div><small>{e(page.say("log.body"))}</small>'
        f'<pre>{e(entry.body)}</pre></div><dl class="cc-terms">{sums}</dl></div>'
    )


def _exactly(page: Page, at: datetime) -> str:
    """Write a moment to the second in the reader's zone, and in UTC as the entry's own text has it."""
    zone, local = texts.zone_name(page.language, page.zone, at), at.astimezone(ZoneInfo(page.zone))
    return f"{texts.day(page.language, page.zone, at)}, {local:%H:%M:%S} {zone} ({at.astimezone(UTC):%H:%M:%S} UTC)"


def _vouched(page: Page, found: Found, number: int) -> str:
    """Say whether a signed head covers an entry already, and at how many places one that does is kept."""
    if number > found.vouched:
        return page.say("log.vouched.not_yet")
    places = sum(size >= number for size in found.outside)
    code = "log.vouched.outside" if places else "log.vouched.inside"
    return page.say(code, count=places, size=page.number(found.vouched))


def _pages(page: Page, found: Found) -> None:
    first, last = found.entries[0].number, found.entries[-1].number
    with st.container(horizontal=True, vertical_alignment="center", key="log_pages"):
        st.button(
            page.say("log.newer"),
            key="log_newer",
            icon=":material/arrow_upward:",
            disabled=_before_now() is None,
            on_click=_newer,
        )
        st.caption(page.say("log.shown", first=page.number(first), last=page.number(last)))
        st.button(
            page.say("log.older"),
            key="log_older",
            icon=":material/arrow_downward:",
            disabled=not found.older,
            on_click=_older,
            args=(last,),
        )
