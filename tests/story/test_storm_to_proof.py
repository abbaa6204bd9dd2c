"""The product's one sentence, from a file of mentions to a verified case file, as people live it."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_center.domain.accounts import Account, Lock, Posture, effective_posture
from command_center.domain.alerts import Alert, AlertState, Replay, ReplayState, Triage, TriageState
from command_center.domain.incidents import Clock, FactState, Incident, IncidentState, Task
from command_center.domain.mentions import RawMention
from command_center.domain.one_voice import Reason
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.statements import Statement, StatementState, StatementVersion
from command_center.domain.templates import render
from command_center.domain.verifying import verify_lines
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Context, MentionFilter
from command_center.use_cases.acknowledge import acknowledge
from command_center.use_cases.activate import activate
from command_center.use_cases.approve import approve_statement, withdraw_statement
from command_center.use_cases.ask_gate import check_text
from command_center.use_cases.evidence import export_case, log_lines, timeline
from command_center.use_cases.follow_clocks import meet_clock
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.keep_accounts import add_account, set_link_hosts
from command_center.use_cases.lead import change_fact, finish_task, record_fact, set_level
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.preview_plan import preview
from command_center.use_cases.publish import publish
from command_center.use_cases.quarantine import discard_post, release_post
from command_center.use_cases.replay import TO_THE_END, advance_replays, start_replay
from command_center.use_cases.stand_down import confirm_stand_down, propose_stand_down
from command_center.use_cases.tell import tell_everybody
from command_center.use_cases.verify_log import verify_log
from monitors.files import read_file
from tests.story.conftest import House

DEMO = Path(__file__).parents[2] / "data" / "demo" / "storm.ndjson.gz"
STORM = datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
VALUES = {
    "product": "AirCrisp 2",
    "batch": "26-08",
    "risk": "ein Netzteil kann überhitzen",
    "link": "https://nordwerk.example.com/rueckruf",
    "next_update": "16:30 Uhr",
}


@pytest.fixture
def accounts(house: House) -> dict[str, str]:
    """Give the house its web host and three accounts: two corporate ones and a hotline that stays open."""
    set_link_hosts(house.ctx, house.says("lead"), hosts=("nordwerk.example.com",))
    wanted = {
        "x": Account(id="", network="x", handle="@nordwerk", name="X", tags=("corporate",), languages=("de",)),
        "mastodon": Account(id="", network="mastodon", handle="@nw", name="Mastodon", tags=("comanaged",)),
        "hotline": Account(
            id="", network="x", handle="@nw_hilfe", name="Hotline", tags=("corporate", "emergency-hotline")
        ),
    }
    co_manager = house.people["co_manager"]
    return {
        name: add_account(
            house.ctx,
            house.says("lead"),
            account=Account(
                id="",
                network=account.network,
                handle=account.handle,
                name=account.name,
                tags=account.tags,
                languages=account.languages,
                co_managers=(co_manager,),
            ),
        )
        for name, account in wanted.items()
    }


def test_a_storm_is_heard_answered_with_one_voice_and_proven(
    house: House, accounts: dict[str, str], tmp_path: Path
) -> None:
    alert = hear_the_storm(house)
    waiting = queue_a_cheerful_post(house, accounts["x"])
    incident_id = switch_on_the_plan(house, alert, accounts)
    assert state_of(house.ctx, waiting) is PublicationState.HELD
    holding = approve_the_holding_statement(house, incident_id)
    speak_with_one_voice(house, accounts, incident_id, holding)
    answer_a_mention(house, accounts, alert, holding)
    stand_down(house, incident_id)
    look_through_quarantine(house, accounts, waiting)
    prove_it(house, incident_id, tmp_path)


def hear_the_storm(house: House) -> Alert:
    """Import the file, play it, and find the one alert that matters, with people told in the app."""
    ctx = house.ctx
    raws = [row for row in read_file(DEMO, now=house.moment) if isinstance(row, RawMention)]
    report = import_mentions(ctx, house.says("analyst"), raws=raws, topic_name="Nordwerk", source_name=DEMO.name)
    assert report.stored + report.duplicate == report.fetched == len(raws)
    again = import_mentions(ctx, house.says("analyst"), raws=raws, topic_name="Nordwerk", source_name=DEMO.name)
    assert again.stored == 0

    replay_id = start_replay(ctx, house.says("analyst"), topic_id=report.topic_id, speed=TO_THE_END)
    advance_replays(ctx)
    with ctx.store.reading() as store:
        replay = store.get(Replay, replay_id)
        alerts = store.find(Alert, order="at")
    assert replay is not None
    assert replay.state is ReplayState.DONE
    storm = [alert for alert in alerts if STORM <= alert.at < STORM + timedelta(hours=1)]
    told = [alert for alert in alerts if alert.at >= STORM]
    assert [alert.evidence["escalates"] for alert in told] == ["", *(alert.id for alert in told[:-1])]
    levels = [alert.evidence["level"] for alert in told]
    assert levels == sorted(set(levels)), "told again only when it got worse"
    joined = {also["key"] for alert in told for also in alert.evidence["also"]}
    assert joined >= {"Rückruf", "recall"}, "one storm, one alert"
    assert len([alert for alert in storm if not alert.evidence["escalates"]]) == 1
    assert len(alerts) <= 4, "three quiet weeks may cost one false alarm a week"
    assert storm[0].evidence["ratio"] >= 3
    assert storm[0].evidence["authors"] >= 5
    assert tell_everybody(ctx) == len(alerts)
    acknowledge(ctx, house.says("analyst"), alert_id=storm[0].id)
    return storm[0]


def queue_a_cheerful_post(house: House, account_id: str) -> str:
    """Schedule a harmless post on an open account: it waits for its hour."""
    queued = publish(
        house.ctx,
        house.says("co_manager"),
        account_id=account_id,
        text="Wir wünschen einen knusprigen Feierabend!",
        due_at=house.moment + timedelta(hours=2),
    )
    assert queued.state is PublicationState.QUEUED
    return queued.id


def switch_on_the_plan(house: House, alert: Alert, accounts: dict[str, str]) -> str:
    """Look at the preview, activate, and find everything the plan promised."""
    ctx, lead = house.ctx, house.people["lead"]
    shown = preview(ctx, lead, plan_id="product-recall", plane=alert.plane)
    locked = {lock.account.id for lock in shown.locks}
    assert locked == {accounts["x"], accounts["mastodon"]}
    assert [account.id for account in shown.untouched] == [accounts["hotline"]]
    assert sum(lock.waiting for lock in shown.locks) == 1
    assert all(task.person is not None for task in shown.tasks)

    wish = house.says("lead")
    incident_id = activate(
        ctx, wish, plan_id="product-recall", plane=alert.plane, reason="Gerät raucht", alert_id=alert.id
    )
    again = activate(ctx, wish, plan_id="product-recall", plane=alert.plane, reason="Gerät raucht", alert_id=alert.id)
    assert again == incident_id, "a double click does nothing twice"
    with pytest.raises(Conflict):
        activate(
            ctx,
            house.says("lead"),
            plan_id="product-recall",
            plane=alert.plane,
            reason="zweiter Browser",
            alert_id=alert.id,
        )
    with ctx.store.reading() as store:
        incident = store.get(Incident, incident_id)
        tasks = store.find(Task, incident_id=incident_id)
        clocks = store.find(Clock, incident_id=incident_id)
        taken = store.get(Alert, alert.id)
    assert incident is not None
    assert incident.plan["id"] == "product-recall"
    assert len(tasks) == len(shown.tasks)
    assert any(clock.started_at for clock in clocks)
    assert taken is not None
    assert taken.state is AlertState.IN_INCIDENT
    for name, posture in (("x", Posture.ONE_VOICE), ("mastodon", Posture.ONE_VOICE), ("hotline", Posture.OPEN)):
        assert posture_of(ctx, accounts[name]) is posture
    set_level(ctx, house.says("lead"), incident_id=incident_id, level=4, reason="drei Kanäle, erste Zeitung")
    return incident_id


def approve_the_holding_statement(house: House, incident_id: str) -> StatementVersion:
    """Two people approve the plan's holding statement; one alone is not enough."""
    ctx = house.ctx
    with ctx.store.reading() as store:
        statement = store.find(Statement, incident_id=incident_id, plan_statement="holding")[0]
        version = store.find(StatementVersion, statement_id=statement.id)[0]
    assert version.state is StatementState.SUBMITTED
    first = approve_statement(ctx, house.says("approver"), version_id=version.id, content_hash=version.content_hash)
    assert first == StatementState.SUBMITTED.value
    with pytest.raises(NotAllowed):
        approve_statement(ctx, house.says("analyst"), version_id=version.id, content_hash=version.content_hash)
    second = approve_statement(ctx, house.says("lead"), version_id=version.id, content_hash=version.content_hash)
    assert second == StatementState.VALID.value
    with ctx.store.reading() as store:
        valid = store.get(StatementVersion, version.id)
    assert valid is not None
    return valid


