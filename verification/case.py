"""What every check looks at: a claim, each of its supports, and where that support's words stand in its record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from evidence.citation import Citation
from evidence.claim import CheckOutcome, Claim, ClaimCheck, Support, Verdict
from evidence.text import find_verbatim, normalise, split_sentences

_LETTERS = re.compile(r"[A-Za-z]+")
_QUOTED_AT_MOST = 240


class Record:
    """A citation with what the checks read from it, worked out once."""

    def __init__(self, citation: Citation) -> None:
        self.citation = citation
        self._around: dict[tuple[int, int], str] = {}

    @cached_property
    def text(self) -> str:
        """The text in which offsets count."""
        return self.citation.abstract_text

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans of the abstract's sentences."""
        return tuple(split_sentences(self.text))

    def find(self, quote: str) -> tuple[int, int] | None:
        """Where the quote stands in the abstract, or None."""
        if len(quote) > 4 * len(self.text) + 40:  # no folding shortens a text that much
            return None
        # Plain text keeps its letters under normalisation, so a missing word settles it without normalising the record.
        if self.text.isascii() and _longest_run(quote)[1:] not in self.text:
            return None
        return find_verbatim(quote, self.text)

    def sentences_at(self, start: int, end: int) -> str:
        """The whole sentences that share a character with the span, as one text of the record."""
        if (start, end) not in self._around:
            spans = [span for span in self.sentences if span[0] < end and start < span[1]]
            first, last = (spans[0][0], spans[-1][1]) if spans else (start, end)
            self._around[start, end] = self.text[min(start, first) : max(end, last)]
        return self._around[start, end]


@lru_cache(maxsize=256)
def _longest_run(quote: str) -> str:
    return max(_LETTERS.findall(normalise(quote).text), key=len, default="")


class Records:
    """The records of a run by PMID. A key that is not its record's own PMID finds nothing."""

    def __init__(self, citations: Mapping[str, Citation]) -> None:
        self._citations = citations
        self._read: dict[str, Record] = {}

    def get(self, pmid: str) -> Record | None:
        """The record of this PMID, or None if it is not in the run."""
        if pmid not in self._read:
            citation = self._citations.get(pmid)
            if citation is None or citation.pmid != pmid:
                return None
            self._read[pmid] = Record(citation)
        return self._read[pmid]

    def holding(self, quote: str, *, other_than: str) -> tuple[str, ...]:
        """PMIDs of the other records whose abstract has the quote, in the run's order."""
        others = (pmid for pmid in self._citations if pmid != other_than)
        return tuple(pmid for pmid in others if (record := self.get(pmid)) and record.find(quote))


@dataclass(frozen=True, slots=True)
class Anchor:
    """One support and where it stands. `record` is None: no such PMID in the run. `span` is None: not found there."""

    support: Support
    record: Record | None
    span: tuple[int, int] | None

    @property
    def words(self) -> str:
        """The record's own words, or nothing where the quote was not found."""
        return self.record.text[slice(*self.span)] if self.record and self.span else ""

    @property
    def sentence(self) -> str:
        """The record's whole sentence or sentences around the quote: what a quote cuts off still counts."""
        return self.record.sentences_at(*self.span) if self.record and self.span else ""


@dataclass(frozen=True)
class Case:
    """A claim before the checks. `standing` are the supports whose words were found; the others fail on their own."""

    claim: Claim
    anchors: tuple[Anchor, ...]
    records: Records

    @cached_property
    def standing(self) -> tuple[Anchor, ...]:
        """The supports whose quote was found in the record named."""
        return tuple(anchor for anchor in self.anchors if anchor.span)


def anchor_claim(claim: Claim, records: Records) -> Case:
    """The claim with each support looked up; spans that came with the draft are set aside."""
    anchors = []
    for support in claim.support:
        record = records.get(support.pmid)
        span = record.find(support.quote) if record else None
        start, end = span or (None, None)
        anchors.append(Anchor(support.model_copy(update={"start": start, "end": end}), record, span))
    anchored = claim.model_copy(update={"support": tuple(anchor.support for anchor in anchors)})
    return Case(anchored, tuple(anchors), records)


def passed(name: str, reason: str, *, claim_words: str = "", record_words: str = "") -> ClaimCheck:
    """A check that found nothing wrong."""
    return _check(name, CheckOutcome.PASSED, None, reason, claim_words, record_words)


def failed(name: str, verdict: Verdict, reason: str, *, claim_words: str = "", record_words: str = "") -> ClaimCheck:
    """A check that asks for a verdict against the claim."""
    return _check(name, CheckOutcome.FAILED, verdict, reason, claim_words, record_words)


def unchecked(name: str, reason: str) -> ClaimCheck:
    """A check that could not be made; it never counts as passed."""
    return _check(name, CheckOutcome.UNCHECKED, Verdict.UNCHECKED, reason, "", "")


def not_applicable(name: str, reason: str) -> ClaimCheck:
    """A check that has nothing to look at in this claim."""
    return _check(name, CheckOutcome.NOT_APPLICABLE, None, reason, "", "")


def shown(words: str) -> str:
    """Words for a reason: normalised, in quotation marks, cut after 240 characters."""
    text = normalise(words[: 4 * _QUOTED_AT_MOST]).text.strip()
    return f"“{text[:_QUOTED_AT_MOST]}…”" if len(text) > _QUOTED_AT_MOST else f"“{text}”"


def _check(
    name: str, outcome: CheckOutcome, verdict: Verdict | None, reason: str, claim_words: str, record_words: str
) -> ClaimCheck:
    return ClaimCheck(
        name=name, outcome=outcome, verdict=verdict, reason=reason, claim_words=claim_words, record_words=record_words
    )
