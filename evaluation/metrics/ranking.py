"""How well a ranking puts what belongs first, by ir-measures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG

MEASURES: dict[str, Any] = {"nDCG@10": nDCG @ 10, "recall@20": R @ 20, "recall@100": R @ 100, "MRR": RR}
"""Name of each measure: nDCG (Järvelin and Kekäläinen 2002), recall at a depth, reciprocal rank of the first that belongs."""

Ranking = Mapping[str, float]
"""Ids with scores that fall with their place."""


def ranking_scores(ranking: Ranking, relevant: Collection[str]) -> dict[str, float]:
    """Each measure of one ranking, 0 to 1. An empty ranking scores 0. Raises ValueError where nothing is relevant."""
    if not relevant:
        raise ValueError("a ranking can be scored only where something is relevant")
    judged, run = {"q": dict.fromkeys(relevant, 1)}, {"q": dict(ranking)}
    found = {str(one.measure): float(one.value) for one in ir_measures.iter_calc(list(MEASURES.values()), judged, run)}
    return {name: found[str(measure)] for name, measure in MEASURES.items()}
