"""Log: who did what, whether the chain holds, and the case file to take along."""

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.four_eyes import show_proposals
from command_center.ui.frame import open_page
from command_center.ui.log_export import show_export
from command_center.ui.log_list import ask_filters, read_choices, show_entries
from command_center.ui.log_proof import show_check, show_heads
from command_center.ui.log_sealing import show_sealing
from command_center.ui.wordings import show_style
from command_center.use_cases.evidence import note_reading

page = open_page("log", Act.READ_LOG)
note_reading(page.ctx, page.person.id)
show_style()
choices = read_choices(page)
entries, proof = st.columns([5, 3], gap="medium")
with entries:
    wanted = ask_filters(page, choices)
    show_entries(page, wanted)
with proof:
    show_proposals(page)
    show_check(page)
    show_heads(page)
    show_sealing(page, choices.incidents)
    show_export(page, choices.incidents)
