"""Evidence Inference (2.0): which way a trial's outcome went, with the annotated spans given, and with its whole abstract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from evaluation.contamination import has_direction, turned
from evaluation.harness.data import SuiteData, json_lines, refuse_twice
from evaluation.harness.pool import records_by_pmid
from evaluation.harness.suite import Case, Made
from evidence.claim import Direction
from evidence.sentences import split_sentences
from pipelines.judges import COMPARISONS, load_judge
from verification.comparison_features import Comparison
from verification.judge import judge_abstract, judge_comparison

GROUP = "evidence_inference"
_LABELS = {
    "significantly increased": Direction.HIGHER,
    "significantly decreased": Direction.LOWER,
    "no significant difference": Direction.NO_DIFFERENCE,
}
TURNED = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}
"""The answer once the source's directions are flipped; no significant difference stays."""


class TrialRow(BaseModel):
    """One line of Evidence Inference."""

    prompt_id: str
    pmid: str
    intervention: str
    comparator: str
    outcome: str
    label: Literal["significantly increased", "significantly decreased", "no significant difference"]
    evidence: list[str]
    evidence_in_abstract: bool = True

    @property
    def direction(self) -> Direction:
        """The label in the product's words."""
        return _LABELS[self.label]

    @property
    def span(self) -> str:
        """The annotated evidence as one text; lines of table cells become clauses."""
        return " ".join(part.replace("\n", " ; ") for part in self.evidence)

    @property
    def comparison(self) -> Comparison:
        """What was compared."""
        return Comparison(self.intervention, self.comparator, self.outcome)


@dataclass(frozen=True)
class TrialCase:
    """What the judge gets."""

    row: TrialRow
    abstract: tuple[str, ...]


def read_trials(path: Path) -> list[TrialRow]:
    """The file's rows. Raises InvalidInput naming the line and the mend."""
    rows = json_lines(path, TrialRow)
    refuse_twice([row.prompt_id for row in rows], path)
    return rows


def abstracts(rows: Sequence[TrialRow], data: SuiteData) -> dict[str, tuple[str, ...]]:
    """The sentences of each trial's abstract, by PMID, from the pool beside the data or the shared one."""
    records = records_by_pmid(data.companion("pubmed", "pool.xml.gz"), {row.pmid for row in rows})
    return {
        pmid: tuple(
            section.text[start:end] for section in record.abstract for start, end in split_sentences(section.text)
        )
        for pmid, record in records.items()
    }  # fmt: skip


def trial_cases(path: Path, data: SuiteData) -> list[Case]:
    """One case a prompt, clustered by trial."""
    rows = read_trials(path)
    texts = abstracts(rows, data)
    return [
        Case(
            id=f"{GROUP}-{row.prompt_id}",
            cluster=row.pmid,
            shown=f"{row.outcome}: {row.intervention} against {row.comparator}\n{row.span}",
            target=row.direction.value,
            given=TrialCase(row, texts.get(row.pmid, ())),
        )
        for row in rows
    ]


def answer_trial(given: TrialCase) -> Made:
    """The direction from the spans, from the whole abstract, and from the spans with directions and figures turned.

    The judge's part that never saw the trial answers, whatever file the trial comes from.
    """
    comparison, model, group = given.row.comparison, load_judge(COMPARISONS), given.row.pmid
    span = judge_comparison(comparison, given.row.span, model, unseen_group=group)
    made: Made = {"group": GROUP, "answer": span.label.value, "confidence": span.confidence}
    if given.abstract:
        whole = judge_abstract(comparison, given.abstract, model, unseen_group=group)
        made |= {"abstract": whole.label.value, "abstract_confidence": whole.confidence}
    if has_direction(given.row.span):
        other = judge_comparison(comparison, turned(given.row.span), model, unseen_group=group)
        right = TURNED.get(given.row.direction, given.row.direction)
        made |= {"turned": other.label.value, "turned_target": right.value}
    return made
