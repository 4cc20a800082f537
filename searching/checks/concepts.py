"""The concepts of a strategy: what its last line joins by AND, line numbers followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searching.checks.lines import Line, Strategy
from searching.query import And, LineReference, Not, Operand, Or, Proximity, QueryNode, Term, children
from searching.query_tokens import Kind

TEXT_TAGS = frozenset({"tiab", "tw", "ti", "ab", "ot", "all", "tt"})
"""Fields of free text."""

HEADING_TAGS = frozenset({"mh", "majr"})


@dataclass(frozen=True)
class Leaf:
    """A term, range or proximity, the line that it stands in, and whether it is what a NOT takes away."""

    line: Line
    node: Operand
    excluded: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it searches free text (an untagged term does so too)."""
        return isinstance(self.node, Proximity) or (isinstance(self.node, Term) and is_text(self.node))

    @property
    def is_heading(self) -> bool:
        """Whether it searches a MeSH heading."""
        return isinstance(self.node, Term) and self.node.tag in HEADING_TAGS


def is_text(term: Term) -> bool:
    """Whether a term searches free text: by its tag, or because it has none."""
    return term.tag is None or term.tag in TEXT_TAGS


def is_filter(leaves: Sequence[Leaf]) -> bool:
    """Whether a concept is a study filter: it has publication types or subsets in it."""
    return any(isinstance(leaf.node, Term) and leaf.node.tag in ("pt", "sb", "filter") for leaf in leaves)


def resolve(strategy: Strategy, line: Line, node: QueryNode) -> tuple[Line, QueryNode]:
    """The node; for a line number that line's tree, and so on. A number that leads nowhere stays as it is."""
    while isinstance(node, LineReference):
        named = strategy.earlier(line, node.number)
        if named is None or named.tree is None:
            break
        line, node = named, named.tree
    return line, node


def leaves(strategy: Strategy, line: Line, node: QueryNode, *, excluded: bool = False) -> Iterator[Leaf]:
    """Everything below a node, line numbers followed, each line once."""
    pending: list[tuple[Line, QueryNode, bool]] = [(line, node, excluded)]
    seen: set[tuple[int, bool]] = set()
    while pending:
        line, node, excluded = pending.pop()
        if isinstance(node, LineReference):
            named = strategy.earlier(line, node.number)
            if named is not None and named.tree is not None and (named.number, excluded) not in seen:
                seen.add((named.number, excluded))
                pending.append((named, named.tree, excluded))
        elif isinstance(node, Not):
            pending += [(line, node.unwanted, True), (line, node.wanted, excluded)]
        elif isinstance(node, And | Or):
            pending += [(line, operand, excluded) for operand in reversed(node.operands)]
        else:
            yield Leaf(line, node, excluded)


def roots(strategy: Strategy) -> list[Line]:
    """The lines that no later line names: the last one, which is run, and those left lying."""
    named = {token.text for line in strategy.lines for token in line.tokens if token.kind is Kind.LINE_REFERENCE}
    return [line for line in strategy.lines if f"#{line.number}" not in named or line is strategy.last]


def concepts(strategy: Strategy, *, last_only: bool = False) -> list[tuple[Leaf, ...]]:
    """The leaves of each part that the strategy joins by AND, what a NOT takes away left out.

    Lines that no other line names have their concepts too, unless only those of the last line are wanted.
    """
    found = []
    for root in [strategy.last] if last_only else roots(strategy):
        for line, node in conjuncts(strategy, root):
            kept = tuple(leaf for leaf in leaves(strategy, line, node) if not leaf.excluded)
            if kept:
                found.append(kept)
    return found


def conjuncts(strategy: Strategy, line: Line) -> Iterator[tuple[Line, QueryNode]]:
    """What a line joins by AND at its top, line numbers followed, each line once; of a NOT what is wanted."""
    if line.tree is None:
        return
    pending: list[tuple[Line, QueryNode]] = [(line, line.tree)]
    seen: set[int] = {line.number}
    while pending:
        line, node = pending.pop()
        if isinstance(node, LineReference):
            named = strategy.earlier(line, node.number)
            if named is not None and named.tree is not None and named.number not in seen:
                seen.add(named.number)
                pending.append((named, named.tree))
        elif isinstance(node, And):
            pending += [(line, operand) for operand in reversed(node.operands)]
        elif isinstance(node, Not):
            pending.append((line, node.wanted))
        else:
            yield line, node


def operations(strategy: Strategy) -> Iterator[tuple[Line, QueryNode, bool, bool]]:
    """Every operation of the strategy with its line, whether an OR stands above it and whether a NOT takes it away.

    Line numbers are followed from the last line; lines that it does not use are looked at on their own. Lines whose
    brackets or quotes could not be read as written are left out.
    """
    seen: set[tuple[int, bool, bool]] = set()
    used: set[int] = set()
    for start in reversed(strategy.lines):
        if start.tree is None or not start.sound or start.number in used:
            continue
        pending: list[tuple[Line, QueryNode, bool, bool]] = [(start, start.tree, False, False)]
        while pending:
            line, node, under_or, excluded = pending.pop()
            if isinstance(node, LineReference):
                named = strategy.earlier(line, node.number)
                key = (node.number, under_or, excluded)
                if named is not None and named.tree is not None and named.sound and key not in seen:
                    seen.add(key)
                    used.add(named.number)
                    pending.append((named, named.tree, under_or, excluded))
            elif isinstance(node, And | Or | Not):
                yield line, node, under_or, excluded
                below = under_or or isinstance(node, Or)
                for child in reversed(children(node)):
                    away = excluded or (isinstance(node, Not) and child is node.unwanted)
                    pending.append((line, child, below, away))
