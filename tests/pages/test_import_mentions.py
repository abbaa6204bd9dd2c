"""The page Import: a file is looked at first, then read, and its numbers add up."""

import tempfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.domain.alerts import Replay
from command_center.domain.mentions import Mention, Plane
from command_center.domain.topics import Topic
from command_center.ports import MentionFilter
from command_center.ui.files import kept
from tests.pages.conftest import House, OpenPage, labels_of, words_on

GOOD = (
    "id,text,created_at,author\n1,Die Fritteuse qualmt,2026-09-05T12:00:00Z,ana\n2,Alles gut,2026-09-05T12:05:00Z,ben\n"
)


def mentions(house: House, plane: Plane = Plane.REAL) -> list[Mention]:
    with house.ctx.store.reading() as store:
        return list(store.mentions(MentionFilter(plane=plane), limit=10_000).mentions)


def upload(at: AppTest, content: str, name: str = "export.csv") -> AppTest:
    at.file_uploader(key="upload").upload(name, content.encode(), "text/csv")
    return at.run()


def start(at: AppTest, topic: str = "Nordwerk") -> AppTest:
    at.text_input(key="import_topic_name").input(topic).run()
    return at.button(key="import_start").click().run()


def test_a_file_is_shown_before_anything_is_stored(house: House, page_of: OpenPage) -> None:
    at = upload(page_of("import_mentions"), GOOD)
    assert not at.exception
    assert "Die Fritteuse qualmt" in words_on(at)
    assert "CSV · UTF-8" in words_on(at)
    assert mentions(house) == []


def test_an_import_needs_a_topic(house: House, page_of: OpenPage) -> None:
    at = upload(page_of("import_mentions"), GOOD)
    assert at.button(key="import_start").disabled


def test_the_numbers_of_an_import_add_up(house: House, page_of: OpenPage) -> None:
    at = start(upload(page_of("import_mentions"), GOOD + "3,,2026-09-05T12:06:00Z,eve\n"))
    assert not at.exception
    said = words_on(at)
    assert "gelesen</dt><dd><i></i>3" in said
    assert "gespeichert</dt><dd><i>=</i>2" in said
    assert "abgelehnt</dt><dd><i>+</i>1" in said
    assert len(mentions(house)) == 2


def test_refused_rows_are_listed_with_line_and_reason_as_text(house: House, page_of: OpenPage) -> None:
    at = start(upload(page_of("import_mentions"), GOOD + "3,<b>x</b>,kein Datum,eve\n"))
    said = words_on(at)
    assert "In Zeile 4 ist kein Datum kein Datum" in said
    assert "<b>x</b>" not in said


def test_nothing_of_an_upload_stays_behind(
    house: House, page_of: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    start(upload(page_of("import_mentions"), GOOD))
    assert list(tmp_path.glob("one_voice_*")) == []


def test_times_without_a_zone_ask_for_one(house: House, page_of: OpenPage) -> None:
    at = upload(page_of("import_mentions"), GOOD.replace("Z,", ","))
    assert at.selectbox(key="import_zone").value == "Europe/Berlin"
    start(at)
    hours = {mention.created_at.hour for mention in mentions(house) if mention.created_at}
    assert hours == {10}


def test_a_date_that_reads_two_ways_has_to_be_decided(house: House, page_of: OpenPage) -> None:
    content = "text,created_at\nEins,03/04/2026 10:00 +0000\nZwei,05/06/2026 10:00 +0000\n"
    at = upload(page_of("import_mentions"), content)
    at.text_input(key="import_topic_name").input("Nordwerk").run()
    assert at.button(key="import_start").disabled
    at.radio(key="import_order").set_value("month").run()
    assert not at.button(key="import_start").disabled


def test_a_column_can_be_mapped_to_another_field(house: House, page_of: OpenPage) -> None:
    at = upload(page_of("import_mentions"), "text,wer,created_at\nHallo Welt,jo,2026-09-05T12:00:00Z\n")
    author = next(box for box in at.selectbox if box.label == "Handle")
    author.set_value("wer").run()
    start(at)
    assert [mention.author for mention in mentions(house)] == ["jo"]


def test_a_file_without_a_text_column_asks_which_it_is(house: House, page_of: OpenPage) -> None:
    at = upload(page_of("import_mentions"), "spalte_a,created_at\nHallo Welt,2026-09-05T12:00:00Z\n")
    assert not at.exception
    question = next(box for box in at.text_input if box.label == "In welcher Spalte steht der Text?")
    question.input("spalte_a").run()
    start(at)
    assert [mention.text for mention in mentions(house)] == ["Hallo Welt"]


def test_a_file_that_is_no_text_is_refused_by_its_own_name(house: House, page_of: OpenPage) -> None:
    at = page_of("import_mentions")
    at.file_uploader(key="upload").upload("bild.csv", b"\x00\x01\x02\xff\xfe\x00" * 50, "text/csv")
    at.run()
    assert not at.exception
    assert "bild.csv" in words_on(at)
    assert "one_voice_" not in words_on(at)


def test_example_data_always_goes_to_the_drill(house: House, page_of: OpenPage) -> None:
    at = page_of("import_mentions")
    at.segmented_control(key="import_way").set_value("demo").run()
    at = start(at)
    assert not at.exception
    assert mentions(house, Plane.REAL) == []
    with house.ctx.store.reading() as store:
        assert [topic.plane for topic in store.find(Topic)] == [Plane.PRACTICE]
    assert "ÜBUNG" in words_on(at)


def test_the_next_step_plays_the_history_and_shows_the_situation(house: House, page_of: OpenPage) -> None:
    at = start(upload(page_of("import_mentions"), GOOD))
    at.button(key="import_play").click().run()
    assert not at.exception
    with house.ctx.store.reading() as store:
        assert len(store.find(Replay)) == 1
    assert "Neueste Erwähnungen" in words_on(at)


def test_the_same_file_again_stores_nothing_twice(house: House, page_of: OpenPage) -> None:
    at = start(upload(page_of("import_mentions"), GOOD))
    at.button(key="import_another").click().run()
    at = upload(at, GOOD)
    at.button(key="import_start").click().run()
    assert "schon da</dt><dd><i>+</i>2" in words_on(at)
    assert len(mentions(house)) == 2


def test_an_auditor_may_not_import(house: House, page_of: OpenPage) -> None:
    with pytest.raises(ValueError, match="import_mentions"):
        page_of("import_mentions", "audit")
    assert "Einlesen" not in labels_of(page_of("situation", "audit"))


def test_an_upload_is_kept_only_while_it_is_read() -> None:
    with kept(b"abc", "../../böse.CSV.gz") as path:
        assert path.read_bytes() == b"abc"
        assert path.name == "upload.csv.gz"
    assert not path.exists()
