"""Which arm a number is printed for: by the arm's words, abbreviation or group label, or by its place in the sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verification.reported.sentence_arms import ANOTHER, Mention
from verification.reported.words import abbreviations, labels, sided, tokens

_CONTROL_TEXT = """
control placebo sham usual standard conventional vehicle saline untreated comparison waitlist waiting none traditional reference
plc pbo
"""
_ACTIVE_TEXT = "intervention treatment experimental active treated study case verum"
_CONTROL_STEMS = frozenset(stem for word in _CONTROL_TEXT.split() for stem in tokens(word))
_ACTIVE_STEMS = frozenset(stem for word in _ACTIVE_TEXT.split() for stem in tokens(word))
_NEAR = 90
_MENTION = re.compile(r"(?:\b(?:[Nn]o|[Ww]ithout|[Nn]on)[ -])?[^\W_]+(?:\.\d+)?(?:[ -][A-Z0-9]{1,4}\b)?")
_NO_NAME = re.compile(
    r"(?i)\b(?:standard (?:deviations?|errors?|care)|in (?:this|any) case|in (?:comparison|contrast) (?:to|with)|none of"
    r"|(?:treatment|study|intervention|control|active)[ -]"
    r"(?:period|phase|duration|visit|day|week|effect|difference|outcome|failure|response|site|cent|population|drug|end)\w*"
    r"|(?:this|our|present|the) study"
    r"|(?:of|after|end of|during|before|post|to|for) (?:the )?(?:treatment|intervention|study))\b(?! (?:groups?|arms?))"
)
"""Words that look like the names of roles and name none."""

_LABELLED = re.compile(r"\b(?i:groups?|arms?)[ -]+(?:[A-Z]\d?|[IVX]{1,4}|\d|[A-Z]{2,4}\d?)\b|\b[A-Z]{1,4}\d?[ -]groups?\b")
_DEFINES = re.compile(r"\s?(?:\(|:|,? (?:received|was|were|included|had|took|given))")
_LABEL_KINDS = tuple(re.compile(f"group:{kind}") for kind in (r"[abcdef]", r"[ivx]+", r"\d"))
_DOSE = re.compile(
    r"(?<![\d.,/])(\d+(?:,\d{3})*(?:\.\d+)?)[ -]?"
    r"(mg|µg|μg|mcg|g|ml|mL|IU|%|Hz|mm|[Gg]y|h|hours?|days?|weeks?|months?)(?![A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Arms:
    """The weights of the words that tell the two arms of a comparison apart."""

    first: Mapping[str, float]
    second: Mapping[str, float]
    doses: tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]
    """The doses and durations of each arm, by unit."""
    shared: frozenset[str] = frozenset()
    """Words of both arms that stand for the one which has no words of its own."""

    def match(self, text: str) -> tuple[float, float]:
        """How well the text names each arm, 0 to 1 each."""
        words = sided(text)
        first, second = _strength(words, self.first), _strength(words, self.second)
        return (0.3 * first, 0.3 * second) if self.names_another(text) else (first, second)

    def names_another(self, text: str) -> bool:
        """Whether the text names a dose, in a unit of this comparison, that is in neither arm, and none that is."""
        found = [(value.replace(",", ""), unit) for value, unit in _doses_in(text)]
        found = [(value, unit) for value, unit in found if any(unit in doses for doses in self.doses)]
        return bool(found) and not any(value in doses.get(unit, ()) for value, unit in found for doses in self.doses)

    def _part_of_last(self, last: Mention, between: str) -> bool:
        """Whether a word of both arms belongs to the longer one's name: `iron with zinc`, where the arms are zinc, and both."""
        longer = int(bool(self.shared & set(self.first)))
        return last[2] == longer and len(between) < 30 and not re.search(r"[\d,;()]|\b(?:than|and|or|vs|versus|to)\b", between)

    def _of_dose(self, value: str, unit: str) -> int | None:
        """The one arm that has this dose, ANOTHER where its unit is the comparison's, else None."""
        has = [value.replace(",", "") in doses.get(unit, ()) for doses in self.doses]
        if any(has):
            return None if all(has) else has.index(True)
        return ANOTHER if any(unit in doses for doses in self.doses) else None

    def mentions(self, sentence: str) -> list[Mention]:
        """Start, end and arm (0, 1 or ANOTHER) of each place where the sentence names an arm."""
        found: list[Mention] = []
        for match in _MENTION.finditer(_NO_NAME.sub(lambda no: "_" * len(no.group()), sentence)):
            words = sided(match.group())
            first, second = _strength(words, self.first), _strength(words, self.second)
            weak = bool(words & self.shared) and found and self._part_of_last(found[-1], sentence[found[-1][1] : match.start()])
            if abs(first - second) > 0.2 and not weak:
                found.append((match.start(), match.end(), int(second > first)))
        for dose in _DOSE.finditer(sentence):
            arm = self._of_dose(dose.group(1), _unit(dose.group(2)))
            if arm is not None:
                found = [one for one in found if one[1] <= dose.start() or one[0] >= dose.end()]
                found.append((dose.start(), dose.end(), arm))
        return _merged(sorted(found))


