"""People: who is responsible, who is in the house, one's own access, and for administrators everybody's."""

import streamlit as st

from command_center.domain.people import DRILL_PARTNER, Act
from command_center.ui.frame import open_page
from command_center.ui.people_forms import show_adding, show_changing, show_own_access
from command_center.ui.people_list import show_everybody, show_responsible
from command_center.use_cases.people import list_people

page = open_page("people", Act.READ_PEOPLE)
people = [person for person in list_people(page.ctx, reader=page.person.id) if person.id != DRILL_PARTNER]

show_responsible(page, people)
st.subheader(page.say("people.everybody"), anchor=False)
show_everybody(page, people)
if page.may(Act.WRITE_PEOPLE):
    with st.expander(page.say("people.add"), icon=":material/person_add:", key="people_add"):
        show_adding(page)
    with st.expander(page.say("people.change"), icon=":material/manage_accounts:", key="people_change"):
        show_changing(page, people)
st.subheader(page.say("people.own"), anchor=False)
show_own_access(page)
