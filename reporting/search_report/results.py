"""The first part of the report: the covering note, the results by kind of evidence, and what was not found."""

from __future__ import annotations

from evidence.citation import UnreadableRecord
from evidence.prisma import PrismaFlow
from evidence.screening import ScreeningDecision
from evidence.search_ledger import SearchLedger
from reporting import words
from reporting.document.content import (
    Bullets,
    Entries,
    Paragraph,
    Section,
    Span,
    Table,
    Words,
    bold,
    flag,
    joined,
    say,
    shortened,
    todo,
)
from reporting.evidence_words import EvidenceType
from reporting.search_report.entries import entry_of, flags_of, named, one_line_of
from reporting.search_report.findings import Findings, Work, with_abstract, with_full_text

_EXPECTED = (
    EvidenceType.GUIDELINE,
    EvidenceType.SYSTEMATIC_REVIEW,
    EvidenceType.RANDOMISED_TRIAL,
    EvidenceType.COHORT,
    EvidenceType.CASE_CONTROL,
    EvidenceType.QUALITATIVE,
)
_USUAL_SOURCES = ("BMJ Best Practice", "NICE guidance", "Cochrane Library", "Embase", "Emcare", "CINAHL", "APA PsycInfo",
                  "HMIC", "Trip", "ClinicalTrials.gov")  # fmt: skip
_NOTHING = (
    " No record matches the strategy. That is a result, not proof that there is no evidence: please look at the strategy below "
    "before relying on it."
)
_ONLY_COUNTS = (
    "This note counts records and says nothing of what they found: no sentence on effects was written by a machine. Read the "
    "records before you rely on them."
)
_DECIDED = {"include": "Included:", "exclude": "Excluded:", "unsure": "Unsure:"}
_FIRST = 10
_QUESTION = 600
_WHO = {"rule": "rule", "ranking": "ranking", "model": "language model", "person": "person"}


def covering_note(ledger: SearchLedger, findings: Findings, flow: PrismaFlow) -> Section:
    """What was asked, where it was looked for and what came of it, in counts alone."""
    request = ledger.request
    asked = [say("You asked: ", bold(shortened(words.one_line(request.question), _QUESTION)))]
    details = (
        ("For", request.purpose),
        ("Needed by", f"{request.deadline.day} {request.deadline:%B %Y}" if request.deadline else None),
        ("Not wanted", request.exclusions),
        ("Who was studied", request.population_limits),
        ("Results wanted", f"about {request.results_wanted:,}" if request.results_wanted else None),
    )
    told = [f"{name}: {words.sentence(words.one_line(text))}" for name, text in details if text]
    blocks = [Paragraph(line) for line in (*asked, *((say(" ".join(told)),) if told else ()), _answer(ledger, findings))]
    blocks += [Paragraph(line) for line in _what_it_is(findings)]
    if findings.compromised:
        many = f" {words.counted(len(findings.compromised), 'work')} below {_are(findings.compromised)}"
        said = f"{many} retracted, withdrawn or under an expression of concern. Each is flagged in words where it stands."
        blocks.append(Paragraph(say(flag("Take care:"), said), callout=True))
    blocks.append(Paragraph(_order(ledger, findings, flow)))
    blocks.append(Paragraph(say(_ONLY_COUNTS)))
    if ledger.contact:
        blocks.append(Paragraph(say(f"Questions, or more needed? {words.one_line(ledger.contact)}")))
    else:
        blocks.append(Paragraph(say("Questions, or more needed? ", todo("name and address of the library"))))
    return Section("note", "Covering note", (*blocks, _glance(findings)) if findings.found else tuple(blocks))


def _answer(ledger: SearchLedger, findings: Findings) -> Words:
    search = ledger.search
    others = list(dict.fromkeys(source.name for source in ledger.other_sources))
    also = f" Records searched elsewhere were added from {_listed(others)}." if others else ""
    where = f"We searched {search.source} on {words.day(search.searched_at)}.{also} "
    identified = search.counts.identified + sum(source.records for source in ledger.other_sources)
    if not identified:
        return say(where, bold("Nothing was found."), _NOTHING)
    works = len(findings.works)
    had = len(ledger.citations) + len(ledger.imported)
    lost = f"; {identified - had:,} of them could not be had or read, or came twice" if identified > had else ""
    parts = [f"{words.counted(identified, 'record')} came from the {'sources' if others else 'source'}{lost}."]
    if had > works:
        more = words.counted(had - works, "is a further record", "are further records")
        parts.append(f"{more} of a work listed already, so the list has {words.counted(works, 'work')}.")
    if findings.excluded:
        parts.append(f"{words.counted(len(findings.excluded), 'work')} left out, each with its reason.")
    return say(where, bold(parts[0]), f" {' '.join(parts[1:])}" if parts[1:] else "")


def _what_it_is(findings: Findings) -> list[Words]:
    kinds = [f"{len(works):,} under {kind.value.lower()}" for kind, works in findings.by_kind.items() if kind in _EXPECTED]
    lines = []
    if kinds:
        full = with_full_text(findings.found)
        of_all = f"{full:,} of the {words.counted(len(findings.found), 'work')} {'has' if full == 1 else 'have'}"
        lines.append(say(f"Among them: {'; '.join(kinds)}. {of_all} free full text in PubMed Central."))
    if findings.preprints:
        many = words.counted(len(findings.preprints), "work")
        lines.append(say(f"{many} {_are(findings.preprints)} known only as a preprint, not peer reviewed."))
    return lines


