"""Where an old wording still stands, on screen: each place with what can be done about it, until none is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.leftovers import Leftover, LeftoverKind, LeftoverState
from command_center.domain.people import Act, Person
from command_center.domain.publications import Publication
from command_center.domain.statements import StatementVersion
from command_center.ports import Reading
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page, typed
from command_center.ui.parts import person_name, post_link
from command_center.ui.ways import e
from command_center.ui.wordings import network_name, wording_html
from command_center.use_cases.ask_gate import may_use_every_account
from command_center.use_cases.command import looking
from command_center.use_cases.leftovers import confirm_change, settle_leftover, still_open
from command_center.use_cases.take_down import ask_take_down

_ORDER: Final = (LeftoverKind.POST, LeftoverKind.SCHEDULED, LeftoverKind.CARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """The places of one version or incident: those still open and those settled, with what they speak of."""

    open: tuple[Leftover, ...]
    settled: tuple[Leftover, ...]
    publications: Mapping[str, Publication]
    accounts: Mapping[str, Account]
    people: Mapping[str, Person]
    versions: Mapping[str, StatementVersion]


def read_remains(store: Reading, page: Page, **of: str) -> Remains:
    """Read the places of a version (``version_id``), an incident (``incident_id``) or a person (``person_id``)."""
    found = [item for item in _find(store, **of) if item.plane is page.plane]
    posts = tuple({item.publication_id for item in found} - {""})
    versions = tuple({item.version_id for item in found})
    return Remains(
        open=tuple(sorted(still_open(store, found), key=lambda item: _ORDER.index(item.kind))),
        settled=tuple(item for item in found if item.state is not LeftoverState.OPEN),
        publications={item.id: item for item in store.find(Publication, id=posts)} if posts else {},
        accounts={item.id: item for item in store.find(Account, plane=page.plane)} if found else {},
        people={item.id: item for item in store.find(Person)} if found else {},
        versions={item.id: item for item in store.find(StatementVersion, id=versions)} if versions else {},
    )


def _find(store: Reading, *, version_id: str = "", incident_id: str = "", person_id: str = "") -> list[Leftover]:
    if version_id:
        return store.find(Leftover, version_id=version_id, order="found_at")
    if incident_id:
        return store.find(Leftover, incident_id=incident_id, order="found_at")
    return store.find(Leftover, person_id=person_id, state=LeftoverState.OPEN, order="found_at")


def show_remains(page: Page, remains: Remains) -> None:
    """Show the open places with what to do, then what became of the others; nothing where there were none."""
    if not remains.open and not remains.settled:
        return
    with st.container(key="card_leftovers", gap="small"):
        st.subheader(page.say("leftovers.title"), anchor=False)
        if remains.open:
            st.caption(page.say("leftovers.open", count=len(remains.open)))
        else:
            st.html(f'<p class="cc-verdict"><i aria-hidden="true">✓</i> {e(page.say("leftovers.none"))}</p>')
        for item in remains.open:
            _place(page, remains, item)
        if remains.settled:
            with st.expander(page.say("leftovers.settled", count=len(remains.settled)), key="leftovers_settled"):
                st.html("".join(_row(page, remains, item) for item in remains.settled))


def _row(page: Page, remains: Remains, item: Leftover) -> str:
    sign = "✓" if item.state is not LeftoverState.OPEN else "○"
    word = page.word(item.kind if item.state is LeftoverState.OPEN else item.state)
    lines = []
    if item.settled_at is not None:
        name = doer_name(page, remains.people, item.settled_by, item.incident_id)
        lines.append(page.say("leftovers.by", name=name, when=page.moment(item.settled_at)))
    if item.reason:
        lines.append(page.say("leftovers.because", reason=item.reason))
    said = "".join(f'<p class="cc-because">{e(line)}</p>' for line in lines)
    return (
        f'<article class="cc-post"><header>{_where(page, remains, item)}<span class="cc-badge">'
        f'<i aria-hidden="true">{sign}</i>{e(word)}</span></header>{_quote(remains, item)}{said}</article>'
    )


def _where(page: Page, remains: Remains, item: Leftover) -> str:
    if item.kind is LeftoverKind.CARD:
        name = person_name if item.state is LeftoverState.OPEN else doer_name
        return f"<b>{e(name(page, remains.people, item.person_id))}</b>"
    publication = remains.publications[item.publication_id]
    account = remains.accounts.get(publication.account_id)
    if account is None:
        return ""
    link = post_link(page, publication.url)
    return f"<b>{e(account.name)}</b> <span class='cc-quiet'>{e(network_name(account.network))}</span> {link}"


def _quote(remains: Remains, item: Leftover) -> str:
    if item.kind is LeftoverKind.CARD:
        return ""
    return f'<div class="cc-wording">{e(remains.publications[item.publication_id].text)}</div>'


def _place(page: Page, remains: Remains, item: Leftover) -> None:
    with st.container(key=f"leftover_{item.publication_id or item.person_id}", gap="small"):
        st.html(_row(page, remains, item))
        page.trouble(f"leftover.{item.id}")
        if item.kind is LeftoverKind.CARD:
            if item.person_id == page.person.id:
                confirm_button(page, item)
            return
        account = remains.accounts.get(remains.publications[item.publication_id].account_id)
        if account is None or not page.may(Act.PUBLISH):
            return
        if may_use_every_account(page.person) or page.person.id in account.co_managers:
            _settle_box(page, remains, item, account)


def _settle_box(page: Page, remains: Remains, item: Leftover, account: Account) -> None:
    publication = remains.publications[item.publication_id]
    deletes = account.publisher in page.ctx.networks and bool(publication.native_ids)
    why = f"leftover_why_{item.publication_id}"
    form = f"leftover.{item.id}"
    with st.popover(page.say("leftovers.settle"), key=f"leftover_box_{item.publication_id}"):
        st.text_input(page.say("leftovers.reason"), key=why, max_chars=500)
        if deletes and item.kind is LeftoverKind.POST:
            st.button(
                page.say("queue.take_down.now"),
                key=f"leftover_delete_{item.publication_id}",
                type="primary",
                width="stretch",
                on_click=page.act(
                    form, ask_take_down, publication_id=publication.id, reason=typed(why), done="queue.done.take_down"
                ),
            )
        ways = [LeftoverState.TAKEN_DOWN, LeftoverState.REPLACED, LeftoverState.STAYS]
        for state in ways[int(deletes or item.kind is LeftoverKind.SCHEDULED) :]:
            st.button(
                page.say(f"leftovers.way.{state.value}"),
                key=f"leftover_{state.value}_{item.publication_id}",
                width="stretch",
                on_click=page.act(
                    form,
                    settle_leftover,
                    leftover_id=item.id,
                    state=state,
                    reason=typed(why),
                    done="leftovers.done.settled",
                ),
            )


def confirm_button(page: Page, item: Leftover) -> None:
    """Let somebody confirm that they use the old wording no more."""
    st.button(
        page.say("leftovers.confirm"),
        key=f"leftover_confirm_{item.version_id}",
        type="primary",
        icon=":material/done_all:",
        on_click=page.act(f"leftover.{item.id}", confirm_change, leftover_id=item.id, done="leftovers.done.confirmed"),
    )


def show_remains_of(page: Page, version: StatementVersion) -> None:
    """Show on a statement's page where this version still stands."""
    with looking(page.ctx, page.person.id, Act.READ_STATEMENTS) as store:
        remains = read_remains(store, page, version_id=version.id)
    show_remains(page, remains)


def show_own_cards(page: Page) -> None:
    """Show somebody which wordings ended that they may have used, until they confirm."""
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        remains = read_remains(store, page, person_id=page.person.id)
    for item in remains.open:
        version = remains.versions.get(item.version_id)
        if version is None:
            continue
        with st.container(key=f"card_changed_{item.version_id}", gap="small"):
            code, first = f"leftovers.changed.{version.state.value}", version.content.variants[0]
            st.html(
                f'<p class="cc-verdict">{e(page.say(code, title=version.content.title))}</p>'
                f'<p class="cc-quiet">{e(page.say("leftovers.changed.lead"))}</p>'
                f"<del>{wording_html(first.text, version.content.slots, first.language)}</del>"
            )
            page.trouble(f"leftover.{item.id}")
            confirm_button(page, item)
