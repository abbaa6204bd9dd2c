"""Import: bring in mentions from a file, knowing beforehand what will become of them."""

import streamlit as st

from command_center.domain.people import Act
from command_center.domain.topics import Topic
from command_center.ui.frame import Page, open_page
from command_center.ui.import_run import fulfil_wish, result, show_result, wish_for_import
from command_center.ui.importing import (
    Picked,
    ask_answers,
    ask_mapping,
    ask_text_column,
    look_at_file,
    pick_file,
    show_look,
    text_asked,
)
from command_center.ui.ways import use_styles
from command_center.use_cases.command import looking


def prepare(page: Page, picked: Picked) -> None:
    """Show what the file holds, ask what it leaves open, and import it when asked to."""
    named = ask_text_column(page, picked) if st.session_state.get(text_asked(picked)) else {}
    look = look_at_file(page, picked, named)
    if look is None:
        return
    with st.container(key="card_look", gap="small"):
        shown = st.container(gap="small")
        mapping = named | ask_mapping(page, picked, look)
        settled = look_at_file(page, picked, mapping)
        if settled is None:
            return
        with shown:
            show_look(page, picked, settled)
    with looking(page.ctx, page.person.id, Act.IMPORT_MENTIONS) as store:
        topics = store.find(Topic, plane=picked.plane, order="name")
    with st.container(key="card_questions", gap="small"):
        answers = ask_answers(page, picked, settled, topics, mapping)
        st.button(
            page.say("importing.start"),
            key="import_start",
            type="primary",
            icon=":material/upload_file:",
            disabled=not answers.complete,
            on_click=wish_for_import,
            args=(page,),
        )
        fulfil_wish(page, picked, answers)


page = open_page("import_mentions", Act.IMPORT_MENTIONS)
use_styles()
done = result()
if done:
    show_result(page, done)
else:
    with st.container(key="card_file", gap="small"):
        picked = pick_file(page)
    if picked:
        prepare(page, picked)
