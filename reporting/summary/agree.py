"""The AGREE reporting checklist: the items that evidence can serve are filled, the group's own items are left blank.

Source: Brouwers, Kerkvliet, Spithoff, for the AGREE Next Steps Consortium, The AGREE Reporting Checklist, BMJ 2016;352:i1152.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reporting import words
from reporting.document.content import Paragraph, Section, Span, Table, Words, joined, say
from reporting.summary.equity_words import COSTS
from reporting.summary.etd import NOTHING, quoted_words, speaks_of_harm
from reporting.summary.signed import Edited

ITEMS = (
    ("Scope and purpose", ("Objectives", "Questions", "Population")),
    ("Stakeholder involvement", ("Group membership", "Target population preferences and views", "Target users")),
    ("Rigour of development", ("Search methods", "Evidence selection criteria", "Strengths and limitations of the evidence",
     "Formulation of recommendations", "Consideration of benefits and harms", "Link between recommendations and evidence",
     "External review", "Updating procedure")),
    ("Clarity of presentation", ("Specific and unambiguous recommendations", "Management options",
     "Identifiable key recommendations")),
    ("Applicability", ("Facilitators and barriers to application", "Implementation advice and tools", "Resource implications",
     "Monitoring and auditing criteria")),
    ("Editorial independence", ("Funding body", "Competing interests")),
)  # fmt: skip
"""The six domains with their 23 items in order."""


def agree_section(edited: Edited) -> Section:
    """All 23 items; those that the group must answer are empty."""
    served = _served()
    rows = []
    number = 0
    for domain, names in ITEMS:
        for name in names:
            number += 1
            filled = served[number](edited) if number in served else ()
            rows.append((say(f"{number}. {name}"), say(domain), filled, ()))
    intro = (
        "Filled: what this dossier can report (items 1 to 3, 7 to 9, 11, 12, 14 and 20, the evidence side only). Empty: what "
        "only the guideline group can say. Page references are the group's."
    )
    columns = ("Item", "Domain", "Evidence side", "For the group")
    table = Table("AGREE reporting checklist", columns, tuple(rows), (20, 16, 46, 18))
    return Section("agree", "AGREE reporting checklist", (Paragraph(say(intro)), table))


def _served() -> Mapping[int, Callable[[Edited], Words]]:
    return {
        1: _objectives,
        2: lambda edited: say(words.one_line(edited.ledger.question)),
        3: lambda edited: say(_element(edited, "population", "sample", "client group")),
        7: _search,
        8: _criteria,
        9: _limitations,
        11: _benefits,
        12: _link,
        14: _updating,
        20: lambda edited: quoted_words(COSTS, edited) or say(NOTHING),
    }  # fmt: skip


def _objectives(edited: Edited) -> Words:
    purpose = edited.ledger.request.purpose
    return say(f"Purpose of the request: {words.sentence(words.one_line(purpose))}" if purpose else "Purpose not stated.")


def _element(edited: Edited, *names: str) -> str:
    found = (edited.ledger.protocol.element(name) for name in names)
    return words.one_line(next((text for text in found if text), words.NOT_STATED))


def _search(edited: Edited) -> Words:
    search = edited.ledger.search
    return say(
        f"{words.one_line(search.source)}, searched {words.day(search.searched_at)}; "
        f"{words.counted(search.counts.identified, 'record')} found. Strategy: ",
        Span("search appendix", url="#appendix"), "; PRISMA-S: ", Span("all 16 items", url="#prisma-s"), ".",
    )  # fmt: skip


def _criteria(edited: Edited) -> Words:
    criteria = edited.ledger.protocol.criteria
    told = "; ".join(words.one_line(criterion.text).rstrip(".") for criterion in criteria)
    return say(f"{told}." if told else "No criterion is recorded.")


def _limitations(edited: Edited) -> Words:
    rated = [outcome for outcome in edited.outcomes() if outcome.rating]
    certainty = f"{len(rated)} of {len(edited.outcomes())} outcomes rated by a named person."
    return say(f"{certainty} Risk of bias: ", Span("forms with the quotes at hand", url="#appraisal"), ", judgements open.")


def _link(_: Edited) -> Words:
    told = "Each statement carries the number of its quote in a record. "
    return say(told, Span("Findings", url="#sof"), ". The link to recommendations is the group's.")


def _benefits(edited: Edited) -> Words:
    statements = [statement for outcome in edited.outcomes() for statement in outcome.statements]
    harms = [statement for statement in statements if speaks_of_harm(statement)]
    told = f"{words.counted(len(statements) - len(harms), 'statement')} on effects, "
    told += f"{words.counted(len(harms), 'statement')} with a word of harm."
    return say(f"{told} ", Span("Evidence to decision", url="#etd"), ".")


def _updating(edited: Edited) -> Words:
    said = [item for item in edited.content.statements if item.item == 12 and item.text.strip()]
    if said:
        return joined((say(words.sentence(words.one_line(item.text)), f" ({words.one_line(item.by)})") for item in said), " ")
    return say(f"The strategy is kept and can be run again. Last run: {words.day(edited.ledger.search.searched_at)}. "
               "How often is the group's decision.")  # fmt: skip