def _order(ledger: SearchLedger, findings: Findings, flow: PrismaFlow) -> Words:
    order = "Within each kind of evidence the records closest to the words of your question come first." if ledger.ranked else (
        "The records are listed by PMID within each kind of evidence; they are not ordered by relevance."
    )  # fmt: skip
    seen = findings.seen_by_person
    looked = f" A person has decided on {words.counted(seen, 'work')}." if seen else ""
    unseen = f" No person has looked at {words.counted(flow.seen_by_no_person, 'work')} yet." if flow.seen_by_no_person else ""
    return say(
        f"{order}{looked}{unseen} The kind of evidence was read from each record by rules, and nobody has judged the quality."
    )


def _glance(findings: Findings) -> Table:
    rows = [_counts(say(Span(kind.value, url=f"#{kind_id(kind)}")), works) for kind, works in findings.by_kind.items()]
    rows.append(_counts(say(bold("All works")), findings.found))
    return Table(
        caption="Results at a glance",
        columns=("Kind of evidence", "Works", "With abstract", "Free full text (PMC)"),
        rows=tuple(rows),
        shares=(52, 14, 16, 18),
        figures=frozenset({1, 2, 3}),
    )


def _counts(name: Words, works: tuple[Work, ...]) -> tuple[Words, ...]:
    return name, *(say(f"{count:,}") for count in (len(works), with_abstract(works), with_full_text(works)))


def kind_id(kind: EvidenceType) -> str:
    """The id of a kind's section."""
    return f"type-{kind.name.lower().replace('_', '-')}"


def results(findings: Findings) -> Section:
    """The works by kind of evidence, and those left out."""
    sections = [
        Section(kind_id(kind), f"{kind.value} ({len(works):,})", (Entries(tuple(entry_of(work, findings) for work in works)),))
        for kind, works in findings.by_kind.items()
    ]
    if closest := _closest(findings):
        sections.insert(0, closest)
    if findings.excluded:
        items = tuple(_left_out(work, findings) for work in findings.excluded)
        sections.append(Section("left-out", f"Left out, with the reason ({len(items):,})", (Bullets(items),)))
    intro = (
        Paragraph(say("Nothing to list: no record was found.")) if not findings.works
        else Paragraph(say("Retracted, doubtful and preprint records stay in the list and are flagged in words."))
    )  # fmt: skip
    return Section("results", "Results by kind of evidence", (intro,), tuple(sections))


def _closest(findings: Findings) -> Section | None:
    """The first few works of any kind, where the list is long enough to need a way in."""
    ranked = [work for work in findings.found if work.rank is not None]
    if len(ranked) < 2 * _FIRST:
        return None
    items = []
    for work in ranked[:_FIRST]:
        flagged = tuple(span for line in flags_of(work.citation) for span in (Span(" "), *line))
        items.append((*one_line_of(work.record), Span(f" {work.typed.kind.value}.", tone="quiet"), *flagged))
    title = f"The {_FIRST} closest to the words of the question, of any kind"
    return Section(
        "closest", title, (Paragraph(say("Each is listed again under its kind of evidence.")), Bullets(tuple(items)))
    )


def _left_out(work: Work, findings: Findings) -> Words:
    made = [findings.decisions[key] for key in work.keys if key in findings.decisions]
    said = joined((_decision(decision) for decision in made), " ")
    return (*one_line_of(work.record), Span(" "), *said)


def _decision(decision: ScreeningDecision) -> Words:
    quoted = f" Words of the record: “{words.one_line(decision.words)}”." if decision.words else ""
    who = f" (criterion {decision.criterion}; by {_WHO[decision.made_by]}, {decision.by})"
    return say(bold(_DECIDED[decision.outcome.value]), f" {words.sentence(words.one_line(decision.reason))}{quoted}{who}")


def not_found(ledger: SearchLedger, findings: Findings) -> Section:
    """What was looked for and is not there."""
    items: list[Words] = []
    lacking = [kind.value.lower() for kind in _EXPECTED if kind not in findings.by_kind]
    if lacking:
        items.append(say(bold("Kinds of evidence with no record here: "), f"{'; '.join(lacking)}."))
    items += [
        say(bold(f"Line {line.number} matches no record: "), Span(line.query, code=True))
        for line in ledger.search.lines
        if not line.count
    ]
    items += [say(bold("Known paper missed by the search: "), *named(pmid, findings)) for pmid in ledger.search.known_missed]
    if ledger.search.missing:
        items.append(say(bold("Listed by the source but not returned: "), f"PMID {', '.join(ledger.search.missing)}."))
    items += [say(bold("Could not be read: "), _unreadable(record)) for record in ledger.search.unreadable]
    items += [
        say(bold("Could not be read: "), f"{words.counted(source.unreadable, 'record')} of the file {source.file_name}.")
        for source in ledger.other_sources
        if source.unreadable
    ]
    without = len(findings.found) - with_abstract(findings.found)
    if without:
        items.append(
            say(bold("Without an abstract: "), f"{words.counted(without, 'work')}; obtain the full text to judge them.")
        )
    searched = " ".join((ledger.search.source, *(source.name for source in ledger.other_sources))).casefold()
    elsewhere = [name for name in _USUAL_SOURCES if name.split()[-1].casefold() not in searched]
    items.append(say(bold("Not searched in this run: "), f"{', '.join(elsewhere)} and other sources. ",
                     todo("sources that you searched besides, with what they gave")))  # fmt: skip
    return Section("not-found", "What was not found", (Bullets(tuple(items)),))


def _unreadable(record: UnreadableRecord) -> str:
    name = f"PMID {record.pmid}" if record.pmid else f"record {record.position + 1} of the answer"
    return f"{name}. {words.sentence(words.one_line(record.reason))}"


def _are(works: tuple[Work, ...]) -> str:
    return "is" if len(works) == 1 else "are"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
