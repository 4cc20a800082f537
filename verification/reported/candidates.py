"""The numbers of a report as candidates for what was asked: named features of each, and which of them equal a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from verification.reported.arms import read_arms
from verification.reported.cells import Printed, Role, decimals
from verification.reported.fields import Arm, Asked, Field
from verification.reported.nearby import Nearby, read_nearby
from verification.reported.outcomes import Outcome, latest, read_outcome, times, when
from verification.reported.report import Number, Place, Report
from verification.reported.sentence_arms import arms_in_sentence

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

ROLES = tuple(Role)
NAMES = (
    *(f"role {role.value}" for role in ROLES),
    "table", "abstract", "arm", "other arm", "arm against other", "neither arm", "row arm", "label", "label precision",
    "section", "header", "caption", "best label", "best place", "whole number", "one or none", "has partner", "header size",
    "baseline as asked", "baseline unasked", "later", "change as asked", "change unasked", "time as asked", "time differs",
    "difference column", "column", "row number", "randomised", "analysed", "outcome in table", "latest", "not latest",
    "names neither arm", "standard error", "median", "table number", "subgroup",
    "near", "near time same", "near time differs", "row", "row in table", "row in report", "better rows", "estimate", "name",
)  # fmt: skip
"""What speaks for or against a candidate, by name."""

_DIFFERENCE = re.compile(
    r"(?i)differ|ratio|\brr\b|\bor\b(?!\s[a-z])|\bhr\b|\bmd\b|\btotal\b|overall|(?<!group )\bp\b|p[ -]?value"
    r"|95 ?%|\bci\b|\bf\b|\bt\b|effect size|\bbeta\b"
)
_RANDOMISED = re.compile(r"(?i)randomi[sz]|allocat|assign|enrol|recruit|intention")
_ANALYSED = re.compile(r"(?i)analy[sz]|complet|evaluab|includ|per.protocol|follow")
_ERROR = re.compile(r"(?i)standard error|\bs\.?e\.?m?\b|\bsem\b")
_MEDIAN = re.compile(r"(?i)median|\biqr\b|interquartile|\brange\b")
_SUBGROUP = re.compile(
    r"(?i)subgroup|\bamong\b|\bthose who\b|\bpatients with\b|\bin (?:fe)?males?\b|\bwomen\b|\bmen\b|stratum|per.protocol"
    r"|completers"
)
_UNTOLD = 0.15
"""Below this neither arm is named."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What one place says of outcome, time and arms, worked out once for all its numbers."""

    label: float
    precision: float
    section: float
    header: float
    caption: float
    header_arms: tuple[float, float]
    row_arms: tuple[float, float]
    times: frozenset[tuple[str, str]]
    when: tuple[bool, bool, bool]

    @property
    def both_ways(self) -> float:
        """The harmonic mean of how much of the outcome is named and how much of what is named is the outcome."""
        named = min(1.0, self.label + self.section)
        return 2 * named * self.precision / (named + self.precision) if named and self.precision else 0.0

    @property
    def outcome(self) -> float:
        """The best single agreement with the outcome, the caption weighing less."""
        return min(1.0, max(self.label + 0.8 * self.section, self.header) + 0.3 * self.caption)


