"""Takes one PubMed XML file into an open index."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import tantivy
from lxml import etree

from connectors.mirror.file_order import FileHash, file_number
from connectors.mirror.index_record import IndexedRecord, index_record
from connectors.mirror.known_pmids import KnownPmids
from connectors.mirror.manifest import LoadedFile
from connectors.mirror.read_ahead import reading_ahead
from connectors.pubmed.records import record_parser
from connectors.pubmed.splitting import Piece, RecordSplitter
from evidence.citation import UnreadableRecord
from evidence.errors import BadAnswer, InvalidInput
from evidence.services import Progress

PROGRESS_EVERY = 1000
_PMID = re.compile(rb"<PMID(?:\s[^<>]*)?>\s*([0-9]{1,9})\s*</PMID>")


@dataclass
class _Tally:
    records: int = 0
    deleted: int = 0
    outdated: int = 0
    position: int = 0
    fault: str | None = None
    unreadable: list[UnreadableRecord] = field(default_factory=list)

    def give_up(self, pmid: str | None, reason: str) -> None:
        self.unreadable.append(UnreadableRecord(pmid=pmid, position=self.position, reason=reason))


class FileLoader:
    """One writer's work on file after file. `bits` is where the known PMIDs are kept between loads."""

    def __init__(self, index: tantivy.Index, writer: tantivy.IndexWriter, bits: Path, progress: Progress | None) -> None:
        self._writer = writer
        self._bits = bits
        self._progress = progress
        self._later_versions = _later_versions(index)
        self._known = KnownPmids.read(bits, index_is_empty=index.searcher().num_docs == 0)

    def load(self, file: Path, content: FileHash) -> LoadedFile:
        """Take one file in and commit it; a refused one leaves nothing behind.

        Raises InvalidInput where it holds no record, or where a numbered file of a sequence breaks off.
        """
        if self._progress:
            self._progress.stage("load citations", file.name)
        tally = _Tally()
        about = file.stat()
        size = about.st_size
        with reading_ahead(file) as stream:
            self._take_all(RecordSplitter(stream, source=file.name), tally, lambda: self._tell(stream.position(), size, tally))
        if tally.position == 0 or (tally.fault and file_number(file.name)):
            self._writer.rollback()
            raise InvalidInput(tally.fault or f"{file.name} holds no PubMed record: give PubMed XML (.xml or .xml.gz).")
        self._known.write(self._bits)  # before the commit: it may know too much, never too little
        self._writer.commit()
        self._tell(size, size, tally)
        return LoadedFile(
            name=file.name,
            sha256=content.sha256,
            size=size,
            modified_ns=about.st_mtime_ns,
            verified=content.verified,
            records=tally.records,
            deleted=tally.deleted,
            outdated=tally.outdated,
            unreadable=tuple(tally.unreadable),
            fault=tally.fault,
            loaded_at=datetime.now(UTC),
        )

    def _tell(self, done: int, size: int, tally: _Tally) -> None:
        if self._progress:
            self._progress.update(done, size, "bytes", f"{tally.records:,} records")

    def _take_all(self, splitter: RecordSplitter, tally: _Tally, tell: Callable[[], None]) -> None:
        parser: etree.XMLParser | None = None
        try:
            for piece in splitter:
                parser = parser or record_parser(splitter.encoding)  # the encoding is known once the first record is
                self._take(piece, splitter, parser, tally)
                tally.position += 1
                if tally.position % PROGRESS_EVERY == 0:
                    tell()
        except BadAnswer as error:
            tally.fault = error.message

    def _take(self, piece: Piece, splitter: RecordSplitter, parser: etree.XMLParser, tally: _Tally) -> None:
        if piece.fault:
            tally.give_up(_pmid_in(piece.data), piece.fault)
            return
        try:
            root = etree.fromstring(piece.data, parser)
            if root.tag.startswith("Delete"):
                self._delete(root, tally)
                return
            record = index_record(root, _as_utf8(piece.data, splitter.encoding))
        except etree.XMLSyntaxError as error:
            data = piece.data
            if inner := splitter.inner_start(data):
                splitter.give_back(data[inner:])
                data = data[:inner]
            tally.give_up(_pmid_in(data), f"The record is not well-formed XML ({error.msg}).")
            return
        except ValueError as error:
            tally.give_up(_pmid_in(piece.data), f"The record cannot be indexed: {error}.")
            return
        self._store(record, tally)

    def _store(self, record: IndexedRecord, tally: _Tally) -> None:
        if record.version < self._later_versions.get(record.pmid, 1):
            tally.outdated += 1
            return
        if record.version > 1:
            self._later_versions[record.pmid] = record.version
        if not self._known.add(record.pmid):
            self._writer.delete_documents_by_term("pmid", record.pmid)
        self._writer.add_document(record.document)
        tally.records += 1

    def _delete(self, root: etree._Element, tally: _Tally) -> None:
        for element in root.iter("PMID"):
            text = (element.text or "").strip()
            if text.isascii() and text.isdigit() and len(text) <= 9:
                self._writer.delete_documents_by_term("pmid", int(text))
                self._later_versions.pop(int(text), None)
                tally.deleted += 1


def _as_utf8(data: bytes, encoding: str) -> bytes:
    return data if encoding in ("utf-8", "us-ascii", "ascii") else data.decode(encoding).encode()


def _pmid_in(xml: bytes) -> str | None:
    """The first PMID in bytes that cannot be used as a record."""
    found = _PMID.search(xml)
    return found[1].decode("ascii") if found else None


def _later_versions(index: tantivy.Index) -> dict[int, int]:
    """PMIDs whose version is above 1, with the version; few, because almost every record is version 1."""
    index.reload()
    searcher = index.searcher()
    query = tantivy.Query.range_query(index.schema, "version", tantivy.FieldType.Integer, lower_bound=2)
    count = int(searcher.search(query, limit=1).count or 0)  # type: ignore[attr-defined]  # tantivy's stubs leave it out
    if count == 0:
        return {}
    found = searcher.search(query, limit=count, order_by_field="pmid").hits
    versions = searcher.fast_field_values("version", [address for _, address in found])
    return {int(pmid): int(version) for (pmid, _), version in zip(found, versions, strict=True) if version is not None}
