"""Element 6 of PRESS: limits and filters."""

from __future__ import annotations

from collections.abc import Iterator

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import conjuncts, operations, resolve, roots
from searching.checks.exclusions import AGE_AND_SEX, PEOPLE, heading_of
from searching.checks.lines import Line, Span, Strategy
from searching.checks.rule import Check, Rule
from searching.query import And, DateRange, Or, QueryNode, Term, children
from searching.query_fields import DATE_TAGS

_E = PressElement.LIMITS
SUB_CLAUSE = Rule("filter-in-sub-clause", _E, Severity.WARNING)
HUMANS = Rule("humans-limit", _E, Severity.ERROR)
UNINDEXED = Rule("limit-drops-unindexed", _E, Severity.WARNING)
AVAILABILITY = Rule("availability-limit", _E, Severity.WARNING)
JUSTIFY = Rule("limit-to-justify", _E, Severity.ADVICE)

_LIMIT_TAGS = DATE_TAGS | {"la", "sb", "filter", "pt", "ta"}
_AVAILABILITY = frozenset(
    {"free full text", "full text", "ffrft", "fft", "loattrfree full text", "loattrfull text", "hasabstract", "fha", "abstract"}
)
_INDEXED_ONLY = frozenset({"medline"})


def _plain_limit(node: QueryNode) -> bool:
    if isinstance(node, DateRange):
        return True
    return isinstance(node, Term) and (node.tag in _LIMIT_TAGS or heading_of(node) in PEOPLE or _of(node, PEOPLE))


def _of(node: Term, names: frozenset[str]) -> bool:
    """Whether a term is one of these filters or subsets."""
    return node.tag in ("sb", "filter") and node.text.lower() in names


def is_limit(strategy: Strategy, line: Line, node: QueryNode) -> bool:
    """Whether a node is nothing but limits: dates, languages, publication types, subsets, humans."""
    pending = [(line, node)]
    for _ in range(1000):
        if not pending:
            return True
        line, node = resolve(strategy, *pending.pop())
        if isinstance(node, Or | And):
            pending += [(line, child) for child in node.operands]
        elif not _plain_limit(node):
            return False
    return False


def filters_in_sub_clauses(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Limits that hold for one side of an OR alone."""
    for line, node, under_or, excluded in operations(strategy):
        if not isinstance(node, And) or not under_or or excluded:
            continue
        limits = [child for child in node.operands if is_limit(strategy, line, child)]
        if limits and len(limits) < len(node.operands):
            span = _span(line, limits[0])
            yield SUB_CLAUSE.at(
                line,
                span,
                f"The limit {_said(line, span)} holds for one side of an OR alone: put it at the end if it is meant for all.",
            )


def _said(line: Line, span: Span) -> str:
    text = line.at(span)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _span(line: Line, node: QueryNode) -> Span:
    """From the first to the last term of a node."""
    first = last = node
    while children(first):
        first = children(first)[0]
    while children(last):
        last = children(last)[-1]
    return line.span(first)[0], line.span(last)[1]


def positive_limits(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Limits that keep only what has been indexed, or only what can be had at once."""
    for line, node, _, excluded in operations(strategy):
        if isinstance(node, And) and not excluded:
            for operand in node.operands:
                yield from _one_limit(*resolve(strategy, line, operand))


def _one_limit(line: Line, node: QueryNode) -> Iterator[StrategyFinding]:
    if isinstance(node, Or):
        types = all(isinstance(child, Term) and child.tag == "pt" for child in node.operands)
        if types or all(heading_of(child) in PEOPLE | AGE_AND_SEX for child in node.operands):
            yield _unindexed(line, node)
        return
    if not isinstance(node, Term):
        return
    span = line.span(node)
    if heading_of(node) in PEOPLE or _of(node, PEOPLE):
        yield HUMANS.at(
            line,
            span,
            "A limit to humans loses every record that is not yet indexed: take animal studies away with "
            "NOT (animals[mh] NOT humans[mh]) instead.",
        )
    elif node.tag == "pt" or heading_of(node) in AGE_AND_SEX or _of(node, _INDEXED_ONLY):
        yield _unindexed(line, node)
    elif _of(node, _AVAILABILITY):
        yield AVAILABILITY.at(
            line, span, f"The limit {_said(line, span)} selects by what is easy to have, not by what was studied: leave it out."
        )


def _unindexed(line: Line, node: QueryNode) -> StrategyFinding:
    span = _span(line, node)
    return UNINDEXED.at(
        line,
        span,
        f"{_said(line, span)} has no free text beside it: records that are not yet indexed are lost; add words with OR.",
    )


def limits_to_justify(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Dates and languages: a reason belongs in the report (PRISMA-S item 9)."""
    for root in roots(strategy):
        for line, node in conjuncts(strategy, root):
            terms = node.operands if isinstance(node, Or) else (node,)
            if all(
                isinstance(term, DateRange) or (isinstance(term, Term) and term.tag in DATE_TAGS | {"la"}) for term in terms
            ):
                span = _span(line, node)
                yield JUSTIFY.at(line, span, f"The limit {_said(line, span)} needs its reason in the report (PRISMA-S item 9).")


CHECKS: tuple[Check, ...] = (filters_in_sub_clauses, positive_limits, limits_to_justify)
