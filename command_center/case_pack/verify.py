"""Check an evidence pack without the program that made it: ``python verify.py [--key KEY] [--checkpoint FILE]``.

Needs Python 3.9 and nothing else; with the package ``cryptography`` signatures are checked too. Run it in the folder
the pack was unzipped into, best with a verify.py and a KEY that you did not get with the pack. The rules are
published: leaves and proofs RFC 9162 (section 2.1), heads https://c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

NOTE = re.compile(r"^(\S[^\n]*\n(\d+)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n((?:— [^\n]+(?:\n|\Z))+)", re.MULTILINE)
BROKEN: list[str] = []


def say(verdict: str, text: str) -> None:
    """Print one finding; what is broken decides the exit code."""
    if verdict == "BROKEN":
        BROKEN.append(text)
    print(f"{verdict}: {text}")


def sha256(data: bytes) -> bytes:
    """Return SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Check an inclusion proof (RFC 9162, 2.1.3.2)."""
    place, last, current = index, size - 1, leaf
    if not 0 <= index < size:
        return False
    for each in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            current = sha256(b"\x01" + each + current)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            current = sha256(b"\x01" + current + each)
        place, last = place >> 1, last >> 1
    return last == 0 and current == root


def consistent(old: int, size: int, before: bytes, after: bytes, proof: list[bytes]) -> bool:
    """Check a consistency proof (RFC 9162, 2.1.4.2)."""
    if old == size:
        return before == after and not proof
    if not 0 < old < size or not proof:
        return False
    path = list(proof) if old & (old - 1) else [before, *proof]
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    one = two = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            one, two = sha256(b"\x01" + each + one), sha256(b"\x01" + each + two)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            two = sha256(b"\x01" + two + each)
        place, last = place >> 1, last >> 1
    return last == 0 and one == before and two == after


def notes(text: str) -> list[Any]:
    """Return (text, size, root, signatures) of every signed head in a text."""
    found = []
    for text_, size, root, lines in NOTE.findall(text.replace("\r\n", "\n")):
        signatures = [line.split(" ", 2)[1:] for line in lines.strip().split("\n")]
        found.append((text_, int(size), base64.b64decode(root), signatures))
    return found


def signed(text: str, signatures: list[list[str]], keys: list[str]) -> bool | None:
    """Tell whether one of the keys signed a head; None where signatures can't be checked here."""
    if Ed25519PublicKey is None:
        return None
    for key in keys:
        name, number, data = key.strip().split("+", 2)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(data)[1:])
        for who, line in signatures:
            value = base64.b64decode(line)
            if who == name and value[:4].hex() == number:
                try:
                    public.verify(value[4:], text.encode())
                except InvalidSignature:
                    continue
                return True
    return False


def check_files(folder: Path) -> None:
    """Compare every file with the manifest."""
    sums = json.loads((folder / "manifest.json").read_text("utf-8"))
    wrong = [name for name in sums if not _is(folder / name, sums[name])]
    if wrong:
        say("BROKEN", f"changed or missing files: {', '.join(sorted(wrong))}")
    else:
        say("PROVEN", f"{len(sums)} files are as the manifest lists them")


