"""Cost: model calls, tokens and money by stage of the flow, for a record fetched, as the store counted them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.harness.result import Metric, Row
from evaluation.suites import flow_costs


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Calls and tokens of each stage; money for a question where every price is known."""
    figures = flow_costs.by_stage(rows, "calls") | flow_costs.by_stage(rows, "tokens")
    costs = [row.made["cost"] for row in rows]
    if all(isinstance(cost, int | float) for cost in costs):
        figures["money a question"] = flow_costs.ratio(np.array(costs, dtype=float), np.ones(len(rows)), rows)
    else:
        figures["money a question"] = Metric(value=None, n=len(rows), note="the price of the model is not known")
    return figures


SUITE = flow_costs.suite("cost", "Model calls, tokens and money by stage of the flow, for a record.", measure)
