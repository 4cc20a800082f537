"""One measured figure, as `make bench` prints it."""

from __future__ import annotations

from pydantic import Field

from evaluation.harness.result import Metric
from evidence.base import EvidenceModel


class Figure(EvidenceModel):
    """A measurement with what it is compared with, both taken in the same run."""

    name: str = Field(min_length=1, description="What was measured, for example `nDCG@10, fusion`.")
    value: float | None = Field(description="The figure; unset: it could not be measured, and `note` says why.")
    unit: str = Field(
        default="", description="Unit, for example `s`, `MB`, `records/s`; empty: a share or a score from 0 to 1."
    )
    low: float | None = Field(default=None, description="Lower end of the 95 % interval; unset: none was taken.")
    high: float | None = Field(default=None, description="Upper end of the 95 % interval; unset: none was taken.")
    n: int | None = Field(default=None, ge=0, description="What it was taken over: questions, records, repeats.")
    compared_with: str | None = Field(default=None, description="What it is compared with; unset: nothing.")
    compared_value: float | None = Field(default=None, description="The same measure of that, in the same unit.")
    ratio: float | None = Field(default=None, description="`value` over `compared_value`; unset: nothing to compare with.")
    target: float | None = Field(default=None, description="What it should reach, in the unit of `value`; unset: no target.")
    met: bool | None = Field(default=None, description="Whether the target is met; unset: no target, or not measured.")
    command: str = Field(default="make bench", description="The command that takes it again.")
    note: str = Field(default="", description="What a reader must know to read it: data, choices, doubts.")


def gain_words(gain: Metric) -> str:
    """`+0.036 (-0.030 to +0.099)`, for a note; too few clusters have no interval."""
    if gain.low is None or gain.high is None:
        return f"{gain.value:+.3f} (too few to say how sure)"
    return f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
