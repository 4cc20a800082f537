"""Search ledgers to report on: an invented drug, an invented illness. Nothing here is a real study."""

from __future__ import annotations

from datetime import date
from typing import Any

from evidence.citation import AbstractSection, Author, CitationGroup, MeshHeading, PartialDate, StudyGroup
from evidence.imported import ImportedRecord
from evidence.integrity import integrity_of
from evidence.ledger import LedgerCitation, SearchCounts
from evidence.prisma import FullTextDecision
from evidence.question import EligibilityCriterion, Framework, Protocol, QuestionElement, Request
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search import LineResult
from evidence.search_ledger import OtherSource, PrismaStatement, SearchLedger
from tests.reporting.sample import HOSTILE, QUESTION, WHEN, search_report

FILTER = "(randomized controlled trial[pt] OR (randomized[tiab] AND controlled[tiab] AND trial[tiab]))"  # Clinical Queries
STRATEGY = (
    '#1 "tarnish fever"[tiab]\n#2 "Brillamine"[mh] OR brillamin*[tiab]\n#3 #1 AND #2\n'
    f"#4 {FILTER}\n#5 #3 AND #4\n#6 #5 AND 2009:3000[dp]"
)
TODAY = date(2026, 11, 4)


def record(
    pmid: str, title: str, *types: str, abstract: str = "Adults recovered.", use: Any = "left", **more: Any
) -> LedgerCitation:
    """A record of PubMed with these publication types."""
    about: dict[str, Any] = {
        "pmid": pmid,
        "title": title,
        "abstract": (AbstractSection(text=abstract),) if abstract else (),
        "authors": (Author(last_name="Adeyemi", initials="A"),),
        "published": PartialDate(year=2020, printed="2020 Mar"),
        "publication_types": types or ("Journal Article",),
        "source_hash": "a" * 64,
    } | more
    bare = LedgerCitation(
        **about, integrity={"status": "no notice found"}, url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/", use=use
    )
    return bare.model_copy(update={"integrity": integrity_of(bare)})


RECORDS = (
    record("90000001", "Brillamine for tarnish fever: a randomised controlled trial", "Randomized Controlled Trial",
           doi="10.9999/brill.1", pmcid="PMC9000001"),
    record("90000002", "Brillamine for tarnish fever: systematic review", "Journal Article", "Review"),
    record("90000003", "Care of tarnish fever", "Practice Guideline", abstract=""),
    record("90000004", "RETRACTED: Brillamine cures tarnish fever", "Retracted Publication", "Randomized Controlled Trial"),
    record("90000005", "Tarnish fever and brillamine", "Preprint", abstract="We followed a prospective cohort of adults."),
    record("90000006", "Brillamine for tarnish fever (preprint)", "Preprint", use="same work"),
    record("90000007", "[Brillamin bei Anlauffieber]", "Case Reports", languages=("ger",)),
    record("90000008", "Retraction: Brillamine cures tarnish fever", "Retraction of Publication", abstract=""),
    record("90000009", "Brillamine in polished mice", use="excluded",
           mesh=(MeshHeading(descriptor="Animals"), MeshHeading(descriptor="Mice"))),
    record("90000010", "Brillamine at two years: follow-up of a randomised trial", "Randomized Controlled Trial"),
    record("90000011", "What patients say of brillamine: a qualitative study", "Journal Article"),
)  # fmt: skip


def imported(place: int, title: str, **more: Any) -> ImportedRecord:
    """A record of Embase without a PMID."""
    about: dict[str, Any] = {"id": f"embase:3fa9c1d2.{place}", "database": "Embase", "file_hash": "b" * 64, "position": place,
                             "raw_hash": "c" * 64, "accession": f"L{place}", "title": title}  # fmt: skip
    return ImportedRecord(**(about | more))


def embase(**changes: Any) -> OtherSource:
    """Three records of Embase: one was merged into a PubMed record, one could not be read, one stands alone."""
    source = OtherSource(name="Embase", interface="Ovid", searched_on=TODAY, strategy="1 brillamine.mp.\n2 limit 1 to human",
                         file_name="embase.ris", records=3, unreadable=1, duplicates=1)  # fmt: skip
    return source.model_copy(update=changes)


