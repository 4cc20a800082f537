"""What a language model answered when it was asked for a trial's numbers, field by field."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from verification.reported import Arm, Field, Reading


class State(StrEnum):
    """How a field was answered."""

    NUMBER = "number"
    X = "x"
    BLANK = "blank"
    UNREADABLE = "unreadable"


_FENCED = re.compile(r"```(?:ya?ml)?\s*\n(.*?)(?:```|\Z)", re.DOTALL)
_ARM = re.compile(r"\s*(intervention|comparator)\s*:\s*(?:#.*)?\Z")
_FIELD = re.compile(r"\s+(events|group_size|mean|standard_deviation)\s*:\s*(.*)\Z")
_NUMBER = re.compile(r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\Z")

Answers = dict[tuple[Arm, Field], tuple[State, float | None]]


def answers_of(output: str) -> Answers:
    """The answers of an output in YAML as the models wrote it: the first fenced block, or the whole."""
    fenced = _FENCED.search(output)
    found: Answers = {}
    arm: Arm | None = None
    for line in (fenced.group(1) if fenced else output).split("\n"):
        if named := _ARM.match(line):
            arm = Arm(named.group(1))
        elif arm is not None and (field := _FIELD.match(line)):
            found.setdefault((arm, Field(field.group(1))), _answer(field.group(2)))
    return found


def _answer(text: str) -> tuple[State, float | None]:
    bare = re.sub(r"\s+#.*\Z", "", text).strip().strip("'\"")
    if not bare:
        return State.BLANK, None
    if bare.lower() == "x":
        return State.X, None
    if _NUMBER.match(bare) and any(character.isdigit() for character in bare) and len(bare) < 25:
        return State.NUMBER, float(bare.replace(",", "").replace("−", "-"))
    return State.UNREADABLE, None


def reading_of(output: str) -> Reading:
    """The numbers among the answers."""
    return {place: value for place, (_, value) in answers_of(output).items() if value is not None}


def right(value: float, gold: float) -> bool:
    """Whether both are the same number once the one printed with more decimals is rounded as the other."""
    places = min(_decimals(value), _decimals(gold))
    return abs(value - gold) <= 0.5 * 10.0**-places + 1e-9


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
