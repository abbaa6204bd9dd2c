"""Check an evidence pack without the program that made it: ``python verify.py [--key KEY] [--checkpoint FILE]``.

Needs Python 3.9 and nothing else; with the package ``cryptography`` signatures are checked too. Run it in the folder
the pack was unzipped into, best with a verify.py and a KEY that you did not get with the pack. The rules are
published: leaves and proofs RFC 9162 (section 2.1), heads https://c2sp.org/tlog-checkpoint.

Exit code 0: nothing is broken. 1: something is. 2: there is nothing here that could be checked.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from command_center.case_pack.verify_rules import (
    SIGNATURES,
    canonical,
    consistent,
    included,
    notes,
    sha256,
    signed,
    texts_hold,
    verifier_key,
)

# Filled in when a pack is made: the sentences by language and code. Without them the codes speak.
TEXTS: dict[str, dict[str, str]] = {}

PROVEN, OPEN, BROKEN = "proven", "open", "broken"
FOUND: list[str] = []
LANGUAGE = ["en"]
# An Ed25519 public key as OpenSSL reads it begins with this (RFC 8410, section 4).
SPKI = bytes.fromhex("302a300506032b6570032100")
# What nothing but the manifest speaks for: they are made from the rest, or they are what checks it.
MANIFEST_ONLY = ("report.html", "report.pdf", "pack.json", "deposits.json", "verify.py")


def words(code: str, **values: object) -> str:
    """Return a sentence; what could steer a terminal is left out."""
    text = TEXTS.get(LANGUAGE[0], {}).get("pack." + code, "") or code + " " + " ".join(f"{{{each}}}" for each in values)
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text).strip()


def say(verdict: str, code: str, **values: object) -> None:
    """Print one finding; what is broken decides the exit code."""
    FOUND.append(verdict)
    print(f"{words(verdict)}: {words(code, **values)}")


def attempt(file: str, check: Callable[..., Any], *arguments: Any) -> Any:
    """Run one check; what can't be read was changed, and the next check still runs."""
    try:
        return check(*arguments)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        sqlite3.Error,
    ) as error:
        say(BROKEN, "unreadable", file=file, why=f"{type(error).__name__}: {error}"[:200])
        return None


def load(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text("utf-8"))


def check_files(folder: Path) -> list[str]:
    """Compare every file with the manifest; returns the names it lists."""
    sums = load(folder / "manifest.json")
    wrong = [name for name in sums if ".." in Path(name).parts or not _is(folder / name, sums[name])]
    there = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    strange = sorted(each for each in there - set(sums) - {"manifest.json"} if "__pycache__" not in each)
    if wrong:
        say(BROKEN, "files_changed", names=", ".join(sorted(wrong)))
    else:
        say(PROVEN, "files_hold", count=len(sums))
    if strange:
        say(OPEN, "files_unlisted", names=", ".join(strange[:20]))
    return list(sums)


