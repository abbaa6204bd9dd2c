"""Heads are written and read as the published formats say, and only the right key's signature counts."""

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from command_center.domain.checkpoints import Checkpoint, VerifierKey, is_signed_by, read_key, read_note, signed
from command_center.errors import BadInput
from command_center.signing import verify

ROOT = bytes(range(32))
# The key of the Go sumdb note package's documentation.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def private(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def key(number: int = 1, name: str = "example.org/log") -> VerifierKey:
    return VerifierKey(name, private(number).public_key().public_bytes_raw())


def note(number: int = 1, size: int = 7) -> str:
    checkpoint = Checkpoint("example.org/log", size, ROOT)
    return signed(checkpoint, (key(number), private(number).sign(checkpoint.text.encode())))


def test_a_published_key_reads_and_writes_alike() -> None:
    assert str(read_key(PETER)) == PETER


def test_a_published_note_is_signed_by_its_key() -> None:
    # The example of golang.org/x/mod/sumdb/note; its text isn't a checkpoint, so only the signature is checked.
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    data = b64decode(line)
    assert data[:4] == read_key(PETER).number
    assert verify(read_key(PETER).public, data[4:], text.encode())


def test_a_note_comes_back_as_it_was_signed() -> None:
    found = read_note(note())
    assert (found.checkpoint.origin, found.checkpoint.size, found.checkpoint.root) == ("example.org/log", 7, ROOT)
    assert is_signed_by(found, read_key(str(key())), verify)


def test_other_keys_names_and_texts_do_not_count() -> None:
    found = read_note(note())
    assert not is_signed_by(found, key(2), verify)
    assert not is_signed_by(found, key(1, "example.org/other"), verify)
    assert not is_signed_by(read_note(note().replace("\n7\n", "\n8\n")), key(), verify)


def test_a_note_may_carry_signatures_of_others() -> None:
    both = note() + "— witness.example " + b64encode(b"abcd" + b"\0" * 64).decode() + "\n"
    assert is_signed_by(read_note(both), key(), verify)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a\n1\n",
        "a\n01\nAAAA\n\n— b c\n",
        "a\n-1\nAAAA\n\n— b c\n",
        note()[:-90],
        note().replace("—", "-"),
        "x" * 20_000,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"checkpoint\.unreadable"):
        read_note(text)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", PETER[:-4], PETER.replace("c74f", "c74e"), "a b+1+2"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"checkpoint\.not_a_key"):
        read_key(text)
