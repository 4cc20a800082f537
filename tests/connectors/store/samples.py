"""Invented values to store."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from evidence.base import content_hash
from evidence.citation import AbstractSection, Author, Citation, FetchedRecord, Integrity, IntegrityStatus, Journal
from evidence.ledger import (
    LedgerCitation,
    Provenance,
    RunLedger,
    RunStatus,
    SearchCounts,
    SearchReport,
)
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.question import Framework, Protocol, Request

REQUEST = Request(question="Does tea — “with milk” — help 🫖 morning tiredness?", requester_role="nurse")
IDENTITY = content_hash("tea")
MODEL = ModelIdentity(name="embedded", provider="OpenVINO GenAI", version="not reported", demonstration=True)
PROMPT = RenderedPrompt(
    name="extract_study",
    version=2,
    hash="a" * 64,
    system="Read.",
    user="Tea\u0000 <abstract>",
    answer_schema={"type": "object"},
)


def file_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'home' / 'evidence.sqlite'}"


def record(number: int, *, wording: str = "", size: int = 1) -> FetchedRecord:
    pmid = str(90_000_000 + number)
    text = f"Tea helped {number} of 100 people{wording}. " * size
    xml = f"<PubmedArticle><PMID>{pmid}</PMID><AbstractText>{text}</AbstractText></PubmedArticle>"
    citation = Citation(
        pmid=pmid,
        title=f"Tea trial {number}",
        abstract=(AbstractSection(label="RESULTS", category="RESULTS", text=text),),
        authors=(Author(last_name="Brew", initials="T"),),
        journal=Journal(title="Journal of Tea"),
        source_hash=sha256(xml.encode()).hexdigest(),
    )
    return FetchedRecord(citation=citation, xml=xml)


def answer(text: str = '{"design": "trial"}', **changes: object) -> ModelAnswer:
    fields = {"text": text, "finish": "stop", "tokens_in": 10, "tokens_out": 5, "seconds": 0.5, "cost": 0.25} | changes
    return ModelAnswer.model_validate(fields)


def ledger(run_id: str, *, bottom_line: str = "Nothing was found.") -> RunLedger:
    moment = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    citation = record(1).citation
    counts = {name: 0 for name in SearchCounts.model_fields} | {"identified": 1, "retrieved": 1, "fetched": 1}
    return RunLedger(
        id=run_id,
        status=RunStatus.FINISHED,
        created_at=moment,
        question=REQUEST.question,
        request=REQUEST,
        protocol=Protocol(question=REQUEST.question, framework=Framework.PICO, elements=(), proposed_by="rules"),
        search=SearchReport(
            strategy="#1 tea",
            source="demonstration mirror",
            source_url="http://127.0.0.1:1/",
            searched_at=moment,
            proposed_by="person",
            lines=(),
            counts=SearchCounts(**counts),
        ),
        citations=(
            LedgerCitation(
                **citation.model_dump(),
                integrity=Integrity(status=IntegrityStatus.NO_NOTICE),
                url="http://127.0.0.1:1/1",
                use="read",
            ),
        ),
        screening=(),
        extracts=(),
        claims=(),
        bottom_line=bottom_line,
        provenance=Provenance(
            tool="evidence-ledger",
            tool_version="0",
            model=MODEL,
            embedding_model="none",
            prompts=(),
            versions={},
            hashes={},
            started_at=moment,
            model_calls=0,
            tokens_in=0,
            tokens_out=0,
        ),
        documents={"html": f"runs/{run_id}/draft.html"},
    )
