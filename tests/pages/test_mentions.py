"""The page Mentions: what people say, and what becomes of it."""

from datetime import timedelta

from command_center.domain.alerts import Alert, Triage, TriageState
from command_center.domain.mentions import Mention, Plane
from command_center.ports import MentionFilter
from command_center.ui.mentions import clusters
from command_center.ui.parts import is_link
from command_center.use_cases.replay import start_replay
from tests.pages.conftest import STORM, House, OpenPage, labels_of, raw, words_on


def said_at(house: House, **given: object) -> list[Mention]:
    with house.ctx.store.reading() as store:
        return list(store.mentions(MentionFilter(plane=Plane.REAL, **given), limit=500).mentions)  # type: ignore[arg-type]


def test_an_empty_house_offers_a_way_in(house: House, page_of: OpenPage) -> None:
    at = page_of("mentions")
    assert not at.exception
    assert "Erwähnungen importieren" in labels_of(at)


def test_mentions_are_shown_fifty_at_a_time(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(number, STORM + timedelta(minutes=number), f"Beitrag {number}x") for number in range(120)])
    at = page_of("mentions")
    assert not at.exception
    assert "120 Erwähnungen" in words_on(at)
    assert words_on(at).count("<article") == 50


def test_words_find_what_contains_all_of_them(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM, "Die Fritteuse qualmt"), raw(2, STORM, "Die Fritteuse ist toll")])
    at = page_of("mentions")
    at.text_input(key="words").input("fritteuse qualmt").run()
    assert "1 Erwähnung" in words_on(at)
    assert "ist toll" not in words_on(at)


def test_nothing_found_offers_to_reset_the_filters(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM)])
    at = page_of("mentions")
    at.text_input(key="words").input("gibtesnicht").run()
    assert "Dazu gibt es keine Erwähnung." in words_on(at)
    at.button(key="reset").click().run()
    assert "1 Erwähnung" in words_on(at)


def test_a_filter_in_the_address_is_used(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM, "Die Fritteuse qualmt"), raw(2, STORM, "Die Fritteuse ist toll")])
    assert "1 Erwähnung" in words_on(page_of("mentions", words="qualmt"))


def test_copies_of_one_text_are_one_card_with_its_size(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(number, STORM, "Achtung, das Gerät qualmt!") for number in range(7)])
    at = page_of("mentions")
    assert words_on(at).count("<article") == 1
    assert "7-mal derselbe Text" in words_on(at)
    next(button for button in at.button if button.label == "Alle 7 zeigen").click().run()
    assert words_on(at).count("<article") == 7


def test_a_hostile_mention_stays_text_and_its_link_does_not_run(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM, "<b onclick=x>Hallo</b>", url="javascript:alert(1)", author_name="<i>Eve")])
    said = words_on(page_of("mentions"))
    assert "<b onclick" not in said
    assert "<i>Eve" not in said
    assert 'href="javascript' not in said


def test_a_link_is_written_out_and_tells_nothing_about_us(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM, url="https://x.example/1")])
    said = words_on(page_of("mentions")).replace('\\"', '"')
    assert (
        '<a href="https://x.example/1" target="_blank" rel="noopener noreferrer nofollow">https://x.example/1</a>'
        in said
    )


def test_somebody_takes_a_mention(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM)])
    [mention] = said_at(house)
    at = page_of("mentions", "ana")
    at.button(key=f"deal_{mention.id}").click().run()
    at.button(key="triage_assign").click().run()
    assert not at.exception
    with house.ctx.store.reading() as store:
        triage = store.get(Triage, mention.id)
    assert triage is not None
    assert (triage.state, triage.person_id) == (TriageState.ASSIGNED, house.person("ana").id)
    assert "zugewiesen an Ana" in words_on(at)


def test_not_reacting_keeps_the_note(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM)])
    [mention] = said_at(house)
    at = page_of("mentions", "ana")
    at.button(key=f"deal_{mention.id}").click().run()
    at.text_area(key="triage_note").input("Nur Spott")
    at.button(key="triage_ignore").click().run()
    assert "Notiz: Nur Spott" in words_on(at)


def test_escalating_one_mention_raises_an_alert(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM)])
    [mention] = said_at(house)
    at = page_of("mentions", "ana")
    at.button(key=f"deal_{mention.id}").click().run()
    at.button(key="triage_escalate").click().run()
    with house.ctx.store.reading() as store:
        [alert] = store.find(Alert)
    assert alert.evidence["mention"] == mention.id
    assert "Ein einzelner Beitrag wurde eskaliert" in words_on(page_of("situation"))


def test_an_auditor_reads_but_decides_nothing(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM)])
    labels = labels_of(page_of("mentions", "audit"))
    assert "Bearbeiten" not in labels
    assert "Beantworten" not in labels


def test_a_running_replay_hides_what_is_to_come(house: House, page_of: OpenPage) -> None:
    later = raw(2, STORM + timedelta(days=1), "Das weiß noch niemand")
    report = house.import_raws([raw(1, STORM), later])
    start_replay(house.ctx, house.caller(), topic_id=report.topic_id, speed=1)
    assert "Das weiß noch niemand" not in words_on(page_of("mentions"))


def test_clusters_keep_the_order_and_leave_texts_without_a_key_alone(house: House) -> None:
    house.import_raws(
        [raw(1, STORM, "Eins zwei drei"), raw(2, STORM, "Vier fünf sechs"), raw(3, STORM, "Eins zwei drei")]
    )
    groups = clusters(said_at(house))
    assert sorted(len(group) for group in groups) == [1, 2]


def test_only_web_addresses_become_links() -> None:
    assert is_link("https://example.org/a")
    assert not is_link("javascript:alert(1)")
    assert not is_link("https://example.org/\u202egpj.exe")
