"""What the reader of mention files promises: every usual file is read, every broken one says why."""

import gzip
import json
import runpy
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_center.domain.mentions import RawMention, Sentiment
from command_center.errors import BadInput
from monitors.files import DateOrder, FileFormat, Notice, Rejected, inspect_file, read_file

ASSETS = Path(__file__).parents[1] / "assets" / "mentions"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Found = RawMention | Rejected | Notice


def read(name: str, zone: str | None = None, network: str | None = None) -> list[Found]:
    return list(read_file(ASSETS / name, now=NOW, zone=zone, network=network))


def mentions(found: Iterable[Found]) -> list[RawMention]:
    return [one for one in found if isinstance(one, RawMention)]


def refused(found: Iterable[Found]) -> list[tuple[int, str]]:
    return [(one.line, one.code.removeprefix("import.")) for one in found if isinstance(one, Rejected)]


def notices(found: Iterable[Found]) -> dict[str, dict[str, object]]:
    return {one.code.removeprefix("import."): one.values for one in found if isinstance(one, Notice)}


def test_a_tidy_csv_gives_every_field() -> None:
    first, second, third = mentions(read("tidy.csv"))
    assert first == RawMention(
        network="x",
        native_id="101",
        text="Die AirCrisp 2 qualmt, bitte melden",
        created_at=datetime(2026, 9, 15, 12, 5, tzinfo=UTC),
        url="https://x.com/mara/status/101",
        author="mara",
        reach=412,
        reposts=7,
        language="de",
        sentiment=Sentiment.NEGATIVE,
    )
    assert second.text == "Nice chips & quiet\nsecond line"
    assert (second.network, second.reach, second.language) == ("facebook", 1204, "en")
    assert second.url == "http://www.facebook.com/ben_k/posts/1"
    assert third.created_at == datetime(2026, 9, 15, 12, 8, tzinfo=UTC)
    assert (third.network, third.sentiment) == ("news", None)


def test_a_german_export_with_windows_letters_is_read_and_its_encoding_told() -> None:
    found = read("german_export.csv", zone="Europe/Berlin")
    first, second = mentions(found)
    assert (first.text, first.author, first.reach) == ("Grüße aus Köln", "lena", 1234)
    assert (first.network, first.language, first.sentiment) == ("x", "de", Sentiment.NEGATIVE)
    assert first.created_at == datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
    assert second.created_at == datetime(2026, 9, 16, 6, 30, 15, tzinfo=UTC)
    assert (second.network, second.reach) == ("facebook", 2500)
    assert notices(found)["encoding"] == {"encoding": "cp1252"}


def test_ids_that_a_spreadsheet_rounded_become_content_hashes_equal_for_equal_rows() -> None:
    found = read("damaged_ids.csv", zone="America/Los_Angeles", network="X")
    first, again, other = mentions(found)
    assert first.native_id.startswith("hash:")
    assert len(first.native_id) == len("hash:") + 64
    assert first.native_id == again.native_id != other.native_id
    assert notices(found)["ids_damaged"] == {"column": "tweet_id", "example": "5,70306E+17", "count": 3}
    assert first.created_at == datetime(2015, 2, 24, 19, 35, tzinfo=UTC)


def test_ids_cut_to_fifteen_digits_are_damaged_too() -> None:
    found = read("rounded_ids.csv")
    assert all(one.native_id.startswith("hash:") for one in mentions(found))
    assert notices(found)["ids_damaged"]["example"] == "570306133677760000"
    assert "import.ids_damaged" in inspect_file(ASSETS / "rounded_ids.csv").warnings


def test_rows_without_dates_are_read_with_clean_links_and_told() -> None:
    found = read("no_dates.tsv")
    first, second, third = mentions(found)
    assert (first.network, first.native_id, first.author) == ("x", "686961646900740097", "London_Cable")
    assert first.url == "http://twitter.com/London_Cable/statuses/686961646900740097"
    assert first.created_at is None
    assert second.text == 'Schon wieder "Verspätung"'
    assert second.native_id != third.native_id, "equal words in two places are two mentions"
    assert {"no_dates", "ids_missing"} <= notices(found).keys()


def test_month_before_day_is_believed_only_when_the_file_proves_it() -> None:
    first, second = mentions(read("month_first.csv", zone="America/New_York"))
    assert first.created_at == datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    assert second.created_at == datetime(2026, 3, 24, 17, 5, tzinfo=UTC)


