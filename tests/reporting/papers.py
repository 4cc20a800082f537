"""Invented papers on an invented drug for an invented illness, PMIDs above 90,000,000."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evidence.citation import AbstractSection, Author, Integrity, IntegrityStatus, Journal, PartialDate
from evidence.claim import Support
from evidence.ledger import LedgerCitation

_TRIAL_1 = (
    ("BACKGROUND", "Tarnish fever keeps adults from work for about two weeks. Whether brillamine shortens it is unknown."),
    ("METHODS", "In this double-blind randomised trial, 412 adults with tarnish fever in Norland took brillamine 50 mg or "
     "placebo daily for ten days."),
    ("RESULTS", "Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo (hazard ratio 1.42, 95% CI "
     "1.15 to 1.76). Nausea was reported by 31 of 206 participants with brillamine and 12 of 206 with placebo. Return to "
     "work at 28 days did not differ (91% versus 90%, p=0.74)."),
    ("CONCLUSIONS", "Brillamine shortened tarnish fever by two and a half days and caused more nausea."),
)  # fmt: skip
_TRIAL_2 = (
    (None, "We compared brillamine with placebo in 188 adults seen in primary care. Time to recovery was shorter with "
     "brillamine (mean difference −1·9 days, 95% CI −3·1 to −0·7). Relapse within 60 days was "
     "similar in both groups (8 of 94 versus 9 of 94). The trial stopped early for slow recruitment."),
)  # fmt: skip
_TRIAL_3 = (
    ("OBJECTIVE", "To test high-dose brillamine in adults admitted with tarnish fever."),
    ("RESULTS", "Among 96 participants, relapse within 60 days was lower with brillamine than with placebo (4% versus 17%)."),
)
_RETRACTED = (
    (None, "Brillamine cured tarnish fever in all 240 participants within three days. No adverse events occurred."),
)  # fmt: skip
_COHORT = (
    ("METHODS", "We followed 1,204 patients with tarnish fever who chose brillamine or no treatment."),
    ("RESULTS", "Hospital admission was less frequent among those who took brillamine (2.1% versus 3.8%)."),
)

PAPERS: tuple[tuple[str, str, str, tuple[tuple[str | None, str], ...], IntegrityStatus, str], ...] = (
    ("90000001", "Adeyemi", "Brillamine in adults: a randomised trial", _TRIAL_1, IntegrityStatus.NO_NOTICE, "read"),
    ("90000002", "Björnsdóttir", "Brillamine in primary care: the LUSTRE trial", _TRIAL_2, IntegrityStatus.CORRECTED, "read"),
    ("90000003", "Castellanos", "High-dose brillamine in hospital", _TRIAL_3, IntegrityStatus.NO_NOTICE, "read"),
    ("90000004", "Dunmore", "RETRACTED: Brillamine cures tarnish fever", _RETRACTED, IntegrityStatus.RETRACTED, "read"),
    ("90000005", "Eklund", "Brillamine and admission: a cohort", _COHORT, IntegrityStatus.PREPRINT, "read"),
    ("90000006", "Farrow", "Brillamine and sleep in healthy volunteers", (), IntegrityStatus.NO_NOTICE, "excluded"),
    ("90000007", "Gupta", "Brillamine in polished mice", ((None, "Mice recovered."),), IntegrityStatus.NO_NOTICE, "excluded"),
    ("90000008", "Hallam", "Costs of tarnish fever", ((None, "Costs rose by 4%."),), IntegrityStatus.NO_NOTICE, "left"),
    ("90000009", "Ibsen", "Tarnish fever in schools", ((None, "Children fell ill."),), IntegrityStatus.NO_NOTICE, "left"),
    ("90000010", "Adeyemi", "Brillamine for tarnish fever (preprint)", _TRIAL_1, IntegrityStatus.SUPERSEDED, "same work"),
)  # fmt: skip

_NOTICES = {
    IntegrityStatus.RETRACTED: "Retracted: the record has the type Retracted Publication (notice PMID 90000094).",
    IntegrityStatus.CORRECTED: "Corrected: the record names an erratum (PMID 90000092).",
    IntegrityStatus.PREPRINT: "Preprint: the record carries the publication type Preprint; it is not peer reviewed.",
    IntegrityStatus.SUPERSEDED: "Superseded: the record names its version of record (PMID 90000001).",
}


def citation(
    pmid: str,
    author: str = "Invented",
    title: str = "An invented title",
    sections: Sequence[tuple[str | None, str]] = (),
    *,
    status: IntegrityStatus = IntegrityStatus.NO_NOTICE,
    use: Any = "read",
    url: str | None = None,
) -> LedgerCitation:
    return LedgerCitation(
        pmid=pmid,
        title=title,
        abstract=tuple(AbstractSection(label=label, text=text) for label, text in sections),
        authors=(Author(last_name=author, initials="A"),),
        journal=Journal(abbreviation="Invent J Med"),
        published=PartialDate(year=2010 + int(pmid) % 15, printed="in print"),
        source_hash="a" * 64,
        integrity=Integrity(status=status, notices=(_NOTICES[status],) if status in _NOTICES else ()),
        url=url or f"http://127.0.0.1:8765/record/{pmid}/",
        use=use,
    )


def citations() -> tuple[LedgerCitation, ...]:
    return tuple(
        citation(pmid, author, title, sections, status=status, use=use) for pmid, author, title, sections, status, use in PAPERS
    )


def support(record: LedgerCitation, quote: str) -> Support:
    start = record.abstract_text.index(quote)
    return Support(pmid=record.pmid, quote=quote, start=start, end=start + len(quote))
