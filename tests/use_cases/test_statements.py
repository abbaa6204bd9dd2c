from dataclasses import replace
from datetime import timedelta

import pytest

from command_center.domain.mentions import Plane
from command_center.domain.people import Role
from command_center.domain.statements import Content, StatementState, StatementVersion, Variant, content_hash
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.use_cases.approve import approve_statement, expire_statements, withdraw_statement
from command_center.use_cases.write_statement import (
    draft_statement,
    return_statement,
    revise_statement,
    submit_statement,
)
from tests.use_cases.conftest import Office, person

WORDING = Content(title="Stand", kind="update", variants=(Variant(language="de", text="Wir prüfen das."),))


def draft(office: Office, content: Content = WORDING, who: str = "analyst", **more: object) -> str:
    return draft_statement(office.ctx, office.says(who), content=content, plane=Plane.REAL, **more)  # type: ignore[arg-type]


def version(office: Office, version_id: str) -> StatementVersion:
    with office.ctx.store.reading() as store:
        found = store.get(StatementVersion, version_id)
    assert found is not None
    return found


def approve(office: Office, version_id: str, who: str) -> str:
    shown = version(office, version_id).content_hash
    return approve_statement(office.ctx, office.says(who), version_id=version_id, content_hash=shown)


def submitted(office: Office, **more: object) -> str:
    version_id = draft(office, **more)  # type: ignore[arg-type]
    return submit_statement(office.ctx, office.says("analyst"), version_id=version_id)


def test_two_other_people_make_a_draft_valid(office: Office) -> None:
    version_id = submitted(office)
    assert approve(office, version_id, "approver") == "submitted"
    assert approve(office, version_id, "crisis_lead") == "valid"


def test_the_author_never_counts_even_with_the_right_role(office: Office) -> None:
    version_id = submitted(office, who="approver")
    with pytest.raises(NotAllowed, match="author_never_alone"):
        approve(office, version_id, "approver")


def test_one_person_counts_once_however_often_they_click(office: Office) -> None:
    version_id = submitted(office)
    approve(office, version_id, "approver")
    with pytest.raises(Conflict):
        approve(office, version_id, "approver")
    assert version(office, version_id).state is StatementState.SUBMITTED


def test_only_the_roles_the_statement_names_may_approve(office: Office) -> None:
    version_id = submitted(office, approver_roles=(Role.CRISIS_LEAD,))
    with pytest.raises(NotAllowed, match="role_may_not_approve"):
        approve(office, version_id, "approver")


def test_an_approver_who_was_disabled_meanwhile_no_longer_counts(office: Office) -> None:
    version_id = submitted(office)
    approve(office, version_id, "approver")
    office.add(person("approver", Role.APPROVER, active=False))
    assert approve(office, version_id, "crisis_lead") == "submitted"
    assert approve(office, version_id, "second_approver") == "valid"


def test_an_approval_is_for_the_content_that_was_shown(office: Office) -> None:
    version_id = submitted(office)
    with pytest.raises(Conflict, match="shown_content_differs"):
        approve_statement(office.ctx, office.says("approver"), version_id=version_id, content_hash="0" * 64)


def test_any_edit_is_a_new_version_that_needs_approval_and_leaves_the_old_one_as_it_was(office: Office) -> None:
    version_id = submitted(office)
    approve(office, version_id, "approver")
    approve(office, version_id, "crisis_lead")
    edited = replace(WORDING, variants=(Variant(language="de", text="Wir prüfen das gründlich."),))
    newer = revise_statement(office.ctx, office.says("analyst"), version_id=version_id, content=edited)
    assert version(office, newer).state is StatementState.DRAFT
    assert version(office, version_id).state is StatementState.VALID
    submit_statement(office.ctx, office.says("analyst"), version_id=newer)
    approve(office, newer, "approver")
    approve(office, newer, "second_approver")
    assert version(office, version_id).state is StatementState.SUPERSEDED
    assert version(office, version_id).content == WORDING
    assert version(office, newer).content_hash == content_hash(edited)


def test_an_edit_that_changes_nothing_is_refused(office: Office) -> None:
    with pytest.raises(Conflict):
        revise_statement(office.ctx, office.says("analyst"), version_id=draft(office), content=WORDING)


def test_a_wording_too_long_with_its_slots_filled_cannot_be_submitted(office: Office) -> None:
    long = replace(WORDING, variants=(Variant(language="de", text="ä" * 281, network="x"),))
    with pytest.raises(BadInput, match="has_problems"):
        submit_statement(office.ctx, office.says("analyst"), version_id=draft(office, long))


def test_a_returned_version_names_the_reason_and_cannot_be_approved(office: Office) -> None:
    version_id = submitted(office)
    return_statement(office.ctx, office.says("approver"), version_id=version_id, reason="Quelle fehlt")
    assert version(office, version_id).end_reason == "Quelle fehlt"
    with pytest.raises(Conflict):
        approve(office, version_id, "crisis_lead")


def test_a_valid_statement_expires_and_a_withdrawn_one_stays_withdrawn(office: Office) -> None:
    version_id = submitted(office, valid_for=timedelta(hours=1))
    approve(office, version_id, "approver")
    approve(office, version_id, "crisis_lead")
    office.later(minutes=59)
    assert expire_statements(office.ctx, "early") == "0"
    office.later(minutes=1)
    assert expire_statements(office.ctx, "on time") == "1"
    assert version(office, version_id).state is StatementState.EXPIRED
    with pytest.raises(Conflict):
        withdraw_statement(office.ctx, office.says("approver"), version_id=version_id, reason="zu spät")


def test_an_analyst_may_draft_but_not_approve(office: Office) -> None:
    version_id = submitted(office)
    with pytest.raises(NotAllowed):
        approve(office, version_id, "analyst")
