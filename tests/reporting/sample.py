"""Ledgers to render: an invented drug, an invented illness, PMIDs above 90,000,000. Nothing here is a real study."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from evidence.citation import CitationGroup, UnreadableRecord
from evidence.claim import AnchoredValue, Direction, StudyExtract, Support, UnusedStudy, Verdict
from evidence.ledger import PromptUse, Provenance, RunLedger, RunStatus, SearchCounts, SearchReport
from evidence.model_call import ModelIdentity
from evidence.question import EligibilityCriterion, Framework, Protocol, QuestionElement, Request
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.search import LineResult
from tests.reporting.claims import MODEL, claim, extracts, supported_claims, withheld, withheld_claims
from tests.reporting.papers import citation, citations, support

QUESTION = "Does brillamine shorten tarnish fever in adults compared with placebo?"
WHEN = datetime(2026, 11, 3, 9, 15, tzinfo=UTC)


def search_report(**changes: Any) -> SearchReport:
    lines = (
        LineResult(number=1, query='"tarnish fever"[tiab]', count=148, query_translation='"tarnish fever"[Title/Abstract]'),
        LineResult(
            number=2,
            query='"Brillamine"[mh] OR brillamin*[tiab]',
            count=61,
            query_translation='"brillamine"[MeSH Terms] OR "brillamin*"[Title/Abstract]',
            warnings=("PhraseNotFound: Brillamine[mh] is not a MeSH heading",),
        ),
        LineResult(
            number=3,
            query='("tarnish fever"[tiab]) AND ("Brillamine"[mh] OR brillamin*[tiab])',
            count=12,
            query_translation='"tarnish fever"[Title/Abstract] AND ("brillamine"[MeSH Terms] OR "brillamin*"[Title/Abstract])',
        ),
    )
    report = SearchReport(
        strategy='#1 "tarnish fever"[tiab]\n#2 "Brillamine"[mh] OR brillamin*[tiab]\n#3 #1 AND #2',
        source="demonstration mirror",
        source_url="http://127.0.0.1:8765/entrez/eutils/",
        searched_at=WHEN,
        proposed_by=MODEL,
        lines=lines,
        purposes=("the illness", "the drug", "both"),
        notes=("The comparator was left out: placebo is rarely named in titles and abstracts.",),
        counts=SearchCounts(
            identified=12,
            retrieved=12,
            fetched=10,
            missing=1,
            unreadable=1,
            same_work=1,
            excluded=2,
            unsure=3,
            included=4,
            read=5,
            left=2,
        ),
        unreadable=(UnreadableRecord(pmid="90000012", position=11, reason="The record breaks off within its title."),),
        missing=("90000011",),
        known_found=("90000001",),
        known_missed=("90000077",),
    )
    return report.model_copy(update=changes)


def provenance(**changes: Any) -> Provenance:
    made = Provenance(
        tool="evidence-ledger",
        tool_version="0.1.0",
        model=ModelIdentity(name=MODEL, provider="OpenVINO GenAI", version="sha256 " + "c" * 64, demonstration=True),
        embedding_model="minilm-int8 " + "d" * 12,
        prompts=(
            PromptUse(name="extract_study", version=1, hash="1" * 64),
            PromptUse(name="draft_summary", version=2, hash="2" * 64),
        ),
        versions={"pydantic": "2.14.3", "openvino_genai": "2026.4.1"},
        hashes={"request": "3" * 64, "strategy": "4" * 64, "draft": "5" * 64},
        started_at=WHEN,
        finished_at=datetime(2026, 11, 3, 9, 17, tzinfo=UTC),
        model_calls=8,
        failed_calls=1,
        tokens_in=14210,
        tokens_out=2904,
        cost=0.0,
        currency="GBP",
        model_seconds=101.4,
        limits=("Demonstration model: not for live requests.",),
    )
    return made.model_copy(update=changes)


def _screening() -> tuple[ScreeningDecision, ...]:
    def decide(pmid: str, outcome: ScreeningOutcome, **more: Any) -> ScreeningDecision:
        told: dict[str, Any] = {
            "criterion": "population",
            "reason": "Adults with the illness.",
            "made_by": "model",
            "by": MODEL,
        }
        return ScreeningDecision(pmid=pmid, outcome=outcome, **(told | more))

    include, unsure, exclude = ScreeningOutcome.INCLUDE, ScreeningOutcome.UNSURE, ScreeningOutcome.EXCLUDE
    rule: dict[str, Any] = {"made_by": "rule", "by": "rules"}
    return (
        *(decide(pmid, include, rank=rank) for rank, pmid in enumerate(("90000001", "90000002", "90000003", "90000005"), 1)),
        decide("90000004", unsure, rank=5),
        decide("90000009", unsure, rank=6, reason="Children, not adults."),
        decide("90000008", unsure, rank=7, reason="Costs, not treatment."),
        decide("90000006", exclude, criterion="no-abstract", reason="The record has no abstract.", **rule),
        decide("90000007", exclude, criterion="humans", reason="Animals only.", words="Mice recovered.", **rule),
    )


def sample_ledger(**changes: Any) -> RunLedger:
    """A finished run: five records read, seven claims that pass, five kept out for five reasons."""
    all_records = citations()
    records = {record.pmid: record for record in all_records}
    elements = (
        QuestionElement(name="population", text="adults with tarnish fever"),
        QuestionElement(name="intervention", text="brillamine"),
        QuestionElement(name="comparator", text="placebo"),
    )
    ledger = RunLedger(
        id="run-7f3a2c",
        status=RunStatus.FINISHED,
        created_at=WHEN,
        question=QUESTION,
        request=Request(question=QUESTION, elements=elements[2:], known_pmids=("90000001", "90000077")),
        protocol=Protocol(
            question=QUESTION,
            framework=Framework.PICO,
            elements=elements,
            proposed_by=MODEL,
            criteria=(EligibilityCriterion(id="no-abstract", text="A record without abstract is not summarised."),),
            since=date(2009, 1, 1),
        ),
        search=search_report(),
        citations=all_records,
        groups=(
            CitationGroup(
                id="90000001",
                lead="90000001",
                members=("90000001", "90000010"),
                reason="The preprint names its version of record.",
            ),
        ),
        screening=_screening(),
        extracts=extracts(records),
        claims=supported_claims(records) + withheld_claims(records),
        bottom_line="Brillamine shortened tarnish fever in adults: 6.5 days against 9.0 days with placebo.",
        unused=(UnusedStudy(pmid="90000004", reason="It is retracted, so no claim may rest on it."),),
        gaps=("No record reports time to recovery in adults over 80.",),
        provenance=provenance(),
    )
    return ledger.model_copy(update=changes)


def nothing_passed_ledger() -> RunLedger:
    """Five claims drafted, none supported."""
    records = {record.pmid: record for record in citations()}
    return sample_ledger(
        claims=withheld_claims(records), bottom_line="There is no bottom line: none of the 5 claims drafted passed every check."
    )


def empty_ledger() -> RunLedger:
    """A search that matched nothing."""
    nothing = SearchCounts(
        identified=0,
        retrieved=0,
        fetched=0,
        missing=0,
        unreadable=0,
        same_work=0,
        excluded=0,
        unsure=0,
        included=0,
        read=0,
        left=0,
    )
    lines = tuple(line.model_copy(update={"count": 0}) for line in search_report().lines)
    search = search_report(counts=nothing, lines=lines, unreadable=(), missing=(), known_found=(), known_missed=())
    return sample_ledger(
        search=search,
        citations=(),
        groups=(),
        screening=(),
        extracts=(),
        claims=(),
        unused=(),
        gaps=("Nothing was found for brillamine in tarnish fever.",),
        bottom_line="There is no bottom line: nothing was found in the source searched.",
    )


def sixty_claims_ledger() -> RunLedger:
    """Sixty claims that pass, over nine outcomes, on the records of the sample."""
    records = {record.pmid: record for record in citations()}
    patterns = supported_claims(records)[1:6]
    directions = tuple(Direction)
    many = tuple(
        pattern.model_copy(
            update={
                "id": f"c{number}",
                "outcome": f"Outcome {number % 9 + 1}",
                "direction": directions[number % len(directions)],
            }
        )
        for number in range(60)
        for pattern in (patterns[number % len(patterns)],)
    )
    return sample_ledger(claims=many, bottom_line="There is no bottom line: none was drafted.")


HOSTILE = (
    "</style></title><script>alert(1)</script><img src=x onerror=alert(2)> ![p](http://evil.example/p.png) "
    "[click](javascript:alert(3)) <http://evil.example> http://evil.example www.evil.example a@evil.example "
    "`code` *bold* _em_ ~~gone~~ | cell | $x$ &lt;b&gt; {{ 7*7 }} {% raw %} # {.x} "
    "\u202egnp.exe \u2066 \x07\x1b[31m \U000e0041 ]]> -->"
)


def hostile_ledger() -> RunLedger:
    """The sample with hostile text wherever text comes from outside."""
    sample = sample_ledger()
    start = "# heading\n\n- item\n\n---\n\n"
    sections = ((HOSTILE, f"{HOSTILE} Recovery took 3 days. {HOSTILE}"),)
    record = citation("90000001", HOSTILE, start + HOSTILE, sections, url="javascript:alert(4)")
    quote = support(record, "Recovery took 3 days.")
    bad = withheld("c2", start + HOSTILE, Verdict.CONTRADICTED, HOSTILE, (quote,), sides=(HOSTILE, HOSTILE)).model_copy(
        update={"support": (Support(pmid=HOSTILE, quote=HOSTILE),)}
    )
    good = claim("c1", f"Recovery took 3 days. {HOSTILE}", (quote,), outcome=HOSTILE, direction=Direction.LOWER)
    others = tuple(item for item in sample.citations if item.pmid != "90000001")
    fact = AnchoredValue(value=HOSTILE, support=quote)
    return sample.model_copy(
        update={
            "question": start + HOSTILE,
            "citations": (record, *others),
            "claims": (good, bad),
            "bottom_line": HOSTILE,
            "gaps": (start + HOSTILE,),
            "unused": (UnusedStudy(pmid="90000002", reason=HOSTILE),),
            "extracts": (StudyExtract(pmid="90000001", design=fact, dropped=(HOSTILE,), read_by=HOSTILE),),
            "search": search_report(
                strategy=f"```\n{HOSTILE}\n````",
                source=HOSTILE,
                source_url="data:text/html,x",
                notes=(HOSTILE,),
                purposes=(HOSTILE,),
            ),
            "provenance": provenance(limits=(HOSTILE,), versions={HOSTILE: HOSTILE}),
        }
    )
