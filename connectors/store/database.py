"""One database behind one address: how to open it, read from it and write to it.

There is one writer at a time in either database (BEGIN IMMEDIATE in SQLite, an advisory lock in PostgreSQL): the event
chain needs it, and it leaves no order of locks in which two processes could wait for each other.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from connectors.store.faults import is_busy, plain_faults, shown, unreadable_is_a_fault
from evidence.errors import InvalidInput, NotConfigured, StorageFailure
from evidence.stopping import uninterrupted

_BUSY_SECONDS = 30
_WRITER_LOCK = 4_893_211_706
"""The advisory lock that the one writer of a PostgreSQL store holds."""


class Database:
    """An opened database. Threads may share it; processes open their own."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        """`durable=False` lets the last commits be lost when the power fails (never when a process dies): for rate slots."""
        self.url = _readable(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        with plain_faults(self.url):
            if self.is_sqlite:
                Path(str(self.url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._engine = _engine(self.url, durable=durable)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads one consistent state. What cannot be read as written is a `StorageFailure` too."""
        with uninterrupted(), plain_faults(self.url), unreadable_is_a_fault(self.url), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, *, lock: Literal["store", "none"] = "store") -> Iterator[Connection]:
        """A transaction that writes all or nothing; `lock="none"`: rows are locked by the caller (PostgreSQL only)."""
        with uninterrupted(), plain_faults(self.url), self._engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                if lock == "store" and not self.is_sqlite:
                    writer.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
                yield writer

    @property
    def address(self) -> str:
        """What opens the same database again; it may hold a password."""
        return f"sqlite:///{self.url.database}" if self.is_sqlite else self.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()


def insert_new(connection: Connection, table: Table) -> Insert:
    """An insert that leaves alone what is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _readable(url: str) -> URL:
    kind, separator, path = url.partition(":///")
    if separator and kind in ("sqlite", "sqlite+pysqlite"):
        # The rest is a path as it stands: in an address, a folder named `Why?` would end at its question mark.
        if path in ("", ":memory:") or path.startswith("file:"):
            raise InvalidInput("The store needs a plain file: give sqlite:/// followed by its path.")
        return URL.create("sqlite", database=str(Path(os.path.expanduser(path)).absolute()))  # noqa: PTH111
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("unreadable")
    if parsed.drivername in ("postgres", "postgresql", "postgres+psycopg"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername != "postgresql+psycopg":
        raise InvalidInput("The store's address cannot be used: it must look like sqlite:///file or postgresql://host/name.")
    return parsed


def _engine(url: URL, *, durable: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        except ModuleNotFoundError:
            raise NotConfigured('A PostgreSQL store needs its driver: run "pip install evidence-ledger[postgresql]".') from None
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        try:
            _prepare(connection, url, durable=durable)
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(connection: sqlite3.Connection, url: URL, *, durable: bool) -> None:
    # The driver's own BEGIN comes too late for reads and cannot be IMMEDIATE: `_engine` begins transactions itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    _write_ahead(cursor, url)
    cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor, url: URL) -> None:
    """Switches the file to write-ahead logging. SQLite does not wait for others while it switches, so this does."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as fault:
            if not is_busy(fault) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
            continue
        if mode != "wal":
            raise StorageFailure(f"The store {shown(url)} lies on a disk without shared memory: move it to a local disk.")
        return
