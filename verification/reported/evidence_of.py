"""What speaks for one number of a report being the number asked for: named features, each between -1 and 1 or so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from verification.reported.arms import Arms, place_in_sentence
from verification.reported.cells import Role
from verification.reported.outcomes import Outcome, times, when
from verification.reported.report import Number, Place, Report


class Field(StrEnum):
    """What a reader was asked for."""

    EVENTS = "events"
    GROUP_SIZE = "group_size"
    MEAN = "mean"
    STANDARD_DEVIATION = "standard_deviation"


ROLES = tuple(Role)
NAMES = (
    *(f"role {role.value}" for role in ROLES),
    "table", "abstract", "arm", "other arm", "arm against other", "neither arm", "row arm", "label", "label precision",
    "section", "header", "caption", "best label", "best place", "whole number", "one", "has partner", "header size",
    "baseline wanted and there", "baseline unasked", "later", "change agrees", "change unasked", "time agrees", "time differs",
    "difference column", "position", "last time", "randomised words", "analysed words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What one place says of outcome, time and arms, worked out once for all its numbers."""

    label: float
    precision: float
    section: float
    header: float
    caption: float
    arms: tuple[float, float]
    row_arms: tuple[float, float]
    times: frozenset[tuple[str, str]]
    when: tuple[bool, bool, bool]

    @property
    def outcome(self) -> float:
        """The best single agreement with the outcome, the caption weighing less."""
        return min(1.0, max(self.label + 0.8 * self.section, self.header) + 0.3 * self.caption)


_DIFFERENCE = re.compile(
    r"(?i)differ|ratio|\brr\b|\bor\b(?!\s[a-z])|\bhr\b|\bmd\b|\btotal\b|overall|\bp\b|p[ -]?value|95 ?%|\bci\b|\bf\b|\bt\b|effect size|\bbeta\b"
)
_RANDOMISED = re.compile(r"(?i)randomi[sz]|allocat|assign|enrol|recruit|intention")
_ANALYSED = re.compile(r"(?i)analy[sz]|complet|evaluab|includ|per.protocol|follow")


def place_words(place: Place, arms: Arms, outcome: Outcome) -> PlaceWords:
    """What the place says for this comparison and outcome."""
    everything = f"{place.label} {place.section} {place.header}"
    if place.table < 0:
        earlier = 0.5 * outcome.match(place.section)
        own = outcome.match(place.label)
        return PlaceWords(
            own, outcome.precision(place.label), max(0.0, earlier - own), 0.0, 0.0, (0.0, 0.0), (0.0, 0.0),
            times(place.label), when(place.label),
        )  # fmt: skip
    own = outcome.match(place.label)
    return PlaceWords(
        own,
        outcome.precision(place.label),
        max(0.0, outcome.match(f"{place.label} {place.section}") - own),
        outcome.match(place.header),
        outcome.match(place.caption),
        arms.match(place.header),
        arms.match(f"{place.label} {place.section}"),
        times(everything) or times(place.caption),
        when(everything) if any(when(everything)) else when(place.caption),
    )


class Evidence:
    """All numbers of one report against one comparison and outcome."""

    def __init__(self, report: Report, arms: Arms, outcome: Outcome) -> None:
        self.report = report
        self.arms = arms
        self.outcome = outcome
        places = {number.place for number in report.numbers}
        self.words = {place: place_words(place, arms, outcome) for place in places}
        self.best_label = max((words.label for words in self.words.values()), default=0.0) or 1.0
        self._best = [
            max((words.outcome for place, words in self.words.items() if (place.table >= 0) is tables), default=0.0) or 1.0
            for tables in (False, True)
        ]
        self._sentences = {place: self._sentence(place) for place in places if place.table < 0}
        self._starts: dict[Place, list[int]] = {}
        for number in report.numbers:
            if number.place.table < 0 and number.printed.role not in {Role.P, Role.SPREAD, Role.BOUND, Role.BRACKET, Role.TOTAL}:
                self._starts.setdefault(number.place, []).append(number.printed.start)
        self.wanted_times = times(outcome.text)
        self.wanted_when = when(outcome.text)

    def _sentence(self, place: Place) -> list[tuple[int, int, int]]:
        return self.arms.mentions(place.label)

    def outcome_fit(self, place: Place) -> float:
        """How well the place fits the outcome, against the best of the report's tables or of its prose: 0 to 1."""
        return self.words[place].outcome / self._best[place.table >= 0]

    def of_arms(self, number: Number) -> tuple[float, float]:
        """How well the number is bound to each arm, 0 to 1."""
        place = number.place
        if place.table < 0:
            return place_in_sentence(self._sentences[place], self._starts.get(place, []), number.printed.start, place.label)
        words = self.words[place]
        first, second = words.arms
        if max(first, second) < 0.15 or abs(first - second) < 0.1:  # noqa: PLR2004 - the header does not tell
            return words.row_arms
        return first, second

    def features(self, number: Number, arm: int) -> list[float]:
        """The features of NAMES for this number as arm 0 or 1's."""
        words, place, printed = self.words[number.place], number.place, number.printed
        both = self.of_arms(number)
        mine, other = both[arm], both[1 - arm]
        baseline, later, change = words.when
        wants_baseline, _, wants_change = self.wanted_when
        same_time = bool(self.wanted_times & words.times)
        context = f"{place.label} {place.header}"
        return [
            *(float(printed.role is role) for role in ROLES),
            float(place.table >= 0), float(place.in_abstract), mine, other, mine - other, float(max(both) < 0.15),
            words.row_arms[arm] - words.row_arms[1 - arm], words.label, words.precision, words.section, words.header, words.caption,
            words.label / self.best_label, self.outcome_fit(place),
            float(printed.value == int(printed.value)), float(printed.value in {0.0, 1.0}), float(printed.partner is not None),
            float(place.size is not None),
            float(baseline and wants_baseline), float(baseline and not wants_baseline), float(later), float(change and wants_change),
            float(change and not wants_change), float(same_time), float(bool(self.wanted_times) and bool(words.times) and not same_time),
            float(place.table >= 0 and _DIFFERENCE.search(place.header) is not None and max(both) < 0.3),
            min(place.column, 6) / 6 if place.table >= 0 else 0.0, min(place.row, 40) / 40 if place.table >= 0 else 0.0,
            float(_matches(_RANDOMISED, context)), float(_matches(_ANALYSED, context)),
        ]  # fmt: skip


@lru_cache(maxsize=20_000)
def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(text) is not None
