"""Starts the house: ``python app.py`` (honours COMMAND_CENTER_HOST and _PORT), or ``streamlit run app.py``."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from command_center.ui.faults import show_fault
from command_center.ui.turning import leave_pages_behind
from command_center.web.routes import routes
from command_center.web.start import begin, middleware, running

house = begin(os.environ)
leave_pages_behind()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run the house's background work while the server is up."""
    address, port = st.get_option("server.address"), st.get_option("server.port")
    async with running(house, address=address or "0.0.0.0", port=port):  # noqa: S104 - Streamlit's own default
        yield


app = st.App(
    Path(__file__).parent / "command_center" / "ui" / "main.py",
    routes=routes(),
    middleware=middleware(),
    lifespan=lifespan,
    on_script_error=show_fault,
)

if __name__ == "__main__":
    app.run(config={"server.address": house.settings.host, "server.port": house.settings.port})
