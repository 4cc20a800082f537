"""What the product's own extraction stage reads from abstracts, against gold.

Directions: Evidence Inference's prompts whose evidence is in the abstract. Arms, their sizes and outcome values: the trials of
numeric_extraction, from their abstracts, as far as these say them. A model is called once a case: give --limit, cases of both
kinds take turns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from pydantic import BaseModel, JsonValue

from evaluation.harness.data import SuiteData, json_lines, opened
from evaluation.harness.flow_run import Silent
from evaluation.harness.pool import records_by_pmid
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import guessed, label_metrics, share_where
from evaluation.suites.claims_trials import read_trials
from evaluation.suites.numbers import ReportText
from evidence.citation import AbstractSection, Citation
from evidence.claim import Direction, StudyExtract
from evidence.errors import BadAnswer, InvalidInput
from evidence.question import Framework, Protocol, QuestionElement
from pipelines.stages.extract_studies import extract_studies

_ABSTRACT = re.compile(r"#\s*Abstract\s+(?P<text>.+?)(?=\s#\s|\Z)", re.DOTALL)
_SECTION = re.compile(r"##\s+(?P<label>[A-Z][A-Za-z ]{2,30}?)\s+(?=[A-Z*(])")
_WORD = re.compile(r"[a-z0-9]{3,}")
_NO_HASH = "0" * 64
_HALF = 0.5


class GoldRow(BaseModel):
    """One line of numeric_extraction, as far as it is gold; what the five models read is not."""

    pmcid: int | str
    outcome: str
    intervention: str
    comparator: str
    intervention_group_size: int | float | str | None = None
    comparator_group_size: int | float | str | None = None
    intervention_events: int | float | str | None = None
    comparator_events: int | float | str | None = None
    intervention_mean: int | float | str | None = None
    comparator_mean: int | float | str | None = None


@dataclass(frozen=True)
class ExtractionCase:
    """A record, and what is to be read from it."""

    record: Citation
    intervention: str
    comparator: str
    outcome: str
    direction: Direction | None
    """Set for a case of Evidence Inference; None for one of numeric_extraction."""
    total: int | None = None
    sizes: tuple[int | None, int | None] = (None, None)
    """People in the intervention's and in the comparator's arm, as the gold counts them for this outcome."""
    values: tuple[str, ...] = ()
    """Gold values that the abstract prints."""

    @property
    def protocol(self) -> Protocol:
        """The question, as the flow would settle it."""
        question = f"Does {self.intervention} compared with {self.comparator} change {self.outcome}?"
        asked = {"intervention": self.intervention, "comparator": self.comparator, "outcome": self.outcome}
        elements = tuple(QuestionElement(name=name, text=text) for name, text in asked.items() if text.strip())
        return Protocol(question=question, framework=Framework.PICO, elements=elements, proposed_by="rules")


def read(data: SuiteData) -> Sequence[Case]:
    """Cases of both kinds in turns; where a file is given, only those of its kind."""
    if data.given is not None and data.given.is_file():
        with opened(data.given) as stream:
            return _values(data) if '"pmcid"' in (first := stream.readline()) and '"model"' in first else _directions(data)
    return [case for case in chain.from_iterable(zip_longest(_directions(data), _values(data))) if case is not None]


def _directions(data: SuiteData) -> list[Case]:
    path = data.main("evidence_inference", "dev.jsonl", like="*dev*.jsonl")
    rows = [row for row in read_trials(path) if row.evidence_in_abstract]
    records = records_by_pmid(data.companion("pubmed", "pool.xml.gz"), {row.pmid for row in rows})
    return [
        Case(
            id=f"direction-{row.prompt_id}",
            cluster=row.pmid,
            shown=f"{row.outcome}: {row.intervention} against {row.comparator}\n{records[row.pmid].abstract_text}",
            target=row.direction.value,
            given=ExtractionCase(records[row.pmid], row.intervention, row.comparator, row.outcome, row.direction),
        )
        for row in rows
        if row.pmid in records and records[row.pmid].has_abstract
    ]


def _values(data: SuiteData) -> list[Case]:
    path = data.main("numeric_extraction", "rows.jsonl", like="*rows*.jsonl")
    texts = {
        str(text.pmcid): text.text for text in json_lines(data.companion("numeric_extraction", "texts.jsonl.gz"), ReportText)
    }
    by_comparison: dict[tuple[str, str, str, str], GoldRow] = {}
    for number, row in enumerate(json_lines(path, GoldRow), 1):
        if str(row.pmcid) not in texts:
            raise InvalidInput(f"{path.name}, line {number}: texts.jsonl.gz has no text {row.pmcid}: add it.")
        by_comparison.setdefault((str(row.pmcid), row.intervention, row.comparator, row.outcome), row)
    cases = []
    for number, row in enumerate(by_comparison.values()):
        record = _record(str(row.pmcid), texts[str(row.pmcid)])
        if record is None:
            continue
        sizes = [_number(row.intervention_group_size), _number(row.comparator_group_size)]
        total = int(sum(size for size in sizes if size)) if all(sizes) else None
        values = (row.intervention_events, row.comparator_events, row.intervention_mean, row.comparator_mean)
        printed = tuple(text for value in values if (text := _printed(value)) and _holds(record.abstract_text, text))
        groups = (int(sizes[0]) if sizes[0] else None, int(sizes[1]) if sizes[1] else None)
        given = ExtractionCase(record, row.intervention, row.comparator, row.outcome, None, total, groups, printed)
        shown = f"{row.outcome}: {row.intervention} against {row.comparator}\n{record.abstract_text}"
        cases.append(Case(id=f"values-{number}-{row.pmcid}", cluster=str(row.pmcid), shown=shown, given=given))
    return cases


def answer(case: Case, systems: Systems) -> Made:
    """What the stage made of the record. Raises BadAnswer where the model's answer could not be used."""
    given: ExtractionCase = case.given
    assert systems.model is not None  # noqa: S101 - the suite says that it needs one
    (extract,) = extract_studies(given.protocol, [given.record], systems.model, Silent())
    if extract.dropped and extract.dropped[0].startswith("The answer could not be used"):
        raise BadAnswer(extract.dropped[0])
    made: Made = {"extract": extract.model_dump(mode="json")}
    if given.direction is not None:
        return made | {"answer": _direction(extract, given.outcome).value}
    size = extract.sample_size.value
    statements = " ".join(finding.statement for finding in extract.findings)
    return made | {
        "size_read": size is not None,
        "size_right": size == str(given.total)
        if given.total and _holds(given.record.abstract_text, str(given.total))
        else None,
        "intervention_right": _names(extract.intervention.value, given.intervention),
        "comparator_right": _names(extract.comparator.value, given.comparator),
        "arm_sizes_right": _sizes_right(extract, given),
        "values_right": [_holds(statements, value) for value in given.values],
    }


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Directions by label; arms named and totals right, by comparison; values told, of those that the abstract prints."""
    found: dict[str, Metric] = {}
    own = [row for row in rows if row.target]
    if own:
        true, said, clusters = (
            [row.target for row in own],
            [str(row.made["answer"]) for row in own],
            [row.cluster for row in own],
        )
        figures = label_metrics(true, said, clusters) | guessed([row.id for row in own], true, clusters)
        figures |= _of_those_read(own)
        found |= {f"direction_{name}": metric for name, metric in figures.items()}
    others = [row for row in rows if not row.target]
    for name in ("intervention_right", "comparator_right", "size_read", "size_right") if others else ():
        flags = [(bool(row.made[name]), row.cluster) for row in others if row.made[name] is not None]
        found[name] = share_where([flag for flag, _ in flags], [cluster for _, cluster in flags])
    for name, made in (("values_told", "values_right"), ("arm_sizes_right", "arm_sizes_right")) if others else ():
        told = [(bool(flag), row.cluster) for row in others for flag in _listed(row.made[made])]
        found[name] = share_where([flag for flag, _ in told], [cluster for _, cluster in told])
    return found


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _of_those_read(rows: Sequence[Row]) -> dict[str, Metric]:
    """How many directions are given at all; of those given, how many are right and how many are the opposite of the truth."""
    says = [row.made["answer"] != Direction.UNCLEAR.value for row in rows]
    given = [row for row, said in zip(rows, says, strict=True) if said]
    opposite = {Direction.HIGHER.value: Direction.LOWER.value, Direction.LOWER.value: Direction.HIGHER.value}
    clusters = [row.cluster for row in given]
    return {
        "given": share_where(says, [row.cluster for row in rows]),
        "right_where_given": share_where([row.made["answer"] == row.target for row in given], clusters),
        "reversed_where_given": share_where([row.made["answer"] == opposite.get(row.target) for row in given], clusters),
    }


def _direction(extract: StudyExtract, outcome: str) -> Direction:
    """That of the finding whose outcome and sentence share most words with the outcome asked for; unclear without any."""
    words = set(_WORD.findall(outcome.lower()))
    best = max(
        extract.findings,
        key=lambda one: len(words & set(_WORD.findall(f"{one.outcome} {one.statement}".lower()))),
        default=None,
    )
    return best.direction if best else Direction.UNCLEAR


def _sizes_right(extract: StudyExtract, given: ExtractionCase) -> list[JsonValue]:
    """For each arm read with a size that names one of the two compared and not the other: whether the size is the gold's."""
    right: list[JsonValue] = []
    for arm in extract.arms:
        named = [_names(name, arm.name) for name in (given.intervention, given.comparator)]
        size = given.sizes[named.index(True)] if named.count(True) == 1 else None
        if size is not None:
            right.append(arm.size == size)
    return right


