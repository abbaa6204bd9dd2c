"""The tree is the published one, proofs hold for every size, and nothing else passes as a proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.merkle import (
    EMPTY,
    Node,
    completed,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
)

# The leaves and roots every implementation of RFC 6962 is tested with (Certificate Transparency's own test data).
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree(leaves: list[bytes]) -> Node:
    nodes: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(leaves):
        nodes[0, size] = leaf
        for level, position, hash_ in completed(size, leaf, lambda level, position: nodes[level, position]):
            nodes[level, position] = hash_
    return lambda level, position: nodes[level, position]


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def naive(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive(leaves[:half]), naive(leaves[half:]))


def test_the_roots_are_those_of_the_published_test_data() -> None:
    node = tree([leaf_hash(leaf) for leaf in LEAVES])
    assert {size: root(size, node).hex() for size in ROOTS} == ROOTS
    assert root(0, node) == EMPTY


@given(st.integers(1, 200), st.data())
def test_every_leaf_is_proven_and_no_other_hash_is(size: int, data: st.DataObject) -> None:
    leaves = numbered(size)
    node, index = tree(leaves), data.draw(st.integers(0, size - 1))
    top, proof = root(size, node), inclusion(index, size, node)
    assert top == naive(leaves)
    assert is_included(leaves[index], index, size, proof, top)
    assert not is_included(leaf_hash(b"other"), index, size, proof, top)
    assert not is_included(leaves[index], index + 1, size, proof, top)
    assert not is_included(leaves[index], index, size, (*proof, top), top)
    if proof:
        assert not is_included(leaves[index], index, size, proof[:-1], top)


@given(st.integers(0, 150), st.integers(0, 150), st.data())
def test_growth_is_proven_and_a_rewritten_past_is_not(first: int, second: int, data: st.DataObject) -> None:
    old, size = sorted((first, second))
    leaves = numbered(size)
    node = tree(leaves)
    before, after, proof = root(old, node), root(size, node), consistency(old, size, node)
    assert is_consistent(old, size, before, after, proof)
    if old:
        forged = list(leaves)
        forged[data.draw(st.integers(0, old - 1))] = leaf_hash(b"forged")
        other = tree(forged)
        assert not is_consistent(old, size, before, root(size, other), consistency(old, size, other))
        assert not is_consistent(old, size, leaf_hash(b"no"), after, proof)


@pytest.mark.parametrize(("index", "size"), [(4, 4), (-1, 4), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(index, size, tree(numbered(size)))


def test_a_tree_was_never_larger_than_it_is() -> None:
    with pytest.raises(ValueError, match="never had 5"):
        consistency(5, 4, tree(numbered(4)))
