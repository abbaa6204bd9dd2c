"""Files that cannot be read: each gives one clear refusal, with a sentence in both languages, and no row."""

import gzip
import re
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_center import texts
from command_center.domain.mentions import RawMention
from command_center.errors import BadInput
from monitors import file_bytes
from monitors.files import DateOrder, Notice, Rejected, inspect_file, read_file

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "tests" / "assets" / "mentions"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LANGUAGES = ("de", "en")

BROKEN = {
    "empty.csv": "empty",
    "header_only.csv": "header_only",
    "no_text_column.csv": "no_text_column",
    "binary.csv": "binary",
    "workbook.csv": "spreadsheet",
    "truncated.csv.gz": "gzip_broken",
    "broken_array.json": "json_document_broken",
    "broken_document.json": "json_document_broken",
    "duplicate_key.json": "json_document_duplicate_key",
    "no_objects.ndjson": "json_no_objects",
    "not_json.json": "not_json",
    "without_zone.csv": "zone_needed",
    "day_or_month.csv": "date_order",
    "there is no such file.csv": "missing",
    ".": "directory",
}


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def codes_of(path: Path) -> list[str]:
    return [found.code for found in read_file(path, now=NOW) if isinstance(found, (Rejected, Notice))]


def refusal_of(path: Path, *, mapping: dict[str, str] | None = None, zone: str | None = None) -> BadInput:
    with pytest.raises(BadInput) as refusal:
        read_file(path, now=NOW, mapping=mapping, zone=zone)
    return refusal.value


@pytest.mark.parametrize(("name", "code"), BROKEN.items())
def test_a_broken_file_is_refused_as_a_whole_before_its_first_row(name: str, code: str) -> None:
    refusal = refusal_of(ASSETS / name)
    assert refusal.code == f"import.{code}"
    for language in LANGUAGES:
        sentence = texts.say(language, refusal.code, **refusal.values)
        assert not re.search(r"\{[a-z]+\}|^\[", sentence), sentence


def test_a_device_is_refused_without_reading_it() -> None:
    assert refusal_of(Path("/dev/zero")).code == "import.not_a_file"


def test_a_mapping_to_what_is_not_there_lists_what_is() -> None:
    column = refusal_of(ASSETS / "tidy.csv", mapping={"text": "body"})
    assert (column.code, column.values["column"]) == ("import.unknown_column", "body")
    assert str(column.values["columns"]).startswith("id, text, created_at, user")
    field = refusal_of(ASSETS / "tidy.csv", mapping={"txt": "text"})
    assert (field.code, field.values["field"]) == ("import.unknown_field", "txt")
    assert "created_at" in str(field.values["known"])


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "Europe", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    assert refusal_of(ASSETS / "without_zone.csv", zone=zone).code == "import.unknown_zone"


def test_a_line_over_the_cap_is_rejected_without_being_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"id,text\n1,")
        for _ in range(40):
            file.write(b"a" * (1 << 20))
        file.write(b"\n2,fine\n")
    tracemalloc.start()
    found = list(read_file(path, now=NOW))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.code for one in found if isinstance(one, Rejected)] == ["import.line_too_long"]
    assert [one.native_id for one in found if isinstance(one, RawMention)] == ["2"]
    assert peak < 12 << 20


def test_a_binary_line_behind_readable_text_is_rejected_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "nul.csv", b"id,text\n1," + b"a" * 70_000 + b"\n2,a\0b\n3,fine\n")
    assert codes_of(path) == ["import.no_dates", "import.line_binary"]


@pytest.mark.parametrize(("columns", "code"), [(2_000, "too_many_columns"), (1_000_000, "header_broken")])
def test_too_many_columns_are_refused(tmp_path: Path, columns: int, code: str) -> None:
    path = written(tmp_path / "wide.csv", b",".join(b"c%d" % number for number in range(columns)) + b"\n1\n")
    assert refusal_of(path).code == f"import.{code}"


@pytest.mark.parametrize("name", ["deep.json", "deep.ndjson"])
def test_json_nested_too_deeply_is_refused(tmp_path: Path, name: str) -> None:
    deep = b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    if name.endswith(".ndjson"):
        path = written(tmp_path / name, b'{"text":"fine","id":"1"}\n' + deep)
        assert "import.json_too_deep" in codes_of(path)
    else:
        assert refusal_of(written(tmp_path / name, b"[" + deep + b"]")).code == "import.json_document_too_deep"


def test_a_json_document_over_the_cap_is_refused_and_an_array_of_that_size_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitors.json_rows.DOCUMENT_CAP", 10_000)
    posts = b",".join(b'{"text":"%d"}' % number for number in range(2_000))
    document = written(tmp_path / "document.json", b'{\n"data": [' + posts + b"]}")
    array = written(tmp_path / "array.json", b"[" + posts + b"]")
    assert refusal_of(document).code == "import.json_too_large"
    assert sum(isinstance(found, RawMention) for found in read_file(array, now=NOW)) == 2_000


def test_a_packed_file_that_grows_out_of_proportion_is_refused(tmp_path: Path) -> None:
    bomb = written(tmp_path / "bomb.csv.gz", gzip.compress(b"text\n" + b"\n" * (20 << 20)))
    assert refusal_of(bomb).code == "import.gzip_bomb"


def test_a_packed_file_over_the_plain_cap_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_bytes, "PLAIN_CAP", 1_000)
    path = written(tmp_path / "big.csv.gz", gzip.compress(b"text\n" + bytes(range(32, 127)) * 20))
    assert refusal_of(path).code == "import.gzip_bomb"


def test_an_open_quotation_mark_in_a_long_file_costs_one_line(tmp_path: Path) -> None:
    rows = b"".join(b"%d,fine\n" % number for number in range(3_000))
    found = list(read_file(written(tmp_path / "open.csv", b'id,text\n0,"open\n' + rows), now=NOW))
    assert [one.line for one in found if isinstance(one, Rejected)] == [2]
    assert sum(isinstance(one, RawMention) for one in found) == 3_000


@pytest.mark.parametrize("look", [inspect_file, lambda path: read_file(path, now=NOW)])
def test_looking_refuses_what_reading_refuses(look: Callable[[Path], object]) -> None:
    with pytest.raises(BadInput):
        look(ASSETS / "binary.csv")


def found_in_all_assets() -> Iterator[Rejected | Notice]:
    for path in sorted(ASSETS.iterdir()):
        try:
            found = list(read_file(path, now=NOW, zone="Europe/Berlin", date_order=DateOrder.DAY))
        except BadInput:
            continue
        yield from (one for one in found if isinstance(one, (Rejected, Notice)))


def test_every_rejection_and_notice_fills_its_sentence_in_both_languages() -> None:
    seen = {one.code: one.values for one in found_in_all_assets()}
    assert len(seen) > 15
    for language in LANGUAGES:
        for code, values in seen.items():
            sentence = texts.say(language, code, **values)
            assert not re.search(r"\{[a-z]+\}|^\[", sentence), sentence


def test_every_code_has_a_sentence_in_both_languages_with_the_same_placeholders() -> None:
    used = {
        code
        for path in (ROOT / "monitors").glob("*.py")
        for code in re.findall(r'"(import\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    german, english = (
        {code: sentence for code, sentence in texts.read_catalogue(language) if sentence.file == "import.po"}
        for language in LANGUAGES
    )
    assert used <= german.keys() == english.keys()
    for code, sentence in german.items():
        assert sentence.places == english[code].places, code
        assert all(sentence.forms), code
        assert all(english[code].forms), code
