"""Finds the smallest change that catches a missed paper: each one proposed is tried on the source before it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Protocol

from evidence.search import LineResult, SearchLine
from evidence.seed_test import Cause, SeedChange
from searching.expand_line_references import expand_line_references
from searching.print_query import print_query
from searching.seed_changes import propose_changes, title_words, words_to_try
from searching.seed_edits import EVERYTHING, Edit, Tier, addition, swapped
from searching.seed_losses import StrategyTree
from searching.seed_part import LostPart

MOST_TRIED = 6
"""Changes of one kind that are tried for a loss."""
WORDS_TRIED = 5
"""Words of a record that are held against the lost concept, where nothing nearer is found."""
_BEST_WORDS = 2
_UNRELATED = (
    "Neither line {line} nor the rest of the strategy finds any record with {query}: the paper may be about something else."
)


class Searches(Protocol):
    """What the source is asked."""

    def finds(self, query: str) -> frozenset[str]:
        """Which known papers a query finds."""

    def count(self, query: str) -> LineResult:
        """What it finds in the whole source."""


class ChangeFinder:
    """Tries changes to the lines of one strategy."""

    def __init__(
        self, tree: StrategyTree, searches: Searches, counts: Mapping[int, LineResult], missed: frozenset[str]
    ) -> None:
        self.tree = tree
        self.searches = searches
        self.counts = counts
        self._missed = missed
        self._edits: dict[tuple[int, str], Edit] = {}

    def smallest(self, part: LostPart, cause: Cause, pmid: str, *, alone: bool) -> SeedChange | None:
        """The change nearest to what the line says that makes it find the paper; of equally near ones the cheapest.

        `alone`: the paper is lost nowhere else, so the whole strategy has to find it with the change.
        """
        proposed = propose_changes(self.tree, part, cause)
        for tier, edits in groupby(proposed, key=lambda edit: edit.tier):
            if tier is Tier.UNINDEXED:
                continue
            if change := self._cheapest(list(edits)[:MOST_TRIED], part, pmid, alone=alone):
                return change
        if part.lost.wanted and (change := self._cheapest(self._by_association(part), part, pmid, alone=alone)):
            return change
        return self._cheapest([edit for edit in proposed if edit.tier is Tier.UNINDEXED], part, pmid, alone=alone)

    def unmatched(self, part: LostPart) -> tuple[str, ...]:
        """Words of the record's title that no line looks for."""
        return title_words(part, self._matched_elsewhere(part))

    def together(self, changes: Sequence[SeedChange], pmid: str) -> SeedChange | None:
        """All changes at once, where the whole strategy then finds the paper."""
        edits = [self._edits[change.line, change.after] for change in changes]
        lines = {line.number: self.tree.trees[line.number] for line in self.tree.lines}
        for edit in edits:
            lines[edit.line] = swapped(lines[edit.line], edit.old, edit.new)
        by_line = {change.line: change.after for change in changes}
        single = len(by_line) == len(changes)
        query = self._whole({number: by_line[number] if single else print_query(lines[number]) for number in by_line})
        caught = self.searches.finds(query)
        if pmid not in caught:
            return None
        count = self.searches.count(query).count
        last = self.tree.lines[-1].query
        return SeedChange(
            line=self.tree.last,
            before=last,
            after=by_line.get(self.tree.last, last),
            what="; ".join(f"line {change.line}: {change.what}" for change in changes),
            catches=self._in_order(caught),
            count=count,
            gained=count - self._now(),
            caution=" ".join(dict.fromkeys(change.caution for change in changes if change.caution)),
        )

    def _cheapest(self, edits: Sequence[Edit], part: LostPart, pmid: str, *, alone: bool) -> SeedChange | None:
        worked = [change for edit in edits if (change := self._tried(edit, part, pmid, alone=alone)) is not None]
        return min(worked, key=lambda change: change.gained, default=None)

    def _tried(self, edit: Edit, part: LostPart, pmid: str, *, alone: bool) -> SeedChange | None:
        whole = self._whole({edit.line: edit.after})
        caught = self.searches.finds(whole)
        if pmid not in caught and (alone or not self._mends(edit, part, pmid)):
            return None
        count = self.searches.count(whole).count
        self._edits[edit.line, edit.after] = edit
        before = next(line.query for line in self.tree.lines if line.number == edit.line)
        return SeedChange(
            line=edit.line,
            before=before,
            after=edit.after,
            what=edit.what,
            catches=self._in_order(caught),
            count=count,
            gained=count - self._now(),
            caution=edit.caution,
        )

    def _by_association(self, part: LostPart) -> list[Edit]:
        """Words and headings of the record that go with the lost concept: the part finds most of the records that have them."""
        edits = []
        for share, _, query in self._shares(part)[:_BEST_WORDS]:
            is_word = not query.endswith("[mh]")
            edit = addition(self.tree, part.lost, part.leaves, query, words=is_word, tier=Tier.NEAR_HEADING)
            edits.append(edit if share else replace(edit, caution=_UNRELATED.format(query=query, line=part.lost.at)))
        return edits

    def _matched_elsewhere(self, part: LostPart) -> frozenset[str]:
        """Words of the record that other lines already match: they name other concepts."""
        return part.words.words_matched(
            leaf.term for line in self.tree.lines for leaf in self.tree.leaves(line.number, self.tree.trees[line.number])
        )

    def _whole(self, changed: Mapping[int, str]) -> str:
        return expand_line_references(self._changed_lines(changed))[-1]

    def _mends(self, edit: Edit, part: LostPart, pmid: str) -> bool:
        """Whether the losing part by itself treats the paper as it should, once it is changed."""
        lost = part.lost
        if edit.old is lost.node and edit.new is None:
            return True
        node = swapped(lost.node, edit.old, edit.new) if edit.line == lost.line else lost.node
        probe = SearchLine(number=len(self.tree.lines) + 1, query=print_query(node), purpose="")
        query = expand_line_references([*self._changed_lines({edit.line: edit.after}), probe])[-1]
        return (pmid in self.searches.finds(query)) is lost.wanted

    def _shares(self, part: LostPart) -> list[tuple[float, int, str]]:
        """Words and headings of the record with how far each goes with the strategy, the best first, then the rarest.

        A word that may stand for the lost concept occurs where the rest of the strategy finds records, and seldom
        elsewhere: what counts is the share of its records that the rest finds. Where that is nothing for every word, the
        share that the lost part itself finds. Title words count double, since authors name there what a paper is about.
        """
        lost, tree = part.lost, self.tree
        queries = words_to_try(part, self._matched_elsewhere(part), WORDS_TRIED)
        alone = {query: self.searches.count(query).count for query in queries}
        without = print_query(swapped(tree.trees[lost.line], lost.node, EVERYTHING))
        for context in (self._whole({lost.line: without}), tree.text(lost.node)):
            both = {query: self.searches.count(f"({context}) AND {query}").count for query in queries if alone[query]}
            if any(both.values()):
                break
        title = part.words.citation.title
        shares = [(both[query] / alone[query] * (2 if _is_in(query, title) else 1), alone[query], query) for query in both]
        return sorted(shares, key=lambda entry: (-entry[0], entry[1]))

    def _changed_lines(self, changed: Mapping[int, str]) -> list[SearchLine]:
        return [
            line.model_copy(update={"query": changed[line.number]}) if line.number in changed else line
            for line in self.tree.lines
        ]

    def _now(self) -> int:
        return self.counts[self.tree.last].count

    def _in_order(self, caught: frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted(caught & self._missed, key=int))


def _is_in(query: str, title: str) -> bool:
    """Whether a word stands in the title, where authors name what a paper is about."""
    return query.partition("[")[0].casefold() in title.casefold()
