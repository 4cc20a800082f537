"""BioASQ (7B-9B): yes or no, from the gold snippets of the question. The system never sees the ideal answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, JsonValue, model_validator

from evaluation.harness.data import SuiteData, json_lines, refuse_twice
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import confusion, guessed, label_metrics
from evidence.errors import InvalidInput
from evidence.sentences import split_sentences
from pipelines.stages.answer_yes_no import answer_yes_no
from verification.judge import Answer

_CHOICES = (Answer.YES, Answer.NO)


class Snippet(BaseModel):
    """Words of an abstract that people chose as answering the question."""

    text: str


class BioAsqRow(BaseModel):
    """One line of BioASQ; questions of other types are passed over."""

    id: str
    body: str = Field(min_length=1)
    type: str
    snippets: list[Snippet]
    exact_answer: Any = None

    @model_validator(mode="after")
    def _yes_or_no(self) -> BioAsqRow:
        if self.type == "yesno" and self.answer not in {choice.value for choice in _CHOICES}:
            raise ValueError(f"the exact_answer of a yesno question is yes or no, not {self.exact_answer!r}")
        if self.type == "yesno" and not any(snippet.text.strip() for snippet in self.snippets):
            raise ValueError("a yesno question needs a snippet to answer it from")
        return self

    @property
    def answer(self) -> str:
        """The right answer in lower case: both cases occur."""
        return str(self.exact_answer).strip().lower()


@dataclass(frozen=True)
class SnippetCase:
    """What the system gets."""

    question: str
    sentences: tuple[str, ...]


def read(data: SuiteData) -> Sequence[Case]:
    """One case a yes-or-no question."""
    path = data.main("bioasq", "7b-9b.jsonl", like="*.jsonl")
    rows = json_lines(path, BioAsqRow)
    refuse_twice([row.id for row in rows], path)
    asked = [row for row in rows if row.type == "yesno"]
    if not asked:
        raise InvalidInput(f"{path.name} has no question of type yesno: give a file with some.")
    cases = []
    for row in asked:
        texts = dict.fromkeys(snippet.text for snippet in row.snippets)
        sentences = tuple(text[start:end] for text in texts for start, end in split_sentences(text))
        shown = f"{row.body}\n{' '.join(sentences)}"
        cases.append(
            Case(id=row.id, cluster=row.id, shown=shown, target=row.answer, given=SnippetCase(row.body, sentences))
        )  # fmt: skip
    return cases


def answer(case: Case, systems: Systems) -> Made:
    """Yes or no, with the sentence it rests on."""
    said = answer_yes_no(case.given.question, case.given.sentences, systems.model, choices=_CHOICES)
    return {"answer": said.answer.value, "confidence": said.confidence, "sentence": said.sentence}


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Accuracy and macro-F1, beside always the commonest answer and a random one."""
    true, said = [row.target for row in rows], [str(row.made["answer"]) for row in rows]
    clusters = [row.cluster for row in rows]
    return label_metrics(true, said, clusters) | guessed([row.id for row in rows], true, clusters)


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """True answers (rows) against those given."""
    table = confusion([row.target for row in rows], [str(row.made["answer"]) for row in rows])
    return {"confusion": {true: dict(said) for true, said in table.items()}}


SUITE = Suite(
    name="bioasq",
    purpose="Yes or no from the gold snippets of a biomedical question.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
    needs_model=True,
    default_model="extractive",
)
