"""Right and wrong numbers that language models read from trial reports: how many of each does the check flag?

Unit: one numeric field whose gold is numeric. Wrong: differs beyond printed rounding. Answers that are `x`, blank or cannot be
read are counted apart, and never as flagged. Gold is not shown to the check. Clustered by trial; where the check was trained
on a trial, the part that never saw it answers, with the threshold chosen without that part (`at_one_threshold` is the same at
the threshold chosen on all trials, which flatters on those). The presence check flags what the text does not print.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evaluation.harness.data import SuiteData, json_lines
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import share_where
from evaluation.suites.number_answers import State, answers_of, reading_of, right
from evidence.errors import InvalidInput
from pipelines.number_models import load_number_checker
from verification.reported import Arm, Asked, Field, Reading, read_report
from verification.reported.candidates import Candidates
from verification.reported.signs import Scores

REPORTED = ("gpt4", "gpt35")
"""The readers whose errors the check was neither trained nor tuned on."""


class NumberRow(BaseModel):
    """One line of numeric_extraction: what one model answered for one comparison and outcome, and gold."""

    model: str
    id: int | str
    pmcid: int | str
    outcome: str
    intervention: str
    comparator: str
    output: str | None
    intervention_events: float | str | None = None
    intervention_group_size: float | str | None = None
    intervention_mean: float | str | None = None
    intervention_standard_deviation: float | str | None = None
    comparator_events: float | str | None = None
    comparator_group_size: float | str | None = None
    comparator_mean: float | str | None = None
    comparator_standard_deviation: float | str | None = None

    @property
    def asked(self) -> Asked:
        """What was compared, and the outcome."""
        return Asked(self.intervention, self.comparator, self.outcome)

    def gold(self, arm: Arm, field: Field) -> float | None:
        """The right number, where it is one."""
        value = getattr(self, f"{arm.value}_{field.value}")
        return float(value) if isinstance(value, float) and math.isfinite(value) else None


class ReportText(BaseModel):
    """A trial report's text."""

    pmcid: int | str
    text: str


@dataclass(frozen=True)
class ReadingCase:
    """What the check gets: report, comparison, outcome and the reader's values. No gold."""

    trial: str
    text: str
    asked: Asked
    reading: Reading


def read_rows(path: Path) -> list[NumberRow]:
    """The file's rows. Raises InvalidInput naming the line and the mend."""
    return json_lines(path, NumberRow)


def read(data: SuiteData) -> Sequence[Case]:
    """One case a model's answer; its fields are told apart when the figures are taken."""
    path = data.main("numeric_extraction", "rows.jsonl", like="*rows*.jsonl")
    texts = {
        str(text.pmcid): text.text for text in json_lines(data.companion("numeric_extraction", "texts.jsonl.gz"), ReportText)
    }
    cases = []
    for number, row in enumerate(read_rows(path), 1):
        trial = str(row.pmcid)
        if trial not in texts:
            raise InvalidInput(f"{path.name}, line {number}: texts.jsonl.gz has no text {trial}: add it.")
        cases.append(
            Case(
                id=f"{row.model}-{row.id}-{number}",
                cluster=trial,
                shown=f"{row.model}: {row.outcome}: {row.intervention} against {row.comparator}",
                given=(ReadingCase(trial, texts[trial], row.asked, reading_of(row.output or "")), row),
            )
        )
    return cases


@lru_cache(maxsize=512)
def _worked_out(trial: str, text: str, asked: Asked) -> tuple[Candidates, Scores]:
    """The report's numbers for one comparison and outcome, which several readers were asked for."""
    candidates = Candidates(read_report(text), asked)
    return candidates, load_number_checker().scores(candidates, trial=trial)


def answer(case: Case, _systems: Systems) -> Made:
    """The verdict on each of the reader's numbers, beside whether it is right; gold is looked at after the check alone."""
    given, row = case.given
    report = read_report(given.text)
    candidates, scores = _worked_out(given.trial, given.text, given.asked)
    verdicts = load_number_checker().check_against(candidates, scores, given.reading, trial=given.trial)
    answers = answers_of(row.output or "")
    fields: list[dict[str, Any]] = []
    for arm in Arm:
        for field in Field:
            gold = row.gold(arm, field)
            if gold is None:
                continue
            state, value = answers.get((arm, field), (State.BLANK, None))
            told: dict[str, Any] = {"arm": arm.value, "field": field.value, "state": state.value}
            if value is not None:
                verdict = verdicts[arm, field]
                told |= {
                    "value": value, "right": right(value, gold), "flagged": verdict.flagged, "binding": verdict.binding.value,
                    "risk": round(verdict.risk, 4), "reason": verdict.reason, "absent": abs(value) not in report.printed,
                    "above_one": verdict.risk > load_number_checker().threshold,
                }  # fmt: skip
            fields.append(told)
    judged = [field for field in fields if "right" in field]
    agree = sum(field["right"] is not field["flagged"] for field in judged) / len(judged) if judged else 0.0
    return {"reader": row.model, "fields": fields, "right": agree}


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Shares of wrong and of right numbers flagged: by reader, by field and together; and what was unread."""
    units = [(str(row.made["reader"]), row.cluster, field) for row in rows for field in _fields(row)]
    readers = sorted({reader for reader, _, _ in units})
    reported = [unit for unit in units if unit[0] in REPORTED]
    found = _shares("reported", reported, baseline=True) if reported else {}
    for field in Field:
        found |= _shares(f"reported.{field.value}", [unit for unit in reported if unit[2]["field"] == field.value])
    for reader in readers:
        found |= _shares(reader, [unit for unit in units if unit[0] == reader], baseline=True)
    tuned_on = [unit for unit in units if unit[0] not in REPORTED]
    found |= _shares("tuned_on", tuned_on, baseline=True) if tuned_on else {}
    for reader in readers:
        states = [unit[2]["state"] for unit in units if unit[0] == reader]
        for state in (State.X, State.BLANK, State.UNREADABLE):
            count = states.count(state.value)
            found[f"{reader}.{state.value}"] = Metric(value=float(count), n=len(states), note="answers, counted apart")
    return found


def _fields(row: Row) -> list[dict[str, Any]]:
    fields = row.made["fields"]
    return [field for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []


def _shares(name: str, units: Sequence[tuple[str, str, dict[str, Any]]], *, baseline: bool = False) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    for truth, is_right in (("wrong", False), ("right", True)):
        chosen = [unit for unit in units if unit[2].get("right") is is_right]
        clusters = [unit[1] for unit in chosen]
        if not chosen:
            continue
        found[f"{name}.flagged_{truth}"] = share_where([unit[2]["flagged"] for unit in chosen], clusters)
        if baseline:
            found[f"{name}.at_one_threshold.flagged_{truth}"] = share_where([unit[2]["above_one"] for unit in chosen], clusters)
            found[f"{name}.presence_flagged_{truth}"] = share_where([unit[2]["absent"] for unit in chosen], clusters)
    return found


SUITE = Suite(
    name="numbers",
    purpose="Right and wrong numbers that models read from trial reports: how many of each are flagged.",
    read=read,
    answer=answer,
    measure=measure,
    together=1,
)
