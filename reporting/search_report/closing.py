"""The last part of the report: use of artificial intelligence, limits, disclaimer, copyright, contact, feedback."""

from __future__ import annotations

from evidence.search_ledger import SearchLedger
from reporting import words
from reporting.document.content import Bullets, Paragraph, Section, Words, bold, say, todo

DISCLAIMER = (
    "This is library evidence support. It is not clinical advice about a patient, and it is not exhaustive: other databases, "
    "other words and another day would find other records. Judge each paper before you act on it."
)
COPYRIGHT = (
    "Titles and references come from the sources named. Copyright in titles, abstracts and full texts stays with those who "
    "hold it; follow the links and your organisation's licences to read and copy them."
)
FEEDBACK = (
    "Did this answer your question, and what did you do with it: a change in care, a guideline, teaching, a decision not to "
    "act? One or two sentences to the contact above show what the library's work leads to, and what to do better. Please say "
    "whether we may quote you."
)
NO_MODEL = (
    "none was used, neither for the strategy nor for the selection nor for the words of this report, so there is no prompt to "
    "report."
)
WHAT_IT_DID = "used to propose search terms. It ran no search, excluded no record and wrote no sentence on effects."
LIMITS = (
    "Titles, headings and abstracts were searched, not full texts.",
    "The kind of evidence is read by rules from publication types, subject headings and words. Publication types come late to "
    "new records; where the parts of a record disagree, the entry says so.",
    "Order by relevance compares words; it says nothing of quality or importance.",
    "Notices of retraction and concern are those known on the day of the search; later ones are not here.",
    "No paper was appraised.",
)


def use_of_ai(ledger: SearchLedger) -> Section:
    """The clause that NHS guidance on searching asks for: which tool, version, prompts, date; checked; a repeat may differ."""
    when = words.day(ledger.created_at)
    order = words.sentence(words.one_line(ledger.ranked_by)) if ledger.ranked_by else "not recorded."
    if not ledger.model:
        items = [
            say(bold("Language model: "), NO_MODEL),
            say(bold("Tool: "), f"{ledger.tool}, run on {when}. It writes the strategy and this report by fixed rules."),
            say(bold("Order of the results: "), f"{order}"),
            say(bold("If repeated: "), "the same strategy on another day may find other records, because the sources change."),
        ]  # fmt: skip
        return Section("ai", "Use of artificial intelligence", (Bullets(tuple(items)),))
    prompts = "; ".join(ledger.prompts)
    named: Words = say(f"{words.sentence(prompts)}") if prompts else say(todo("the prompts used, with a link"))
    items = [
        say(bold("Language model: "), f"{ledger.model}, {WHAT_IT_DID}"),
        (*say(bold("Prompts: ")), *named),
        say(bold("Tool and date: "), f"{ledger.tool}, {when}. Code compiled the strategy from the terms and ran it as shown."),
        say(bold("Order of the results: "), f"{order}"),
        say(bold("Outputs checked by: "), todo("who checked the terms and the strategy, and when")),
        say(bold("If repeated: "), "the same question asked again may give other terms, and another day other records."),
    ]  # fmt: skip
    return Section("ai", "Use of artificial intelligence", (Bullets(tuple(items)),))


def limits_of_report(ledger: SearchLedger) -> Section:
    """What the reader must know of this report's limits."""
    items = list(LIMITS)
    if ledger.search.limited_to is not None:
        items.insert(
            0, f"A person capped the search at {ledger.search.limited_to:,} records; {ledger.search.counts.identified:,} match."
        )
    return Section("report-limits", "Limits of this report", (Bullets(tuple(say(item) for item in items)),))


def closing(ledger: SearchLedger) -> Section:
    """Disclaimer, copyright, contact and the request for feedback."""
    licensed = sorted({source.name for source in ledger.other_sources if source.licensed})
    passing_on = f" Records of {', '.join(licensed)} may be passed on only as their licences allow." if licensed else ""
    contact = say(words.one_line(ledger.contact)) if ledger.contact else say(todo("name, service, e-mail and telephone"))
    return Section(
        "closing",
        "Disclaimer, copyright, contact and feedback",
        (
            Paragraph(say(bold("Disclaimer. "), DISCLAIMER), callout=True),
            Paragraph(say(bold("Copyright. "), COPYRIGHT, passing_on)),
            Paragraph((*say(bold("Contact. ")), *contact)),
            Paragraph(say(bold("Tell us what came of it. "), FEEDBACK)),
        ),
    )