def _merged(found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    merged: list[tuple[int, int, int]] = []
    for start, end, arm in found:
        if merged and merged[-1][2] == arm and start - merged[-1][1] <= 25:
            merged[-1] = (merged[-1][0], end, arm)
        else:
            merged.append((start, end, arm))
    return merged


def _strength(words: Iterable[str], weights: Mapping[str, float]) -> float:
    return 1 - math.exp(-1.5 * sum(weights.get(word, 0.0) for word in words))


def read_arms(first: str, second: str, outcome: str, report_text: str) -> Arms:
    """The arms of a comparison (for example `H1 (haloperidol 1 mg)` and `placebo`) in the words of one report.

    Where one arm has all words of the other (`A` and `A plus B`), those both have stand for the shorter one, less. Words of the
    outcome are no names of roles.
    """
    short = abbreviations(report_text)
    one, two = _named(first, short), _named(second, short)
    weights = ({word: 1.0 for word in one - two}, {word: 1.0 for word in two - one})
    shared: frozenset[str] = frozenset()
    for arm, mine in enumerate((one, two)):
        if not any(word.isalpha() and len(word) > 2 for word in weights[arm]):
            shared = frozenset(word for word in mine if word not in weights[arm])
            weights[arm].update(dict.fromkeys(shared, 0.35))
    _add_labels(weights, report_text)
    _add_roles(weights, one, two, frozenset(tokens(outcome)))
    _add_sides(weights, first, second)
    return Arms(*weights, (_doses(first), _doses(second)), shared)


def _unit(unit: str) -> str:
    return unit.lower().rstrip("s")


def _doses_in(text: str) -> list[tuple[str, str]]:
    return [(value, _unit(unit)) for value, unit in _DOSE.findall(text)]


def _doses(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for value, unit in _doses_in(text):
        found.setdefault(unit, set()).add(value.replace(",", ""))
    return {unit: frozenset(values) for unit, values in found.items()}


def _add_sides(weights: tuple[dict[str, float], dict[str, float]], first: str, second: str) -> None:
    """In a comparison of before and after, whatever says before or after names an arm."""
    sides = [sided(text) & {"side:before", "side:after"} for text in (first, second)]
    if len(sides[0]) == len(sides[1]) == 1 and sides[0] != sides[1]:
        for arm in (0, 1):
            weights[arm].update(dict.fromkeys(sides[arm], 2.0))


def _named(text: str, short: Mapping[str, frozenset[str]]) -> frozenset[str]:
    words = set(sided(text))
    for abbreviation, long in short.items():
        if len(long) > 1 and 2 * len(long & words) >= len(long) and len(long - words) < 2:
            words.add(abbreviation)
        elif abbreviation in words:
            words |= long
    return frozenset(words - {"side:before", "side:after"})


def _add_labels(weights: tuple[dict[str, float], dict[str, float]], text: str) -> None:
    """Group labels that the report uses, given to the arm whose words stand beside them.

    Where the report has two labels of a kind (I and II) and one is an arm's, the second is the other arm's.
    """
    beside: dict[str, list[float]] = {}
    for match in _LABELLED.finditer(text):
        for label in labels(match.group()):
            counts = beside.setdefault(label, [0.0, 0.0])
            sure = 4.0 if _DEFINES.match(text[match.end() : match.end() + 12]) or text[: match.start()].endswith("(") else 1.0
            words = set(tokens(_beside(text, match.start(), match.end())))
            for arm in (0, 1):
                counts[arm] += sure * len(words & set(weights[arm])) / (len(words) + 1)
    known = {label: arm for label in beside for arm in (0, 1) if {label, label.removeprefix("group:")} & set(weights[arm])}
    most = [max((counts[arm] for counts in beside.values()), default=0.0) for arm in (0, 1)]
    for label, counts in beside.items():
        arm = int(counts[1] > counts[0])
        if label not in known and counts[arm] > 2 * counts[1 - arm] and counts[arm] >= 0.5 * most[arm]:
            known[label] = arm
            weights[arm][label] = 0.8
    single = [label for label in beside if len(label) == len("group:a") or label == "group:ii"]
    for kind in _LABEL_KINDS:
        pair = [label for label in single if kind.fullmatch(label)]
        if len(pair) == len(single) == 2 and len([label for label in pair if label in known]) == 1:
            second = pair[0] if pair[1] in known else pair[1]
            weights[1 - known[pair[0] if pair[0] in known else pair[1]]][second] = 0.7


def _beside(text: str, start: int, end: int) -> str:
    """The words that a group's label stands for: those in brackets after it, those before it where it is in brackets itself."""
    if bracket := re.match(r"\s?\(([^()]{3,90})\)", text[end : end + 95]):
        return bracket.group(1)
    if text[:start].rstrip().endswith("("):
        return re.split(r"(?i)\b(?:and|or|versus|vs)\b|[,;)]", text[max(0, start - _NEAR) : start])[-1]
    after = re.split(r"(?i)\bgroup |\barm |[.;] ", text[end : end + _NEAR])[0]
    before = re.split(r"[.;)]", text[max(0, start - 30) : start])[-1]
    return f"{after} {before}"


def _add_roles(
    weights: tuple[dict[str, float], dict[str, float]], one: frozenset[str], two: frozenset[str], outcome: frozenset[str]
) -> None:
    """`Control` and `intervention` as names: sure where one arm is called so, likely else."""
    controls, actives = _CONTROL_STEMS - outcome, _ACTIVE_STEMS - outcome
    if two & _CONTROL_STEMS and not one & _CONTROL_STEMS:
        control, active = 0.6, 0.5
    elif one & _CONTROL_STEMS and not two & _CONTROL_STEMS:
        weights[0].update({word: max(weights[0].get(word, 0), 0.6) for word in controls - two})
        weights[1].update({word: max(weights[1].get(word, 0), 0.5) for word in actives - one})
        return
    else:
        control, active = 0.35, 0.35
    weights[1].update({word: max(weights[1].get(word, 0), control) for word in controls - one})
    weights[0].update({word: max(weights[0].get(word, 0), active) for word in actives - two})
