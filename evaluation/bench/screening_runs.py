"""Simulated screening of reviews whose decisions are known, under any ranking; and the rankings of others to compare with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.bench.pool import read_pool
from evidence.citation import Citation
from searching.screening.features import build_features
from searching.screening.rank import score_records

RECALL = 0.95

Decided = Mapping[int, bool]
Ranker = Callable[[Decided], npt.NDArray[np.float64]]


@dataclass(frozen=True)
class CohenReview:
    """One review: its records, which of them it included at full text, and what is missing here."""

    name: str
    citations: tuple[Citation, ...]
    relevant: npt.NDArray[np.bool_]
    absent: int
    """Records of the review that the pool lacks (PubMed no longer has them)."""


def read_cohen_reviews(data: Path) -> list[CohenReview]:
    """The reviews of the shared data, by name. Records that the pool lacks are left out and counted."""
    pool = {citation.pmid: citation for citation in read_pool(data)}
    reviews = []
    for file in sorted((data / "cohen2006").glob("*.qrels")):
        rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        here = [(pool[pmid], grade == "2") for _, _, pmid, grade in rows if pmid in pool]
        reviews.append(
            CohenReview(
                name=file.stem,
                citations=tuple(citation for citation, _ in here),
                relevant=np.array([included for _, included in here]),
                absent=len(rows) - len(here),
            )
        )
    return reviews


def simulate(relevant: npt.NDArray[np.bool_], ranker: Ranker, seed: int, *, until: float = 1.0) -> npt.NDArray[np.intp]:
    """Row numbers in the order in which they are read, from a random start of one of each kind.

    Ends once the share `until` of the relevant records is found; 1.0: goes on until every record is read.
    """
    drawn = np.random.default_rng(seed)
    read = [int(drawn.choice(np.flatnonzero(relevant))), int(drawn.choice(np.flatnonzero(~relevant)))]
    unread = np.ones(len(relevant), dtype=bool)
    unread[read] = False
    enough = len(relevant) if until == 1.0 else math.inf
    while unread.any() and len(read) < enough and (until == 1.0 or relevant[read].sum() < needed(relevant, until)):
        scores = np.where(unread, ranker({row: bool(relevant[row]) for row in read}), -np.inf)
        batch = np.argsort(-scores, kind="stable")[: min(batch_size(len(read), len(relevant)), int(unread.sum()))]
        read += [int(row) for row in batch]
        unread[batch] = False
    return np.array(read)


def batch_size(read: int, total: int) -> int:
    """How many records are read before the ranking learns again."""
    return 1 if read < 20 else max(1, min(read // 10, total // 100))


def needed(relevant: npt.NDArray[np.bool_], recall: float) -> int:
    """How many relevant records make this recall."""
    return math.ceil(recall * int(relevant.sum()) - 1e-9)


def work_saved(relevant: npt.NDArray[np.bool_], order: Sequence[int] | npt.NDArray[np.intp], recall: float = RECALL) -> float:
    """Work saved over sampling (Cohen et al. 2006) where reading in this order has found the share `recall`."""
    found = np.cumsum(relevant[np.asarray(order)])
    read = int(np.argmax(found >= needed(relevant, recall))) + 1
    return (len(relevant) - read) / len(relevant) - (1 - recall)


def our_ranker(citations: Sequence[Citation], vectors: npt.NDArray[np.float32] | None) -> Ranker:
    """The product's ranking, without the question: from the first decision of each kind on it is not used."""
    features = build_features(citations, vectors=vectors)
    return lambda decided: score_records(features, decided)


def elas_u4(citations: Sequence[Citation]) -> Ranker:
    """ASReview's default since version 2: SVM (C 0.11, squared hinge) on TF-IDF of one and two words, balanced 9.8."""
    settings: dict[str, Any] = {"ngram_range": (1, 2), "sublinear_tf": True, "min_df": 1, "max_df": 0.95}
    return _support_vectors(citations, settings, penalty=0.11, ratio=9.8)


def linear_svm(citations: Sequence[Citation]) -> Ranker:
    """A plain linear SVM on TF-IDF: the library's defaults, classes balanced."""
    return _support_vectors(citations, {}, penalty=1.0, ratio=1.0)


def elas_u3(citations: Sequence[Citation]) -> Ranker:
    """ASReview's recipe until version 1, as version 2 keeps it: naive Bayes (alpha 3.822) on TF-IDF, balanced 1.2."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.naive_bayes import MultinomialNB

    rows = TfidfVectorizer(stop_words="english").fit_transform([_text(citation) for citation in citations])

    def rank(decided: Decided) -> npt.NDArray[np.float64]:
        read, relevant = list(decided), np.array(list(decided.values()))
        model = MultinomialNB(alpha=3.822).fit(rows[read], relevant, sample_weight=_balanced(relevant, 1.2))
        return np.asarray(model.predict_log_proba(rows)[:, 1])

    return rank


BASELINES: Mapping[str, Callable[[Sequence[Citation]], Ranker]] = {
    "ASReview, naive Bayes (ELAS u3)": elas_u3,
    "ASReview, SVM (ELAS u4)": elas_u4,
    "linear SVM on TF-IDF": linear_svm,
}


def _support_vectors(citations: Sequence[Citation], settings: dict[str, Any], *, penalty: float, ratio: float) -> Ranker:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    rows = TfidfVectorizer(**settings).fit_transform([_text(citation) for citation in citations])

    def rank(decided: Decided) -> npt.NDArray[np.float64]:
        read, relevant = list(decided), np.array(list(decided.values()))
        machine = LinearSVC(C=penalty, max_iter=5000, random_state=0)
        machine.fit(rows[read], relevant, sample_weight=_balanced(relevant, ratio))
        return np.asarray(machine.decision_function(rows))

    return rank


def _balanced(relevant: npt.NDArray[np.bool_], ratio: float) -> npt.NDArray[np.float64]:
    count = int(relevant.sum())
    weights = np.where(relevant, ratio * (len(relevant) - count) / count, 1.0)
    return np.asarray(weights * len(relevant) / weights.sum())


def _text(citation: Citation) -> str:
    return f"{citation.title} {citation.abstract_text}"
