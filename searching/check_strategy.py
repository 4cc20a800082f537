"""Checks a search strategy along the six elements of PRESS 2015. Automated checks, not PRESS peer review."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.errors import QuerySyntaxError
from evidence.question import Protocol
from evidence.search import LineResult, SearchLine
from evidence.services import MeshVocabulary
from evidence.strategy_check import CheckedLine, PressElement, Severity, StrategyFinding, StrategyReport
from searching.checks import headings, limits, line_numbers, operators, syntax, text_words, translation, variants
from searching.checks.lines import Strategy, read_lines
from searching.checks.rule import Check
from searching.expand_line_references import expand_line_references

CHECKS: tuple[Check, ...] = (
    *translation.CHECKS,
    *operators.CHECKS,
    *headings.CHECKS,
    *text_words.CHECKS,
    *variants.CHECKS,
    *syntax.CHECKS,
    *line_numbers.CHECKS,
    *limits.CHECKS,
)
"""Every check, element by element."""

MOST_COUNTED = 300
"""Lines that are counted at a source; no strategy written by a person has more."""

_ECHOES = frozenset(rule.name for rule in (syntax.SYNTAX, text_words.UNTAGGED, text_words.NOT_MAPPED, operators.MISSING))
_ELEMENTS = list(PressElement)
_SEVERITIES = list(Severity)


def check_strategy(
    text: str,
    *,
    vocabulary: MeshVocabulary | None = None,
    protocol: Protocol | None = None,
    results: Sequence[LineResult] = (),
    source: str = "",
) -> StrategyReport:
    """What the checks find in a strategy, one PubMed query a line, read past its faults.

    Without `vocabulary` headings are not looked up, without `protocol` the question is not compared, without `results`
    (one a line, counted at `source`) lines without hits are not seen: the report says so. Raises InvalidInput where the
    text holds no line.
    """
    lines = read_lines(text)
    counted = {result.number: result for result in results}
    strategy = Strategy(lines, vocabulary, protocol, counted)
    found = {finding for check in CHECKS for finding in check(strategy)}
    return StrategyReport(
        lines=tuple(
            CheckedLine(
                number=line.number, text=line.text, count=counted[line.number].count if line.number in counted else None
            )
            for line in lines
        ),
        findings=tuple(sorted(_without_echoes(found), key=_order)),
        not_checked=tuple(_not_checked(strategy)),
        vocabulary=vocabulary.version if vocabulary else "",
        source=source,
    )


def countable_queries(text: str) -> list[tuple[int, str]]:
    """The number and the whole query of every line that can be run as it is, line numbers written out.

    Lines with a syntax error, and those that name such a line, are left out. Raises InvalidInput as `check_strategy` does.
    """
    sound: list[SearchLine] = []
    queries: list[tuple[int, str]] = []
    for line in read_lines(text)[:MOST_COUNTED]:
        if line.tree is None or line.faults or not line.query.strip():
            continue
        asked = SearchLine(number=line.number, query=line.query.strip(), purpose="to be counted")
        try:
            expanded = expand_line_references([*sound, asked])
        except QuerySyntaxError:
            continue
        sound.append(asked)
        queries.append((line.number, expanded[-1]))
    return queries


def _without_echoes(found: set[StrategyFinding]) -> list[StrategyFinding]:
    """The findings without those that only echo a graver one in the same place, which a rule of its own explains better."""
    grave: dict[int, list[StrategyFinding]] = {}
    for finding in found:
        if finding.severity is Severity.ERROR and finding.rule not in _ECHOES:
            grave.setdefault(finding.line, []).append(finding)
    return [finding for finding in found if not any(_echoes(finding, other) for other in grave.get(finding.line, ()))]


def _echoes(finding: StrategyFinding, other: StrategyFinding) -> bool:
    """Whether a finding follows from a graver one: the parser's in the same place, a missing tag or operator also beside it."""
    if finding.rule == syntax.SYNTAX.name:
        return finding.start < other.end and other.start < finding.end
    return finding.rule in _ECHOES and finding.start <= other.end + 1 and other.start <= finding.end + 1


def _order(finding: StrategyFinding) -> tuple[int, int, int, int, str, str]:
    return (
        _ELEMENTS.index(finding.element),
        _SEVERITIES.index(finding.severity),
        finding.line,
        finding.start,
        finding.rule,
        finding.message,
    )


def _not_checked(strategy: Strategy) -> list[str]:
    said = []
    if strategy.protocol is None:
        said.append("The question was not given, so the concepts were not compared with it.")
    if strategy.vocabulary is None:
        said.append("No MeSH file is loaded, so headings were not looked up: load one with `evidence mirror load-mesh`.")
    if not strategy.results:
        said.append("The lines were not counted, so lines without hits were not looked for.")
    unread = [line for line in strategy.lines if line.tree is None and not line.ovid]
    if unread:
        numbers = ", ".join(f"#{line.number}" for line in unread[:10])
        said.append(f"Only the syntax of {numbers} was looked at, because the rest could not be read.")
    return said
