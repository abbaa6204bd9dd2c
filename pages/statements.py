"""Statements: what we may say, who approved it, and writing what is missing."""

from functools import partial

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.frame import open_page
from command_center.ui.leftovers import show_remains_of
from command_center.ui.statements import VERSION, look, read_shelf, show_list
from command_center.ui.statements_detail import show_version
from command_center.ui.statements_form import EDITED, begin, hosts_of, show_form
from command_center.ui.watching import rerun_on_news
from command_center.ui.wordings import show_style

page = open_page("statements", Act.READ_STATEMENTS)
show_style()
shelf = read_shelf(page)
rerun_on_news(page, "statements", look)
wanted = st.query_params.get(VERSION, "")
version = next((item for item in shelf.versions if item.id == wanted), None)
if page.may(Act.DRAFT) and st.session_state.get(EDITED):
    show_form(page, shelf)
elif version is not None:
    show_version(page, shelf, version, edit=partial(begin, version, hosts_of(page)))
    show_remains_of(page, version)
else:
    with st.container(key="st_top", horizontal=True, vertical_alignment="bottom", gap="medium"):
        filters = st.container(key="st_filters", horizontal=True, vertical_alignment="bottom", gap="medium")
        if page.may(Act.DRAFT):
            st.button(
                page.say("statements.write"),
                key="st_write",
                type="primary",
                icon=":material/add:",
                on_click=begin,
                args=(None, hosts_of(page)),
            )
    show_list(page, shelf, filters)
