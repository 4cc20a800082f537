"""Signs that a number was read right or wrong: named features of one value beside the reader's other values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from verification.reported.candidates import Candidates, Floats, Mask
from verification.reported.cells import Role
from verification.reported.fields import Arm, Field, Reading

NAMES = (
    "fit", "best other", "margin", "rank", "present", "derived", "sign differs", "printed anywhere", "size from share",
    "half of total", "times printed", "other arm fit", "swap", "as percentage", "best towards arm", "best outcome",
    "best label", "best in table", "most towards arm", "most label", "most outcome", "same as other arm",
    "row with other arm", "place with other arm", "joint fit with other arm", "row with partner", "place with partner",
    "joint fit with partner", "whole number", "negative", "events over size", "events are size", "spread over mean",
    "printed as size", "header size", "header size of arm", "header size of other arm", "total of arms", "largest count",
    "size at outcome", "other size at outcome", *(f"field {field.value}" for field in Field), "size of a measured outcome",
)  # fmt: skip
"""The signs, by name."""

Scores = Mapping[tuple[Arm, Field], Floats]
"""How likely each candidate is to be what was asked, 0 to 1, by arm and field."""

_PARTNERS = {Field.MEAN: Field.STANDARD_DEVIATION, Field.STANDARD_DEVIATION: Field.MEAN, Field.EVENTS: Field.GROUP_SIZE}
_LEAST = -8.0


@dataclass(frozen=True, slots=True)
class Held:
    """One value of a reading, held against the candidates."""

    candidates: Candidates
    scores: Scores
    reading: Reading
    arm: Arm
    field: Field

    @property
    def value(self) -> float:
        """The value."""
        return self.reading[self.arm, self.field]

    def equal(self, arm: Arm, field: Field) -> tuple[Mask, Mask]:
        """Where the reading's value of this arm and field stands, as printed and as a calculation."""
        return self.candidates.equal(self.reading[arm, field], field, self.reading.get((arm, Field.GROUP_SIZE)))


def log_odds(share: float) -> float:
    """Log odds, bounded at both ends."""
    return float(np.log((share + 0.003) / (1 - share + 0.003)))


def signs(held: Held) -> dict[str, float]:
    """The features of NAMES; what does not apply is NaN."""
    printed, derived = held.equal(held.arm, held.field)
    found = _fits(held, printed, derived)
    found |= _best(held, printed | derived)
    found |= _sizes(held, printed)
    found |= _together(held, printed | derived)
    found |= _arithmetic(held)
    found |= {f"field {field.value}": float(field is held.field) for field in Field}
    return found


def _most(values: Floats, mask: Mask) -> float:
    return float(values[mask].max()) if mask.any() else 0.0


def _fits(held: Held, printed: Mask, derived: Mask) -> dict[str, float]:
    scores = held.scores[held.arm, held.field]
    values = held.candidates.values
    either = printed | derived
    fit = _most(scores, either)
    other = log_odds(_most(scores, ~either))
    swapped = log_odds(_most(held.scores[held.arm.other, held.field], either))
    percent = held.candidates.role(Role.PERCENT) & (np.abs(values - held.value) < 1e-6)
    unsigned = np.abs(np.abs(values) - abs(held.value)) < 1e-6
    return {
        "fit": log_odds(fit),
        "best other": other,
        "margin": log_odds(fit) - other,
        "rank": float(min(len(np.unique(values[~either & (scores > fit)])), 30)),
        "present": float(printed.any()),
        "derived": float(derived.any()),
        "sign differs": float(not either.any() and unsigned.any()),
        "printed anywhere": float(abs(held.value) in held.candidates.report.printed),
        "times printed": float(min(int(printed.sum()), 20)),
        "other arm fit": swapped,
        "swap": swapped - log_odds(fit),
        "as percentage": log_odds(_most(scores, percent)) if held.field is Field.EVENTS else 0.0,
    }


def _best(held: Held, either: Mask) -> dict[str, float]:
    candidates = held.candidates
    found = {"most label": _most(candidates.label_fit, either), "most outcome": _most(candidates.outcome_fit, either)}
    if not either.any():
        return found
    at = best_place(held, either)
    towards = candidates.towards(held.arm)
    return found | {
        "best towards arm": float(towards[at]),
        "best outcome": float(candidates.outcome_fit[at]),
        "best label": float(candidates.label_fit[at]),
        "best in table": float(candidates.rows[at] >= 0),
        "most towards arm": float(towards[either].max()),
    }


