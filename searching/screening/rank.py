"""The order in which to read records: learned from what people decided on others, again after each decision.

Each view of the records has a linear support vector machine of its own, with the settings to which ASReview's ELAS u4 was
tuned on other reviews (van de Schoot et al., Nature Machine Intelligence 2021;3:125, and later releases); a naive Bayes model
on words and the study's design join them. Their scores are put on one scale over the unread records and averaged.
Some unread records, drawn anew each time, are taken for irrelevant ones while it learns (Cormack and Grossman,
arXiv:1504.06868): few are relevant, and what people have read so far is a choice of the ranking's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from searching.screening.features import Scores, ScreeningFeatures, View

PENALTY = 0.11
RATIO = 9.8
"""How much all relevant records together weigh, against all the others together."""
PRESUMED = 100
"""Unread records that are taken for irrelevant ones while the ranking learns."""

DESIGN = 0.5
"""How much the study's design counts, against 1 for each view."""

_SMOOTHING = 1.0
_BAYES_RATIO = 1.2

Flags = npt.NDArray[np.bool_]


def rank_records(features: ScreeningFeatures, decided: Mapping[int, bool]) -> list[int]:
    """Row numbers of the records not in `decided`, best first; ties keep the records' order.

    `decided` says of rows that were read whether they are relevant. Until there is one of each kind, the order is by likeness
    to the question and by design; where nothing relevant was found yet, it moves away from what was found irrelevant.
    """
    unread = np.ones(len(features), dtype=bool)
    unread[list(decided)] = False
    rows = np.flatnonzero(unread)
    if not len(rows):
        return []
    scores = score_records(features, decided)[rows]
    return [int(row) for row in rows[np.argsort(-scores, kind="stable")]]


def score_records(features: ScreeningFeatures, decided: Mapping[int, bool]) -> Scores:
    """A score for each record, shape (records,); higher is read sooner. Scores of decided records mean nothing."""
    read = np.fromiter(decided, dtype=np.intp, count=len(decided))
    relevant = np.fromiter(decided.values(), dtype=bool, count=len(decided))
    unread = np.ones(len(features), dtype=bool)
    unread[read] = False
    if relevant.any() and not relevant.all():
        read, relevant = _with_presumed(read, relevant, unread)
        parts = [_learned(view, read, relevant, unread) for view in features.views]
        parts.append(_on_one_scale(_bayes(features.words, read, relevant), unread))
    else:
        parts = [_alike(view, read, relevant, unread) for view in features.views]
    return np.asarray(np.sum(parts, axis=0) + DESIGN * _on_one_scale(features.design, unread))


def _with_presumed(read: npt.NDArray[np.intp], relevant: Flags, unread: Flags) -> tuple[npt.NDArray[np.intp], Flags]:
    """What to learn from: the records read, and unread ones presumed irrelevant. The same decisions draw the same ones."""
    rows = np.flatnonzero(unread)
    presumed = np.random.default_rng(len(read)).choice(rows, size=min(PRESUMED, len(rows)), replace=False)
    return np.concatenate([read, presumed]), np.concatenate([relevant, np.zeros(len(presumed), dtype=bool)])


def _learned(view: View, read: npt.NDArray[np.intp], relevant: Flags, unread: Flags) -> Scores:
    """How far each record lies on the relevant side in this view."""
    from sklearn.svm import LinearSVC

    usable = view.present[read]
    if not relevant[usable].any() or relevant[usable].all():
        return np.zeros(len(unread))
    machine = LinearSVC(C=PENALTY, max_iter=3000, random_state=0)
    machine.fit(view.rows[read[usable]], relevant[usable], sample_weight=_weights(relevant[usable], RATIO))
    return _on_one_scale(machine.decision_function(view.rows), unread, view.present)


def _bayes(words: Any, read: npt.NDArray[np.intp], relevant: Flags) -> Scores:
    """Multinomial naive Bayes with smoothing: log odds of the words, without the prior."""
    weights = _weights(relevant, _BAYES_RATIO)
    counts = [words[read[kind]].T @ weights[kind] + _SMOOTHING for kind in (relevant, ~relevant)]
    odds = np.log(counts[0] / counts[0].sum()) - np.log(counts[1] / counts[1].sum())
    return np.asarray(words @ odds)


def _alike(view: View, read: npt.NDArray[np.intp], relevant: Flags, unread: Flags) -> Scores:
    """Likeness to the question and to what was found relevant, less likeness to what was found irrelevant (Rocchio 1971)."""
    score = np.zeros(len(unread))
    for rows, sign in ((view.question, 1.0), (view.rows[read[relevant]], 1.0), (view.rows[read[~relevant]], -0.5)):
        if rows is not None and rows.shape[0]:
            score += sign * np.asarray((view.rows @ rows.T).mean(axis=1)).ravel()
    return _on_one_scale(score, unread, view.present)


def _weights(relevant: Flags, ratio: float) -> Scores:
    """One weight a record: the relevant ones together weigh `ratio` times the others, and the mean weight is 1."""
    count = int(relevant.sum())
    weights = np.where(relevant, ratio * (len(relevant) - count) / max(count, 1), 1.0)
    return np.asarray(weights * len(relevant) / weights.sum())


def _on_one_scale(scores: Scores, unread: Flags, present: Flags | None = None) -> Scores:
    """Scores less their mean over unread records, in standard deviations; 0 for records that the view does not show."""
    shown = unread if present is None else unread & present
    scaled = np.zeros(len(scores))
    if not shown.any():
        return scaled
    spread = float(scores[shown].std())
    where = slice(None) if present is None else present
    scaled[where] = (scores[where] - scores[shown].mean()) / (spread if spread > 0 else 1.0)
    return scaled
