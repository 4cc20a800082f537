"""MedEvidence: does the whole flow answer as the Cochrane review did? Each question twice.

`given`: the review's trials are named, as by a person who brings a strategy; `found`: the flow searches the pool for them. The
answer is the product's own vote over the findings that passed its checks. Questions that need full text are counted apart.
Where the review said higher or lower, the given records are also read turned, so that memory of the set cannot answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import JsonValue

from evaluation.contamination import has_direction
from evaluation.harness.data import SuiteData
from evaluation.harness.flow_run import FlowDesk, flow_desk
from evaluation.harness.medevidence import Collection, ReviewAnswer, pmids_as_strategy, read_reviews
from evaluation.harness.result import Metric, Row
from evaluation.harness.served_pool import served_pool
from evaluation.harness.suite import SEED, Case, Made, Suite, Systems
from evaluation.harness.turned_source import TurnedSource
from evaluation.metrics.classification import label_metrics
from evaluation.metrics.turned import turned_metrics
from evidence.errors import EvidenceError
from evidence.question import Request
from evidence.services import Progress
from pipelines.stages.answer_effect import EffectAnswer, answer_effect

SETTINGS = ("given", "found")
_LABELS = tuple(answer.value for answer in EffectAnswer)
_OPPOSITE = {"higher": "lower", "lower": "higher"}
_ASKS = re.compile(r"higher, lower, or the same", re.IGNORECASE)
_DRAWS = 2000


@dataclass(frozen=True)
class Asked:
    """One question in one setting."""

    question: ReviewAnswer
    setting: str
    of: Collection
    mesh: Path


def read(data: SuiteData) -> Sequence[Case]:
    """Each question with its sources given, then with its sources to be found."""
    questions, collection = read_reviews(data)
    mesh = data.companion("mesh", "mesh_id_label_mappings.tsv")
    return [
        Case(
            id=f"{setting}-{question.question_id}",
            cluster=question.original_review,
            shown=question.question,
            target=question.answer,
            given=Asked(question, setting, collection, mesh),
        )
        for question in questions
        for setting in SETTINGS
    ]


@contextmanager
def prepare(cases: Sequence[Case], systems: Systems, progress: Progress) -> Iterator[FlowDesk]:
    """The pool served, and a desk for the flow."""
    assert systems.model is not None  # noqa: S101 - the suite says that it needs one
    asked: Asked = cases[0].given
    with ExitStack() as stack:
        pool = stack.enter_context(served_pool(asked.of, asked.mesh, progress))
        yield stack.enter_context(flow_desk(pool, systems.model))


def answer(case: Case, systems: Systems) -> Made:
    """The flow's answer, the studies it rests on, and what it cost. Raises EvidenceError where the flow does."""
    asked: Asked = case.given
    there = [pmid for pmid in asked.question.relevant_sources if pmid in asked.of.pmids() or pmid in asked.of.in_pool]
    if asked.setting == "given" and not there:
        raise EvidenceError("None of its trials' records is among the sources or in the pool.")
    strategy = pmids_as_strategy(there) if asked.setting == "given" else None
    run = systems.prepared.ask(Request(question=asked.question.question, strategy=strategy))
    answered, known = answer_effect(run.ledger), set(asked.question.relevant_sources)
    read_trials = {decision.pmid for decision in run.ledger.extracts} & known
    made: Made = {
        "answer": answered.answer.value,
        "reason": answered.reason,
        "studies": [study.model_dump(mode="json") for study in answered.studies],
        "setting": asked.setting,
        "full_text": asked.question.fulltext_required == "yes",
        "certainty": asked.question.evidence_certainty or "none given",
        "trials_read": len(read_trials) / len(known),
        "calls": run.totals.calls,
        "tokens": run.totals.tokens_in + run.totals.tokens_out,
        "cost": run.ledger.provenance.cost,
    }
    return made | (_turned(asked.question, strategy, systems.prepared) if strategy else {})


def _turned(question: ReviewAnswer, strategy: str, desk: FlowDesk) -> Made:
    """The answer once every record says the opposite; nothing where the review's answer has no sure opposite."""
    target = _OPPOSITE.get(question.answer)
    if target is None or has_direction(_ASKS.sub("", question.question)):
        return {}
    run = desk.ask(Request(question=question.question, strategy=strategy), source=TurnedSource(desk.pool.source))
    return {"turned": answer_effect(run.ledger).answer.value, "turned_target": target}


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Accuracy and macro-F1 by setting: where abstracts suffice, where full text is needed, by the review's certainty."""
    figures: dict[str, Metric] = {}
    for setting in SETTINGS:
        of_setting = [row for row in rows if row.made["setting"] == setting]
        abstracts = [row for row in of_setting if not row.made["full_text"]]
        figures |= _scored(f"{setting}.", abstracts)
        figures |= _scored(f"{setting}.needs full text.", [row for row in of_setting if row.made["full_text"]])
        figures |= _baselines(f"{setting}.baseline ", abstracts)
        figures |= {f"{setting}.{name}": metric for name, metric in turned_metrics(abstracts).items()}
        for certainty in sorted({str(row.made["certainty"]) for row in abstracts}):
            group = [row for row in abstracts if row.made["certainty"] == certainty]
            figures |= _scored(f"{setting}.certainty {certainty}.", group, only=("accuracy",))
    return figures


def _scored(
    prefix: str,
    rows: Sequence[Row],
    said: Callable[[Row], str] = lambda row: str(row.made["answer"]),
    *,
    only: Sequence[str] = ("accuracy", "macro_f1"),
) -> dict[str, Metric]:
    if not rows:
        return {}
    found = label_metrics([row.target for row in rows], [said(row) for row in rows], [row.cluster for row in rows])
    return {f"{prefix}{name}": found[name] for name in only}


def _baselines(prefix: str, rows: Sequence[Row]) -> dict[str, Metric]:
    """What no reading gives: always the answer most frequent in these very questions, and answers drawn at random."""
    if not rows:
        return {}
    majority = Counter(row.target for row in rows).most_common(1)[0][0]
    draw = np.random.default_rng(SEED)
    drawn = draw.integers(0, len(_LABELS), (_DRAWS, len(rows))) == [_LABELS.index(row.target) for row in rows]
    low, middle, high = np.quantile(drawn.mean(axis=1), [0.025, 0.5, 0.975])
    luck = Metric(
        value=float(middle),
        low=float(low),
        high=float(high),
        n=len(rows),
        method=f"{_DRAWS} draws",
        note="what luck alone gives, each of the five answers as likely",
    )
    return _scored(f"{prefix}majority.", rows, lambda _: majority) | {f"{prefix}random.accuracy": luck}


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """Confusion by setting where abstracts suffice, the review's answer first; and what all answers cost."""
    confusion: dict[str, JsonValue] = {}
    for setting in SETTINGS:
        pairs = Counter(
            (row.target, str(row.made["answer"]))
            for row in rows
            if row.made["setting"] == setting and not row.made["full_text"]
        )
        confusion[setting] = {true: {said: pairs[true, said] for said in _LABELS} for true in _LABELS}
    spent: dict[str, JsonValue] = {name: sum(int(str(row.made[name])) for row in rows) for name in ("calls", "tokens")}
    return {"confusion": confusion, "spent": spent, "certainty stated by the product": "none: it is never invented"}


SUITE = Suite(
    name="medevidence",
    purpose="Higher, lower, no difference, uncertain or insufficient, by the whole flow, against Cochrane reviews.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
    prepare=prepare,
    needs_model=True,
    default_model="extractive",
)
