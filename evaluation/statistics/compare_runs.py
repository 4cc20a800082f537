"""Runs of one suite against the first of them, case by case: better, worse, or not to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from pydantic import Field

from evaluation.harness.result import Metric
from evaluation.statistics.clusters import Numbers
from evaluation.statistics.intervals import FEWEST_CLUSTERS
from evaluation.statistics.kept_runs import KeptRun, refuse_other_questions
from evaluation.statistics.looks import ALPHA, adjust_e_values, confidence_sequence, e_difference, e_worse, smallest_by_looks
from evaluation.statistics.paired import (
    Differences,
    Paired,
    clustered_difference,
    gather,
    largest_step,
    mcnemar_exact,
    paired_difference,
)
from evaluation.statistics.several import holm
from evidence.base import EvidenceModel
from evidence.errors import InvalidInput


class Verdict(StrEnum):
    """What the cases can say of a run against another."""

    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL = "cannot tell"


class Comparison(EvidenceModel):
    """One run against another on the cases that both have."""

    first: str = Field(description="The run compared with.")
    second: str = Field(description="The run compared.")
    first_mean: float = Field(description="Mean score of the first on the cases in common, 0 to 1.")
    second_mean: float = Field(description="Mean score of the second on them, 0 to 1.")
    difference: Metric = Field(description="Second less first, with the 95 % interval of a single look.")
    low_at_any_look: float = Field(description="Lower end of the interval that holds the difference at all looks together.")
    high_at_any_look: float = Field(description="Its upper end.")
    better_cases: int = Field(description="Cases with a higher score in the second.")
    worse_cases: int = Field(description="Cases with a lower score in the second.")
    e_value: float = Field(description="Evidence of a difference, corrected for the number of runs; from 20 on there is one.")
    p_value: float = Field(description="Two-sided p of a single look, corrected for the number of runs.")
    smallest: float | None = Field(
        description="The difference that these cases would show in 80 of 100 studies; unset: too few cases to say."
    )
    verdict: Verdict = Field(description="By the e-value; where asked for a single look, by the p-value.")
    only_first: int = Field(description="Cases that only the first has.")
    only_second: int = Field(description="Cases that only the second has.")
    unscored_first: int = Field(description="Cases in common that the first could not be scored on; they are in no pair.")
    unscored_second: int = Field(description="The same of the second.")
    fails_more: bool = Field(description="Whether the second is unscored more often than the first beyond chance.")


@dataclass(frozen=True)
class _Pairs:
    differences: Numbers
    clusters: list[str]
    gathered: Differences
    means: tuple[float, float]
    unscored: tuple[int, int]
    fails_more: bool


def compare_runs(runs: Sequence[KeptRun], *, once: bool = False) -> list[Comparison]:
    """Each run but the first against the first.

    By default the verdict is that of e-values, adjusted for the number of runs: it names a winner falsely in at most 5 of 100
    such tables, however often a table is looked at while cases come in. `once`: the comparison was planned and is made a single
    time; p-values by Holm then show smaller differences. Raises InvalidInput for runs that cannot be compared.
    """
    if len(runs) < 2:
        raise InvalidInput("Give two runs or more to compare.")
    if len({run.id for run in runs}) < len(runs):
        raise InvalidInput("A run is given twice: give each once.")
    return _against_first(runs, once=once)


def worse_than(baseline: KeptRun, run: KeptRun) -> tuple[Comparison, float]:
    """The run against the baseline, which may be the same, and the e-value against "no worse"."""
    (found,) = _against_first([baseline, run], once=False)
    return found, float(e_worse(pair_up(baseline, run).gathered.sums))


def _against_first(runs: Sequence[KeptRun], *, once: bool) -> list[Comparison]:
    pairs = [pair_up(runs[0], run) for run in runs[1:]]
    single = [paired_difference(pair.gathered, step=largest_step(pair.differences)) for pair in pairs]
    e_values = adjust_e_values([float(e_difference(pair.gathered.sums)) for pair in pairs])
    p_values = holm([_p(found, pair) for found, pair in zip(single, pairs, strict=True)])
    return [
        _comparison((runs[0], run), pair, (float(e), float(p)), level=ALPHA / len(pairs), once=once)
        for run, pair, e, p in zip(runs[1:], pairs, e_values, p_values, strict=True)
    ]


def pair_up(first: KeptRun, second: KeptRun) -> _Pairs:
    """The cases that both have and that could be scored in both. Raises InvalidInput where there is none."""
    refuse_other_questions(first, second)
    common = [(case, second.cases[id_]) for id_, case in first.cases.items() if id_ in second.cases]
    both = [(one.score, other.score, one.cluster) for one, other in common if one.score is not None and other.score is not None]
    if not both:
        raise InvalidInput(
            f"{first.id} and {second.id} have no case that could be scored in both: look at what failed in them."
        )
    one, other = (np.array([pair[side] for pair in both], dtype=float) for side in (0, 1))
    clusters = [cluster for *_, cluster in both]
    newly = sum(old.score is not None and new.score is None for old, new in common)
    mended = sum(old.score is None and new.score is not None for old, new in common)
    return _Pairs(
        differences=other - one,
        clusters=clusters,
        gathered=gather(other - one, clusters),
        means=(float(one.mean()), float(other.mean())),
        unscored=(sum(old.score is None for old, _ in common), sum(new.score is None for _, new in common)),
        fails_more=newly > mended and mcnemar_exact(mended, newly) < ALPHA,
    )


def _p(found: Paired, pair: _Pairs) -> float:
    return float(found.p) if len(pair.gathered.sizes) >= FEWEST_CLUSTERS else 1.0


def _comparison(
    runs: tuple[KeptRun, KeptRun], pair: _Pairs, evidence: tuple[float, float], *, level: float, once: bool
) -> Comparison:
    first, second = runs
    gathered = pair.gathered
    difference = clustered_difference(pair.differences, pair.clusters)
    low, high = confidence_sequence(gathered.sums, gathered.sizes)
    told = evidence[1] < ALPHA if once else evidence[0] >= 1 / ALPHA
    winner = Verdict.BETTER if gathered.sums.sum() > 0 else Verdict.WORSE
    return Comparison(
        first=first.id,
        second=second.id,
        first_mean=pair.means[0],
        second_mean=pair.means[1],
        difference=difference,
        low_at_any_look=low,
        high_at_any_look=high,
        better_cases=int((pair.differences > 0).sum()),
        worse_cases=int((pair.differences < 0).sum()),
        e_value=evidence[0],
        p_value=evidence[1],
        smallest=_smallest(pair, level=level, once=once),
        verdict=winner if told else Verdict.CANNOT_TELL,
        only_first=len(first.cases.keys() - second.cases.keys()),
        only_second=len(second.cases.keys() - first.cases.keys()),
        unscored_first=pair.unscored[0],
        unscored_second=pair.unscored[1],
        fails_more=pair.fails_more,
    )


def _smallest(pair: _Pairs, *, level: float, once: bool) -> float | None:
    gathered = pair.gathered
    if len(gathered.sizes) < FEWEST_CLUSTERS:
        return None
    found = paired_difference(gathered, step=largest_step(pair.differences), level=1 - level)
    smallest = float(found.smallest) if once else smallest_by_looks(float(found.error), gathered.sizes, alpha=level)
    return smallest if smallest < 1 else None
