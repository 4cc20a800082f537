"""Sections that several documents share: the question, answers found elsewhere, bottom line, findings, studies, references."""

from __future__ import annotations

from datetime import date

from evidence.claim import AnchoredValue, StudyExtract
from evidence.ledger import LedgerCitation
from evidence.question import FRAMEWORK_ELEMENTS
from evidence.signed_parts import CertaintyRating, FoundAnswer
from reporting import words
from reporting.body import NO_BOTTOM_LINE
from reporting.document.content import (
    Block,
    Bullets,
    Entries,
    Entry,
    Paragraph,
    Section,
    Span,
    Table,
    Words,
    bold,
    cited,
    say,
)
from reporting.draft import NOT_ANCHORED, STUDY_COLUMNS
from reporting.evidence_types import evidence_type_of
from reporting.references.links import record_links
from reporting.search_report.entries import flags_of, reference
from reporting.summary.notes import NoteBook, label_of
from reporting.summary.signed import Edited, Outcome, Statement, direction_words

NO_ANSWER = "None was entered: either these sources were not looked at, or nothing that answers the question was found there."
NO_RATING = "Certainty: not rated. No named person recorded a rating for this outcome."


def question_section(edited: Edited) -> Section:
    """The question as asked and taken apart."""
    ledger = edited.ledger
    protocol = ledger.protocol
    names = FRAMEWORK_ELEMENTS[protocol.framework]
    further = tuple(element.name for element in protocol.elements if element.name not in names)
    rows = tuple(
        (say(name.capitalize()), say(words.one_line(protocol.element(name) or words.NOT_STATED))) for name in (*names, *further)
    )
    blocks: list[Block] = [Paragraph(say(bold(words.one_line(ledger.question))))]
    asked_by = ", ".join(words.one_line(part) for part in (ledger.request.requester_role, ledger.request.organisation) if part)
    if ledger.request.purpose:
        blocks.append(Paragraph(say(f"What it is for: {words.sentence(words.one_line(ledger.request.purpose))}")))
    if asked_by:
        blocks.append(Paragraph(say(f"Asked by: {words.sentence(asked_by)}")))
    blocks.append(Table(f"The question by {protocol.framework.value}", ("Element", "What was asked for"), rows, (25, 75)))
    return Section("question", "Question", tuple(blocks))


def found_section(edited: Edited) -> Section:
    """What point-of-care and guideline sources say, in their own words."""
    found = edited.content.found
    if not found:
        return Section("found", "What guidelines and point-of-care sources say", (Paragraph(say(NO_ANSWER)),))
    rows = tuple(_found(answer) for answer in found)
    blocks: list[Block] = [
        Table(
            "Answers found before the search", ("Source", "What it says", "Source dated", "Looked up"), rows, (24, 46, 14, 16)
        )
    ]
    if ended := [answer for answer in found if answer.ended_search]:
        names = ", ".join(words.one_line(answer.by) for answer in ended)
        blocks.append(
            Paragraph(say(f"{names} decided that this answers the question. The search below was made all the same."))
        )
    return Section("found", "What guidelines and point-of-care sources say", tuple(blocks))


def _found(answer: FoundAnswer) -> tuple[Words, ...]:
    title = f": {words.one_line(answer.title)}" if answer.title else ""
    name = say(Span(words.one_line(f"{answer.source}{title}"), url=answer.url))
    dated = day(answer.published) if answer.published else "date not given"
    quote = (
        f"“{words.one_line(answer.quote)}”"
        if answer.quote.strip()
        else "Looked at; nothing that answers the question was found."
    )
    return name, say(quote), say(dated), say(f"{day(answer.on)}, by {words.one_line(answer.by)}")


def bottom_line_section(edited: Edited) -> Section:
    """The answer in brief, or that there is none."""
    statements = edited.bottom_line()
    if not statements:
        sentence = NO_BOTTOM_LINE.replace("drafted for it passed every check", "of it was accepted by the person who signed")
        return Section("bottom-line", "Bottom line", (Paragraph(say(bold(sentence)), callout=True),))
    return Section("bottom-line", "Bottom line", (Bullets(tuple(statement.words for statement in statements)),))


