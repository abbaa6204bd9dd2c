"""A watched folder: complete files are read once, bad ones named, none touched, and nothing outside the inbox."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from command_center.texts import say_error
from monitors import folder as watched
from monitors.folder import WatchedFolder

NOW = datetime.now(UTC)
GOOD = """id,text,created_at,network
1,Nordwerk ruft zurück,2026-11-20T10:00:00Z,news
2,Noch einer,2026-11-20T10:05:00Z,news
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "exports").mkdir(parents=True)
    return tmp_path / "inbox"


class Looks:
    """Looks again and again, a minute apart, as the worker does."""

    def __init__(self, inbox: Path, address: str = "exports", query: str = "") -> None:
        self.monitor = WatchedFolder(inbox)
        source = Source(
            id="s", name="F", kind="folder", plane=Plane.REAL, topic_id="", created_at=NOW, address=address, query=query
        )
        self.asked = Asked(source=source, topics=(), now=NOW)

    def look(self, *, seconds: int = 5) -> Fetched:
        self.asked = replace(self.asked, now=self.asked.now + timedelta(seconds=seconds))
        fetched = self.monitor.fetch(self.asked)
        self._keep(fetched.cursor)
        return fetched

    def _keep(self, cursor: Mapping[str, object]) -> None:
        self.asked = replace(self.asked, source=replace(self.asked.source, cursor=dict(cursor)))

    def all(self) -> list[Fetched]:
        found = [self.look()]
        while found[-1].more or len(found) < 2:
            found.append(self.look())
        return found

    def trouble(self) -> NetworkTrouble:
        with pytest.raises(NetworkTrouble) as caught:
            self.look()
        return caught.value


def texts(found: list[Fetched]) -> list[str]:
    return [mention.text for fetched in found for mention in fetched.mentions]


def test_a_file_is_read_once_it_stands_still_and_never_again(inbox: Path) -> None:
    looks = Looks(inbox)
    file = inbox / "exports" / "a.csv"
    file.write_text(GOOD[:60], encoding="utf-8")
    assert looks.look().mentions == ()
    file.write_text(GOOD, encoding="utf-8")
    assert looks.look().mentions == ()
    assert texts(looks.all()) == ["Nordwerk ruft zurück", "Noch einer"]
    assert texts(looks.all()) == []
    assert file.read_text(encoding="utf-8") == GOOD


def test_a_file_untouched_for_a_minute_is_complete_at_once(inbox: Path) -> None:
    file = inbox / "exports" / "a.csv"
    file.write_text(GOOD, encoding="utf-8")
    before = (NOW - timedelta(minutes=5)).timestamp()
    os.utime(file, (before, before))
    assert len(Looks(inbox).look().mentions) == 2


def test_what_is_still_being_carried_in_is_left_until_it_has_its_name(inbox: Path) -> None:
    looks = Looks(inbox)
    part = inbox / "exports" / "a.csv.part"
    part.write_text(GOOD, encoding="utf-8")
    assert texts(looks.all()) == []
    part.rename(inbox / "exports" / "a.csv")
    assert len(texts(looks.all())) == 2


def test_a_file_that_was_changed_is_read_again_one_only_touched_is_not(inbox: Path) -> None:
    looks = Looks(inbox)
    file = inbox / "exports" / "a.csv"
    file.write_text(GOOD, encoding="utf-8")
    looks.all()
    os.utime(file, (NOW.timestamp() + 7, NOW.timestamp() + 7))
    assert texts(looks.all()) == []
    file.write_text(GOOD + "3,Ein dritter,2026-11-20T11:00:00Z,news\n", encoding="utf-8")
    assert "Ein dritter" in texts(looks.all())


def test_a_bad_file_is_counted_named_and_left_in_peace_while_good_ones_are_read(inbox: Path) -> None:
    looks = Looks(inbox)
    bad = inbox / "exports" / "kaputt.csv"
    bad.write_bytes(b"PK\x03\x04\0\0\0\0" * 20)
    looks.look()
    assert looks.look().rejected == 1
    raised = looks.trouble()
    assert (raised.code, raised.values["file"]) == ("folder.bad_file", "kaputt.csv")
    assert raised.values["why"] == "import.spreadsheet"
    assert "{" not in say_error("en", raised)
    assert raised.retry_at is not None
    (inbox / "exports" / "gut.csv").write_text(GOOD, encoding="utf-8")
    assert looks.look().mentions == ()
    assert len(looks.look().mentions) == 2
    assert looks.trouble().code == "folder.bad_file"
    assert bad.exists()
    bad.unlink()
    assert looks.look().mentions == ()


def test_bad_rows_are_counted_and_the_others_read(inbox: Path) -> None:
    (inbox / "exports" / "a.csv").write_text(GOOD + "3,,2026-11-20T11:00:00Z,news\n", encoding="utf-8")
    found = Looks(inbox).all()
    assert (len(texts(found)), sum(each.rejected for each in found)) == (2, 1)


def test_a_long_file_comes_in_portions(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "_AT_ONCE", 10)
    rows = "".join(f"{number},Nordwerk {number},2026-11-20T10:00:00Z,news\n" for number in range(25))
    (inbox / "exports" / "a.csv").write_text("id,text,created_at,network\n" + rows, encoding="utf-8")
    found = Looks(inbox).all()
    assert [len(each.mentions) for each in found if each.mentions] == [10, 10, 5]
    assert len(set(texts(found))) == 25


@pytest.mark.parametrize("address", ["..", "../secret", "/etc", "exports/../../secret", "way_out"])
def test_a_folder_outside_the_inbox_is_not_read(inbox: Path, address: str) -> None:
    secret = inbox.parent / "secret"
    secret.mkdir()
    (secret / "a.csv").write_text(GOOD, encoding="utf-8")
    (inbox / "way_out").symlink_to(secret)
    assert Looks(inbox, address).trouble().code == "folder.outside"


def test_a_link_to_a_file_outside_is_not_read(inbox: Path) -> None:
    (inbox.parent / "geheim.csv").write_text(GOOD, encoding="utf-8")
    (inbox / "exports" / "a.csv").symlink_to(inbox.parent / "geheim.csv")
    os.mkfifo(inbox / "exports" / "b.csv")
    assert texts(Looks(inbox).all()) == []


def test_a_folder_that_is_gone_says_so(inbox: Path) -> None:
    assert Looks(inbox, "anders").trouble().code == "folder.missing"


@pytest.mark.parametrize("query", ["zone=Mars/Olympus", "date_order=year", "zone", "delete=yes"])
def test_an_option_nobody_can_mean_is_named(inbox: Path, query: str) -> None:
    assert Looks(inbox, query=query).trouble().code == "folder.bad_option"


def test_files_without_a_zone_are_read_with_the_one_that_is_said(inbox: Path) -> None:
    (inbox / "exports" / "a.csv").write_text("id,text,created_at\n1,Nordwerk,20.11.2026 10:00\n", encoding="utf-8")
    found = Looks(inbox, query="zone=Europe/Berlin network=facebook").all()
    (mention,) = [mention for each in found for mention in each.mentions]
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.network == "facebook"
