"""Stores to test against: a SQLite file always, and a PostgreSQL server of our own where its programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.store import Store
from tests.connectors.store.samples import file_url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A throw-away PostgreSQL server on loopback: its address without a database name."""
    programs = _programs()
    if programs is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on PATH or under /usr/lib/postgresql")
    user = _ordinary_user()
    folder = Path(tempfile.mkdtemp(prefix="evidence-pg-"))
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "evidence", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        user=user,
        cwd=folder,
    )
    command: list[str | Path] = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log, user=user, cwd=folder) as server:
        try:
            _until_it_answers(port, server)
            yield f"postgresql://evidence@127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """An empty database of its own."""
    import psycopg

    name = f"store_{uuid4().hex[:12]}"
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{postgresql_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store's address, once for each database."""
    if request.param == "sqlite":
        return file_url(tmp_path)
    address: str = request.getfixturevalue("postgresql_url")
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open, empty store, once for each database."""
    with Store.open(url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An open, empty store in a file."""
    with Store.open(file_url(tmp_path)) as opened:
        yield opened


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _ordinary_user() -> str | None:
    """The server refuses to run as root: there, the name of a user without rights."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("POSTGRESQL IS NOT TESTED: this is root, and there is no other user to run the server as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(f"postgresql://evidence@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            assert server.poll() is None, "the PostgreSQL server ended while it was starting"
            time.sleep(0.1)
        else:
            return
    pytest.fail("the PostgreSQL server did not answer within 30 s")
