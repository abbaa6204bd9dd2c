"""Parts of a page that refresh themselves when something changed in the house, without polling.

The server sends the store's version (``/api/events``); each open tab listens once and wakes its parts.
"""

from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec

import streamlit as st

from command_center.errors import StoreUnavailable
from command_center.ui import visitor
from command_center.ui.acts import show_done
from command_center.ui.page import Page
from command_center.web.process import current

P = ParamSpec("P")

SAFETY_NET: Final = "60s"
_JS: Final = """
export default function ({ key, data, setTriggerValue }) {
  const bus = (window.__oneVoice ??= { parts: new Map(), source: null });
  const own = { wake: setTriggerValue, seen: data.version };
  bus.parts.set(data.name, own);
  const wake = (event) => {
    const version = Number(event.data);
    for (const part of bus.parts.values()) {
      if (version === part.seen) continue;
      part.seen = version;
      setTimeout(() => part.wake("version", version), Math.random() * 300);
    }
  };
  const listen = () => {
    bus.source = new EventSource("/api/events");
    bus.source.onmessage = wake;
    bus.source.addEventListener("change", wake);
    bus.source.onerror = () => {
      if (bus.source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
  };
  if (!bus.source) listen();
  // A late clean-up must not remove the part that has taken this one's place.
  return () => { if (bus.parts.get(data.name) === own) bus.parts.delete(data.name); };
}
"""


def live(name: str) -> Callable[[Callable[Concatenate[Page, P], None]], Callable[Concatenate[Page, P], None]]:
    """Make a function that draws a part of a page refresh itself; it gets the page as of now.

    ``name`` is unique on the page. Keep buttons and inputs outside: focus would be lost on refresh.
    """

    def wrap(draw: Callable[Concatenate[Page, P], None]) -> Callable[Concatenate[Page, P], None]:
        @st.fragment(key=f"live_{name}", run_every=SAFETY_NET)
        def part(page: Page, /, *args: P.args, **kwargs: P.kwargs) -> None:
            _bus()(
                key=f"bus_{name}",
                data={"name": name, "version": current().news.version},
                on_version_change=_nothing,
            )
            show_done()
            if _gone():
                st.rerun()  # the whole page has to go, not this part of it alone
            draw(page.again(), *args, **kwargs)

        return part

    return wrap


def _gone() -> bool:
    try:
        return visitor.reader() is None
    except StoreUnavailable:
        return False


def _nothing() -> None:
    """Let the change alone refresh the part."""


def _bus() -> Callable[..., object]:
    return st.components.v2.component("one_voice_live", html="<span hidden></span>", js=_JS)
