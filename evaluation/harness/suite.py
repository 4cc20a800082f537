"""What a suite is: its data, the product's own function that runs on each case, and how its figures are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from evaluation.harness.data import SuiteData
from evaluation.harness.result import Metric, Row
from evidence.services import LanguageModel, Progress


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question put to the system. `given` is what its function gets; the rest is for people and for scoring."""

    id: str
    cluster: str
    shown: str
    target: str = ""
    given: Any = None


@dataclass(frozen=True, kw_only=True)
class Systems:
    """What may be under test beside the product's own code."""

    model: LanguageModel | None = None
    prompts: Mapping[str, int] = field(default_factory=dict)
    """Versions of prompts that stand for those in use, by name."""
    prepared: Any = None
    """What the suite's own `prepare` made for this run: a served pool, a filled index."""


Made = dict[str, JsonValue]

SEED = 20261122
"""What everything drawn at random in a suite hangs on, beside the cases' ids."""


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One suite, on one screen in `evaluation/suites/`."""

    name: str
    purpose: str
    read: Callable[[SuiteData], Sequence[Case]]
    """The cases, in the file's order. Raises InvalidInput, naming the line and the mend, for data it cannot read."""
    answer: Callable[[Case, Systems], Made]
    """What the product makes of one case. BadAnswer: the case is unscored; another EvidenceError: an error. Both count."""
    measure: Callable[[Sequence[Row]], dict[str, Metric]]
    """The figures, over the scored rows."""
    needs_model: bool = False
    default_model: str | None = None
    """The model where the person names none; unset: that of the settings."""
    prepare: Callable[[Sequence[Case], Systems, Progress], AbstractContextManager[Any]] | None = None
    """Opens what all cases share, once a run and only where a case is still to be answered; closed when all are."""
    tables: Callable[[Sequence[Row]], dict[str, JsonValue]] | None = None
    """What is counted and is no figure, for example a confusion table."""
    anew: bool = False
    """Every call is made now, since what it costs is what is measured; else an answer that is kept is taken again."""
    together: int = 1
    """Cases answered at once, for systems that are faster so."""


def spread(cases: Sequence[Case], at_most: int | None) -> list[Case]:
    """At most so many cases, over as many clusters as can be: the first of each, then the second; all where unset."""
    if at_most is None:
        return list(cases)
    seen: Counter[str] = Counter()
    turns = []
    for case in cases:
        turns.append(seen[case.cluster])
        seen[case.cluster] += 1
    order = sorted(range(len(cases)), key=lambda place: turns[place])
    return [cases[place] for place in order[:at_most]]
