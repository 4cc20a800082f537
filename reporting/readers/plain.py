"""Plain language for staff to adapt. Source of the aims: NHS and PIF TICK guidance on health literacy and on telling risk."""

from __future__ import annotations

from reporting import words
from reporting.document.content import Bullets, Paragraph, Report, Section, Span, Words, bold, flag, say
from reporting.readers.frequencies import denominator_of, frequencies_of
from reporting.readers.glossary import terms_in
from reporting.readers.reading_age import reading_age
from reporting.readers.telling import Telling, about_section
from reporting.summary.build import signed_report
from reporting.summary.method import unknown_section
from reporting.summary.sections import references_section
from reporting.summary.signed import Edited, Statement

NOT_FOR_PATIENTS = "Not for patients until clinically reviewed and tested with readers"
_STATUS = Paragraph(
    say(
        flag(f"{NOT_FOR_PATIENTS}."),
        " It is a text for staff to adapt. It is not advice for one person. Change hard words, then have it checked: a change "
        "of number, direction or certainty does not pass.",
    ),
    callout=True,
)


def build_plain(edited: Edited, telling: Telling) -> Report:
    """The draft in plain language: marked as not for patients, its reading age measured, its words explained."""
    bottom = edited.bottom_line()
    findings = tuple(one for outcome in edited.outcomes() for one in outcome.statements if one.claim.text not in _texts(bottom))
    told_texts = [telling.text(one) for one in (*bottom, *findings)]
    terms = terms_in(told_texts)
    glossary = Bullets(tuple(say(bold(f"{name}: "), meaning) for name, meaning in terms))
    sections = (
        Section("status", "Before you use this", (_STATUS, Paragraph(_age(told_texts)))),
        Section("message", "The main message", (telling.bullets(bottom, none="There is no short answer."),)),
        Section("more", "What the studies found", (telling.bullets(findings, none="There is nothing more."),)),
        _frequencies(bottom + findings),
        Section("glossary", "Words explained", (glossary if terms else Paragraph(say("No word needs explaining.")),)),
        unknown_section(edited),
        *telling.stopped_section(),
        about_section(edited),
        references_section(edited),
    )  # fmt: skip
    return signed_report(edited, "Plain language draft for staff to adapt", sections, marking=f"{NOT_FOR_PATIENTS}. ")


def _texts(statements: tuple[Statement, ...]) -> set[str]:
    return {statement.claim.text for statement in statements}


def _age(texts: list[str]) -> Words:
    measured = reading_age(texts)
    if measured is None:
        return say("There is no text to measure.")
    low, high = measured.ages
    ages = f"{low}" if low == high else f"{low} to {high}"
    fits = "within" if high <= 14 else "above"
    return say(
        bold(f"Reading age: about {ages} years"),
        f", {fits} the aim of 9 to 11, or 11 to 14 where medical words cannot be avoided (Flesch-Kincaid grade "
        f"{measured.flesch_kincaid}, SMOG grade {measured.smog}, counted over {words.counted(measured.words, 'word')} in "
        f"{words.counted(measured.sentences, 'sentence')}). A formula is no reader: test it with people.",
    )


def _frequencies(statements: tuple[Statement, ...]) -> Section:
    quotes = [note.quote for statement in statements for note in statement.notes]
    size = denominator_of(quotes)
    items = []
    for statement in statements:
        for note in statement.notes:
            if told_people := frequencies_of([note.quote], size):
                mark = Span(f"[{note.number}]", note=note)
                items.append((*say(f"{'; '.join(told_people)}."), mark))
    items = list(dict.fromkeys(items))
    intro = (
        f"Numbers of people, each out of {size:,}, worked out from the numbers that the record prints. The quote says which "
        "group each belongs to."
    )
    if not items:
        none = "No quote prints how many people out of how many, and a percentage is not turned into people: none is given."
        return Section("people", "In numbers of people", (Paragraph(say(none)),))
    return Section("people", "In numbers of people", (Paragraph(say(intro)), Bullets(tuple(items))))
