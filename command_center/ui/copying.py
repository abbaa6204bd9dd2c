"""The button that puts a text on the clipboard; it also works where browsers allow no clipboard (plain HTTP)."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.ui.frame import Page

_HTML: Final = '<button type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg><b></b></button>'
_CSS: Final = """
button { width: 100%; min-height: 48px; font: inherit; font-size: 1.05rem; cursor: pointer; gap: 0.5rem;
  display: inline-flex; align-items: center; justify-content: center;
  color: var(--st-text-color); background: transparent;
  border: 2px solid var(--st-primary-color); border-radius: 6px; }
button.done { border-color: var(--st-green-color); }
b { font-weight: 600; }
svg { width: 1.2em; height: 1.2em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
button:focus-visible { outline: 3px solid color-mix(in srgb, var(--st-primary-color) 50%, transparent);
  outline-offset: 2px; }
"""
_JS: Final = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const [sign, words] = [button.querySelector("path"), button.querySelector("b")];
  const sheets = "M8 8h12v12H8z M4 16V4h12", tick = "M4 12l6 6L20 6";
  const done = () => { button.classList.add("done"); sign.setAttribute("d", tick); words.textContent = data.copied; };
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
    sign.setAttribute("d", sheets); words.textContent = data.copy;
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
