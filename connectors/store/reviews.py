"""The reviews of a store: decisions on claims, rechecks of sources, signatures, links, and what each reviewer alone sees."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from connectors.store import results, review_entries, run_table, shared_links, signatures, statements
from connectors.store.database import Database, insert_new
from connectors.store.review_tables import reading_times, review_places
from connectors.store.statements import Said, Statement
from connectors.store.stored_text import now
from connectors.store.tables import ledgers
from evidence.kept import Kept
from evidence.ledger import RunLedger
from evidence.review import (
    SLOTS,
    ReadingTime,
    ReviewDecision,
    ReviewEntry,
    SecondReview,
    SignedSummary,
    SignedVersion,
    Slot,
    SourceRecheck,
)
from evidence.shared_link import SharedLink
from evidence.signed_parts import CertaintyRating, ReleasedSearch

_SECOND = "second review set"
_RECHECK = "sources rechecked"
_RELEASED = "search_released"
_LEDGERS = 24
"""Parsed ledgers kept at hand: a large one takes a tenth of a second to read."""
_LONGEST_STAY = 15 * 60
"""Seconds on one claim beyond which the person is taken to have left the desk."""


class ReviewParts(NamedTuple):
    """What a review is made of."""

    ledger: RunLedger
    history: tuple[ReviewEntry, ...]
    rechecks: tuple[SourceRecheck, ...]
    second: SecondReview
    ratings: tuple[CertaintyRating, ...]


class Reviews:
    """What people decided on the claims of runs. Every method is one transaction; `by` names the person who acts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ledgers: Kept[str, tuple[int, RunLedger]] = Kept(_LEDGERS)
        self._signed: Kept[str, SignedSummary] = Kept(_LEDGERS)

    def ledger(self, run_id: str) -> RunLedger | None:
        """The run's ledger, or None; read once while it stays the same."""
        with self._database.read() as connection:
            return self._ledger(connection, run_id)

    def parts(self, run_id: str) -> ReviewParts | None:
        """All that a review is made of, as it stood at one moment; None where the run has no ledger yet."""
        with self._database.read() as connection:
            ledger = self._ledger(connection, run_id)
            if ledger is None:
                return None
            return ReviewParts(
                ledger,
                tuple(review_entries.history(connection, run_id)),
                tuple(_rechecks(connection, run_id)),
                _second(connection, run_id),
                tuple(statements.of_run(connection, run_id, CertaintyRating)),
            )

    def _ledger(self, connection: Connection, run_id: str) -> RunLedger | None:
        event = connection.execute(select(ledgers.c.event).where(ledgers.c.run_id == run_id)).scalar()
        known = self._ledgers.get(run_id)
        if known is not None and known[0] == event:
            return known[1]
        found = results.ledger(connection, run_id)
        if found is not None and event is not None:
            self._ledgers.put(run_id, (event, found))
        return found

    def history(self, run_id: str) -> list[ReviewEntry]:
        """Everything that people decided on the run's claims, oldest first, what was taken back included."""
        with self._database.read() as connection:
            return review_entries.history(connection, run_id)

    def decide(
        self,
        run_id: str,
        said: tuple[str, Slot, Sequence[ReviewDecision | None]],
        *,
        seen: int,
        watched: Collection[Slot] = SLOTS,
        by: str,
    ) -> list[ReviewEntry]:
        """Adds what a person decided on a claim in a slot, in order, or took back (None).

        Raises `NotAsSeen` where the claim has an entry in the slots `watched` that is later than `seen`; nothing is kept then.
        """
        with self._database.write() as connection:
            return review_entries.decide(connection, run_id, said, seen=seen, watched=watched, by=by)

    def second_review(self, run_id: str) -> SecondReview:
        """Whether a second person reviews the run, and blind or not."""
        with self._database.read() as connection:
            return _second(connection, run_id)

    def set_second_review(self, run_id: str, second: SecondReview, *, by: str) -> None:
        """Says whether a second person reviews the run, and blind or not."""
        with self._database.write() as connection:
            results.commit_step(connection, (run_id, _SECOND, now()), second.model_dump(mode="json"), by=by)

    def rechecks(self, run_id: str) -> list[SourceRecheck]:
        """Every look at the standing of the run's sources since it was drafted, oldest first."""
        with self._database.read() as connection:
            return _rechecks(connection, run_id)

    def keep_recheck(self, run_id: str, recheck: SourceRecheck, *, by: str) -> None:
        """Keeps what a look at the sources showed."""
        with self._database.write() as connection:
            results.commit_step(connection, (run_id, _RECHECK, now()), recheck.model_dump(mode="json"), by=by)

    def said(self, run_id: str, kind: type[Statement]) -> list[Said[Statement]]:
        """Everything of this kind that people said of the run or took back, oldest first."""
        with self._database.read() as connection:
            return statements.history(connection, run_id, kind)

    def say(self, run_id: str, statement: Statement, *, seen: int, taken_back: bool = False) -> None:
        """Keeps what a person says of the run (its `by` acts), or that they take it back.

        Raises `ChangedMeanwhile` where more than `seen` words were said on the same subject; nothing is kept then.
        """
        with self._database.write() as connection:
            statements.say(connection, run_id, statement, seen=seen, taken_back=taken_back)

    def released(self, run_id: str) -> ReleasedSearch | None:
        """The run's search as it was released last, or None."""
        with self._database.read() as connection:
            kept = results.newest_step(connection, run_id, _RELEASED)
        return None if kept is None else ReleasedSearch.model_validate(kept)

    def release(self, released: ReleasedSearch, *, by: str) -> None:
        """Keeps a released search, all or nothing. The same search released twice keeps the first name under it."""
        place = (released.ledger.id, _RELEASED, released.release.content)
        with self._database.write() as connection:
            results.commit_step(connection, place, released.model_dump(mode="json"), by=by)

    def sign(self, summary: SignedSummary, *, by: str) -> SignedVersion:
        """Keeps a signed summary, all or nothing. The same content signed twice gives one signature, the first.

        Raises `ChangedMeanwhile`, with what changed, where the run's ledger, entries or versions are no longer those signed.
        """
        with self._database.write() as connection:
            return signatures.sign(connection, summary, by=by)

    def versions(self, run_id: str) -> list[SignedVersion]:
        """The signed versions of a run, the first one first."""
        with self._database.read() as connection:
            return signatures.versions(connection, run_id)

    def signed(self, run_id: str, version: int | None = None) -> SignedSummary | None:
        """A signed version of the run, the newest where none is named; None where there is none."""
        with self._database.read() as connection:
            versions = {item.version: item.sign_off.content for item in signatures.versions(connection, run_id)}
            number = max(versions, default=0) if version is None else version
            content = versions.get(number, "")
            found = self._signed.get(content) or signatures.read(connection, run_id, number)
        if found is not None:
            self._signed.put(content, found)
        return found

    def make_link(self, run_id: str, token: str, *, made_for: str, expires_at: datetime, by: str) -> SharedLink:
        """A link to the run's signed summary for whoever holds the token, of which only the hash is kept."""
        with self._database.write() as connection:
            run_table.require(connection, run_id)
            return shared_links.make(connection, run_id, token, made_for=made_for, expires_at=expires_at, by=by)

    def links(self, run_id: str) -> list[SharedLink]:
        """Every link to the run's summary, the newest first, closed ones included."""
        with self._database.read() as connection:
            return shared_links.of_run(connection, run_id)

    def link(self, token: str) -> SharedLink | None:
        """The link of this token, whether it still opens or not."""
        with self._database.read() as connection:
            return shared_links.by_token(connection, token)

    def revoke_link(self, run_id: str, link_id: str, *, by: str) -> None:
        """Closes a link for good."""
        with self._database.write() as connection:
            shared_links.revoke(connection, run_id, link_id, by=by)

    def place(self, account_id: str, run_id: str) -> str | None:
        """The claim that this person had open last, or None."""
        with self._database.read() as connection:
            mine = (review_places.c.account_id == account_id) & (review_places.c.run_id == run_id)
            return connection.execute(select(review_places.c.claim_id).where(mine)).scalar()

    def open_claim(self, account_id: str, run_id: str, claim_id: str | None) -> None:
        """Notes that this person opened a claim (None: left the claims), and how long the one before was open."""
        moment = now()
        with self._database.write() as connection:
            mine = (review_places.c.account_id == account_id) & (review_places.c.run_id == run_id)
            before = connection.execute(select(review_places).where(mine)).first()
            if before is not None and before.opened_at:
                stay = (datetime.fromisoformat(moment) - datetime.fromisoformat(before.opened_at)).total_seconds()
                there = {"account_id": account_id, "run_id": run_id, "claim_id": before.claim_id}
                connection.execute(insert_new(connection, reading_times).values(**there, seconds=0.0, visits=0))
                connection.execute(
                    reading_times.update()
                    .where(*(reading_times.c[name] == value for name, value in there.items()))
                    .values(
                        seconds=reading_times.c.seconds + (stay if stay < _LONGEST_STAY else 0.0),
                        visits=reading_times.c.visits + 1,
                    )
                )
            kept = claim_id or (before.claim_id if before is not None else None)
            connection.execute(delete(review_places).where(mine))
            if kept is not None:
                opened = moment if claim_id else ""
                values = {"account_id": account_id, "run_id": run_id, "claim_id": kept, "opened_at": opened}
                connection.execute(insert(review_places).values(**values))

    def reading_times(self, account_id: str, run_id: str) -> dict[str, ReadingTime]:
        """By claim how long this person had it open: for this person's eyes alone."""
        with self._database.read() as connection:
            mine = (reading_times.c.account_id == account_id) & (reading_times.c.run_id == run_id)
            rows = connection.execute(select(reading_times).where(mine))
            return {row.claim_id: ReadingTime(claim_id=row.claim_id, seconds=row.seconds, visits=row.visits) for row in rows}

    def forget_reading(self, account_id: str, run_id: str) -> None:
        """Takes away this person's reading times and place in the run."""
        with self._database.write() as connection:
            for table in (reading_times, review_places):
                connection.execute(delete(table).where(table.c.account_id == account_id, table.c.run_id == run_id))


def _second(connection: Connection, run_id: str) -> SecondReview:
    kept = results.newest_step(connection, run_id, _SECOND)
    return SecondReview() if kept is None else SecondReview.model_validate(kept)


def _rechecks(connection: Connection, run_id: str) -> list[SourceRecheck]:
    return [SourceRecheck.model_validate(kept) for kept in results.steps_named(connection, run_id, _RECHECK)]
