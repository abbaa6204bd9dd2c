"""Works council's mode: whoever has done something, and nothing more to do, stands on no screen with their name."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from command_center.domain.accounts import Lock, Posture
from command_center.domain.alerts import Alert, AlertState, Notice, NoticeOutcome
from command_center.domain.incidents import FactState, Incident, IncidentState, Task, TaskState
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.domain.pseudonyms import pseudonyms
from command_center.domain.topics import Topic
from command_center.ports import MentionFilter
from command_center.use_cases.approve import approve_statement, withdraw_statement
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.keep_rules import change_rules, rules_for
from command_center.use_cases.lead import finish_task, record_decision, record_fact, set_level
from command_center.use_cases.lock import lock_account
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.people import add_person, disable_person
from command_center.use_cases.publish import publish
from command_center.use_cases.triage import ignore_mention
from command_center.use_cases.unseal import agree_unsealing, ask_unsealing
from tests.pages.crisis import LISTENING, PASSWORD, Crisis, crisis_house, words_on

NAME = "Zoë Rückblick"
SEEN_BY = {
    "situation": ("ana", "kim", "udo"),
    "mentions": ("ana",),
    "incident": ("ana", "kim", "udo"),
    "statements": ("jana", "leo", "udo"),
    "what_may_i_say": ("leo",),
    "publish": ("kim", "leo"),
    "log": ("kim", "udo"),
    "plans": ("ana", "kim"),
    "settings": ("kim",),
    "sources": ("kim",),
    "privacy": ("leo", "udo"),
}


@pytest.fixture(scope="module")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crisis]:
    with crisis_house(tmp_path_factory.mktemp("past"), works_council="on") as house:
        _act(house)
        yield house


def _act(house: Crisis) -> None:
    ctx = house.ctx
    roles = [Role.APPROVER, Role.CRISIS_LEAD, Role.ANALYST, Role.CO_MANAGER]
    zoe = add_person(ctx, house.says("kim"), login="zoe", name=NAME, roles=roles, password=PASSWORD)
    house.people["zoe"] = zoe
    house.switch_on()
    _lead(house, zoe)
    _speak(house)
    _listen(house, zoe)
    disable_person(ctx, house.says("kim"), person_id=zoe)


def _lead(house: Crisis, zoe: str) -> None:
    ctx, here = house.ctx, house.incident
    fact = {"text": "zwei Geräte betroffen", "state": FactState.CONFIRMED, "source": "Labor"}
    record_fact(ctx, house.says("zoe"), incident_id=here, **fact)  # type: ignore[arg-type]
    record_decision(ctx, house.says("zoe"), incident_id=here, text="Verkauf stoppen", reason="Gefahr")
    set_level(ctx, house.says("zoe"), incident_id=here, level=5, reason="erste Zeitung")
    lock_account(
        ctx, house.says("zoe"), account_id=house.accounts["mastodon"], posture=Posture.HOLD, reason="Passwort bekannt"
    )
    with ctx.store.reading() as store:
        mine = store.find(Task, incident_id=here)
    for task in mine[:3]:
        finish_task(ctx, house.says("zoe"), task_id=task.id, evidence="erledigt")
    with ctx.store.writing() as store:
        for task in store.find(Task, incident_id=here, state=TaskState.OPEN, person_id=zoe):
            store.put(replace(task, person_id=house.people["kim"]))
        for lock in store.find(Lock, incident_id=here):
            store.put(replace(lock, locked_by=zoe))
        old = store.find(Incident)[0]
        ended = {"proposed_by": zoe, "proposed_at": ctx.now(), "closed_by": zoe, "closed_at": ctx.now()}
        closed = {"id": "over", "state": IncidentState.CLOSED, "opened_by": zoe, "conflicted": (zoe,), **ended}
        store.put(replace(old, **closed))  # type: ignore[arg-type]


def _speak(house: Crisis) -> None:
    ctx = house.ctx
    text = house.approved()
    publication = publish(ctx, house.says("zoe"), account_id=house.accounts["x"], text=LISTENING)
    record_posted(ctx, house.says("zoe"), publication_id=publication.id, posted=True, url="https://x.com/nordwerk/1")
    publish(ctx, house.says("zoe"), account_id=house.accounts["x"], text="Alles halb so wild!")
    planned = house.planned("holding")
    approve_statement(ctx, house.says("zoe"), version_id=planned.id, content_hash=planned.content_hash)
    withdraw_statement(ctx, house.says("zoe"), version_id=text.id, reason="überholt")


def _listen(house: Crisis, zoe: str) -> None:
    ctx = house.ctx
    now = ctx.now()
    raw = RawMention(network="x", native_id="1", text="AirCrisp 2 raucht", created_at=now, author="kundin")
    report = import_mentions(ctx, house.says("ana"), raws=[raw], topic_name="AirCrisp", source_name="storm.csv")
    with ctx.store.reading() as store:
        mention = store.mentions(MentionFilter(topic_id=report.topic_id)).mentions[0]
        rules = rules_for(store, "")
        topic = store.find(Topic)[0]
    ignore_mention(ctx, house.says("zoe"), mention_id=mention.id, note="Werbung")
    quiet = replace(rules.rules, cool_down_minutes=60)
    change_rules(ctx, house.says("zoe"), rules=quiet, based_on=rules.version)
    with ctx.store.writing() as store:
        for number, state in enumerate((AlertState.IN_INCIDENT, AlertState.ACKNOWLEDGED)):
            alert = Alert(
                id=f"alert{number}",
                plane=Plane.REAL,
                topic_id=topic.id,
                at=now,
                raised_at=now,
                evidence={"kind": "escalated", "by": zoe, "note": "eilig"},
                state=state,
                acknowledged_by=zoe,
                acknowledged_at=now,
                was_real=True,
                incident_id=house.incident,
            )
            store.put(alert)
            told = Notice(
                id=f"told{number}",
                alert_id=alert.id,
                plane=Plane.REAL,
                person_id=zoe,
                channel="email",
                at=now,
                outcome=NoticeOutcome.SENT,
            )
            store.put(told)


PARTS = {
    "incident": ("tasks", "facts", "voice", "timeline", "course"),
    "settings": ("topics", "accounts", "connections", "rules", "house"),
}


def pages(house: Crisis, place: str, login: str) -> Iterator[AppTest]:
    """Open a page with everything it can be asked for."""
    for part in PARTS.get(place, ("",)):
        wanted = {"part": part} if part else {}
        if place == "incident":
            yield house.page(place, login, incident=house.incident, **wanted)
            yield house.page(place, login, incident="over", **wanted)
        else:
            yield house.page(place, login, **wanted)
    if place == "statements":
        yield house.page(place, login, version=house.planned("holding").id)


@pytest.mark.parametrize(("place", "login"), [(place, login) for place, logins in SEEN_BY.items() for login in logins])
def test_who_only_acted_in_the_past_is_named_nowhere(crisis: Crisis, place: str, login: str) -> None:
    for at in pages(crisis, place, login):
        assert not at.exception
        words = words_on(at)
        start = words.find("Zoë")
        assert start < 0, words[max(0, start - 300) : start + 60]
        offered = [option for box in (*at.selectbox, *at.multiselect) for option in box.options]
        assert not [option for option in offered if "Zoë" in option]


def test_the_pseudonym_is_the_same_on_every_screen(crisis: Crisis) -> None:
    with crisis.ctx.store.reading() as store:
        known = f"Person {pseudonyms(each.id for each in store.find(Person))[crisis.people['zoe']]}"
    for place, login in (("incident", "udo"), ("publish", "kim"), ("settings", "kim")):
        assert any(known in words_on(at) for at in pages(crisis, place, login)), place


def test_nobody_looks_through_the_log_by_person_before_names_are_unsealed(crisis: Crisis) -> None:
    ctx = crisis.ctx
    before = crisis.page("log", "udo")
    assert "log_actor" not in {box.key for box in before.selectbox}
    for words in (crisis.people["zoe"], "zoe"):
        before.text_input(key="log_words").set_value(words).run()
        assert not [word for word in words_on(before).split() if word == "Verkauf"]
    before.text_input(key="log_words").set_value("Verkauf").run()
    assert "Verkauf stoppen" in words_on(before)
    wish = ask_unsealing(ctx, crisis.says("kim"), reason="Verdacht auf Missbrauch")
    agree_unsealing(ctx, crisis.says("udo"), unsealing_id=wish)
    after = crisis.page("log", "udo")
    assert "log_actor" in {box.key for box in after.selectbox}
