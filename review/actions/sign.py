"""Signing: look at the sources again, make the content exactly as it will be signed, put a name under its hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.store import Store
from evidence.citation import FetchedRecord, Integrity, IntegrityStatus
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.integrity import integrity_of
from evidence.ledger import RunLedger
from evidence.prisma import FullTextDecision
from evidence.review import (
    ChangedAbstract,
    ClaimState,
    SignedContent,
    SignedSummary,
    SignedVersion,
    SignOff,
    SourceCheck,
    SourceRecheck,
    ledger_text,
    obstacles,
)
from evidence.search_ledger import PrismaStatement
from evidence.services import CitationSource
from evidence.signed_parts import CertaintyRating, FoundAnswer, Rewording
from evidence.text import normalise
from review.actions.review import read_review
from review.state import Review
from review.words import told

LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What the form of a signature says. `content` is the hash of what the page showed."""

    content: str
    name: str
    role: str
    confirmed: bool
    entries: int = 0
    """How many entries the review had when the page was made, to say what changed since."""


def recheck_sources(
    store: Store, run_id: str, source: CitationSource, *, by: str, clock: Callable[[], datetime] | None = None
) -> SourceRecheck:
    """Looks again at the standing of every record that a claim rests on which was not rejected.

    Raises `ServiceUnavailable` where the source cannot be reached; nothing is kept then. A record that the source no longer
    gives under its PMID is listed in `not_given`, and no summary can be signed on it.
    """
    review = read_review(store, run_id)
    cited = _cited(review)
    fetched = source.fetch(cited)[0] if cited else []
    moment = clock() if clock else datetime.now(UTC)
    known = {citation.pmid: citation.integrity for citation in review.ledger.citations}
    found = tuple(
        SourceCheck(
            pmid=record.citation.pmid, integrity=_worse(known[record.citation.pmid], integrity_of(record.citation)), at=moment
        )
        for record in fetched
        if record.citation.pmid in cited
    )
    given = {check.pmid for check in found}
    recheck = SourceRecheck(
        source=source.name,
        found=found,
        not_given=tuple(pmid for pmid in cited if pmid not in given),
        changed=tuple(_changed(review, fetched, moment)),
    )
    store.reviews.keep_recheck(run_id, recheck, by=by)
    return recheck


def content_to_sign(store: Store, review: Review) -> SignedContent:
    """Exactly what a signature would stand under now. It depends on the store alone, not on the hour.

    What was found where one looks first is taken from the request.
    """
    run_id = review.ledger.id
    signed = store.reviews.versions(run_id)
    standing = [item for item in review.claims if item.state is ClaimState.STANDS]
    cited = dict.fromkeys(support.pmid for item in standing for support in item.claim.support)
    return SignedContent(
        run_id=run_id,
        version=len(signed) + 1,
        previous=signed[-1].sign_off.content if signed else None,
        ledger=review.ledger,
        entries=review.history,
        claims=review.claims,
        sources=tuple(review.sources[pmid] for pmid in cited if pmid in review.sources),
        found=_first_looks(store, run_id),
        ratings=tuple({said.subject: said for said in store.statements(run_id, CertaintyRating)}.values()),
        full_texts=tuple({said.pmid: said for said in store.statements(run_id, FullTextDecision)}.values()),
        statements=tuple({said.item: said for said in store.statements(run_id, PrismaStatement)}.values()),
        rewordings=tuple({(said.claim_id, said.reader): said for said in store.statements(run_id, Rewording)}.values()),
    )


def _first_looks(store: Store, run_id: str) -> tuple[FoundAnswer, ...]:
    work = store.desk.of_run(run_id)
    return tuple(
        FoundAnswer(
            source=look.place,
            url=look.link,
            quote=look.quote,
            by=look.by or work.asked_by,
            on=look.looked_on,
            ended_search=look.answers,
        )
        for look in (work.first_looks if work else ())
        if work and look.found
    )


def why_not(store: Store, review: Review, content: SignedContent, moment: datetime) -> tuple[str, ...]:
    """Why it cannot be signed at this moment, one plain sentence each; empty: it can."""
    found = (*review.obstacles, *obstacles(content, moment))
    return found or _nothing_new(store, content)


