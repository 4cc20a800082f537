"""PubMedQA (PQA-L): yes, no or maybe from an abstract's sections without its conclusion, which the system never sees.

Without a language model the judge of questions answers, each case by the part that never saw its record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from evaluation.contamination import has_direction, turned
from evaluation.harness.data import SuiteData, json_lines, refuse_twice
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import confusion, guessed, label_metrics
from evaluation.metrics.turned import turned_metrics
from evidence.errors import BadAnswer
from evidence.sentences import split_sentences
from pipelines.stages.answer_yes_no import answer_yes_no
from verification.judge import Answer

_UNUSABLE = "unusable"
_DENIED = re.compile(r"\b(?:no|not|neither|nor|without|similar|comparable|cannot)\b", re.IGNORECASE)


class PubMedQaRow(BaseModel):
    """One line of PubMedQA; the conclusion and all else it holds are not read."""

    pmid: str
    question: str = Field(alias="QUESTION", min_length=1)
    contexts: list[str] = Field(alias="CONTEXTS", min_length=1)
    answer: Literal["yes", "no", "maybe"] = Field(alias="final_decision")


@dataclass(frozen=True)
class QuestionCase:
    """What the system gets."""

    pmid: str
    question: str
    sentences: tuple[str, ...]
    turned: tuple[str, ...]
    """The sentences with directions flipped and figures altered; empty: the new answer would not be sure."""


def read(data: SuiteData) -> Sequence[Case]:
    """One case a question. The conclusion is not among what is given."""
    path = data.main("pubmedqa", "train500.jsonl", like="*.jsonl")
    rows = json_lines(path, PubMedQaRow)
    refuse_twice([row.pmid for row in rows], path)
    cases = []
    for row in rows:
        sentences = tuple(text[start:end] for text in row.contexts for start, end in split_sentences(text))
        given = QuestionCase(row.pmid, row.question, sentences, _turned(row, sentences))
        shown = f"{row.question}\n{' '.join(sentences)}"
        cases.append(Case(id=row.pmid, cluster=row.pmid, shown=shown, target=row.answer, given=given))
    return cases


def answer(case: Case, systems: Systems) -> Made:
    """The answer, and where the case can be turned that to its variant, whose right answer is no."""
    given: QuestionCase = case.given
    said = answer_yes_no(given.question, given.sentences, systems.model, unseen_group=given.pmid)
    made: Made = {"answer": said.answer.value, "confidence": said.confidence, "sentence": said.sentence}
    if given.turned:
        made |= {"turned": _answered_turned(given, systems), "turned_target": Answer.NO.value}
    return made


def _answered_turned(given: QuestionCase, systems: Systems) -> str:
    """The answer to the variant; one that cannot be used is wrong, and leaves the case's own answer as it is."""
    try:
        return answer_yes_no(given.question, given.turned, systems.model, unseen_group=given.pmid).answer.value
    except BadAnswer:
        return _UNUSABLE


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Accuracy and macro-F1, beside always the commonest answer and a random one; the variant's difference."""
    true, said = [row.target for row in rows], [str(row.made["answer"]) for row in rows]
    clusters = [row.cluster for row in rows]
    return label_metrics(true, said, clusters) | guessed([row.id for row in rows], true, clusters) | turned_metrics(rows)


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """True answers (rows) against those given."""
    table = confusion([row.target for row in rows], [str(row.made["answer"]) for row in rows])
    return {"confusion": {true: dict(said) for true, said in table.items()}}


def _turned(row: PubMedQaRow, sentences: Sequence[str]) -> tuple[str, ...]:
    """Only questions that ask for a direction and were answered yes, from results that deny nothing, turn into a sure no."""
    if row.answer != "yes" or not has_direction(row.question) or _DENIED.search(row.question):
        return ()
    return tuple(turned(text) for text in sentences) if has_direction(" ".join(sentences[-3:])) else ()


SUITE = Suite(
    name="pubmedqa",
    purpose="Yes, no or maybe from an abstract's sections without its conclusion.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
    needs_model=True,
    default_model="extractive",
)
