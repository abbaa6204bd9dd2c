from datetime import timedelta

import pytest

from command_center.domain.accounts import Account, Lock, Posture, effective_posture
from command_center.domain.one_voice import Reason
from command_center.domain.people import Person, Role
from command_center.domain.publications import Publication, PublicationState
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Caller
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.outcome import look_after_intended, record_posted
from command_center.use_cases.people import disable_person
from command_center.use_cases.publish import publish, review_post, run_queue
from command_center.use_cases.quarantine import discard_post, release_post
from tests.use_cases.conftest import Office, account, person

HELLO = "Guten Morgen!"


def lock(office: Office, posture: Posture = Posture.ONE_VOICE, who: str = "approver") -> str:
    return lock_account(office.ctx, office.says(who), account_id="acc", posture=posture, reason="Sturm")


def posture(office: Office) -> Posture:
    with office.ctx.store.reading() as store:
        found = store.get(Account, "acc")
        assert found is not None
        return effective_posture(found, store.find(Lock, account_id="acc", lifted_at=None))


def post(office: Office, text: str = HELLO, who: str = "co_manager", minutes: int = 0, to: str = "acc") -> Publication:
    due = office.moment + timedelta(minutes=minutes) if minutes else None
    return publish(office.ctx, office.says(who), account_id=to, text=text, due_at=due)


def stored(office: Office, publication: Publication) -> Publication:
    with office.ctx.store.reading() as store:
        found = store.get(Publication, publication.id)
    assert found is not None
    return found


def test_one_person_locks_and_two_unlock(office: Office) -> None:
    lock_id = lock(office)
    assert posture(office) is Posture.ONE_VOICE
    with pytest.raises(Conflict):
        confirm_unlock(office.ctx, office.says("approver"), lock_id=lock_id)
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock_id, reason="ruhig")
    assert posture(office) is Posture.ONE_VOICE
    with pytest.raises(NotAllowed):
        confirm_unlock(office.ctx, office.says("approver"), lock_id=lock_id)
    confirm_unlock(office.ctx, office.says("second_approver"), lock_id=lock_id)
    assert posture(office) is Posture.OPEN
    with pytest.raises(Conflict):
        confirm_unlock(office.ctx, office.says("crisis_lead"), lock_id=lock_id)


def test_the_strictest_of_several_locks_stays_when_another_is_lifted(office: Office) -> None:
    first, _second = lock(office, Posture.REVIEW), lock(office, Posture.HOLD)
    ask_unlock(office.ctx, office.says("approver"), lock_id=first, reason="ruhig")
    confirm_unlock(office.ctx, office.says("crisis_lead"), lock_id=first)
    assert posture(office) is Posture.HOLD


def test_a_co_manager_may_not_lock_and_a_lock_needs_a_reason(office: Office) -> None:
    with pytest.raises(NotAllowed):
        lock(office, who="co_manager")
    with pytest.raises(BadInput):
        lock_account(office.ctx, office.says("approver"), account_id="acc", posture=Posture.HOLD, reason=" ")


def test_a_post_due_half_a_minute_before_a_lock_is_held_and_never_fires_by_itself(office: Office) -> None:
    queued = post(office, minutes=1)
    office.later(seconds=30)
    lock_id = lock(office)
    office.later(minutes=10)
    assert run_queue(office.ctx) == 0
    assert stored(office, queued).state is PublicationState.HELD
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock_id, reason="ruhig")
    confirm_unlock(office.ctx, office.says("crisis_lead"), lock_id=lock_id)
    assert run_queue(office.ctx) == 0
    assert stored(office, queued).state is PublicationState.QUARANTINED
    assert (
        release_post(office.ctx, office.says("approver"), publication_id=queued.id).state is PublicationState.INTENDED
    )


def test_a_queued_post_passes_the_gate_again_when_its_time_comes(office: Office) -> None:
    office.add(account("acc", publisher="rehearsal"))
    queued = post(office, minutes=5)
    office.later(minutes=4)
    assert run_queue(office.ctx) == 0
    office.later(minutes=2)
    assert run_queue(office.ctx) == 1
    assert stored(office, queued).state is PublicationState.SENT
    assert run_queue(office.ctx) == 0


def test_a_queued_post_of_somebody_who_has_left_is_refused_and_the_log_still_names_them(office: Office) -> None:
    queued = post(office, minutes=5)
    disable_person(office.ctx, office.says("administrator"), person_id="co_manager")
    office.later(minutes=6)
    run_queue(office.ctx)
    assert stored(office, queued).state is PublicationState.REFUSED
    with office.ctx.store.reading() as store:
        asked = [entry.actor for entry in store.log(action="publication.queued")]
    assert asked == ["co_manager"]


