"""What waits for a second person: above every page for who could be it, and where it belongs for everybody else."""

from collections.abc import Mapping

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.four_eyes import NEEDS, Matter, Proposal, is_a_person
from command_center.domain.people import SHELL, Act, Person
from command_center.ui.page import Page
from command_center.ui.parts import definitions, person_name
from command_center.ui.ways import PAGES
from command_center.use_cases.agree_proposals import agree_proposal, end_proposal
from command_center.use_cases.proposing import open_proposals
from command_center.use_cases.unseal import sealed_people


def show_waiting(page: Page) -> None:
    """Show, above every page, what waits for exactly this person's word; nothing for everybody else."""
    if not page.may(Act.BE_SECOND):
        return
    found, people, accounts = _read(page)
    mine = [one for one in found if one.asked_by != page.person.id and page.may(NEEDS[one.matter])]
    if not mine:
        return
    done = any(one.done_at is not None for one in mine)
    label = page.say("four_eyes.waiting", count=len(mine))
    with st.popover(label, icon=":material/group_add:", key="frame_second", type="primary" if done else "secondary"):
        for proposal in mine:
            _show(page, proposal, people, accounts, place="bar")


def show_proposals(page: Page, *matters: Matter) -> None:
    """Show what waits for a second person's word among these matters, to whoever looks at the page they belong to."""
    found, people, accounts = _read(page, *matters)
    if not found:
        return
    with st.container(key="card_second", gap="small"):
        st.subheader(page.say("four_eyes.title"), anchor=False)
        st.caption(page.say("four_eyes.lead"))
        for proposal in found:
            _show(page, proposal, people, accounts, place="page")


def _read(page: Page, *matters: Matter) -> tuple[list[Proposal], Mapping[str, Person], Mapping[str, Account]]:
    with page.ctx.store.reading() as store:
        found = open_proposals(store, *matters)
        if not found:
            return [], {}, {}
        people = sealed_people(page.ctx, store, page.person.id) if page.code == "log" else store.find(Person)
        return found, {one.id: one for one in people}, {one.id: one for one in store.find(Account)}


def _show(
    page: Page, proposal: Proposal, people: Mapping[str, Person], accounts: Mapping[str, Account], *, place: str
) -> None:
    state = "done" if proposal.done_at is not None else "waits"
    shell = proposal.asked_by == SHELL
    who = page.say("log.shell") if shell else person_name(page, people, proposal.asked_by)
    with st.container(border=True, key=f"second_{place}_{proposal.id}", gap="small"):
        st.markdown(f"**{page.say(f'matter.{proposal.matter.value}')}** · {page.say(f'four_eyes.{state}')}")
        # A person or a program wrote the title, the name and the reason: plain text, never Markdown.
        st.text(page.say("four_eyes.by", title=proposal.title, who=who, when=page.moment(proposal.asked_at)))
        definitions(_content(page, proposal, accounts))
        _answer(page, proposal, place)


def _content(page: Page, proposal: Proposal, accounts: Mapping[str, Account]) -> dict[str, str]:
    """Return what exactly the second person agrees to."""
    found: dict[str, str] = {}
    key, client = proposal.connection, proposal.client
    if key is not None:
        found["handle"] = key.handle or "–"
        found["kind"] = page.word(key.kind)
        found["rights"] = ", ".join(page.word(right) for right in key.rights) or "–"
        found["server"] = key.server
    if client is not None:
        found["scopes"] = ", ".join(page.word(scope) for scope in client.scopes)
        found["accounts"] = ", ".join(accounts[one].name for one in client.accounts if one in accounts)
        found["rate"] = page.number(client.per_minute)
    if proposal.reason:
        found["reason"] = proposal.reason
    return {page.say(f"four_eyes.content_{name}"): value for name, value in found.items() if value}


def _answer(page: Page, proposal: Proposal, place: str) -> None:
    form = f"second_{place}_{proposal.id}"
    page.trouble(form)
    if not is_a_person(page.person.id) or not page.may(Act.BE_SECOND) or not page.may(NEEDS[proposal.matter]):
        return
    if proposal.matter is Matter.PLAN:
        label = page.say("four_eyes.look_at_plan")
        st.page_link(
            PAGES / "plans.py", label=label, icon=":material/checklist:", query_params={"plan": proposal.subject}
        )
        return
    own = proposal.asked_by == page.person.id
    if own:
        st.caption(page.say("four_eyes.own"))
    with st.container(horizontal=True, gap="small"):
        if not own:
            confirm = "confirm" if proposal.done_at is not None else "agree"
            st.button(
                page.say(f"four_eyes.{confirm}"),
                key=f"{form}_agree",
                type="primary",
                icon=":material/verified_user:",
                on_click=page.act(
                    form,
                    agree_proposal,
                    done="four_eyes.agreed",
                    proposal_id=proposal.id,
                    content_hash=proposal.content_hash,
                ),
            )
        if proposal.done_at is None:
            st.button(
                page.say("four_eyes.end"),
                key=f"{form}_end",
                on_click=page.act(form, end_proposal, done="four_eyes.ended", proposal_id=proposal.id),
            )