def counts(records: tuple[LedgerCitation, ...] = RECORDS, **changes: Any) -> SearchCounts:
    """Numbers of a search that gave these records, one missing and one unreadable besides."""
    works = sum(one.use != "same work" for one in records)
    excluded = sum(one.use == "excluded" for one in records)
    number = len(records)
    made = SearchCounts(
        identified=number + 2, retrieved=number + 2, fetched=number, missing=1, unreadable=1, same_work=number - works,
        excluded=excluded, unsure=works - excluded, included=0, read=0, left=works - excluded,
    )  # fmt: skip
    return made.model_copy(update=changes)


def search_ledger(**changes: Any) -> SearchLedger:
    """A search without a language model: eleven records, ten works, two sources, one exclusion by rule."""
    lines = (
        *search_report().lines,
        *(LineResult(number=number, query=FILTER, count=13 if number > 4 else 0) for number in (4, 5, 6)),
    )
    ledger = SearchLedger(
        id="search-7f3a",
        created_at=WHEN,
        request=Request(question=QUESTION, purpose="patient care", requester_role="Ward pharmacist", since=date(2009, 1, 1)),
        protocol=Protocol(
            question=QUESTION,
            framework=Framework.PICO,
            elements=(QuestionElement(name="intervention", text="brillamine"),),
            proposed_by="rules",
            criteria=(EligibilityCriterion(id="humans", text="The study is of people."),),
        ),
        search=search_report(strategy=STRATEGY, lines=lines, counts=counts(), source="PubMed (NCBI E-utilities)",
                             proposed_by="rules", purposes=("the illness", "the drug", "both")),
        other_sources=(embase(),),
        citations=RECORDS,
        imported=(imported(1, "Brillamine and sleep: a cross-sectional survey", abstract="We asked adults."),),
        ranked=("90000002", "90000001", "90000010", "90000004", "90000003"),
        groups=(CitationGroup(id="90000001", lead="90000001", members=("90000001", "90000006"), reason="The preprint"),),
        studies=(StudyGroup(id="90000001", works=("90000001", "90000010"), reason="Same registration"),),
        screening=(
            ScreeningDecision(pmid="90000009", outcome=ScreeningOutcome.EXCLUDE, criterion="humans", reason="Animals only.",
                              words="mice", made_by="rule", by="animals-only"),
        ),
        tool="Evidence Ledger 0.1.0",
        ranked_by="by words (BM25)",
    )  # fmt: skip
    return ledger.model_copy(update=changes)


def screened_ledger() -> SearchLedger:
    """The same, screened by a person, with full texts sought: two reports of one study included."""

    def decide(pmid: str, outcome: ScreeningOutcome, **more: Any) -> ScreeningDecision:
        about: dict[str, Any] = {"criterion": "humans", "reason": "It fits.", "made_by": "person", "by": "B. Okafor"}
        return ScreeningDecision(pmid=pmid, outcome=outcome, **(about | more))

    base = search_ledger()
    records = tuple(one.model_copy(update={"use": "excluded"}) if one.pmid == "90000007" else one for one in RECORDS)
    include, unsure, exclude = ScreeningOutcome.INCLUDE, ScreeningOutcome.UNSURE, ScreeningOutcome.EXCLUDE
    screening = (
        *base.screening,
        *(decide(pmid, include) for pmid in ("90000001", "90000002", "90000010", "90000003")),
        decide("90000004", unsure),
        decide("90000007", exclude, criterion="design", reason="One patient."),
        decide("90000005", unsure, made_by="model", by="a model"),
    )
    read: dict[str, tuple[Any, str]] = {
        "90000001": ("included", ""),
        "90000010": ("included", ""),
        "90000002": ("excluded", "No adults"),
        "90000003": ("not retrieved", "Not held"),
    }
    return base.model_copy(update={
        "citations": records,
        "search": base.search.model_copy(update={"counts": counts(records)}),
        "screening": screening,
        "full_text": tuple(
            FullTextDecision(pmid=pmid, outcome=end, reason=why, by="B. Okafor", on=TODAY) for pmid, (end, why) in read.items()
        ),
        "statements": (statement(14, "reported", "Reviewed by C. Lind with PRESS 2015."), statement(6, "not done", "")),
        "contact": "Norland NHS Library, library@norland.example",
    })  # fmt: skip


