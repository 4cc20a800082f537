"""The second part of the report: how it was searched, the search appendix, the PRISMA flow and PRISMA-S."""

from __future__ import annotations

import re
from datetime import date

from evidence.prisma import PrismaFlow, PrismaSItem, PrismaSState
from evidence.question import FRAMEWORK_ELEMENTS
from evidence.search_ledger import OtherSource, SearchLedger
from reporting import words
from reporting.document.content import (
    Bullets,
    FlowFigure,
    Paragraph,
    Section,
    Span,
    Table,
    Verbatim,
    Words,
    bold,
    flag,
    say,
    todo,
)
from reporting.prisma_flow import flow_rows
from reporting.prisma_s import prisma_s_items, source_name
from reporting.search_report.entries import named
from reporting.search_report.findings import Findings
from reporting.strategy_reading import StrategyReading, read_strategy_of

_LINE = re.compile(r"^#(?P<number>\d+) (?P<query>.+)$")


def how_we_searched(ledger: SearchLedger, findings: Findings) -> Section:
    """The question taken apart, the sources with their dates, and the test against known papers."""
    blocks: list[Paragraph | Table | Bullets] = [_sources(ledger)]
    if ledger.protocol:
        blocks.insert(0, _elements(ledger))
    blocks.append(Paragraph(say(f"Terms of the strategy proposed by: {ledger.search.proposed_by}. {_limits_asked(ledger)}")))
    if ledger.ranked:
        ranked_by = words.sentence(words.one_line(ledger.ranked_by)) if ledger.ranked_by else "the method is not recorded."
        blocks.append(Paragraph(say(f"Order of the results: {ranked_by}")))
    known = len(ledger.search.known_found) + len(ledger.search.known_missed)
    if known:
        found = len(ledger.search.known_found)
        blocks.append(
            Paragraph(say(f"The strategy was tested with {words.counted(known, 'known paper')}: it finds {found:,} of them."))
        )
        items = [say(bold("Found: "), *named(pmid, findings)) for pmid in ledger.search.known_found]
        items += [say(flag("Missed: "), *named(pmid, findings)) for pmid in ledger.search.known_missed]
        blocks.append(Bullets(tuple(items)))
    else:
        blocks.append(Paragraph(say("No known paper was given to test the strategy with.")))
    return Section("method", "How we searched", tuple(blocks))


def _elements(ledger: SearchLedger) -> Table:
    protocol = ledger.protocol
    if protocol is None:
        raise ValueError("a table of elements needs a protocol")
    given = {element.name for element in ledger.request.elements}
    names = FRAMEWORK_ELEMENTS[protocol.framework]
    further = tuple(element.name for element in protocol.elements if element.name not in names)
    rows = []
    for name in (*names, *further):
        text = protocol.element(name)
        giver = "nobody" if text is None else "the person asking" if name in given else protocol.proposed_by
        rows.append((say(name.capitalize()), say(words.one_line(text or words.NOT_STATED)), say(giver)))
    return Table(f"The question by {protocol.framework.value}", ("Element", "What was asked for", "Given or proposed by"),
                 tuple(rows), (22, 50, 28))  # fmt: skip


def _sources(ledger: SearchLedger) -> Table:
    search, counts = ledger.search, ledger.search.counts
    address = Span(search.source_url, url=search.source_url)
    rows = [
        (
            say(search.source),
            say(address),
            say(words.day(search.searched_at)),
            say(f"{counts.identified:,}"),
            say(f"{counts.fetched:,}"),
        )
    ]
    for source in ledger.other_sources:
        platform = say(source.interface) if source.interface else say(todo("platform"))
        when = say(_day(source.searched_on)) if source.searched_on else say(todo("date of the search"))
        name = say(f"{source.name} (file {source.file_name})")
        rows.append((name, platform, when, say(f"{source.records:,}"), say(f"{source.records - source.unreadable:,}")))
    columns = ("Source", "Platform or address", "Date of the search", "Records", "Read")
    return Table("Sources and dates", columns, tuple(rows), (26, 30, 20, 12, 12), frozenset({3, 4}))


def _limits_asked(ledger: SearchLedger) -> str:
    request = ledger.request
    limits = [
        f"published on or after {_day(request.since)}" if request.since else "",
        f"published on or before {_day(request.until)}" if request.until else "",
        f"languages: {', '.join(request.languages)}" if request.languages else "",
        f"publication types: {', '.join(request.publication_types)}" if request.publication_types else "",
        f"search filters: {', '.join(request.filters)}" if request.filters else "",
    ]
    said = [limit for limit in limits if limit]
    return f"Limits asked for: {'; '.join(said)}." if said else "No limit was asked for."


