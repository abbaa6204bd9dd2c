"""Heads are signed when the interval has passed, and at once when something may not wait."""

from dataclasses import replace
from pathlib import Path

import pytest

from command_center.domain.accounts import Posture
from command_center.domain.checkpoints import Head, is_signed_by, read_note
from command_center.domain.merkle import consistency, is_consistent
from command_center.domain.proof import Verdict
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError
from command_center.ports import Caller
from command_center.signing import FileSigner, verify
from command_center.use_cases.checkpoint import rotate_log_key, sign_head, sign_when_due
from command_center.use_cases.command import SHELL
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.lock import lock_account
from command_center.use_cases.verify_log import verify_log
from tests.use_cases.conftest import Office


def watch(office: Office, name: str) -> None:
    add_topic(office.ctx, office.says("analyst"), topic=Topic(id="", name=name, terms=(name,)))


def heads(office: Office) -> list[Head]:
    with office.ctx.store.reading() as store:
        return store.find(Head, order="size")


def test_a_growing_log_is_signed_once_an_interval(office: Office) -> None:
    assert sign_when_due(office.ctx) is None
    watch(office, "a")
    assert sign_when_due(office.ctx) is not None
    watch(office, "b")
    assert sign_when_due(office.ctx) is None
    office.later(minutes=1)
    assert sign_when_due(office.ctx) is not None
    office.later(minutes=5)
    assert sign_when_due(office.ctx) is None
    assert [(head.size, head.reason) for head in heads(office)] == [(1, "interval"), (2, "interval")]


def test_a_lock_is_signed_at_once(office: Office) -> None:
    watch(office, "a")
    sign_when_due(office.ctx)
    lock_account(
        office.ctx, office.says("approver"), account_id="acc", posture=Posture.ONE_VOICE, reason="Der Sturm ist da."
    )
    head = sign_when_due(office.ctx)
    assert head is not None
    assert head.reason == "account.locked"


def test_each_head_is_signed_by_the_houses_key_and_adds_to_the_one_before(office: Office) -> None:
    for name in "abcde":
        watch(office, name)
        sign_head(office.ctx, reason="interval")
    assert sign_head(office.ctx, reason="interval") == heads(office)[-1]
    notes = [read_note(head.note) for head in heads(office)]
    assert all(is_signed_by(note, office.ctx.notary.signer.key, verify) for note in notes)
    with office.ctx.store.reading() as store:
        tree = store.tree()
    for note in notes:
        size, root = note.checkpoint.size, note.checkpoint.root
        assert is_consistent(size, tree.size, root, tree.root, consistency(size, tree.size, tree.node))


def own_key(office: Office, folder: Path) -> FileSigner:
    signer = FileSigner("example.org/log", folder / "log.key")
    office.ctx = replace(office.ctx, notary=replace(office.ctx.notary, signer=signer))
    return signer


def test_a_new_key_is_named_by_the_log_and_vouched_for_by_the_old_one(office: Office, tmp_path: Path) -> None:
    signer = own_key(office, tmp_path)
    watch(office, "a")
    sign_head(office.ctx, reason="interval")
    first = signer.key
    assert rotate_log_key(office.ctx, Caller(SHELL, "turn"), lost=False) == str(signer.key) != str(first)
    watch(office, "b")
    sign_head(office.ctx, reason="interval")
    assert signer.keys == (first, signer.key)
    for keys in ([first], [signer.key], []):
        proof = verify_log(office.ctx, "auditor", keys=keys)
        assert {finding.verdict for finding in proof.findings} == {Verdict.PROVEN}
        assert "verify.key_changed" in {finding.code for finding in proof.findings}


def test_a_key_the_log_names_without_the_old_ones_signature_does_not_count(office: Office, tmp_path: Path) -> None:
    signer = own_key(office, tmp_path)
    watch(office, "a")
    sign_head(office.ctx, reason="interval")
    first = signer.key
    rotate_log_key(office.ctx, Caller(SHELL, "turn"), lost=True)
    codes = {finding.code for finding in verify_log(office.ctx, "auditor", keys=[first]).findings}
    assert {"verify.other_key", "verify.key_lost"} <= codes
    assert verify_log(office.ctx, "auditor").intact, "the house knows both keys"
    assert verify_log(office.ctx, "auditor", keys=[first, signer.key]).intact


def test_a_lost_key_is_never_replaced_in_silence(office: Office, tmp_path: Path) -> None:
    signer = own_key(office, tmp_path)
    watch(office, "a")
    sign_head(office.ctx, reason="interval")
    signer.file.unlink()
    watch(office, "b")
    with pytest.raises(CommandCenterError, match=r"log_key\.lost"):
        sign_head(office.ctx, reason="interval")
    with pytest.raises(CommandCenterError, match=r"log_key\.lost"):
        rotate_log_key(office.ctx, Caller(SHELL, "turn"), lost=False)
    assert office.actions()[-1] == "topic.added"
    rotate_log_key(office.ctx, Caller(SHELL, "again"), lost=True)
    assert verify_log(office.ctx, "auditor").intact


def test_a_repeated_turn_gives_the_same_key(office: Office, tmp_path: Path) -> None:
    own_key(office, tmp_path)
    watch(office, "a")
    keys = {rotate_log_key(office.ctx, Caller(SHELL, "turn"), lost=False) for _ in range(2)}
    assert len(keys) == 1
