"""Claims with known answers: does the product say supported, refuted or not enough, and which way a trial's outcome went?

Sets: SciFact (rationale sentences given), HealthVer (evidence given), Evidence Inference (spans given; whole abstract). The
learned judges answer, each case by the part that never saw its claim or trial; of claims the shipped entailment model is heard
with them, by the fold that never saw the claim's abstracts. Nothing was trained or tuned on HealthVer.
`…_checks_…` is what the fail-closed checks of `verify_claim` say of the same pair.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from evaluation.harness.data import SuiteData, opened
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import confusion, guessed, label_metrics, share_where
from evaluation.metrics.coverage import precision_at, risk_coverage
from evaluation.metrics.turned import turned_metrics
from evaluation.suites.claims_text import answer_text, healthver_cases, scifact_cases
from evaluation.suites.claims_trials import GROUP as TRIALS
from evaluation.suites.claims_trials import TrialCase, answer_trial, trial_cases
from evidence.errors import InvalidInput

COVERAGE = 0.4
CONFIDENT = 0.8
_REVERSED = {("higher", "lower"), ("lower", "higher"), ("supported", "refuted"), ("refuted", "supported")}
_SETS: tuple[tuple[str, str, str], ...] = (
    ("scifact", "claims_train.csv", "claims*.csv"),
    ("healthver", "healthver_dev.csv", "healthver*.csv"),
    ("evidence_inference", "dev.jsonl", "*dev*.jsonl"),
)


def read(data: SuiteData) -> Sequence[Case]:
    """Every set where nothing or the folder of all sets is given; else the one that the given file or folder holds."""
    if data.given is None or any((data.given / folder).is_dir() for folder, _, _ in _SETS):
        here = [entry for entry in _SETS if data.given is None or (data.given / entry[0]).is_dir()]
        return [case for folder, name, like in here for case in _cases(data.main(folder, name, like=like), data)]
    if data.given.is_file():
        return _cases(data.given, data)
    found = [path for pattern in ("*.csv", "*.jsonl") for path in sorted(data.given.glob(pattern)) if _kind(path)]
    if len(found) != 1:
        raise InvalidInput(
            f"{data.given} has {len(found)} files of claims (SciFact or HealthVer CSV, Evidence Inference JSONL): give the "
            "file that is meant with --data."
        )
    return _cases(found[0], data)


def _cases(path: Path, data: SuiteData) -> Sequence[Case]:
    kind = _kind(path)
    if kind is None:
        raise InvalidInput(
            f"{path.name}, line 1: the columns are those of no known set of claims: name the columns as SciFact "
            "(evidence_doc_id, evidence_label), HealthVer (evidence, label) or Evidence Inference (prompt_id, …) do."
        )
    return {"scifact": scifact_cases, "healthver": lambda path, _: healthver_cases(path), TRIALS: trial_cases}[kind](path, data)


def _kind(path: Path) -> str | None:
    """The set whose columns the file has, by its first line; the sets share too little to be mistaken for each other."""
    if path.suffix != ".csv":
        with opened(path) as stream:
            first = next((line for line in stream if line.strip()), "")
        if not first:
            raise InvalidInput(f"{path.name} has no entry: give a file with cases in it.")
        known = sum(
            f'"{name}"' in first for name in ("prompt_id", "intervention", "comparator", "outcome", "label", "evidence")
        )
        return TRIALS if known >= 3 else None
    with opened(path) as stream:
        names = set(next(csv.reader([next(stream, "")]), ()))
    if not names:
        raise InvalidInput(f"{path.name} has no entry: give a file with cases in it.")
    if names & {"evidence_doc_id", "evidence_label", "evidence_sentences", "cited_doc_ids"}:
        return "scifact"
    return "healthver" if len(names & {"evidence", "claim", "label", "topic_ip", "question"}) >= 2 else None


def answer(case: Case, _systems: Systems) -> Made:
    """The label with its confidence, and beside it what else the set asks."""
    return answer_trial(case.given) if isinstance(case.given, TrialCase) else answer_text(case.given)


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Each set's figures under its name: `healthver_macro_f1`."""
    found: dict[str, Metric] = {}
    for group, own in _by_group(rows):
        ways = {"_span": ("answer", "confidence"), "_abstract": ("abstract", "abstract_confidence")} if group == TRIALS else {
            "": ("answer", "confidence"), "_checks": ("checks", "")}  # fmt: skip
        for suffix, (label, confidence) in ways.items():
            answered = [row for row in own if label in row.made]
            if answered:
                found |= _named(f"{group}{suffix}", _figures(answered, label, confidence))
        found |= _named(group, guessed([row.id for row in own], [row.target for row in own], [row.cluster for row in own]))
        found |= _named(group, turned_metrics(own))
    return found


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """Each set's confusion of true (rows) and said labels, and its curve of risk against coverage."""
    found: dict[str, Any] = {}
    for group, own in _by_group(rows):
        said = [str(row.made["answer"]) for row in own]
        right = [row.target == label for row, label in zip(own, said, strict=True)]
        found[group] = {
            "confusion": confusion([row.target for row in own], said),
            "risk_coverage": risk_coverage(right, [float(str(row.made["confidence"])) for row in own]),
        }
    return found


def _figures(rows: Sequence[Row], label: str, confidence: str) -> dict[str, Metric]:
    true, said = [row.target for row in rows], [str(row.made[label]) for row in rows]
    clusters = [row.cluster for row in rows]
    turned_round = [pair in _REVERSED for pair in zip(true, said, strict=True)]
    found = {
        **label_metrics(true, said, clusters),
        "reversals": share_where(turned_round, clusters, "said the opposite, of all"),
    }
    if confidence:
        sure = [float(str(row.made[confidence])) for row in rows]
        wrong = [flag and level >= CONFIDENT for flag, level in zip(turned_round, sure, strict=True)]
        right = [one == other for one, other in zip(true, said, strict=True)]
        found["confident_reversals"] = share_where(wrong, clusters, f"said the opposite with confidence {CONFIDENT} or more")
        found[f"precision_at_{COVERAGE:.0%}".rstrip("%")] = precision_at(COVERAGE, right, sure, clusters)
    return found


def _by_group(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    groups = sorted({str(row.made["group"]) for row in rows})
    return [(group, [row for row in rows if row.made["group"] == group]) for group in groups]


def _named(group: str, figures: dict[str, Metric]) -> dict[str, Metric]:
    return {f"{group}_{name}": metric for name, metric in figures.items()}


SUITE = Suite(
    name="claims",
    purpose="Supported, refuted or not enough, and the direction of trials' outcomes, as the product says it.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
    together=4,
)
