"""The 16 items of PRISMA-S, each reported, not done (only where a person said so), or for the librarian. None is blank.

Source: Rethlefsen ML, Kirtley S, Waffenschmidt S, et al. PRISMA-S: an extension to the PRISMA Statement for Reporting
Literature Searches in Systematic Reviews. Systematic Reviews 2021;10:39.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evidence.prisma import PrismaSItem, PrismaSState
from evidence.search_ledger import OtherSource, PrismaStatement, SearchLedger
from reporting import words
from reporting.strategy_reading import StrategyReading, read_strategy_of

SECTIONS = (
    ("Information sources and methods", ("Database name", "Multi-database searching", "Study registries",
     "Online resources and browsing", "Citation searching", "Contacts", "Other methods")),
    ("Search strategies", ("Full search strategies", "Limits and restrictions", "Search filters", "Prior work", "Updates",
     "Dates of searches")),
    ("Peer review", ("Peer review",)),
    ("Managing records", ("Total records", "Deduplication")),
)  # fmt: skip
"""The checklist's sections with its items in order."""

LEDGER = "this run's ledger"
NOTHING = "nothing in this run's ledger"
_FOR_LIBRARIAN = {
    4: "No website, print source or browsing is recorded. If any was searched or browsed, name it and say how",
    5: "No citation searching is recorded. If references were checked or citing papers looked up, say from which papers",
    6: "No contact with authors, experts or manufacturers is recorded. If anyone was asked, say whom and when",
    7: "No other method is recorded. If another way of finding studies was used, describe it",
    11: "Not recorded whether the strategy was taken over from earlier work. If it was, cite the work and say what was changed",
    12: "Not recorded how the search is kept up to date. If it was run again or an alert set up, say how and when",
    14: (
        "No peer review by a named person is recorded. The automated checks of the strategy are not a peer review: name the "
        "person who reviewed it and the tool used (for example PRESS 2015)"
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """What the ledger says on an item. `complete` where that is all that PRISMA-S asks for."""

    text: str
    complete: bool
    verbatim: str = ""
    origin: str = LEDGER


def prisma_s_items(ledger: SearchLedger) -> tuple[PrismaSItem, ...]:
    """All 16 items in order. A person's last word on an item decides its state; what was counted stands beside it."""
    said = {statement.item: statement for statement in sorted(ledger.statements, key=lambda statement: statement.on)}
    reading = read_strategy_of(ledger)
    items = []
    number = 0
    for section, names in SECTIONS:
        for name in names:
            number += 1
            items.append(_item(number, section, name, _found(number, ledger, reading), said.get(number)))
    return tuple(items)


def _item(number: int, section: str, name: str, found: _Found, said: PrismaStatement | None) -> PrismaSItem:
    state = PrismaSState.REPORTED if found.complete else PrismaSState.NEEDS_LIBRARIAN
    text, origin = found.text, found.origin
    if said:
        who = f"{said.by}, {said.on.day} {said.on:%B %Y}"
        told = words.one_line(said.text)
        known = f" This run's ledger: {found.text}" if found.origin == LEDGER else ""
        origin = f"{who}; {LEDGER}" if known else who
        if said.state == "not done":
            state, text = PrismaSState.NOT_DONE, f"Not done. {told}".strip() + known
        elif told:
            state, text = PrismaSState.REPORTED, words.sentence(told) + known
        else:
            state, text = PrismaSState.NEEDS_LIBRARIAN, f"{said.by} marked this as reported but gave no words. {found.text}"
    return PrismaSItem(
        number=number, section=section, name=name, state=state, text=text, verbatim=found.verbatim, origin=origin
    )


def _found(number: int, ledger: SearchLedger, reading: StrategyReading) -> _Found:
    counted: dict[int, Callable[[], _Found]] = {
        1: lambda: _databases(ledger),
        2: lambda: _several_at_once(ledger),
        3: lambda: _registries(ledger),
        8: lambda: _strategies(ledger),
        9: lambda: _limits(ledger, reading),
        10: lambda: _filters(ledger, reading),
        13: lambda: _dates(ledger),
        15: lambda: _totals(ledger),
        16: lambda: _deduplication(ledger),
    }
    if number in counted:
        return counted[number]()
    recorded = ""
    if number in {4, 5, 7} and (others := [source for source in ledger.other_sources if source.kind == "other method"]):
        recorded = f" Records imported from other methods: {'; '.join(source_name(source) for source in others)}."
    return _Found(f"{_FOR_LIBRARIAN[number]}.{recorded}", complete=False, origin=LEDGER if recorded else NOTHING)


def source_name(source: OtherSource) -> str:
    """`Embase (Ovid)`, or that the platform was not said."""
    return f"{source.name} ({source.interface})" if source.interface else f"{source.name} (platform not said)"


def _databases(ledger: SearchLedger) -> _Found:
    others = [source for source in ledger.other_sources if source.kind == "database"]
    listed = "; ".join(dict.fromkeys((ledger.search.source, *(source_name(source) for source in others))))
    lacking = sorted({source.name for source in others if not source.interface})
    missing = f" Add the platform of {', '.join(lacking)}." if lacking else ""
    return _Found(f"{listed}.{missing}", complete=not lacking)


def _several_at_once(ledger: SearchLedger) -> _Found:
    if not ledger.other_sources:
        return _Found(
            "One database was searched in this run, on its own; none was searched together with another.", complete=True
        )
    return _Found(
        f"{ledger.search.source} was searched on its own. For the imported files, say whether any comes from several databases "
        "searched at once on one platform, and name them.",
        complete=False,
    )


def _registries(ledger: SearchLedger) -> _Found:
    registers = [source for source in ledger.other_sources if source.kind == "register"]
    if registers:
        listed = "; ".join(f"{source_name(source)}, {words.counted(source.records, 'record')}" for source in registers)
        return _Found(f"{listed}.", complete=True)
    text = "No study registry is recorded. If one was searched (such as ClinicalTrials.gov or WHO ICTRP), name it and its date."
    return _Found(text, complete=False, origin=NOTHING)


def _strategies(ledger: SearchLedger) -> _Found:
    parts = [f"{ledger.search.source}\n{ledger.search.strategy}"]
    parts += [
        f"{source_name(source)}, file {source.file_name}\n{source.strategy}"
        for source in ledger.other_sources
        if source.strategy
    ]
    lacking = [f"{source.name} ({source.file_name})" for source in ledger.other_sources if not source.strategy.strip()]
    missing = f" Not given, to be added: the strategy of {'; '.join(lacking)}." if lacking else ""
    whole = bool(ledger.search.strategy.strip()) and not lacking
    return _Found(f"Copied exactly as run, line by line.{missing}", complete=whole, verbatim="\n\n".join(parts))


def _limits(ledger: SearchLedger, reading: StrategyReading) -> _Found:
    limits = [limit.words for limit in reading.limits]
    if ledger.search.limited_to is not None:
        limits.append(f"a person capped the records at {ledger.search.limited_to:,} of {ledger.search.counts.identified:,}")
    unread = (
        f" Lines {', '.join(map(str, reading.unread))} could not be parsed: check them for limits." if reading.unread else ""
    )
    others = " For the imported databases, add their limits." if ledger.other_sources else ""
    if limits:
        text = f"Limits in the strategy: {'; '.join(limits)}. Add the reason for each.{others}{unread}"
        return _Found(text, complete=False)
    text = (
        f"The strategy for {ledger.search.source} has no limit of date, language, publication type or species.{others}{unread}"
    )
    return _Found(text, complete=not others and not unread)


def _filters(ledger: SearchLedger, reading: StrategyReading) -> _Found:
    cited = [
        f"line {used.line}: {used.filter.name}, {used.filter.version}, unmodified. {used.filter.citation}"
        for used in reading.filters
    ]
    known = " ".join(words.sentence(entry) for entry in cited)
    others = " For the imported databases, cite any filter used there." if ledger.other_sources else ""
    if reading.subsets or reading.unread:
        open_lines = [entry.words for entry in reading.subsets] + [f"line {line}" for line in reading.unread]
        text = f"{known} Cite the source of these, and say whether they were changed: {'; '.join(open_lines)}.{others}"
        return _Found(text.strip(), complete=False)
    none = (
        "No published filter known to this tool stands unmodified in the strategy. If one was used or adapted, cite it and say "
        "what was changed."
    )
    if not cited:
        built_here = ledger.protocol is not None and not others
        text = (
            "No search filter was used: the strategy was compiled from the question without one."
            if built_here
            else none + others
        )
        return _Found(text, complete=built_here)
    return _Found(f"{known}{others}", complete=not others)


def _dates(ledger: SearchLedger) -> _Found:
    parts = [f"{ledger.search.source}: {words.day(ledger.search.searched_at)}"]
    lacking = []
    for source in ledger.other_sources:
        if source.searched_on is None:
            lacking.append(f"{source.name} ({source.file_name})")
        else:
            parts.append(f"{source_name(source)}: {source.searched_on.day} {source.searched_on:%B %Y}")
    missing = f" Add the date of {'; '.join(lacking)}." if lacking else ""
    return _Found(f"{'; '.join(parts)}.{missing}", complete=not lacking)


def _totals(ledger: SearchLedger) -> _Found:
    counts = ledger.search.counts
    parts = [f"{ledger.search.source}: {words.counted(counts.identified, 'record')} identified, {counts.fetched:,} read"]
    parts += [
        f"{source_name(source)}, file {source.file_name}: {words.counted(source.records, 'record')}, "
        f"{source.records - source.unreadable:,} read"
        for source in ledger.other_sources
    ]
    whole = counts.identified + sum(source.records for source in ledger.other_sources)
    return _Found(f"{'; '.join(parts)}. Together: {words.counted(whole, 'record')}.", complete=True)


def _deduplication(ledger: SearchLedger) -> _Found:
    grouped = sum(len(group.members) - 1 for group in ledger.groups)
    text = (
        f"By {ledger.tool}, by rules and without a language model: records are grouped, never deleted, where their own data "
        "tie them together (identifiers such as the DOI, links to other versions, and notices). One record stands for each "
        f"group. Grouped under another record: {grouped:,}, in {words.counted(len(ledger.groups), 'group')}; each group states "
        "its reason."
    )
    return _Found(text, complete=True)
