"""Limits and filters as lines, written so that no record is lost only because nobody has indexed it yet.

Language and publication type are often missing or wrong until a record is indexed for MEDLINE, so each such limit has a
second arm: the records that are not indexed (`NOT medline[sb]`), which stay in whatever the limit says. `medline[sb]` is
PubMed's own subset of indexed records (PubMed User Guide, "Status subsets"); its complement takes in publisher-supplied,
in-process, PubMed-not-MEDLINE and PubMed Central records. Dates of publication are there from the first day, and published
filters stand as published: these two get no second arm, and what they take away is counted instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from searching.filters import SearchFilter

NOT_INDEXED = "medline[sb]"
"""What NOT takes away to leave the records that are not indexed for MEDLINE."""

_NO_NAME = re.compile(r"[^\w ,.'()-]")

Line = tuple[str, str]
"""A query, which may name earlier lines, and its purpose."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits that a person set."""

    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    filters: tuple[SearchFilter, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LimitStep:
    """Where one limit stands in a strategy."""

    name: str
    before: int
    """Line that the limit is set on."""
    alone: int
    """Line with the limit alone."""
    after: int
    """Line that goes on: the limit with its second arm if it has one."""


def limit_lines(limits: Limits, before: int) -> tuple[list[Line], list[LimitStep]]:
    """The lines of all limits after line `before`, and where each stands. Filters come first, dates last."""
    lines: list[Line] = []
    steps: list[LimitStep] = []
    on, kept = before, 0

    def add(query: str, purpose: str) -> int:
        lines.append((query, purpose))
        return before + len(lines)

    for entry in limits.filters:
        text = add(entry.query, entry.purpose)
        alone = add(f"#{on} {entry.operator} #{text}", f"with the filter of line {text}")
        steps.append(LimitStep(name=f"the filter “{entry.id}”", before=on, alone=alone, after=alone))
        on = alone
    for query, name in _by_indexing(limits):
        alone = add(f"#{on} AND {query}", name)
        kept = kept or add(f"#{on} NOT {NOT_INDEXED}", "not indexed for MEDLINE, so kept whatever the indexing would say")
        both = add(f"#{alone} OR #{kept}", f"{name}, or not indexed")
        steps.append(LimitStep(name=f"the limit “{name}”", before=on, alone=alone, after=both))
        on = both
    if limits.since or limits.until:
        query, name = _dates(limits)
        alone = add(f"#{on} AND {query}", name)
        steps.append(LimitStep(name=f"the limit “{name}”", before=on, alone=alone, after=alone))
    return lines, steps


def _by_indexing(limits: Limits) -> list[Line]:
    found = []
    if limits.languages:
        found.append((_any_of(limits.languages, "la"), f"in {_listed(limits.languages)}"))
    if limits.publication_types:
        found.append((_any_of(limits.publication_types, "pt"), f"indexed as {_listed(limits.publication_types)}"))
    return found


def _any_of(names: Sequence[str], tag: str) -> str:
    words = [" ".join(_NO_NAME.sub(" ", name).split()).lower() for name in names]
    written = [f'"{name}"[{tag}]' if " " in name else f"{name}[{tag}]" for name in words if name]
    return f"({' OR '.join(written)})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _dates(limits: Limits) -> Line:
    first = limits.since.strftime("%Y/%m/%d") if limits.since else "1800"
    last = limits.until.strftime("%Y/%m/%d") if limits.until else "3000"
    return f"{first}:{last}[dp]", f"published from {first} to {'today' if last == '3000' else last}"
