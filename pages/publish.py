"""Publish: what is going out, what is held, on its way, out, and not in our hands."""

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.frame import open_page
from command_center.ui.off_voices import show_overheard
from command_center.ui.queue import GROUPS, look, read_queue, tally_html
from command_center.ui.queue_acts import STEPS, first_group, group_names, plan_post, show_group, show_planned
from command_center.ui.watching import rerun_on_news
from command_center.ui.wordings import show_style

page = open_page("publish", Act.PUBLISH)
show_style()
queue = read_queue(page, steps=int(st.session_state.get(STEPS, 1)))
rerun_on_news(page, "queue", look)
show_planned(page, queue)
show_overheard(page, queue.heard)
st.html(tally_html(page, queue))
with st.expander(page.say("queue.plan"), icon=":material/schedule_send:", key="queue_plan_box"):
    plan_post(page)
names = group_names(page, queue)
st.session_state.setdefault("queue_group", first_group(queue))
group = st.pills(
    page.say("queue.show"),
    list(GROUPS),
    format_func=names.__getitem__,
    key="queue_group",
    required=True,
    label_visibility="collapsed",
)
show_group(page, queue, group or "out")
