"""Spreadsheets and lists of a signed summary: the study matrix, the statements, the full texts to obtain."""

from __future__ import annotations

from evidence.claim import AnchoredValue
from evidence.ledger import LedgerCitation
from reporting import words
from reporting.document.content import Paragraph, Report, Section, Span, Table, say
from reporting.draft import NOT_ANCHORED, STUDY_COLUMNS
from reporting.evidence_types import evidence_type_of
from reporting.references.fields import reference_of
from reporting.references.full_texts import access_of, full_texts_sheet, to_obtain
from reporting.references.links import links_of, record_links
from reporting.references.sheets import Sheet
from reporting.search_report.entries import flags_of, reference
from reporting.summary.build import signed_report
from reporting.summary.equity import Found, fit_of
from reporting.summary.equity_words import PROGRESS
from reporting.summary.method import disclaimer_section, full_text_lead
from reporting.summary.notes import label_of
from reporting.summary.signed import Edited

_STUDY = (("Study", 22), ("PMID", 11), ("DOI", 28), ("Title", 44), ("Journal", 26), ("Year", 7), ("Kind of evidence", 22))
_FIT = (("Countries", 24), ("Settings", 24), ("Left out", 24), ("United Kingdom", 24))


def matrix_sheets(edited: Edited) -> tuple[Sheet, Sheet]:
    """One row a record read, with the words behind each fact; and one row a statement, with its quote."""
    marking = _marking(edited)
    facts = tuple(column for name in STUDY_COLUMNS.values() for column in ((name, 22), (f"{name}: words of the record", 40)))
    people = tuple((name, 24) for name in PROGRESS)
    columns = (*_STUDY, *facts, *_FIT, *people, ("Statements", 12), ("Standing", 26), ("Links", 60))
    return Sheet("Study matrix", marking, columns, tuple(_study_rows(edited))), _statements(edited, marking)


def full_texts(edited: Edited) -> Sheet:
    """The full texts to obtain, as a sheet."""
    return full_texts_sheet(_wanted(edited), edited.edition.library, _marking(edited))


def build_full_texts(edited: Edited) -> Report:
    """The same as a document."""
    rows = []
    for place, (citation, why) in enumerate(_wanted(edited), 1):
        one = reference_of(citation)
        numbers = "; ".join(
            f"{name} {value}"
            for name, value in (("PMID", one.pmid), ("PMCID", citation.pmcid), ("DOI", citation.doi), ("ISSN", one.issn),
                                ("volume", one.volume), ("issue", one.issue), ("pages", one.pages), ("year", citation.year))
            if value
        )  # fmt: skip
        flags = tuple(span for line in flags_of(citation) for span in (Span(" "), *line))
        title = say(f"{place}. ", Span(words.sentence(one.title), url=citation.url), f" {reference(citation)}")
        access = say(f"{access_of(citation)}; {why}. ")
        rows.append(((*title, *flags), say(numbers), (*access, *record_links(citation, edited.edition.library))))
    if rows:
        table = Table("In this order: open access first", ("Record", "Numbers", "Access"), tuple(rows), (42, 28, 30))
        blocks: tuple[Table | Paragraph, ...] = (table,)
    else:
        blocks = (Paragraph(say("No full text is wanted: nothing was kept, or all have been had.")),)
    copyright_line = "Obtain and share copies only as your organisation's licences and copyright law allow."
    wanted = Section("wanted", "Full texts to obtain", (*blocks, Paragraph(say(copyright_line))))
    return signed_report(edited, "Full texts to obtain", (wanted, disclaimer_section()))


def _wanted(edited: Edited) -> tuple[tuple[LedgerCitation, str], ...]:
    cited = frozenset(citation.pmid for citation in edited.cited())
    had = frozenset(item.pmid for item in edited.content.full_texts if item.outcome != "not retrieved")
    kept = (*edited.read(), *(one for one in edited.ledger.citations if one.use == "left"))
    return to_obtain(kept, cited, had)


def _marking(edited: Edited) -> str:
    sign_off, content = edited.sign_off, edited.content
    return words.one_line(
        f"{full_text_lead(edited.content)}. Signed by {sign_off.name}, {sign_off.role}, {words.day(sign_off.at)}, "
        f"version {content.version}, run {content.run_id}, content {sign_off.content}. Not clinical advice."
    )


def _study_rows(edited: Edited) -> list[tuple[str, ...]]:
    extracts = {extract.pmid: extract for extract in edited.ledger.extracts}
    rows = []
    for citation in edited.read():
        one, extract, fit = reference_of(citation), extracts.get(citation.pmid), fit_of(citation)
        facts: list[str] = []
        for field in STUDY_COLUMNS:
            value = getattr(extract, field) if extract else AnchoredValue()
            facts += _fact(value, citation.abstract_text)
        resting = [claim.id for claim in edited.content.standing if any(s.pmid == one.pmid for s in claim.claim.support)]
        uk = _found(fit.uk) if fit.uk else ("other countries named" if fit.countries else words.NOT_REPORTED)
        rows.append((
            label_of(citation), one.pmid, citation.doi or "", one.title, one.journal, str(citation.year or ""),
            evidence_type_of(citation).kind.value, *facts,
            _found(fit.countries), _found(fit.settings), _found(fit.left_out), uk,
            *(_found(found) for found in fit.progress.values()), ", ".join(resting), one.note,
            " ".join(link.url for link in links_of(citation, edited.edition.library)),
        ))  # fmt: skip
    return rows


def _fact(value: AnchoredValue, text: str) -> tuple[str, str]:
    """The fact with the record's words it was read from."""
    if value.value is None:
        return words.NOT_REPORTED, ""
    support = value.support
    if support is None or support.start is None or support.end is None or not text[support.start : support.end]:
        return NOT_ANCHORED, ""
    return words.one_line(value.value), words.one_line(text[support.start : support.end])


def _found(found: tuple[Found, ...]) -> str:
    return "; ".join(words.one_line(name) for name, _, _ in found) or words.NOT_REPORTED


def _statements(edited: Edited, marking: str) -> Sheet:
    columns = (("Statement", 11), ("Section", 13), ("Outcome", 24), ("Sentence", 60), ("Direction", 16), ("Certainty", 14),
               ("PMID", 11), ("Quote", 60), ("Begins at", 10), ("Ends at", 10), ("Record", 44), ("Decided by", 22),
               ("Verdict", 24))  # fmt: skip
    ratings = {outcome.name.casefold(): outcome.rating for outcome in edited.outcomes()}
    rows = []
    for claim in edited.content.standing:
        rating = ratings.get(words.one_line(claim.claim.outcome or "").casefold())
        for support in claim.claim.support:
            citation = edited.citations.get(support.pmid)
            rows.append((
                claim.id, claim.claim.section.replace("_", " "), words.one_line(claim.claim.outcome or ""),
                words.one_line(claim.text), claim.claim.direction.value if claim.claim.direction else "",
                rating.rating.value if rating else "", support.pmid, words.one_line(support.quote),
                "" if support.start is None else str(support.start), "" if support.end is None else str(support.end),
                citation.url if citation else "", claim.decision.by if claim.decision else "",
                words.VERDICT_WORDS[claim.verdict],
            ))  # fmt: skip
    return Sheet("Statements", marking, columns, tuple(rows))
