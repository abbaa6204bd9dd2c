"""How a click becomes one act: a request id per rendered form, so that a double click does it once."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from command_center import texts
from command_center.errors import CommandCenterError
from command_center.ports import Caller
from command_center.web.process import current

DOUBLE_CLICK_SECONDS: Final = 2.0
_DONE: Final = "act.done"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into the widget with this key, read at the moment of the click."""

    key: str
    default: object = ""


def typed(key: str, default: object = "") -> Any:
    """Name a widget whose value an act takes."""
    return Typed(key, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a click does: the verb with its arguments, and what follows when it succeeded."""

    name: str
    run: Callable[[Caller, Mapping[str, Any]], object]
    arguments: Mapping[str, object]
    done: str = ""
    then: Callable[[], None] | None = None
    clear: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What tells this button from others of the same form: the arguments that are not typed in."""
        fixed = {name: value for name, value in self.arguments.items() if not isinstance(value, Typed)}
        return hashlib.sha256(repr(fixed).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one page in one language."""

    page: str
    language: str

    def request_id(self, form: str) -> str:
        """Return the id of the next act of a form; it stays until that act succeeded."""
        key = self._key("request", form)
        if key not in st.session_state:
            st.session_state[key] = current().ctx.new_id()
        return str(st.session_state[key])

    def callback(self, form: str, deed: Deed, caller: Callable[[str], Caller]) -> Callable[[], None]:
        """Return what a button runs when clicked; the request id is that of this rendering."""
        step = f"{form}.{deed.name}.{deed.fingerprint}"
        rendered_id = self.request_id(step)

        def run() -> None:
            given = {name: _value(argument) for name, argument in deed.arguments.items()}
            request_id = self._id_for(step, rendered_id, given)
            try:
                deed.run(caller(request_id), given)
            except CommandCenterError as error:
                st.session_state[self._key("trouble", form)] = texts.say_error(self.language, error)
                return
            st.session_state.pop(self._key("trouble", form), None)
            st.session_state.pop(self._key("request", step), None)
            st.session_state[self._key("last", step)] = (request_id, _mark(given), time.monotonic())
            for key in deed.clear:
                _empty(key)
            if deed.done:
                # Not shown here: a toast from a fragment's callback would replace the top of the page.
                st.session_state.setdefault(_DONE, []).append(texts.say(self.language, deed.done))
            if deed.then is not None:
                deed.then()

        return run

    def show_trouble(self, form: str) -> None:
        """Show what went wrong with a form, once."""
        sentence = st.session_state.pop(self._key("trouble", form), "")
        if sentence:
            st.error(sentence, icon=":material/error:")

    def show_rest(self) -> None:
        """Show what went wrong with forms that did not show it themselves."""
        for key in [key for key in st.session_state if str(key).startswith("act.trouble.")]:
            st.error(st.session_state.pop(key), icon=":material/error:")

    def _id_for(self, step: str, rendered_id: str, given: Mapping[str, object]) -> str:
        """Return the id of this click: the last one's when it is a double click, else that of the rendering.

        A button that was clicked, and clicked again with other values before the page was drawn anew,
        still carries the used id; that is a new wish and gets an id of its own.
        """
        last_id, before, at = st.session_state.get(self._key("last", step), ("", "", 0.0))
        if last_id and before == _mark(given) and time.monotonic() - at < DOUBLE_CLICK_SECONDS:
            return str(last_id)
        return current().ctx.new_id() if rendered_id == last_id else rendered_id

    def _key(self, what: str, form: str) -> str:
        return f"act.{what}.{self.page}.{form}"


def _mark(given: Mapping[str, object]) -> str:
    # What was typed may be a password; only that it is the same is remembered.
    return hashlib.sha256(repr(given).encode("utf-8", "replace")).hexdigest()


def just_done() -> bool:
    """Tell whether something was done that the page has not said yet: a dialog closes then."""
    return bool(st.session_state.get(_DONE))


def show_done() -> None:
    """Show what was done since the last run, each sentence once."""
    for sentence in st.session_state.pop(_DONE, []):
        st.toast(sentence, icon=":material/check_circle:")


def _empty(key: str) -> None:
    # Forgetting the key would leave the old value in the browser, and the next act would carry it.
    value = st.session_state.get(key)
    if isinstance(value, str | list):
        st.session_state[key] = type(value)()
    else:
        st.session_state.pop(key, None)


def _value(argument: object) -> object:
    return st.session_state.get(argument.key, argument.default) if isinstance(argument, Typed) else argument
