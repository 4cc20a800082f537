"""Claims with known answers: does the product's own checker say supported, refuted or not enough?

SciFact: a claim with its rationale sentences as quotes, clustered by abstract. What the checker withholds without finding it
wrong counts as `not enough`: it fails closed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, field_validator

from evaluation.harness.data import SuiteData, csv_rows, json_lines
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import label_metrics
from evidence.citation import AbstractSection, Citation
from evidence.claim import Claim, Support, Verdict
from verification.verify import verify_claim

SUPPORTED, REFUTED, NOT_ENOUGH = "supported", "refuted", "not enough"
_LABELS = {"SUPPORT": SUPPORTED, "CONTRADICT": REFUTED, "": NOT_ENOUGH}
_NO_HASH = "0" * 64


class SciFactRow(BaseModel):
    """One row of SciFact's claims."""

    id: str
    claim: str
    evidence_doc_id: str
    evidence_label: str
    evidence_sentences: list[int]
    cited_doc_ids: list[int]

    @field_validator("evidence_sentences", "cited_doc_ids", mode="before")
    @classmethod
    def _read_list(cls, text: str) -> list[str]:  # `[1, 2]` and `[1 2]` both occur
        return re.findall(r"\d+", text)


class SciFactAbstract(BaseModel):
    """One abstract of SciFact's corpus."""

    doc_id: int
    title: str
    sentences: list[str]


def read(data: SuiteData) -> Sequence[Case]:
    """One case a claim and abstract: its rationale where there is one, else the whole cited abstract."""
    rows = csv_rows(data.main("scifact", "claims_train.csv", like="claims*.csv"), SciFactRow)
    corpus = {text.doc_id: text for text in json_lines(data.companion("scifact", "corpus.jsonl"), SciFactAbstract)}
    cases = []
    for number, row in enumerate(rows):
        document = int(row.evidence_doc_id) if row.evidence_doc_id else next((d for d in row.cited_doc_ids if d in corpus), 0)
        abstract = corpus.get(document)
        if abstract is None:
            continue
        places = [place for place in row.evidence_sentences if place < len(abstract.sentences)] or range(
            len(abstract.sentences)
        )
        quotes = [abstract.sentences[place] for place in places]
        cases.append(
            Case(
                id=f"scifact-{row.id}-{number}",
                cluster=str(document),
                shown=row.claim,
                target=_LABELS[row.evidence_label],
                given=(row.claim, abstract, quotes),
            )
        )
    return cases


def answer(case: Case, _systems: Systems) -> Made:
    """The verdict on the claim with these sentences as its quotes."""
    text, abstract, quotes = case.given
    pmid = str(abstract.doc_id)
    record = Citation(
        pmid=pmid,
        title=abstract.title,
        abstract=(AbstractSection(text=" ".join(abstract.sentences)),),
        source_hash=_NO_HASH,
    )
    claim = Claim(
        id="c1",
        text=text,
        section="finding",
        support=tuple(Support(pmid=pmid, quote=quote) for quote in quotes),
        written_by="SciFact",
    )
    checked = verify_claim(claim, {pmid: record})
    label = {Verdict.SUPPORTED: SUPPORTED, Verdict.CONTRADICTED: REFUTED}.get(checked.verdict, NOT_ENOUGH)
    return {"answer": label, "verdict": checked.verdict.value, "reason": checked.reason}


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Accuracy and macro-F1 over the three labels."""
    return label_metrics([row.target for row in rows], [str(row.made["answer"]) for row in rows], [row.cluster for row in rows])


SUITE = Suite(
    name="claims",
    purpose="Supported, refuted or not enough, as the product's checker says it.",
    read=read,
    answer=answer,
    measure=measure,
    together=4,
)
