"""What a draft leaves out, from the ledger alone: studies, harms, disagreement, gaps. No model says what these are.

Sentences on harms, results on primary outcomes and sizes are read from the abstracts themselves, whatever the model extracted,
and anew with every decision: a claim that falls tells nothing any more. Of harms every sentence counts that no claim quotes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from evidence.citation import IntegrityStatus
from evidence.claim import Direction, Verdict, VerifiedClaim
from evidence.ledger import LedgerCitation, RunLedger
from evidence.review import ClaimState, ReviewedClaim
from verification.omissions import find_omissions
from verification.reported_outcomes import harm_sentences

_DECIDED = (Direction.HIGHER, Direction.LOWER, Direction.NO_DIFFERENCE)


@dataclass(frozen=True)
class Study:
    """A record with why it is listed."""

    pmid: str
    citation: LedgerCitation | None
    reason: str


@dataclass(frozen=True)
class Missing:
    """Something that a record read says and no claim that is kept does; `told` says what, empty where the words say it."""

    told: str
    citation: LedgerCitation
    words: str


@dataclass(frozen=True)
class Disagreement:
    """An outcome on which studies went different ways; one entry a direction, with the studies."""

    outcome: str
    ways: tuple[tuple[Direction, tuple[str, ...]], ...]


@dataclass(frozen=True)
class LeftOut:
    """What the draft leaves out."""

    unused: tuple[Study, ...]
    harms: tuple[Missing, ...]
    missing: tuple[Missing, ...]
    disagreements: tuple[Disagreement, ...]
    marked: tuple[Study, ...]
    remarks: tuple[Study, ...]
    gaps: tuple[str, ...]
    left: int
    excluded: int
    without_abstract: int


def left_out(ledger: RunLedger, claims: Collection[ReviewedClaim]) -> LeftOut:
    """What is left out, given what becomes of each claim: a claim that falls leaves its study out again."""
    citations = {citation.pmid: citation for citation in ledger.citations}
    kept = [item for item in claims if item.state is not ClaimState.FALLS]
    return LeftOut(
        unused=tuple(_unused(ledger, kept, citations)),
        harms=tuple(_harms(ledger, kept)),
        missing=tuple(_omissions(ledger, kept, citations)),
        disagreements=tuple(_disagreements(ledger, kept, citations)),
        marked=tuple(
            Study(citation.pmid, citation, f"{citation.integrity.status.value.capitalize()}. {_notices(citation)}")
            for citation in ledger.citations
            if citation.integrity.status is not IntegrityStatus.NO_NOTICE
        ),
        remarks=tuple(Study(remark.pmid, citations.get(remark.pmid), remark.text) for remark in ledger.remarks),
        gaps=ledger.gaps,
        left=sum(citation.use == "left" for citation in ledger.citations),
        excluded=sum(citation.use == "excluded" for citation in ledger.citations),
        without_abstract=sum(not citation.has_abstract for citation in ledger.citations),
    )


def _unused(ledger: RunLedger, kept: Collection[ReviewedClaim], citations: dict[str, LedgerCitation]) -> Iterator[Study]:
    reasons = {study.pmid: study.reason for study in ledger.unused}
    used = {support.pmid for item in kept for support in item.claim.support}
    for study in ledger.unused:
        if study.pmid not in used:
            yield Study(study.pmid, citations.get(study.pmid), study.reason)
    for citation in ledger.citations:
        if citation.use == "read" and citation.pmid not in used and citation.pmid not in reasons:
            yield Study(citation.pmid, citation, "Every claim on it was rejected, or none was drafted.")


def _harms(ledger: RunLedger, kept: Collection[ReviewedClaim]) -> Iterator[Missing]:
    """Every sentence on harms of a record read on which no claim that is kept rests."""
    for citation in (citation for citation in ledger.citations if citation.use == "read"):
        spans = [
            (support.start, support.end)
            for item in kept
            for support in item.claim.support
            if support.pmid == citation.pmid and support.start is not None and support.end is not None
        ]
        for one in harm_sentences(citation):
            if not any(start < one.end and one.start < end for start, end in spans):
                yield Missing("", citation, one.text)


def _omissions(ledger: RunLedger, kept: Collection[ReviewedClaim], citations: dict[str, LedgerCitation]) -> Iterator[Missing]:
    """What else the checks for omissions find beside the claims that stand."""
    standing = [
        VerifiedClaim(claim=item.claim, verdict=Verdict.SUPPORTED, reason=item.reason, checks=())
        for item in kept
        if item.state is ClaimState.STANDS
    ]
    found = find_omissions(standing, [citation for citation in ledger.citations if citation.use == "read"])
    for item in found:
        if item.kind != "harms" and item.pmid in citations:
            yield Missing(item.text, citations[item.pmid], item.words)


def _disagreements(
    ledger: RunLedger, kept: Collection[ReviewedClaim], citations: dict[str, LedgerCitation]
) -> Iterator[Disagreement]:
    """The outcomes on which studies went more ways than one, by the claims and by every finding extracted."""
    went: dict[str, dict[Direction, dict[str, None]]] = {}
    names: dict[str, str] = {}

    def note(outcome: str | None, direction: Direction | None, pmid: str) -> None:
        name = " ".join((outcome or "").split())
        if name and direction in _DECIDED and pmid in citations:
            key = name.casefold()
            names.setdefault(key, name)
            went.setdefault(key, {}).setdefault(direction, {})[pmid] = None

    for item in kept:
        for support in item.claim.support:
            note(item.claim.outcome, item.claim.direction, support.pmid)
    for extract in ledger.extracts:
        for finding in extract.findings:
            note(finding.outcome, finding.direction, extract.pmid)
    for key, ways in went.items():
        if len(ways) > 1:
            told = (
                (direction, tuple(citations[pmid].label for pmid in ways[direction]))
                for direction in _DECIDED
                if direction in ways
            )
            yield Disagreement(names[key], tuple(told))


def _notices(citation: LedgerCitation) -> str:
    return " ".join(citation.integrity.notices)
