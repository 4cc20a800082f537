"""A claim beside its records: the quote highlighted in the abstract, each number lit up in both. Plain text in stretches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence.citation import Citation, Integrity, IntegrityStatus
from evidence.claim import Claim, Support
from evidence.integrity import integrity_of
from evidence.ledger import LedgerCitation
from reporting.body import numbers_of, pieces_of
from reporting.words import safe_url


@dataclass(frozen=True)
class Stretch:
    """A stretch of text. `number`: a number that claim and quotes share; `alone`: one of the claim that no quote has."""

    text: str
    quoted: bool = False
    number: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Beside:
    """One record that a claim rests on, its abstract cut where quotes and numbers begin and end.

    `lost` are quotes said to be in it that are not. `citation` is None where the run has no such record.
    """

    pmid: str
    citation: Citation | None
    url: str | None
    abstract: tuple[Stretch, ...]
    lost: tuple[str, ...]
    integrity: Integrity | None

    @property
    def marked(self) -> bool:
        """Whether the record's own data or a later look say anything of its standing."""
        return self.integrity is not None and self.integrity.status is not IntegrityStatus.NO_NOTICE

    @property
    def title(self) -> str:
        """Its title."""
        return self.citation.title if self.citation else ""

    @property
    def label(self) -> str:
        """Who and when."""
        return self.citation.label if self.citation else ""


@dataclass(frozen=True)
class SideBySide:
    """A claim and its records, ready for a page."""

    text: tuple[Stretch, ...]
    records: tuple[Beside, ...]


def set_side_by_side(claim: Claim, records: Mapping[str, Citation]) -> SideBySide:
    """The claim beside every record it names, in its order."""
    quoted = [_words(support, records) for support in claim.support]
    held, said = frozenset().union(*map(numbers_of, quoted)), numbers_of(claim.text)
    both = held & said
    named = list(dict.fromkeys(support.pmid for support in claim.support))
    beside = tuple(
        _beside(pmid, records.get(pmid), [item for item in claim.support if item.pmid == pmid], both) for pmid in named
    )
    return SideBySide(tuple(_claim_stretches(claim.text, both, said)), beside)


def _claim_stretches(text: str, both: frozenset[str], said: frozenset[str]) -> Iterator[Stretch]:
    for piece in pieces_of(text, said):
        shared = piece.number and bool(numbers_of(piece.text) & both)
        yield Stretch(piece.text, number=shared, alone=piece.number and not shared)


def _beside(pmid: str, citation: Citation | None, supports: Sequence[Support], both: frozenset[str]) -> Beside:
    if citation is None:
        return Beside(pmid, None, None, (), tuple(support.quote for support in supports), None)
    found = [span for support in supports if (span := _span(support, citation))]
    lost = tuple(support.quote for support in supports if not _span(support, citation))
    address = citation.url if isinstance(citation, LedgerCitation) else ""
    stretches = tuple(_abstract(citation.abstract_text, sorted(found), both))
    return Beside(pmid, citation, safe_url(address), stretches, lost, integrity_of(citation))


def _abstract(text: str, spans: Sequence[tuple[int, int]], both: frozenset[str]) -> Iterator[Stretch]:
    done = 0
    for begin, end in spans:
        start = max(begin, done)  # quotes may overlap
        if end <= start:
            continue
        if start > done:
            yield Stretch(text[done:start])
        for piece in pieces_of(text[start:end], both):
            yield Stretch(piece.text, quoted=True, number=piece.number)
        done = end
    if done < len(text):
        yield Stretch(text[done:])


def _words(support: Support, records: Mapping[str, Citation]) -> str:
    citation = records.get(support.pmid)
    span = _span(support, citation) if citation else None
    return citation.abstract_text[slice(*span)] if citation and span else ""


def _span(support: Support, citation: Citation) -> tuple[int, int] | None:
    if support.start is None or support.end is None or not 0 <= support.start < support.end <= len(citation.abstract_text):
        return None
    return support.start, support.end
