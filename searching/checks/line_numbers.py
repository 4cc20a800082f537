"""Element 5 of PRESS: line numbers, and what the source said of each line."""

from __future__ import annotations

from collections.abc import Iterator

from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import roots
from searching.checks.lines import Line, Strategy
from searching.checks.rule import Check, Rule
from searching.query import Not, Term, children, walk
from searching.query_tokens import Kind

_E = PressElement.SYNTAX
GOES_ON = Rule("line-goes-on", _E, Severity.WARNING)
NUMBERING = Rule("line-numbering", _E, Severity.WARNING)
MISSING_LINE = Rule("missing-line", _E, Severity.ERROR)
LATER_LINE = Rule("later-line", _E, Severity.ERROR)
BARE_NUMBER = Rule("line-number-without-hash", _E, Severity.ERROR)
DUPLICATE = Rule("duplicate-line", _E, Severity.WARNING)
UNUSED = Rule("unused-line", _E, Severity.WARNING)
NOT_JOINED = Rule("lines-not-joined", _E, Severity.ERROR)
NO_HITS = Rule("line-without-hits", _E, Severity.WARNING)
SOURCE_SAYS = Rule("source-warning", _E, Severity.WARNING)


def numbering(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Printed numbers that are not the line's: other lines would name the wrong one."""
    for line in strategy.lines:
        if line.printed is not None and line.printed != line.number and line.query[:1] == " ":
            yield NUMBERING.at(
                line,
                (0, len(line.text) - len(line.query.lstrip())),
                f"The line is numbered {line.printed} and is line {line.number} of the strategy: number every line, in order.",
            )


def lines_going_on(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Lines that begin with an operator: read as part of the line before."""
    for line in strategy.lines:
        for start in line.goes_on_at:
            operator = line.text[start:].split()[0]
            yield GOES_ON.at(
                line,
                (start, start + len(operator)),
                f"A line begins with {operator} and was read as going on with line {line.number}: write both as one line.",
            )


def references(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Line numbers that lead to no line, or to one that does not come before."""
    for line in strategy.lines:
        for token in line.tokens:
            if token.kind is not Kind.LINE_REFERENCE:
                continue
            number = int(token.text[1:])
            span = (token.start, token.end)
            if number not in strategy.by_number:
                yield MISSING_LINE.at(line, span, f"There is no line {token.text}: correct the number.")
            elif number >= line.number:
                yield LATER_LINE.at(line, span, f"{token.text} does not come before this line: name earlier lines only.")


def bare_numbers(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Numbers that stand where line numbers are meant: PubMed searches for the number."""
    for line in strategy.lines:
        for term in line.terms:
            if _bare_number(strategy, line, term):
                yield BARE_NUMBER.at(
                    line,
                    line.span(term),
                    f"PubMed searches for the number {term.text}: a line is named #{term.text}.",
                    suggestion=f"#{term.text}",
                )


def _bare_number(strategy: Strategy, line: Line, term: Term) -> bool:
    return term.tag is None and term.text.isdigit() and int(term.text) in strategy.by_number and int(term.text) < line.number


def duplicate_lines(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Lines that search for the same as an earlier one."""
    seen: dict[str, int] = {}
    for line in strategy.lines:
        key = " ".join(line.query.lower().split())
        if key in seen:
            yield DUPLICATE.at(line, _whole(line), f"The line is the same as line {seen[key]}: remove one of them.")
        seen.setdefault(key, line.number)


def unused_lines(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Lines that do not reach the last one, which is what is run."""
    if all(line.ovid for line in strategy.lines):
        return
    bare = {int(term.text) for line in strategy.lines for term in line.terms if _bare_number(strategy, line, term)}
    left = [line for line in roots(strategy) if line is not strategy.last and line.number not in bare]
    if not left:
        return
    if len(left) == len(strategy.lines) - 1:
        yield NOT_JOINED.at(
            strategy.last,
            _whole(strategy.last),
            "No line joins the others, so only this last one is run: add a line such as #1 AND #2.",
        )
        return
    for line in left:
        yield UNUSED.at(line, _whole(line), f"No later line uses line {line.number}: what it finds is not in the result.")


def no_hits(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Lines that find nothing at the source, and what the source said of a line."""
    for line in strategy.lines:
        result = strategy.results.get(line.number)
        if result is None:
            continue
        if result.count == 0:
            emptied = line.tree is not None and any(isinstance(node, Not) for node in (line.tree, *children(line.tree)))
            cause = "look for a slip in its words, tags and line numbers" + (", and at what NOT takes away" if emptied else "")
            yield NO_HITS.at(line, _whole(line), f"The line finds no record: {cause}.")
        for warning in result.warnings:
            yield SOURCE_SAYS.at(line, _place_of(line, warning), f"The source says: {warning}.")


def _place_of(line: Line, warning: str) -> tuple[int, int]:
    """The term that a warning names, or the whole line."""
    said = warning.partition(":")[2].strip().strip('"').lower()
    for node in walk(line.tree) if line.tree and said else ():
        if isinstance(node, Term) and node.text.lower() == said.partition("[")[0].strip().strip('"'):
            return line.span(node)
    return _whole(line)


def _whole(line: Line) -> tuple[int, int]:
    return len(line.query) - len(line.query.lstrip()), len(line.text)


CHECKS: tuple[Check, ...] = (numbering, lines_going_on, references, bare_numbers, duplicate_lines, unused_lines, no_hits)
