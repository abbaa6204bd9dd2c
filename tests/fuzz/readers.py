"""Everything that reads what came from outside, each with valid samples to spoil.

A reader takes bytes and returns, or raises what people are told as a sentence; anything else it does is a failure.
"""

import gzip
import io
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from command_center import texts
from command_center.case_pack import verify as pack_check
from command_center.domain.checkpoints import notes_in, read_key, read_note
from command_center.domain.mentions import RawMention
from command_center.domain.notes import read_note as read_trouble
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError
from command_center.id_tokens import UnknownKey, signed_content
from command_center.plan_files import load_plans
from command_center.settings import read_settings
from command_center.signing import verify
from command_center.storage.backup import restore
from command_center.storage.mention_rows import _row
from command_center.storage.values import time_text
from command_center.use_cases.import_mentions import hearing as hearing_of
from command_center.use_cases.import_mentions import mention_of
from command_center.use_cases.judge import judge_rows, read_rows
from command_center.use_cases.verify_log import verify_file
from command_center.web.api_door import read
from command_center.web.api_models import Wish
from monitors.event_lines import LineTooLong, sent_events
from monitors.feed_items import NotAFeed, read_page
from monitors.files import DateOrder, Notice, Rejected, inspect_file, read_file
from monitors.jetstream import Catch
from monitors.mastodon_posts import mention_of as mastodon_mention
from monitors.webhook import read_mentions
from monitors.x_posts import page_of
from tests.fuzz.samples import COUNTS, FEEDS, FRAMES, HOOKS, SETTINGS, STATUSES, TOKENS, WISHES, X_PAGES

