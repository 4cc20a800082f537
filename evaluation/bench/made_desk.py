"""A library's desk made for measuring: requests with finished, drafted, partly reviewed runs of many records each.

Every record is invented and different in each run. One draft is checked by the product's own checks; the other runs are the
same draft over records of other numbers, so that a hundred of them are made in minutes.
"""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from connectors.store import Store
from evaluation.harness.made_draft import ledger_of
from evidence.citation import AbstractSection, Citation, FetchedRecord, Journal, PartialDate
from evidence.claim import AnchoredValue, Claim, DraftSummary, StudyExtract, Support
from evidence.ledger import RunLedger, RunStatus
from evidence.question import EligibilityCriterion, Protocol, Request
from evidence.review import ClaimState, ReviewDecision, ReviewOutcome, SourceCheck, SourceRecheck
from evidence.screening import ScreeningDecision, ScreeningOutcome
from evidence.work_request import JobStatus, WorkRequest
from review.actions import requests
from review.actions.review import decide, read_review
from review.actions.sign import Signing, content_to_sign, sign
from verification.verify import verify_draft

RECORDS = 500
CLAIMS = 30
_EXTRACTS = 60
"""Records read for the draft: three times as many as the product reads unless told."""
_SCREENED = 60
_LIBRARIANS = 20
_QUESTION = "Does brillamine shorten tarnish fever in adults compared with placebo?"
_STRATEGY = ('"tarnish fever"[tiab]', "brillamin*[tiab]", "#1 AND #2")
_WORDS = [
    "adults",
    "fever",
    "illness",
    "clinic",
    "hospital",
    "dose",
    "days",
    "median",
    "follow-up",
    "tablets",
    "nurses",
    "community",
    "baseline",
    "severity",
    "centres",
    "weekly",
    "trial",
    "scores",
    "symptoms",
    "relief",
    "allocation",
    "visits",
    "diary",
    "outcome",
    "reported",
    "measured",
    "sample",
    "sites",
    "recruited",
]
_BASE = re.compile(r"\b9000(\d{4})\b")
_ROLE = "Librarian"


@dataclass(frozen=True)
class MadeReview:
    """One request of the desk with its run. `claims` are ids; `open` those that wait for a person."""

    number: int
    run_id: str
    claims: tuple[str, ...]
    open: tuple[str, ...]
    signed: bool


