"""The same signed claims for four readers. Every sentence carries its claim's notes, whatever words it is told in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from evidence.signed_parts import Reader
from reporting import words
from reporting.document.content import (
    Bullets,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    Words,
    bold,
    joined,
    say,
    shortened,
)
from reporting.readers.plain import build_plain
from reporting.readers.reword import Verify
from reporting.readers.telling import Telling, about_section, intelligence_words, standing_words
from reporting.summary.build import signed_report
from reporting.summary.equity import fit_of, told, uk_words
from reporting.summary.equity_words import COSTS
from reporting.summary.etd import NOTHING, quoted_words, speaks_of_harm
from reporting.summary.method import DISCLAIMER, unknown_section
from reporting.summary.notes import label_of
from reporting.summary.sections import certainty_words, found_section, question_section, references_section
from reporting.summary.signed import Edited, Statement

_ONE_PAGE = 1_400
"""Letters of statements that a board's page has room for, with their footnotes."""
_DISCUSS = (
    "Does the quote say all that the sentence says? What does the sentence leave out?",
    "How was it decided who got what, and who knew of it?",
    "Who dropped out, and how were they counted?",
    "Was the outcome one that matters to the people treated? How was it measured?",
    "Could chance explain the result? Look at the interval before the p value.",
    "How are these people and this setting like ours, and how not?",
    "What would you need from the full text before you changed practice?",
)


def build_for(reader: Reader, edited: Edited, verify: Verify) -> Report:
    """The document for this reader as a tree of content."""
    builders: Mapping[Reader, Callable[[Edited, Telling], Report]] = {
        Reader.CLINICIAN: _clinician,
        Reader.BOARD: _board,
        Reader.TEACHING: _teaching,
        Reader.PLAIN: build_plain,
    }
    return builders[reader](edited, Telling(edited, reader, verify))


def _clinician(edited: Edited, telling: Telling) -> Report:
    sections = (
        found_section(edited),
        Section("answer", "The answer in brief", (telling.bullets(edited.bottom_line(), none="There is no bottom line."),)),
        Section("findings", "What the studies found", (), _by_outcome(edited, telling)),
        _fit(edited),
        unknown_section(edited),
        *telling.stopped_section(),
        about_section(edited),
        references_section(edited),
    )
    return signed_report(edited, "Brief for a clinician", sections)


def _board(edited: Edited, telling: Telling) -> Report:
    statements = edited.bottom_line() or tuple(one for outcome in edited.outcomes() for one in outcome.statements)
    shown = _as_many_as_fit(statements, telling)
    left = sum(len(outcome.statements) for outcome in edited.outcomes()) + len(edited.bottom_line()) - len(shown)
    rows = (
        (say(bold("What guidance says")), _guidance(edited)),
        (say(bold("How sure")), _how_sure(edited)),
        (say(bold("Money and service")), quoted_words(COSTS, edited, most=1) or say(NOTHING)),
        (say(bold("What we do not know")), _first_gaps(edited)),
        (say(bold("Artificial intelligence")), intelligence_words(edited)),
        (say(bold("Sources when made")), standing_words(edited)),
    )
    sections = (
        Section("answer", "The answer in brief", (
            telling.bullets(shown, none="There is no statement."),
            Paragraph(say(Span(f"{words.counted(left, 'further statement')} in the evidence summary.", tone="quiet"))))),
        Section("glance", "At a glance", (
            Table("What stands behind it", ("Part", "In short"), rows, (22, 78)),
            Paragraph(say(bold(DISCLAIMER)), callout=True))),
        *telling.stopped_section(),
    )  # fmt: skip
    report = signed_report(edited, "One page for a board", sections)
    return replace(report, facts=report.facts[1:2])


def _guidance(edited: Edited) -> Words:
    found = [
        say(f"{words.one_line(answer.source)}: “{shortened(words.one_line(answer.quote), 300)}”")
        for answer in edited.content.found
        if answer.quote.strip()
    ]
    return joined(found[:2], " • ") or say("None was entered.")


def _how_sure(edited: Edited) -> Words:
    rated = [outcome for outcome in edited.outcomes() if outcome.rating]
    told_ratings = ((*say(f"{outcome.name}: "), *certainty_words(outcome)) for outcome in rated[:3])
    return joined(told_ratings, " • ") or say("No named person has rated the certainty.")


def _first_gaps(edited: Edited) -> Words:
    block = unknown_section(edited).blocks[0]
    return joined(block.items[:2], " • ") if isinstance(block, Bullets) else ()


def _as_many_as_fit(statements: tuple[Statement, ...], telling: Telling) -> tuple[Statement, ...]:
    room = _ONE_PAGE
    shown: list[Statement] = []
    for statement in statements:
        room -= len(telling.text(statement)) + sum(len(note.quote) + len(note.label) for note in statement.notes)
        if shown and room < 0:
            break
        shown.append(statement)
    return tuple(shown)


def _teaching(edited: Edited, telling: Telling) -> Report:
    statements = (*edited.bottom_line(), *(one for outcome in edited.outcomes() for one in outcome.statements))
    seen = {statement.claim.text: statement for statement in reversed(statements)}
    rows = tuple(
        (telling.words(one), say(" ".join(f"“{words.one_line(note.quote)}”" for note in one.notes)), (), ())
        for one in statements
        if seen.get(one.claim.text) is one
    )
    columns = ("What the summary says", "The record's words", "Supported? Yes, partly, no", "Your reason")
    exercise = Table("Hold each sentence against its quote", columns, rows, (34, 34, 14, 18))
    sections = (
        question_section(edited),
        Section("exercise", "Check the sentences", (exercise if rows else Paragraph(say("There is no statement.")),)),
        Section("discuss", "Questions to discuss", (Bullets(tuple(say(question) for question in _DISCUSS)),)),
        _fit(edited),
        *telling.stopped_section(),
        about_section(edited),
        references_section(edited),
    )
    return signed_report(edited, "Journal-club sheet", sections)


def _by_outcome(edited: Edited, telling: Telling) -> tuple[Section, ...]:
    parts = []
    for place, outcome in enumerate(edited.outcomes(), 1):
        harms = [one for one in outcome.statements if speaks_of_harm(one)]
        ordered = (*harms, *(one for one in outcome.statements if one not in harms))
        blocks = (Paragraph(certainty_words(outcome)), telling.bullets(ordered, none=""))
        parts.append(Section(f"outcome-{place}", outcome.name, blocks))
    return tuple(parts)


def _fit(edited: Edited) -> Section:
    """Where and in whom, one line a study."""
    items = []
    for citation in edited.cited():
        fit = fit_of(citation)
        where = joined((told(citation, fit.countries, edited.book), told(citation, fit.settings, edited.book)), "; ")
        items.append((*say(bold(f"{label_of(citation)}: ")), *where, *say(". United Kingdom: "), *uk_words(fit, edited.book)))
    block = Bullets(tuple(items)) if items else Paragraph(say("No statement rests on a record."))
    return Section("fit", "Where the studies were made", (block,))
