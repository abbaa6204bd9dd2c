"""Heads are signed when the interval has passed, and at once when something may not wait."""

from command_center.domain.accounts import Posture
from command_center.domain.checkpoints import Head, is_signed_by, read_note
from command_center.domain.merkle import consistency, is_consistent
from command_center.domain.topics import Topic
from command_center.signing import verify
from command_center.use_cases.checkpoint import sign_head, sign_when_due
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.lock import lock_account
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
