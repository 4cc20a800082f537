"""What a mirror holds: its files, its records, its size."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from pydantic import Field

from connectors.mirror.index_schema import FORMAT, index_folder, open_index
from evidence.base import EvidenceModel
from evidence.citation import UnreadableRecord
from evidence.errors import StorageFailure

_MANIFEST = "loaded.json"


class LoadedFile(EvidenceModel):
    """One file and what came of it."""

    name: str = Field(description="File name, without folder.")
    records: int = Field(ge=0, description="Records taken in; where a PMID comes twice both count.")
    deleted: int = Field(ge=0, description="PMIDs that the file asked to delete.")
    outdated: int = Field(default=0, ge=0, description="Records passed over because a later version was loaded before.")
    unreadable: tuple[UnreadableRecord, ...] = Field(default=(), description="Records that could not be read, named.")
    fault: str | None = Field(default=None, description="What is wrong with the file as a whole; unset: nothing.")
    loaded_at: datetime = Field(description="When, UTC.")


class MirrorStatus(EvidenceModel):
    """What a mirror holds."""

    records: int = Field(ge=0, description="Records that can be searched.")
    files: tuple[LoadedFile, ...] = Field(description="Files loaded, in order.")
    bytes_on_disk: int = Field(ge=0, description="Size of the index.")


def mirror_status(directory: Path) -> MirrorStatus:
    """What the mirror in this directory holds. Raises NotConfigured where nothing has been loaded."""
    index = open_index(directory)
    size = sum(path.stat().st_size for path in index_folder(directory).rglob("*") if path.is_file())
    return MirrorStatus(records=index.searcher().num_docs, files=read_manifest(directory), bytes_on_disk=size)


def read_manifest(directory: Path) -> tuple[LoadedFile, ...]:
    """The files loaded so far, in order. Raises StorageFailure for a damaged list."""
    path = directory / _MANIFEST
    if not path.is_file():
        return ()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(LoadedFile.model_validate(entry) for entry in content["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise StorageFailure(f"The list of loaded files {path} is damaged ({error}): remove it.") from error


def add_to_manifest(directory: Path, file: LoadedFile) -> None:
    """Note one file as loaded. The index itself is the record and was committed before; this list only tells of it."""
    files = (*read_manifest(directory), file)
    content = json.dumps({"format": FORMAT, "files": [entry.model_dump(mode="json") for entry in files]}, indent=1)
    path = directory / _MANIFEST
    scratch = path.with_suffix(".tmp")
    scratch.write_text(content, encoding="utf-8")
    scratch.replace(path)
