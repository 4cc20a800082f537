"""What a model said of a record, held to the arms that the record prints its numbers for."""

from __future__ import annotations

from evidence.citation import Citation
from verification.reported.sentence_roles import TwoArms, numbers_of_the_other_arm

_NO_NAME = frozenset({"", "not reported", "none", "n/a", "unknown", "not stated"})


def two_arms(intervention: str, comparator: str, citation: Citation) -> TwoArms | None:
    """The arms that a model named; None where it did not name both."""
    names = intervention.strip(), comparator.strip()
    return None if {name.lower() for name in names} & _NO_NAME else TwoArms(*names, citation.abstract_text)


def of_the_other_arm(statement: str, sentence: str, arms: TwoArms | None) -> str:
    """Why a statement is not kept that gives an arm the number which its sentence prints for the other; else nothing."""
    found = numbers_of_the_other_arm(statement, sentence, arms) if arms else ()
    if not found or arms is None:
        return ""
    number, arm = found[0]
    return f"“{statement}” gives {number} to {arms.named(arm)}; the record gives it to {arms.named(arm.other)}."
