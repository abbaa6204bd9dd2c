"""What is erased when its time is up, and what never is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.accounts import Posture
from command_center.domain.alerts import Alert
from command_center.domain.incidents import Decision, Fact, FactState, Incident, IncidentState
from command_center.domain.mentions import Mention, Plane, Sentiment
from command_center.domain.people import DoorStep, Session, SignInAttempt
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.removals import Removal, RemovalState
from command_center.domain.retention import ABOUT, KEPT, TABLES, TIMED, Data, days_kept
from command_center.domain.sources import Source
from command_center.domain.verifying import verify
from command_center.errors import BadInput, NotAllowed
from command_center.ports import MentionFilter, Request
from command_center.storage.tables import METADATA
from command_center.use_cases.lead import record_decision
from command_center.use_cases.lock import lock_account
from command_center.use_cases.retention import GONE, change_retention, keep_to_retention, kept_for
from tests.use_cases.conftest import Office


def mention(number: int, office: Office, *, topic: str = "bahn") -> Mention:
    return Mention(
        id=f"m{number}",
        topic_id=topic,
        source_id="s",
        plane=Plane.REAL,
        network="x",
        native_id=f"n{number}",
        text="Anna Muster schreibt",
        created_at=office.moment - timedelta(days=4000),
        seen_at=office.moment,
        author="anna",
        author_name="Anna Muster",
        url="",
        reach=10,
        reposts=0,
        reply_to="",
        is_repost=False,
        language="de",
        copy_key="",
        sentiment=Sentiment.NEGATIVE,
    )


def incident(office: Office, identity: str = "i1", **given: object) -> Incident:
    values = {
        "id": identity,
        "plane": Plane.REAL,
        "title": "Lage",
        "plan_id": "p",
        "plan_version": 1,
        "plan": {},
        "level": 2,
        "state": IncidentState.ACTIVE,
        "opened_by": "crisis_lead",
        "opened_at": office.moment,
        "topic_id": "bahn",
    }
    return Incident(**(values | given))  # type: ignore[arg-type]


def texts(office: Office) -> list[str]:
    with office.ctx.store.reading() as store:
        return sorted(each.text for each in store.mentions(MentionFilter(), limit=99).mentions)


def counts(office: Office) -> list[tuple[object, object]]:
    with office.ctx.store.reading() as store:
        entries = [entry for entry in store.log() if entry.action.value == "retention.carried_out"]
        return [(entry.details["data"], entry.details["records"]) for entry in entries]


def test_mentions_lose_text_and_author_after_their_time_and_their_counts_stay(office: Office) -> None:
    imported = Source(id="s", name="alt.csv", kind="file", plane=Plane.REAL, topic_id="bahn", created_at=office.moment)
    office.add(imported)
    with office.ctx.store.writing() as store:
        store.ingest([mention(1, office), mention(2, office)])
    keep_to_retention(office.ctx)
    assert texts(office) == ["Anna Muster schreibt"] * 2  # how old the post is doesn't matter, only how long it is here
    office.later(days=91)
    keep_to_retention(office.ctx)
    assert texts(office) == ["", ""]
    assert counts(office) == [("mentions", 2)]
    with office.ctx.store.reading() as store:
        assert store.extent("bahn").total == 2
        assert all(not each.author_name and each.reach for each in store.mentions(MentionFilter()).mentions)


def test_mentions_of_a_crisis_that_goes_on_stay(office: Office) -> None:
    with office.ctx.store.writing() as store:
        store.ingest([mention(1, office), mention(2, office, topic="flug")])
    office.add(incident(office))
    office.later(days=91)
    keep_to_retention(office.ctx)
    assert texts(office) == ["", "Anna Muster schreibt"]


def test_it_runs_once_a_day_and_after_the_clock_was_set_back(office: Office) -> None:
    keep_to_retention(office.ctx)
    office.add(SignInAttempt(id="a", login="kim", address="d", at=office.moment - timedelta(days=2), succeeded=False))
    office.later(hours=23)
    keep_to_retention(office.ctx)
    assert counts(office) == []
    office.later(days=-2)
    keep_to_retention(office.ctx)
    office.later(days=3)
    keep_to_retention(office.ctx)
    assert counts(office) == [("sign_in_attempts", 1)]


def test_sessions_and_requests_of_people_go_and_those_of_the_house_stay(office: Office) -> None:
    old = office.moment - timedelta(days=31)
    office.add(
        Session(id="s", person_id="analyst", created_at=old, seen_at=old),
        Request(id="r1", command="c", person_id="analyst", result="", at=old),
        Request(id="r2", command="c", person_id="system", result="", at=old),
    )
    keep_to_retention(office.ctx)
    assert counts(office) == [("sessions", 1), ("requests", 1)]
    with office.ctx.store.reading() as store:
        assert store.get(Request, "r1") is None
        assert store.get(Request, "r2") is not None


def test_the_free_text_of_a_closed_incident_goes_and_the_log_still_holds(office: Office) -> None:
    office.add(incident(office))
    record_decision(
        office.ctx, office.says("crisis_lead"), incident_id="i1", text="Wir warnen Frau Öz", reason="Sie bat darum"
    )
    office.add(
        Fact(
            id="f",
            incident_id="i1",
            plane=Plane.REAL,
            text="Herr X sah es",
            state=FactState.CONFIRMED,
            source="Herr X",
            recorded_by="analyst",
            recorded_at=office.moment,
        )
    )
    office.add(incident(office, state=IncidentState.CLOSED, closed_at=office.moment, closed_by="crisis_lead"))
    with office.ctx.store.reading() as store:
        before = [entry.body for entry in store.log()]
    office.later(days=1096)
    keep_to_retention(office.ctx)
    with office.ctx.store.reading() as store:
        assert [fact.text for fact in store.find(Fact)] == [GONE]
        assert [(each.text, each.reason) for each in store.find(Decision)] == [(GONE, GONE)]
        decided = next(entry for entry in store.log() if entry.action.value == "incident.decision_recorded")
        assert [(text.field, text.value, text.erased_why) for text in decided.texts] == [
            ("reason", "", "privacy.time_was_up"),
            ("text", "", "privacy.time_was_up"),
        ]
        assert [entry.body for entry in store.log()][: len(before)] == before
        assert verify(store.log()).intact
    done = counts(office)
    office.later(days=2)
    keep_to_retention(office.ctx)
    assert counts(office) == done


def test_the_house_chooses_within_limits_and_only_who_protects_data(office: Office) -> None:
    change_retention(office.ctx, office.says("administrator"), data=Data.MENTIONS, days=7)
    with office.ctx.store.reading() as store:
        assert kept_for(store)[Data.MENTIONS] == 7
        assert kept_for(store)[Data.SESSIONS] == 30
    for data, days, code in (
        (Data.MENTIONS, 6, "privacy.time_out_of_range"),
        (Data.SIGN_IN_ATTEMPTS, 2, "privacy.time_is_fixed"),
        (Data.LOG, 100, "privacy.time_is_fixed"),
    ):
        with pytest.raises(BadInput) as refused:
            change_retention(office.ctx, office.says("administrator"), data=data, days=days)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        change_retention(office.ctx, office.says("crisis_lead"), data=Data.MENTIONS, days=9)
    assert office.actions() == ["retention.changed", "act.refused"]


def test_every_kind_is_in_the_table_once_and_damaged_choices_do_not_count() -> None:
    assert [kept.data for kept in KEPT] == list(Data)
    assert all(kept.least <= kept.days <= kept.most for kept in TIMED)
    assert not any(kept.proof and kept.days for kept in KEPT)
    usual = days_kept({})
    assert days_kept({"mentions": "7", "sessions": True, "drills": 10**9, "log": 1, "nonsense": 3}) == usual


def test_every_table_is_under_a_rule() -> None:
    assert set(TABLES) == set(METADATA.tables)
    assert set(Data) == {*TABLES.values(), Data.DRILLS}
    assert sorted(data for some in ABOUT.values() for data in some) == sorted(Data)


def test_what_remains_after_ninety_days_three_years_and_six(office: Office) -> None:
    with office.ctx.store.writing() as writing:
        writing.ingest([replace(mention(1, office), created_at=office.moment)])
    office.add(
        incident(office, state=IncidentState.CLOSED, closed_at=office.moment, closed_by="crisis_lead"),
        Alert(
            id="a",
            plane=Plane.REAL,
            topic_id="bahn",
            at=office.moment,
            raised_at=office.moment,
            evidence={"kind": "spike"},
        ),
        Unsealing(id="u", incident_id="", reason="Verdacht", asked_by="auditor", asked_at=office.moment),
        Request(id="house", command="c", person_id="system", result="", at=office.moment),
        DoorStep(id="d", kind="code", person_id="analyst", at=office.moment, carries={}),
        removed(office),
    )
    lock_account(
        office.ctx, office.says("crisis_lead"), account_id="acc", posture=Posture.HOLD, reason="Herr Muster war es"
    )

    def left() -> dict[str, bool]:
        with office.ctx.store.reading() as store:
            locked = next(store.log(action="account.locked"))
            return {
                "step": bool(store.find(DoorStep)),
                "text": bool(store.mentions(MentionFilter()).mentions and texts(office) != [""]),
                "mention": bool(store.mentions(MentionFilter()).mentions),
                "counted": bool(store.extent("bahn").total),
                "alert": bool(store.find(Alert)),
                "house": bool(store.find(Request, id="house")),
                "reason": "reason" in locked.details,
                "removal": bool(store.find(Removal)[0].reason),
                "unsealing": bool(store.find(Unsealing)),
            }

    gone: set[str] = set()
    for days, now_gone in (
        (91, {"step", "text"}),
        (1096, {"mention", "counted", "alert", "house"}),
        (2193, {"reason", "removal", "unsealing"}),
    ):
        office.moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC) + timedelta(days=days)
        keep_to_retention(office.ctx)
        gone |= now_gone
        assert {name for name, there in left().items() if not there} == gone, days
    with office.ctx.store.reading() as store:
        assert verify(store.log()).intact


def removed(office: Office) -> Removal:
    return Removal(
        id="r",
        plane=Plane.REAL,
        account_id="acc",
        native_ids=("1",),
        asked_by="co_manager",
        asked_at=office.moment,
        ended_at=office.moment,
        reason="Herr Muster bat darum",
        state=RemovalState.DONE,
    )
