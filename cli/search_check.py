"""`evidence search check`: automated checks of a strategy along the six elements of PRESS. They are not peer review."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

import click

from connectors.settings import Settings
from evidence.errors import InvalidInput
from evidence.question import Framework, Protocol
from evidence.search import LineResult
from evidence.strategy_check import CheckedLine, PressElement, Severity, StrategyFinding, StrategyReport

_SHOWN = 3
"""Findings of one kind that are shown before the rest is summed up."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
_NAMES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "point of advice"}
_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.ADVICE: "points of advice"}
_FILE_NAME = re.compile(r"\S+[/\\]\S+|\S+\.(?:txt|md|csv|docx?|rtf|json|html?)", re.IGNORECASE)


@click.command()
@click.argument("strategy", metavar="FILE|-")
@click.option("--question", metavar="TEXT", help="The question: its parts are compared with what is searched for.")
@click.option("--counts", is_flag=True, help="Count each line at the source, and show lines without hits.")
@click.option("--source", metavar="URL", help="Where to count: `pubmed`, or an E-utilities server; implies --counts.")
@click.option("--email", metavar="ADDRESS", help="Your address, which PubMed asks for.")
@click.option("--all", "everything", is_flag=True, help="Show every finding, not the first three of a kind.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def check(  # noqa: PLR0913, PLR0917 - one parameter an option
    strategy: str,
    question: str | None,
    counts: bool,
    source: str | None,
    email: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Check a PubMed strategy (a file, a query, or - for the input stream) along the six elements of PRESS.

    Findings are a result: the exit code is 0 with them, and 2 where the strategy cannot be read at all.
    """
    from cli.services import build_mesh
    from searching.check_strategy import check_strategy

    text = _strategy_text(strategy)
    settings = Settings.load(email=email, source=source)
    results, name = _count(text, settings) if counts or source else ((), "")
    report = check_strategy(
        text, vocabulary=build_mesh(settings), protocol=_protocol(question) if question else None, results=results, source=name
    )
    if as_json:
        click.echo(report.model_dump_json(indent=2))
        return
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    for line in render(report, width=width, most=None if everything else _SHOWN):
        click.echo(line)


def _strategy_text(given: str) -> str:
    from cli.search_test import existing_file, read_strategy_text

    if given != "-" and existing_file(given) is None and _FILE_NAME.fullmatch(given):
        raise InvalidInput(f"There is no file {given}: check its name, or give the strategy itself in quotes.")
    try:
        return read_strategy_text(given)
    except UnicodeDecodeError:
        raise InvalidInput("The input stream is not text in UTF-8: save the strategy as plain text.") from None


def _protocol(question: str) -> Protocol:
    from searching.take_apart import take_apart

    if not question.strip():
        raise InvalidInput("--question is empty: give the question in quotes, or leave the option out.")
    elements = take_apart(question, Framework.PICO)
    return Protocol(question=question, framework=Framework.PICO, elements=elements, proposed_by="rules")


def _count(text: str, settings: Settings) -> tuple[tuple[LineResult, ...], str]:
    from cli.progress import TerminalProgress
    from cli.services import build_source, source_address
    from searching.check_strategy import countable_queries

    queries = countable_queries(text)
    progress = TerminalProgress()
    with source_address(settings, settings.source, progress) as address:
        asked = build_source(settings, settings.source, address)
        progress.stage("count", asked.name)
        found = []
        for done, (number, query) in enumerate(queries, start=1):
            found.append(asked.count(query, number=number))
            progress.update(done, len(queries), "lines")
    return tuple(found), asked.name


def render(report: StrategyReport, *, width: int, most: int | None) -> Iterator[str]:
    """The report as lines for a terminal, at most so many findings of one kind in an element (None: all)."""
    yield from _strategy_lines(report, width)
    yield ""
    yield click.style(f"The machine's view: {report.result} ({_sum_up(report.findings)}).", bold=True)
    for paragraph in (report.statement, *report.not_checked):
        yield from textwrap.wrap(paragraph, width)
    lines = {line.number: line for line in report.lines}
    for number, element in enumerate(PressElement, start=1):
        found = report.of(element)
        yield ""
        yield click.style(f"{number}  {element.value}: {_sum_up(found)}", bold=True)
        for kind in _by_kind(found):
            for finding in kind[:most]:
                yield from _show(finding, lines[finding.line], width)
            if most is not None and len(kind) > most:
                yield f"    … and {len(kind) - most} more of this kind ({kind[0].rule}): --all shows them."


def _strategy_lines(report: StrategyReport, width: int) -> Iterator[str]:
    counted = any(line.count is not None for line in report.lines)
    for line in report.lines:
        count = f"{line.count:>12,}  " if line.count is not None else " " * 14 if counted else ""
        query = re.sub(rf"^(?:#\s*)?{line.number}\s*[.):]?\s+(?=\S)", "", line.text)
        text = f"#{line.number:<4}{count}{_plain(query)}"
        yield text if len(text) <= width else f"{text[: width - 1]}…"
    if report.source:
        yield f"Counted at {report.source}."
    if report.vocabulary:
        yield f"Headings held against {report.vocabulary}."


def _sum_up(findings: Sequence[StrategyFinding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    said = [f"{counts[s]} {(_NAMES if counts[s] == 1 else _PLURALS)[s]}" for s in Severity if counts[s]]
    return ", ".join(said) or "nothing found"


def _by_kind(findings: Sequence[StrategyFinding]) -> list[list[StrategyFinding]]:
    kinds: dict[tuple[str, Severity], list[StrategyFinding]] = {}
    for finding in findings:
        kinds.setdefault((finding.rule, finding.severity), []).append(finding)
    return list(kinds.values())


def _show(finding: StrategyFinding, line: CheckedLine, width: int) -> Iterator[str]:
    """The place with a caret under it, the sentence and the suggestion."""
    severity = click.style(finding.severity.value, fg=_COLOURS[finding.severity], bold=True)
    yield f"  {severity}  line {finding.line}, character {finding.start + 1}  ({finding.rule})"
    excerpt, caret = _excerpt(line.text, finding.start, finding.end, width - 6)
    yield f"      {excerpt}"
    yield f"      {caret}"
    yield from textwrap.wrap(finding.message, width, initial_indent="    ", subsequent_indent="    ")
    if finding.suggestion:
        yield f"    Instead: {_plain(finding.suggestion).strip()}"
    elif finding.suggestion == "":
        yield "    Instead: leave it out"


def _excerpt(text: str, start: int, end: int, width: int) -> tuple[str, str]:
    """The part of a line around a place, and the carets under it, each at most `width` characters."""
    first = max(0, min(start - width // 3, len(text) - width + 2))
    shown = _plain(text[first : first + width - 2])
    before = "…" if first else ""
    after = "…" if first + width - 2 < len(text) else ""
    marks = max(1, min(end, first + len(shown)) - start)
    return f"{before}{shown}{after}", " " * (len(before) + start - first) + "^" * marks


def _plain(text: str) -> str:
    """The text without control characters, place for place: a strategy from outside must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
