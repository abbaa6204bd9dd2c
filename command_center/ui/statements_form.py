"""Write a statement: its variants and slots, checked while writing, saved as a version that never changes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from command_center.domain.incidents import IncidentState
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.plan_words import SlotType, StatementKind, Strategy
from command_center.domain.statements import Content, Slot, StatementVersion, Variant
from command_center.domain.templates import longest_rendering
from command_center.domain.wording import problems_in
from command_center.ports import Caller, Context
from command_center.ui.frame import Page
from command_center.ui.statements import VERSION, Shelf
from command_center.ui.statements_detail import problem_words
from command_center.ui.wordings import NETWORKS, length_html, network_name
from command_center.use_cases.command import looking
from command_center.use_cases.plan_statements import link_hosts
from command_center.use_cases.write_statement import draft_statement, revise_statement, submit_statement

EDITED: Final = "sf.edited"
NEW: Final = "new"
_AUDIENCES: Final = ("", "public", "employees")
_KEPT: Final = "session"


def begin(version: StatementVersion | None, hosts: tuple[str, ...] = ()) -> None:
    """Fill the form with a version's content, or with an empty German and English wording."""
    content = version.content if version else _empty()
    for key in [key for key in st.session_state if str(key).startswith("sf.")]:
        st.session_state.pop(key, None)
    st.session_state[EDITED] = version.id if version else NEW
    st.session_state["sf.hosts"] = hosts
    st.session_state["sf.title"] = content.title
    st.session_state["sf.kind"] = content.kind
    st.session_state["sf.strategy"] = content.strategy
    st.session_state["sf.variants"] = list(range(len(content.variants)))
    st.session_state["sf.slots"] = list(range(len(content.slots)))
    for place, variant in enumerate(content.variants):
        _keep(f"sf.v{place}", language=variant.language, network=variant.network, text=variant.text)
        _keep(f"sf.v{place}", audience=variant.audience)
    for place, slot in enumerate(content.slots):
        _keep(f"sf.s{place}", name=slot.name, type=slot.type.value, longest=slot.max_length)
        _keep(f"sf.s{place}", de=slot.label.get("de", ""), en=slot.label.get("en", ""), choices="\n".join(slot.choices))


def _empty() -> Content:
    variants = (Variant(language="de", text=""), Variant(language="en", text=""))
    return Content(title="", kind=StatementKind.HOLDING.value, variants=variants, strategy=Strategy.INFORM.value)


def _keep(prefix: str, **values: object) -> None:
    for name, value in values.items():
        st.session_state[f"{prefix}.{name}"] = value


def end() -> None:
    """Close the form."""
    st.session_state.pop(EDITED, None)


def content_in(state: Mapping[Any, Any]) -> Content:
    """Read the content from what stands in the form."""

    def said(key: str) -> str:
        return str(state.get(key) or "")

    return Content(
        title=said("sf.title").strip(),
        kind=said("sf.kind"),
        strategy=said("sf.strategy"),
        variants=tuple(
            Variant(
                language=said(f"sf.v{place}.language"),
                network=said(f"sf.v{place}.network"),
                audience=said(f"sf.v{place}.audience"),
                text=said(f"sf.v{place}.text").strip(),
            )
            for place in state.get("sf.variants", ())
        ),
        slots=tuple(
            Slot(
                name=said(f"sf.s{place}.name").strip(),
                type=SlotType(said(f"sf.s{place}.type") or SlotType.TEXT.value),
                label={"de": said(f"sf.s{place}.de"), "en": said(f"sf.s{place}.en")},
                max_length=int(state.get(f"sf.s{place}.longest") or 0),
                choices=tuple(dict.fromkeys(filter(None, map(str.strip, said(f"sf.s{place}.choices").splitlines())))),
            )
            for place in state.get("sf.slots", ())
        ),
    )


