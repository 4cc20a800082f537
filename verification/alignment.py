"""A claim laid beside the sentence it rests on: which words both have, in which order, and what differs.

Longest matching blocks are paired first and the gaps between them recursively (Ratcliff and Obershelp 1988, as in difflib).
Sentences are cut to what differs before that, so that a claim that repeats its source costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from evidence.text import normalise
from verification.case import Case
from verification.tokens import Token, tokenise

MOST_TOKENS = 400
"""Of a claim or a sentence; longer texts are no sentences, and are not laid side by side."""

CLOSE = 0.6
"""Share of a claim's words that stand in its source in the same order from which the claim counts as a retelling of it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Words of the claim that stand where the source has others; either side may be empty. Indices of tokens, half open."""

    claim: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True)
class Alignment:
    """A claim and one sentence. `pairs` are indices of equal tokens in order; `gaps` is what stands between them."""

    claim: tuple[Token, ...]
    source: tuple[Token, ...]
    pairs: tuple[tuple[int, int], ...]
    gaps: tuple[Gap, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs but marks and articles."""
        return not self.gaps and all(self.claim[one].text == self.source[two].text for one, two in self.pairs)

    @property
    def closeness(self) -> float:
        """Share of the claim's tokens that stand in the source in the same order, 0 to 1."""
        return len(self.pairs) / len(self.claim) if self.claim else 0.0

    @property
    def close(self) -> bool:
        """Whether the claim retells this sentence mostly in its own order and words."""
        return self.closeness >= CLOSE and len(self.pairs) >= 4

    @cached_property
    def claim_keys(self) -> frozenset[str]:
        """Keys of every token of the claim."""
        return frozenset(token.key for token in self.claim)

    @cached_property
    def source_keys(self) -> frozenset[str]:
        """Keys of every token of the source."""
        return frozenset(token.key for token in self.source)

    @cached_property
    def source_of(self) -> dict[int, int]:
        """Index in the source of each paired token of the claim."""
        return dict(self.pairs)

    @cached_property
    def claim_of(self) -> dict[int, int]:
        """Index in the claim of each paired token of the source."""
        return {two: one for one, two in self.pairs}

    def added(self) -> Iterator[int]:
        """Indices of the claim's tokens that have no pair."""
        for gap in self.gaps:
            yield from range(*gap.claim)

    def dropped(self) -> Iterator[int]:
        """Indices of the source's tokens that have no pair."""
        for gap in self.gaps:
            yield from range(*gap.source)

    @cached_property
    def shared_in_order(self) -> tuple[tuple[int, int], ...]:
        """Indices of the tokens that both sides have equally often, the first with the first, in the claim's order."""
        mine, theirs = _places(self.claim), _places(self.source)
        shared = [
            pair
            for key, places in mine.items()
            if len(places) == len(theirs.get(key, ()))
            for pair in zip(places, theirs[key], strict=True)
        ]
        return tuple(sorted(shared))

    @cached_property
    def more(self) -> frozenset[str]:
        """Keys that the claim has more often than the source."""
        theirs = _places(self.source)
        return frozenset(key for key, places in _places(self.claim).items() if len(places) > len(theirs.get(key, ())))

    @cached_property
    def fewer(self) -> frozenset[str]:
        """Keys that the claim has less often than the source."""
        mine = _places(self.claim)
        return frozenset(key for key, places in _places(self.source).items() if len(places) > len(mine.get(key, ())))


def _places(tokens: Sequence[Token]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        found.setdefault(token.key, []).append(index)
    return found


@lru_cache(maxsize=512)
def align(claim: str, sentence: str) -> Alignment | None:
    """The claim beside the sentence; None where one of them is longer than any sentence."""
    mine, theirs = tokenise(claim), tokenise(sentence)
    if max(len(mine), len(theirs)) > MOST_TOKENS:
        return None
    pairs = tuple(_pairs([token.key for token in mine], [token.key for token in theirs]))
    return Alignment(mine, theirs, pairs, tuple(_gaps(pairs, len(mine), len(theirs))))


def _pairs(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = 0
    least = min(len(mine), len(theirs))
    while start < least and mine[start] == theirs[start]:
        start += 1
    tail = 0
    while tail < least - start and mine[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    yield from ((place, place) for place in range(start))
    middle, other = mine[start : len(mine) - tail], theirs[start : len(theirs) - tail]
    if middle and other:
        for block in SequenceMatcher(None, middle, other, autojunk=False).get_matching_blocks():
            yield from ((start + block.a + step, start + block.b + step) for step in range(block.size))
    yield from ((len(mine) - place, len(theirs) - place) for place in range(tail, 0, -1))


def _gaps(pairs: Sequence[tuple[int, int]], claim_length: int, source_length: int) -> Iterator[Gap]:
    one = two = 0
    for mine, theirs in (*pairs, (claim_length, source_length)):
        if mine > one or theirs > two:
            yield Gap((one, mine), (two, theirs))
        one, two = mine + 1, theirs + 1


def alignments(case: Case) -> tuple[Alignment, ...]:
    """The claim beside the sentence of each of its supports that stands; texts too long for sentences are left out."""
    laid = (align(case.claim.text, anchor.sentence) for anchor in case.standing)
    return tuple(found for found in laid if found is not None)


def nearest(case: Case) -> Alignment | None:
    """The claim beside the sentence that it is closest to, or None where nothing could be laid beside it."""
    return max(alignments(case), key=lambda found: found.closeness, default=None)


def sentence_of(case: Case, laid: Alignment) -> str:
    """The sentence that the claim was laid beside, as the record prints it."""
    return next(anchor.sentence for anchor in case.standing if tokenise(anchor.sentence) == laid.source)


def words_of(tokens: Sequence[Token], text: str, around: int = 0) -> str:
    """The words from the first to the last of `tokens` as printed in `text`, with `around` characters more on both sides."""
    if not tokens:
        return ""
    plain = normalise(text).text
    start = max(0, tokens[0].start - around)
    end = min(len(plain), tokens[-1].end + around)
    start = plain.rfind(" ", 0, start) + 1 if around else start
    stop = plain.find(" ", end) if around else end
    return plain[start : stop if stop >= 0 else len(plain)].strip(" ,;:()")