def test_dates_that_can_be_swapped_are_asked_about_and_the_answer_is_taken() -> None:
    path = ASSETS / "day_or_month.csv"
    with pytest.raises(BadInput) as refusal:
        read_file(path, now=NOW, zone="Europe/Berlin")
    assert refusal.value.code == "import.date_order"
    assert refusal.value.values["option"] == "--date-order"
    by_order = {
        order: mentions(read_file(path, now=NOW, zone="UTC", date_order=order))[0].created_at for order in DateOrder
    }
    assert by_order[DateOrder.DAY] == datetime(2026, 4, 3, 10, tzinfo=UTC)
    assert by_order[DateOrder.MONTH] == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_times_without_a_zone_are_asked_about_before_anything_is_read() -> None:
    with pytest.raises(BadInput) as refusal:
        read_file(ASSETS / "without_zone.csv", now=NOW)
    assert refusal.value.code == "import.zone_needed"
    assert refusal.value.values == {"column": "date", "example": "2026-09-15 14:05", "option": "--zone"}


def test_a_row_whose_zone_is_missing_later_in_the_file_is_rejected() -> None:
    found = read("zone_only_at_first.csv")
    assert len(mentions(found)) == 200
    assert refused(found) == [(202, "date_without_zone")]


def test_the_hour_of_a_clock_change_is_read_as_the_first_and_told() -> None:
    found = read("clock_change.csv", zone="Europe/Berlin")
    doubled, skipped = mentions(found)
    assert doubled.created_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert skipped.created_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert notices(found)["clock_change"] == {"example": "25.10.2026 02:30"}


def test_impossible_future_and_empty_dates_are_told_apart() -> None:
    found = read("odd_dates.csv")
    assert refused(found) == [(2, "bad_date"), (3, "bad_date"), (4, "date_in_future"), (5, "date_too_old")]
    mail, milliseconds, nothing = mentions(found)
    assert mail.created_at == datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
    assert milliseconds.created_at == datetime(2026, 9, 15, 12, 8, tzinfo=UTC)
    assert nothing.created_at is None
    assert notices(found)["rows_without_date"] == {"count": 1}


@pytest.mark.parametrize(
    "written",
    ["15. September 2026, 14:05", "15-Sep-2026 02:05PM", "Sep 15, 2026 2:05 PM", "Di, 15. Sept. 2026 um 14:05 Uhr"],
)
def test_months_may_be_words(tmp_path: Path, written: str) -> None:
    path = tmp_path / "words.csv"
    path.write_text(f"text\tdate\na\t{written}\n", encoding="utf-8")
    (mention,) = mentions(read_file(path, now=NOW, zone="Europe/Berlin"))
    assert mention.created_at == datetime(2026, 9, 15, 12, 5, tzinfo=UTC)


def test_days_without_a_time_of_day_are_told() -> None:
    assert "dates_without_time" in notices(read("days_only.csv", zone="Europe/Berlin"))


def test_x_v1_posts_are_read_with_author_reach_reply_and_repost() -> None:
    found = read("x_v1.ndjson")
    first, second = mentions(found)
    assert (first.native_id, first.text, first.reach) == ("500311840019472385", "Q&A today", 412)
    assert (first.author, first.author_name, first.reposts) == ("mara", "Mara", 3)
    assert first.created_at == datetime(2014, 8, 15, 16, 3, 32, tzinfo=UTC)
    assert first.reply_to == "500311840019470000"
    assert first.url == "https://x.com/mara/status/500311840019472385"
    assert second.is_repost
    assert second.text == "RT @ben: a long text that is complete here"
    assert second.language == ""
    assert refused(found) == [(3, "row_without_text")]


def test_an_x_v2_page_is_read_with_its_expansions() -> None:
    first, second = mentions(read("x_v2_page.json"))
    assert (first.text, first.author, first.author_name) == ("a note <long> enough", "mara", "Mara K.")
    assert (first.reach, first.reposts, first.reply_to) == (412, 5, "1799")
    assert (second.author, second.is_repost) == ("8", True)


def test_x_v2_lines_with_the_newer_names_are_read() -> None:
    first, second = mentions(read("x_v2_lines.ndjson"))
    assert (first.text, first.author, first.reposts) == ("one a line", "7", 2)
    assert (second.author, second.reach, second.is_repost) == ("piet", 3, True)


def test_a_json_array_keeps_long_ids_and_reads_what_lies_one_level_down() -> None:
    found = read("array.json")
    first, second = mentions(found)
    assert (first.author, second.native_id) == ("mara", "570306133677760513")
    assert refused(found) == [(3, "json_no_object")]