def speak_with_one_voice(house: House, accounts: dict[str, str], incident_id: str, holding: StatementVersion) -> None:
    """Refuse what isn't approved, allow what is, and follow the facts it stands on."""
    ctx, co_manager = house.ctx, house.people["co_manager"]
    refused = publish(ctx, house.says("co_manager"), account_id=accounts["x"], text="Alles halb so wild, keine Sorge!")
    assert refused.state is PublicationState.REFUSED
    assert refused.reason == Reason.NOT_APPROVED

    text = wording(holding, network="x")
    unproven = check_text(ctx, co_manager, account_id=accounts["x"], text=text)
    assert unproven.reason is Reason.SLOT_NOT_ALLOWED, "the risk is no confirmed fact yet"
    fact = record_fact(
        ctx,
        house.says("analyst"),
        incident_id=incident_id,
        text=VALUES["risk"],
        state=FactState.CONFIRMED,
        source="Labor",
    )
    assert check_text(ctx, co_manager, account_id=accounts["x"], text=text).allowed
    nearly = check_text(ctx, co_manager, account_id=accounts["x"], text=text + " Versprochen.")
    assert not nearly.allowed
    assert nearly.nearest is not None
    assert nearly.nearest.version_id == holding.id

    sent = publish(ctx, house.says("co_manager"), account_id=accounts["x"], text=text)
    assert sent.state is PublicationState.INTENDED
    assert sent.version_id == holding.id
    record_posted(
        ctx, house.says("co_manager"), publication_id=sent.id, posted=True, url="https://x.com/nordwerk/status/1"
    )
    assert state_of(ctx, sent.id) is PublicationState.SENT

    change_fact(ctx, house.says("analyst"), fact_id=fact, state=FactState.REFUTED, source="zweites Labor")
    assert not check_text(ctx, co_manager, account_id=accounts["x"], text=text).allowed
    change_fact(ctx, house.says("analyst"), fact_id=fact, state=FactState.CONFIRMED, source="drittes Labor")


