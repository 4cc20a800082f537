"""What became of each PMID of a fetch: returned, merged, deleted, unreadable or missing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.pubmed.answers import says_nothing_to_fetch
from connectors.pubmed.records import DeletedRecord, read_records
from evidence.citation import FetchedRecord, FetchReport, MergedPmid, UnreadableRecord


@dataclass
class Batch:
    """Records and unreadable ones as they came."""

    records: dict[str, FetchedRecord] = field(default_factory=dict)
    unreadable: dict[str, UnreadableRecord] = field(default_factory=dict)
    nameless: list[UnreadableRecord] = field(default_factory=list)
    """Unreadable records whose PMID cannot be read either."""

    merged: dict[str, str] = field(default_factory=dict)
    """PMIDs whose record came under another PMID, and that PMID."""
    strays: dict[str, FetchedRecord] = field(default_factory=dict)
    """Records that nobody asked for by these PMIDs."""
    deleted: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)

    def absent(self, asked: Sequence[str]) -> list[str]:
        """PMIDs of which nothing has come and nothing is known."""
        known = (self.records, self.unreadable, self.merged, self.deleted)
        return [pmid for pmid in asked if not any(pmid in there for there in known)]

    def in_order(self, asked: Sequence[str]) -> list[FetchedRecord]:
        """The records that came, in the order asked, each once."""
        under = dict.fromkeys(self.merged.get(pmid, pmid) for pmid in asked)
        return [self.records[pmid] for pmid in under if pmid in self.records]

    def merge(self, other: Batch) -> None:
        """Take in another answer; a record that could be read once counts as read."""
        self.records.update(other.records)
        self.unreadable.update(other.unreadable)
        self.unreadable = {pmid: entry for pmid, entry in self.unreadable.items() if pmid not in self.records}
        self.nameless.extend(other.nameless)
        self.merged.update(other.merged)
        self.strays.update(other.strays)
        self.deleted |= other.deleted
        self.withheld |= other.withheld

    def take_in_place_of(self, pmid: str, other: Batch) -> None:
        """The answer to a request for this PMID alone: one record under another PMID means that the two were merged."""
        self.merge(other)
        if pmid in self.absent([pmid]) and len(other.strays) == 1:
            ((into, record),) = other.strays.items()
            self.merged[pmid] = into
            self.records.setdefault(into, record)

    def attribute(self, asked: Sequence[str]) -> None:
        """Where one PMID alone is absent, an unreadable record without PMID can be no other."""
        absent = self.absent(asked)
        if self.nameless and len(absent) == 1:
            self.unreadable[absent[0]] = self.nameless[-1].model_copy(update={"pmid": absent[0]})
        if self.nameless and len(absent) <= 1:
            self.nameless = []

    def report(self, requested: tuple[str, ...]) -> FetchReport:
        """The account of every PMID asked for."""
        returned = self._returned(requested)
        return FetchReport(
            requested=requested,
            returned=tuple(pmid for pmid in requested if pmid in returned),
            missing=tuple(pmid for pmid in requested if pmid not in returned and pmid not in self.unreadable),
            unreadable=(*self.unreadable.values(), *self.nameless),
            merged=tuple(MergedPmid(pmid=pmid, into=self.merged[pmid]) for pmid in requested if pmid in self.merged),
            deleted=tuple(pmid for pmid in requested if pmid in self.deleted and pmid not in returned),
            withheld=tuple(pmid for pmid in requested if pmid in self.withheld and pmid not in returned),
            books=tuple(pmid for pmid in requested if pmid in returned and self._is_book(pmid)),
        )

    def _returned(self, requested: tuple[str, ...]) -> set[str]:
        """PMIDs that brought a record: of several that lead to the same one, its own, else the first."""
        brought = {pmid: pmid for pmid in requested if pmid in self.records}
        for pmid in requested:
            if pmid in self.merged:
                brought.setdefault(self.merged[pmid], pmid)
        return set(brought.values())

    def _is_book(self, pmid: str) -> bool:
        return self.records[self.merged.get(pmid, pmid)].citation.kind == "book"


def read_batch(body: bytes, asked: Sequence[str], *, source: str) -> Batch:
    """The answer to an efetch request. What was not asked for is kept apart.

    Raises:
        BadAnswer: the answer is not PubMed XML, or breaks off.
    """
    batch = Batch()
    if says_nothing_to_fetch(body):
        return batch
    wanted = set(asked)
    for record in read_records(io.BytesIO(body), source=source):
        if isinstance(record, FetchedRecord):
            _keep_newest(batch.records if record.citation.pmid in wanted else batch.strays, record)
        elif isinstance(record, DeletedRecord):
            batch.deleted |= {record.pmid} & wanted
        elif record.pmid is None:
            batch.nameless.append(record)
        elif record.pmid in wanted:
            batch.unreadable[record.pmid] = record
    batch.merge(Batch())
    return batch


def _keep_newest(records: dict[str, FetchedRecord], record: FetchedRecord) -> None:
    known = records.get(record.citation.pmid)
    if known is None or known.citation.version < record.citation.version:
        records[record.citation.pmid] = record
