"""Speed: seconds by stage of the flow, for a record fetched, over questions whose records it finds by itself.

Wall time on this machine as it is; vectors that were embedded before come from the cache.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.harness.result import Metric, Row
from evaluation.suites import flow_costs


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Seconds of each stage and of the whole flow."""
    return flow_costs.by_stage(rows, "seconds")


SUITE = flow_costs.suite("speed", "Seconds by stage of the flow, for a record.", measure)
