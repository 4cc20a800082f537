"""The gate in front of the reader: which claims stand in the body, and the words of the record each one rests on.

A claim enters the body only if its verdict is `supported` and every quote has its place in a record of this run that is in
good standing. Anything else is kept out, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.citation import COMPROMISED, IntegrityStatus
from evidence.claim import CheckOutcome, ClaimCheck, Direction, Support, Verdict
from evidence.ledger import LedgerCitation, LedgerClaim, RunLedger
from evidence.text import normalise
from reporting.words import DIRECTION_SHAPES, VERDICT_WORDS

GENERAL = "Other findings"
NO_BOTTOM_LINE = "There is no bottom line: no sentence drafted for it passed every check."

_NUMBER = re.compile(r"(?<![\w.·,])\d+(?:[.,·∙⋅]\d+)*%?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `number` where it is a number that claim and record share."""

    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class QuotedRecord:
    """A record with the words of it that a claim rests on: `before + words + after` is its abstract."""

    citation: LedgerCitation
    start: int
    end: int
    quote: tuple[Piece, ...]

    @property
    def words(self) -> str:
        """The record's own words, `abstract_text[start:end]`."""
        return self.citation.abstract_text[self.start : self.end]

    @property
    def before(self) -> str:
        """The abstract up to the quote."""
        return self.citation.abstract_text[: self.start]

    @property
    def after(self) -> str:
        """The abstract from the end of the quote."""
        return self.citation.abstract_text[self.end :]

    @property
    def notices(self) -> tuple[str, ...]:
        """What the record says of its own standing, one sentence each; empty: no notice found."""
        return standing(self.citation)


@dataclass(frozen=True, slots=True)
class BodyClaim:
    """A claim that passed, with the records it rests on."""

    claim: LedgerClaim
    text: tuple[Piece, ...]
    records: tuple[QuotedRecord, ...]

    @property
    def shape(self) -> str:
        """The sign of its direction; empty where it states none."""
        return DIRECTION_SHAPES[self.claim.direction] if self.claim.direction else ""


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """The findings on one outcome, and which way each study went: one entry a study and direction."""

    name: str
    claims: tuple[BodyClaim, ...]
    directions: tuple[tuple[Direction, int], ...]


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A claim that did not pass, with the checks that stopped it and what it was drafted on: quotes, and records if any."""

    claim: LedgerClaim
    verdict: str
    reason: str
    stopped_by: tuple[ClaimCheck, ...]
    offered: tuple[tuple[Support, LedgerCitation | None], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """Every claim of the ledger, once: in the bottom line, among the findings, or kept out."""

    bottom_line: tuple[BodyClaim, ...]
    outcomes: tuple[OutcomeGroup, ...]
    kept_out: tuple[KeptOut, ...]
    no_bottom_line: str

    @property
    def passed(self) -> tuple[BodyClaim, ...]:
        """Every claim in the body, bottom line first."""
        return self.bottom_line + tuple(claim for group in self.outcomes for claim in group.claims)


def standing(citation: LedgerCitation) -> tuple[str, ...]:
    """What a record's own data say against or about it, one sentence each; empty: no notice found."""
    status = citation.integrity.status
    if status is IntegrityStatus.NO_NOTICE:
        return ()
    return citation.integrity.notices or (f"The record is marked: {status.value}.",)


def sort_claims(ledger: RunLedger) -> Body:
    """Put every claim of the ledger in the body or among those kept out."""
    citations = {citation.pmid: citation for citation in ledger.citations}
    passed: list[BodyClaim] = []
    kept_out: list[KeptOut] = []
    for claim in ledger.claims:
        obstacle = _obstacle(claim, citations)
        if obstacle is None:
            passed.append(_body_claim(claim, citations))
        else:
            kept_out.append(_kept_out(claim, obstacle, citations))
    return Body(
        bottom_line=tuple(item for item in passed if item.claim.section == "bottom_line"),
        outcomes=_by_outcome(item for item in passed if item.claim.section == "finding"),
        kept_out=tuple(kept_out),
        no_bottom_line=_no_bottom_line(ledger.bottom_line, kept_out),
    )


def _no_bottom_line(sentence: str, kept_out: list[KeptOut]) -> str:
    """The ledger's sentence, unless it carries the words of a claim that was kept out."""
    leaks = any(item.claim.text.strip() in sentence for item in kept_out)
    return NO_BOTTOM_LINE if leaks or not sentence.strip() else sentence


