"""The page Statements: what we may say, who approved it, and writing what is missing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER
from command_center.domain.statements import Approval, Content, StatementState, StatementVersion, Variant
from command_center.texts import LANGUAGES, knows
from command_center.ui.visitor import PLANE
from command_center.use_cases.write_statement import draft_statement, revise_statement, submit_statement
from tests.pages.crisis import LISTENING, Crisis, crisis_house, words_on


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        yield house


CODES = (
    "no_title",
    "no_variant",
    "variant_twice",
    "slot_twice",
    "link_without_hosts",
    "choice_without_choices",
    "slot_unbounded",
    "slot_unused",
    "empty",
    "hidden_characters",
    "unknown_slot",
    "too_long",
)


def draft(crisis: Crisis, text: str = LISTENING, *, submit: bool = True, plane: Plane = Plane.REAL) -> str:
    content = Content(title="Wir hören zu", kind="holding", variants=(Variant(language="de", text=text),))
    identity = draft_statement(crisis.ctx, crisis.says("ana"), content=content, plane=plane)
    if submit:
        submit_statement(crisis.ctx, crisis.says("ana"), version_id=identity)
    return identity


def all_versions(crisis: Crisis) -> list[StatementVersion]:
    with crisis.ctx.store.reading() as store:
        return store.find(StatementVersion, order="created_at")


def test_the_plans_statements_wait_with_their_missing_approvals(crisis: Crisis) -> None:
    crisis.switch_on()
    words = words_on(crisis.page("statements", "jana"))
    assert "Erstmeldung" in words
    assert "0 von 2 Freigaben" in words


def test_two_people_make_a_statement_valid_and_one_does_not(crisis: Crisis) -> None:
    identity = draft(crisis)
    first = crisis.page("statements", "jana", version=identity)
    first.button(key="st_approve").click().run()
    assert not first.exception
    assert crisis.version(identity).state is StatementState.SUBMITTED
    assert "Sie haben diese Fassung freigegeben." in words_on(first)
    assert "Es fehlt noch 1 Freigabe." in words_on(first)
    crisis.page("statements", "kim", version=identity).button(key="st_approve").click().run()
    assert crisis.version(identity).state is StatementState.VALID


def test_the_author_is_told_why_they_may_not_approve(crisis: Crisis) -> None:
    content = Content(title="Eigenes", kind="holding", variants=(Variant(language="de", text="Wir prüfen."),))
    identity = draft_statement(crisis.ctx, crisis.says("jana"), content=content, plane=Plane.REAL)
    submit_statement(crisis.ctx, crisis.says("jana"), version_id=identity)
    at = crisis.page("statements", "jana", version=identity)
    assert "Wer den Text geschrieben hat, gibt ihn nicht frei." in words_on(at)
    assert "st_approve" not in [button.key for button in at.button]


def test_somebody_without_the_right_reads_and_gets_no_buttons(crisis: Crisis) -> None:
    identity = draft(crisis)
    at = crisis.page("statements", "udo", version=identity)
    assert not {"st_approve", "st_edit", "st_withdraw", "st_return"} & {button.key for button in at.button}


def test_withdrawing_needs_a_reason_and_ends_the_text(crisis: Crisis) -> None:
    version = crisis.approved()
    at = crisis.page("statements", "jana", version=version.id)
    at.button(key="st_withdraw").click().run()
    assert at.error
    at.text_area(key=f"st_reason_withdraw_{version.id}").input("Der Fakt ist widerlegt")
    at.button(key="st_withdraw").click().run()
    assert crisis.version(version.id).state is StatementState.WITHDRAWN
    assert "Der Fakt ist widerlegt" in words_on(at)


def test_a_returned_draft_shows_the_reason_to_its_author(crisis: Crisis) -> None:
    identity = draft(crisis)
    at = crisis.page("statements", "jana", version=identity)
    at.text_area(key=f"st_reason_return_{identity}").input("Bitte kürzer")
    at.button(key="st_return").click().run()
    assert crisis.version(identity).state is StatementState.RETURNED
    assert "Bitte kürzer" in words_on(crisis.page("statements", "ana", version=identity))


def test_a_new_version_shows_what_changes_against_the_valid_one(crisis: Crisis) -> None:
    version = crisis.approved()
    changed = replace(version.content, variants=(Variant(language="de", text=LISTENING.replace("gerade", "sofort")),))
    identity = revise_statement(crisis.ctx, crisis.says("ana"), version_id=version.id, content=changed)
    words = words_on(crisis.page("statements", "jana", version=identity))
    assert "gültigen Fassung 1" in words
    assert "<del>gerade</del>" in words
    assert "<ins>sofort</ins>" in words


def test_the_length_is_counted_with_the_longest_values(crisis: Crisis) -> None:
    crisis.switch_on()
    words = words_on(crisis.page("statements", "kim", version=crisis.planned("holding").id))
    assert "von 280 Zeichen (X)" in words
    assert "Höchstens" in words


def test_a_statement_is_written_checked_while_writing_and_handed_in(crisis: Crisis) -> None:
    at = crisis.page("statements", "ana")
    at.button(key="st_write").click().run()
    assert "Bitte geben Sie einen Titel an." in words_on(at)
    at.text_input(key="sf.title").input("Zwischenstand")
    at.text_area(key="sf.v0.text").input("Neuer Stand um {when}.")
    at.button(key="st_remove_sf.variants_1").click().run()
    assert "when" in words_on(at)
    assert at.button(key="st_save_submit").disabled
    at.button(key="st_add_slots").click().run()
    at.text_input(key="sf.s0.name").input("when")
    at.selectbox(key="sf.s0.type").select("datetime").run()
    assert "Der Wortlaut ist vollständig." in words_on(at)
    at.button(key="st_save_submit").click().run()
    assert not at.exception
    made = all_versions(crisis)[-1]
    assert (made.state, made.content.title, made.quorum) == (StatementState.SUBMITTED, "Zwischenstand", 2)
    assert made.content.slots[0].name == "when"


def test_revising_makes_a_new_version_and_leaves_the_old_one(crisis: Crisis) -> None:
    version = crisis.approved()
    at = crisis.page("statements", "ana", version=version.id)
    at.button(key="st_edit").click().run()
    at.text_area(key="sf.v0.text").input("Danke. Wir melden uns heute.").run()
    at.button(key="st_save").click().run()
    assert not at.exception
    old, new = all_versions(crisis)
    assert (old.state, old.content) == (StatementState.VALID, version.content)
    assert (new.number, new.state) == (2, StatementState.DRAFT)


def test_saving_without_a_change_is_a_sentence(crisis: Crisis) -> None:
    version = crisis.approved()
    at = crisis.page("statements", "ana", version=version.id)
    at.button(key="st_edit").click().run()
    at.button(key="st_save").click().run()
    assert len(at.error) == 1
    assert len(all_versions(crisis)) == 1


def test_in_practice_the_drill_partner_is_the_second_person(crisis: Crisis) -> None:
    identity = draft(crisis, plane=Plane.PRACTICE)
    at = crisis.page("statements", "kim")
    at.session_state[PLANE] = Plane.PRACTICE.value
    at.query_params["version"] = identity
    at.run()
    at.button(key="st_partner").click().run()
    assert not at.exception
    with crisis.ctx.store.reading() as store:
        assert [item.person_id for item in store.find(Approval, version_id=identity)] == [DRILL_PARTNER]


def test_in_reality_there_is_no_drill_partner(crisis: Crisis) -> None:
    at = crisis.page("statements", "kim", version=draft(crisis))
    assert "st_partner" not in [button.key for button in at.button]


def test_a_wording_is_shown_as_text(crisis: Crisis) -> None:
    words = words_on(crisis.page("statements", "kim", version=draft(crisis, "Neu <b>jetzt</b>")))
    assert "Neu &lt;b&gt;jetzt" in words


@pytest.mark.parametrize("code", CODES)
def test_every_fault_of_a_wording_has_a_sentence(code: str) -> None:
    assert all(knows(language, f"wording.{code}") for language in LANGUAGES)