def answer_a_mention(house: House, accounts: dict[str, str], alert: Alert, holding: StatementVersion) -> None:
    """Answer one mention with the approved reply; the mention shows it."""
    ctx = house.ctx
    with ctx.store.reading() as store:
        page = store.mentions(MentionFilter(topic_id=alert.topic_id, since=STORM), limit=1)
    mention = page.mentions[0]
    reply = min(
        (v for v in holding.content.variants if v.language == "de" and not v.network), key=lambda v: len(v.text)
    )
    answer = publish(
        ctx,
        house.says("co_manager"),
        account_id=accounts["mastodon"],
        text=render(reply.text, VALUES),
        reply_to=mention.id,
    )
    assert answer.state is PublicationState.INTENDED
    record_posted(ctx, house.says("co_manager"), publication_id=answer.id, posted=True, url="https://social.example/1")
    with ctx.store.reading() as store:
        triage = store.get(Triage, mention.id)
    assert triage is not None
    assert triage.state is TriageState.ANSWERED


def stand_down(house: House, incident_id: str) -> None:
    """End the incident only when tasks and clocks are closed, and only by two people."""
    ctx = house.ctx
    with ctx.store.reading() as store:
        incident = store.get(Incident, incident_id)
        tasks = store.find(Task, incident_id=incident_id)
        clocks = store.find(Clock, incident_id=incident_id)
    assert incident is not None
    criteria = tuple(item["code"] for item in incident.plan["stand_down"]["criteria"])

    def propose() -> str:
        return propose_stand_down(
            ctx, house.says("lead"), incident_id=incident_id, criteria_met=criteria, reason="72 Stunden ruhig"
        )

    with pytest.raises(Conflict):
        propose()
    for task in tasks:
        finish_task(ctx, house.says("analyst"), task_id=task.id, evidence="siehe Ablage")
    for clock in clocks:
        if clock.started_at is not None:
            meet_clock(ctx, house.says("approver"), clock_id=clock.id)
    house.later(hours=80)
    propose()
    with pytest.raises(NotAllowed):
        confirm_stand_down(ctx, house.says("lead"), incident_id=incident_id)
    confirm_stand_down(ctx, house.says("approver"), incident_id=incident_id)
    with ctx.store.reading() as store:
        closed = store.get(Incident, incident_id)
    assert closed is not None
    assert closed.state is IncidentState.CLOSED