def findings_section(edited: Edited) -> Section:
    """The findings by outcome; certainty only as a person rated it."""
    outcomes = edited.outcomes()
    if not outcomes:
        return Section("findings", "Findings by outcome", (Paragraph(say("No finding was accepted.")),))
    parts = tuple(
        Section(f"outcome-{place}", outcome.name, (Paragraph(certainty_words(outcome)), Bullets(_findings(outcome))))
        for place, outcome in enumerate(outcomes, 1)
    )
    intro = (
        "Each sentence carries a number that leads to its words in a record. Directions compare intervention with comparator."
    )
    return Section("findings", "Findings by outcome", (Paragraph(say(intro)),), parts)


def _findings(outcome: Outcome) -> tuple[Words, ...]:
    return tuple((*statement.words, *_direction(statement)) for statement in outcome.statements)


def _direction(statement: Statement) -> Words:
    shown = direction_words(statement.claim.claim.direction)
    return (Span(f" Direction: {shown}.", tone="quiet"),) if shown else ()


def certainty_words(outcome: Outcome) -> Words:
    """The certainty with who rated it and why, or that nobody did."""
    return rating_words(outcome.rating) if outcome.rating else (Span(NO_RATING, tone="quiet"),)


def rating_words(rating: CertaintyRating) -> Words:
    """`Certainty: Low (GRADE), rated by NAME on DATE: reason.`"""
    who = f" rated by {words.one_line(rating.by)} on {words.day(rating.at)}: {words.sentence(words.one_line(rating.reason))}"
    return say(bold(f"Certainty: {rating.rating.value} (GRADE),"), who)


def studies_section(edited: Edited) -> Section:
    """The table of studies: each fact with the mark of the words it was read from."""
    citations = edited.read()
    if not citations:
        return Section("studies", "Table of studies", (Paragraph(say("No record was read.")),))
    extracts = {extract.pmid: extract for extract in edited.ledger.extracts}
    rows = tuple(_study(citation, extracts.get(citation.pmid), edited.book) for citation in citations)
    columns = ("Study", "Kind of evidence", *STUDY_COLUMNS.values())
    table = Table("The records read", columns, rows, (13, 14, 11, 13, 11, 15, 12, 11))
    intro = (
        "Facts were read from abstracts; a fact whose words could not be found in its abstract is not shown. The kind of "
        "evidence is read by rules from publication types, headings and words, and nobody judged the quality."
    )
    return Section("studies", "Table of studies", (Paragraph(say(intro)), table))


def _study(citation: LedgerCitation, extract: StudyExtract | None, book: NoteBook) -> tuple[Words, ...]:
    flags = tuple(span for line in flags_of(citation) for span in (Span(" "), *line))
    name = (*say(Span(label_of(citation), url=citation.url)), *flags)
    cells = (fact_words(getattr(extract, field) if extract else AnchoredValue(), citation, book) for field in STUDY_COLUMNS)
    return (name, say(evidence_type_of(citation).kind.value), *cells)


def fact_words(value: AnchoredValue, citation: LedgerCitation, book: NoteBook) -> Words:
    """A fact with the mark of its words, or that the abstract does not report it."""
    if value.value is None:
        return (Span(words.NOT_REPORTED, tone="quiet"),)
    support = value.support
    length = len(citation.abstract_text)
    if support is None or support.start is None or support.end is None or not 0 <= support.start < support.end <= length:
        return (Span(NOT_ANCHORED, tone="quiet"),)
    return say(words.one_line(value.value), cited(book.quote(citation, support.start, support.end)))


def references_section(edited: Edited) -> Section:
    """The records that the statements rest on, with every way to their text."""
    entries = tuple(
        Entry(
            title=say(Span(words.one_line(citation.title) or "No title", bold=True, url=citation.url)),
            lines=(
                say(f"{reference(citation)} PMID {citation.pmid}."),
                record_links(citation, edited.edition.library),
                *flags_of(citation),
            ),
        )
        for citation in edited.cited()
    )
    if not entries:
        return Section("references", "References", (Paragraph(say("No statement rests on a record.")),))
    return Section("references", "References", (Entries(entries),))


def day(moment: date) -> str:
    """`3 November 2026`."""
    return f"{moment.day} {moment:%B %Y}"