def _is(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hex() == expected


def check_heads(heads: list[Any], proofs: dict[str, Any], keys: list[str]) -> None:
    """Check every head's signature, and that each only grew into the newest."""
    _, size, root, _ = heads[-1]
    for text, old, before, signatures in heads:
        good = signed(text, signatures, keys)
        if good is False:
            say("BROKEN", f"the head over {old} entries is signed by none of the keys")
        path = [bytes.fromhex(each) for each in proofs["consistency"].get(str(old), [])]
        if not consistent(old, size, before, root, path):
            say("BROKEN", f"the head over {old} entries is no beginning of the newest")
    if Ed25519PublicKey is None:
        say("OPEN", "signatures were not checked: the package cryptography is missing")
    elif not BROKEN:
        say(
            "PROVEN", f"{len(heads)} heads are signed and each adds to the one before; the newest covers {size} entries"
        )


def check_entries(folder: Path, heads: list[Any], proofs: dict[str, Any]) -> None:
    """Check that every entry is in the tree of the newest head, at its number."""
    _, size, root, _ = heads[-1]
    seen: dict[int, str] = {}
    after = 0
    for line in (folder / "entries.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        number, body = entry["number"], entry["body"]
        seen[number] = body
        path = [bytes.fromhex(each) for each in proofs["inclusion"].get(str(number), [])]
        if number > size:
            after += 1
        elif json.loads(body).get("number") != number or not included(
            sha256(b"\x00" + body.encode("utf-8", "surrogatepass")), number - 1, size, path, root
        ):
            say("BROKEN", f"entry {number} is not in the log the head vouches for")
        elif not texts_hold(json.loads(body).get("commitments", {}), entry.get("texts", [])):
            say("BROKEN", f"what people wrote in entry {number} is not what the log commits to")
    missing = [number for number in map(int, proofs["inclusion"]) if number not in seen]
    if missing:
        say("BROKEN", f"entries are missing: {missing[:20]}")
    if after:
        say("OPEN", f"{after} entries were written after the newest head")
    if not BROKEN:
        say("PROVEN", f"{len(seen) - after} entries are in the log, each in its place")
    check_case(folder, seen)


def texts_hold(commitments: dict[str, str], texts: list[dict[str, str]]) -> bool:
    """Check what people wrote against its commitment, HMAC-SHA256(salt, field, 0, value); erased texts hold."""
    if {each["field"] for each in texts} != set(commitments):
        return False
    return all(
        hmac.new(
            bytes.fromhex(each["salt"]), each["field"].encode() + b"\0" + each["value"].encode(), "sha256"
        ).hexdigest()
        == commitments[each["field"]]
        for each in texts
        if not each.get("erased_at")
    )


def check_case(folder: Path, seen: dict[int, str]) -> None:
    """Compare the log in the case file with the entries."""
    case = sqlite3.connect(f"file:{folder / 'case.sqlite'}?mode=ro", uri=True)
    try:
        rows = dict(case.execute("select number, body from log"))
    except sqlite3.Error:
        rows = {}
    finally:
        case.close()
    if rows == seen:
        say("PROVEN", "the log in case.sqlite is the same")
    else:
        say("BROKEN", "the log in case.sqlite differs from entries.jsonl")


def check_outside(path: Path, heads: list[Any], keys: list[str]) -> None:
    """Compare the pack with heads somebody kept elsewhere."""
    known = {size: root for _, size, root, _ in heads}
    kept = notes(path.read_text("utf-8"))
    if not kept:
        say("OPEN", f"{path} holds no head")
    for text, size, root, signatures in kept:
        if signed(text, signatures, keys) is False:
            say("BROKEN", f"{path}: the head over {size} entries is signed by none of the keys")
        elif size not in known:
            say("OPEN", f"{path}: the pack holds no head over {size} entries to compare with")
        elif known[size] == root:
            say("PROVEN", f"{path}: the first {size} entries are unchanged since then")
        else:
            say("BROKEN", f"{path}: history was rewritten before entry {size}")


def main() -> int:
    """Check the pack beside this file; exit code 1 when anything is broken."""
    arguments = argparse.ArgumentParser(description="Check an evidence pack.")
    arguments.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    arguments.add_argument("--key", action="append", default=[], help="a verifier key you got elsewhere")
    arguments.add_argument("--checkpoint", action="append", default=[], type=Path, help="heads kept elsewhere")
    asked = arguments.parse_args()
    try:
        return check_pack(asked.folder, asked)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, sqlite3.Error) as wrong:
        say("BROKEN", f"the pack can't be read to its end ({type(wrong).__name__}: {wrong})")
        return 1


def check_pack(folder: Path, asked: argparse.Namespace) -> int:
    """Check all of it; raises what its files make Python raise."""
    keys = asked.key or [line for line in (folder / "keys.txt").read_text("utf-8").splitlines() if line]
    if not asked.key:
        say("OPEN", "the keys came with the pack; compare them with what the house told you, or give --key")
    check_files(folder)
    heads = [head for file in sorted((folder / "heads").glob("*.txt")) for head in notes(file.read_text("utf-8"))]
    proofs = json.loads((folder / "proofs.json").read_text("utf-8"))
    if not heads:
        say("OPEN", "the pack holds no signed head: nothing proves when it was written")
        return 1
    check_heads(heads, proofs, keys)
    check_entries(folder, heads, proofs)
    for path in asked.checkpoint:
        check_outside(path, heads, keys)
    if not asked.checkpoint:
        say("OPEN", "no head kept elsewhere was given (--checkpoint)")
    return 1 if BROKEN else 0


if __name__ == "__main__":
    sys.exit(main())
