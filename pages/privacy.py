"""What we store: which data, what for, how long, who reads them; for everybody who is signed in."""

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.frame import open_page
from command_center.ui.incident_look import wear
from command_center.ui.privacy import show_own_data, show_papers, show_stored
from command_center.ui.privacy_forms import show_protecting
from command_center.ui.works_council import show_mode

page = open_page("privacy", Act.OWN_SETTINGS)
wear()
show_mode(page)
kinds, own = st.columns([5, 2], gap="medium")
with kinds:
    show_stored(page)
with own:
    show_own_data(page)
    show_papers(page)
show_protecting(page)
