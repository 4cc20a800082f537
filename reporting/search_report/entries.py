"""One record as a reader of the report sees it: reference, links, flags, and the records grouped under it."""

from __future__ import annotations

from urllib.parse import quote

from evidence.citation import IntegrityStatus
from evidence.ledger import LedgerCitation
from reporting import words
from reporting.body import standing
from reporting.document.content import Entry, Span, Words, bold, flag, joined, say
from reporting.evidence_words import EvidenceType
from reporting.search_report.findings import Findings, Shown, Work

_AUTHORS = 3
_LANGUAGES = {"eng": "English", "fre": "French", "ger": "German", "spa": "Spanish", "ita": "Italian", "por": "Portuguese",
              "chi": "Chinese", "jpn": "Japanese", "rus": "Russian", "pol": "Polish", "dut": "Dutch", "kor": "Korean",
              "tur": "Turkish", "dan": "Danish", "swe": "Swedish", "nor": "Norwegian", "per": "Persian", "cze": "Czech",
              "hun": "Hungarian", "heb": "Hebrew", "gre": "Greek", "fin": "Finnish", "ara": "Arabic"}  # fmt: skip


def entry_of(work: Work, findings: Findings) -> Entry:
    """The entry of one work."""
    alone = len(work.kin) == 1
    kin = [_kin(record, work.kin_reason if alone else "") for record in work.kin]
    if work.kin_reason and not alone and kin:
        kin.append(say(f"Why they stand together: {words.sentence(words.one_line(work.kin_reason))}"))
    return Entry(
        title=say(Span(words.one_line(work.citation.title) or "No title", bold=True, url=work.citation.url)),
        lines=(say(reference(work.citation)), links(work.record), *_remarks(work, findings)),
        kin=tuple(kin + _same_study(work, findings)),
    )


def reference(citation: LedgerCitation) -> str:
    """`Smith JA, Jones B, Lee C, et al. BMJ. 2019 Mar 4;364(3):l1-9.`, as far as the record says."""
    names = [author.name for author in citation.authors if author.name]
    shown = ", ".join(names[:_AUTHORS]) + (", et al" if len(names) > _AUTHORS else "") if names else "No author"
    journal = citation.journal.abbreviation or citation.journal.title or "Journal not stated"
    issue = f"({citation.journal.issue})" if citation.journal.issue else ""
    volume = f";{citation.journal.volume or ''}{issue}" if citation.journal.volume or issue else ""
    pages = f":{citation.journal.pages}" if citation.journal.pages else ""
    return words.one_line(f"{shown.rstrip('.')}. {journal.rstrip('.')}. {_when(citation)}{volume}{pages}.")


def links(record: Shown) -> Words:
    """Where to read it, and whether there is an abstract."""
    citation = record.citation
    name = "PubMed" if "pubmed.ncbi.nlm.nih.gov" in citation.url else "Record"
    label = f"{name} {citation.pmid}" if record.key.isdigit() else record.number
    parts = [say(Span(label, url=citation.url))]
    if citation.licensed_from and record.key.isdigit():
        parts.append(say(f"Imported from {citation.licensed_from}"))
    if citation.doi:
        parts.append(say(Span(f"DOI {citation.doi}", url=f"https://doi.org/{quote(citation.doi, safe='/:;().-_')}")))
    if citation.pmcid:
        address = f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(citation.pmcid, safe='')}/"
        parts.append(say(Span(f"Free full text in PubMed Central ({citation.pmcid})", url=address)))
    parts.append(say("Abstract available" if citation.has_abstract else words.NO_ABSTRACT.capitalize()))
    if languages := _foreign(citation):
        parts.append(say(f"Paper in {languages}"))
    return joined(parts, " | ")


def flags_of(citation: LedgerCitation, *, notice: bool = False) -> tuple[Words, ...]:
    """What is known of the record's standing, in words; empty: no notice found. `notice`: it is one about another record."""
    status = citation.integrity.status
    if status is IntegrityStatus.NO_NOTICE:
        return ()
    said = " ".join(words.sentence(words.one_line(notice)) for notice in standing(citation))
    label = "preprint, not peer reviewed" if status is IntegrityStatus.PREPRINT else "notice" if notice else status.value
    return (say(flag(f"{label.upper()}:"), f" {said}"),)


def named(key: str, findings: Findings) -> Words:
    """A record in one line: label, PMID, title; the PMID alone where the ledger has no such record."""
    record = findings.by_key.get(key)
    return one_line_of(record) if record else say(f"PMID {key} (not among the records of this search)")


def one_line_of(record: Shown) -> Words:
    """`Smith 2019, PMID 123: title.`, the first part a link."""
    title = words.sentence(words.one_line(record.citation.title))
    return say(Span(words.one_line(f"{record.citation.label}, {record.number}"), url=record.citation.url), f": {title}")


def _remarks(work: Work, findings: Findings) -> tuple[Words, ...]:
    lines = [*flags_of(work.citation, notice=work.typed.kind is EvidenceType.NOTICE)]
    if work.typed.disagree:
        lines.append(say(bold("Kind of evidence, to be checked:"), f" {work.typed.doubt}"))
    if findings.kept_by_person(work):
        lines.append(say(bold("Included by a person.")))
    place = f"Relevance {work.rank:,} of {len(findings.ledger.ranked):,}. " if work.rank is not None else ""
    doubt = work.typed.doubt if not work.typed.disagree else ""
    quiet = say(Span(f"{place}{doubt}".strip(), tone="quiet"))
    return (*lines, quiet) if quiet else tuple(lines)


def _kin(record: Shown, reason: str) -> Words:
    why = f" Why: {words.sentence(words.one_line(reason))}" if reason else ""
    flagged = tuple(span for line in flags_of(record.citation) for span in (Span(" "), *line))
    return (*say("Same work: "), *one_line_of(record), *flagged, *say(why))


def _same_study(work: Work, findings: Findings) -> list[Words]:
    """The other reports of the same study. They are works of their own and stand in the list as well."""
    if work.study is None:
        return []
    others = [findings.by_key[key] for key in work.study.works if key != work.record.key and key in findings.by_key]
    names = joined((say(Span(f"{record.citation.label}, {record.number}", url=record.citation.url)) for record in others), "; ")
    why = f". Why: {words.sentence(words.one_line(work.study.reason))}" if work.study.reason else "."
    return [(*say("Reports the same study as: "), *names, *say(why))] if others else []


def _when(citation: LedgerCitation) -> str:
    printed = citation.published or citation.published_online
    return (printed.printed if printed and any(letter.isdigit() for letter in printed.printed) else "") or str(
        citation.year or "no date"
    )


def _foreign(citation: LedgerCitation) -> str:
    codes = [code for code in citation.languages if code.lower() != "eng"]
    return ", ".join(_LANGUAGES.get(code.lower(), f"language “{code}”") for code in codes)
