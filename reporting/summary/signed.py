"""The gate before every export: what was signed is what is printed, and each sentence leads to its words in a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from evidence.citation import COMPROMISED
from evidence.claim import Direction, Support, Verdict
from evidence.errors import StorageFailure
from evidence.ledger import LedgerCitation
from evidence.review import ReviewedClaim, SignedSummary
from evidence.signed_parts import CertaintyRating, outcome_key
from evidence.text import normalise
from reporting import words
from reporting.body import GENERAL
from reporting.document.content import Note, Span, Words, cited, flag, say
from reporting.summary.edition import Edition
from reporting.summary.notes import NoteBook


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that a person signed, with the notes that lead to its words in the records."""

    claim: ReviewedClaim
    notes: tuple[Note, ...]
    citations: tuple[LedgerCitation, ...]

    @property
    def words(self) -> Words:
        """The sentence, its marks, and who kept it where the checks did not pass it."""
        return self.told(self.claim.text)

    def told(self, text: str) -> Words:
        """The same for the sentence in other words."""
        marks = tuple(cited(note) for note in self.notes)
        return (*say(words.sentence(words.one_line(text))), *marks, *say(*self._kept()))

    def _kept(self) -> tuple[str | Span, ...]:
        entry = self.claim.decision
        if self.claim.verdict is Verdict.SUPPORTED or entry is None or entry.decision is None:
            return ()
        verdict = words.lower_first(words.VERDICT_WORDS[self.claim.verdict])
        why = words.sentence(words.one_line(entry.decision.reason))
        return (" ", flag("Kept by a person:"), f" the checks say: {verdict}. {words.one_line(entry.by)} kept it: {why}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings on one outcome, with the certainty that a person rated."""

    name: str
    statements: tuple[Statement, ...]
    rating: CertaintyRating | None


class Edited:
    """A signed summary opened for printing: checked once, its statements tied to their notes."""

    def __init__(self, signed: SignedSummary, edition: Edition) -> None:
        check_signed(signed)
        self.signed, self.edition = signed, edition
        self.content, self.sign_off = signed.content, signed.sign_off
        self.ledger = signed.content.ledger
        self.citations: Mapping[str, LedgerCitation] = {citation.pmid: citation for citation in self.ledger.citations}
        self.book = NoteBook(self.citations, edition.library)
        self._statements: dict[str, Statement] = {}

    def statement(self, claim: ReviewedClaim) -> Statement:
        """The claim as a sentence with its notes."""
        if claim.id not in self._statements:
            notes = tuple(dict.fromkeys(self._note(support) for support in claim.claim.support))
            pmids = dict.fromkeys(support.pmid for support in claim.claim.support)
            self._statements[claim.id] = Statement(
                claim, notes, tuple(self.citations[pmid] for pmid in pmids if pmid in self.citations)
            )
        return self._statements[claim.id]

    def bottom_line(self) -> tuple[Statement, ...]:
        """The statements of the bottom line."""
        return tuple(self.statement(claim) for claim in self.content.standing if claim.claim.section == "bottom_line")

    def outcomes(self) -> tuple[Outcome, ...]:
        """The findings by outcome, in the draft's order."""
        found = (claim for claim in self.content.standing if claim.claim.section == "finding")
        ratings = {rating.subject: rating for rating in self.content.ratings}
        return tuple(
            Outcome(name, tuple(self.statement(claim) for claim in claims), ratings.get(outcome_key(name)))
            for name, claims in _by_outcome(found)
        )

    def cited(self) -> tuple[LedgerCitation, ...]:
        """The records that the statements rest on, in the order in which they are first cited."""
        pmids = dict.fromkeys(support.pmid for claim in self.content.standing for support in claim.claim.support)
        return tuple(self.citations[pmid] for pmid in pmids if pmid in self.citations)

    def read(self) -> tuple[LedgerCitation, ...]:
        """The records read for the summary, those that are cited first."""
        cited_first = self.cited()
        known = {citation.pmid for citation in cited_first}
        return cited_first + tuple(
            citation for citation in self.ledger.citations if citation.use == "read" and citation.pmid not in known
        )

    def usable(self) -> tuple[LedgerCitation, ...]:
        """The records read from which words may be quoted: none that is retracted, withdrawn or under a concern."""
        doubtful = {check.pmid for check in self.content.sources if check.integrity.status in COMPROMISED}
        return tuple(
            citation
            for citation in self.read()
            if citation.integrity.status not in COMPROMISED and citation.pmid not in doubtful
        )

    def _note(self, support: Support) -> Note:
        citation = self.citations.get(support.pmid)
        if citation is None or support.start is None or support.end is None:
            return self.book.unfound(support.pmid, support.quote)
        return self.book.quote(citation, support.start, support.end)


def check_signed(signed: SignedSummary) -> None:
    """Raise `StorageFailure` unless the signature is under this content and every standing claim may be printed."""
    try:
        SignedSummary.model_validate(dict(signed))
    except ValidationError as fault:
        said = fault.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise _refused(signed, said) from None
    citations = {citation.pmid: citation for citation in signed.content.ledger.citations}
    compromised = {check.pmid for check in signed.content.sources if check.integrity.status in COMPROMISED}
    for claim in signed.content.standing:
        if obstacle := _obstacle(claim, citations, compromised):
            raise _refused(signed, f"statement {claim.id} {obstacle}")


def _obstacle(claim: ReviewedClaim, citations: Mapping[str, LedgerCitation], compromised: set[str]) -> str:
    """Why the claim may not be printed, for the middle of a sentence; empty: it may."""
    if claim.text != claim.claim.text:
        return "is printed in other words than were checked"
    decided = claim.decision.decision if claim.decision else None
    if decided is not None and decided.reason.strip() and claim.verdict is not Verdict.SUPPORTED:
        return ""  # a named person kept it, and the document says so beside it
    if claim.verdict is not Verdict.SUPPORTED:
        return "did not pass its checks and nobody kept it with a reason"
    if not claim.claim.support:
        return "rests on no quote"
    found = (_fault(support, citations.get(support.pmid), compromised) for support in claim.claim.support)
    return next((fault for fault in found if fault), "")


def _fault(support: Support, citation: LedgerCitation | None, compromised: set[str]) -> str:
    if citation is None:
        return f"rests on PMID {support.pmid}, which is not in the run"
    if not _is_quoted(support, citation):
        return f"has a quote that is not in the abstract of PMID {support.pmid}"
    if citation.integrity.status in COMPROMISED or support.pmid in compromised:
        return f"rests on PMID {support.pmid}, which is retracted or in doubt"
    return ""


def _is_quoted(support: Support, citation: LedgerCitation) -> bool:
    text = citation.abstract_text
    if support.start is None or support.end is None or not 0 <= support.start < support.end <= len(text):
        return False
    there, given = (
        normalise(part).text.strip(" \"'.,;:…[]()").casefold() for part in (text[support.start : support.end], support.quote)
    )
    return bool(there) and there == given


def _refused(signed: SignedSummary, why: str) -> StorageFailure:
    return StorageFailure(
        f"Version {signed.content.version} of run {signed.content.run_id} cannot be exported ({why}): review and sign it again."
    )


def _by_outcome(claims: Iterable[ReviewedClaim]) -> list[tuple[str, list[ReviewedClaim]]]:
    groups: dict[str, tuple[str, list[ReviewedClaim]]] = {}
    for claim in claims:
        name = words.one_line(claim.claim.outcome or "") or GENERAL
        groups.setdefault(outcome_key(name), (name, []))[1].append(claim)
    return list(groups.values())


def direction_words(direction: Direction | None) -> str:
    """`▼ lower`, or nothing where none is stated or it is unclear."""
    said = direction not in {None, Direction.UNCLEAR}
    return f"{words.DIRECTION_SHAPES[direction]} {direction.value}" if direction and said else ""
