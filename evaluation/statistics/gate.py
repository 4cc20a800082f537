"""A run against the stored baseline: does it pass?"""

from __future__ import annotations

from pydantic import Field

from evaluation.statistics.compare_runs import Comparison, worse_than
from evaluation.statistics.kept_runs import KeptRun, refuse_other_questions
from evaluation.statistics.looks import ALPHA
from evidence.base import EvidenceModel
from evidence.errors import InvalidInput


class GateResult(EvidenceModel):
    """Whether a run passes, and why."""

    passes: bool = Field(description="False: the run is worse than the baseline beyond chance.")
    why: str = Field(description="One sentence.")
    e_worse: float = Field(description='Evidence against "no worse"; from 20 on the run is worse.')
    comparison: Comparison = Field(description="The run against the baseline.")


def judge(baseline: KeptRun, run: KeptRun) -> GateResult:
    """Worse where the e-value says so, or where the run fails on more cases beyond chance.

    A run that is no worse is held back in at most 5 of 100 changes. Raises InvalidInput where cases of the baseline are
    missing: a run of a part cannot stand for the whole.
    """
    refuse_other_questions(baseline, run)
    missing = len(baseline.cases.keys() - run.cases.keys())
    if missing:
        raise InvalidInput(
            f"{run.id} has {len(baseline.cases) - missing} of the baseline's {len(baseline.cases)} cases: run the whole suite, "
            "or write a new baseline."
        )
    found, evidence = worse_than(baseline, run)
    if evidence >= 1 / ALPHA:
        why = f"{found.worse_cases} cases are worse and {found.better_cases} better, which is more than chance."
    elif found.fails_more:
        why = f"{found.unscored_second} cases could not be scored, {found.unscored_first} in the baseline: more than chance."
    else:
        why = f"{found.worse_cases} cases are worse and {found.better_cases} better, which chance can make."
    passes = evidence < 1 / ALPHA and not found.fails_more
    return GateResult(passes=passes, why=why, e_worse=evidence, comparison=found)
