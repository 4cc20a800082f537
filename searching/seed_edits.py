"""Changes a strategy's line: one more alternative, another term, one part less. The rest stays as it was written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from operator import is_

from evidence.errors import QuerySyntaxError
from searching.parse_query import parse_query
from searching.print_query import print_query
from searching.query import And, Not, Operand, Or, QueryNode, Term
from searching.query_tokens import Kind, tokenize
from searching.seed_losses import Leaf, Lost, StrategyTree

EVERYTHING = Term(text="all", tag="sb")
"""What finds every record of PubMed."""


class Tier(IntEnum):
    """How far a change goes from what the line says; the nearest that works is taken."""

    SAME_WORD = 1
    SAME_CONCEPT = 2
    NEAR_HEADING = 3
    LIMIT = 4
    UNINDEXED = 5


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A changed line."""

    line: int
    after: str
    what: str
    tier: Tier
    old: QueryNode
    """The node of the line's own tree that changes."""
    new: QueryNode | None
    """What stands in its place; None: nothing."""
    caution: str = ""
    """What speaks against it; empty: nothing."""


def addition(tree: StrategyTree, lost: Lost, leaves: tuple[Leaf, ...], query: str, *, words: bool, tier: Tier) -> Edit:
    """The line with one more alternative: the line of the part's words or headings, else the losing line itself."""
    number = _line_to_extend(tree, lost, leaves, words=words)
    root = tree.trees[number]
    line = next(line for line in tree.lines if line.number == number)
    old = lost.node if number == lost.line and not lost.whole_line else root
    new = _flat(Or(operands=(old, parse_query(query))))
    if old is not root:
        after = print_query(swapped(root, old, new))
    elif _is_plain_or(line.query, root):
        after = f"{line.query} OR {query}"
    else:
        after = f"({line.query}) OR {query}"
    return Edit(line=number, after=after, what=f"add {query}", tier=tier, old=old, new=new)


def swapped(node: QueryNode, old: QueryNode, new: QueryNode | None) -> QueryNode:
    """The tree with one of its own nodes replaced, or taken out where `new` is None; nodes beside the change stay the same."""
    if node is old:
        if new is None:
            raise ValueError("the whole tree cannot be taken out")
        return new
    match node:
        case And() | Or():
            kept = [operand for operand in node.operands if operand is not old or new is not None]
            operands = tuple(swapped(operand, old, new) for operand in kept)
            if len(operands) == 1:
                return operands[0]
            same = len(operands) == len(node.operands) and all(map(is_, operands, node.operands))
            return node if same else replace(node, operands=operands)
        case Not():
            return _swapped_not(node, old, new)
        case _:
            return node


def _swapped_not(node: Not, old: QueryNode, new: QueryNode | None) -> QueryNode:
    if new is None and node.unwanted is old:
        return node.wanted
    if new is None and node.wanted is old:
        return replace(node, wanted=EVERYTHING)
    wanted, unwanted = swapped(node.wanted, old, new), swapped(node.unwanted, old, new)
    same = wanted is node.wanted and unwanted is node.unwanted
    return node if same else replace(node, wanted=wanted, unwanted=unwanted)


def cut(tree: StrategyTree, line: int, old: QueryNode, new: QueryNode | None, what: str, tier: Tier) -> Edit:
    """The line with one of its nodes replaced, or taken out where `new` is None, written anew."""
    after = print_query(swapped(tree.trees[line], old, new))
    return Edit(line=line, after=after, what=what, tier=tier, old=old, new=new)


def replacement(tree: StrategyTree, leaf: Leaf, new: Operand, what: str, tier: Tier = Tier.SAME_WORD) -> Edit | None:
    """The line with one term replaced, the rest as it was written."""
    root = tree.trees[leaf.line]
    wanted = swapped(root, leaf.term, new)
    query = next(line.query for line in tree.lines if line.number == leaf.line)
    written = _written(query, leaf.term)
    after = query.replace(written, print_query(new)) if written and query.count(written) == 1 else print_query(wanted)
    try:
        if parse_query(after) != wanted:
            after = print_query(wanted)
    except QuerySyntaxError:
        after = print_query(wanted)
    return Edit(line=leaf.line, after=after, what=what, tier=tier, old=leaf.term, new=new)


def _written(query: str, term: Operand) -> str:
    """The term as it stands in the line, from its first character to the end of its tag."""
    end = term.position
    for token in tokenize(query):
        if token.start < term.position:
            continue
        if token.start > term.position and token.kind not in (Kind.WORD, Kind.TAG):
            break
        end = token.end
        if token.kind is Kind.TAG:
            break
    return query[term.position : end]


def _line_to_extend(tree: StrategyTree, lost: Lost, leaves: tuple[Leaf, ...], *, words: bool) -> int:
    """The line with most terms of this kind among those whose alternatives the losing part takes in."""
    direct = {number for number, node in tree.alternatives(lost.line, lost.node) if not tree.is_joined(node)}
    votes: dict[int, int] = {}
    for leaf in leaves:
        is_word = not (isinstance(leaf.term, Term) and leaf.term.tag in ("mh", "majr", "sh", "nm"))
        if leaf.line in direct and is_word is words:
            votes[leaf.line] = votes.get(leaf.line, 0) + 1
    return max(votes, key=lambda number: votes[number]) if votes else lost.line


def _is_plain_or(query: str, root: QueryNode) -> bool:
    """Whether ` OR x` can be written behind the line without brackets: all its outermost operators are OR."""
    return not isinstance(root, And | Not) and (
        not isinstance(root, Or) or parse_query(f"{query} OR x") == _flat(Or(operands=(root, Term(text="x"))))
    )


def _flat(node: Or) -> Or:
    first, *rest = node.operands
    return Or(operands=(*first.operands, *rest)) if isinstance(first, Or) else node