def save(
    ctx: Context,
    caller: Caller,
    *,
    old: str,
    content: Content,
    plane: Plane,
    hand_in: bool,
    incident_id: str = "",
    quorum: int = 2,
    hours: int = 0,
) -> None:
    """Save as a new statement or as the next version of an old one, and hand it in if wished."""
    step = Caller(caller.person_id, f"{caller.request_id}:save")
    if old == NEW:
        made = draft_statement(
            ctx,
            step,
            content=content,
            plane=plane,
            incident_id=incident_id,
            quorum=quorum,
            valid_for=timedelta(hours=hours),
        )
    else:
        made = revise_statement(ctx, step, version_id=old, content=content)
    st.query_params[VERSION] = made
    if hand_in:
        submit_statement(ctx, Caller(caller.person_id, f"{caller.request_id}:submit"), version_id=made)


def show_form(page: Page, shelf: Shelf) -> None:
    """Show the form, what is wrong with the wording so far, and the buttons that save it."""
    old = str(st.session_state[EDITED])
    st.button(page.say("statements.form.leave"), key="st_leave", icon=":material/close:", type="tertiary", on_click=end)
    st.subheader(page.say("statements.form.new" if old == NEW else "statements.form.change"), anchor=False)
    if old != NEW:
        st.caption(page.say("statements.form.change_lead"))
    settings = _head(page, shelf, old)
    _variants(page)
    _slots(page)
    content = content_in(st.session_state)
    problems = problems_in(content)
    with st.container(key="card_form_end", gap="small"):
        for problem in problems:
            st.warning(problem_words(page, problem.code, problem.where, problem.detail), icon=":material/error:")
        if not problems:
            st.success(page.say("statements.form.sound"), icon=":material/check_circle:")
        for hand_in, form in ((True, "save_submit"), (False, "save")):
            page.trouble(form)
            st.button(
                page.say(f"statements.form.{form}"),
                key=f"st_{form}",
                type="primary" if hand_in else "secondary",
                width="stretch",
                disabled=bool(problems) if hand_in else not content.title,
                on_click=page.act(
                    form,
                    save,
                    old=old,
                    content=content,
                    plane=page.plane,
                    hand_in=hand_in,
                    done=f"statements.done.{form}",
                    then=end,
                    **settings,
                ),
            )


def _head(page: Page, shelf: Shelf, old: str) -> dict[str, Any]:
    with st.container(key="card_form_head", gap="small"):
        st.text_input(page.say("statements.form.title"), key="sf.title", live="500ms", persist_state=_KEPT)
        with st.grid(columns="auto", min_column_width=220):
            _choice(page, "statements.form.kind", [kind.value for kind in StatementKind], "sf.kind", "statementkind")
            _choice(page, "statements.strategy", ["", *(item.value for item in Strategy)], "sf.strategy", "strategy")
            if old != NEW:
                return {}
            running = {
                item.id: item.title for item in shelf.incidents.values() if item.state is not IncidentState.CLOSED
            }
            names = {"": page.say("statements.general"), **running}
            incident = st.selectbox(
                page.say("statements.scope"), list(names), format_func=names.__getitem__, key="sf.incident"
            )
            quorum = st.number_input(page.say("statements.form.quorum"), 1, 5, 2, key="sf.quorum")
            hours = st.number_input(
                page.say("statements.form.hours"),
                0,
                8760,
                12,
                key="sf.hours",
                help=page.say("statements.form.hours_help"),
            )
    return {"incident_id": incident or "", "quorum": int(quorum), "hours": int(hours)}


def _choice(page: Page, label: str, options: list[str], key: str, words: str) -> None:
    def name(option: str) -> str:
        return page.say(f"{words}.{option}" if option else f"statements.form.none.{words.rpartition('.')[2]}")

    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    st.selectbox(page.say(label), options, format_func=name, key=key, persist_state=_KEPT)


