"""Turning from page to page: what a page that was left still asks for is not run any more.

Works around Streamlit 1.67. A part of a page that asks to run (a wake from ``ui/live.py``, a second click) while
the next page is being drawn waits until that is finished. It then ran under the page that was left: the browser
took that for another turn, cleared what was just drawn, and the page stayed empty until somebody loaded it again.
"""

from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner


class Runner(ScriptRunner):
    """Runs whole pages, and the parts of the page somebody is on."""

    def _run_script(self, rerun_data: RerunData) -> None:
        here = self._pages_manager.current_page_script_hash
        if rerun_data.fragment_id_queue and rerun_data.page_script_hash != here:
            return  # a part of a page that was left
        super()._run_script(rerun_data)


def leave_pages_behind() -> None:
    """Give every session of this process this runner."""
    app_session.ScriptRunner = Runner  # type: ignore[attr-defined]
