"""One claim in a review: each reviewer's word on it, what becomes of it, and what looks at its sources have shown since. Pure.

A claim stands where its verdict passed or a person accepted it with a reason, falls where a person rejected it, and is open
otherwise. What a recheck of the sources shows comes over what was decided before it: a claim on a record that has since been
retracted is verified again, fails, and waits for a new decision; so does one whose quoted words its record no longer has. A
claim worded by certainty is held against the rating that stands now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.citation import COMPROMISED, Citation, OutsideNotice
from evidence.claim import Claim, Verdict, VerifiedClaim
from evidence.ledger import LedgerClaim, RunLedger
from evidence.review import (
    SLOTS,
    ChangedAbstract,
    ClaimState,
    ReviewedClaim,
    ReviewEntry,
    ReviewOutcome,
    Slot,
    SourceCheck,
    SourceRecheck,
    standing_entries,
)
from evidence.signed_parts import CertaintyRating, outcome_key
from evidence.text import find_verbatim
from verification.rated import under_rating
from verification.verify import verify_claim

LABELS = {
    ReviewOutcome.ACCEPT: "accepted",
    ReviewOutcome.EDIT: "edited",
    ReviewOutcome.REJECT: "rejected",
    ReviewOutcome.ASK: "asked a colleague",
}
"""What a reviewer did with a claim, in the word that agreement is counted by."""


_NOT_PASSED = {
    True: "Its new wording did not pass its checks: accept it with a reason, edit it again, or reject it.",
    False: "It did not pass its checks, and it was accepted without a reason.",
}


@dataclass(frozen=True)
class Side:
    """One reviewer's word on one claim; `entry` is None where the claim stands as the checks left it."""

    slot: Slot
    verified: VerifiedClaim
    state: ClaimState
    waits_for: str = ""
    entry: ReviewEntry | None = None
    edited: bool = False

    @property
    def label(self) -> str:
        """What the reviewer did: `edited` also where they accepted their own wording. Empty where they did nothing."""
        if self.entry is None or self.entry.decision is None:
            return ""
        outcome = self.entry.decision.outcome
        return LABELS[ReviewOutcome.EDIT if outcome is ReviewOutcome.ACCEPT and self.edited else outcome]


@dataclass(frozen=True)
class Item:
    """A claim with both reviewers' words on it and what becomes of it.

    `untouched` is the claim as drafted or added, before anybody decided. `first` is None where only the second added it.
    """

    drafted: LedgerClaim | None
    untouched: Side
    first: Side | None
    second: Side | None
    agreed: Side | None
    reviewed: ReviewedClaim

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.reviewed.id

    @property
    def chosen(self) -> Side:
        """The side whose words are the summary's."""
        return self.agreed or self.first or self.second or self.untouched

    def side(self, slot: Slot) -> Side | None:
        """The word of one slot."""
        return {"first": self.first, "second": self.second, "agreed": self.agreed}[slot]

    def before(self, slot: Slot) -> Side:
        """What a reviewer in this slot decides on: their own last wording, else the claim as drafted or added."""
        return self.side(slot) or self.untouched


