"""Drafting: how long does the embedded model take to read and draft 20 citations on two cores?

Data: the trials of one Cochrane review and the best ranked records beside them, 20 in all. What runs: the product's own stages
from extraction to the bottom line, every call fresh, the process held to two cores. Scored: wall time after loading, tokens a
second, and the same model given three further records one after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from connectors.language_model.embedded import EmbeddedModel
from connectors.language_model.extractive import ExtractiveModel
from connectors.language_model.weights import ensure_weights, weights_in_place
from connectors.lexical import LexicalIndex
from evaluation.bench.figure import Figure
from evaluation.bench.pool import ReviewQuestion, read_pool, read_review_questions
from evaluation.bench.progress import BenchProgress
from evidence.citation import Citation
from evidence.claim import DraftSummary, Verification
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.question import Protocol, Request
from evidence.services import LanguageModel, Progress
from pipelines.stages.draft_claims import draft_findings, write_bottom_line
from pipelines.stages.extract_studies import extract_studies
from pipelines.stages.frame_question import frame_question
from searching.split_passages import split_passages
from verification.verify import verify_draft

LIMIT_SECONDS = 180.0
CITATIONS = 20
REVIEW = "38197546"
"""Oral cholera vaccine: seven of its trials are in the pool."""
CORES = 2
_ONE_BY_ONE = 3
_QUICK_CITATIONS = 2
_DEPTH = 2000


class CountedModel:
    """A language model whose answers are kept for counting."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.answers: list[ModelAnswer] = []

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._model.identity

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """The model's answers."""
        answers = self._model.answer(prompts, on_answer=on_answer)
        self.answers += answers
        return answers


def run(data: Path | None, *, quick: bool = False) -> list[Figure]:
    """Seconds for the draft against the limit, tokens a second, loading time, and one record at a time beside it."""
    count = _QUICK_CITATIONS if quick else CITATIONS
    lacking = "the shared data is not here" if data is None else None
    if lacking is None and not weights_in_place():
        lacking = "the embedded model's weights are not here; `evidence models fetch embedded` gets them"
    if data is None or lacking is not None:
        name, note = f"{count} citations extracted and drafted", f"NOT MEASURED: {lacking}"
        return [Figure(name=name, value=None, unit="s", target=LIMIT_SECONDS, note=note)]
    alone = 1 if quick else _ONE_BY_ONE
    progress = BenchProgress()
    cores = _hold_to(CORES)
    asked = [question for question in read_review_questions(data) if question.original_review == REVIEW]
    question, records = asked[0].question, choose_records(asked, read_pool(data), count + alone)
    protocol = frame_question(Request(question=question), ExtractiveModel())
    began = perf_counter()
    model = EmbeddedModel(progress=progress, weights=ensure_weights(progress))
    _ = model.engine
    loading = Figure(name="loading the embedded model", value=perf_counter() - began, unit="s", n=1)
    together = measure_drafting(protocol, records[:count], model, progress, cores=cores)
    return [*together, loading, _one_by_one(protocol, records[count:], model, progress, together[0])]


def measure_drafting(
    protocol: Protocol, records: Sequence[Citation], model: LanguageModel, progress: Progress, *, cores: int
) -> list[Figure]:
    """The draft of any records by any model: seconds, and tokens read and written a second."""
    progress.stage("draft", f"{len(records)} citations on {cores} cores")
    counted = CountedModel(model)
    began = perf_counter()
    checked = draft_and_check(protocol, records, counted, progress)
    seconds = perf_counter() - began
    read, written = (sum(getattr(answer, name) for answer in counted.answers) for name in ("tokens_in", "tokens_out"))
    calls, failed = len(counted.answers), sum(answer.finish != "stop" for answer in counted.answers)
    return [
        Figure(
            name=f"{len(records)} citations extracted and drafted",
            value=seconds,
            unit="s",
            n=len(records),
            compared_with="limit",
            compared_value=LIMIT_SECONDS,
            ratio=seconds / LIMIT_SECONDS,
            target=LIMIT_SECONDS,
            met=seconds < LIMIT_SECONDS if len(records) >= CITATIONS else None,
            note=f"one run on {cores} cores, after loading; {calls} calls, {failed} of them broken off or failed; "
            f"{len(checked.claims)} claims, {len(checked.supported)} passed",
        ),
        Figure(name="tokens read", value=read / seconds, unit="tokens/s", n=calls, note=f"{read:,} in all, repeats included"),
        Figure(name="tokens written", value=written / seconds, unit="tokens/s", n=calls, note=f"{written:,} in all"),
    ]


def draft_and_check(protocol: Protocol, records: Sequence[Citation], model: LanguageModel, progress: Progress) -> Verification:
    """The product's stages from extraction to the checked draft with its bottom line."""
    citations = {record.pmid: record for record in records}
    findings = draft_findings(extract_studies(protocol, records, model, progress), citations)
    checked = verify_draft(DraftSummary(findings=findings), citations)
    bottom_line = write_bottom_line(protocol, checked.supported, citations, model)
    return verify_draft(DraftSummary(bottom_line=bottom_line.claims, findings=findings), citations)


def choose_records(questions: Sequence[ReviewQuestion], records: Sequence[Citation], count: int) -> list[Citation]:
    """The trials of a review's questions, then the records lexically nearest to the first of them; all with abstracts."""
    here = {record.pmid: record for record in records if record.has_abstract}
    trials = [pmid for question in questions for pmid in question.relevant_sources if pmid in here]
    return [here[pmid] for pmid in dict.fromkeys([*trials, *_best_ranked(questions[0], list(here.values()))])][:count]


def _best_ranked(question: ReviewQuestion, records: Sequence[Citation]) -> list[str]:
    index = LexicalIndex()
    index.add([passage for record in records for passage in split_passages(record)])
    return [id_.partition(":")[0] for id_, _ in index.nearest(question.question, _DEPTH)]


def _one_by_one(
    protocol: Protocol, records: Sequence[Citation], model: LanguageModel, progress: Progress, together: Figure
) -> Figure:
    """Seconds a record where each is read alone, beside those where they are read together."""
    progress.stage("draft", f"{len(records)} further citations, one after the other")
    began = perf_counter()
    for record in records:
        extract_studies(protocol, [record], model, progress)
    alone = (perf_counter() - began) / len(records)
    each = (together.value or 0.0) / (together.n or 1)
    return Figure(
        name="a citation read and drafted, four in flight",
        value=each,
        unit="s",
        n=together.n,
        compared_with="one prompt at a time, reading only",
        compared_value=alone,
        ratio=each / alone,
        note=f"the peer over {len(records)} other citations of the same question",
    )


def _hold_to(cores: int) -> int:
    """Keep this process to so many cores where the system can; gives how many it has."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, allowed)
    return len(allowed)
