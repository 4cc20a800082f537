"""The difference that turning a case makes: directions flipped, figures altered, and the right answer with them."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.harness.result import Metric, Row
from evaluation.metrics.classification import share_where
from evaluation.statistics.paired import clustered_difference

_NOTE = "turned less as it was; a fall shows memory of the set, a leaning to the label that was right, or odd wording"


def turned_metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    """Accuracy on the cases that were turned, as they were and turned, and the difference, case by case.

    Rows that hold `turned` and `turned_target` count; where there is none, no figure is given.
    """
    own = [row for row in rows if "turned" in row.made]
    if not own:
        return {}
    clusters = [row.cluster for row in own]
    before = [row.made["answer"] == row.target for row in own]
    after = [row.made["turned"] == row.made["turned_target"] for row in own]
    difference = clustered_difference([float(two) - float(one) for one, two in zip(before, after, strict=True)], clusters)
    note = f"{difference.note}; {_NOTE}" if difference.note else _NOTE
    return {
        "as_it_was_accuracy": share_where(before, clusters, "cases that the variant can turn"),
        "turned_accuracy": share_where(after, clusters, "the same cases, turned"),
        "turned_difference": difference.model_copy(update={"note": note}),
    }
