"""What the words right beside a number say: in a sentence of several outcomes or time points, which of them is the number's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verification.reported.cells import Printed
from verification.reported.outcomes import Outcome, times
from verification.reported.report import Place
from verification.reported.sentence_arms import is_name

Times = frozenset[tuple[str, str]]

_ESTIMATE = re.compile(
    r"(?i)(?:ratios?|\b(?:OR|HR|RR|MD|SMD|WMD|ES|CI|IRR|RD|NNT)\b|differences?|effect sizes?|95 ?%|correlation|\br|[βb])"
    r"[^.;]{0,14}\Z"
)
_BEFORE, _AFTER = 140, 60
"""Characters before and after a number that are looked at."""

_SET_BESIDE = 14
"""Characters between two numbers up to which both are of one outcome: `4.1 versus 5.9`."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """How well the words beside a number name the outcome, 0 to 1, and whether they name its time or another."""

    outcome: float
    same_time: bool
    other_time: bool
    estimate: bool = False
    """Whether it is an estimate of a difference between arms."""
    name: bool = False
    """Whether it is part of a name or a time."""

    @classmethod
    def read(cls, outcome: float, own: Times, wanted: Times, *, estimate: bool = False, name: bool = False) -> Nearby:
        """From the times that stand beside the number and those asked for."""
        same = bool(own & wanted)
        return cls(outcome, same, bool(own) and bool(wanted) and not same, estimate, name)


def read_nearby(told: Mapping[Place, Sequence[Printed]], outcome: Outcome, wanted: Times) -> dict[tuple[Place, int], Nearby]:
    """By sentence and start of the number."""
    found = {}
    for place, printed in told.items():
        sentence, last, near = place.label, 0, ""
        ends = [*(one.start for one in printed[1:]), len(sentence)]
        for one, following in zip(printed, ends, strict=True):
            end = one.start + len(one.text)
            if one.start - last > _SET_BESIDE or not last:
                near = sentence[last : one.start][-_BEFORE:]
            after = re.split(r"[,;]", sentence[end:following])[0][:_AFTER]
            found[place, one.start] = Nearby.read(
                outcome.match(f"{near} {after}"),
                times(near) or times(after),
                wanted,
                estimate=_ESTIMATE.search(sentence[max(0, one.start - 45) : one.start]) is not None,
                name=is_name(sentence, one.start, end),
            )
            last = end
    return found
