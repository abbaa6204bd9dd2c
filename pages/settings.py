"""Settings: what is watched, through which accounts the house speaks, and what it runs on."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.frame import Page, open_page
from command_center.ui.incident_look import wear
from command_center.ui.settings_accounts import show_accounts
from command_center.ui.settings_clients import show_clients
from command_center.ui.settings_house import show_house
from command_center.ui.settings_rules import show_rules
from command_center.ui.settings_topics import show_topics

PARTS: Final[dict[str, tuple[Act, Callable[[Page], None]]]] = {
    "topics": (Act.WRITE_TOPIC, show_topics),
    "accounts": (Act.WRITE_ACCOUNT, show_accounts),
    "rules": (Act.WRITE_TOPIC, show_rules),
    "clients": (Act.WRITE_ACCOUNT, show_clients),
    "house": (Act.WRITE_TOPIC, show_house),
}


page = open_page("settings", Act.WRITE_TOPIC)
wear()
mine = [code for code, (act, _) in PARTS.items() if page.may(act)]
asked = st.query_params.get("part", "")
first = asked if asked in mine else mine[0]
part = st.segmented_control(
    page.say("settings.parts"),
    mine,
    format_func=lambda code: page.say(f"settings.part_{code}"),
    default=first,
    required=True,
    key="set_part",
    label_visibility="collapsed",
    wrap=True,
)
PARTS[part or first][1](page)
