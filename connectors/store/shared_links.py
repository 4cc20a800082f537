"""Links by which a signed summary is read without an account. All functions work inside a caller's transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from connectors.store import log
from connectors.store.review_tables import shared_links
from connectors.store.stored_text import digest, now
from connectors.store.tables import actors
from evidence.shared_link import SharedLink


def make(connection: Connection, run_id: str, token: str, *, made_for: str, expires_at: datetime, by: str) -> SharedLink:
    """A new link. Only the hash of its token is kept."""
    link_id = secrets.token_hex(6)
    log.append(connection, run_id, "link made", {"link": link_id}, by=by)
    connection.execute(
        insert(shared_links).values(
            id=link_id,
            run_id=run_id,
            token_hash=digest(token),
            made_for=made_for,
            actor_id=log.actor_id(connection, by),
            made_at=now(),
            expires_at=expires_at.isoformat(timespec="microseconds"),
        )
    )
    row = connection.execute(_with_names().where(shared_links.c.id == link_id)).mappings().one()
    return _link(row)


def of_run(connection: Connection, run_id: str) -> list[SharedLink]:
    """Every link to a run's summary, the newest first."""
    query = _with_names().where(shared_links.c.run_id == run_id).order_by(shared_links.c.made_at.desc())
    return [_link(row) for row in connection.execute(query).mappings()]


def by_token(connection: Connection, token: str) -> SharedLink | None:
    """The link of this token, whether it still opens or not; None where there is none."""
    row = connection.execute(_with_names().where(shared_links.c.token_hash == digest(token))).mappings().first()
    return None if row is None else _link(row)


def revoke(connection: Connection, run_id: str, link_id: str, *, by: str) -> None:
    """Closes a link of this run for good. One that is closed or not there stays as it is."""
    mine = (shared_links.c.id == link_id) & (shared_links.c.run_id == run_id) & shared_links.c.revoked_at.is_(None)
    if connection.execute(update(shared_links).where(mine).values(revoked_at=now())).rowcount:
        log.append(connection, run_id, "link revoked", {"link": link_id}, by=by)


def _with_names() -> Any:
    return select(shared_links, actors.c.name).join(actors, actors.c.id == shared_links.c.actor_id)


def _link(row: RowMapping) -> SharedLink:
    return SharedLink(
        id=row["id"],
        run_id=row["run_id"],
        made_for=row["made_for"],
        by=row["name"],
        made_at=datetime.fromisoformat(row["made_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        revoked_at=row["revoked_at"] and datetime.fromisoformat(row["revoked_at"]),
    )
