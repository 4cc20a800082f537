"""Reads one exported file whole: every record of it, or why it cannot be one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from connectors.reference_files import nbib, ris
from connectors.reference_files.tagged import TaggedFile, TaggedRecord
from connectors.reference_files.values import Values
from evidence.citation import UnreadableRecord
from evidence.errors import InvalidInput
from evidence.imported import ImportedFile, ImportedRecord, database_slug

_VALUES = {"RIS": ris.values_of, "nbib": nbib.values_of}


def read_file(
    path: Path, *, database: str, platform: str = "", searched_on: date | None = None, strategy: str = ""
) -> ImportedFile:
    """The records of a RIS or nbib file, whichever it is.

    Raises InvalidInput where it cannot be read, is of another kind, or is larger than 100 MB.
    """
    try:
        with path.open("rb") as stream:
            read = read_stream(stream, name=path.name, database=database)
    except OSError as fault:
        raise InvalidInput(f"{path} cannot be read ({fault.strerror}): check the name and that you may read it.") from None
    return read.model_copy(update={"platform": platform, "searched_on": searched_on, "strategy": strategy})


def read_stream(stream: BinaryIO, *, name: str, database: str) -> ImportedFile:
    """The same of an open, seekable binary stream; `name` is what messages call it."""
    file = TaggedFile(stream, name=name)
    read: list[tuple[TaggedRecord, Values]] = []
    unreadable: list[UnreadableRecord] = []
    for record in file:
        values = _VALUES[file.format](record)
        if fault := record.fault or _why_empty(values):
            unreadable.append(UnreadableRecord(pmid=values["pmid"], position=record.position, reason=fault))
        else:
            read.append((record, values))
    records = []
    for record, values in read:  # ids need the file's hash, which is known at its end
        try:
            records.append(_record(record, values, database, file.file_hash))
        except ValidationError as fault:
            first = fault.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            reason = f"The record's {place} cannot be used ({first['msg'][:160]})."
            unreadable.append(UnreadableRecord(pmid=None, position=record.position, reason=reason))
    if not records and not unreadable:
        raise InvalidInput(f"{name} holds no record: export the records again.")
    return ImportedFile(
        database=database,
        file_name=name,
        file_hash=file.file_hash,
        format=file.format,
        records=tuple(records),
        unreadable=tuple(sorted(unreadable, key=lambda entry: entry.position)),
        notes=tuple(sorted(file.notes)),
    )


def _why_empty(values: Values) -> str | None:
    if any(values[name] for name in ("title", "vernacular_title", "doi", "pmid", "abstract")):
        return None
    return "The record has neither title nor abstract, DOI or PMID."


def _record(record: TaggedRecord, values: Values, database: str, file_hash: str) -> ImportedRecord:
    return ImportedRecord(
        id=f"{database_slug(database)}:{file_hash[:8]}.{record.position}",
        database=database,
        file_hash=file_hash,
        position=record.position,
        raw_hash=record.raw.hexdigest(),
        **values,
    )