def test_in_flight_posts_keep_a_lock_from_being_sealed_until_their_outcome_is_known(office: Office) -> None:
    flying = post(office)
    lock_id = lock(office)
    with office.ctx.store.reading() as store:
        before = store.get(Lock, lock_id)
    assert before is not None
    assert before.sealed_at is None
    office.later(seconds=20)
    record_posted(office.ctx, office.says("co_manager"), publication_id=flying.id, posted=True)
    with office.ctx.store.reading() as store:
        after = store.get(Lock, lock_id)
    assert after is not None
    assert after.sealed_at == office.moment
    assert office.actions()[-1] == "account.sealed"


def test_review_needs_a_second_person(office: Office) -> None:
    lock(office, Posture.REVIEW)
    waiting = post(office)
    assert waiting.state is PublicationState.AWAITING_REVIEW
    with pytest.raises(NotAllowed):
        review_post(office.ctx, office.says("co_manager"), publication_id=waiting.id, agree=True)
    review_post(office.ctx, office.says("approver"), publication_id=waiting.id, agree=True)
    assert stored(office, waiting).state is PublicationState.INTENDED


def test_a_refusal_is_kept_and_logged_with_its_reason(office: Office) -> None:
    lock(office)
    refused = post(office)
    assert (refused.state, refused.reason) == (PublicationState.REFUSED, Reason.NOT_APPROVED)
    assert office.actions().count("publication.refused") == 1


def test_the_same_wish_twice_gives_the_first_result_and_writes_nothing_twice(office: Office) -> None:
    wish = office.says("co_manager")
    first = publish(office.ctx, wish, account_id="acc", text=HELLO)
    before = office.actions()
    assert publish(office.ctx, wish, account_id="acc", text=HELLO).id == first.id
    assert office.actions() == before
    with pytest.raises(Conflict):
        lock_account(
            office.ctx, Caller("approver", wish.request_id), account_id="acc", posture=Posture.HOLD, reason="x"
        )


def test_an_outcome_is_recorded_once_and_only_by_who_asked(office: Office) -> None:
    office.add(person("other", Role.CO_MANAGER), account("acc", co_managers=("co_manager", "other")))
    sent = post(office)
    with pytest.raises(NotAllowed):
        record_posted(office.ctx, office.says("other"), publication_id=sent.id, posted=True)
    with pytest.raises(BadInput):
        record_posted(
            office.ctx, office.says("co_manager"), publication_id=sent.id, posted=True, url="javascript:alert(1)"
        )
    record_posted(office.ctx, office.says("co_manager"), publication_id=sent.id, posted=False)
    assert stored(office, sent).state is PublicationState.FAILED
    with pytest.raises(Conflict):
        record_posted(office.ctx, office.says("co_manager"), publication_id=sent.id, posted=True)


def test_an_intent_nobody_reports_on_becomes_a_visible_unknown_and_can_still_be_recorded(office: Office) -> None:
    flying = post(office)
    office.later(minutes=29)
    assert look_after_intended(office.ctx) == 0
    office.later(minutes=2)
    assert look_after_intended(office.ctx) == 1
    assert stored(office, flying).state is PublicationState.UNKNOWN
    assert look_after_intended(office.ctx) == 0
    record_posted(office.ctx, office.says("co_manager"), publication_id=flying.id, posted=True)
    assert stored(office, flying).state is PublicationState.SENT


def test_a_held_post_can_be_thrown_away_with_a_reason(office: Office) -> None:
    queued = post(office, minutes=5)
    lock(office)
    discard_post(office.ctx, office.says("approver"), publication_id=queued.id, reason="taktlos")
    assert stored(office, queued).state is PublicationState.DISCARDED


def test_a_person_disabled_a_second_ago_can_do_nothing(office: Office) -> None:
    with office.ctx.store.reading() as store:
        co_manager = store.get(Person, "co_manager")
    assert co_manager is not None
    office.add(person("co_manager", Role.CO_MANAGER, active=False))
    with pytest.raises(NotAllowed):
        post(office)


def test_two_accounts_on_x_never_say_the_very_same(office: Office) -> None:
    office.add(account("second"))
    post(office)
    assert post(office, to="second").reason == Reason.SAID_ELSEWHERE