def _is(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hex() == expected


def check_heads(heads: list[Any], proofs: dict[str, Any], keys: list[str]) -> None:
    """Check every head's signature, and that each only grew into the newest."""
    _, size, root, _ = heads[-1]
    before_this = FOUND.count(BROKEN)
    for text, old, before, signatures in heads:
        if signed(text, signatures, keys) is False:
            say(BROKEN, "head_unsigned", size=old)
        path = [bytes.fromhex(each) for each in proofs["consistency"].get(str(old), [])]
        if not consistent(old, size, before, root, path):
            say(BROKEN, "head_no_beginning", size=old)
    if FOUND.count(BROKEN) == before_this:
        unsigned = not SIGNATURES
        say(PROVEN, "heads_grow" if unsigned else "heads_hold", count=len(heads), size=size)
    if not SIGNATURES:
        say(OPEN, "signatures_unchecked")


def check_openssl(folder: Path, head: Any, keys: list[str]) -> None:
    """See that what OpenSSL is given is the newest head, with its signature and its key."""
    text, _, _, signatures = head
    if not (folder / "openssl").is_dir():
        return
    pem = "".join((folder / "openssl/key.pem").read_text("utf-8").split("\n")[1:-2])
    known = {SPKI + verifier_key(key)[2] for key in keys}
    same = (
        (folder / "openssl/head.txt").read_bytes() == text.encode()
        and (folder / "openssl/head.sig").read_bytes() in {base64.b64decode(line)[4:] for _, line in signatures}
        and base64.b64decode(pem, validate=True) in known
    )
    if not same:
        say(BROKEN, "openssl_differs")


def check_entries(folder: Path, heads: list[Any], proofs: dict[str, Any]) -> list[dict[str, Any]]:
    """Check that every entry is in the tree of the newest head, at its number, with its texts; returns them all."""
    _, size, root, _ = heads[-1]
    before_this, after, untold = FOUND.count(BROKEN), 0, 0
    entries = [json.loads(line) for line in (folder / "entries.jsonl").read_text("utf-8").splitlines()]
    for entry in entries:
        number, leaf = entry["number"], sha256(b"\x00" + entry["body"].encode("utf-8", "surrogatepass"))
        path = [bytes.fromhex(each) for each in proofs["inclusion"].get(str(number), [])]
        entry["said"] = json.loads(entry["body"])
        untold += sum(1 for each in entry.get("texts", []) if each.get("erased_at") or each.get("withheld"))
        if leaf.hex() != entry["hash"] or entry["said"].get("number") != number:
            say(BROKEN, "entry_changed", number=number)
        elif number > size:
            after += 1
        elif not included(leaf, number - 1, size, path, root):
            say(BROKEN, "entry_not_in_log", number=number)
        if not texts_hold(entry["said"].get("commitments", {}), entry.get("texts", [])):
            say(BROKEN, "text_changed", number=number)
    missing = sorted(set(map(int, proofs["inclusion"])) - {entry["number"] for entry in entries})
    if missing:
        say(BROKEN, "entries_missing", numbers=missing[:20])
    if FOUND.count(BROKEN) == before_this:
        say(PROVEN, "entries_hold", count=len(entries) - after, size=size)
    if after:
        say(OPEN, "entries_after", count=after)
    if untold:
        say(OPEN, "texts_untold", count=untold)
    return entries


def check_words(folder: Path, entries: list[dict[str, Any]]) -> None:
    """Hold the wording of statements and posts against the sums in the entries about them."""
    sums: dict[str, set[str]] = {}
    for said in (entry["said"] for entry in entries):
        details = said["details"]
        sums.setdefault(said["subject"], set()).update(filter(None, map(details.get, ("content_hash", "text_hash"))))
    versions = load(folder / "statements.json")["statement_versions"]
    contents = [(each["id"], canonical(json.loads(each["content"]))) for each in versions]
    posts = [(each["id"], each["text"].encode("utf-8", "replace")) for each in load(folder / "posts.json")]
    for kind, things in (("statements", contents), ("posts", posts)):
        told = [(name, sha256(data).hex()) for name, data in things if sums.get(name)]
        changed = [name for name, found in told if found not in sums[name]]
        if changed:
            say(BROKEN, kind + "_changed", names=", ".join(changed[:20]))
        elif told:
            say(PROVEN, kind + "_hold", count=len(told))
        if len(told) < len(things):
            say(OPEN, kind + "_unspoken", count=len(things) - len(told))


def check_case(folder: Path, entries: list[dict[str, Any]]) -> None:
    """Compare the case file with the entries, statements and posts, and name what nothing else speaks for."""
    compared = dict(load(folder / "statements.json"), publications=load(folder / "posts.json"))
    with contextlib.closing(
        sqlite3.connect((folder / "case.sqlite").resolve().as_uri() + "?mode=ro&immutable=1", uri=True)
    ) as case:
        case.row_factory = sqlite3.Row
        names = [row[0] for row in case.execute("select name from sqlite_master where type = 'table' order by 1")]
        tables = [each for each in names if "_fts" not in each and not each.startswith("sqlite_")]
        damage = [row[0] for row in case.execute("pragma integrity_check") if row[0] != "ok"]
        logged = {row["number"]: row["body"] for row in case.execute("select number, body from log")}
        differs = [] if logged == {entry["number"]: entry["body"] for entry in entries} else ["log"]
        for name in sorted(compared):
            rows = [dict(row) for row in case.execute(f'select * from "{name}"')] if name in tables else []  # noqa: S608
            if _comparable(rows) != _comparable(compared[name]):
                differs.append(name)
    if damage or differs:
        say(BROKEN, "case_differs", names=", ".join([*differs, *damage[:3]]))
    else:
        say(PROVEN, "case_holds", names=", ".join(["log", *sorted(compared)]))
    say(OPEN, "case_rest", names=", ".join(sorted(set(tables) - set(compared) - {"log"})))


def _comparable(rows: list[dict[str, Any]]) -> list[str]:
    # SQLite keeps true as 1.
    plain = ({key: int(v) if isinstance(v, bool) else v for key, v in row.items() if v is not None} for row in rows)
    return sorted(json.dumps(row, sort_keys=True) for row in plain)


def check_deposits(folder: Path) -> None:
    """See that each time stamp is over the head it names; who gave it, OpenSSL checks."""
    stamped = [each for each in load(folder / "deposits.json") if each["receipt"].startswith("time_stamps/")]
    for each in stamped:
        if sha256((folder / each["head"]).read_bytes()) not in (folder / each["receipt"]).read_bytes():
            say(BROKEN, "stamp_differs", file=each["receipt"])
    if stamped:
        say(OPEN, "stamps_unchecked", count=len(stamped))


def heads_in(path: Path) -> list[Any]:
    """Return every signed head in a file; raises ``ValueError`` without any."""
    found = notes(path.read_text("utf-8"))
    if not found:
        raise ValueError("no signed head")
    return found


def check_outside(path: Path, heads: list[Any], keys: list[str]) -> None:
    """Compare the pack with heads somebody kept elsewhere."""
    known = {size: root for _, size, root, _ in heads}
    for text, size, root, signatures in heads_in(path):
        if signed(text, signatures, keys) is False:
            say(BROKEN, "outside_unsigned", file=path, size=size)
        elif size not in known:
            say(OPEN, "outside_unknown", file=path, size=size)
        elif known[size] == root:
            say(PROVEN, "outside_same", file=path, size=size)
        else:
            say(BROKEN, "outside_rewritten", file=path, size=size)


def check_pack(folder: Path, asked: argparse.Namespace) -> bool:
    """Check the pack, part by part; returns whether there was a head to check it by."""
    listed = attempt("manifest.json", check_files, folder) or []
    keys = asked.key or attempt("keys.txt", lambda: (folder / "keys.txt").read_text("utf-8").split()) or []
    if not asked.key:
        say(OPEN, "keys_came_along")
    files = sorted(name for name in listed if re.fullmatch(r"heads/\d+\.txt", name))
    heads = [head for name in files for head in attempt(name, heads_in, folder / name) or []]
    proofs = attempt("proofs.json", load, folder / "proofs.json")
    if heads and proofs is not None:
        attempt("heads, keys.txt, proofs.json", check_heads, heads, proofs, keys)
        attempt("openssl", check_openssl, folder, heads[-1], keys)
        entries = attempt("entries.jsonl", check_entries, folder, heads, proofs)
        if entries is not None:
            attempt("statements.json, posts.json", check_words, folder, entries)
            attempt("case.sqlite", check_case, folder, entries)
    attempt("deposits.json", check_deposits, folder)
    for path in asked.checkpoint:
        attempt(str(path), check_outside, path, heads, keys)
    if not asked.checkpoint:
        say(OPEN, "nothing_outside")
    say(OPEN, "manifest_only", names=", ".join(name for name in MANIFEST_ONLY if name in listed))
    return bool(heads)


def main() -> int:
    """Check the pack beside this file, or in the folder given."""
    parser = argparse.ArgumentParser(description="Check an evidence pack / Beweispaket prüfen")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", action="append", default=[], help="a verifier key you got elsewhere")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="heads kept elsewhere")
    parser.add_argument("--language", choices=["de", "en"], help="the pack's own when left out")
    asked = parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    about: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
        about = dict(load(asked.folder / "pack.json"))
    LANGUAGE[0] = asked.language or ("de" if about.get("language") == "de" else "en")
    if not (asked.folder / "manifest.json").is_file():
        print(words("no_pack", folder=asked.folder))
        return 2
    print(words("about", title=about.get("title", "?"), house=about.get("house", "?")))
    vouched = check_pack(asked.folder, asked)
    if not vouched:
        say(OPEN, "no_head")
    counts = {name: FOUND.count(name) for name in (PROVEN, OPEN, BROKEN)}
    print(words("result_broken" if counts[BROKEN] else "result_whole" if vouched else "result_unproven", **counts))
    return 1 if counts[BROKEN] else 0 if vouched else 2


if __name__ == "__main__":
    sys.exit(main())
