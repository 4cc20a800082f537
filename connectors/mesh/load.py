"""Takes a MeSH descriptor file into one SQLite file that is opened at once and read only where it is asked."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from connectors.mesh.names import name_key, upright_key
from connectors.mesh.nearest import store_trigrams
from connectors.mesh.read_descriptors import read_descriptors, release_of
from evidence.base import EvidenceModel, Sha256
from evidence.errors import InvalidInput, StorageFailure
from evidence.mesh import Descriptor
from evidence.services import Progress

FILE_NAME = "mesh.sqlite"
FORMAT = 1
MOST_DESCRIPTORS = 1_000_000
"""Descriptors beyond which a file is refused; MeSH has about 31,000."""

_TELL_EVERY = 5000
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE about (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE descriptor (id INTEGER PRIMARY KEY, ui TEXT NOT NULL UNIQUE, heading TEXT NOT NULL, entries TEXT NOT NULL,
                         trees TEXT NOT NULL);
CREATE TABLE name (key TEXT, rank INTEGER, descriptor INTEGER, PRIMARY KEY (key, rank, descriptor)) WITHOUT ROWID;
CREATE TABLE place (number TEXT PRIMARY KEY, descriptor INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE likely (id INTEGER PRIMARY KEY, key TEXT NOT NULL, descriptor INTEGER NOT NULL);
CREATE TABLE trigram (code INTEGER PRIMARY KEY, owners BLOB NOT NULL);
"""


class MeshLoad(EvidenceModel):
    """What a load took in."""

    version: str = Field(description="The release as a report names it.")
    file: str = Field(description="File name, without folder.")
    sha256: Sha256 = Field(description="Hash of the file as given.")
    headings: int = Field(ge=1, description="Descriptors taken in.")
    names: int = Field(ge=1, description="Headings and entry terms, each name once.")
    loaded_at: datetime = Field(description="When, UTC.")


def load_mesh(folder: Path, file: Path, progress: Progress | None = None) -> MeshLoad:
    """Take a descriptor file (NLM's XML or ASCII, or a table; plain or gzipped) in, in place of an earlier one.

    What was there stays until the new one is whole. Raises InvalidInput where the file is missing or is no descriptor
    file, StorageFailure where the folder cannot be written.
    """
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}: give a MeSH descriptor file, for example desc2026.xml.")
    if progress:
        progress.stage("load MeSH", file.name)
    scratch = folder / f"{FILE_NAME}.{os.getpid()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch.unlink(missing_ok=True)
        with closing(sqlite3.connect(scratch)) as database, database:
            database.executescript(_SCHEMA)
            loaded = _fill(database, file, progress)
        scratch.replace(folder / FILE_NAME)
    except (sqlite3.Error, OSError) as error:
        raise StorageFailure(f"MeSH could not be stored in {folder} ({error}): free space and load it again.") from error
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
    return loaded


def _fill(database: sqlite3.Connection, file: Path, progress: Progress | None) -> MeshLoad:
    names: dict[tuple[str, int], int] = {}
    count = 0
    for count, descriptor in enumerate(_unique(read_descriptors(file), file), 1):
        _add(database, count, descriptor, names)
        if progress and count % _TELL_EVERY == 0:
            progress.update(count, count, "headings")
    if not count:
        raise InvalidInput(f"{file.name} holds no MeSH descriptors: give NLM's descriptor file, desc20XX.xml.")
    database.executemany(
        "INSERT OR IGNORE INTO name VALUES (?, ?, ?)", sorted((key, rank, owner) for (key, owner), rank in names.items())
    )
    likely = sorted(pair for pair in names if ", " not in pair[0])  # inverted names stand there in their natural order too
    database.executemany("INSERT INTO likely VALUES (?, ?, ?)", ((n, key, owner) for n, (key, owner) in enumerate(likely)))
    store_trigrams(database, [key for key, _ in likely])
    with file.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    loaded = MeshLoad(
        version=f"{release_of(file)} ({file.name}, SHA-256 {digest[:12]})",
        file=file.name,
        sha256=digest,
        headings=count,
        names=len(names),
        loaded_at=datetime.now(UTC),
    )
    database.execute("INSERT INTO about VALUES ('loaded', ?)", (loaded.model_dump_json(),))
    database.execute(f"PRAGMA user_version = {FORMAT}")
    return loaded


def _unique(descriptors: Iterator[Descriptor], file: Path) -> Iterator[Descriptor]:
    seen: set[str] = set()
    for descriptor in descriptors:
        if descriptor.ui in seen:
            raise InvalidInput(f"{file.name} has {descriptor.ui} twice: it is no release of MeSH; get the file again.")
        if len(seen) >= MOST_DESCRIPTORS:
            raise InvalidInput(f"{file.name} has more than {MOST_DESCRIPTORS:,} descriptors: it is no release of MeSH.")
        seen.add(descriptor.ui)
        yield descriptor


def _add(database: sqlite3.Connection, number: int, descriptor: Descriptor, names: dict[tuple[str, int], int]) -> None:
    row = (
        number,
        descriptor.ui,
        descriptor.heading,
        json.dumps(descriptor.entry_terms, ensure_ascii=False),
        "|".join(descriptor.tree_numbers),
    )
    database.execute("INSERT INTO descriptor VALUES (?, ?, ?, ?, ?)", row)
    database.executemany("INSERT OR IGNORE INTO place VALUES (?, ?)", ((place, number) for place in descriptor.tree_numbers))
    for rank, written in ((0, descriptor.heading), *((1, term) for term in descriptor.entry_terms)):
        names.setdefault((name_key(written), number), rank)
        if "," in written:
            names.setdefault((upright_key(written), number), rank + 2)
