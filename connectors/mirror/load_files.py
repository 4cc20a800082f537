"""Loads PubMed XML into the mirror's index: baseline, update and search-result files, plain or gzipped."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import tantivy
from lxml import etree
from pydantic import Field

from connectors.mirror.index_record import IndexedRecord, index_record
from connectors.mirror.index_schema import open_index
from connectors.mirror.manifest import LoadedFile, add_to_manifest
from connectors.pubmed.splitting import Piece, RecordSplitter
from evidence.base import EvidenceModel
from evidence.citation import UnreadableRecord
from evidence.errors import BadAnswer, InvalidInput, StorageFailure
from evidence.services import Progress

WRITER_HEAP = 40_000_000
"""Bytes of words held before a segment is written; with one writer thread the process stays below 200 MB."""

PROGRESS_EVERY = 1000
MOST_REMEMBERED = 200_000
"""PMIDs of a first load that are kept in memory, 13 MB, before every record is deleted before it is added."""

_PMID = re.compile(rb"<PMID(?:\s[^<>]*)?>\s*([0-9]{1,9})\s*</PMID>")


class LoadReport(EvidenceModel):
    """What a load did."""

    files: tuple[LoadedFile, ...] = Field(description="Each file, in the order loaded.")
    total_records: int = Field(ge=0, description="Records in the mirror afterwards.")

    @property
    def records(self) -> int:
        """Records taken in from all files."""
        return sum(file.records for file in self.files)

    @property
    def unreadable(self) -> tuple[UnreadableRecord, ...]:
        """Every record that could not be read."""
        return tuple(record for file in self.files for record in file.unreadable)


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


def load_files(directory: Path, files: Sequence[Path], *, progress: Progress | None = None) -> LoadReport:
    """Load PubMed XML files in the order given; each is taken in whole or, where the machine stops, not at all.

    A record replaces an earlier one of the same PMID unless its PMID version is lower; DeleteCitation is honoured.
    A broken record costs itself and is named in the report; a file that breaks off keeps what was read of it.

    Raises InvalidInput where a file is missing or holds no PubMed record, StorageFailure where the index cannot be
    written (disk full, or another load is running).
    """
    for file in files:
        if not file.is_file():
            raise InvalidInput(f"There is no file {file}: give PubMed XML files (.xml or .xml.gz).")
    index = open_index(directory, create=True)
    try:
        writer = index.writer(WRITER_HEAP, 1)
    except ValueError as error:
        raise StorageFailure(f"The mirror in {directory} is being loaded by another process: wait for it ({error}).") from error
    loaded = []
    try:
        loader = _Loader(index, writer, progress)
        for file in files:
            loaded.append(loader.load(file))
            add_to_manifest(directory, loaded[-1])
    except (ValueError, OSError) as error:
        writer.rollback()
        name = files[len(loaded)].name if len(loaded) < len(files) else "A file"
        raise StorageFailure(f"{name} could not be stored in {directory} ({error}): free space and load it again.") from error
    finally:
        writer.wait_merging_threads()  # also gives the lock back
    index.reload()
    return LoadReport(files=tuple(loaded), total_records=index.searcher().num_docs)


class _Loader:
    """One writer's work on file after file."""

    def __init__(self, index: tantivy.Index, writer: tantivy.IndexWriter, progress: Progress | None) -> None:
        self._writer = writer
        self._progress = progress
        self._later_versions = _later_versions(index)
        self._new: set[int] | None = set() if index.searcher().num_docs == 0 else None

    def load(self, file: Path) -> LoadedFile:
        """Take one file in and commit it."""
        if self._progress:
            self._progress.stage("load citations", file.name)
        tally = _Tally()
        size = file.stat().st_size
        with file.open("rb") as raw, _uncompressed(raw) as stream:
            self._take_all(RecordSplitter(stream, source=file.name), tally, lambda: self._tell(raw.tell(), size, tally))
        if tally.position == 0:
            self._writer.rollback()
            raise InvalidInput(tally.fault or f"{file.name} holds no PubMed record: give PubMed XML (.xml or .xml.gz).")
        self._writer.commit()
        self._tell(size, size, tally)
        return LoadedFile(
            name=file.name,
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
                parser = parser or _parser(splitter.encoding)  # the encoding is known once the first record is
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
            record = index_record(root, piece.data.decode(splitter.encoding).encode())
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
        if not self._is_new(record.pmid):
            self._writer.delete_documents_by_term("pmid", record.pmid)
        self._writer.add_document(record.document)
        tally.records += 1

    def _is_new(self, pmid: int) -> bool:
        """Whether this PMID surely is not in the index: a quarter of the work of a first load goes into deleting nothing."""
        if self._new is None or pmid in self._new:
            return False
        self._new.add(pmid)
        if len(self._new) > MOST_REMEMBERED:
            self._new = None
        return True

    def _delete(self, root: etree._Element, tally: _Tally) -> None:
        for element in root.iter("PMID"):
            text = (element.text or "").strip()
            if text.isascii() and text.isdigit() and len(text) <= 9:
                self._writer.delete_documents_by_term("pmid", int(text))
                self._later_versions.pop(int(text), None)
                tally.deleted += 1


def _parser(encoding: str) -> etree.XMLParser:
    """A parser that touches neither network nor DTD and expands no entity."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _uncompressed(raw: BinaryIO) -> AbstractContextManager[BinaryIO]:
    compressed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return cast("AbstractContextManager[BinaryIO]", _GzipPieces(fileobj=raw)) if compressed else nullcontext(raw)


class _GzipPieces(gzip.GzipFile):
    """Gives what it has decompressed before it says that the file breaks off."""

    def read(self, size: int | None = -1) -> bytes:
        return self.read1(-1 if size is None else size)


def _pmid_in(xml: bytes) -> str | None:
    """The first PMID in bytes that cannot be used as a record."""
    found = _PMID.search(xml)
    return found[1].decode("ascii") if found else None


def _later_versions(index: tantivy.Index) -> dict[int, int]:
    """PMIDs whose version is above 1, with the version; few, because almost every record is version 1."""
    index.reload()
    searcher = index.searcher()
    query = tantivy.Query.range_query(index.schema, "version", tantivy.FieldType.Integer, lower_bound=2)
    found = searcher.search(query, limit=max(1, searcher.num_docs), order_by_field="pmid").hits
    versions = searcher.fast_field_values("version", [address for _, address in found])
    return {int(pmid): int(version) for (pmid, _), version in zip(found, versions, strict=True) if version is not None}
