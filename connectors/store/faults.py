"""Turns the faults of databases and disks into one plain sentence."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from evidence.errors import StorageFailure

_SQLITE_SENTENCES = {
    "SQLITE_FULL": "the disk is full; free some space and run the same command again, nothing that was saved is lost",
    "SQLITE_BUSY": "another program has kept it locked for too long; end that program or try again",
    "SQLITE_LOCKED": "another program has kept it locked for too long; end that program or try again",
    "SQLITE_NOTADB": "the file is not a store; move it away or set EVIDENCE_HOME to another folder",
    "SQLITE_CORRUPT": "the file is damaged; restore it from a copy",
    "SQLITE_CANTOPEN": "it cannot be opened; check that the folder exists and that you may write to it",
    "SQLITE_READONLY": "you may not write to it; check who owns the file and its folder",
    "SQLITE_PERM": "you may not use it; check who owns the file and its folder",
    "SQLITE_IOERR": "the disk does not read or write as it should; check the disk and that it is not full",
    "SQLITE_TOOBIG": "one value is larger than the database takes; ask for fewer records",
}

_POSTGRESQL_SENTENCES = {
    "53100": "the server's disk is full; free some space and run the same command again, nothing that was saved is lost",
    "53300": "the server has too many connections; try again",
    "55P03": "another program has kept it locked for too long; end that program or try again",
    "42501": "this user may not do that in the database; check the rights in it",
    "25006": "the database is read-only; check EVIDENCE_STORE_URL",
}

_SYSTEM_SENTENCES = {
    errno.ENOSPC: "the disk is full; free some space and run the same command again, nothing that was saved is lost",
    errno.EDQUOT: "your share of the disk is used up; free some space and run the same command again",
    errno.EACCES: "you may not write there; check who owns the folder or set EVIDENCE_HOME to another",
    errno.EPERM: "you may not write there; check who owns the folder or set EVIDENCE_HOME to another",
    errno.EROFS: "the disk is read-only; set EVIDENCE_HOME to a folder that can be written",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away or set EVIDENCE_HOME to another folder",
    errno.EEXIST: "a file stands where a folder is needed; move it away or set EVIDENCE_HOME to another folder",
}


@contextmanager
def plain_faults(url: URL) -> Iterator[None]:
    """Raises `StorageFailure` with one sentence, naming the store without its password, for any fault inside."""
    try:
        yield
    except DBAPIError as fault:
        raise StorageFailure(f"The store {shown(url)} cannot be used: {_database_reason(fault)}.") from fault
    except SQLAlchemyError as fault:
        raise StorageFailure(f"The store {shown(url)} cannot be used: {_first_line(fault)}.") from fault
    except OSError as fault:
        reason = _SYSTEM_SENTENCES.get(fault.errno or 0, _first_line(fault))
        raise StorageFailure(f"The store {shown(url)} cannot be used: {reason}.") from fault


@contextmanager
def unreadable_is_a_fault(url: URL) -> Iterator[None]:
    """Raises `StorageFailure` where stored JSON or compressed text cannot be read back, for code that only reads."""
    try:
        yield
    except ValueError as fault:
        raise StorageFailure(
            f"The store {shown(url)} holds something that cannot be read: it is damaged, restore it from a copy, "
            "or another version of this program wrote it, then use that version."
        ) from fault


def shown(url: URL) -> str:
    """The store as a person may see it: the file, or the server without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


def is_busy(fault: sqlite3.Error) -> bool:
    """Whether SQLite says that another connection holds the file."""
    return str(getattr(fault, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _database_reason(fault: DBAPIError) -> str:
    name = getattr(fault.orig, "sqlite_errorname", "")
    for prefix, sentence in _SQLITE_SENTENCES.items():
        if name.startswith(prefix):
            return sentence
    state = getattr(fault.orig, "sqlstate", None)
    if state in _POSTGRESQL_SENTENCES:
        return _POSTGRESQL_SENTENCES[state]
    if not name and state is None and type(fault.orig).__name__ == "OperationalError":
        # A connection that fails carries no state; what the server itself says follows FATAL.
        _, refused, words = str(fault.orig).rpartition("FATAL:")
        if refused:
            return f"the server says: {words.strip().splitlines()[0]}; check EVIDENCE_STORE_URL"
        return "the server cannot be reached; check that it runs and that EVIDENCE_STORE_URL is right"
    return _first_line(fault.orig or fault)


def _first_line(fault: BaseException) -> str:
    """The driver's own first line: it names no value of ours, and says more than we could."""
    lines = str(fault).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(fault).__name__
