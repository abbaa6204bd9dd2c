"""The button that puts a text on the clipboard; it also works where browsers allow no clipboard (plain HTTP)."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.ui.frame import Page

_HTML: Final = '<button type="button"><span aria-hidden="true">⧉</span> <b></b></button>'
_CSS: Final = """
button { width: 100%; min-height: 48px; font: inherit; font-size: 1.05rem; font-weight: 600; cursor: pointer;
  color: #fff; background: var(--st-primary-color); border: 0; border-radius: 6px; }
button.done { background: transparent; color: var(--st-text-color); border: 2px solid var(--st-green-color); }
button:focus-visible { outline: 3px solid color-mix(in srgb, var(--st-primary-color) 50%, transparent);
  outline-offset: 2px; }
"""
_JS: Final = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const [sign, words] = [button.querySelector("span"), button.querySelector("b")];
  const done = () => { button.classList.add("done"); sign.textContent = "✓"; words.textContent = data.copied; };
  const byHand = () => {
    const area = document.createElement("textarea");
    area.value = data.text; area.style.position = "fixed"; area.style.opacity = "0";
    document.body.append(area); area.select();
    const worked = document.execCommand("copy"); area.remove();
    return worked;
  };
  const copy = async () => {
    try { await navigator.clipboard.writeText(data.text); done(); } catch { if (byHand()) done(); }
  };
  const before = button.dataset.text;
  if (before !== data.text) {
    button.dataset.text = data.text; button.classList.remove("done");
    sign.textContent = "⧉"; words.textContent = data.copy;
    if (data.at_once && navigator.clipboard) navigator.clipboard.writeText(data.text).then(done, () => {});
  }
  button.onclick = copy;
}
"""


def copy_button(page: Page, text: str, *, key: str, at_once: bool = False) -> None:
    """Show the button; ``at_once`` also tries to copy as soon as it appears."""
    data = {"text": text, "copy": page.say("copying.copy"), "copied": page.say("copying.copied"), "at_once": at_once}
    _component()(key=key, data=data)


def _component() -> Callable[..., object]:
    return st.components.v2.component("one_voice_copy", html=_HTML, css=_CSS, js=_JS)
