"""The evidence-to-decision table: the evidence cells filled and quoted, the judgement cells empty.

Source: Alonso-Coello et al., GRADE Evidence to Decision frameworks, BMJ 2016;353:i2016 and i2089. Statements that were signed
come first; further words of the records are found by rules, quoted to the letter, and say so. Which effects are desirable is
a judgement: the rules sort by words of harm and the group moves what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reporting import words
from reporting.document.content import Paragraph, Section, Span, Table, Words, bold, cited, joined, say
from reporting.summary.equity import find_words, fit_of, told
from reporting.summary.equity_words import ACCEPTED, BURDEN, COSTS, FEASIBLE, HARMS, VALUES
from reporting.summary.notes import label_of
from reporting.summary.sections import rating_words
from reporting.summary.signed import Edited, Statement

NOTHING = "No words on this were found in the abstracts read. That is no evidence that there is none: look in the full texts."
NO_HARM = "No statement that was signed speaks of harm. "
GROUP = "For the guideline group: the tool gathers no evidence on this."
_INTRO = (
    "The research evidence column holds statements that were signed and, where marked “record”, words quoted from abstracts "
    "that rules found. The judgement and comments columns are empty: they are the group's."
)
_MOST = 6


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the criteria with the group's question, and the words by which rules find evidence on it; unset: none do."""

    name: str
    question: str
    pattern: re.Pattern[str] | None = None


CRITERIA = (
    Criterion("Problem", "Is the problem a priority?", BURDEN),
    Criterion("Desirable effects", "How substantial are the desirable anticipated effects?"),
    Criterion("Undesirable effects", "How substantial are the undesirable anticipated effects?"),
    Criterion("Certainty of evidence", "What is the overall certainty of the evidence of effects?"),
    Criterion("Values", "Is there important uncertainty or variability in how much people value the main outcomes?", VALUES),
    Criterion("Balance of effects", "Does the balance of desirable and undesirable effects favour intervention or comparison?"),
    Criterion("Resources required", "How large are the resource requirements?", COSTS),
    Criterion("Certainty of evidence of required resources", "What is the certainty of the evidence of resource requirements?"),
    Criterion("Cost-effectiveness", "Does the cost-effectiveness favour the intervention or the comparison?", COSTS),
    Criterion("Equity", "What would be the impact on health equity?"),
    Criterion("Acceptability", "Is the intervention acceptable to key stakeholders?", ACCEPTED),
    Criterion("Feasibility", "Is the intervention feasible to implement?", FEASIBLE),
)
DECISIONS = ("Type of recommendation", "Recommendation", "Justification", "Subgroup considerations",
             "Implementation considerations", "Monitoring and evaluation", "Research priorities")  # fmt: skip


def etd_section(edited: Edited) -> Section:
    """Twelve criteria, then the group's conclusions."""
    rows = tuple(
        ((Span(criterion.name, bold=True), Span(f" {criterion.question}")), _evidence(criterion, edited), (), ())
        for criterion in CRITERIA
    )
    table = Table("Evidence to decision", ("Criterion", "Research evidence", "Judgement", "Comments"), rows, (20, 48, 16, 16))
    conclusions = Table(
        "Conclusions of the group", ("Part", "Conclusion"), tuple((say(bold(name)), ()) for name in DECISIONS), (28, 72)
    )
    return Section("etd", "Evidence to decision", (Paragraph(say(_INTRO)), table, conclusions))


def _evidence(criterion: Criterion, edited: Edited) -> Words:
    statements = tuple(statement for outcome in edited.outcomes() for statement in outcome.statements)
    harms = tuple(statement for statement in statements if speaks_of_harm(statement))
    match criterion.name:
        case "Desirable effects":
            return _listed(statement for statement in statements if statement not in harms)
        case "Undesirable effects":
            return _listed(harms) if harms else (*say(NO_HARM), *(quoted_words(HARMS, edited) or say(NOTHING)))
        case "Certainty of evidence":
            return _ratings(edited)
        case "Equity":
            return _equity(edited)
    if criterion.pattern is None:
        return say(GROUP)
    return quoted_words(criterion.pattern, edited) or say(NOTHING)


def speaks_of_harm(statement: Statement) -> bool:
    """Whether the sentence or its outcome has a word of harm. A word, not a judgement."""
    return bool(HARMS.search(f"{statement.claim.claim.outcome or ''}. {statement.claim.text}"))


def _listed(statements: Iterable[Statement]) -> Words:
    return joined((statement.words for statement in statements), " • ") or say(NOTHING)


def _ratings(edited: Edited) -> Words:
    rated = [(*say(f"{outcome.name}: "), *rating_words(outcome.rating)) for outcome in edited.outcomes() if outcome.rating]
    unrated = [outcome.name for outcome in edited.outcomes() if not outcome.rating]
    missing = say(f"Not rated by a named person: {'; '.join(unrated)}.") if unrated else ()
    return joined((*rated, missing), " ") or say("There is no outcome to rate.")


def _equity(edited: Edited) -> Words:
    lines = []
    for citation in edited.usable():
        found = [(name, words_found) for name, words_found in fit_of(citation).progress.items() if words_found]
        if found:
            shown = joined(((*say(f"{name}: "), *told(citation, hits, edited.book)) for name, hits in found), "; ")
            lines.append((*say(bold(f"{label_of(citation)}: ")), *shown, Span(".")))
    return joined(lines, " • ") or say(NOTHING)


def quoted_words(pattern: re.Pattern[str], edited: Edited, *, most: int = _MOST) -> Words:
    """Sentences of the records read that have one of the words, quoted to the letter; the first few."""
    found = [
        (citation, start, end)
        for citation in edited.usable()
        for start, end in dict.fromkeys((start, end) for _, start, end in find_words(citation, pattern))
    ]
    lines = [
        say(
            bold("Record: "),
            f"“{words.one_line(citation.abstract_text[start:end])}”",
            cited(edited.book.quote(citation, start, end)),
        )
        for citation, start, end in found[:most]
    ]
    more = (say(f"{len(found) - most:,} further sentences have such words."),) if len(found) > most else ()
    return joined((*lines, *more), " • ")
