"""Citations as fetched, kept once however many runs use them. All functions work inside a caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, func, insert, select

from connectors.store import log, run_table
from connectors.store.database import insert_new
from connectors.store.stored_text import digest, pack, to_json, unpack
from connectors.store.tables import records, run_records
from evidence.citation import Citation, FetchedRecord


def save(connection: Connection, run_id: str, fetched: Sequence[FetchedRecord], source: str, *, by: str) -> int:
    """Adds to the run the records it does not have yet, in order, and gives their number.

    A record (PMID and version) that the run has already stays as it is, so that a run rests on one state of each.
    """
    run_table.require(connection, run_id)
    known = select(run_records.c.pmid, run_records.c.version).where(run_records.c.run_id == run_id)
    had = {(pmid, version) for pmid, version in connection.execute(known)}
    fresh = {(record.citation.pmid, record.citation.version): record for record in reversed(fetched)}
    rows = [_row(record, source) for key, record in reversed(fresh.items()) if key not in had]
    if not rows:
        return 0
    last = connection.execute(
        select(func.coalesce(func.max(run_records.c.position), 0)).where(run_records.c.run_id == run_id)
    ).scalar_one()
    connection.execute(insert_new(connection, records), rows)
    connection.execute(
        insert(run_records),
        [
            {"run_id": run_id, "pmid": row["pmid"], "version": row["version"], "position": last + place, "record_id": row["id"]}
            for place, row in enumerate(rows, start=1)
        ],
    )
    run_table.change(connection, run_id)
    detail: dict[str, JsonValue] = {"records": len(rows), "source": source, "hash": digest("".join(row["id"] for row in rows))}
    log.append(connection, run_id, "records saved", detail, by=by)
    return len(rows)


def of_run(connection: Connection, run_id: str) -> list[FetchedRecord]:
    """The run's records in the order in which they were saved."""
    query = (
        select(records.c.citation, records.c.xml)
        .join(run_records, run_records.c.record_id == records.c.id)
        .where(run_records.c.run_id == run_id)
        .order_by(run_records.c.position)
    )
    return [
        FetchedRecord(citation=Citation.model_validate_json(citation), xml=unpack(xml))
        for citation, xml in connection.execute(query)
    ]


def citations_of_run(connection: Connection, run_id: str) -> tuple[Citation, ...]:
    """What the run's records say, in the order in which they were saved, without their XML."""
    query = (
        select(records.c.citation)
        .join(run_records, run_records.c.record_id == records.c.id)
        .where(run_records.c.run_id == run_id)
        .order_by(run_records.c.position)
    )
    return tuple(Citation.model_validate_json(citation) for citation in connection.execute(query).scalars())


def count_of_run(connection: Connection, run_id: str) -> int:
    """How many records the run has. It never loses one, and none changes."""
    return connection.execute(select(func.count()).where(run_records.c.run_id == run_id)).scalar_one()


def pmids_of_run(connection: Connection, run_id: str) -> list[str]:
    """The PMIDs of the run's records, each once, in the order in which they were saved."""
    query = select(run_records.c.pmid).where(run_records.c.run_id == run_id).order_by(run_records.c.position)
    return list(dict.fromkeys(connection.execute(query).scalars()))


def altered(connection: Connection) -> Iterable[str]:
    """PMIDs of stored records whose content no longer matches their id."""
    query = select(records).execution_options(yield_per=200)
    for row in connection.execute(query).mappings():
        try:
            xml = unpack(row["xml"])
        except ValueError:
            yield row["pmid"]
            continue
        if _record_id(row["source"], row["source_hash"], row["citation"], xml) != row["id"]:
            yield row["pmid"]


def _row(record: FetchedRecord, source: str) -> dict[str, Any]:
    citation = record.citation.model_dump_json(round_trip=True)
    return {
        "id": _record_id(source, record.citation.source_hash, citation, record.xml),
        "source": source,
        "pmid": record.citation.pmid,
        "version": record.citation.version,
        "source_hash": record.citation.source_hash,
        "citation": citation,
        "xml": pack(record.xml),
    }


def _record_id(source: str, source_hash: str, citation: str, xml: str) -> str:
    """The citation is part of the id: a later version of the parser may read more in the same XML."""
    return digest(to_json([source, source_hash, digest(citation), digest(xml)]))
