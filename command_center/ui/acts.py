"""How a click becomes one act: a request id per rendered form, so that a double click does it once."""

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
        rendered_id = self.request_id(f"{form}.{deed.name}")

        def run() -> None:
            given = {name: _value(argument) for name, argument in deed.arguments.items()}
            request_id = self._repeated(f"{form}.{deed.name}", given) or rendered_id
            try:
                deed.run(caller(request_id), given)
            except CommandCenterError as error:
                st.session_state[self._key("trouble", form)] = texts.say_error(self.language, error)
                return
            st.session_state.pop(self._key("trouble", form), None)
            self._note(f"{form}.{deed.name}", request_id, given)
            for key in deed.clear:
                st.session_state.pop(key, None)
            if deed.done:
                st.toast(texts.say(self.language, deed.done), icon=":material/check_circle:")
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

    def _note(self, form: str, request_id: str, given: Mapping[str, object]) -> None:
        st.session_state.pop(self._key("request", form), None)
        st.session_state[self._key("last", form)] = (request_id, repr(given), time.monotonic())

    def _repeated(self, form: str, given: Mapping[str, object]) -> str:
        """Return the id of the act just done when this is the second click of a double click."""
        request_id, before, at = st.session_state.get(self._key("last", form), ("", "", 0.0))
        soon = time.monotonic() - at < DOUBLE_CLICK_SECONDS
        return str(request_id) if request_id and soon and before == repr(given) else ""

    def _key(self, what: str, form: str) -> str:
        return f"act.{what}.{self.page}.{form}"


def _value(argument: object) -> object:
    return st.session_state.get(argument.key, argument.default) if isinstance(argument, Typed) else argument
