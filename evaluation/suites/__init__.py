"""The suites by name; each is imported when it is run."""

from __future__ import annotations

import importlib

from evaluation.harness.suite import Suite
from evidence.errors import InvalidInput

SUITES: dict[str, str] = {
    "claims": "Supported, refuted or not enough: SciFact, HealthVer, Evidence Inference directions.",
    "numbers": "Right and wrong numbers that models read from trial reports: how many of each are flagged.",
}
"""Name of each suite: its line in the list."""


def load_suite(name: str) -> Suite:
    """The suite of this name. Raises InvalidInput for a name that is none."""
    if name not in SUITES:
        raise InvalidInput(f"There is no suite “{name}”: the suites are {', '.join(SUITES)}.")
    suite: Suite = importlib.import_module(f"evaluation.suites.{name}").SUITE
    return suite
