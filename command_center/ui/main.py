"""The script Streamlit runs for every person and every click."""

from command_center.ui.navigation import run

run()
