"""Headings that say who was studied, and what a NOT may take away without loss."""

from __future__ import annotations

from collections.abc import Iterator

from searching.checks.concepts import resolve
from searching.checks.lines import Line, Strategy
from searching.query import And, Not, Or, QueryNode, Term, walk

_ANIMALS = frozenset({"animals", "animal"})
PEOPLE = frozenset({"humans", "human"})

AGE_AND_SEX = frozenset(
    {"male", "female", "adult", "aged", "aged, 80 and over", "middle aged", "young adult", "adolescent"}
    | {"child", "child, preschool", "infant", "infant, newborn"}
)
"""Headings of age and sex: an indexer ticks them, and authors seldom write them."""


def heading_of(node: QueryNode) -> str | None:
    """The heading that a node is, in lower case, or None where it is something else."""
    return node.heading.lower() if isinstance(node, Term) and node.tag in ("mh", "majr") else None


def animal_exclusion(node: QueryNode) -> bool:
    """Whether a node finds records on animals that are not on people: `animals[mh] NOT humans[mh]` in its many forms."""
    if not isinstance(node, Not) or heading_of(node.wanted) not in _ANIMALS:
        return False
    taken = {heading_of(below) for below in walk(node.unwanted) if isinstance(below, Term)}
    return bool(taken & PEOPLE) and taken <= _ANIMALS | PEOPLE


def spares_both(node: Not) -> bool:
    """Whether a NOT keeps what is about both, as `child[mh] NOT (child[mh] AND adult[mh])` does."""
    return animal_exclusion(node) or (isinstance(node.unwanted, And) and node.wanted in node.unwanted.operands)


def parts(strategy: Strategy, line: Line, node: QueryNode) -> Iterator[tuple[Line, QueryNode]]:
    """What an OR joins, line numbers followed; the node itself where it is no OR."""
    pending, seen = [(line, node)], 0
    while pending:
        line, node = resolve(strategy, *pending.pop())
        seen += 1
        if isinstance(node, Or) and seen < 10_000:
            pending += [(line, operand) for operand in reversed(node.operands)]
        else:
            yield line, node