def _obstacle(claim: LedgerClaim, citations: Mapping[str, LedgerCitation]) -> str | None:
    """Why the claim may not stand in the body, one sentence, or None."""
    if claim.verdict is not Verdict.SUPPORTED:
        return claim.reason
    if not claim.support:
        return "It was passed without any quote, so it is kept out."
    for support in claim.support:
        citation = citations.get(support.pmid)
        if citation is None:
            return f"It was passed on PMID {support.pmid}, which is not a record of this run, so it is kept out."
        if _span(support, citation) is None:
            return f"It was passed, but its quote has no place in the abstract of PMID {support.pmid}, so it is kept out."
        if citation.integrity.status in COMPROMISED:
            return (
                f"It was passed on PMID {support.pmid}, which is marked {citation.integrity.status.value}, so it is kept out."
            )
    return None


def _span(support: Support, citation: LedgerCitation) -> tuple[int, int] | None:
    """The place of the quote, if the words that stand there are the words quoted."""
    if support.start is None or support.end is None or not 0 <= support.start < support.end <= len(citation.abstract_text):
        return None
    there = _bare(citation.abstract_text[support.start : support.end])
    return (support.start, support.end) if there and there == _bare(support.quote) else None


def _bare(words: str) -> str:
    """The words under the product's normalisation, without case and without the punctuation around them."""
    return normalise(words).text.strip(" \"'.,;:…[]()").casefold()


def _body_claim(claim: LedgerClaim, citations: Mapping[str, LedgerCitation]) -> BodyClaim:
    spans = [(citations[support.pmid], support.start or 0, support.end or 0) for support in claim.support]
    quotes = [citation.abstract_text[start:end] for citation, start, end in spans]
    shared = numbers_of(claim.text) & frozenset().union(*(numbers_of(words) for words in quotes))
    return BodyClaim(
        claim=claim,
        text=pieces_of(claim.text, shared),
        records=tuple(
            QuotedRecord(citation=citation, start=start, end=end, quote=pieces_of(words, shared))
            for (citation, start, end), words in zip(spans, quotes, strict=True)
        ),
    )


def _kept_out(claim: LedgerClaim, reason: str, citations: Mapping[str, LedgerCitation]) -> KeptOut:
    stopped_by = tuple(check for check in claim.checks if check.outcome in {CheckOutcome.FAILED, CheckOutcome.UNCHECKED})
    untied = claim.verdict is Verdict.SUPPORTED
    verdict = "It could not be tied to a record" if untied else VERDICT_WORDS[claim.verdict]
    offered = tuple((support, citations.get(support.pmid)) for support in claim.support)
    return KeptOut(claim=claim, verdict=verdict, reason=reason, stopped_by=stopped_by, offered=offered)


def _by_outcome(claims: Iterable[BodyClaim]) -> tuple[OutcomeGroup, ...]:
    groups: dict[str, tuple[str, list[BodyClaim]]] = {}
    for item in claims:
        name = " ".join((item.claim.outcome or "").split()) or GENERAL
        groups.setdefault(name.casefold(), (name, []))[1].append(item)
    return tuple(OutcomeGroup(name, tuple(items), _directions(items)) for name, items in groups.values())


def _directions(claims: list[BodyClaim]) -> tuple[tuple[Direction, int], ...]:
    studies = {(record.citation.pmid, item.claim.direction) for item in claims for record in item.records}
    counts = {direction: sum(went is direction for _, went in studies) for direction in Direction}
    return tuple((direction, count) for direction, count in counts.items() if count)


def _number_key(token: str) -> str:
    return normalise(token).text.replace(",", "").rstrip("%")


def numbers_of(text: str) -> frozenset[str]:
    """The numbers in a text, each as it compares: typography folded, without thousands separators and percent sign."""
    return frozenset(_number_key(found.group()) for found in _NUMBER.finditer(text))


def pieces_of(text: str, shared: frozenset[str]) -> tuple[Piece, ...]:
    """The text cut at every number that is among `shared`, as `numbers_of` gives them."""
    pieces: list[Piece] = []
    done = 0
    for found in _NUMBER.finditer(text):
        if _number_key(found.group()) not in shared:
            continue
        pieces += [Piece(text[done : found.start()], False), Piece(found.group(), True)]
        done = found.end()
    pieces.append(Piece(text[done:], False))
    return tuple(piece for piece in pieces if piece.text)
