"""Each fault of disk or server is one plain sentence, and what was saved before it is still there."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import Pool

from connectors.store import Store
from connectors.store.faults import plain_faults
from evidence.errors import InvalidInput, StorageFailure
from tests.connectors.store.children import start
from tests.connectors.store.samples import IDENTITY, REQUEST, file_url, ledger, record


@contextmanager
def on_every_connection(moment: str, statement: str) -> Iterator[None]:
    """Runs a statement on the connections that SQLAlchemy hands out: the way to a full or impatient SQLite."""

    def run(connection: Any, *_: Any) -> None:
        connection.execute(statement)

    event.listen(Pool, moment, run)
    try:
        yield
    finally:
        event.remove(Pool, moment, run)


def test_a_full_disk_is_said_and_costs_nothing_that_was_saved(tmp_path: Path) -> None:
    url = file_url(tmp_path)
    with Store.open(url) as store:
        run_id = store.create_run(identity_key=IDENTITY, request=REQUEST, settings={}, by="Ann Reed").id
        store.save_records(run_id, [record(1)], "mirror", by="Ann Reed")
    with on_every_connection("checkout", "PRAGMA max_page_count = 60"), Store.open(url) as store:
        with pytest.raises(StorageFailure, match="the disk is full; free some space and run the same command again"):
            store.save_records(run_id, [record(number, size=2000) for number in range(2, 400)], "mirror", by="Ann Reed")
        assert store.record_pmids(run_id) == ["90000001"]
    with Store.open(url) as store:
        assert store.verify_chain().valid
        assert store.save_records(run_id, [record(number) for number in range(5)], "mirror", by="Ann Reed") == 4


def test_a_locked_store_is_said(tmp_path: Path) -> None:
    url = file_url(tmp_path)
    with Store.open(url) as store, on_every_connection("checkout", "PRAGMA busy_timeout = 50"):
        with closing(sqlite3.connect(tmp_path / "home" / "evidence.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageFailure, match="another program has kept it locked for too long"):
                store.append_event(None, "note", {}, by="Ann Reed")
            other.execute("ROLLBACK")
        assert store.append_event(None, "note", {}, by="Ann Reed").number == 1


def garbage(path: Path) -> None:
    path.write_bytes(b"<html>not found</html>" * 500)


def damaged(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(bytes(content))


def another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE holidays (day TEXT)")


def newer(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (garbage, "the file is not a store"),
        (damaged, "the file is damaged; restore it from a copy"),
        (another_programs, "belongs to another program"),
        (newer, "was written by a newer version of this program"),
        (Path.mkdir, "it cannot be opened; check that the folder exists"),
    ],
)
def test_a_file_that_is_no_sound_store_is_refused(tmp_path: Path, make: Callable[[Path], None], sentence: str) -> None:
    path = tmp_path / "evidence.sqlite"
    make(path)
    with pytest.raises(StorageFailure, match=sentence) as fault:
        Store.open(f"sqlite:///{path}")
    assert str(path) in fault.value.message
    assert "\n" not in fault.value.message


def test_a_file_where_a_folder_is_needed_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageFailure, match="a file stands where a folder is needed"):
        Store.open(file_url(tmp_path))


def write_as_nobody(url: str, answer: str) -> None:
    """Opens the store as a user without rights to it, and notes the sentence."""
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        Store.open(url).append_event(None, "note", {}, by="nobody")
    except StorageFailure as fault:
        Path(answer).write_text(fault.message)


def test_a_store_without_the_right_to_write_is_said() -> None:
    # Outside pytest's own folder, which only its user may enter.
    with TemporaryDirectory() as name:
        folder = Path(name)
        Store.open(file_url(folder)).close()
        answer = folder / "answer"
        answer.touch()
        answer.chmod(0o666)
        folder.chmod(0o755)
        (folder / "home" / "evidence.sqlite").chmod(0o444)
        (folder / "home").chmod(0o555)
        child = start(write_as_nobody, file_url(folder), str(answer))
        child.join(timeout=60)
        assert child.exitcode == 0
        assert "you may not write to it" in answer.read_text()
        (folder / "home").chmod(0o755)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "you may not write"), (errno.EIO, "error")],
)
def test_a_fault_of_the_system_is_one_sentence(number: int, words: str) -> None:
    with pytest.raises(StorageFailure, match=words), plain_faults(make_url("sqlite:////home/x/evidence.sqlite")):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("table", ["steps", "ledgers", "records", "runs"])
def test_stored_text_that_cannot_be_read_is_a_fault_of_the_store(sqlite_store: Store, tmp_path: Path, table: str) -> None:
    run_id = sqlite_store.create_run(identity_key=IDENTITY, request=REQUEST, settings={}, by="Ann Reed").id
    sqlite_store.save_records(run_id, [record(1)], "mirror", by="Ann Reed")
    sqlite_store.commit_step(run_id, "plan", "k", 1, by="Ann Reed")
    sqlite_store.save_ledger(run_id, ledger(run_id))
    changes = {"steps": "result = '{'", "ledgers": "ledger = x'00'", "records": "citation = '{}'", "runs": "request = ''"}
    with closing(sqlite3.connect(tmp_path / "home" / "evidence.sqlite")) as connection, connection:
        connection.execute(f"UPDATE {table} SET {changes[table]}")
    reads: dict[str, Callable[[], object]] = {
        "steps": lambda: sqlite_store.step(run_id, "plan", "k"),
        "ledgers": lambda: sqlite_store.ledger(run_id),
        "records": lambda: sqlite_store.records(run_id),
        "runs": sqlite_store.runs,
    }
    with pytest.raises(StorageFailure, match="holds something that cannot be read"):
        reads[table]()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "evidence.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://h/d",
        "sqlite:///file:x?mode=memory&uri=true",
        "http://x",
    ],
)
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="store"):
        Store.open(url)


def test_a_server_that_cannot_be_reached_is_said_without_its_password() -> None:
    with pytest.raises(StorageFailure, match="the server cannot be reached") as fault:
        Store.open("postgresql://ann:s3cret@127.0.0.1:1/evidence?connect_timeout=2")
    assert "s3cret" not in fault.value.message


def test_a_database_that_the_server_does_not_have_is_said(postgresql_server: str) -> None:
    with pytest.raises(StorageFailure, match="does not exist; check EVIDENCE_STORE_URL"):
        Store.open(f"{postgresql_server}/nowhere")


def test_a_server_that_ends_is_said_and_served_again_once_it_is_back(postgresql_url: str, postgresql_server: str) -> None:
    import psycopg

    with Store.open(postgresql_url) as store:
        store.append_event(None, "note", {}, by="Ann Reed")
        with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'store_%'")
        assert store.append_event(None, "note", {}, by="Ann Reed").number == 2