ROOT: Final = Path(__file__).resolve().parents[2]
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
ASSETS: Final = ROOT / "tests" / "assets"
_TOPIC: Final = Topic(id="t", name="Nordwerk", terms=("Nordwerk",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One way in: its name, what it may be given, and what is done with it in a folder of its own."""

    name: str
    samples: tuple[bytes, ...]
    read: Callable[[bytes, Path], None]
    weight: int = 1


def readers(log: bytes, note: bytes, store: bytes, pack: dict[str, bytes]) -> list[Reader]:
    """List them; what only a house can write (a log, a signed head, a store, an evidence pack) is given."""
    mentions = tuple(sorted((ASSETS / "mentions").iterdir()))
    plans = (*sorted((ROOT / "crisis_plans").glob("*.yml"))[:3], *sorted((ASSETS / "plans").iterdir()))
    return [
        Reader(name="mentions", samples=tuple(each.read_bytes() for each in mentions), read=_mentions, weight=6),
        Reader(name="plan", samples=tuple(each.read_bytes() for each in plans), read=_plan, weight=2),
        Reader(name="feed", samples=FEEDS, read=_feed, weight=2),
        Reader(name="webhook", samples=HOOKS, read=lambda data, _: _webhook(data), weight=2),
        Reader(name="wish", samples=WISHES, read=lambda data, _: _wish(data)),
        Reader(name="jetstream", samples=FRAMES, read=lambda data, _: _frames(data), weight=2),
        Reader(name="x page", samples=X_PAGES, read=lambda data, _: _x(data)),
        Reader(name="mastodon", samples=STATUSES, read=lambda data, _: _mastodon(data)),
        Reader(name="event lines", samples=(b"event: update\ndata: {}\n\n:thump\ndata: a\ndata: b\n\n",), read=_events),
        Reader(name="exported log", samples=(log,), read=_log, weight=2),
        Reader(name="signed head", samples=(note, note * 3), read=lambda data, _: _heads(data), weight=2),
        Reader(name="counts", samples=(COUNTS,), read=lambda data, _: _counts(data)),
        Reader(name="settings", samples=SETTINGS, read=lambda data, _: _settings(data)),
        Reader(name="id token", samples=TOKENS, read=lambda data, _: _token(data)),
        Reader(name="store to restore", samples=(store,), read=_restore),
        *_pack_readers(pack),
    ]


def said(code: str, values: Mapping[str, object]) -> None:
    """Check that there is a sentence in every language, with everything it names."""
    for language in texts.LANGUAGES:
        sentence = texts.say(language, code, **values)
        assert sentence, code
        assert not sentence.startswith("["), f"no sentence for {code}"


def _mentions(data: bytes, folder: Path) -> None:
    file = folder / "mentions.csv"
    file.write_bytes(data)
    for zone, order in ((None, None), ("Europe/Berlin", DateOrder.DAY)):
        options: dict[str, Any] = {"zone": zone, "date_order": order}
        try:
            inspect_file(file)
            for found in read_file(file, now=NOW, **options):
                _sound(found)
        except CommandCenterError as error:
            if error.code not in {"import.zone_needed", "import.date_order"}:
                raise


def _sound(found: RawMention | Rejected | Notice) -> None:
    if isinstance(found, RawMention):
        _check_mention(found)
    else:
        said(found.code, found.values)


def _check_mention(found: RawMention) -> None:
    """Whatever is handed on can be judged and stored: Unicode without NUL, UTC, numbers that fit, links to the web."""
    assert found.native_id
    assert found.created_at is None or found.created_at.utcoffset() == timedelta(0)
    assert not found.url or found.url.casefold().startswith(("https://", "http://"))
    for cell in _row(mention_of(found, topic=_TOPIC, source_id="s", seen_at=NOW, said=hearing_of()(found)), time_text):
        if isinstance(cell, str):
            cell.encode()
            assert "\x00" not in cell
        else:
            assert cell is None or abs(cell) < 2**63


def _plan(data: bytes, folder: Path) -> None:
    (folder / "plan.yml").write_bytes(data)
    shelf = load_plans(folder)
    assert shelf.plans or shelf.problems
    for problem in shelf.problems:
        said(problem.code, problem.values)


def _feed(data: bytes, _: Path) -> None:
    for kind in ("application/rss+xml", "application/feed+json", "text/html; charset=\xff"):
        try:
            page = read_page(data, content_type=kind, address="https://news.example.org/feed")
        except NotAFeed:
            continue
        for item in page.items:
            assert not item.link or item.link.startswith(("http://", "https://"))
            item.text.encode("utf-8")


def _webhook(data: bytes) -> None:
    fetched, faults = read_mentions(data)
    assert fetched.seen == len(fetched.mentions) + len(faults)
    for mention in fetched.mentions:
        _check_mention(mention)
    json.dumps(faults).encode()


def _wish(data: bytes) -> None:
    wish = read(Wish, data)
    wish.text.encode("utf-8")
    assert wish.due_at is None or wish.due_at.utcoffset() == timedelta(0)


def _frames(data: bytes) -> None:
    catch = Catch(newest=0, clock=lambda: NOW)
    for line in data.split(b"\n"):
        catch.take(line, lambda _: True)
    assert catch.heard == data.count(b"\n") + 1
    for mention in catch.mentions:
        _check_mention(mention)


def _x(data: bytes) -> None:
    body = _parsed(data)
    if isinstance(body, dict):
        page = page_of(body)
        assert page.read == len(page.mentions) + page.rejected
        for mention in page.mentions:
            _check_mention(mention)


def _mastodon(data: bytes) -> None:
    status = _parsed(data)
    try:
        mention = mastodon_mention(status, "chaos.example")
    except ValueError:
        return
    if mention is not None:
        _check_mention(mention)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _events(data: bytes, _: Path) -> None:
    try:
        for _sent in sent_events(iter([data[:7], data[7:]])):
            pass
    except LineTooLong:
        return


def _log(data: bytes, folder: Path) -> None:
    file = folder / "log.jsonl"
    file.write_bytes(data)
    try:
        with file.open(encoding="utf-8") as lines:
            found = verify_file(lines, heads=[], keys=[], check=verify)
    except UnicodeDecodeError:
        return
    if found.chain.reason:
        said(found.chain.reason, {})


def _heads(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for do in (notes_in, read_note, read_key, read_trouble):
        try:
            do(text)
        except CommandCenterError as error:
            said(error.code, error.values)


def _counts(data: bytes) -> None:
    for _counted in judge_rows(read_rows(data.decode("utf-8", "replace").splitlines(keepends=True))):
        pass


def _settings(data: bytes) -> None:
    environment = {}
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        name, _, value = line.partition("=")
        environment[name.replace("\x00", "")] = value.replace("\x00", "")
    read_settings(environment)


def _token(data: bytes) -> None:
    keys = ({"kty": "RSA", "n": "AQAB" * 90, "e": "AQAB"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})
    try:
        signed_content(data.decode("utf-8", "replace"), keys)
    except UnknownKey:
        return
    raise AssertionError("a token nobody signed was believed")


def _restore(data: bytes, folder: Path) -> None:
    file, target = folder / "copy.sqlite", folder / "new" / "store.sqlite"
    target.parent.mkdir(exist_ok=True)
    for old in target.parent.iterdir():
        old.unlink()
    file.write_bytes(data)
    try:
        restore(file, target)
    except CommandCenterError:
        assert not target.exists() or not target.stat().st_size, "half restored"
        raise


def _pack_readers(pack: dict[str, bytes]) -> list[Reader]:
    named = [name for name in pack if name.endswith((".json", ".jsonl", ".txt", ".sqlite"))]
    return [Reader(name=f"pack, {name}", samples=(pack[name],), read=_in_pack(pack, name)) for name in named]


def _in_pack(pack: dict[str, bytes], spoilt: str) -> Callable[[bytes, Path], None]:
    def check(data: bytes, folder: Path) -> None:
        for name, content in {**pack, spoilt: data}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        pack_check.FOUND.clear()
        told = io.StringIO()
        with patch.object(sys, "argv", ["verify.py", str(folder)]), redirect_stdout(told):
            code = pack_check.main()
        # The manifest only lists; everything else it, or a signature, vouches for.
        assert code == 1 or spoilt == "manifest.json" or data == pack[spoilt], f"believed:\n{told.getvalue()}"

    return check


def packed(data: bytes) -> bytes:
    """Return a sample as gzip."""
    return gzip.compress(data, mtime=0)
