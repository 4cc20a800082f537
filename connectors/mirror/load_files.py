"""Loads PubMed XML into the mirror's index: baseline, update and search-result files, plain or gzipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from connectors.mirror.file_order import FileHash, check_order, files_to_load, hash_file
from connectors.mirror.index_schema import index_folder, open_index
from connectors.mirror.load_one_file import FileLoader
from connectors.mirror.manifest import LoadedFile, add_to_manifest, read_manifest
from evidence.base import EvidenceModel
from evidence.citation import UnreadableRecord
from evidence.errors import InvalidInput, StorageFailure
from evidence.services import Progress

WRITER_HEAP = 40_000_000
"""Bytes of words held before a segment is written; with one writer thread the process stays below 200 MB."""
_BITS = "known-pmids.bits"


class LoadReport(EvidenceModel):
    """What a load did."""

    files: tuple[LoadedFile, ...] = Field(description="Each file taken in, in the order loaded.")
    passed_over: tuple[str, ...] = Field(
        default=(), description="Files left out because the mirror has them already: same name, same content."
    )
    total_records: int = Field(ge=0, description="Records in the mirror afterwards.")

    @property
    def records(self) -> int:
        """Records taken in from all files."""
        return sum(file.records for file in self.files)

    @property
    def unreadable(self) -> tuple[UnreadableRecord, ...]:
        """Every record that could not be read."""
        return tuple(record for file in self.files for record in file.unreadable)


def load_files(
    directory: Path, paths: Sequence[Path], *, allow_gaps: bool = False, progress: Progress | None = None
) -> LoadReport:
    """Load PubMed XML files, and folders of them, in the order given; each is taken in whole or not at all, and once.

    A record replaces an earlier one of the same PMID unless its PMID version is lower; DeleteCitation is honoured.
    A broken record costs itself and is named in the report; a file that breaks off keeps what was read of it, unless it is
    a numbered file of the yearly sequence, which is refused. Where an earlier load was killed, loading the same files again
    goes on with the file that was not finished.

    Raises InvalidInput where a file is missing, holds no PubMed record, differs from the MD5 published beside it or breaks
    the order of the yearly sequence (`allow_gaps` lets files be missing from it), StorageFailure where the index cannot be
    written (disk full, or another load is running).
    """
    files = files_to_load(paths)
    loaded = {file.name: file for file in read_manifest(directory)}
    unchanged, coming = _sort_out(files, loaded)
    check_order(list(loaded), [file.name for file, _ in coming], allow_gaps=allow_gaps)
    index = open_index(directory, create=True)
    try:
        writer = index.writer(WRITER_HEAP, 1)
    except ValueError as error:
        raise StorageFailure(f"The mirror in {directory} is being loaded by another process: wait for it ({error}).") from error
    done: list[LoadedFile] = []
    file = files[0]
    try:
        loader = FileLoader(index, writer, index_folder(directory) / _BITS, progress)
        for file, content in coming:
            done.append(loader.load(file, content or hash_file(file)))
            add_to_manifest(directory, done[-1])
    except (ValueError, OSError) as error:
        writer.rollback()
        raise StorageFailure(
            f"{file.name} could not be stored in {directory} ({error}): free space and load it again."
        ) from error
    finally:
        writer.wait_merging_threads()  # also gives the lock back
    index.reload()
    return LoadReport(files=tuple(done), passed_over=tuple(unchanged), total_records=index.searcher().num_docs)


def _sort_out(files: Sequence[Path], loaded: Mapping[str, LoadedFile]) -> tuple[list[str], list[tuple[Path, FileHash | None]]]:
    """Names of the files that are loaded already, and the files that are not, with their hash where it was needed.

    A file that is new, or that was not touched since it was loaded, is not read for this: of a whole baseline that would
    take minutes before anything happens.
    """
    unchanged: list[str] = []
    coming: list[tuple[Path, FileHash | None]] = []
    for file in files:
        before = loaded.get(file.name)
        if before is None:
            coming.append((file, None))
        elif _untouched(file, before) or (content := _hash(file)).sha256 == before.sha256:
            unchanged.append(file.name)
        else:
            coming.append((file, content))
    return unchanged, coming


def _untouched(file: Path, before: LoadedFile) -> bool:
    about = file.stat()
    return (about.st_size, about.st_mtime_ns) == (before.size, before.modified_ns)


def _hash(file: Path) -> FileHash:
    try:
        return hash_file(file)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read ({error.strerror}): check the file and its rights.") from error
