"""What a mirror holds: its files, its records, its size."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import tantivy
from pydantic import Field
from tantivy import Occur, Query

from connectors.mirror.file_order import file_number, missing_numbers
from connectors.mirror.index_schema import FORMAT, index_folder, open_index
from evidence.base import EvidenceModel
from evidence.citation import UnreadableRecord
from evidence.errors import StorageFailure

_MANIFEST = "loaded.json"


class LoadedFile(EvidenceModel):
    """One file and what came of it."""

    name: str = Field(description="File name, without folder.")
    sha256: str = Field(description="SHA-256 of the file as loaded.")
    size: int = Field(ge=0, description="Bytes of the file as loaded.")
    modified_ns: int = Field(description="When the file was last changed before it was loaded, nanoseconds since 1970.")
    verified: bool | None = Field(
        default=None, description="Whether the MD5 published beside it agreed; unset: none was there."
    )
    records: int = Field(ge=0, description="Records taken in; where a PMID comes twice both count.")
    deleted: int = Field(ge=0, description="PMIDs that the file asked to delete.")
    outdated: int = Field(default=0, ge=0, description="Records passed over because a later version was loaded before.")
    unreadable: tuple[UnreadableRecord, ...] = Field(default=(), description="Records that could not be read, named.")
    fault: str | None = Field(default=None, description="What is wrong with the file as a whole; unset: nothing.")
    loaded_at: datetime = Field(description="When, UTC.")


class MirrorStatus(EvidenceModel):
    """What a mirror holds."""

    records: int = Field(ge=0, description="Records that can be searched.")
    retracted: int = Field(ge=0, description="Records that say they were retracted, by publication type or link.")
    retraction_notices: int = Field(ge=0, description="Records that are the notice of a retraction.")
    files: tuple[LoadedFile, ...] = Field(description="Files loaded, in order.")
    missing_files: tuple[str, ...] = Field(
        default=(), description="Numbers left out between the first and the last file of the yearly sequence."
    )
    last_update: str | None = Field(default=None, description="The last file of the yearly sequence; unset: none was loaded.")
    last_loaded_at: datetime | None = Field(default=None, description="When the last file was loaded, UTC.")
    mesh_release: str | None = Field(
        default=None, description="The MeSH headings that searches explode through; unset: none are loaded."
    )
    bytes_on_disk: int = Field(ge=0, description="Size of the index.")

    @property
    def deleted(self) -> int:
        """PMIDs that all files asked to delete."""
        return sum(file.deleted for file in self.files)

    @property
    def unreadable(self) -> int:
        """Records of all files that could not be read."""
        return sum(len(file.unreadable) for file in self.files)


def mirror_status(directory: Path, *, mesh_release: str | None = None) -> MirrorStatus:
    """What the mirror in this directory holds. Raises NotConfigured where nothing has been loaded."""
    index = open_index(directory)
    searcher = index.searcher()
    files = read_manifest(directory)
    numbers = [number for file in files if (number := file_number(file.name))]
    size = sum(path.stat().st_size for path in index_folder(directory).rglob("*") if path.is_file())
    return MirrorStatus(
        records=searcher.num_docs,
        retracted=_count(searcher, retracted_records(index.schema)),
        retraction_notices=_count(searcher, retraction_notices(index.schema)),
        files=files,
        missing_files=tuple(str(number) for number in missing_numbers(numbers)),
        last_update=str(max(numbers)) if numbers else None,
        last_loaded_at=files[-1].loaded_at if files else None,
        mesh_release=mesh_release,
        bytes_on_disk=size,
    )


def retracted_records(schema: tantivy.Schema) -> Query:
    """Records that say of themselves that they were retracted."""
    return _either(
        Query.term_query(schema, "publication_type", "retracted publication"),
        Query.term_query(schema, "link", "retractionin"),
    )


def retraction_notices(schema: tantivy.Schema) -> Query:
    """Records that retract another."""
    return _either(
        Query.term_set_query(schema, "publication_type", ["retraction of publication", "retraction notice"]),
        Query.term_query(schema, "link", "retractionof"),
    )


def _either(first: Query, second: Query) -> Query:
    return Query.boolean_query([(Occur.Should, first), (Occur.Should, second)])


def _count(searcher: tantivy.Searcher, query: Query) -> int:
    return int(searcher.search(query, limit=1).count or 0)  # type: ignore[attr-defined]  # tantivy's stubs leave it out


def read_manifest(directory: Path) -> tuple[LoadedFile, ...]:
    """The files loaded so far, in order. Raises StorageFailure for a damaged list."""
    path = index_folder(directory) / _MANIFEST
    if not path.is_file():
        return ()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(LoadedFile.model_validate(entry) for entry in content["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise StorageFailure(
            f"The list of loaded files {path} is damaged ({error}): remove {path.parent} and load again."
        ) from error


def add_to_manifest(directory: Path, file: LoadedFile) -> None:
    """Note one file as loaded, after the index was committed.

    Killed between the two, the file is taken in once more by the next load: each of its records then replaces itself.
    """
    files = (*read_manifest(directory), file)
    content = json.dumps({"format": FORMAT, "files": [entry.model_dump(mode="json") for entry in files]}, indent=1)
    path = index_folder(directory) / _MANIFEST
    scratch = path.with_suffix(".tmp")
    scratch.write_text(content, encoding="utf-8")
    scratch.replace(path)
