"""The tree over the log grows with every entry, on every store, and gives proofs that hold."""

import pytest

from command_center.domain.merkle import consistency, inclusion, is_consistent, is_included, root_of
from command_center.ports import Store
from tests.contracts.factories import entry


def test_the_tree_is_that_of_the_entries_and_proves_each(store: Store) -> None:
    roots = {}
    for number in range(1, 14):
        with store.writing() as work:
            work.append(entry(f"subject-{number}"))
        with store.reading() as look:
            roots[number] = look.tree().root
    with store.reading() as look:
        leaves = [bytes.fromhex(each.hash) for each in look.log()]
        tree = look.tree()
        assert tree.size == len(leaves)
        assert tree.root == root_of(leaves)
        for index, leaf in enumerate(leaves):
            assert is_included(leaf, index, tree.size, inclusion(index, tree.size, tree.node), tree.root)
        for old, before in roots.items():
            assert is_consistent(old, tree.size, before, tree.root, consistency(old, tree.size, tree.node))


def append_and_fail(store: Store) -> None:
    with store.writing() as work:
        work.append(entry("second"))
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_no_node(store: Store) -> None:
    with store.writing() as work:
        work.append(entry("first"))
    with pytest.raises(ZeroDivisionError):
        append_and_fail(store)
    with store.writing() as work:
        work.append(entry("third"))
    with store.reading() as look:
        assert look.tree().root == root_of(bytes.fromhex(each.hash) for each in look.log())
