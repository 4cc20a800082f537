"""What a reader is asked for in a trial report, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """One number of one arm."""

    EVENTS = "events"
    GROUP_SIZE = "group_size"
    MEAN = "mean"
    STANDARD_DEVIATION = "standard_deviation"


class Arm(StrEnum):
    """The arms of a comparison, in this order."""

    INTERVENTION = "intervention"
    COMPARATOR = "comparator"

    @property
    def place(self) -> int:
        """0 for the intervention, 1 for the comparator."""
        return int(self is Arm.COMPARATOR)

    @property
    def other(self) -> Arm:
        """The other arm."""
        return Arm.INTERVENTION if self is Arm.COMPARATOR else Arm.COMPARATOR


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison and an outcome, in a person's or a protocol's words."""

    intervention: str
    comparator: str
    outcome: str

    def named(self, arm: Arm) -> str:
        """The words of this arm."""
        return self.intervention if arm is Arm.INTERVENTION else self.comparator


Reading = Mapping[tuple[Arm, Field], float]
"""All numbers that one reader gave for one comparison and outcome; what it left out is not there."""
