"""Checks that the log, and everything it vouches for, is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, select

from connectors.store import log, records
from connectors.store.review_tables import signed_summaries
from connectors.store.stored_text import digest, from_json, unpack
from connectors.store.tables import events, ledgers, steps
from evidence.run import ChainReport


def verify(connection: Connection) -> ChainReport:
    """Follows the chain from its first entry, then holds step results, ledgers, signed summaries and records against it."""
    head, count = log.FIRST_PREVIOUS, 0
    for row in log.rows(connection):
        reason = _broken_link(row, count + 1, head)
        if reason:
            return ChainReport(valid=False, events=count, head=head, first_broken=count + 1, reason=reason)
        head, count = row["hash"], count + 1
    for number, reason in _unvouched(connection, count):
        return ChainReport(valid=False, events=count, head=head, first_broken=number, reason=reason)
    return ChainReport(valid=True, events=count, head=head)


def _broken_link(row: RowMapping, expected: int, head: str) -> str:
    if row["number"] != expected:
        return f"Entry {expected} of the log is missing."
    if row["previous"] != head:
        return f"Entry {expected} of the log does not follow from the entry before it."
    if log.entry_hash(row) != row["hash"]:
        return f"Entry {expected} of the log ({row['kind']}) was changed after it was written."
    return ""


def _unvouched(connection: Connection, count: int) -> Iterator[tuple[int | None, str]]:
    """What the log vouches for and does not match, with the entry that vouches for it."""
    results = select(steps, events.c.detail).outerjoin(events, events.c.number == steps.c.event).order_by(steps.c.event)
    for row in connection.execute(results.execution_options(yield_per=200)).mappings():
        what = f"the result of step {row['name']} of run {row['run_id']}"
        yield from _compare(row, row["result"], what, field="result", count=count)
    drafts = select(ledgers, events.c.detail).outerjoin(events, events.c.number == ledgers.c.event).order_by(ledgers.c.event)
    for row in connection.execute(drafts.execution_options(yield_per=20)).mappings():
        yield from _compare(row, _unpacked(row["ledger"]), f"the ledger of run {row['run_id']}", field="ledger", count=count)
    yield from _unvouched_signatures(connection, count)
    for pmid in records.altered(connection):
        yield None, f"The stored record of PMID {pmid} was changed after it was fetched."


def _unvouched_signatures(connection: Connection, count: int) -> Iterator[tuple[int, str]]:
    joined = select(signed_summaries, events.c.detail).outerjoin(events, events.c.number == signed_summaries.c.event)
    query = joined.order_by(signed_summaries.c.event).execution_options(yield_per=5)
    for row in connection.execute(query).mappings():
        what = f"version {row['version']} of the signed summary of run {row['run_id']}"
        yield from _compare(row, _unpacked(row["content"]), what, field="content", count=count)
        yield from _compare(row, row["sign_off"], f"the name under {what}", field="sign_off", count=count)


def _compare(row: RowMapping, text: str | None, what: str, *, field: str, count: int) -> Iterator[tuple[int, str]]:
    if row["detail"] is None:
        yield row["event"], f"Entry {row['event']} of the log, which vouches for {what}, is missing: the log ends at {count}."
    elif text is None or cast(dict[str, JsonValue], from_json(row["detail"])).get(field) != digest(text):
        yield row["event"], f"Entry {row['event']} of the log does not match {what}: one of them was changed."


def _unpacked(data: bytes) -> str | None:
    try:
        return unpack(data)
    except ValueError:
        return None
