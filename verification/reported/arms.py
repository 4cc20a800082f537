"""Which arm a number is printed for: by the arm's words, abbreviation or group label, or by its place in the sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verification.reported.words import abbreviations, labels, sided, tokens

_CONTROL_TEXT = """
control placebo sham usual standard conventional vehicle saline untreated comparison waitlist waiting none traditional reference
plc pbo
"""
_ACTIVE_TEXT = "intervention treatment experimental active treated study case verum"
_CONTROL_STEMS = frozenset(stem for word in _CONTROL_TEXT.split() for stem in tokens(word))
_ACTIVE_STEMS = frozenset(stem for word in _ACTIVE_TEXT.split() for stem in tokens(word))
_NEAR = 90
ANOTHER = 2
"""The arm of words that name a group of the trial which is in neither arm of the comparison."""

_MENTION = re.compile(r"(?:\b(?:[Nn]o|[Ww]ithout|[Nn]on)[ -])?[^\W_]+(?:\.\d+)?(?:[ -][A-Z0-9]{1,4}\b)?")
_DOSE = re.compile(r"(?<![\d.,/])(\d+(?:,\d{3})*(?:\.\d+)?)[ -]?(mg|µg|μg|mcg|g|ml|mL|IU|%|Hz|mm|[Gg]y|h|hours?)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Arms:
    """The weights of the words that tell the two arms of a comparison apart."""

    first: Mapping[str, float]
    second: Mapping[str, float]
    doses: Mapping[str, frozenset[str]]
    """The doses of both arms, by unit."""

    def match(self, text: str) -> tuple[float, float]:
        """How well the text names each arm, 0 to 1 each."""
        words = sided(text)
        first, second = _strength(words, self.first), _strength(words, self.second)
        return (0.3 * first, 0.3 * second) if self.names_another(text) else (first, second)

    def names_another(self, text: str) -> bool:
        """Whether the text names a dose, in a unit of this comparison, that is in neither arm, and none that is."""
        found = [(value.replace(",", ""), unit) for value, unit in _DOSE.findall(text) if unit in self.doses]
        return bool(found) and all(value not in self.doses[unit] for value, unit in found)

    def mentions(self, sentence: str) -> list[tuple[int, int, int]]:
        """Start, end and arm (0, 1 or ANOTHER) of each place where the sentence names an arm."""
        found: list[tuple[int, int, int]] = []
        for match in _MENTION.finditer(sentence):
            words = sided(match.group())
            first, second = _strength(words, self.first), _strength(words, self.second)
            if abs(first - second) > 0.2:
                found.append((match.start(), match.end(), int(second > first)))
        doses = (match for match in _DOSE.finditer(sentence) if self.names_another(match.group()))
        found.extend((match.start(), match.end(), ANOTHER) for match in doses)
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
    for arm, mine in enumerate((one, two)):
        if not weights[arm]:
            weights[arm].update(dict.fromkeys(mine, 0.35))
    _add_labels(weights, report_text)
    _add_roles(weights, one, two, frozenset(tokens(outcome)))
    _add_sides(weights, first, second)
    return Arms(*weights, _doses(f"{first} {second}"))


def _doses(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for value, unit in _DOSE.findall(text):
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
        if long and len(long) > 1 and long <= words:
            words.add(abbreviation)
        elif abbreviation in words:
            words |= long
    return frozenset(words - {"side:before", "side:after"})


def _add_labels(weights: tuple[dict[str, float], dict[str, float]], text: str) -> None:
    """Group labels that the report uses, given to the arm whose words stand beside them."""
    beside: dict[str, list[float]] = {}
    for match in re.finditer(
        r"\b(?i:groups?|arms?)[ -]+(?:[A-Z]\d?|[IVX]{1,4}|\d|[A-Z]{2,4}\d?)\b|\b[A-Z]{1,4}\d?[ -]groups?\b", text
    ):
        for label in labels(match.group()):
            if any(name in arm for arm in weights for name in (label, label.removeprefix("group:"))):
                continue
            counts = beside.setdefault(label, [0.0, 0.0])
            around = _beside(text, match.start(), match.end())
            words = set(tokens(around))
            for arm in (0, 1):
                counts[arm] += len(words & set(weights[arm]))
    for label, (first, second) in beside.items():
        if first > 2 * second:
            weights[0][label] = 0.8
        elif second > 2 * first:
            weights[1][label] = 0.8


def _beside(text: str, start: int, end: int) -> str:
    """The words that a group's label stands for: those before it where it is in brackets, else those around it."""
    if text[:start].rstrip().endswith("("):
        return re.split(r"(?i)\b(?:and|or|versus|vs)\b|[,;)]", text[max(0, start - _NEAR) : start])[-1]
    after = re.split(r"(?i)\bgroup |\barm |[.;] ", text[end : end + _NEAR])[0]
    return f"{after} {text[max(0, start - 30) : start]}"


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


