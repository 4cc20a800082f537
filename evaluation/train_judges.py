"""Trains the judges on SciFact, Evidence Inference and PubMedQA, which permit it: `python -m evaluation.train_judges DATA`.

Each of the parts is trained without one fifth of the groups (claims, trials), by ridge-penalised multinomial logistic
regression.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from evaluation.harness.data import SuiteData
from evaluation.suites.claims_text import scifact_cases
from evaluation.suites.claims_trials import TURNED, abstracts, read_trials
from evaluation.suites.pubmedqa import read as pubmedqa_cases
from evaluation.train_entailment_words import FLIP, flipped
from pipelines.judges import CLAIMS, COMPARISONS, QUESTIONS, packed
from verification.claim_features import claim_features
from verification.comparison_features import comparison_features
from verification.linear_model import Features, LinearModel, part_of
from verification.question_features import question_features

PARTS = 5
FEWEST = {CLAIMS: 1, COMPARISONS: 4, QUESTIONS: 3}
PENALTY = {CLAIMS: 1.0, COMPARISONS: 0.015, QUESTIONS: 0.1}
"""scikit-learn's C: the larger, the weaker the penalty."""

WEIGHTING = {CLAIMS: "balanced", COMPARISONS: "balanced", QUESTIONS: None}
"""Whether rare labels count as much as common ones: macro-F1 is what claims and comparisons are for."""

Example = tuple[Features, str, str]
"""Features, label, group."""


def train(examples: Sequence[Example], *, strength: float, fewest: int, weighting: str | None) -> LinearModel:
    """A model of PARTS parts; features that occur in fewer than `fewest` examples are left out."""
    counted = Counter(name for features, _, _ in examples for name in features)
    names = tuple(sorted(name for name, count in counted.items() if count >= fewest))
    matrix = _matrix([features for features, _, _ in examples], names)
    labels = np.array([label for _, label, _ in examples])
    parts = np.array([part_of(group, PARTS) for _, _, group in examples])
    known = tuple(sorted(set(labels)))
    weights = np.zeros((PARTS, len(names) + 1, len(known)), dtype=np.float32)
    for part in range(PARTS):
        seen = parts != part
        fitted = LogisticRegression(C=strength, max_iter=1000, class_weight=weighting).fit(matrix[seen], labels[seen])
        coefficients, intercepts = fitted.coef_, fitted.intercept_
        if len(known) == 2:  # one row then stands for both labels
            coefficients, intercepts = np.vstack([-coefficients, coefficients]) / 2, np.hstack([-intercepts, intercepts]) / 2
        weights[part] = np.vstack([coefficients.T, intercepts])
    return LinearModel(known, names, weights)


def claim_examples(data: SuiteData) -> list[Example]:
    """SciFact's training claims; the claim is the group."""
    cases = scifact_cases(data.companion("scifact", "claims_train.csv"), data)
    return [
        (claim_features(case.given.claim, case.given.sentences), case.target, case.given.trained_on)
        for case in cases
    ]  # fmt: skip


def comparison_examples(data: SuiteData) -> list[Example]:
    """Evidence Inference's prompts by trial: with their spans, with these turned round, and with sentences of the abstract."""
    found: list[Example] = []
    rows = read_trials(data.companion("evidence_inference", "dev.jsonl"))
    texts = abstracts(rows, data)
    for row in rows:
        features = comparison_features(row.comparison, row.span)
        found.append((features, row.direction.value, row.pmid))
        if FLIP.search(row.span):
            words = comparison_features(row.comparison, flipped(row.span))
            found.append((_turned(words, features), TURNED.get(row.direction, row.direction).value, row.pmid))
        report = texts.get(row.pmid, ())
        for sentence in (one for one in report if _holds(one, row.span)):
            features = comparison_features(row.comparison, sentence, " ".join(report))
            found.append((features, row.direction.value, row.pmid))
    return found


def _holds(sentence: str, span: str) -> bool:
    """Whether more than half of the sentence, by pairs of neighbouring words, is in the annotated span."""
    pairs, annotated = (list(pairwise(re.findall(r"\w+", text.lower()))) for text in (sentence, span))
    return 2 * sum(pair in set(annotated) for pair in pairs) > len(pairs)


def _turned(words: Features, votes: Features) -> Features:
    """The words of a turned text with the votes of the text as it was, each for the other side."""
    plain = {name: value for name, value in words.items() if not name.startswith(("v:", "s:"))}
    signed = {name: -value for name, value in votes.items() if name.startswith("v:")}
    return plain | signed | {name: value for name, value in votes.items() if name.startswith("s:")}


def question_examples(data: SuiteData) -> list[Example]:
    """PubMedQA's questions with their contexts; the record is the group."""
    return [
        (question_features(case.given.question, case.given.sentences), case.target, case.given.pmid)
        for case in pubmedqa_cases(data)
    ]  # fmt: skip


def _matrix(examples: Sequence[Features], names: Sequence[str]) -> csr_matrix:
    place = {name: number for number, name in enumerate(names)}
    entries = [
        (row, place[name], value) for row, features in enumerate(examples) for name, value in features.items() if name in place
    ]
    rows, columns, values = zip(*entries, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(examples), len(names)))


def main(data: Path, out: Path) -> None:
    """Write the judges' weights into `out`."""
    shared = SuiteData(given=None, shared=data)
    made = {CLAIMS: claim_examples, COMPARISONS: comparison_examples, QUESTIONS: question_examples}
    for name, examples in made.items():
        model = train(examples(shared), strength=PENALTY[name], fewest=FEWEST[name], weighting=WEIGHTING[name])
        (out / f"{name}.npz").write_bytes(packed(model))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent.parent / "pipelines" / "weights")