def _record(pmcid: str, text: str) -> Citation | None:
    """The report's abstract as a record, under its PMC number; None where the text has none."""
    found = _ABSTRACT.search(text)
    if found is None:
        return None
    pieces = _SECTION.split(found["text"].replace("*", ""))
    labelled = zip([None, *pieces[1::2]], pieces[::2], strict=True)
    sections = tuple(
        AbstractSection(label=label.upper() if label else None, text=" ".join(part.split()))
        for label, part in labelled
        if part.strip(" #")
    )
    return Citation(pmid=pmcid, title="", abstract=sections, source_hash=_NO_HASH) if sections else None


def _number(value: float | str | None) -> float | None:
    try:
        number = float(value) if value not in {None, ""} else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None


def _printed(value: float | str | None) -> str | None:
    number = _number(value)
    return None if number is None or abs(number) < 2 else f"{number:g}"


def _holds(text: str, number: str) -> bool:
    return bool(re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)", text))


def _names(read_as: str | None, gold: str) -> bool:
    """Whether half of the gold name's words are in what was read."""
    words = set(_WORD.findall(gold.lower()))
    return bool(read_as and words) and len(words & set(_WORD.findall((read_as or "").lower()))) >= _HALF * len(words)


SUITE = Suite(
    name="extraction",
    purpose="What the product's extraction stage reads from abstracts: directions, arms' sizes and values.",
    read=read,
    answer=answer,
    measure=measure,
    needs_model=True,
    default_model="extractive",
)
