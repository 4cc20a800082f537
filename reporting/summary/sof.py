"""Summary-of-findings rows: the evidence cells filled with what the record prints, the judgement cells left to the group.

Source of the columns: GRADE Handbook, section 4, and Cochrane Handbook chapter 14. A row is one statement on one study: nothing
is pooled and no absolute effect is calculated, so a cell says where the quoted words give no such figure.
"""

from __future__ import annotations

from evidence.claim import StudyExtract
from reporting import words
from reporting.document.content import Paragraph, Section, Span, Table, Words, cited, joined, say
from reporting.summary.figures import effects_of, risks_of
from reporting.summary.sections import fact_words, rating_words
from reporting.summary.signed import Edited, Outcome, Statement

NOT_IN_QUOTE = "not given in the quoted words"
_COLUMNS = ("What the record says", "Risk with comparator", "Risk with intervention", "Effect (95% CI), as printed",
            "Participants (study)", "Certainty (GRADE)", "Notes")  # fmt: skip
_INTRO = (
    "One row a statement, each on the study that its number leads to. Figures stand exactly as the record prints them; nothing "
    "was pooled or calculated. The cells for certainty and notes stay empty until a named person fills them."
)


def sof_section(edited: Edited) -> Section:
    """A table for each outcome."""
    outcomes = edited.outcomes()
    extracts = {extract.pmid: extract for extract in edited.ledger.extracts}
    if not outcomes:
        return Section("sof", "Summary of findings", (Paragraph(say("No finding was accepted, so there is no row.")),))
    parts = tuple(_outcome(place, outcome, extracts, edited) for place, outcome in enumerate(outcomes, 1))
    return Section("sof", "Summary of findings", (Paragraph(say(_INTRO)),), parts)


def _outcome(place: int, outcome: Outcome, extracts: dict[str, StudyExtract], edited: Edited) -> Section:
    rows = tuple(_row(statement, outcome, extracts, edited) for statement in outcome.statements)
    table = Table(f"Outcome: {outcome.name}", _COLUMNS, rows, (22, 14, 14, 13, 14, 12, 11))
    rated = (Paragraph(rating_words(outcome.rating)),) if outcome.rating else ()
    return Section(f"sof-{place}", outcome.name, (*rated, table))


def _row(statement: Statement, outcome: Outcome, extracts: dict[str, StudyExtract], edited: Edited) -> tuple[Words, ...]:
    quotes = [note.quote for note in statement.notes]
    risks = risks_of(quotes[0]) if len(quotes) == 1 else None
    effects = [effect for quote in quotes for effect in effects_of(quote)]
    mark = tuple(cited(note) for note in statement.notes)
    certainty = say(outcome.rating.rating.value) if outcome.rating else ()
    return (
        statement.words,
        (*say(risks[1].printed), *mark) if risks else _silent(),
        (*say(risks[0].printed), *mark) if risks else _silent(),
        (*say("; ".join(effects)), *mark) if effects else _silent(),
        _participants(statement, extracts, edited),
        certainty,
        (),
    )


def _participants(statement: Statement, extracts: dict[str, StudyExtract], edited: Edited) -> Words:
    """The number studied as each record prints it, and how many records."""
    told = [
        fact_words(extracts[citation.pmid].sample_size, citation, edited.book)
        for citation in statement.citations
        if citation.pmid in extracts
    ]
    studies = words.counted(len(statement.citations), "study", "studies")
    return (*joined(told, "; "), *say(f" ({studies})")) if told else say(f"{words.NOT_REPORTED} ({studies})")


def _silent() -> Words:
    return (Span(NOT_IN_QUOTE, tone="quiet"),)
