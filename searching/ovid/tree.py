"""A line of an Ovid strategy as a tree. Made by `parse_ovid_line`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OvidTerm:
    """Words side by side in some fields: `(hip adj pain).ti,ab.` has two of them. `text` keeps Ovid's wildcards.

    No field means `.mp.`, the fields that Ovid searches when none is named.
    """

    text: str
    quoted: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OvidHeading:
    """A subject heading: `exp *Asthma/dt, th`; `focus` is the asterisk, `subheadings` two-letter codes."""

    heading: str
    explode: bool = False
    focus: bool = False
    subheadings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OvidNear:
    """`adjN`: at most N - 1 words between, in any order; `adj` and `adj1`: side by side in this order."""

    left: OvidNode
    right: OvidNode
    distance: int


@dataclass(frozen=True, kw_only=True)
class OvidAnd:
    """All operands; at least two."""

    operands: tuple[OvidNode, ...]


@dataclass(frozen=True, kw_only=True)
class OvidOr:
    """Any operand; at least two."""

    operands: tuple[OvidNode, ...]


@dataclass(frozen=True, kw_only=True)
class OvidNot:
    """What `wanted` finds without what `unwanted` finds."""

    wanted: OvidNode
    unwanted: OvidNode


@dataclass(frozen=True, kw_only=True)
class OvidReference:
    """An earlier line of the strategy."""

    number: int


@dataclass(frozen=True, kw_only=True)
class OvidLimit:
    """`limit 6 to yr="2010 -Current"`: what is limited, and each limit as written."""

    limited: OvidNode
    limits: tuple[str, ...]


OvidNode = OvidTerm | OvidHeading | OvidNear | OvidAnd | OvidOr | OvidNot | OvidReference | OvidLimit


@dataclass(frozen=True, kw_only=True)
class OvidLine:
    """One line: its number, the text as written without number and count, the tree, and what was read around."""

    number: int
    text: str
    tree: OvidNode
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OvidStrategy:
    """A whole Ovid strategy; the last line is its result."""

    lines: tuple[OvidLine, ...]


def ovid_children(node: OvidNode) -> tuple[OvidNode, ...]:
    """The nodes directly below this one, left to right."""
    match node:
        case OvidAnd() | OvidOr():
            return node.operands
        case OvidNot():
            return (node.wanted, node.unwanted)
        case OvidNear():
            return (node.left, node.right)
        case OvidLimit():
            return (node.limited,)
        case _:
            return ()


def walk_ovid(node: OvidNode) -> Iterator[OvidNode]:
    """This node and every node below it, left to right."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(ovid_children(current)))
