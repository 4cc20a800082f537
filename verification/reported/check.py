"""Is a number that somebody read out of a report printed there for the arm, outcome and kind it is claimed for?

Two models of small trees over named features decide: one says how well each number of the report fits what was asked, the
other how likely a value is wrong, given that and the reader's other values. Below a risk chosen on other readers' errors
nothing is flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evidence.text import normalise
from verification.linear_model import part_of
from verification.reported.candidates import NAMES as CANDIDATE_NAMES
from verification.reported.candidates import Candidates
from verification.reported.cells import Role
from verification.reported.fields import Arm, Asked, Field, Reading
from verification.reported.report import Number, Report
from verification.reported.signs import NAMES as SIGN_NAMES
from verification.reported.signs import Held, Scores, best_place, signs
from verification.reported.trees import Forest

_SURE = 0.3
"""Risk below which a value is called bound where it stands."""

_KINDS: Mapping[Field, frozenset[Role]] = {
    Field.EVENTS: frozenset({Role.COUNT, Role.OTHER, Role.MEAN}),
    Field.GROUP_SIZE: frozenset({Role.SIZE, Role.COUNT, Role.TOTAL, Role.OTHER}),
    Field.MEAN: frozenset({Role.MEAN, Role.OTHER, Role.PERCENT, Role.COUNT}),
    Field.STANDARD_DEVIATION: frozenset({Role.SPREAD, Role.BRACKET, Role.OTHER, Role.MEAN}),
}
"""Kinds of printed numbers that may be what a field asks for; OTHER and MEAN are what plain numbers are read as."""


class Binding(StrEnum):
    """What the report says of a number."""

    BOUND = "bound"
    CALCULATED = "calculated"
    ELSEWHERE = "bound elsewhere"
    NOWHERE = "nowhere"
    CANNOT_SAY = "cannot say"


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """What was found of one number. Only `ELSEWHERE` and `NOWHERE` are flags."""

    binding: Binding
    risk: float
    """0 to 1; not a calibrated probability."""
    reason: str
    claim_words: str
    report_words: str

    @property
    def flagged(self) -> bool:
        """Whether the number is held to be wrong."""
        return self.binding in {Binding.ELSEWHERE, Binding.NOWHERE}


@dataclass(frozen=True, eq=False)
class NumberChecker:
    """The models: `fits` by field over CANDIDATE_NAMES, `risk` over SIGN_NAMES; values above `threshold` are flagged.

    `part_thresholds` has the threshold chosen without each part's trials: that part's trials are judged by it.
    """

    fits: Mapping[Field, Forest]
    risk: Forest
    threshold: float
    part_thresholds: tuple[float, ...]
    trained_on: frozenset[str]
    """The trials it was trained on, as their names are."""

    def check(
        self, report: Report, asked: Asked, reading: Reading, *, trial: str | None = None
    ) -> dict[tuple[Arm, Field], NumberVerdict]:
        """A verdict on each number of the reading.

        `trial` names the report's trial: where the models were trained on it, the part that never saw it answers.
        """
        candidates = Candidates(report, asked)
        return self.check_against(candidates, self.scores(candidates, trial=trial), reading, trial=trial)

    def check_against(
        self, candidates: Candidates, scores: Scores, reading: Reading, *, trial: str | None = None
    ) -> dict[tuple[Arm, Field], NumberVerdict]:
        """`check`, for several readings of one report: its numbers and their scores are worked out once."""
        part = self._part(trial)
        held = [Held(candidates, scores, reading, arm, field) for arm, field in reading]
        rows = np.array([sign_row(signs(one)) for one in held]).reshape(len(held), len(SIGN_NAMES))
        risks = self.risk.probability(rows, part=part)
        threshold = self.threshold if part is None else self.part_thresholds[part]
        return {(one.arm, one.field): _verdict(one, float(risk), threshold) for one, risk in zip(held, risks, strict=True)}

    def scores(self, candidates: Candidates, *, trial: str | None = None) -> Scores:
        """How well each number of the report fits each arm and field, 0 to 1."""
        found = {}
        for arm in Arm:
            rows = candidates.features(arm)
            for field, forest in self.fits.items():
                found[arm, field] = forest.probability(rows, part=self._part(trial))
        return found

    def _part(self, trial: str | None) -> int | None:
        return part_of(trial, self.risk.parts) if trial in self.trained_on and trial is not None else None


def _verdict(held: Held, risk: float, threshold: float) -> NumberVerdict:
    printed, derived = held.equal(held.arm, held.field)
    claim = f"{held.field.value.replace('_', ' ')} {held.value:g}, {held.candidates.asked.named(held.arm)}"
    claim = f"{claim}: {held.candidates.asked.outcome}"
    either = printed | derived
    if not either.any():
        binding = Binding.NOWHERE if risk > threshold else Binding.CANNOT_SAY
        return NumberVerdict(binding, risk, f"The report does not print {held.value:g} as such a number.", claim, "")
    at = best_place(held, either)
    words = shown_place(held.candidates.report.numbers[at])
    if risk > threshold:
        reason = f"The report prints {held.value:g} {_difference(held, at)}: {words}."
        return NumberVerdict(Binding.ELSEWHERE, risk, reason, claim, words)
    if risk > _SURE:
        reason = f"The report prints {held.value:g}, but what for cannot be said surely: {words}."
        return NumberVerdict(Binding.CANNOT_SAY, risk, reason, claim, words)
    if derived[at] and not printed[at]:
        return NumberVerdict(Binding.CALCULATED, risk, f"{_calculation(held, at)}: {words}.", claim, words)
    return NumberVerdict(Binding.BOUND, risk, f"The report prints it so: {words}.", claim, words)


def sign_row(found: Mapping[str, float]) -> list[float]:
    """The signs in the order of SIGN_NAMES."""
    return [found.get(name, float("nan")) for name in SIGN_NAMES]


def shown_place(number: Number) -> str:
    """The number with the words that bind it, as a person can find them in the report."""
    place, printed = number.place, number.printed
    if place.table < 0:
        start = max(0, printed.start - 90)
        return f"“{'…' if start else ''}{place.label[start : printed.start + len(printed.text) + 60]}…”"
    parts = [place.caption[:60], place.section[:60], place.label[:60], place.header[:60]]
    return f"“{normalise(' › '.join(dict.fromkeys(part for part in parts if part))).text}: {printed.text}”"


def _difference(held: Held, at: int) -> str:
    """In what the place differs from what is claimed, the plainest first."""
    candidates, asked = held.candidates, held.candidates.asked
    number = candidates.report.numbers[at]
    if candidates.towards(held.arm)[at] < -0.2:
        return f"for the other arm ({asked.named(held.arm.other)})"
    if number.printed.role not in _KINDS[held.field] and number.printed.role is not Role.PERCENT:
        return f"as a {number.printed.role.value}, not as {held.field.value.replace('_', ' ')}"
    if held.field is not Field.GROUP_SIZE and candidates.outcome_fit[at] < 0.5:
        return f"for another outcome than {asked.outcome}"
    if candidates.time_differs(number):
        return "for another time point"
    return "where other numbers fit the claim better"


def _calculation(held: Held, at: int) -> str:
    number = held.candidates.report.numbers[at]
    size = held.candidates.sizes[at] or held.reading.get((held.arm, Field.GROUP_SIZE), 0.0)
    return f"{number.printed.text} % of {size:g} is {number.printed.value / 100 * size:.1f}"


__all__ = ["CANDIDATE_NAMES", "SIGN_NAMES", "Binding", "NumberChecker", "NumberVerdict", "shown_place", "sign_row"]
