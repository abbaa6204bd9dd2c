"""The house's statements as a list: every version under the state it is in, read once.

The story goes on in ``ui/statements_detail.py``, which shows one version and what can be done with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from command_center.domain.incidents import Incident, IncidentState
from command_center.domain.people import DRILL_PARTNER, Act, Person, may
from command_center.domain.plan_words import StatementKind
from command_center.domain.statements import (
    AT_WORK,
    Approval,
    Content,
    StatementState,
    StatementVersion,
    approvals_needed,
    approvals_that_count,
    is_current,
    may_approve,
)
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page
from command_center.ui.parts import empty_state
from command_center.ui.ways import e
from command_center.ui.wordings import network_name, wording_html
from command_center.use_cases.command import looking
from command_center.use_cases.stand_in import people_now

VERSION: Final = "version"
GROUPS: Final[dict[str, tuple[StatementState, ...]]] = {
    "valid": (StatementState.VALID,),
    "waiting": (StatementState.SUBMITTED,),
    "drafts": (StatementState.DRAFT, StatementState.RETURNED),
    "ended": (StatementState.SUPERSEDED, StatementState.WITHDRAWN, StatementState.EXPIRED),
}
_KINDS: Final = [kind.value for kind in StatementKind]
_SIGNS: Final = {
    StatementState.VALID: ("✓", "out"),
    StatementState.SUBMITTED: ("◔", "wait"),
    StatementState.DRAFT: ("✎", "way"),
    StatementState.RETURNED: ("↩", "wait"),
    StatementState.SUPERSEDED: ("→", "lost"),
    StatementState.WITHDRAWN: ("✕", "no"),
    StatementState.EXPIRED: ("◌", "no"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every statement version of this plane, with what is needed to say who approved it."""

    versions: tuple[StatementVersion, ...]
    approvals: Mapping[str, tuple[Approval, ...]]
    incidents: Mapping[str, Incident]
    people: Mapping[str, Person]

    def conflicted(self, version: StatementVersion) -> tuple[str, ...]:
        """Return the people the version's case is about."""
        incident = self.incidents.get(version.incident_id)
        return incident.conflicted if incident else ()

    def counted(self, version: StatementVersion) -> list[Approval]:
        """Return the approvals that count, in order."""
        given = self.approvals.get(version.id, ())
        count = approvals_that_count(version, given, self.people.values(), self.conflicted(version))
        return sorted((item for item in given if item.person_id in count), key=lambda item: item.at)

    def needed(self, version: StatementVersion) -> int:
        """Return how many approvals make the version valid."""
        return approvals_needed(version, list(self.people.values()), self.conflicted(version))

    def able(self, version: StatementVersion) -> list[Person]:
        """Return who may still approve the version; the drill partner is no real person."""
        given = {item.person_id for item in self.approvals.get(version.id, ())}
        return [
            person
            for person in self.people.values()
            if may(person, Act.APPROVE)
            and person.id != DRILL_PARTNER
            and person.id not in given
            and not may_approve(version, person, conflicted=self.conflicted(version))
        ]

    def siblings(self, version: StatementVersion) -> list[StatementVersion]:
        """Return all versions of the same statement, the newest first."""
        found = [item for item in self.versions if item.statement_id == version.statement_id]
        return sorted(found, key=lambda item: -item.number)


def read_shelf(page: Page) -> Shelf:
    """Read the statements of this plane."""
    with looking(page.ctx, page.person.id, Act.READ_STATEMENTS) as store:
        versions = store.find(StatementVersion, plane=page.plane, order="created_at", descending=True)
        ids = tuple(version.id for version in versions)
        given = store.find(Approval, version_id=ids, order="at") if ids else []
        incidents = store.find(Incident, plane=page.plane, order="opened_at", descending=True)
        people = people_now(store, page.now)
    approvals: dict[str, tuple[Approval, ...]] = {}
    for item in given:
        approvals[item.version_id] = (*approvals.get(item.version_id, ()), item)
    # What a plan prepared was written at one moment: the holding statement is needed first.
    versions = sorted(versions, key=lambda version: _KINDS.index(version.content.kind))
    versions.sort(key=lambda version: version.created_at, reverse=True)
    return Shelf(
        versions=tuple(versions),
        approvals=approvals,
        incidents={incident.id: incident for incident in incidents},
        people={person.id: person for person in people},
    )


def look(page: Page) -> object:
    """Return what must not change unseen: the versions, their states and approvals."""
    shelf = read_shelf(page)
    return [(item.id, shown_state(page, item), len(shelf.approvals.get(item.id, ()))) for item in shelf.versions]


def shown_state(page: Page, version: StatementVersion) -> StatementState:
    """Return where a version stands now: one whose time is over is expired, whether marked yet or not."""
    over = version.state is StatementState.VALID and not is_current(version, page.now)
    return StatementState.EXPIRED if over else version.state


