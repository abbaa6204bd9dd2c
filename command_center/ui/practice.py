"""The way into a drill, where reality has nothing to show yet."""

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.ui.page import Page
from command_center.ui.visitor import look_at
from command_center.use_cases.command import looking


def offer_practice(page: Page, act: Act) -> None:
    """Say that there is a drill, and lead there; nothing is shown where there is none."""
    if page.plane is Plane.PRACTICE:
        return
    with looking(page.ctx, page.person.id, act) as store:
        drilling = store.find(Account, plane=Plane.PRACTICE, active=True, limit=1)
    if not drilling:
        return
    with st.container(key="frame_drill", horizontal_alignment="center", gap="small"):
        st.caption(page.say("frame.drill_there"), text_alignment="center")
        st.button(
            page.say("frame.to_practice"),
            key="frame_to_practice",
            icon=":material/school:",
            on_click=look_at,
            args=(Plane.PRACTICE,),
        )