def sign(store: Store, run_id: str, signing: Signing, *, by: str, clock: Callable[[], datetime] | None = None) -> SignedVersion:
    """Puts a name under exactly the content that the page showed. The same form sent twice gives one signature.

    Raises `ChangedMeanwhile` where the content is no longer what the page showed, `InvalidInput` where it may not be signed.
    """
    if signed := _signed(store, run_id, signing.content):
        return signed
    name, role = named(signing.name, "name"), named(signing.role, "role")
    if not signing.confirmed:
        raise InvalidInput("Tick the statement to sign: a signature without it says nothing.")
    moment = clock() if clock else datetime.now(UTC)
    review = read_review(store, run_id)
    content = content_to_sign(store, review)
    content_hash = content.content_hash()
    if content_hash != signing.content:
        if signed := _signed(store, run_id, signing.content):  # the same form, sent at the same moment, came first
            return signed
        changes = [f"Claim {entry.claim_id}: {told(entry)}" for entry in review.history[signing.entries :]]
        raise ChangedMeanwhile(
            "The summary is no longer what the page showed, so nothing was signed: look at what changed, then sign again.",
            changes or ["The sources were checked again, the run was worked on, or another version was signed."],
        )
    why = why_not(store, review, content, moment)
    if why:
        raise InvalidInput(f"It cannot be signed yet. {' '.join(why[:5])}")
    sign_off = SignOff(content=content_hash, name=name, role=role, at=moment)
    return store.reviews.sign(SignedSummary(content=content, sign_off=sign_off), by=by)


def _signed(store: Store, run_id: str, content: str) -> SignedVersion | None:
    """The version whose content has this hash; None: nobody signed it."""
    return next((version for version in store.reviews.versions(run_id) if version.sign_off.content == content), None)


def differs_from_signed(store: Store, review: Review) -> bool:
    """Whether what stands now is something else than the newest signed version; False where none is signed."""
    last = store.reviews.signed(review.ledger.id)
    return last is not None and not _same(last.content, content_to_sign(store, review))


def _nothing_new(store: Store, content: SignedContent) -> tuple[str, ...]:
    last = store.reviews.signed(content.run_id) if content.previous else None
    if last is None or not _same(last.content, content):
        return ()
    return (f"Nothing changed since {last.sign_off.name} signed version {last.content.version}: there is nothing new to sign.",)


def _same(one: SignedContent, other: SignedContent) -> bool:
    """Whether two contents say the same, whenever they were made."""
    if ledger_text(one.ledger) != ledger_text(other.ledger):
        return False
    return _undated(one, other.ledger) == _undated(other, other.ledger)


def _undated(content: SignedContent, ledger: RunLedger) -> SignedContent:
    undated = tuple(check.model_copy(update={"at": datetime.min.replace(tzinfo=UTC)}) for check in content.sources)
    return content.model_copy(update={"version": 1, "previous": None, "sources": undated, "ledger": ledger})


def _changed(review: Review, fetched: Iterable[FetchedRecord], moment: datetime) -> Iterator[ChangedAbstract]:
    """The records whose abstract reads otherwise than when the run fetched it, however spaced."""
    known = {citation.pmid: citation.abstract_text for citation in review.ledger.citations}
    for record in fetched:
        pmid, now = record.citation.pmid, record.citation.abstract_text
        if pmid in known and normalise(known[pmid]).text.split() != normalise(now).text.split():
            yield ChangedAbstract(pmid=pmid, abstract=now, at=moment)


def _worse(before: Integrity, now: Integrity) -> Integrity:
    """What the draft knew of a record is not forgotten where a later look, by another source, does not show it."""
    severity = list(IntegrityStatus)
    return before if severity.index(before.status) < severity.index(now.status) else now


def _cited(review: Review) -> list[str]:
    kept = [item for item in review.claims if item.state is not ClaimState.FALLS]
    known = review.records
    return list(dict.fromkeys(s.pmid for item in kept for s in item.claim.support if s.pmid in known))


def named(text: str, what: str) -> str:
    """A name or role as it is to stand under what is signed. Raises `InvalidInput` for an empty or unprintable one."""
    clean = " ".join(text.split())
    if not clean or len(clean) > LONGEST_NAME or not clean.isprintable():
        raise InvalidInput(f"Give your {what} in 1 to {LONGEST_NAME} printable characters: it stands under the document.")
    return clean