def look_through_quarantine(house: House, accounts: dict[str, str], waiting: str) -> None:
    """Nothing held was sent by itself; it is read again and released, or thrown away."""
    ctx = house.ctx
    assert posture_of(ctx, accounts["x"]) is Posture.OPEN
    assert state_of(ctx, waiting) is PublicationState.QUARANTINED
    released = release_post(ctx, house.says("approver"), publication_id=waiting)
    assert released.state is PublicationState.INTENDED
    with pytest.raises(Conflict):
        discard_post(ctx, house.says("approver"), publication_id=waiting, reason="passt nicht mehr")


def prove_it(house: House, incident_id: str, tmp_path: Path) -> None:
    """The chain holds, the timeline reads from alert to end, and both exports stand on their own."""
    ctx, auditor = house.ctx, house.people["auditor"]
    assert verify_log(ctx, auditor).intact
    with ctx.store.reading() as store:
        incident = store.get(Incident, incident_id)
        assert incident is not None
        actions = [entry.action.value for entry in timeline(store, incident)]
    assert actions[0] == "alert.raised"
    for action in ("incident.activated", "account.locked", "publication.refused", "publication.sent"):
        assert action in actions
    case = tmp_path / "case.sqlite"
    assert export_case(ctx, house.says("auditor"), incident_id=incident_id, path=case) == len(actions)
    with sqlite3.connect(case) as database:
        assert database.execute("SELECT count(*) FROM log").fetchone()[0] == len(actions)
    database.close()
    with ctx.store.reading() as store:
        lines = list(log_lines(store, incident_id=incident_id))
    assert verify_lines(lines).intact
    place = next(number for number, line in enumerate(lines) if "publication.refused" in line)
    forged = json.loads(lines[place])
    forged["body"] = forged["body"].replace("publication.refused", "publication.sent")
    lines[place] = json.dumps(forged)
    assert verify_lines(lines).broken_at == place + 1


def test_a_withdrawn_statement_is_refused_from_that_second(house: House, accounts: dict[str, str]) -> None:
    ctx = house.ctx
    alert = hear_the_storm(house)
    incident_id = activate(
        ctx, house.says("lead"), plan_id="product-recall", plane=alert.plane, reason="Test", alert_id=alert.id
    )
    holding = approve_the_holding_statement(house, incident_id)
    record_fact(
        ctx,
        house.says("analyst"),
        incident_id=incident_id,
        text=VALUES["risk"],
        state=FactState.CONFIRMED,
        source="Labor",
    )
    text = wording(holding, network="x")
    assert check_text(ctx, house.people["co_manager"], account_id=accounts["x"], text=text).allowed
    withdraw_statement(ctx, house.says("approver"), version_id=holding.id, reason="Charge stimmt nicht")
    refused = publish(ctx, house.says("co_manager"), account_id=accounts["x"], text=text)
    assert (refused.state, refused.reason) == (PublicationState.REFUSED, Reason.WITHDRAWN)


def wording(version: StatementVersion, *, network: str) -> str:
    """Return the German text for a network with every slot filled."""
    variant = next(v for v in version.content.variants if v.language == "de" and v.network == network)
    return render(variant.text, VALUES)


def state_of(ctx: Context, publication_id: str) -> PublicationState:
    """Return where a publication stands."""
    with ctx.store.reading() as store:
        publication = store.get(Publication, publication_id)
    assert publication is not None
    return publication.state


def posture_of(ctx: Context, account_id: str) -> Posture:
    """Return what may leave an account now."""
    with ctx.store.reading() as store:
        account = store.get(Account, account_id)
        assert account is not None
        return effective_posture(account, store.find(Lock, account_id=account_id, lifted_at=None))