class MadeDesk:
    """Makes reviews over one draft in a store."""

    def __init__(self, *, records: int = RECORDS) -> None:
        self._random = random.Random(20260101)
        self._citations = [self._citation(number) for number in range(records)]
        self._draft = self._ledger().model_dump_json(round_trip=True)

    def add(self, store: Store, number: int, *, by: str, signed: bool) -> MadeReview:
        """The review of this number (1 to 999), partly decided on by its owner; where wanted, signed."""
        run_text = _BASE.sub(lambda found: f"9{number:03d}{found[1]}", self._draft)
        ledger = RunLedger.model_validate_json(run_text)
        work = self._request(store, number, by)
        request = work.request or Request(question=_QUESTION)
        job = store.jobs.start(work, request, {"source": "http://127.0.0.1:1/"}, identity_key=f"made {number}", by=by)
        self._keep_steps(store, job.run_id, ledger)
        store.save_ledger(job.run_id, ledger.model_copy(update={"id": job.run_id, "request": request}))
        store.set_status(job.run_id, RunStatus.FINISHED, by="evidence")
        store.jobs.end(job.id, JobStatus.DONE)
        waiting = [item.id for item in read_review(store, job.run_id).open]
        for claim_id in waiting if signed else waiting[: len(waiting) // 2]:
            said = ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.REJECT, reason="Not what the record says.")
            decide(store, job.run_id, said, slot="first", seen=0, by=by)
        if signed:
            _sign(store, job.run_id, by)
        review = read_review(store, job.run_id)
        claims, left = tuple(item.id for item in review.items), tuple(item.id for item in review.open)
        return MadeReview(number=work.id, run_id=job.run_id, claims=claims, open=left, signed=signed)

    def _citation(self, number: int) -> Citation:
        pmid, words = f"9000{number:04d}", self._random
        shorter, size = words.randint(2, 9), words.randint(40, 900)
        filler = " ".join(f"{' '.join(words.choices(_WORDS, k=14)).capitalize()}." for _ in range(9))
        result = f"Fever was {shorter} days shorter with brillamine than with placebo in {size} adults."
        return Citation(
            pmid=pmid,
            title=f"Brillamine for tarnish fever: {' '.join(words.choices(_WORDS, k=6))}",
            abstract=(
                # The number makes no two abstracts of the desk the same: what is kept by its text helps one record alone.
                AbstractSection(
                    label="METHODS", text=f"A randomised trial of brillamine in {size} adults. {filler} Registered as {pmid}."
                ),
                AbstractSection(label="RESULTS", text=f"{result} Headache was reported by {shorter} adults."),
            ),
            journal=Journal(title="Journal of Made Records"),
            published=PartialDate(printed=str(year := words.randint(1995, 2025)), year=year),
            languages=("eng",),
            publication_types=("Randomized Controlled Trial",),
            doi=f"10.5555/made.{pmid}",
            source_hash=hashlib.sha256(pmid.encode()).hexdigest(),
        )

    def _ledger(self) -> RunLedger:
        cited = self._citations[:CLAIMS]
        findings = tuple(_claim(place, citation, wrong=place % 3 == 0) for place, citation in enumerate(cited, 1))
        extracts = [_extract(citation) for citation in self._citations[:_EXTRACTS]]
        verification = verify_draft(DraftSummary(findings=findings), {item.pmid: item for item in self._citations})
        ledger = ledger_of(_QUESTION, verification, self._citations, extracts)
        read = {extract.pmid for extract in extracts}
        uses = tuple(item if item.pmid in read else item.model_copy(update={"use": "left"}) for item in ledger.citations)
        return ledger.model_copy(update={"citations": uses})

    def _request(self, store: Store, number: int, by: str) -> WorkRequest:
        form = {"question": f"{_QUESTION} ({number})", "patient_care": "yes" if number % 9 == 0 else "no"}
        asked = {**form, "needed_day": f"2030-01-{number % 28 + 1:02d}", "purpose": "a guideline", "no_patient": "yes"}
        work = requests.save_draft(store, asked, once=f"made {number}", by=by)
        work = requests.ask(store, work.id, work.version, asked, by=by)
        requests.add_note(store, work.id, "interview", "They want adults only.", by=by)
        return requests.take(store, work.id, work.version, by=by)

    def _keep_steps(self, store: Store, run_id: str, ledger: RunLedger) -> None:
        criteria = (EligibilityCriterion(id="population", text="The record is about adults with tarnish fever."),)
        protocol: Protocol = ledger.protocol.model_copy(update={"criteria": criteria})
        pmids = [citation.pmid for citation in ledger.citations]
        lines: list[JsonValue] = [{"number": n, "query": query, "purpose": "made"} for n, query in enumerate(_STRATEGY, 1)]
        steps: dict[str, JsonValue] = {
            "frame_question": protocol.model_dump(mode="json"),
            "plan_search": {"lines": lines, "proposed_by": "rules"},
            "run_search": {"lines": [{"number": n, "query": q, "count": 600 - n} for n, q in enumerate(_STRATEGY, 1)]},
            "rank_citations": [*pmids],
        }
        for name, result in steps.items():
            store.commit_step(run_id, name, "made", result, by="evidence")
        citations = [Citation.model_validate(item.model_dump(include=set(Citation.model_fields))) for item in ledger.citations]
        fetched = [FetchedRecord(citation=item, xml=f"<PubmedArticle>{item.pmid}</PubmedArticle>") for item in citations]
        store.save_records(run_id, fetched, "http://127.0.0.1:1/", by="evidence")
        store.decide(run_id, [(pmid, _screened(pmid, n)) for n, pmid in enumerate(pmids[:_SCREENED])], by="evidence")


def librarians() -> list[str]:
    """Names of the people at the desk."""
    return [f"Librarian {number}" for number in range(1, _LIBRARIANS + 1)]


def _claim(place: int, citation: Citation, *, wrong: bool) -> Claim:
    result = citation.abstract[1].text.split(". ")[0] + "."
    text = result.replace("shorter", "longer") if wrong else result
    support = (Support(pmid=citation.pmid, quote=result),)
    return Claim(id=f"c{place}", text=text, section="finding", outcome="duration of fever", support=support, written_by="rules")


def _extract(citation: Citation) -> StudyExtract:
    quote = "A randomised trial"
    start = citation.abstract_text.index(quote)
    support = Support(pmid=citation.pmid, quote=quote, start=start, end=start + len(quote))
    design = AnchoredValue(value="randomised trial", support=support)
    return StudyExtract(pmid=citation.pmid, design=design, read_by="rules")


def _screened(pmid: str, place: int) -> ScreeningDecision:
    outcome = ScreeningOutcome.EXCLUDE if place % 3 else ScreeningOutcome.INCLUDE
    criterion = "population" if place % 3 else ""
    return ScreeningDecision(pmid=pmid, outcome=outcome, criterion=criterion, reason="Made.", made_by="person", by="made")


def _sign(store: Store, run_id: str, by: str) -> None:
    review, moment = read_review(store, run_id), datetime.now(UTC)
    standing = [item for item in review.claims if item.state is not ClaimState.FALLS]
    cited = dict.fromkeys(support.pmid for item in standing for support in item.claim.support)
    standings = {citation.pmid: citation.integrity for citation in review.ledger.citations}
    found = tuple(SourceCheck(pmid=pmid, integrity=standings[pmid], at=moment) for pmid in cited)
    store.reviews.keep_recheck(run_id, SourceRecheck(source="made", found=found), by=by)
    review = read_review(store, run_id)
    content = content_to_sign(store, review).content_hash()
    sign(store, run_id, Signing(content=content, name=by, role=_ROLE, confirmed=True, entries=len(review.history)), by=by)
