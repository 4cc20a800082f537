"""A search for a terminal: the strategy with its counts, the source's reading of it, red flags, and what was found."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

from evidence.search import LineResult, SearchStrategy
from evidence.search_ledger import SearchLedger
from reporting.words import counted, day, duration, one_line, thousands

_BEST = 10
_LONGEST_QUERY = 8


def render_search(ledger: SearchLedger, *, seconds: float | None = None) -> str:
    """What was searched and found, as plain text."""
    search, counts = ledger.search, ledger.search.counts
    width = _width()
    rows = ["SEARCH", *textwrap.wrap(one_line(ledger.request.question), width)]
    rows += textwrap.wrap(f"{search.source}, {day(search.searched_at)}", width)
    rows += ["", *_lines(search.lines, _written(search.strategy), width)]
    rows += ["", *_reading(search.lines, width), *_flags(red_flags(ledger), width), *_notes(search.notes, width)]
    rows += ["FOUND"]
    capped = f"; the newest {thousands(counts.retrieved)} taken, as asked" if search.limited_to else ""
    rows.append(f"  {counted(counts.identified, 'record')} match{'es' if counts.identified == 1 else ''}{capped}")
    rows.append(f"  {thousands(counts.fetched)} fetched whole, {counts.missing} not returned, {counts.unreadable} not readable")
    works = sum(citation.use != "same work" for citation in ledger.citations)
    rows.append(f"  {counted(works, 'work')}; {counted(counts.same_work, 'record')} of a work that has another here")
    rows += _known(ledger)
    rows += _best(ledger, width)
    rows += ["", *(f"{kind.upper()} report: {place}" for kind, place in ledger.documents.items())]
    took = f", {duration(seconds)}" if seconds is not None else ""
    rows.append(f"Run {ledger.id}, no language model{took}")
    return "\n".join(rows) + "\n"


def render_plan(strategy: SearchStrategy, results: Sequence[LineResult]) -> str:
    """A strategy with what each line finds; nothing was fetched."""
    width = _width()
    flags = [f"line {result.number}: {warning}" for result in results for warning in result.warnings]
    rows = ["STRATEGY", *_lines(results, {line.number: line.query for line in strategy.lines}, width), ""]
    rows += [*_reading(results, width), *_flags(_once(flags), width), *_notes(strategy.notes, width)]
    return "\n".join(rows).rstrip() + "\n"


def red_flags(ledger: SearchLedger) -> list[str]:
    """Everything the source warned of, each once, at the first line that has it."""
    return _once([f"line {line.number}: {warning}" for line in ledger.search.lines for warning in line.warnings])


def search_summary(ledger: SearchLedger) -> dict[str, Any]:
    """What a program needs to know of a search; the whole is in `evidence show RUN --json`."""
    search = ledger.search
    return {
        "id": ledger.id,
        "status": "finished",
        "source": search.source,
        "searched_at": search.searched_at.isoformat(),
        "strategy": search.strategy,
        "lines": [{"number": line.number, "count": line.count, "warnings": line.warnings} for line in search.lines],
        "query_translation": search.lines[-1].query_translation,
        "red_flags": red_flags(ledger),
        "counts": search.counts.model_dump(mode="json"),
        "known_found": search.known_found,
        "known_missed": search.known_missed,
        "documents": ledger.documents,
    }


def plan_summary(strategy: SearchStrategy, results: Sequence[LineResult]) -> dict[str, Any]:
    """A strategy with its counts for a program."""
    return {
        "strategy": strategy.as_text(),
        "proposed_by": strategy.proposed_by,
        "notes": strategy.notes,
        "lines": [result.model_dump(mode="json") for result in results],
    }


def _lines(results: Sequence[LineResult], written: dict[int, str], width: int) -> list[str]:
    rows = [f"  {'line':>4} {'records':>10}  query"]
    for result in results:
        head = f"  {f'#{result.number}':>4} {thousands(result.count):>10}  "
        query = one_line(written.get(result.number, result.query))
        wrapped = textwrap.wrap(query, width - len(head), max_lines=_LONGEST_QUERY, placeholder=" …") or [""]
        rows += [head + wrapped[0], *(" " * len(head) + more for more in wrapped[1:])]
    return rows


def _reading(results: Sequence[LineResult], width: int) -> list[str]:
    reading = one_line(results[-1].query_translation)
    if not reading:
        return []
    wrapped = textwrap.wrap(reading, width - 2, max_lines=12, placeholder=" …")
    return ["THE SOURCE READS THE LAST LINE AS", *(f"  {row}" for row in wrapped), ""]


def _flags(flags: Sequence[str], width: int) -> list[str]:
    if not flags:
        return ["No warning of the source.", ""]
    rows = [row for flag in flags for row in textwrap.wrap(f"! {one_line(flag)}", width - 2, subsequent_indent="  ")]
    return [f"RED FLAGS ({len(flags)})", *(f"  {row}" for row in rows), ""]


def _notes(notes: Sequence[str], width: int) -> list[str]:
    rows = [row for note in notes for row in textwrap.wrap(f"- {one_line(note)}", width - 2, subsequent_indent="  ")]
    return ["NOTES", *(f"  {row}" for row in rows), ""] if rows else []


def _known(ledger: SearchLedger) -> list[str]:
    found, missed = ledger.search.known_found, ledger.search.known_missed
    if not found and not missed:
        return []
    rows = [f"  {len(found)} of {len(found) + len(missed)} known papers found"]
    if missed:
        rows.append(f"  missed: {', '.join(missed)}; `evidence search test` says at which line")
    return rows


def _best(ledger: SearchLedger, width: int) -> list[str]:
    here = {citation.pmid: citation for citation in ledger.citations}
    best = [here[pmid] for pmid in ledger.ranked[:_BEST] if pmid in here]
    if not best:
        return []
    rows = ["", f"THE FIRST {len(best)} BY RELEVANCE"]
    for citation in best:
        said = f"{citation.pmid:<9} {one_line(citation.title)} ({citation.year or 'no year'})"
        rows += textwrap.wrap(said, width - 2, initial_indent="  ", subsequent_indent=" " * 12, max_lines=2, placeholder=" …")
    return rows


def _written(strategy: str) -> dict[int, str]:
    """The lines as written, from the ledger's text of the strategy: `#n query`."""
    lines = (line.partition(" ") for line in strategy.splitlines())
    return {int(number.lstrip("#")): query for number, _, query in lines if number.lstrip("#").isdigit()}


def _once(flags: Sequence[str]) -> list[str]:
    told: dict[str, str] = {}
    for flag in flags:
        told.setdefault(flag.partition(": ")[2], flag)
    return list(told.values())


def _width() -> int:
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 120))
