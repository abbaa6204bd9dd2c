"""One version of a statement: its wordings, who approved it, what differs, and what can be done with it."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.domain.nearest import differences
from command_center.domain.people import DRILL_PARTNER, Act
from command_center.domain.statements import Slot, StatementState, StatementVersion, Variant, is_current, may_approve
from command_center.domain.templates import longest_rendering
from command_center.domain.wording import problems_in
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import link_to
from command_center.ui.parts import definitions
from command_center.ui.statements import Shelf, about, author_of, given_html, go, shown_state, state_html
from command_center.ui.ways import e
from command_center.ui.wordings import (
    differences_html,
    length_html,
    network_name,
    plain,
    slot_label,
    variant_name,
    wording_html,
)
from command_center.use_cases.approve import approve_statement, withdraw_statement
from command_center.use_cases.drill_partner import partner_approves
from command_center.use_cases.write_statement import return_statement, submit_statement

_HASH_SHOWN: Final = 12


def show_version(page: Page, shelf: Shelf, version: StatementVersion, edit: Callable[[], None]) -> None:
    """Show one version."""
    st.button(
        page.say("statements.all"),
        key="st_all",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=go,
        args=("",),
    )
    _choose_sibling(page, shelf, version)
    words, acts = st.columns([3, 2], gap="medium")
    with words:
        _wordings(page, shelf, version)
        _compare(page, shelf, version)
    with acts:
        _approval(page, shelf, version)
        _next_steps(page, version, edit)
        _about(page, shelf, version)


def _choose_sibling(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    siblings = {item.id: item for item in shelf.siblings(version)}
    if len(siblings) < 2:
        return

    def name(identity: str) -> str:
        item = siblings[identity]
        return f"{page.say('statements.number', number=item.number)} · {page.word(shown_state(page, item))}"

    key = f"st_sibling_{version.id}"
    st.pills(
        page.say("statements.versions"),
        list(siblings),
        format_func=name,
        default=version.id,
        key=key,
        required=True,
        on_change=lambda: go(str(st.session_state[key])),
    )


def _wordings(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    content = version.content
    with st.container(key="card_wordings", gap="small"):
        st.html(
            f'<article class="cc-post"><header><b>{e(content.title)}</b>{state_html(page, version)}</header>'
            f'<p class="cc-quiet">{e(" · ".join(about(page, shelf, version)))}</p></article>'
        )
        st.html("".join(_variant_html(page, variant, content.slots) for variant in content.variants))
        if content.slots:
            st.html(f"<h4>{e(page.say('statements.slots'))}</h4>{_slots_html(page, content.slots)}")


def _variant_html(page: Page, variant: Variant, slots: tuple[Slot, ...]) -> str:
    longest = longest_rendering(variant.text, slots)
    code = "wordings.length_longest" if slots else "wordings.length"
    length = length_html(page, variant.network, longest, code=code)
    return (
        f'<section class="cc-variant"><h4>{e(variant_name(page, variant))}</h4>'
        f"{wording_html(variant.text, slots, variant.language)}{length}</section>"
    )


def _slots_html(page: Page, slots: tuple[Slot, ...]) -> str:
    rows = []
    for slot in slots:
        kind = f"{page.say(f'slottype.{slot.type.value}')} · {page.say('compose.at_most', count=slot.max_length)}"
        choices = f"<dd class='cc-quiet'>{e(' · '.join(slot.choices))}</dd>" if slot.choices else ""
        rows.append(f"<div><dt>{e(slot_label(slot, page.language))}</dt><dd>{e(kind)}</dd>{choices}</div>")
    return f'<dl class="cc-terms">{"".join(rows)}</dl>'


def _compare(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    older = [item for item in shelf.siblings(version) if item.number < version.number]
    approved = next((item for item in older if item.valid_from is not None), None)
    base = approved or (older[0] if older else None)
    if base is None:
        return
    with st.container(key="card_compare", gap="small"):
        code = "statements.compare_valid" if is_current(base, page.now) else "statements.compare"
        st.subheader(page.say(code, number=base.number), anchor=False)
        for variant in version.content.variants:
            twin = _twin(base, variant)
            found = differences(twin.text if twin else "", variant.text)
            same = all(piece.kind == "same" for piece in found)
            shown = (
                f'<p class="cc-quiet">{e(page.say("statements.same"))}</p>'
                if same
                else differences_html(
                    page,
                    found,
                    slots=version.content.slots,
                    language=variant.language,
                    legend=("wordings.only_old", "wordings.only_new"),
                )
            )
            st.html(f'<section class="cc-variant"><h4>{e(variant_name(page, variant))}</h4>{shown}</section>')


def _twin(base: StatementVersion, variant: Variant) -> Variant | None:
    alike = [
        item
        for item in base.content.variants
        if (item.language, item.network, item.audience) == (variant.language, variant.network, variant.audience)
    ]
    return next((item for item in alike if item.text == variant.text), alike[0] if alike else None)


def _approval(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    counted = shelf.counted(version)
    with st.container(key="card_approval", gap="small"):
        st.subheader(page.say("statements.approval"), anchor=False)
        missing = max(0, shelf.needed(version) - len(counted))
        rows = [given_html(page, shelf, version, item) for item in counted]
        if version.state is StatementState.SUBMITTED and missing:
            rows.append(
                f'<li><i aria-hidden="true">○</i><b>{e(page.say("statements.missing", count=missing))}</b></li>'
            )
        if rows:
            st.html(f'<ul class="cc-steps">{"".join(rows)}</ul>')
        else:
            st.caption(page.say(f"statements.none_yet.{'draft' if version.submitted_at is None else 'given'}"))
        if version.state is StatementState.SUBMITTED:
            able = ", ".join(person.name for person in shelf.able(version))
            st.caption(page.say("statements.able", names=plain(able)) if able else page.say("statements.nobody_able"))
            _decide(page, shelf, version)
        elif is_current(version, page.now):
            title = page.say("page.what_may_i_say.title")
            link_to(page, "what_may_i_say", Act.CHECK_TEXT, title, icon="record_voice_over")


def _decide(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    given = {item.person_id for item in shelf.approvals.get(version.id, ())}
    hindrance = may_approve(version, shelf.people[page.person.id], conflicted=shelf.conflicted(version))
    page.trouble("approve")
    page.trouble("return")
    if page.may(Act.APPROVE) and page.person.id in given and len(shelf.counted(version)) < shelf.needed(version):
        st.info(page.say("statements.you_approved"), icon=":material/done:")
    elif page.may(Act.APPROVE) and hindrance:
        st.info(page.say(hindrance), icon=":material/info:")
    elif page.may(Act.APPROVE):
        st.button(
            page.say("statements.approve"),
            key="st_approve",
            type="primary",
            icon=":material/verified:",
            width="stretch",
            on_click=page.act(
                "approve",
                approve_statement,
                version_id=version.id,
                content_hash=version.content_hash,
                done="statements.done.approved",
            ),
        )
    if page.plane.value == "practice" and page.may(Act.REPLAY) and DRILL_PARTNER not in given:
        page.trouble("partner")
        st.button(
            page.say("statements.partner"),
            key="st_partner",
            icon=":material/school:",
            width="stretch",
            on_click=page.act("partner", partner_approves, version_id=version.id, done="statements.done.partner"),
        )
    if page.may(Act.APPROVE):
        _with_reason(page, version, "return", return_statement)


def _with_reason(page: Page, version: StatementVersion, form: str, verb: Callable[..., object]) -> None:
    key = f"st_reason_{form}_{version.id}"
    with st.popover(page.say(f"statements.{form}"), key=f"st_{form}_box", width="stretch"):
        st.text_area(page.say(f"statements.{form}.reason"), key=key, height=90)
        st.button(
            page.say(f"statements.{form}.do"),
            key=f"st_{form}",
            type="primary",
            on_click=page.act(
                form,
                verb,
                version_id=version.id,
                reason=typed(key),
                done=f"statements.done.{form}",
                clear=(key,),
            ),
        )


def _next_steps(page: Page, version: StatementVersion, edit: Callable[[], None]) -> None:
    draft = version.state is StatementState.DRAFT
    withdrawable = version.state in {StatementState.VALID, StatementState.SUBMITTED} and page.may(Act.WITHDRAW)
    if not page.may(Act.DRAFT) and not withdrawable:
        return
    with st.container(key="card_steps", gap="small"):
        st.subheader(page.say("statements.steps"), anchor=False)
        if version.end_reason and version.state in {StatementState.RETURNED, StatementState.WITHDRAWN}:
            st.html(f"<p>{e(page.say('statements.because', reason=version.end_reason))}</p>")
        if draft and page.may(Act.DRAFT):
            _submit(page, version)
        if page.may(Act.DRAFT):
            label = page.say("statements.edit")
            st.button(label, key="st_edit", icon=":material/edit:", width="stretch", on_click=edit)
        if withdrawable:
            page.trouble("withdraw")
            _with_reason(page, version, "withdraw", withdraw_statement)


def _submit(page: Page, version: StatementVersion) -> None:
    problems = show_problems(page, version)
    page.trouble("submit")
    st.button(
        page.say("statements.submit"),
        key="st_submit",
        type="primary",
        icon=":material/outgoing_mail:",
        width="stretch",
        disabled=problems,
        on_click=page.act("submit", submit_statement, version_id=version.id, done="statements.done.submitted"),
    )


def show_problems(page: Page, version: StatementVersion) -> bool:
    """Show what keeps a draft from being handed in; tells whether anything does."""
    problems = problems_in(version.content)
    for problem in problems:
        st.warning(problem_words(page, problem.code, problem.where, problem.detail), icon=":material/error:")
    return bool(problems)


def problem_words(page: Page, code: str, where: str, detail: str) -> str:
    """Say what is wrong with a wording, and where."""
    names = []
    for piece in where.split("/"):
        known = f"wordings.language.{piece}" if piece in {"de", "en"} else ""
        audience = f"wordings.audience.{piece}" if piece in {"public", "employees"} else ""
        names.append(page.say(known or audience) if known or audience else network_name(piece))
    if detail.startswith("disguise."):
        detail = page.say(detail)
    return plain(page.say(code, where=" · ".join(names), detail=detail))


def _about(page: Page, shelf: Shelf, version: StatementVersion) -> None:
    content = version.content
    terms = {
        page.say("statements.author"): author_of(page, shelf, version),
        page.say("statements.written"): page.moment(version.created_at),
    }
    if content.strategy:
        terms[page.say("statements.strategy")] = page.say(f"strategy.{content.strategy}")
    if version.valid_from:
        terms[page.say("statements.valid_from")] = page.moment(version.valid_from)
    if version.valid_until:
        terms[page.say("statements.valid_until")] = page.moment(version.valid_until)
    elif version.valid_for:
        terms[page.say("statements.valid_for")] = page.say("statements.hours", count=version.valid_for // 3600)
    if version.state in {StatementState.EXPIRED, StatementState.SUPERSEDED} and version.ended_at:
        terms[page.say("statements.ended_at")] = page.moment(version.ended_at)
    with st.container(key="card_about", gap="small"):
        st.subheader(page.say("statements.about"), anchor=False)
        definitions(terms)
        with st.expander(page.say("statements.hash", hash=version.content_hash[:_HASH_SHOWN]), key="st_hash"):
            st.html(f'<p class="cc-hash">{version.content_hash}</p>')
            st.caption(page.say("statements.hash_means"))
