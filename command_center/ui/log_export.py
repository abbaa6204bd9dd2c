"""The way out for the evidence: an incident or the whole log as files."""

from collections.abc import Mapping

import streamlit as st

from command_center.domain.incidents import Incident
from command_center.domain.people import Act
from command_center.ui.frame import Page
from command_center.ui.ways import e


def show_export(page: Page, incidents: Mapping[str, Incident]) -> None:
    """Offer the evidence of an incident as files."""
    if not page.may(Act.EXPORT_CASE):
        return
    with st.container(key="card_export", gap="small"):
        st.subheader(page.say("log.export.title"), anchor=False)
        st.caption(page.say("log.export.lead"))
        titles = {item.id: f"{item.title} · {page.moment(item.opened_at)}" for item in incidents.values()}
        if not titles:
            st.caption(page.say("log.export.none"))
        chosen = ""
        if titles:
            chosen = (
                st.selectbox(
                    page.say("log.filter.incident"),
                    list(titles),
                    format_func=titles.__getitem__,
                    key="log_export",
                )
                or ""
            )
        links = [
            (f"/export/{chosen}.zip", "log.export.zip"),
            (f"/export/{chosen}.sqlite", "log.export.sqlite"),
            (f"/export/{chosen}.jsonl", "log.export.jsonl"),
        ]
        rows = links if chosen else []
        rows.append(("/export/log.jsonl", "log.export.all"))
        st.html('<div class="cc-downloads">' + "".join(_download(page, *row) for row in rows) + "</div>")


def _download(page: Page, link: str, code: str) -> str:
    return f'<a class="cc-button" href="{e(link)}" target="_self" download>⬇ {e(page.say(code))}</a>'
