"""A click is one act: a double click does it once, another wish is another act, a failure can be tried again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.bootstrap import build
from command_center.errors import BadInput
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.ui import acts
from command_center.use_cases.sign_in import open_house, session_id
from command_center.web.process import Process, hold

DONE: list[tuple[str, str, str]] = []


def note(_ctx: Context, caller: Caller, *, row: str, text: str) -> None:
    """Stand for a verb: it remembers the request id, and refuses an empty text."""
    if not text:
        raise BadInput("people.bad_name")
    DONE.append((caller.request_id, row, text))


def script() -> None:
    import streamlit as st

    from command_center.domain.people import Act
    from command_center.ui.frame import open_page, typed
    from tests.pages.test_acts import note

    page = open_page("people", Act.READ_PEOPLE)
    st.text_input("text", key="text")
    for row in ("a", "b"):
        st.button(row, key=row, on_click=page.act("form", note, done="people.added", row=row, text=typed("text")))
    page.trouble("form")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[AppTest]:
    DONE.clear()
    ctx = build(Settings(data=tmp_path))
    hold(Process(settings=Settings(data=tmp_path), ctx=replace(ctx, hash_password=lambda _: "x")))
    token = open_house(ctx, login="kim", name="Kim", email="", password="Der Sturm kommt um acht.")
    at = AppTest.from_function(script, default_timeout=60)
    at.user = {"sid": session_id(token)}
    yield at.run()
    ctx.store.close()


def test_a_double_click_carries_the_same_request_id(page: AppTest) -> None:
    page.text_input(key="text").input("hello")
    page.button(key="a").click().run()
    page.button(key="a").click().run()
    assert len(DONE) == 2
    assert len({request for request, _, _ in DONE}) == 1


def test_the_same_wish_later_is_a_new_act(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    page.text_input(key="text").input("hello")
    page.button(key="a").click().run()
    monkeypatch.setattr(acts, "DOUBLE_CLICK_SECONDS", 0.0)
    page.button(key="a").click().run()
    assert len({request for request, _, _ in DONE}) == 2


def test_other_values_and_other_rows_are_other_acts(page: AppTest) -> None:
    page.text_input(key="text").input("hello")
    page.button(key="a").click().run()
    page.button(key="b").click().run()
    page.text_input(key="text").input("goodbye")
    page.button(key="a").click().run()
    assert len({request for request, _, _ in DONE}) == 3


def test_a_click_on_a_button_not_drawn_anew_is_never_swallowed(page: AppTest) -> None:
    page.text_input(key="text").input("hello")
    page.button(key="a").click().run()
    used = DONE[0][0]
    button = acts.Deed(name="note", run=lambda *_: None, arguments={"row": "a", "text": acts.typed("text")})
    page.session_state[f"act.request.people.form.note.{button.fingerprint}"] = used
    page.run()
    page.text_input(key="text").input("changed")
    page.button(key="a").click().run()
    assert [text for _, _, text in DONE] == ["hello", "changed"]
    assert DONE[1][0] != used


def test_a_failure_is_shown_and_can_be_tried_again(page: AppTest) -> None:
    page.button(key="a").click().run()
    assert len(page.error) == 1
    assert DONE == []
    page.text_input(key="text").input("hello")
    page.button(key="a").click().run()
    assert len(page.error) == 0
    assert [toast.value for toast in page.toast] == ["Die Person ist hinzugefügt."]
