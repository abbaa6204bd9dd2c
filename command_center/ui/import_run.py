"""An import while it runs, what became of its rows, and the next step."""

from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from command_center import texts
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.errors import CommandCenterError
from command_center.ports import Caller
from command_center.ui.acts import typed
from command_center.ui.files import Notice, Reader, Rejected
from command_center.ui.importing import Answers, Picked, problem_words
from command_center.ui.page import Page
from command_center.ui.situation import topic_key
from command_center.ui.storm import SPEEDS, speed_name
from command_center.ui.visitor import look_at
from command_center.ui.ways import e, go, heading, warn
from command_center.use_cases.import_mentions import ImportReport, import_mentions
from command_center.use_cases.replay import start_replay

_WISH: Final = "import.wish"
_RESULT: Final = "import.result"
_PLAYED: Final = "import.played"
MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an import did, kept in the session until the next one."""

    name: str
    topic: str
    plane: Plane
    report: ImportReport
    notices: tuple[Notice, ...]
    refused: tuple[Rejected, ...]


def wish_for_import(page: Page) -> None:
    """Note that somebody pressed *import*; each wish is one request."""
    st.session_state[_WISH] = page.ctx.new_id()
    st.session_state.pop(_RESULT, None)


def result() -> Result | None:
    """Return what the last import of this session did."""
    return st.session_state.get(_RESULT)


def forget_result() -> None:
    """Begin with the next file."""
    for key in (_RESULT, "upload"):
        st.session_state.pop(key, None)


def fulfil_wish(page: Page, picked: Picked, answers: Answers) -> None:
    """Import the file when somebody asked for it, showing how far it is."""
    wish = st.session_state.pop(_WISH, "")
    if not wish or not answers.complete:
        return
    bar = st.progress(0.0, text=page.say("importing.reading"))
    caller = Caller(person_id=page.person.id, request_id=str(wish))
    try:
        st.session_state[_RESULT] = _import(page, picked, answers, caller, bar)
    except CommandCenterError as problem:
        bar.empty()
        st.error(problem_words(page, problem, picked), icon=":material/error:")
        return
    if picked.plane is not page.plane:
        look_at(picked.plane)
    st.rerun()


def _import(page: Page, picked: Picked, answers: Answers, caller: Caller, bar: DeltaGenerator) -> Result:
    told = {"now": page.say("importing.reading")}

    def move(share: float) -> None:
        bar.progress(share, text=told["now"])

    def tell(report: ImportReport) -> None:
        told["now"] = page.say(
            "importing.so_far", stored=page.number(report.stored), fetched=page.number(report.fetched)
        )

    with picked.as_file() as path:
        reader = Reader(
            path=path,
            now=page.ctx.now(),
            mapping=answers.mapping or None,
            zone=answers.zone,
            network=answers.network,
            date_order=answers.date_order,
            on_progress=move,
        )
        report = import_mentions(
            page.ctx,
            caller,
            raws=reader.mentions(),
            topic_name=answers.topic_name,
            source_name=picked.name,
            plane=picked.plane,
            only_matching=answers.only_matching,
            rejected=lambda: reader.rejected,
            on_batch=tell,
        )
    return Result(
        name=picked.name,
        topic=answers.topic_name,
        plane=picked.plane,
        report=report,
        notices=tuple(reader.notices),
        refused=tuple(reader.refused),
    )


def show_result(page: Page, done: Result) -> None:
    """Show what became of every row, what to know about the file, and the next step."""
    report = done.report
    with st.container(key="card_result", gap="small"):
        heading(page.say("importing.done"), f"{done.name} → {done.topic}")
        st.html(sums_html(page, report))
        if report.undated:
            warn(page.say("situation.undated", count=report.undated))
        if done.notices:
            lines = "".join(f"<li>{e(page.say(notice.code, **notice.values))}</li>" for notice in done.notices)
            st.html(f'<ul class="pic-notices">{lines}</ul>')
        if done.refused:
            with st.expander(
                page.say("importing.refused", count=report.rejected), icon=":material/block:", key="refused"
            ):
                st.html(refused_html(page, done))
    _show_next(page, done)


def sums_html(page: Page, report: ImportReport) -> str:
    """Return the figures of an import; they add up and say so."""
    parts = ("fetched", "stored", "duplicate", "filtered", "rejected")
    signs = ("", "=", "+", "+", "+")
    cells = "".join(
        f"<div><dt>{e(page.say(f'importing.{part}'))}</dt>"
        f"<dd><i>{sign}</i>{e(page.number(getattr(report, part)))}</dd></div>"
        for sign, part in zip(signs, parts, strict=True)
    )
    return f'<dl class="pic-sums">{cells}</dl>'


def refused_html(page: Page, done: Result) -> str:
    """Return the refused rows with line and reason; what stood there is shown as text."""
    rows = "".join(
        f"<tr><td>{e(page.number(row.line))}</td><td>{e(texts.say(page.language, row.code, **row.values))}</td>"
        f"<td><code>{e(row.excerpt)}</code></td></tr>"
        for row in done.refused[:MOST_ROWS]
    )
    heads = "".join(f"<th>{e(page.say(f'importing.{code}'))}</th>" for code in ("line", "why", "excerpt"))
    more = done.report.rejected - min(len(done.refused), MOST_ROWS)
    note = f"<p>{e(page.say('importing.refused_more', count=more))}</p>" if more else ""
    return f'<div class="pic-table"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{note}'


def _show_next(page: Page, done: Result) -> None:
    if st.session_state.pop(_PLAYED, False):
        st.session_state[topic_key(done.plane)] = done.report.topic_id
        go("situation")
    dated = done.report.stored + done.report.duplicate > done.report.undated
    with st.container(key="card_next", gap="small"):
        heading(page.say("importing.next"))
        if dated and page.may(Act.REPLAY):
            _show_play(page, done)
        elif page.may(Act.READ_PICTURE) and st.button(
            page.say("situation.all_mentions"), key="import_mentions", icon=":material/forum:"
        ):
            go("mentions")
        st.button(
            page.say("importing.another"),
            key="import_another",
            type="tertiary",
            icon=":material/add:",
            on_click=forget_result,
        )


def _show_play(page: Page, done: Result) -> None:
    st.caption(page.say("situation.replay_lead"))
    st.pills(
        page.say("situation.speed"),
        SPEEDS,
        default=0,
        required=True,
        format_func=lambda speed: speed_name(page, speed),
        key="import_speed",
    )
    page.trouble("play")
    speed = typed("import_speed", 0)
    st.button(
        page.say("situation.replay"),
        key="import_play",
        type="primary",
        icon=":material/play_arrow:",
        on_click=page.act("play", start_replay, topic_id=done.report.topic_id, speed=speed, then=_note_played),
    )


def _note_played() -> None:
    st.session_state[_PLAYED] = True