def test_one_broken_line_of_json_costs_only_itself() -> None:
    found = read("broken_lines.ndjson")
    assert [one.native_id for one in mentions(found)] == ["1", "2"]
    assert refused(found) == [(2, "json_broken"), (3, "json_duplicate_key"), (4, "json_no_object")]
    assert mentions(found)[1].text == "half a character \ufffd"


def test_an_open_quotation_mark_costs_one_line_not_the_rest_of_the_file() -> None:
    found = read("open_quote.csv")
    assert refused(found) == [(2, "quote_open")]
    assert [one.native_id for one in mentions(found)] == ["2", "3"]


def test_rows_of_the_wrong_width_are_rejected_unless_only_empty_cells_differ() -> None:
    found = read("wrong_width.csv")
    assert refused(found) == [(2, "row_length"), (3, "row_length")]
    assert [one.native_id for one in mentions(found)] == ["3", "4"]


def test_rows_without_text_are_rejected_one_by_one_and_told_together() -> None:
    found = read("without_text.csv")
    assert refused(found) == [(2, "row_without_text"), (3, "row_without_text")]
    assert notices(found)["rows_without_text"] == {"count": 2}


def test_other_encodings_are_read_and_told() -> None:
    utf16, latin, mixed = read("utf16.csv"), read("latin.csv"), read("mixed_encoding.csv")
    assert mentions(utf16)[0].text == "Grüße 😀"
    assert notices(utf16)["encoding"] == {"encoding": "utf-16"}
    assert [one.text for one in mentions(latin)] == ["Grüße", "schön für 5 €"]
    assert [one.text for one in mentions(mixed)] == ["Grüße", "schön", "Köln"]
    assert notices(mixed)["encoding_mixed"] == {"line": 4}


def test_lone_carriage_returns_end_lines_too() -> None:
    assert [one.text for one in mentions(read("lone_returns.csv"))] == ["a", "b"]


def test_a_column_named_twice_is_told_and_the_first_is_read() -> None:
    found = read("columns_twice.csv")
    assert mentions(found)[0].text == "first"
    assert "columns_twice" in notices(found)


def test_a_look_shows_columns_mapping_rows_and_open_questions() -> None:
    look = inspect_file(ASSETS / "damaged_ids.csv", sample=2)
    assert (look.format, look.encoding, look.delimiter, look.compressed) == (FileFormat.CSV, "utf-8", ";", False)
    assert look.columns == ("tweet_id", "name", "text", "tweet_created")
    assert look.mapping == {"text": "text", "created_at": "tweet_created", "id": "tweet_id", "author": "name"}
    assert [row["name"] for row in look.sample] == ["ann", "ann"]
    assert look.warnings == ("import.ids_damaged", "import.zone_needed")


def test_a_look_knows_the_formats() -> None:
    formats = {name: inspect_file(ASSETS / name).format for name in ("no_dates.tsv", "array.json", "x_v1.ndjson")}
    assert formats == {
        "no_dates.tsv": FileFormat.TSV,
        "array.json": FileFormat.JSON,
        "x_v1.ndjson": FileFormat.NDJSON,
    }
    assert inspect_file(ASSETS / "packed.csv.gz").compressed


def test_a_persons_mapping_wins_over_the_proposed_one() -> None:
    path = ASSETS / "no_text_column.csv"
    assert mentions(read_file(path, now=NOW, mapping={"text": "bar"}))[0].text == "2"
    without_id = read_file(ASSETS / "without_text.csv", now=NOW, mapping={"id": ""})
    assert mentions(without_id)[0].native_id.startswith("hash:")


def test_progress_ends_with_all_bytes_of_the_stored_file() -> None:
    seen: list[tuple[int, int]] = []
    path = ASSETS / "packed.csv.gz"
    list(read_file(path, now=NOW, on_progress=lambda done, total: seen.append((done, total))))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_the_demo_storm_is_read_without_a_single_rejection() -> None:
    path = Path(__file__).parents[2] / "data" / "demo" / "storm.ndjson.gz"
    found = list(read_file(path, now=NOW))
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [one.native_id for one in mentions(found)] == [line["id"] for line in lines]
    assert len(found) == len(lines)


def test_the_demo_storm_is_what_its_script_makes() -> None:
    demo = Path(__file__).parents[2] / "data" / "demo"
    script = runpy.run_path(str(demo / "make_storm.py"))
    assert script["lines_of"](script["made_mentions"]()) == gzip.decompress((demo / "storm.ndjson.gz").read_bytes())
