"""Compiles concepts into a numbered PubMed strategy. Models and people propose words; the lines are written here, by code.

Each concept has a heading arm and a free-text arm, joined by OR; concepts are joined by AND; limits come last. The
person's own words are searched word by word (`oral[tiab] AND cholera*[tiab]`), because authors put other words between
them; proposed synonyms as phrases, because loose synonyms drift.
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.search import SearchConcept, SearchLine, SearchStrategy
from searching.free_text import text_arm
from searching.heading_arm import heading_arm
from searching.limits import Limits, LimitStep, limit_lines


def compile_strategy(
    concepts: Sequence[SearchConcept], *, proposed_by: str, limits: Limits | None = None, notes: Sequence[str] = ()
) -> SearchStrategy:
    """The strategy for these concepts, each with its two arms, the limits last.

    A concept without a searchable word is left out with a note. Raises ValueError where none is left.
    """
    return compile_with_limits(concepts, proposed_by=proposed_by, limits=limits, notes=notes)[0]


def compile_with_limits(
    concepts: Sequence[SearchConcept], *, proposed_by: str, limits: Limits | None = None, notes: Sequence[str] = ()
) -> tuple[SearchStrategy, list[LimitStep]]:
    """As `compile_strategy`, with the place of each limit, so that what it takes away can be counted."""
    queries: list[tuple[str, str]] = []
    joined: list[int] = []
    said = list(notes)
    for concept in concepts:
        arms = [
            (query, purpose)
            for query, purpose in (
                (heading_arm(concept), f"{concept.name}: headings"),
                (text_arm(concept), f"{concept.name}: title and abstract"),
            )
            if query
        ]
        if not arms:
            said.append(f"Left out: “{concept.name}” has no word that can be searched for.")
            continue
        queries += arms
        if len(arms) == 2:
            queries.append((f"#{len(queries) - 1} OR #{len(queries)}", f"{concept.name}: either arm"))
        joined.append(len(queries))
    if not joined:
        raise ValueError("no concept has a searchable word")
    if len(joined) > 1:
        queries.append((" AND ".join(f"#{number}" for number in joined), "all concepts together"))
    more, steps = limit_lines(limits or Limits(), len(queries))
    lines = tuple(
        SearchLine(number=number, query=query, purpose=purpose) for number, (query, purpose) in enumerate([*queries, *more], 1)
    )
    return SearchStrategy(lines=lines, concepts=tuple(concepts), proposed_by=proposed_by, notes=tuple(said)), steps
