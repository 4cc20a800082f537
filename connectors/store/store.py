"""The store: the record of requests, runs, citations as fetched, model calls, ledgers, and the log of what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import JsonValue

from connectors.store import chain, log, model_calls, records, results, run_table, screening, statements
from connectors.store.database import Database
from connectors.store.desk import Desk
from connectors.store.jobs import Jobs
from connectors.store.people import People
from connectors.store.reviews import Reviews
from connectors.store.schema import opened
from connectors.store.statements import Statement
from evidence.citation import Citation, FetchedRecord
from evidence.kept import Kept
from evidence.ledger import RunLedger, RunStatus
from evidence.model_call import CallTotals, ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.question import Request
from evidence.run import ChainReport, Event, RunSummary
from evidence.screening import ScreeningDecision, ScreeningEntry

_BATCH = 500
"""Records saved in one transaction: a run killed while fetching keeps all batches before."""
_RUNS = 24
"""Runs whose citations are kept at hand: 500 of them take a twentieth of a second to read."""


class Store:
    """An open store. Threads may share one; each process opens its own.

    Every method is one transaction, committed to disk when it returns. Faults of the disk or server are raised as
    `StorageFailure`, an unknown run as `RunNotFound`. `by` names the person or program that acts.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.people = People(database)
        self.desk = Desk(database)
        self.jobs = Jobs(database)
        self.reviews = Reviews(database)
        self._citations: Kept[str, tuple[Citation, ...]] = Kept(_RUNS)

    @classmethod
    def open(cls, url: str) -> Self:
        """Opens the store at `sqlite:///FILE` or `postgresql://…`, makes it where there is none, and updates its tables.

        Raises `InvalidInput` for an address of another kind, `NotConfigured` where the PostgreSQL driver is missing.
        """
        return cls(opened(url))

    @property
    def url(self) -> str:
        """The address it was opened at, password included: for opening it again, never for print."""
        return self._database.address

    def close(self) -> None:
        """Closes every connection. The store can be used again afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def find_run(self, identity_key: str) -> RunSummary | None:
        """The latest run with this identity, or None."""
        with self._database.read() as connection:
            return next(iter(run_table.newest_first(connection, identity_key=identity_key, limit=1)), None)

    def create_run(self, *, identity_key: str, request: Request, settings: Mapping[str, JsonValue], by: str) -> RunSummary:
        """A new run, which stands as running. `settings` must hold no secret."""
        with self._database.write() as connection:
            return run_table.create(connection, identity_key, request, dict(settings), by=by)

    def runs(self) -> list[RunSummary]:
        """Every run, the newest first."""
        with self._database.read() as connection:
            return run_table.newest_first(connection)

    def run(self, run_id: str) -> RunSummary:
        """The run of this id, or the only one whose id begins so."""
        with self._database.read() as connection:
            return run_table.beginning_with(connection, run_id)

    def set_status(self, run_id: str, status: RunStatus, *, by: str, detail: str = "") -> None:
        """Says where the run stands from now on, and why."""
        with self._database.write() as connection:
            run_table.change(connection, run_id, status=status.value)
            log.append(connection, run_id, "status set", {"status": status.value, "detail": detail}, by=by)

    def step(self, run_id: str, name: str, key: str) -> JsonValue | None:
        """The result that the step committed for inputs of this hash, or None."""
        with self._database.read() as connection:
            return results.step(connection, run_id, name, key)

    def steps(self, run_id: str, name: str) -> list[JsonValue]:
        """Every result that steps of this name committed, whatever their inputs, oldest first."""
        with self._database.read() as connection:
            return results.steps_named(connection, run_id, name)

    def commit_step(self, run_id: str, name: str, key: str, result: JsonValue, *, by: str) -> JsonValue:
        """Keeps a step's result, with its entry in the log. Gives back what stands: the first result for this key.

        Raises `ValueError` for a result of None, which `step` could not tell from no result.
        """
        if result is None:
            raise ValueError("a step's result cannot be None")
        with self._database.write() as connection:
            return results.commit_step(connection, (run_id, name, key), result, by=by)

    def save_records(self, run_id: str, fetched: Sequence[FetchedRecord], source: str, *, by: str) -> int:
        """Adds records to the run, in batches, and gives how many are new. A record that the run has stays as it is."""
        saved = 0
        for start in range(0, len(fetched), _BATCH):
            with self._database.write() as connection:
                saved += records.save(connection, run_id, fetched[start : start + _BATCH], source, by=by)
        return saved

    def records(self, run_id: str) -> list[FetchedRecord]:
        """The run's records in the order in which they were saved."""
        with self._database.read() as connection:
            return records.of_run(connection, run_id)

    def citations(self, run_id: str) -> tuple[Citation, ...]:
        """What the run's records say, in the order in which they were saved; read once while there are as many."""
        with self._database.read() as connection:
            count = records.count_of_run(connection, run_id)
            known = self._citations.get(run_id)
            if known is not None and len(known) == count:
                return known
            found = records.citations_of_run(connection, run_id)
        self._citations.put(run_id, found)
        return found

    def record_pmids(self, run_id: str) -> list[str]:
        """The PMIDs of the run's records, in the order in which they were saved."""
        with self._database.read() as connection:
            return records.pmids_of_run(connection, run_id)

    def find_call(self, key: str) -> ModelAnswer | None:
        """The stored answer to this call, with `reused=True`; None where there is none, or only faults."""
        with self._database.read() as connection:
            return model_calls.find(connection, key)

    def save_call(
        self,
        key: str,
        prompt: RenderedPrompt,
        identity: ModelIdentity,
        answer: ModelAnswer,
        run_id: str | None = None,
    ) -> None:
        """Keeps a call and its answer. An answer that came from the store (`reused`) is there already."""
        if answer.reused:
            return
        with self._database.write() as connection:
            model_calls.save(connection, (key, prompt, identity), answer, run_id)

    def call_totals(self, run_id: str) -> CallTotals:
        """What the run's model calls came to, over every process that worked on it."""
        with self._database.read() as connection:
            return model_calls.totals(connection, run_id)

    def save_ledger(self, run_id: str, ledger: RunLedger, *, by: str = "evidence") -> None:
        """Keeps the run's ledger in place of any earlier one; the log keeps the hash of each."""
        with self._database.write() as connection:
            results.save_ledger(connection, run_id, ledger, by=by)

    def ledger(self, run_id: str) -> RunLedger | None:
        """The run's ledger, or None where there is none yet."""
        with self._database.read() as connection:
            return results.ledger(connection, run_id)

    def newest_step(self, run_id: str, name: str) -> JsonValue | None:
        """The newest result of the step of this name, whatever its inputs; None where it has not been made."""
        with self._database.read() as connection:
            return results.newest_step(connection, run_id, name)

    def decide(
        self,
        run_id: str,
        said: Sequence[tuple[str, ScreeningDecision | None]],
        *,
        by: str,
        seen: Mapping[str, int] | None = None,
    ) -> list[ScreeningEntry]:
        """Adds to the run's screening what a person decided on each PMID, or that they take the standing decision back (None).

        Raises `ValueError` where there is no standing decision to take back, and `ChangedMeanwhile` where a PMID of `seen` has
        an entry later than the number it gives, 0 for none; then nothing of it is kept.
        """
        with self._database.write() as connection:
            return screening.decide(connection, run_id, said, seen=seen or {}, by=by)

    def screening(self, run_id: str) -> list[ScreeningEntry]:
        """Everything that people decided while screening the run, oldest first, what was taken back included."""
        with self._database.read() as connection:
            return screening.history(connection, run_id)

    def statements(self, run_id: str, kind: type[Statement]) -> list[Statement]:
        """Everything of this kind that people said of the run, oldest first; of two on one thing the later stands."""
        with self._database.read() as connection:
            return statements.of_run(connection, run_id, kind)

    def append_event(self, run_id: str | None, kind: str, detail: Mapping[str, JsonValue], *, by: str) -> Event:
        """Adds an entry to the log. `detail` must hold no personal data: it can never be erased."""
        with self._database.write() as connection:
            if run_id is not None:
                run_table.require(connection, run_id)
            return log.to_event(log.append(connection, run_id, kind, detail, by=by))

    def events(self, run_id: str | None = None) -> list[Event]:
        """The log of one run, or all of it, oldest first."""
        with self._database.read() as connection:
            return log.read(connection, run_id)

    def forget_person(self, name: str, *, by: str) -> bool:
        """Erases a person's name everywhere, the log included, whose chain stays valid. False where nobody has it."""
        with self._database.write() as connection:
            erased = log.forget(connection, name)
            if erased is not None:
                log.append(connection, None, "person erased", {"actor": erased}, by=by)
            return erased is not None

    def verify_chain(self) -> ChainReport:
        """Checks every entry of the log, and every step result, ledger, signed summary and record, against their hashes."""
        with self._database.read() as connection:
            return chain.verify(connection)
