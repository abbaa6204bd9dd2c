"""Places for signed heads: a file, a git repository, people, a time-stamping authority — each the real thing."""

import hashlib
import json
import shutil
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from command_center.depositing import depositors
from command_center.depositing.time_stamp import request, stamps
from command_center.domain.checkpoints import Checkpoint, Head, head_id, signed
from command_center.errors import BadInput, CommandCenterError
from command_center.notary import Depositor
from command_center.signing import FileSigner

OPENSSL = shutil.which("openssl")
GIT = shutil.which("git")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl makes the local authority, and isn't installed")
needs_git = pytest.mark.skipif(GIT is None, reason="git isn't installed")


@pytest.fixture
def signer(tmp_path: Path) -> FileSigner:
    return FileSigner("example.org/log", tmp_path / "log.key")


def head(signer: FileSigner, size: int) -> Head:
    checkpoint = Checkpoint(signer.name, size, hashlib.sha256(bytes([size])).digest())
    note = signed(checkpoint, (signer.key, signer.sign(checkpoint.text.encode())))
    made_at = datetime(2026, 11, 21, tzinfo=UTC)
    return Head(id=head_id(size), size=size, note=note, made_at=made_at, reason="interval")


def only(address: str) -> Depositor:
    ((place, depositor),) = depositors([address], "en").items()
    assert "secret" not in place
    return depositor


def test_a_file_grows_and_gives_every_head_back(tmp_path: Path, signer: FileSigner) -> None:
    file = only(f"file:{tmp_path / 'heads.txt'}")
    assert file.kept() == ()
    receipts = [file.deposit(head(signer, size)) for size in (1, 2)]
    assert [note.checkpoint.size for note in file.kept()] == [1, 2]
    assert receipts[0].endswith(":0")
    assert receipts[1] != receipts[0]


def test_a_share_that_is_not_mounted_is_noticed(tmp_path: Path, signer: FileSigner) -> None:
    file = only(f"file:{tmp_path / 'missing' / 'heads.txt'}")
    with pytest.raises(CommandCenterError, match=r"deposit\.failed"):
        file.deposit(head(signer, 1))


def git(folder: Path, *words: str) -> str:
    command = [str(GIT), "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs_git
def test_a_repository_gets_a_commit_a_head_and_passes_it_on(tmp_path: Path, signer: FileSigner) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, words in ((there, ["--bare"]), (here, [])):
        folder.mkdir()
        git(folder, "init", "--quiet", *words)
    git(here, "remote", "add", "origin", str(there))
    place = only(f"git:{here}")
    assert place.kept() == ()
    commits = [place.deposit(head(signer, size)) for size in (1, 2)]
    assert [note.checkpoint.size for note in place.kept()] == [2]
    assert git(there, "log", "--all", "--format=%H %s").splitlines() == [
        f"{commits[1]} example.org/log 2",
        f"{commits[0]} example.org/log 1",
    ]


@needs_git
def test_what_is_no_repository_is_a_failed_deposit(tmp_path: Path, signer: FileSigner) -> None:
    with pytest.raises(CommandCenterError, match=r"deposit\.failed"):
        only(f"git:{tmp_path / 'none'}").deposit(head(signer, 1))


@pytest.mark.parametrize("address", ["", "file", "file:", "safe:/x", "tell:nonsense"])
def test_an_address_that_names_no_place_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        depositors([address], "en")


class _Answers(BaseHTTPRequestHandler):
    """Answers every POST with what ``reply`` of its server makes of the body."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status, answer = self.server.reply(body)  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.mark.sockets
def test_people_get_the_head_in_a_form_that_proves_it(server: ThreadingHTTPServer, signer: FileSigner) -> None:
    got: list[dict[str, str]] = []

    def reply(body: bytes) -> tuple[int, bytes]:
        got.append(json.loads(body))
        return 200, b""

    server.reply = reply  # type: ignore[attr-defined]
    place = only(f"tell:json://user:secret@127.0.0.1:{server.server_port}/")
    place.deposit(head(signer, 7))
    assert got[0]["title"] == "Head of the log example.org/log: 7 entries"
    assert head(signer, 7).note.strip() in got[0]["message"]
    server.reply = lambda _body: (500, b"")  # type: ignore[attr-defined]
    with pytest.raises(CommandCenterError, match=r"deposit\.failed"):
        place.deposit(head(signer, 8))


class Authority:
    """A time-stamping authority of our own, made with OpenSSL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tsa.cnf").write_text(
            "[req]\ndistinguished_name=name\n[name]\n[tsa_ext]\nextendedKeyUsage=critical,timeStamping\n"
            "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_cert=cert.pem\ncerts=cert.pem\nsigner_key=key.pem\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n"
        )
        (folder / "serial").write_text("01\n")
        new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Test authority", "-days", "2"]
        self._openssl(*new, "-keyout", "key.pem", "-out", "cert.pem", "-config", "tsa.cnf", "-extensions", "tsa_ext")

    def reply(self, body: bytes) -> tuple[int, bytes]:
        (self.folder / "query").write_bytes(body)
        self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        return 200, (self.folder / "reply").read_bytes()

    def verify(self, note: str, reply: bytes) -> None:
        (self.folder / "note").write_text(note)
        (self.folder / "kept").write_bytes(reply)
        self._openssl("ts", "-verify", "-data", "note", "-in", "kept", "-CAfile", "cert.pem")

    def _openssl(self, *words: str) -> None:
        subprocess.run([str(OPENSSL), *words], cwd=self.folder, capture_output=True, check=True)


@needs_openssl
@pytest.mark.sockets
def test_an_authority_stamps_the_head_and_its_own_tool_verifies_it(
    server: ThreadingHTTPServer, signer: FileSigner, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    server.reply = authority.reply  # type: ignore[attr-defined]
    place = only(f"tsa:http://127.0.0.1:{server.server_port}/")
    receipt = b64decode(place.deposit(head(signer, 7)))
    authority.verify(head(signer, 7).note, receipt)
    with pytest.raises(subprocess.CalledProcessError):
        authority.verify(head(signer, 8).note, receipt)
    # A stamp over something else, whoever signed it, is no receipt.
    server.reply = lambda _body: (200, receipt)  # type: ignore[attr-defined]
    with pytest.raises(CommandCenterError, match=r"deposit\.failed"):
        place.deposit(head(signer, 8))


@pytest.mark.sockets
@pytest.mark.parametrize("answer", [(200, b""), (200, b"0\x80"), (200, b"<html>"), (503, b""), (302, b"")])
def test_an_authority_that_stamps_nothing_is_a_failed_deposit(
    server: ThreadingHTTPServer, signer: FileSigner, answer: tuple[int, bytes]
) -> None:
    server.reply = lambda _body: answer  # type: ignore[attr-defined]
    with pytest.raises(CommandCenterError, match=r"deposit\.failed"):
        only(f"tsa:http://127.0.0.1:{server.server_port}/").deposit(head(signer, 1))


@pytest.mark.parametrize("nonce", [b"\x00" * 8, b"\x00\x7f" * 4, b"\x80" + b"\x01" * 7])
def test_a_request_is_the_shortest_der(nonce: bytes) -> None:
    made = request(b"\x11" * 32, nonce)
    assert made[:2] == bytes([0x30, len(made) - 2])
    assert not stamps(made, b"\x11" * 32, nonce)