class Candidates:
    """All numbers of one report, held against one comparison and outcome."""

    def __init__(self, report: Report, asked: Asked) -> None:
        self.report = report
        self.asked = asked
        self._arms = read_arms(asked.intervention, asked.comparator, asked.outcome, report.text)
        outcome = read_outcome(asked.outcome, report)
        self._wanted_times, self._wanted_when = times(asked.outcome), when(asked.outcome)
        self._words = {place: self._read(place, outcome) for place in dict.fromkeys(n.place for n in report.numbers)}
        self._best_label = max((words.label for words in self._words.values()), default=0.0) or 1.0
        self._best = [
            max((words.outcome for place, words in self._words.items() if (place.table >= 0) is tables), default=0.0) or 1.0
            for tables in (False, True)
        ]
        self._told: dict[Place, list[Printed]] = {}
        for number in report.numbers:
            if number.place.table < 0:
                self._told.setdefault(number.place, []).append(number.printed)
        self._set_tables()
        self._set_rows()
        self._near = read_nearby(self._told, outcome, self._wanted_times)
        self._set_arrays(report)

    def _set_tables(self) -> None:
        """By table: how well its best row fits the outcome, and the latest time point that its rows or columns name."""
        self._table_fit: dict[int, float] = {}
        self._table_latest: dict[int, float] = {}
        for place, words in self._words.items():
            if place.table >= 0:
                self._table_fit[place.table] = max(self._table_fit.get(place.table, 0.0), self._fit(place))
                self._table_latest[place.table] = max(self._table_latest.get(place.table, -1.0), latest(words.times))

    def _set_rows(self) -> None:
        """How well each row or sentence, by its place, agrees with the outcome both ways, and which rows agree better."""
        self._both_ways = {place: words.both_ways for place, words in self._words.items()}
        tables: dict[int, dict[int, float]] = {}
        for place, both in self._both_ways.items():
            rows = tables.setdefault(place.table, {})
            rows[place.row] = max(rows.get(place.row, 0.0), both)
        self._rows = tables
        self._best_both = max(self._both_ways.values(), default=0.0) or 1.0

    def _row_features(self, number: Number, words: PlaceWords) -> list[float]:
        place = number.place
        both = self._both_ways[place]
        rows = self._rows[place.table]
        if place.table < 0:
            near = self._near[place, number.printed.start]
        else:
            said = min(1.0, max(words.label + 0.8 * words.section, words.header))
            near = Nearby.read(said, words.times, self._wanted_times)
        best = max(rows.values()) or 1.0
        better = sum(other > rows[place.row] + 1e-9 for other in rows.values()) if place.table >= 0 else 0
        relative = [both, both / best, both / self._best_both, min(better, 12)]
        return [near.outcome, float(near.same_time), float(near.other_time), *relative, float(near.estimate), float(near.name)]

    def _complements(self) -> dict[tuple[int, str], tuple[float, float]]:
        """Columns of no known arm in tables of two groups whose other group is an arm: they are the other arm's."""
        groups: dict[int, dict[str, tuple[float, float]]] = {}
        for place, words in self._words.items():
            header = _bare(place.header)
            if place.table >= 0 and place.column != 0 and header and not _has(_DIFFERENCE, header):
                groups.setdefault(place.table, {})[header] = words.header_arms
        found = {}
        for table, headers in groups.items():
            if len(headers) != 2:
                continue
            for (header, own), (_, other) in zip(headers.items(), reversed(headers.items()), strict=True):
                if max(own) < _UNTOLD and abs(other[0] - other[1]) > 0.2:
                    found[table, header] = (0.5, 0.0) if other[1] > other[0] else (0.0, 0.5)
        return found

    def _set_arrays(self, report: Report) -> None:
        numbers = report.numbers
        self._complement = self._complements()
        bound = {
            place: arms_in_sentence(self._arms.mentions(place.label), printed, place.label)
            for place, printed in self._told.items()
        }
        ids = {place: at for at, place in enumerate(self._words)}
        self.values: Floats = np.array([n.printed.value for n in numbers], dtype=np.float64)
        self.partners: Floats = np.array([n.printed.partner or 0.0 for n in numbers], dtype=np.float64)
        self.sizes: Floats = np.array([n.place.size or 0 for n in numbers], dtype=np.float64)
        self.decimals: Floats = np.array([decimals(n.printed.text) for n in numbers], dtype=np.float64)
        self.roles = np.array([ROLES.index(n.printed.role) for n in numbers], dtype=np.int64)
        self.places = np.array([ids[n.place] for n in numbers], dtype=np.int64)
        self.rows = np.array([_row_id(n.place) for n in numbers], dtype=np.int64)
        self.arms: Floats = np.array([self._arms_of(n, bound) for n in numbers], dtype=np.float64).reshape(-1, 2)
        self.outcome_fit: Floats = np.array([self._fit(n.place) for n in numbers], dtype=np.float64)
        self.label_fit: Floats = np.array([self._words[n.place].label / self._best_label for n in numbers], dtype=np.float64)

    def role(self, *roles: Role) -> Mask:
        """Where the candidates have one of these roles."""
        return np.isin(self.roles, [ROLES.index(role) for role in roles])

    def towards(self, arm: Arm) -> Floats:
        """How much more each candidate is bound to this arm than to the other, -1 to 1."""
        found: Floats = self.arms[:, arm.place] - self.arms[:, 1 - arm.place]
        return found

    def equal(self, value: float, field: Field, group_size: float | None) -> tuple[Mask, Mask]:
        """Where a candidate is the value itself, and where the value is its percentage of a group size (events alone)."""
        same: Mask = np.abs(self.values - value) < 1e-6
        derived: Mask = np.zeros(len(same), dtype=np.bool_)
        if field is not Field.EVENTS:
            return same, derived
        percent = self.role(Role.PERCENT)
        if value == round(value):
            for sizes in (self.sizes, np.full(len(same), group_size or 0.0)):
                slack = np.maximum(0.5, 0.5 * 10.0**-self.decimals * sizes / 100)
                derived |= percent & (sizes > 0) & (np.abs(self.values / 100 * sizes - value) <= slack + 1e-9)
        return same & ~percent, derived

    def time_differs(self, number: Number) -> bool:
        """Whether both the outcome and the candidate's place name times, and none is the same."""
        there = self._words[number.place].times
        return bool(self._wanted_times) and bool(there) and not self._wanted_times & there

    def features(self, arm: Arm) -> Floats:
        """The features of NAMES of every candidate as this arm's: shape (numbers, features)."""
        rows = [self._features(at, number, arm.place) for at, number in enumerate(self.report.numbers)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))

    def _read(self, place: Place, outcome: Outcome) -> PlaceWords:
        own = outcome.match(place.label)
        precision = outcome.precision(place.label if place.table < 0 else f"{place.label} {place.section}")
        if place.table < 0:
            earlier = max(0.0, 0.5 * outcome.match(place.section) - own)
            return PlaceWords(
                own, precision, earlier, 0.0, 0.0, (0.0, 0.0), (0.0, 0.0), times(place.label), when(place.label)
            )  # fmt: skip
        everything = f"{place.label} {place.section} {place.header}"
        return PlaceWords(
            own,
            precision,
            max(0.0, outcome.match(f"{place.label} {place.section}") - own),
            outcome.match(place.header),
            outcome.match(place.caption),
            self._arms.match(place.header),
            self._arms.match(f"{place.label} {place.section}"),
            times(everything) or times(place.caption),
            when(everything) if any(when(everything)) else when(place.caption),
        )

    def _fit(self, place: Place) -> float:
        return self._words[place].outcome / self._best[place.table >= 0]

    def _arms_of(self, number: Number, bound: dict[Place, dict[int, tuple[float, float]]]) -> tuple[float, float]:
        place = number.place
        if place.table < 0:
            return bound[place].get(number.printed.start, (0.0, 0.0))
        first, second = self._complement.get((place.table, _bare(place.header)), self._words[place].header_arms)
        if max(first, second) < _UNTOLD or abs(first - second) < 0.1:
            return self._words[place].row_arms
        return first, second

    def _features(self, at: int, number: Number, arm: int) -> list[float]:
        words, place, printed = self._words[number.place], number.place, number.printed
        mine, other = float(self.arms[at, arm]), float(self.arms[at, 1 - arm])
        untold = max(mine, other) < _UNTOLD
        in_table = place.table >= 0
        context = f"{place.label} {place.header}"
        everything = f"{place.caption} {place.section} {context}" if in_table else place.label
        return [
            *(float(printed.role is role) for role in ROLES),
            float(in_table), float(place.in_abstract), mine, other, mine - other, float(untold),
            words.row_arms[arm] - words.row_arms[1 - arm], words.label, words.precision, words.section, words.header,
            words.caption, float(self.label_fit[at]), float(self.outcome_fit[at]),
            float(printed.value == int(printed.value)), float(printed.value in {0.0, 1.0}),
            float(printed.partner is not None), float(place.size is not None),
            *self._time_features(words),
            float(in_table and untold and _has(_DIFFERENCE, place.header)),
            min(place.column, 6) / 6 if in_table else 0.0, min(place.row, 40) / 40 if in_table else 0.0,
            float(_has(_RANDOMISED, context)), float(_has(_ANALYSED, context)),
            self._table_fit.get(place.table, self._fit(place)), *self._latest_features(place, words),
            float(self._arms.names_another(f"{place.label} {place.header}" if in_table else place.label)),
            float(_has(_ERROR, everything)), float(_has(_MEDIAN, everything)), min(place.table, 5) / 5,
            float(_has(_SUBGROUP, everything)), *self._row_features(number, words),
        ]  # fmt: skip

    def _latest_features(self, place: Place, words: PlaceWords) -> tuple[float, float]:
        last = self._table_latest.get(place.table, -1.0)
        own = latest(words.times)
        return (float(own == last), float(own < last)) if last >= 0 and own >= 0 else (0.0, 0.0)

    def sizes_at_outcome(self, arm: Arm) -> Floats:
        """Group sizes that head this arm's columns, or stand as totals, where the outcome stands: each value once."""
        there = (self.outcome_fit > 0.85) & (self.towards(arm) > 0.2)
        totals = self.values[there & self.role(Role.TOTAL)]
        found: Floats = np.unique(np.concatenate([self.sizes[there & (self.sizes > 0)], totals]))
        return found

    def _time_features(self, words: PlaceWords) -> list[float]:
        baseline, later, change = words.when
        wants_baseline, _, wants_change = self._wanted_when
        same = bool(self._wanted_times & words.times)
        differs = bool(self._wanted_times) and bool(words.times) and not same
        return [
            float(baseline and wants_baseline), float(baseline and not wants_baseline), float(later),
            float(change and wants_change), float(change and not wants_change), float(same), float(differs),
        ]  # fmt: skip


@lru_cache(maxsize=20_000)
def _bare(header: str) -> str:
    """The header without group sizes and units in brackets."""
    return re.sub(r"[\[(][^()\[\]]*[\])]|(?i:\bn\s*=\s*\d+)", " ", header).strip().lower()


def _row_id(place: Place) -> int:
    """One number a table row; -1 in prose."""
    return place.table * 10_000 + place.row if place.table >= 0 else -1


@lru_cache(maxsize=20_000)
def _has(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(text) is not None
