"""The log can only be added to, and shows where anything was changed behind its back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from connectors.store import Store
from evidence.run import ChainReport
from tests.connectors.store.samples import IDENTITY, REQUEST, ledger, record


@pytest.fixture
def filled(store: Store) -> Store:
    run_id = store.create_run(identity_key=IDENTITY, request=REQUEST, settings={}, by="Ann Reed").id
    store.save_records(run_id, [record(1), record(2)], "mirror", by="Ann Reed")
    store.commit_step(run_id, "plan", "k", {"terms": 3}, by="Ann Reed")
    store.save_ledger(run_id, ledger(run_id), by="Bo Lund")
    store.append_event(None, "note", {"n": 1}, by="Ann Reed")
    return store


@pytest.fixture
def file(sqlite_store: Store, tmp_path: Path) -> Path:
    """The file of a filled store whose triggers somebody has dropped."""
    run_id = sqlite_store.create_run(identity_key=IDENTITY, request=REQUEST, settings={}, by="Ann Reed").id
    sqlite_store.save_records(run_id, [record(1), record(2)], "mirror", by="Ann Reed")
    sqlite_store.commit_step(run_id, "plan", "k", {"terms": 3}, by="Ann Reed")
    sqlite_store.save_ledger(run_id, ledger(run_id), by="Bo Lund")
    sqlite_store.append_event(None, "note", {"n": 1}, by="Ann Reed")
    path = tmp_path / "home" / "evidence.sqlite"
    with tampering(path) as connection:
        for name in ("updated", "deleted", "replaced"):
            connection.execute(f"DROP TRIGGER events_never_{name}")
    return path


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def verdict(path: Path) -> ChainReport:
    with Store.open(f"sqlite:///{path}") as store:
        return store.verify_chain()


def test_a_chain_is_whole_and_each_entry_follows_from_the_one_before(filled: Store) -> None:
    events = filled.events()
    assert [event.number for event in events] == [1, 2, 3, 4, 5]
    assert [event.previous for event in events] == ["0" * 64] + [event.hash for event in events[:-1]]
    assert [event.by for event in events] == ["Ann Reed", "Ann Reed", "Ann Reed", "Bo Lund", "Ann Reed"]
    assert filled.verify_chain() == ChainReport(valid=True, events=5, head=events[-1].hash)


def test_an_empty_chain_is_whole(store: Store) -> None:
    assert store.verify_chain() == ChainReport(valid=True, events=0, head="0" * 64)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET detail = '{}' WHERE number = 2",
        "DELETE FROM events WHERE number = 5",
        "DELETE FROM events",
    ],
)
def test_both_databases_refuse_to_change_the_log(filled: Store, statement: str) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.Error), match="can only be added to"):
        execute(filled, statement)
    assert filled.verify_chain().valid


def execute(store: Store, statement: str) -> None:
    if store.url.startswith("sqlite"):
        with tampering(Path(store.url.removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
    else:
        with psycopg.connect(store.url.replace("+psycopg", "")) as connection:
            connection.execute(statement)


def test_sqlite_refuses_to_replace_an_entry(sqlite_store: Store) -> None:
    sqlite_store.append_event(None, "note", {}, by="Ann Reed")
    with pytest.raises(sqlite3.IntegrityError, match="can only be added to"):
        execute(
            sqlite_store,
            "INSERT OR REPLACE INTO events SELECT number, run_id, 'forged', detail, actor_id, at, previous, hash FROM events",
        )


def test_postgresql_refuses_to_empty_the_log(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        store.append_event(None, "note", {}, by="Ann Reed")
        with pytest.raises(psycopg.Error, match="can only be added to"):
            execute(store, "TRUNCATE events CASCADE")
        assert store.verify_chain().events == 1


@pytest.mark.parametrize(
    ("change", "first_broken", "reason"),
    [
        ("UPDATE events SET detail = '{}' WHERE number = 2", 2, r"Entry 2 of the log \(records saved\) was changed"),
        ("UPDATE events SET at = '2020-01-01T00:00:00+00:00' WHERE number = 1", 1, "Entry 1 .* was changed"),
        ("UPDATE events SET run_id = NULL WHERE number = 3", 3, "Entry 3 .* was changed"),
        ("UPDATE events SET previous = hash WHERE number = 4", 4, "Entry 4 of the log does not follow"),
        ("DELETE FROM events WHERE number = 3", 3, "Entry 3 of the log is missing"),
        ("DELETE FROM events WHERE number = 1", 1, "Entry 1 of the log is missing"),
        ("DELETE FROM events WHERE number >= 4", 4, "Entry 4 .* ledger of run .* is missing: the log ends at 3"),
        ("UPDATE steps SET result = '{\"terms\":4}'", 3, "Entry 3 of the log does not match the result of step plan"),
        ("UPDATE ledgers SET event = 2", 2, "Entry 2 of the log does not match the ledger"),
        (
            "UPDATE records SET citation = replace(citation, 'Tea', 'Gin') WHERE pmid = '90000002'",
            None,
            "PMID 90000002 was changed",
        ),
        ("UPDATE records SET source = 'elsewhere' WHERE pmid = '90000001'", None, "PMID 90000001 was changed"),
        ("UPDATE ledgers SET ledger = x'00'", 4, "Entry 4 of the log does not match the ledger"),
        ("UPDATE records SET xml = x'00' WHERE pmid = '90000001'", None, "PMID 90000001 was changed"),
        ("UPDATE events SET detail = 'x' WHERE number = 5", 5, "Entry 5 .* was changed"),
    ],
)
def test_what_was_changed_is_named(file: Path, change: str, first_broken: int | None, reason: str) -> None:
    assert verdict(file).valid
    with tampering(file) as connection:
        connection.execute(change)
    report = verdict(file)
    assert not report.valid
    assert report.first_broken == first_broken
    assert re.search(reason, report.reason)


def test_a_person_is_forgotten_and_the_chain_stays_valid(filled: Store) -> None:
    assert filled.forget_person("Ann Reed", by="Bo Lund")
    assert not filled.forget_person("Ann Reed", by="Bo Lund")
    assert "Ann Reed" not in {event.by for event in filled.events()} | {run.by for run in filled.runs()}
    assert filled.verify_chain().valid
    assert filled.events()[-1].kind == "person erased"