class Sources:
    """The run's records, with what the last looks at them showed since the draft, and the certainty that people rated."""

    def __init__(self, ledger: RunLedger, rechecks: Sequence[SourceRecheck], ratings: Iterable[CertaintyRating] = ()) -> None:
        self._ratings = {rating.subject: rating for rating in ratings}
        self.changed = changed_abstracts(rechecks)
        self.since: dict[str, datetime] = {}
        known = {citation.pmid: citation for citation in ledger.citations}
        last: dict[str, SourceCheck] = {}
        for check in (check for recheck in rechecks for check in recheck.found):
            last[check.pmid] = check
            news = check.integrity.status in COMPROMISED
            if not news or (check.pmid in known and known[check.pmid].integrity.status in COMPROMISED):
                self.since.pop(check.pmid, None)
            else:
                self.since.setdefault(check.pmid, check.at)
        self.records: Mapping[str, Citation] = {
            **known,
            **{pmid: _marked(known[pmid], last[pmid]) for pmid in self.since if pmid in known},
        }

    def rating_of(self, claim: Claim) -> CertaintyRating | None:
        """The rating that stands for the claim's outcome."""
        return self._ratings.get(outcome_key(claim.outcome or ""))

    def words_lost(self, claim: Claim) -> list[ChangedAbstract]:
        """The records that the claim rests on and whose abstract, as it reads now, has not the words quoted."""
        quoted = [(self.changed[support.pmid], support.quote) for support in claim.support if support.pmid in self.changed]
        return list({now.pmid: now for now, quote in quoted if find_verbatim(quote, now.abstract) is None}.values())

    def news_of(self, claim: Claim) -> list[str]:
        """The PMIDs that the claim rests on and that were found compromised after the draft."""
        return list(dict.fromkeys(support.pmid for support in claim.support if support.pmid in self.since))


def changed_abstracts(rechecks: Sequence[SourceRecheck]) -> dict[str, ChangedAbstract]:
    """By PMID the abstract as it reads now where it is not the run's, with the moment at which these words were first seen."""
    found: dict[str, ChangedAbstract] = {}
    for recheck in rechecks:
        now = {change.pmid: change for change in recheck.changed}
        for pmid in [check.pmid for check in recheck.found if check.pmid not in now]:
            found.pop(pmid, None)
        found |= {pmid: new for pmid, new in now.items() if pmid not in found or found[pmid].abstract != new.abstract}
    return found


def _marked(citation: Citation, check: SourceCheck) -> Citation:
    """The record with what the last look showed, as a notice from outside."""
    nature = " ".join((check.integrity.status.value, *check.integrity.notices))
    said = OutsideNotice(source=f"A recheck of {check.at:%d.%m.%Y}", status=check.integrity.status, nature=nature)
    return citation.model_copy(update={"notices": (*citation.notices, said)})


def items_of(ledger: RunLedger, history: Sequence[ReviewEntry], sources: Sources) -> Iterable[Item]:
    """Every claim in the draft's order, those that people added last in their section."""
    stacks = {slot: standing_entries(history, slot) for slot in SLOTS}
    drafted = {claim.id: claim for claim in ledger.claims}
    added = list(dict.fromkeys(entry.claim_id for entry in history if entry.claim_id not in drafted))
    for section in ("bottom_line", "finding"):
        for claim in ledger.claims:
            if claim.section == section:
                yield _item(claim.id, claim, stacks, sources)
        for claim_id in added:
            words = [entry for slot in SLOTS for entry in stacks[slot].get(claim_id, ()) if _edit(entry)]
            if words and _edited_claim(words[0]).claim.section == section:
                yield _item(claim_id, None, stacks, sources)


def _item(
    claim_id: str, drafted: LedgerClaim | None, stacks: Mapping[Slot, Mapping[str, tuple[ReviewEntry, ...]]], sources: Sources
) -> Item:
    mine = {slot: stacks[slot].get(claim_id, ()) for slot in SLOTS}
    base = _added(mine) if drafted is None else _as_verified(drafted)
    untouched = _side("first", base, (), sources)
    sides = {slot: _side(slot, base, mine[slot], sources) if mine[slot] else None for slot in SLOTS}
    first = sides["first"] or (untouched if drafted is not None else None)
    second, agreed = sides["second"], sides["agreed"]
    chosen = agreed or first or second or untouched
    differs = agreed is None and second is not None and _differ(first, second)
    return Item(drafted, untouched, first, second, agreed, _reviewed(drafted, chosen, differs=differs))


def _added(mine: Mapping[Slot, tuple[ReviewEntry, ...]]) -> VerifiedClaim:
    """The wording of a claim that a person added: the last edit in the slot in which it was added."""
    edits = {slot: [entry for entry in mine[slot] if _edit(entry)] for slot in SLOTS}
    adder = min((slot for slot in SLOTS if edits[slot]), key=lambda slot: edits[slot][0].number)
    return _edited_claim(edits[adder][-1])


