"""What a strategy as run says of itself: the limits and the search filters that stand in its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from evidence.errors import InvalidInput
from evidence.search_ledger import SearchLedger
from searching.filters import FILTERS, SearchFilter
from searching.parse_query import parse_query
from searching.query import DateRange, QueryNode, Term, children, walk
from searching.query_fields import DATE_TAGS

_LINE = re.compile(r"^#(?P<number>\d+) (?P<query>.+)$")
_SPECIES = frozenset({"humans", "animals"})
_KINDS = {"la": "language", "pt": "publication type", "sb": "subset", "filter": "subset", "mh": "species"}


@dataclass(frozen=True, slots=True)
class UsedFilter:
    """A published filter that stands unmodified in a line."""

    line: int
    filter: SearchFilter


@dataclass(frozen=True, slots=True)
class FoundLimit:
    """A limit in a line: `publication type: letter[pt]`."""

    line: int
    kind: str
    query: str

    @property
    def words(self) -> str:
        """One phrase for a list."""
        return f"line {self.line}, {self.kind}: {self.query}"


@dataclass(frozen=True, slots=True)
class StrategyReading:
    """What was found. `subsets` are filters of PubMed's own that are not in the list of published filters here."""

    filters: tuple[UsedFilter, ...]
    limits: tuple[FoundLimit, ...]
    subsets: tuple[FoundLimit, ...]
    unread: tuple[int, ...]


def read_strategy_of(ledger: SearchLedger) -> StrategyReading:
    """Find limits and filters in the lines of the strategy as run. A line that cannot be parsed is named, not guessed at."""
    filters: dict[str, UsedFilter] = {}
    limits: dict[tuple[str, str], FoundLimit] = {}
    subsets: dict[str, FoundLimit] = {}
    unread = []
    declared = _declared(ledger)
    for number, query in _lines(ledger.search.strategy):
        if number in declared:
            filters.setdefault(declared[number].id, UsedFilter(number, declared[number]))
            continue
        try:
            tree = parse_query(query)
        except InvalidInput:
            unread.append(number)
            continue
        for node in _outside_filters(tree, number, filters):
            kind, text = _limit_of(node, query)
            if kind == "subset":
                subsets.setdefault(text, FoundLimit(number, kind, text))
            elif kind:
                limits.setdefault((kind, text), FoundLimit(number, kind, text))
    return StrategyReading(tuple(filters.values()), tuple(limits.values()), tuple(subsets.values()), tuple(unread))


def _declared(ledger: SearchLedger) -> dict[int, SearchFilter]:
    """Line numbers that the compiler wrote as a filter, with it: a filter of one word is told in no other way."""
    by_purpose = {known.purpose: known for known in FILTERS}
    pairs = zip(ledger.search.lines, ledger.search.purposes, strict=False)
    return {line.number: by_purpose[purpose] for line, purpose in pairs if purpose in by_purpose}


def _lines(strategy: str) -> Iterator[tuple[int, str]]:
    for place, line in enumerate(strategy.splitlines(), 1):
        found = _LINE.match(line)
        if found:
            yield int(found["number"]), found["query"]
        elif line.strip():
            yield place, line


def _outside_filters(node: QueryNode, line: int, used: dict[str, UsedFilter]) -> Iterator[QueryNode]:
    """The nodes that are no part of a published filter; the filters met on the way are noted."""
    for known, tree in _published():
        if tree == node:
            used.setdefault(known.id, UsedFilter(line, known))
            return
    parts = children(node)
    if not parts:
        yield node
    for part in parts:
        yield from _outside_filters(part, line, used)


def _limit_of(node: QueryNode, query: str) -> tuple[str, str]:
    """The kind of limit and its words; an empty kind where the node is none. `NOT medline[sb]` keeps records: no limit."""
    if isinstance(node, DateRange):
        return "date", f"{node.start}:{node.end}[{node.tag}]"
    if not isinstance(node, Term) or node.tag is None:
        return "", ""
    kept = node.tag == "sb" and node.text.casefold() == "medline" and " NOT " in query
    if kept or (node.tag == "mh" and node.heading.casefold() not in _SPECIES):
        return "", ""
    kind = "date" if node.tag in DATE_TAGS else _KINDS.get(node.tag, "")
    return kind, f"{node.text}[{node.tag}]" if kind else ""


@lru_cache(maxsize=1)
def _published() -> tuple[tuple[SearchFilter, QueryNode], ...]:
    """The published filters as trees; those of one term stand as they are."""
    trees = ((known, parse_query(known.query)) for known in FILTERS)
    # A filter of one common word, such as specificity[tiab], cannot be told from a search for that word.
    return tuple((known, tree) for known, tree in trees if sum(1 for _ in walk(tree)) > 1 or known.query.endswith("[sb]"))
