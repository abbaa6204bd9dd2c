"""A Merkle tree over the log's entries, as RFC 6962 (section 2.1) and RFC 9162 define it: short proofs, no trust.

A leaf is the hash of an entry's exact bytes. ``inner`` nodes are kept where they are complete, so that appending,
the root and every proof need only as many hashes as the tree is high. Hashes are 32 bytes, positions count from 0.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

EMPTY: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Node = Callable[[int, int], bytes]
"""Returns the hash of the complete node at (level, position); level 0 are the leaves; raises ``KeyError``."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The log's tree at one moment: how many leaves it has, and where its complete nodes are found."""

    size: int
    node: Node

    @property
    def root(self) -> bytes:
        """The root of all its leaves."""
        return self.root_at(self.size)

    def root_at(self, size: int) -> bytes:
        """Return the root it had when it was of this size."""
        return root(size, self.node)


@dataclass(slots=True)
class Growing:
    """Walks along the leaves of a tree and knows its root at every step, with one hash per level in memory."""

    size: int = 0
    _edge: list[bytes] = field(default_factory=list)

    def add(self, node: bytes, level: int = 0) -> None:
        """Take the next leaf, or the complete node over the next ``2 ** level``, where one begins."""
        position, current = self.size >> level, node
        while position % 2:
            current, position = node_hash(self._edge.pop(), current), position // 2
        self._edge.append(current)
        self.size += 1 << level

    def with_all(self, nodes: Iterable[tuple[int, bytes]]) -> "Growing":
        """Return where it stands once it took these nodes, given as (level, hash); this one stays."""
        grown = Growing(self.size, list(self._edge))
        for level, node in nodes:
            grown.add(node, level)
        return grown

    @property
    def root(self) -> bytes:
        """The root of the leaves so far."""
        if not self._edge:
            return EMPTY
        edge = reversed(self._edge)
        current = next(edge)
        for left in edge:
            current = node_hash(left, current)
        return current


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over all leaves, read once."""
    growing = Growing()
    for leaf in leaves:
        growing.add(leaf)
    return growing.root


def levels_of(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return every complete node over the leaves, level by level from themselves."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = iter(levels[-1])
        # A last one without a neighbour is left out: zip asks the neighbour's side only after it.
        levels.append([node_hash(left, right) for left, right in zip(below, below, strict=False)])
    return levels


def peaks(levels: Sequence[Sequence[bytes]], size: int) -> Iterator[tuple[int, bytes]]:
    """Yield (level, hash) of the few complete nodes that stand over the first ``size`` leaves, the widest first."""
    for level in reversed(range(len(levels))):
        if size >> level & 1:
            yield level, levels[level][(size >> level) - 1]


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf: SHA-256 over 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above them: SHA-256 over 0x01 and both."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(size: int, leaf: bytes, node: Node) -> Iterator[tuple[int, int, bytes]]:
    """Yield the (level, position, hash) of every inner node that a leaf appended at ``size`` completes."""
    level, position, current = 0, size, leaf
    while position % 2:
        current = node_hash(node(level, position - 1), current)
        level, position = level + 1, position // 2
        yield level, position, current


def root(size: int, node: Node) -> bytes:
    """Return the root of the first ``size`` leaves."""
    return _subtree(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the proof that a leaf is in the tree: the neighbours from the leaf up (RFC 9162, 2.1.3.1).

    Raises ``ValueError`` when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return tuple(_path(index, 0, size, node))


def _path(index: int, start: int, end: int, node: Node) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _path(index, start, middle, node)
        yield _subtree(middle, end, node)
    else:
        yield from _path(index, middle, end, node)
        yield _subtree(start, middle, node)


def consistency(old: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the proof that a tree only grew since it had ``old`` leaves (RFC 9162, 2.1.4.1).

    Raises ``ValueError`` when the older tree is larger.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves never had {old}")
    if old in {0, size}:
        return ()
    return tuple(_growth(old, 0, size, node, whole=True))


def _growth(old: int, start: int, end: int, node: Node, *, whole: bool) -> Iterator[bytes]:
    if old == end - start:
        if not whole:
            yield _subtree(start, end, node)
        return
    middle = _split(end - start)
    if old <= middle:
        yield from _growth(old, start, start + middle, node, whole=whole)
        yield _subtree(start + middle, end, node)
    else:
        yield from _growth(old - middle, start + middle, end, node, whole=False)
        yield _subtree(start, start + middle, node)


def _subtree(start: int, end: int, node: Node) -> bytes:
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(width)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))


def _split(width: int) -> int:
    """Return the largest power of two smaller than the width."""
    return 1 << (width - 1).bit_length() - 1


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Check that a leaf is in the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, current = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            current = node_hash(hash_, current)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, hash_)
        place, last = place >> 1, last >> 1
    return last == 0 and current == root_hash


def is_consistent(old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Check that the tree with the new root only adds to the one with the old root (RFC 9162, 2.1.4.2)."""
    if old in {0, size}:
        return not proof and (old_root == EMPTY if old == 0 else old_root == new_root)
    if not 0 < old < size or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            before, after = node_hash(hash_, before), node_hash(hash_, after)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, hash_)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