def appendix(ledger: SearchLedger) -> Section:
    """The search appendix: each strategy exactly as run, with counts, reading, warnings, limits and filters."""
    reading = read_strategy_of(ledger)
    search = ledger.search
    flags = [say(flag(f"Line {line.number}:"), f" {warning}") for line in search.lines for warning in line.warnings]
    warned = Bullets(tuple(flags)) if flags else Paragraph(say("The source gave no warning on any line."))
    blocks = (
        Paragraph(
            say(f"Run on {words.day(search.searched_at)}. Records found by the last line: {search.counts.identified:,}.")
        ),
        Verbatim(f"Strategy for {search.source}, exactly as run", search.strategy),
        _lines(ledger),
    )
    sections = [
        Section("red-flags", "Red flags from the source", (warned,)),
        Section("limits", "Limits and filters in the strategy", tuple(_limits(reading))),
    ]
    if search.notes:
        notes = Bullets(tuple(say(words.one_line(note)) for note in search.notes))
        sections.append(Section("notes", "What was changed or left out of the strategy", (notes,)))
    if ledger.other_sources:
        others = [block for source in ledger.other_sources for block in _other(source)]
        sections.append(Section("other-strategies", "Strategies for the other sources", tuple(others)))
    return Section("appendix", "Search appendix: the strategies as run", blocks, tuple(sections))


def _lines(ledger: SearchLedger) -> Table:
    printed = {
        int(found["number"]): found["query"] for line in ledger.search.strategy.splitlines() if (found := _LINE.match(line))
    }
    purposes = ledger.search.purposes
    rows = []
    for place, line in enumerate(ledger.search.lines):
        purpose = purposes[place] if place < len(purposes) else ""
        name = say(bold(f"#{line.number}"), Span(f" {words.one_line(purpose)}" if purpose else "", tone="quiet"))
        read_as = (
            Span(line.query_translation, code=True) if line.query_translation else Span("no translation given", tone="quiet")
        )
        rows.append((name, say(Span(printed.get(line.number, line.query), code=True)), say(f"{line.count:,}"), say(read_as)))
    return Table(
        "Line by line: records, and the source's own reading", ("Line", "Search", "Records", "Read by the source as"),
        tuple(rows), (20, 34, 11, 35), frozenset({2}),
    )  # fmt: skip


def _limits(reading: StrategyReading) -> list[Paragraph | Bullets]:
    items = [say(bold("Limit: "), f"{limit.words}. Reason: ", todo("why this limit")) for limit in reading.limits]
    items += [
        say(
            bold("Filter, unmodified: "),
            f"line {used.line}, {used.filter.name}, {used.filter.version}. Cite: {used.filter.citation}",
        )
        for used in reading.filters
    ]
    items += [say(bold("PubMed subset or filter: "), f"{entry.words}. ", todo("its source")) for entry in reading.subsets]
    items += [say(bold(f"Line {line} could not be parsed: "), todo("its limits and filters")) for line in reading.unread]
    if not items:
        return [Paragraph(say("None: no limit of date, language, publication type or species, and no published filter."))]
    return [Bullets(tuple(items))]


def _other(source: OtherSource) -> list[Paragraph | Verbatim]:
    when = say(f"Run on {_day(source.searched_on)}. ") if source.searched_on else say("Date: ", todo("date of the search"), " ")
    counts = f"File {source.file_name}: {words.counted(source.records, 'record')}, {source.unreadable:,} of them not readable."
    facts = Paragraph((*say(bold(f"{source_name(source)}. ")), *when, *say(counts)))
    if source.strategy.strip():
        return [facts, Verbatim(f"Strategy for {source_name(source)}, exactly as given", source.strategy)]
    return [facts, Paragraph(say(todo(f"the strategy run in {source.name}, copied exactly")))]


def prisma_flow_section(flow: PrismaFlow) -> Section:
    """The flow as a picture and as numbers."""
    rows = tuple(
        ((Span(f"– {row.words}" if row.part else row.words, bold=not row.part),), say(f"{row.count:,}"))
        for row in flow_rows(flow)
    )
    table = Table("The same numbers as a table", ("Step", "Number"), rows, (82, 18), frozenset({1}))
    figure = FlowFigure(
        flow, "Every number is counted from the records of this run. Records no person has screened stand apart."
    )
    return Section("prisma-flow", "PRISMA 2020 flow", (figure, table))


def prisma_s_section(ledger: SearchLedger) -> Section:
    """The 16 items as a table."""
    items = prisma_s_items(ledger)
    counts = {state: sum(item.state is state for item in items) for state in PrismaSState}
    told = "; ".join(f"{count} {state.value}" for state, count in counts.items())
    rows = tuple((say(bold(f"{item.number}. {item.name}")), _state(item), _text(item), say(item.origin)) for item in items)
    table = Table("PRISMA-S", ("Item", "State", "What to report", "Where it comes from"), rows, (20, 14, 48, 18))
    intro = say(f"All 16 items: {told}. An item counts as not done only where a person has said so.")
    return Section("prisma-s", "PRISMA-S: reporting the search", (Paragraph(intro), table))


def _state(item: PrismaSItem) -> Words:
    if item.state is PrismaSState.NEEDS_LIBRARIAN:
        return say(Span("Needs librarian", bold=True, tone="todo"))
    return say(item.state.value.capitalize())


def _text(item: PrismaSItem) -> Words:
    where = (Span(" See the search appendix", url="#appendix"), Span(".")) if item.verbatim else ()
    return (*say(words.one_line(item.text)), *where)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else words.NOT_STATED
