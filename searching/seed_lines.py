"""Reads a strategy as a person has it: numbered lines, or one query, which is taken apart into its AND blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence.errors import InvalidInput, QuerySyntaxError
from evidence.search import SearchLine, SearchStrategy
from searching.parse_query import parse_query
from searching.print_query import print_query
from searching.query import And, DateRange, LineReference, Not, PmidRange, Proximity, QueryNode, Term, walk
from searching.read_strategy import read_strategy

_NUMBERED = re.compile(r"^\s*(?:#\s*\d+\b|\d+[.):]|\d+\s+(?=[\"“(#\[A-Za-z]))")
_FIRST = re.compile(r"^(?:#\s*1|1[.)])\s*[.):]?\s+(?!(?:AND|OR|NOT)\b)")
_HANGING = re.compile(r"(?:^\s*(?:AND|OR|NOT)\b)|(?:\b(?:AND|OR|NOT)\s*$)")
_AROUND = 40
_SIGNS = re.compile(r"\[[^\]]+\]|\b(?:AND|OR|NOT)\b|#\d+\b|\w\*|^\s*\d+[.)]\s", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class GivenStrategy:
    """A strategy as numbered lines; `taken_apart` where a single query was cut into them, whose text is `given`."""

    strategy: SearchStrategy
    given: str
    taken_apart: bool

    @property
    def as_run(self) -> str | None:
        """The query as the person wrote it, where the lines are only its parts."""
        return self.given if self.taken_apart else None


def looks_like_strategy(text: str) -> bool:
    """Whether a text is written in PubMed's language (tags, operators in capitals, line numbers) and no plain question."""
    return bool(_SIGNS.search(text)) and not text.rstrip().endswith("?")


def read_given(text: str) -> GivenStrategy:
    """The strategy in a text: numbered lines, unnumbered lines that refer to each other, or one query on several lines.

    Raises InvalidInput for an empty text or wrong numbers, QuerySyntaxError where a line or the query cannot be read.
    """
    whole = text.lstrip("\ufeff").strip()
    printed = [line.strip() for line in whole.splitlines() if line.strip()]
    if not printed:
        raise InvalidInput("The strategy is empty: give a PubMed query, or one a line.")
    if len(printed) > 1 and _are_lines(printed):
        strategy = read_strategy("\n".join(_with_hash(line) for line in printed))
        return GivenStrategy(strategy=strategy, given=whole, taken_apart=False)
    query = " ".join(printed)
    return _taken_apart(_FIRST.sub("", query))


def pointing(fault: QuerySyntaxError) -> QuerySyntaxError:
    """The fault with the place shown: some of the query before and after it, and an arrow between."""
    before, after = fault.query[: fault.position], fault.query[fault.position :]
    shown = f"{'…' if len(before) > _AROUND else ''}{before[-_AROUND:]}▶{after[:_AROUND]}{'…' if len(after) > _AROUND else ''}"
    message = f"{fault.message} It is at the arrow: {' '.join(shown.split())}"
    return QuerySyntaxError(message, query=fault.query, position=fault.position)


def line_terms(node: QueryNode) -> tuple[str, ...]:
    """The terms of a line as they are searched, in order, each once, without references to other lines."""
    leaves = [part for part in walk(node) if isinstance(part, Term | Proximity | DateRange | PmidRange)]
    return tuple(dict.fromkeys(print_query(leaf) for leaf in leaves))


def conjuncts(node: QueryNode) -> list[tuple[QueryNode, bool]]:
    """What a query joins by AND, outermost first, and whether each must match (True) or must not (False, after NOT)."""
    match node:
        case And():
            return [part for operand in node.operands for part in conjuncts(operand)]
        case Not():
            return [*conjuncts(node.wanted), (node.unwanted, False)]
        case _:
            return [(node, True)]


def _are_lines(printed: list[str]) -> bool:
    """Whether these are the lines of a strategy, not one query broken over several."""
    if all(_NUMBERED.match(line) for line in printed):
        return True
    if any(_HANGING.search(line) for line in printed):
        return False
    return all(_reads(line) for line in printed)


def _reads(line: str) -> bool:
    try:
        parse_query(line)
    except QuerySyntaxError:
        return False
    return True


def _with_hash(line: str) -> str:
    """`1 query`, `1: query` and `1. query` as `#1 query`, the form that is read everywhere."""
    match = re.match(r"^\s*#?\s*(\d+)\s*[.):]?\s+(?=\S)", line) if _NUMBERED.match(line) else None
    # A line that begins with a reference (`#1 AND #2`) has no number of its own.
    if match is None or re.match(r"(?:AND|OR|NOT)\b", line[match.end() :]):
        return line
    return f"#{match[1]} {line[match.end() :]}"


def _taken_apart(query: str) -> GivenStrategy:
    root = parse_query(query)
    if any(isinstance(node, LineReference) for node in walk(root)):
        raise InvalidInput("The query refers to other lines with #: give all the lines of the strategy.")
    parts = conjuncts(root)
    lines = [
        SearchLine(number=n, query=print_query(node), purpose=_purpose(n, wanted)) for n, (node, wanted) in enumerate(parts, 1)
    ]
    if len(parts) > 1:
        joined = "".join(_join(number, wanted) for number, (_, wanted) in enumerate(parts, 1))
        lines.append(SearchLine(number=len(parts) + 1, query=joined, purpose="the whole query"))
    return GivenStrategy(strategy=SearchStrategy(lines=tuple(lines), proposed_by="person"), given=query, taken_apart=True)


def _purpose(number: int, wanted: bool) -> str:
    return f"block {number}" if wanted else f"block {number}, taken out by NOT"


def _join(number: int, wanted: bool) -> str:
    return f"#{number}" if number == 1 else f" {'AND' if wanted else 'NOT'} #{number}"
