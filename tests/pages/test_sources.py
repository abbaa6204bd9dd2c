"""Setting up sources and keys, and the page that says how the sources are doing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from command_center.domain.accounts import Account
from command_center.domain.blindness import Delivery
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.four_eyes import Proposal
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import NetworkTrouble
from command_center.networks import Fetched
from command_center.ports import Setting
from command_center.use_cases import ask_source
from command_center.use_cases.connect import connect
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.listen import GAP, take_in, take_trouble
from command_center.use_cases.people import set_language
from command_center.use_cases.watch_sources import watch_sources
from tests.fakes.monitors import FakePoll, FakeStream, posts
from tests.fakes.networks import FakeNetwork
from tests.pages.staged import StagedHouse, gaps, said, staged_house, words_on
from tests.use_cases.second import agreed

SECRET = {"identifier": "nordwerk.example", "password": "abcd-efgh-ijkl-mnop"}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StagedHouse]:
    monkeypatch.setattr(ask_source, "LISTEN_SECONDS", 0.1)
    with staged_house(tmp_path) as staged:
        staged.process.ctx = replace(
            staged.ctx,
            monitors={"bluesky_stream": FakeStream(), "feed": FakePoll(), "x_search": FakePoll(network="x")},
            networks={"bluesky": FakeNetwork(SECRET)},
            publishers={**staged.ctx.publishers, "bluesky": FakeNetwork(SECRET)},
        )
        yield staged


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def monitor(house: StagedHouse, kind: str) -> Any:
    return house.ctx.monitors[kind]


def add_live(house: StagedHouse, **more: object) -> Source:
    topic = Topic(id="", name="Nordwerk", terms=("Nordwerk",))
    topic_id = add_topic(house.ctx, house.caller("mia"), topic=topic)
    values: dict[str, object] = {
        "id": "s",
        "name": "Bluesky <b>live</b>",
        "kind": "bluesky_stream",
        "plane": Plane.REAL,
        "topic_id": topic_id,
        "created_at": house.now - timedelta(days=1),
    }
    source = Source(**{**values, **more})  # type: ignore[arg-type]
    with house.ctx.store.writing() as store:
        store.put(source)
    return source


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("part", ["sources", "connections"])
def test_every_part_is_said_in_both_languages(house: StagedHouse, part: str, language: str) -> None:
    add_live(house)
    set_language(house.ctx, house.caller("kim"), language=language)
    at = house.page("kim", "settings", part=part)
    assert not at.exception
    assert gaps(at) == []


def test_live_bluesky_takes_a_name_and_a_click(house: StagedHouse) -> None:
    at = house.page("mia", "settings", part="sources")
    at.text_input(key="src_quick_topic").input("Nordwerk")
    at = press(at, "Bluesky live mithören")
    assert not at.exception
    assert [topic.terms for topic in house.all(Topic)] == [("Nordwerk",)]
    source = house.all(Source)[0]
    assert (source.kind, source.topic_id, source.active) == ("bluesky_stream", "", True)
    assert said(at) == ["Es wird mitgehört. Die ersten Erwähnungen erscheinen, sobald jemand etwas schreibt."]
    assert "Bluesky live mithören" not in words_on(at)


def test_a_drill_has_no_live_sources(house: StagedHouse) -> None:
    at = house.page("mia", "settings", plane=Plane.PRACTICE, part="sources")
    assert "In der Übung hört nichts live mit" in words_on(at)
    assert "Bluesky live mithören" not in words_on(at)


def test_a_source_of_every_topic_that_fell_silent_shows_on_the_situation(house: StagedHouse) -> None:
    add_live(house, topic_id="", delivery=Delivery(period_seconds=60))
    assert watch_sources(house.ctx) == 1
    at = house.page("mia", "situation")
    assert not at.exception
    assert gaps(at) == []


def test_without_a_topic_nothing_is_listened_for(house: StagedHouse) -> None:
    at = press(house.page("mia", "settings", part="sources"), "Bluesky live mithören")
    assert len(at.error) == 1
    assert house.all(Source) == []


def test_too_much_is_said_before_it_is_kept(house: StagedHouse) -> None:
    add_topic(house.ctx, house.caller("mia"), topic=Topic(id="", name="und", terms=("Nordwerk",)))
    monitor(house, "bluesky_stream").tell(Fetched(mentions=posts(range(90), house.now), seen=100))
    at = press(house.page("mia", "settings", part="sources"), "Bluesky live mithören")
    assert house.all(Source) == []
    assert "Das ist sehr viel" in words_on(at)
    assert "in der Stunde" in words_on(at)
    press(at, "Trotzdem mithören")
    assert len(house.all(Source)) == 1


def test_a_source_that_can_not_be_reached_now_is_kept_at_the_second_click(house: StagedHouse) -> None:
    add_topic(house.ctx, house.caller("mia"), topic=Topic(id="", name="N", terms=("Nordwerk",)))
    monitor(house, "bluesky_stream").tell(NetworkTrouble("network.unreachable", network="Bluesky", why="reset"))
    at = press(house.page("mia", "settings", part="sources"), "Bluesky live mithören")
    assert "nicht erreichbar" in words_on(at)
    press(at, "Trotzdem mithören")
    assert len(house.all(Source)) == 1


def test_a_feed_is_tried_and_added(house: StagedHouse) -> None:
    add_topic(house.ctx, house.caller("mia"), topic=Topic(id="", name="N", terms=("Nordwerk",)))
    found = RawMention(network="news", native_id="1", text="Nordwerk <script>", created_at=house.now, author="dpa")
    monitor(house, "feed").answers = [Fetched(mentions=(found,)), Fetched(mentions=(found,))]
    at = house.page("mia", "settings", part="sources")
    address = next(field for field in at.text_input if field.label == "Adresse des Feeds")
    address.input("https://news.example/feed")
    at = press(at, "Probe hören")
    assert "davon passend: 1" in words_on(at)
    assert "Nordwerk &lt;script&gt;" in words_on(at)
    assert house.all(Source) == []
    press(at, "Quelle anlegen")
    assert house.all(Source)[0].address == "https://news.example/feed"


def test_a_source_is_paused_changed_and_removed(house: StagedHouse) -> None:
    add_live(house)
    at = house.page("mia", "settings", part="sources")
    name = next(field for field in at.text_input if field.label == "Name")
    name.input("Himmel")
    at = press(at, "Quelle speichern")
    assert house.all(Source)[0].name == "Himmel"
    at = press(at, "Anhalten")
    assert not house.all(Source)[0].active
    at = press(at, "Quelle entfernen")
    assert not at.exception
    assert house.all(Source) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_health_page_says_everything_about_a_source(house: StagedHouse, language: str) -> None:
    add_live(house, quota={"read": 5, "limit": 100, "seconds_behind": 3})
    taken = Fetched(mentions=posts([1, 2], house.now), seen=10, rejected=1, lost=2)
    take_in(house.ctx, "s", taken)
    take_trouble(house.ctx, "s", NetworkTrouble("network.faulty", network="Bluesky", why="<502>"))
    gap = {"since": "2026-09-15T08:00:00Z", "until": "2026-09-15T11:00:00Z", "covered_by": ""}
    with house.ctx.store.writing() as store:
        store.put(Setting(id=GAP + "s", value=gap))
    set_language(house.ctx, house.caller("mia"), language=language)
    at = house.page("mia", "sources")
    assert not at.exception
    assert gaps(at) == []
    words = words_on(at)
    assert "Bluesky &lt;b&gt;live&lt;/b&gt;" in words
    assert "&lt;502&gt;" in words
    if language == "de":
        assert "10 angesehen = 2 gespeichert + 0 doppelt + 7 unpassend + 1 unlesbar · 2 verloren" in words
        assert "5 von 100 Beiträgen im Monat gelesen" in words
        assert "diese Zeit fehlt im Bild" in words
        assert "Die Hintergrundarbeit läuft gerade nicht" in words
        at = press(at, "Jetzt abrufen")
        assert house.all(Source)[0].next_try_at is None
        press(at, "Anhalten")
        assert not house.all(Source)[0].active


def test_who_does_not_keep_sources_does_not_see_them(house: StagedHouse) -> None:
    at = house.page("tom", "sources")
    assert "Jetzt abrufen" not in words_on(at)


def test_a_key_is_connected_and_never_shown(house: StagedHouse) -> None:
    at = house.page("ada", "settings", part="connections")
    for name, value in SECRET.items():
        at.text_input(key=f"set_key_bluesky_app_password_{name}").input(value)
    at = press(at, "Prüfen und verbinden")
    assert not at.exception
    assert said(at) == ["Der Zugang ist geprüft und versiegelt. Er gilt, sobald eine zweite Person zustimmt."]
    assert house.all(Connection) == []
    (waiting,) = house.all(Proposal)
    house.page("kim", "settings", part="connections").button(key=f"second_page_{waiting.id}_agree").click().run()
    at = at.run()
    kept = house.all(Connection)[0]
    assert (kept.handle, kept.active) == ("nordwerk.example", True)
    assert SECRET["password"] not in repr(at.main) + repr(at.session_state)
    at = press(at, "Prüfen")
    assert "wird geprüft" in words_on(at)
    press(at, "Zugang trennen")
    assert not house.all(Connection)[0].active


def test_a_key_the_network_refuses_is_told(house: StagedHouse) -> None:
    at = house.page("ada", "settings", part="connections")
    at.text_input(key="set_key_bluesky_app_password_identifier").input("nordwerk.example")
    at.text_input(key="set_key_bluesky_app_password_password").input("wrong")
    at = press(at, "Prüfen und verbinden")
    assert len(at.error) == 1
    assert house.all(Connection) == []


def test_an_account_is_given_its_way_and_its_key(house: StagedHouse) -> None:
    given: dict[str, Any] = {"network": "bluesky", "kind": KeyKind.APP_PASSWORD, "secret": SECRET}
    identity = agreed(house.ctx, connect(house.ctx, house.caller("ada"), **given))
    at = house.page("ada", "settings", part="accounts")
    way = next(field for field in at.selectbox if field.label == "Zugang")
    out = next(field for field in at.selectbox if "Über Bluesky" in field.options)
    out.set_value("bluesky")
    way.set_value(identity)
    at = press(at, "Konto speichern")
    assert not at.error
    account = house.all(Account, plane=Plane.REAL)[0]
    assert (account.publisher, account.connection_id) == ("bluesky", identity)