def best_place(held: Held, mask: Mask) -> int:
    """The candidate that fits best among those of the mask, which must hold one."""
    at = np.flatnonzero(mask)
    return int(at[np.argmax(held.scores[held.arm, held.field][at])])


def _sizes(held: Held, printed: Mask) -> dict[str, float]:
    candidates, value = held.candidates, held.value
    header = candidates.sizes == value
    found = {
        "printed as size": float((printed & candidates.role(Role.SIZE)).sum()),
        "header size": float(header.any()),
        "header size of arm": float((header & (candidates.towards(held.arm) > 0.2)).any()),
        "header size of other arm": float((header & (candidates.towards(held.arm.other) > 0.2)).any()),
        "size from share": 0.0, "half of total": 0.0, "total of arms": 0.0, "largest count": 0.0, "size at outcome": 0.0,
        "other size at outcome": 0.0,
    }  # fmt: skip
    if held.field is not Field.GROUP_SIZE:
        return found
    partners = candidates.partners
    share = candidates.role(Role.COUNT) & (partners > 0) & (partners < 100) & (candidates.values > 0)
    implied = candidates.values / np.where(share, partners, 1.0) * 100
    counts = candidates.values[candidates.role(Role.COUNT, Role.SIZE, Role.TOTAL, Role.OTHER)]
    people = candidates.values[candidates.role(Role.COUNT, Role.SIZE) & (candidates.values < 1e5)]
    other = held.reading.get((held.arm.other, Field.GROUP_SIZE))
    there = candidates.sizes_at_outcome(held.arm)
    return found | {
        "size at outcome": float(value in there),
        "other size at outcome": float(len(there) > 0 and value not in there),
        "size from share": float((share & (np.abs(implied - value) < 0.6)).any()),
        "half of total": float((np.abs(counts - 2 * value) < 1e-6).any()),
        "total of arms": float(other is not None and bool((np.abs(counts - value - (other or 0.0)) < 1e-6).any())),
        "largest count": float(len(people) > 0 and value >= people.max()),
    }


def _together(held: Held, either: Mask) -> dict[str, float]:
    """Whether the reading's values stand together in the report, and how well all of them fit."""
    other = (held.arm.other, held.field)
    partner = (held.arm, _PARTNERS.get(held.field, Field.EVENTS if (held.arm, Field.EVENTS) in held.reading else Field.MEAN))
    found = _joint(held, either, other, "other arm") | _joint(held, either, partner, "partner")
    return found | {"same as other arm": float(held.reading.get(other) == held.value)}


def _joint(held: Held, either: Mask, beside: tuple[Arm, Field], name: str) -> dict[str, float]:
    if beside not in held.reading:
        return {}
    candidates = held.candidates
    found = np.logical_or(*held.equal(*beside))
    same_place = either & np.isin(candidates.places, candidates.places[found])
    same_row = either & np.isin(candidates.rows, candidates.rows[found]) & (candidates.rows >= 0)
    both = same_place | same_row
    fit = log_odds(_most(held.scores[held.arm, held.field], both)) if both.any() else _LEAST
    return {
        f"row with {name}": float(same_row.any()),
        f"place with {name}": float(same_place.any()),
        f"joint fit with {name}": fit,
    }


def _arithmetic(held: Held) -> dict[str, float]:
    reading, arm, value = held.reading, held.arm, held.value
    events, size = reading.get((arm, Field.EVENTS)), reading.get((arm, Field.GROUP_SIZE))
    mean, spread = reading.get((arm, Field.MEAN)), reading.get((arm, Field.STANDARD_DEVIATION))
    both = events is not None and size is not None
    return {
        "whole number": float(value == round(value)),
        "negative": float(value < 0),
        "events over size": float(both and (events or 0.0) > (size or 0.0)),
        "events are size": float(both and events == size),
        "spread over mean": 0.0
        if mean is None or spread is None
        else float(np.log((abs(spread) + 0.01) / (abs(mean) + 0.01))),
        "size of a measured outcome": float(held.field is Field.GROUP_SIZE and Field.MEAN in {field for _, field in reading}),
    }  # fmt: skip
