"""Signed summaries. All functions work inside a caller's transaction.

What is kept of a content is exactly the text whose SHA-256 was signed. The log vouches for it and for the sign-off; the hash of
the sign-off is salted, so that the log alone tells nothing of the name.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, cast

from pydantic import JsonValue
from sqlalchemy import Connection, insert, select

from connectors.store import log, results, review_entries, run_table
from connectors.store.review_tables import signed_summaries
from connectors.store.stored_text import digest, from_json, pack, to_json, unpack
from evidence.base import canonical_json
from evidence.errors import ChangedMeanwhile
from evidence.review import SignedContent, SignedSummary, SignedVersion, SignOff

_CHANGED = "The review changed while you were signing, so nothing was signed: look at what changed, then sign again."


def sign(connection: Connection, summary: SignedSummary, *, by: str) -> SignedVersion:
    """Keeps a signed summary as the run's next version. The same content signed again gives the signature that stands.

    Raises `ChangedMeanwhile` where the ledger, the entries of the review or the version before are no longer those signed.
    """
    content = summary.content
    run_table.require(connection, content.run_id)
    signed = versions(connection, content.run_id)
    for version in signed:
        if version.sign_off.content == summary.sign_off.content:
            return version
    _refuse_what_changed(connection, content, signed)
    text = canonical_json(content.model_dump(mode="json"))
    under = to_json({"salt": secrets.token_hex(16), **summary.sign_off.model_dump(mode="json")})
    vouched: dict[str, JsonValue] = {"version": content.version, "content": digest(text), "sign_off": digest(under)}
    run_table.change(connection, content.run_id)
    entry = log.append(connection, content.run_id, "summary signed", vouched, by=by)
    connection.execute(
        insert(signed_summaries).values(
            run_id=content.run_id,
            version=content.version,
            content_hash=digest(text),
            content=pack(text),
            sign_off=under,
            event=entry["number"],
        )
    )
    return SignedVersion(run_id=content.run_id, version=content.version, sign_off=summary.sign_off)


def versions(connection: Connection, run_id: str) -> list[SignedVersion]:
    """The signed versions of a run, the first one first."""
    columns = (signed_summaries.c.run_id, signed_summaries.c.version, signed_summaries.c.sign_off)
    query = select(*columns).where(signed_summaries.c.run_id == run_id).order_by(signed_summaries.c.version)
    return [SignedVersion(run_id=row.run_id, version=row.version, sign_off=_sign_off(row)) for row in connection.execute(query)]


def read(connection: Connection, run_id: str, version: int) -> SignedSummary | None:
    """One signed version, or None. Raises `ValueError` where what is stored is not what was signed."""
    query = select(signed_summaries).where(signed_summaries.c.run_id == run_id, signed_summaries.c.version == version)
    row = connection.execute(query).first()
    if row is None:
        return None
    text = unpack(row.content)
    sign_off = _sign_off(row)
    if digest(text) != sign_off.content:
        raise ValueError("the summary was changed after it was signed")
    return SignedSummary(content=SignedContent.model_validate_json(text), sign_off=sign_off)


def _refuse_what_changed(connection: Connection, content: SignedContent, signed: Sequence[SignedVersion]) -> None:
    changes = []
    if content.version != len(signed) + 1 or content.previous != (signed[-1].sign_off.content if signed else None):
        last = signed[-1] if signed else None
        changes.append(f"{last.sign_off.name} signed version {last.version}." if last else "No earlier version is signed.")
    if tuple(review_entries.history(connection, content.run_id)) != content.entries:
        changes.append("Somebody decided on a claim.")
    if results.ledger(connection, content.run_id) != content.ledger:
        changes.append("The run was worked on again.")
    if changes:
        raise ChangedMeanwhile(_CHANGED, changes)


def _sign_off(row: Any) -> SignOff:
    kept = cast(dict[str, Any], from_json(row.sign_off))
    return SignOff.model_validate({name: value for name, value in kept.items() if name != "salt"})
