"""What a suite measured, with everything that made it."""

from __future__ import annotations

from typing import Any

from pydantic import Field, JsonValue

from evidence.base import EvidenceModel


class Metric(EvidenceModel):
    """One figure. A figure without its n and interval is not a figure."""

    value: float | None = Field(description="The figure; unset: too few cases to say.")
    low: float | None = Field(default=None, description="Lower end of the 95 % interval; unset: too few cases to say.")
    high: float | None = Field(default=None, description="Upper end of the 95 % interval; unset: too few cases to say.")
    n: int = Field(ge=0, description="Cases it was taken over.")
    clusters: int | None = Field(default=None, ge=0, description="Clusters they come in; unset: they are independent.")
    method: str = Field(default="", description="How the interval was taken, for example `Wilson`.")
    note: str = Field(default="", description="What a reader must know to read it.")


class Row(EvidenceModel):
    """One case with what the system under test made of it."""

    id: str = Field(description="The case's id, unique in its suite.")
    cluster: str = Field(description="What it shares with cases that are not independent of it: a trial, a review, a question.")
    target: str = Field(default="", description="The right answer; empty where the suite has none in one word.")
    shown: str = Field(default="", description="The case's words, for people.")
    made: dict[str, JsonValue] = Field(default_factory=dict, description="What the system made, as the suite records it.")
    problem: str | None = Field(default=None, description="Why it could not be scored; unset: it was scored.")
    error: bool = Field(default=False, description="The problem is a missing input or a fault, not an unreadable answer.")


class SuiteResult(EvidenceModel):
    """One run of one suite."""

    id: str = Field(description="The run's id.")
    suite: str = Field(description="Name of the suite.")
    settings: dict[str, JsonValue] = Field(description="Data, model, prompt, limit, seed: all that was set.")
    metrics: dict[str, Metric] = Field(description="Figures by name.")
    tables: dict[str, JsonValue] = Field(default_factory=dict, description="Counts behind the figures, for example confusion.")
    cases: int = Field(ge=0, description="Cases read.")
    unscored: int = Field(default=0, ge=0, description="Cases that could not be scored, counted and not dropped.")
    errors: int = Field(default=0, ge=0, description="Those of them with a missing input or a fault; the others: unreadable.")
    provenance: dict[str, JsonValue] = Field(default_factory=dict, description="Revision, versions and hashes.")
    log: str = Field(default="", description="Inspect's log, to browse single cases in.")

    def as_json(self) -> dict[str, Any]:
        """One JSON object, as `evidence evaluate --json` prints it."""
        return self.model_dump(mode="json")