def author_of(page: Page, shelf: Shelf, version: StatementVersion) -> str:
    """Name who wrote a version; once nobody writes or judges it any more, as the past is named."""
    over = version.state not in AT_WORK
    return doer_name(page, shelf.people, version.author_id, version.incident_id, over=over)


def given_html(page: Page, shelf: Shelf, version: StatementVersion, given: Approval) -> str:
    """Return one approval: by whom, and when."""
    who = doer_name(page, shelf.people, given.person_id, version.incident_id)
    return f'<li><i aria-hidden="true">✓</i><span>{e(who)}, {e(page.moment(given.at))}</span></li>'


def state_html(page: Page, version: StatementVersion) -> str:
    """Return a version's state as sign, word and tone."""
    state = shown_state(page, version)
    sign, tone = _SIGNS[state]
    return f'<span class="cc-badge cc-tone-{tone}"><i aria-hidden="true">{sign}</i>{e(page.word(state))}</span>'


def in_group(page: Page, shelf: Shelf, group: str, scope: str) -> list[StatementVersion]:
    """Return the versions of a group; ``scope`` is an incident's id, ``general``, or empty for all."""
    wanted = "" if scope == "general" else scope
    return [
        item
        for item in shelf.versions
        if shown_state(page, item) in GROUPS[group] and (not scope or item.incident_id == wanted)
    ]


def show_list(page: Page, shelf: Shelf, filters: DeltaGenerator) -> None:
    """Show the versions of one group, of one incident or of all; both are chosen in ``filters``."""
    with filters:
        scope = _choose_scope(page, shelf)
    found = {group: in_group(page, shelf, group, scope) for group in GROUPS}
    names = {group: f"{page.say(f'statements.{group}')} {page.number(len(items))}" for group, items in found.items()}
    waits_for_me = page.may(Act.APPROVE) and bool(found["waiting"])
    st.session_state.setdefault("st_group", "waiting" if waits_for_me else "valid")
    group = filters.pills(
        page.say("statements.show"),
        list(GROUPS),
        format_func=names.__getitem__,
        key="st_group",
        required=True,
        label_visibility="collapsed",
    )
    chosen = found[group or "valid"]
    if not chosen:
        empty_state(page, f"statements.{group}.none", icon="campaign", key=f"statements_{group}")
        return
    with st.grid(columns="auto", min_column_width=320, key="st_grid"):
        for version in chosen:
            _card(page, shelf, version)


def _choose_scope(page: Page, shelf: Shelf) -> str:
    used = {version.incident_id for version in shelf.versions}
    incidents = [item for item in shelf.incidents.values() if item.id in used or item.state is IncidentState.ACTIVE]
    if not incidents:
        return ""
    titles = {item.id: item.title for item in incidents}
    titles |= {"": page.say("statements.scope.all"), "general": page.say("statements.general")}
    options = ["", "general", *(item.id for item in incidents)]
    scope = st.selectbox(
        page.say("statements.scope"), options, format_func=titles.__getitem__, key="st_scope", width=320
    )
    return scope or ""


def _card(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    content = version.content
    with st.container(key=f"card_version_{version.id}", gap="small", height="stretch"):
        st.html(
            f'<article class="cc-post"><header><b>{e(content.title)}</b>{state_html(page, version)}</header>'
            f'<p class="cc-quiet">{e(" · ".join(about(page, shelf, version)))}</p>'
            f'<div class="cc-clamp">{first_wording(page, content)}</div></article>'
        )
        st.button(
            page.say("statements.open"), key=f"st_open_{version.id}", width="stretch", on_click=go, args=(version.id,)
        )


def first_wording(page: Page, content: Content) -> str:
    """Return the wording a reader looks for first: in their language, else the first there is."""
    found = sorted(content.variants, key=lambda variant: variant.language != page.language)
    return wording_html(found[0].text, content.slots, found[0].language) if found else ""


def about(page: Page, shelf: Shelf, version: StatementVersion) -> list[str]:
    """Say in a few words what a version is: kind, case, languages, networks, approvals."""
    incident = shelf.incidents.get(version.incident_id)
    variants = version.content.variants
    languages = dict.fromkeys(page.say(f"wordings.language.{item.language}") for item in variants)
    networks = dict.fromkeys(network_name(item.network) for item in variants if item.network)
    words = [
        page.say(f"statementkind.{version.content.kind}"),
        incident.title if incident else page.say("statements.general"),
        ", ".join((*languages, *networks)),
        page.say("statements.number", number=version.number),
    ]
    if version.state is StatementState.SUBMITTED:
        words.append(page.say("statements.approvals", given=len(shelf.counted(version)), quorum=shelf.needed(version)))
    return [word for word in words if word]


def go(version_id: str) -> None:
    """Look at one version, or (empty) at the list."""
    if version_id:
        st.query_params[VERSION] = version_id
    else:
        st.query_params.pop(VERSION, None)
