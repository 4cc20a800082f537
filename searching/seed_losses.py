"""Follows a strategy from its last line down to the parts that do not match a known paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evidence.search import SearchLine
from searching.expand_line_references import expand_line_references
from searching.parse_query import parse_query
from searching.print_query import print_query
from searching.query import And, LineReference, Not, Operand, Or, QueryNode, walk

Finds = Callable[[str], frozenset[str]]
"""Which of the known papers a query finds, as the source answers."""

MOST_ALTERNATIVES = 60
"""Alternatives behind a NOT that are asked about one by one."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A part of a line that a paper fails. `wanted` False: the part stands behind NOT and matches the paper."""

    line: int
    node: QueryNode
    whole_line: bool
    at: int
    """The line to name: `line`, but for a block that was taken apart and stands behind NOT."""
    wanted: bool = True
    matching: tuple[tuple[int, QueryNode], ...] = ()
    """Behind NOT: the alternatives that match, each with its line."""


@dataclass(frozen=True)
class Leaf:
    """A term of a strategy and the line that it is written in."""

    line: int
    term: Operand


class StrategyTree:
    """The lines of a strategy as trees that refer to each other."""

    def __init__(self, lines: Sequence[SearchLine], *, taken_apart: bool = False) -> None:
        """`taken_apart`: the lines are the blocks of one query, and nobody wrote the last one."""
        self.lines = tuple(lines)
        self.taken_apart = taken_apart
        self.trees: dict[int, QueryNode] = {line.number: parse_query(line.query) for line in lines}
        self.expanded: dict[int, str] = dict(zip((line.number for line in lines), expand_line_references(lines), strict=True))
        self.last = lines[-1].number

    def text(self, node: QueryNode) -> str:
        """The node as a query that stands alone, references replaced by what they stand for."""
        if isinstance(node, LineReference):
            return self.expanded[node.number]
        earlier = [SearchLine(number=line.number, query=line.query, purpose="") for line in self.lines]
        probe = SearchLine(number=earlier[-1].number + 1, query=print_query(node), purpose="")
        return expand_line_references([*earlier, probe])[-1]

    def used(self) -> frozenset[int]:
        """Numbers of the lines that the last one rests on, itself included."""
        reached: set[int] = set()
        pending = [self.last]
        while pending:
            number = pending.pop()
            if number not in reached:
                reached.add(number)
                pending += [node.number for node in walk(self.trees[number]) if isinstance(node, LineReference)]
        return frozenset(reached)

    def leaves(self, line: int, node: QueryNode) -> list[Leaf]:
        """The terms that can make the node match, those behind a NOT left out, through references."""
        match node:
            case LineReference():
                return self.leaves(node.number, self.trees[node.number])
            case And() | Or():
                return [leaf for operand in node.operands for leaf in self.leaves(line, operand)]
            case Not():
                return self.leaves(line, node.wanted)
            case _:
                return [Leaf(line, node)]

    def alternatives(self, line: int, node: QueryNode) -> list[tuple[int, QueryNode]]:
        """What an OR joins, through references and brackets, each with its line; anything else is its own alternative."""
        match node:
            case LineReference():
                return self.alternatives(node.number, self.trees[node.number])
            case Or():
                return [one for operand in node.operands for one in self.alternatives(line, operand)]
            case _:
                return [(line, node)]

    def is_joined(self, node: QueryNode) -> bool:
        """Whether the node, seen through references, is an AND or NOT: a search rather than a concept."""
        while isinstance(node, LineReference):
            node = self.trees[node.number]
        return isinstance(node, And | Not)


def find_losses(tree: StrategyTree, pmid: str, found: Mapping[int, frozenset[str]], finds: Finds) -> list[Lost]:
    """The parts that the last line needs and that fail this paper, in the order of the strategy.

    Args:
        found: for each line the known papers that it finds.
        finds: asks the source about a part of a line; asked only where a line joins parts by AND or NOT.

    Returns:
        Nothing where the source finds every part and yet not the whole.
    """
    return _Follower(tree, pmid, found, finds).follow(tree.last, tree.trees[tree.last], whole_line=True)


class _Follower:
    def __init__(self, tree: StrategyTree, pmid: str, found: Mapping[int, frozenset[str]], finds: Finds) -> None:
        self._tree = tree
        self._pmid = pmid
        self._found = found
        self._finds = finds

    def follow(self, line: int, node: QueryNode, *, whole_line: bool) -> list[Lost]:
        """The losses below a node that is known not to match."""
        match node:
            case LineReference():
                return self.follow(node.number, self._tree.trees[node.number], whole_line=True)
            case And():
                failing = [operand for operand in node.operands if not self._matches(operand)]
                return [lost for operand in failing for lost in self.follow(line, operand, whole_line=False)]
            case Not():
                losses = [] if self._matches(node.wanted) else self.follow(line, node.wanted, whole_line=False)
                return [*losses, *self._removed(line, node.unwanted)]
            case Or() if all(self._tree.is_joined(operand) for operand in node.operands):
                each = [self.follow(line, operand, whole_line=False) for operand in node.operands]
                return min((losses for losses in each if losses), key=len, default=[])
            case _:
                return [Lost(line=line, node=node, whole_line=whole_line, at=line)]

    def _removed(self, line: int, unwanted: QueryNode) -> list[Lost]:
        if not self._matches(unwanted):
            return []
        each = self._tree.alternatives(line, unwanted)[:MOST_ALTERNATIVES]
        matching = [(number, node) for number, node in each if len(each) == 1 or self._matches(node)]
        at = unwanted.number if self._tree.taken_apart and isinstance(unwanted, LineReference) else line
        return [Lost(line=line, node=unwanted, whole_line=False, at=at, wanted=False, matching=tuple(matching))]

    def _matches(self, node: QueryNode) -> bool:
        if isinstance(node, LineReference):
            return self._pmid in self._found[node.number]
        return self._pmid in self._finds(self._tree.text(node))
