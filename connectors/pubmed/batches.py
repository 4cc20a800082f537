"""What became of each PMID of a fetch: returned, unreadable or missing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.pubmed.answers import says_nothing_to_fetch
from connectors.pubmed.records import read_records
from evidence.citation import FetchedRecord, FetchReport, UnreadableRecord


@dataclass
class Batch:
    """Records and unreadable ones as they came."""

    records: dict[str, FetchedRecord] = field(default_factory=dict)
    unreadable: dict[str, UnreadableRecord] = field(default_factory=dict)
    nameless: list[UnreadableRecord] = field(default_factory=list)
    """Unreadable records whose PMID cannot be read either."""

    def absent(self, asked: Sequence[str]) -> list[str]:
        """PMIDs of which nothing has come."""
        return [pmid for pmid in asked if pmid not in self.records and pmid not in self.unreadable]

    def in_order(self, asked: Sequence[str]) -> list[FetchedRecord]:
        """The records that came, in the order asked."""
        return [self.records[pmid] for pmid in asked if pmid in self.records]

    def merge(self, other: Batch) -> None:
        """Take in another answer; a record that could be read once counts as read."""
        self.records.update(other.records)
        self.unreadable.update(other.unreadable)
        self.unreadable = {pmid: entry for pmid, entry in self.unreadable.items() if pmid not in self.records}
        self.nameless.extend(other.nameless)

    def attribute(self, asked: Sequence[str]) -> None:
        """Where one PMID alone is absent, an unreadable record without PMID can be no other."""
        absent = self.absent(asked)
        if self.nameless and len(absent) == 1:
            self.unreadable[absent[0]] = self.nameless[-1].model_copy(update={"pmid": absent[0]})
        if self.nameless and len(absent) <= 1:
            self.nameless = []

    def report(self, requested: tuple[str, ...]) -> FetchReport:
        """The account of every PMID asked for."""
        return FetchReport(
            requested=requested,
            returned=tuple(pmid for pmid in requested if pmid in self.records),
            missing=tuple(self.absent(requested)),
            unreadable=(*self.unreadable.values(), *self.nameless),
        )


def read_batch(body: bytes, asked: Sequence[str], *, source: str) -> Batch:
    """The answer to an efetch request. What was not asked for is left out.

    Raises:
        BadAnswer: the answer is not PubMed XML, or breaks off.
    """
    batch = Batch()
    if says_nothing_to_fetch(body):
        return batch
    wanted = set(asked)
    for record in read_records(io.BytesIO(body), source=source):
        if isinstance(record, FetchedRecord):
            if record.citation.pmid in wanted:
                _keep_newest(batch.records, record)
        elif isinstance(record, UnreadableRecord):
            if record.pmid is None:
                batch.nameless.append(record)
            elif record.pmid in wanted:
                batch.unreadable[record.pmid] = record
    batch.merge(Batch())
    return batch


def _keep_newest(records: dict[str, FetchedRecord], record: FetchedRecord) -> None:
    known = records.get(record.citation.pmid)
    if known is None or known.citation.version < record.citation.version:
        records[record.citation.pmid] = record
