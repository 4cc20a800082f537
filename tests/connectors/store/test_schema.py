"""The tables that the code knows are those that the migrations make, and an open store is ready at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connectors.store import Store
from connectors.store.database import Database
from connectors.store.schema import CURRENT, MIGRATIONS
from connectors.store.tables import metadata
from tests.connectors.store.samples import file_url


def test_the_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    Store.open(url).close()
    database = Database(url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_the_newest_migration_is_the_current_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [CURRENT]


def test_a_folder_of_any_name_holds_a_store(tmp_path: Path) -> None:
    path = tmp_path / "Why? 50% of é #things" / "evidence.sqlite"
    with Store.open(f"sqlite:///{path}") as store, Store.open(store.url) as again:
        assert again.runs() == []
    assert path.exists()


def test_a_relative_path_and_a_tilde_stay_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with Store.open("sqlite:///a.sqlite") as relative, Store.open("sqlite:///~/a.sqlite") as home:
        assert relative.url == home.url == f"sqlite:///{tmp_path}/a.sqlite"


def test_a_store_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    Store.open(file_url(tmp_path)).close()
    program = (
        f"import sys; from connectors.store import Store; Store.open({file_url(tmp_path)!r}); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout == "False\n"


def test_a_store_that_is_up_to_date_opens_fast(tmp_path: Path) -> None:
    Store.open(file_url(tmp_path)).close()
    times = []
    for _ in range(10):
        started = time.perf_counter()
        store = Store.open(file_url(tmp_path))
        times.append(time.perf_counter() - started)
        store.close()
    assert min(times) < 0.05
