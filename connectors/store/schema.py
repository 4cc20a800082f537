"""Brings a database to the schema of this version. Alembic is imported only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from connectors.store.database import Database
from connectors.store.faults import shown
from evidence.errors import StorageFailure

CURRENT = "0003"
"""The migration that this version works with; a test holds it equal to the newest file in `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"


def opened(url: str, *, durable: bool = True) -> Database:
    """The database at this address with the tables of this version."""
    database = Database(url, durable=durable)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def bring_up_to_date(database: Database) -> None:
    """Runs the migrations that are missing, all or none, while no other process writes.

    Raises `StorageFailure` where a newer version of this program, or another program, made the database.
    """
    with database.read() as connection:
        if _revision(connection) == CURRENT:
            return
    with database.write() as connection:
        found = _revision(connection)
        if found == CURRENT:
            return
        _refuse_what_is_not_ours(connection, found, shown(database.url))
        _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_what_is_not_ours(connection: Connection, found: str | None, place: str) -> None:
    if found is None and inspect(connection).get_table_names():
        raise StorageFailure(f"The database {place} belongs to another program: set EVIDENCE_STORE_URL to an empty one.")
    if found is not None and found > CURRENT:
        raise StorageFailure(
            f"The store {place} was written by a newer version of this program: install that version to open it."
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign in the path would be read as an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