def _variants(page: Page) -> None:
    slots = content_in(st.session_state).slots
    st.subheader(page.say("statements.form.texts"), anchor=False)
    grid = st.grid(columns="auto", min_column_width=330, gap="small", key="st_variants")
    for place in st.session_state["sf.variants"]:
        with grid, st.container(key=f"card_variant_{place}", gap="small"):
            with st.grid(columns="auto", min_column_width=110):
                _choice(page, "statements.form.language", ["de", "en"], f"sf.v{place}.language", "wordings.language")
                st.selectbox(
                    page.say("statements.form.network"),
                    ["", *NETWORKS],
                    format_func=lambda key: network_name(key) if key else page.say("wordings.any_network"),
                    key=f"sf.v{place}.network",
                    persist_state=_KEPT,
                )
                _choice(
                    page, "statements.form.audience", list(_AUDIENCES), f"sf.v{place}.audience", "statements.audience"
                )
            text = st.text_area(
                page.say("statements.form.text"),
                key=f"sf.v{place}.text",
                height=130,
                placeholder=page.say("statements.form.text_hint"),
                persist_state=_KEPT,
            )
            network = str(st.session_state.get(f"sf.v{place}.network") or "")
            code = "wordings.length_longest" if slots else "wordings.length"
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                shown = length_html(page, network, longest_rendering(text or "", slots), code=code)
                st.html(shown, width="content")
                if len(st.session_state["sf.variants"]) > 1:
                    _remove(page, "sf.variants", place)
    _add(page, "variants")


def _slots(page: Page) -> None:
    st.subheader(page.say("statements.slots"), anchor=False)
    grid = st.grid(columns="auto", min_column_width=330, gap="small", key="st_slots")
    for place in st.session_state["sf.slots"]:
        with grid, st.container(key=f"card_slot_{place}", gap="small"):
            with st.grid(columns="auto", min_column_width=110):
                st.text_input(
                    page.say("statements.form.slot_name"),
                    key=f"sf.s{place}.name",
                    placeholder="next_update",
                    persist_state=_KEPT,
                )
                _choice(
                    page,
                    "statements.form.slot_type",
                    [item.value for item in SlotType],
                    f"sf.s{place}.type",
                    "slottype",
                )
                st.number_input(
                    page.say("statements.form.longest"), 1, 500, key=f"sf.s{place}.longest", persist_state=_KEPT
                )
                st.text_input(page.say("statements.form.label_de"), key=f"sf.s{place}.de", persist_state=_KEPT)
                st.text_input(page.say("statements.form.label_en"), key=f"sf.s{place}.en", persist_state=_KEPT)
            _slot_choices(page, place)
            _remove(page, "sf.slots", place)
    _add(page, "slots")


def _slot_choices(page: Page, place: int) -> None:
    kind = st.session_state.get(f"sf.s{place}.type")
    key = f"sf.s{place}.choices"
    if kind not in {SlotType.LINK.value, SlotType.CHOICE.value}:
        return
    if kind == SlotType.LINK.value and not st.session_state.get(key):
        st.session_state[key] = "\n".join(st.session_state.get("sf.hosts", ()))
    st.text_area(page.say(f"statements.form.choices.{kind}"), key=key, height=90, persist_state=_KEPT)


def _add(page: Page, what: str) -> None:
    def add() -> None:
        places = st.session_state[f"sf.{what}"]
        place = 1 + max(st.session_state.get(f"sf.last_{what}", -1), *places, -1)
        st.session_state[f"sf.last_{what}"] = place
        st.session_state[f"sf.{what}"] = [*places, place]
        if what == "slots":
            _keep(f"sf.s{place}", longest=80)

    st.button(page.say(f"statements.form.add_{what}"), key=f"st_add_{what}", icon=":material/add:", on_click=add)


def _remove(page: Page, what: str, place: int) -> None:
    def remove() -> None:
        st.session_state[what] = [item for item in st.session_state[what] if item != place]

    st.button(page.say("statements.form.remove"), key=f"st_remove_{what}_{place}", type="tertiary", on_click=remove)


def hosts_of(page: Page) -> tuple[str, ...]:
    """Return the web hosts links may lead to in this plane."""
    with looking(page.ctx, page.person.id, Act.READ_STATEMENTS) as store:
        return link_hosts(store, page.plane)