def _reviewed(drafted: LedgerClaim | None, side: Side, *, differs: bool) -> ReviewedClaim:
    return ReviewedClaim(
        drafted=drafted,
        id=side.verified.claim.id,
        text=side.verified.claim.text,
        claim=side.verified.claim,
        verdict=side.verified.verdict,
        reason=side.verified.reason,
        state=side.state,
        waits_for=side.waits_for,
        decision=side.entry,
        differs=differs,
    )


def _side(slot: Slot, base: VerifiedClaim, stack: tuple[ReviewEntry, ...], sources: Sources) -> Side:
    edits = [entry for entry in stack if _edit(entry)]
    verified = _edited_claim(edits[-1]) if edits else base
    news = sources.news_of(verified.claim)
    if news:
        verified = verify_claim(verified.claim, sources.records)
    verified = under_rating(verified, sources.rating_of(verified.claim))
    entry = stack[-1] if stack else None
    state, waits_for = _becomes(verified, entry)
    for since, told in _since(verified.claim, news, sources):
        if state is not ClaimState.FALLS and (entry is None or entry.at < since):
            state, waits_for = ClaimState.OPEN, told
    return Side(slot, verified, state, waits_for, entry, edited=bool(edits))


def _since(claim: Claim, news: Sequence[str], sources: Sources) -> Iterator[tuple[datetime, str]]:
    """What was seen of the claim's records since the draft that a person must decide on: when, and one sentence."""
    if lost := sources.words_lost(claim):
        pmids = ", ".join(change.pmid for change in lost)
        told = f"The abstract of PMID {pmids} has changed, and the words quoted are gone from it: decide again."
        yield max(change.at for change in lost), told
    if news:
        pmids = ", ".join(news)
        yield max(sources.since[pmid] for pmid in news), f"PMID {pmids} is no longer in good standing: decide again."


def _becomes(verified: VerifiedClaim, entry: ReviewEntry | None) -> tuple[ClaimState, str]:
    """What becomes of a sentence by its verdict and the decision that stands on it, and what it waits for."""
    passed = verified.verdict is Verdict.SUPPORTED
    if entry is None or entry.decision is None:
        return (ClaimState.STANDS, "") if passed else (ClaimState.OPEN, "It did not pass its checks, and nobody decided on it.")
    decision = entry.decision
    if decision.outcome is ReviewOutcome.REJECT:
        return ClaimState.FALLS, ""
    if decision.outcome is ReviewOutcome.ASK:
        return ClaimState.OPEN, f"{entry.by} asked a colleague: {decision.reason}"
    if passed or (decision.outcome is ReviewOutcome.ACCEPT and decision.reason.strip()):
        return ClaimState.STANDS, ""
    return ClaimState.OPEN, _NOT_PASSED[decision.outcome is ReviewOutcome.EDIT]


def _differ(first: Side | None, second: Side) -> bool:
    if first is None or first.state is not second.state:
        return True
    return first.state is ClaimState.STANDS and first.verified.claim.text != second.verified.claim.text


def _edit(entry: ReviewEntry) -> bool:
    return entry.decision is not None and entry.decision.edited is not None


def _edited_claim(entry: ReviewEntry) -> VerifiedClaim:
    edited = entry.decision.edited if entry.decision else None
    assert edited is not None  # noqa: S101 - chosen by `_edit`
    return edited


def _as_verified(drafted: LedgerClaim) -> VerifiedClaim:
    claim = Claim(
        id=drafted.id,
        text=drafted.text,
        section=drafted.section,
        outcome=drafted.outcome,
        direction=drafted.direction,
        support=drafted.support,
        written_by=drafted.written_by,
    )
    return VerifiedClaim(claim=claim, verdict=drafted.verdict, reason=drafted.reason, checks=drafted.checks)
