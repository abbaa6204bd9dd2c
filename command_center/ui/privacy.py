"""What we store: every kind of data in words, who holds which right, one's own data, and the papers."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from command_center.domain.people import Act
from command_center.domain.retention import ABOUT
from command_center.person_report import as_html, as_json
from command_center.ports import Caller
from command_center.privacy_documents import Stored, measures, processing_record, stored, who_may, works_agreement
from command_center.ui.incident_look import heading
from command_center.ui.page import Page
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.personal_data import export_person
from command_center.use_cases.retention import kept_for, last_run
from command_center.use_cases.works_council import names_are_sealed
from command_center.web.process import current

_OWN: Final = "privacy.own_data"


def show_stored(page: Page) -> None:
    """Show every kind of data: purpose, content, how long, who reads it."""
    settings = current().settings
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        days, last, sealed = kept_for(store), last_run(store), names_are_sealed(page.ctx, store)
    heading(page.say("privacy.kinds"), page.say("privacy.kinds_lead"))
    kinds = {each.data: each for each in stored(page.language, days)}
    for about, some in ABOUT.items():
        cards = "".join(_card(page, kinds[data]) for data in some)
        title = e(page.say(f"privacy.about_{about}"))
        st.html(f'<h3 class="cci-sub">{title}</h3><div class="cc-kept">{cards}</div>')
    st.caption(page.say("privacy.last_run", when=page.moment(last)) if last else page.say("privacy.never_run"))
    heading(page.say("privacy.measures"))
    told = measures(page.language, settings, sealed=sealed)
    st.html(f'<ul class="cc-measures">{"".join(f"<li>{e(m)}</li>" for m in told)}</ul>')
    with st.expander(page.say("privacy.rights"), icon=":material/lock_person:", key="privacy_rights"):
        rows = "".join(
            f"<div><dt>{e(page.word(act))}</dt><dd>{e(who_may(page.language, act))}</dd></div>" for act in Act
        )
        st.html(f'<dl class="cc-terms">{rows}</dl>')


def _card(page: Page, each: Stored) -> str:
    terms = ((each.holds, "holds"), (each.readers, "readers"), (each.basis, "basis"))
    rows = "".join(
        f"<div><dt>{e(page.say(f'privacy.record_head_{code}'))}</dt><dd>{e(value)}</dd></div>" for value, code in terms
    )
    return (
        f"<section><header><b>{e(each.name)}</b><span>{e(each.time)}</span></header>"
        f"<p>{e(each.purpose)}</p><dl>{rows}</dl></section>"
    )


def show_own_data(page: Page) -> None:
    """Let somebody take along everything stored about them."""
    with st.container(key="card_own_data", gap="small"):
        st.subheader(page.say("privacy.own"), anchor=False)
        st.caption(page.say("privacy.own_lead"))
        if st.button(page.say("privacy.own_make"), key="own_data", icon=":material/person_search:"):
            # Each report is a wish of its own, so that each is logged.
            caller = Caller(page.person.id, page.ctx.new_id())
            st.session_state[_OWN] = export_person(page.ctx, caller, person_id=page.person.id)
        made = st.session_state.get(_OWN)
        if made:
            offer_report(page, made)


def offer_report(page: Page, found: Mapping[str, Any]) -> None:
    """Offer what is stored about somebody, to read and for programs."""
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        days = kept_for(store)
    house = current().settings.house
    shown = as_html(page.language, page.zone, house, found, days, now=page.now)
    forms = (("html", shown, "text/html"), ("json", as_json(page.language, found), "application/json"))
    with st.container(horizontal=True, gap="small"):
        for form, made, media in forms:
            file = f"one-voice-person.{form}"
            st.download_button(
                page.say(f"privacy.own_{form}"), made, file, media, key=f"take_{form}", on_click="ignore"
            )


def show_papers(page: Page) -> None:
    """Offer the record of processing and the draft works agreement, made from the settings as they are."""
    settings = current().settings
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        days, sealed = kept_for(store), names_are_sealed(page.ctx, store)
    with st.container(key="card_papers", gap="small"):
        st.subheader(page.say("privacy.papers"), anchor=False)
        st.caption(page.say("privacy.papers_lead"))
        record = processing_record(page.language, settings, days, sealed=sealed, now=page.now)
        agreement = works_agreement(settings, days, sealed=sealed, now=page.now)
        for code, text in (("record", record), ("agreement", agreement)):
            st.download_button(
                page.say(f"privacy.take_{code}"),
                text,
                page.say(f"privacy.file_{code}"),
                "text/markdown",
                key=f"take_{code}",
                icon=":material/download:",
                on_click="ignore",
            )
