"""Drafts as the product makes them without a model: over the twenty records ranked nearest to a review's question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path

from connectors.language_model.extractive import ExtractiveModel
from connectors.lexical import LexicalIndex
from evaluation.bench.pool import ReviewQuestion, read_review_questions
from evaluation.harness.flow_run import Silent
from evidence.citation import Citation
from evidence.claim import DraftSummary, StudyExtract
from evidence.question import Request
from pipelines.stages.draft_claims import draft_findings, write_bottom_line
from pipelines.stages.extract_studies import extract_studies
from pipelines.stages.frame_question import frame_question
from searching.split_passages import split_passages
from verification.verify import verify_draft

_DEPTH = 400
"""Passages ranked for a question, enough for its records."""


@dataclass(frozen=True)
class Drafted:
    """A draft with the records and extracts that it is checked against."""

    draft: DraftSummary
    records: Mapping[str, Citation]
    extracts: Sequence[StudyExtract]


def make_real_drafts(data: Path, records: Sequence[Citation], *, citations: int, most: int) -> Iterator[Drafted]:
    """So many drafts for MedEvidence's questions: the first of every review, then the second of every review, and so on."""
    readable = {record.pmid: record for record in records if record.has_abstract}
    index = LexicalIndex()
    index.add([passage for record in readable.values() for passage in split_passages(record)])
    for question in islice(_in_turns(read_review_questions(data)), most):
        near = dict.fromkeys(id_.partition(":")[0] for id_, _ in index.nearest(question.question, _DEPTH))
        yield draft_by_rule(question.question, [readable[pmid] for pmid in list(near)[:citations]])


def draft_by_rule(question: str, records: Sequence[Citation]) -> Drafted:
    """What the product's own stages draft of the records where no model is, before it is checked as a whole."""
    model = ExtractiveModel()
    protocol = frame_question(Request(question=question), model)
    run = {record.pmid: record for record in records}
    extracts = extract_studies(protocol, records, model, Silent())
    findings = draft_findings(extracts, run)
    standing = verify_draft(DraftSummary(findings=findings), run).supported
    bottom_line = write_bottom_line(protocol, standing, run, model)
    return Drafted(DraftSummary(bottom_line=bottom_line.claims, findings=findings), run, extracts)


def _in_turns(questions: Sequence[ReviewQuestion]) -> Iterator[ReviewQuestion]:
    by_review: dict[str, list[ReviewQuestion]] = {}
    for question in questions:
        by_review.setdefault(question.original_review, []).append(question)
    return (one for one in chain.from_iterable(zip_longest(*by_review.values())) if one is not None)