def statement(item: int, state: Any, text: str, on: date = TODAY) -> PrismaStatement:
    """What a person said on an item."""
    return PrismaStatement(item=item, state=state, text=text, by="B. Okafor", on=on)


def nothing_found() -> SearchLedger:
    """A search that matched nothing."""
    none = {name: 0 for name in SearchCounts.model_fields}
    base = search_ledger()
    search = base.search.model_copy(update={"counts": SearchCounts(**none), "missing": (), "unreadable": (), "known_found": (),
                                            "known_missed": ()})  # fmt: skip
    return base.model_copy(update={"search": search, "citations": (), "imported": (), "other_sources": (), "groups": (),
                                   "studies": (), "screening": (), "ranked": ()})  # fmt: skip


def many_records(number: int) -> SearchLedger:
    """As many works, with long and wide titles among them."""
    kinds = ("Randomized Controlled Trial", "Systematic Review", "Case Reports", "Editorial", "Journal Article")
    records = tuple(
        record(str(91_000_000 + place), f"Brillamine in tarnish fever, study {place}: " + "recovery " * (place % 30),
               kinds[place % 5], doi=f"10.9999/brill.{place}", pmcid=f"PMC{place}" if place % 3 else None)
        for place in range(number)
    )  # fmt: skip
    base = search_ledger()
    ranked = tuple(one.pmid for one in records)
    search = base.search.model_copy(update={"counts": counts(records)})
    return base.model_copy(update={"search": search, "citations": records, "imported": (), "other_sources": (), "groups": (),
                                   "studies": (), "screening": (), "ranked": ranked})  # fmt: skip


def hostile_search() -> SearchLedger:
    """Hostile text wherever text comes from outside."""
    start = "# heading\n\n- item\n\n---\n\n"
    base = search_ledger()
    bad = record("90000001", start + HOSTILE, HOSTILE, "Randomized Controlled Trial", abstract=HOSTILE, doi=HOSTILE,
                 pmcid=HOSTILE, languages=(HOSTILE,), authors=(Author(collective_name=HOSTILE),))  # fmt: skip
    others = tuple(one for one in RECORDS if one.pmid != "90000001")
    records = (bad.model_copy(update={"url": "javascript:alert(4)"}), *others)
    lines = tuple(line.model_copy(update={"query_translation": HOSTILE, "warnings": (HOSTILE,)}) for line in base.search.lines)
    search = base.search.model_copy(update={
        "strategy": f"```\n{HOSTILE}\n````\n{STRATEGY}", "source": HOSTILE, "source_url": "data:text/html,x",
        "notes": (HOSTILE,), "purposes": (HOSTILE,), "lines": lines, "proposed_by": HOSTILE,
    })  # fmt: skip
    return base.model_copy(update={
        "request": Request(question=start + HOSTILE, purpose=HOSTILE, organisation=HOSTILE, exclusions=HOSTILE),
        "search": search,
        "citations": records,
        "imported": (imported(1, HOSTILE, urls=("javascript:alert(5)",), abstract=HOSTILE, accession=HOSTILE),),
        "other_sources": (embase(name=HOSTILE, interface=HOSTILE, strategy=HOSTILE, file_name=HOSTILE),),
        "groups": tuple(group.model_copy(update={"reason": HOSTILE}) for group in base.groups),
        "studies": tuple(study.model_copy(update={"reason": HOSTILE}) for study in base.studies),
        "screening": tuple(one.model_copy(update={"reason": HOSTILE, "words": HOSTILE, "by": HOSTILE, "criterion": HOSTILE})
                           for one in base.screening),
        "statements": (statement(4, "reported", HOSTILE),),
        "contact": HOSTILE, "tool": HOSTILE, "model": HOSTILE, "prompts": (HOSTILE,), "ranked_by": HOSTILE,
    })  # fmt: skip
