"""Whose number it is in a sentence: what a model said of a record held against the record's own sentence, number by number."""

from __future__ import annotations

from dataclasses import dataclass

from verification.reported.arms import Arms, read_arms
from verification.reported.cells import Role
from verification.reported.fields import Arm
from verification.reported.prose import read_sentence
from verification.reported.sentence_arms import arms_in_sentence

SURE = 0.6
"""Strength of a binding from which it counts; those below are guesses from the nearest name."""

ALONE = 0.75
"""The same for a single number; two numbers that have changed places bear each other out."""

_PEOPLE = frozenset({Role.SIZE, Role.COUNT, Role.TOTAL})


@dataclass(frozen=True, slots=True)
class TwoArms:
    """The two arms of a comparison as one record names them, and the record's text, which defines their short forms."""

    first: str
    second: str
    text: str

    def named(self, arm: Arm) -> str:
        """The words of this arm."""
        return self.first if arm is Arm.INTERVENTION else self.second

    def read(self) -> Arms:
        """What tells the arms apart in this record."""
        return read_arms(self.first, self.second, "", self.text)


def numbers_of_the_other_arm(said: str, sentence: str, arms: TwoArms) -> tuple[tuple[str, Arm], ...]:
    """Numbers that what was said gives to one arm and the record's sentence to the other alone, with the arm it was said of."""
    words = arms.read()
    printed = _bound(sentence, words)
    found = []
    for one in _bound(said, words):
        theirs = [other for other in printed if other.value == one.value]
        if one.arm is not None and theirs and all(other.arm is one.arm.other for other in theirs):
            found.append((one, min(one.strength, *(other.strength for other in theirs))))
    both = len({one.arm for one, _ in found}) == 2
    return tuple((one.text, one.arm) for one, strength in found if one.arm is not None and (both or strength >= ALONE))


def size_of_one_arm(number: int, sentence: str, arms: TwoArms) -> Arm | None:
    """The arm whose people the sentence counts with this number, where it gives the number to that arm alone; else None."""
    counted = [one for one in _bound(sentence, arms.read()) if one.value == number and one.role in _PEOPLE]
    of = {one.arm if one.strength >= ALONE else None for one in counted}
    return of.pop() if len(of) == 1 else None


@dataclass(frozen=True, slots=True)
class _Bound:
    """A number of a sentence as printed, its value and kind, and the arm it is surely bound to."""

    text: str
    value: float
    role: Role
    arm: Arm | None
    strength: float


def _bound(sentence: str, words: Arms) -> list[_Bound]:
    numbers = read_sentence(sentence)
    bound = arms_in_sentence(words.mentions(sentence), numbers, sentence)
    found = []
    for number in numbers:
        first, second = bound.get(number.start, (0.0, 0.0))
        strength = max(first, second)
        arm = None if strength < SURE else Arm.INTERVENTION if first > second else Arm.COMPARATOR
        found.append(_Bound(number.text, number.value, number.role, arm, strength))
    return found