def place_in_sentence(
    mentions: list[tuple[int, int, int]], numbers: list[int], start: int, sentence: str
) -> tuple[float, float]:
    """How well a number at `start` is bound to each arm by where the arms are named in its sentence, 0 to 1 each.

    A name right after the number binds it (`29 in the zinc group`); numbers that stand together take the names in order
    (`4.1 vs 5.9`, `respectively`); else the last name before the number does.
    """
    arm, strength = _placed(mentions, numbers, start, sentence)
    return (strength if arm == 0 else 0.0, strength if arm == 1 else 0.0)


def _placed(mentions: list[tuple[int, int, int]], numbers: list[int], start: int, sentence: str) -> tuple[int, float]:
    if not mentions or any(left <= start < right for left, right, _ in mentions):
        return 0, 0.0
    run = _run(mentions, numbers, start)
    if len({arm for _, _, arm in mentions}) == 1:
        return _one_arm(mentions, run, start, sentence)
    after = next(((left, arm) for left, _, arm in mentions if left > start), None)
    if after and _named_after(sentence[start : after[0]]):
        return after[1], 0.9
    earlier = [arm for _, right, arm in mentions if right <= run[0]]
    later = [arm for left, _, arm in mentions if left > run[-1]]
    if len(run) > 1 and start in run:
        order = earlier[-len(run) :] if len(earlier) >= len(run) else later[: len(run)]
        if len(order) < len(run):
            order = list(dict.fromkeys(arm for _, _, arm in mentions))
        return order[run.index(start) % len(order)], 0.7 if len(run) == len(order) else 0.4
    if earlier:
        return earlier[-1], 0.8 if start - max(right for _, right, _ in mentions if right <= start) < _NEAR else 0.5
    return (later[0], 0.4) if later else (0, 0.0)


def _one_arm(mentions: list[tuple[int, int, int]], run: list[int], start: int, sentence: str) -> tuple[int, float]:
    """Where one arm alone is named, the second of two numbers set against each other is the other arm's."""
    arm = mentions[0][2]
    if (
        arm != ANOTHER
        and start in run
        and len(run) == 2
        and re.search(r"\b(?:vs?|versus|compared)\b", sentence[run[0] : run[1]])
    ):
        return (arm if start == run[0] else 1 - arm), 0.6
    near = min(abs(start - left) for left, _, _ in mentions)
    return arm, 0.5 if near < _NEAR else 0.25


def _named_after(between: str) -> bool:
    """Whether only the number's own words stand between it and a name: `32 patients (38.1 %) in the `."""
    plain = re.sub(r"\([^()]*\)", "", between)
    own = re.sub(r"^[\d.,/%]+(?:\s?±\s?[\d.]+)?", "", plain)
    if re.search(r"\d|[,;]|\band\b|\bvs\b|\bversus\b|\bthan\b", own) or len(own) > _NEAR:
        return False
    return re.search(r"\b(?:in|with|for|of|receiving|on|to|among|given|by|at)\b", own) is not None


def _run(mentions: list[tuple[int, int, int]], numbers: list[int], start: int) -> list[int]:
    """The numbers that stand together with this one, without a name between them."""
    low = max((right for _, right, _ in mentions if right <= start), default=-1)
    high = min((left for left, _, _ in mentions if left > start), default=10**9)
    return [number for number in numbers if low <= number < high] or [start]
