"""A collection served as a PubMed on this machine, loaded once and kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.mesh import load_mesh, open_mesh
from connectors.mirror import create_app, load_files, running_mirror
from connectors.pubmed.client import PubMed
from connectors.settings import Settings
from evaluation.harness.data import file_hash
from evaluation.harness.medevidence import Collection
from evidence import __version__
from evidence.errors import EvidenceError
from evidence.services import MeshVocabulary, Progress

_ADDRESS = "not-given@localhost.invalid"
_FORMAT = "1"


class Unlimited:
    """Spaces nothing out: the server is our own."""

    def wait(self) -> None:
        """At once."""

    def pause(self, seconds: float) -> None:
        """Not at all."""


@dataclass(frozen=True)
class ServedPool:
    """A source, and the headings that its searches explode by."""

    source: PubMed
    mesh: MeshVocabulary | None


@contextmanager
def served_pool(collection: Collection, mesh_file: Path | None, progress: Progress) -> Iterator[ServedPool]:
    """The collection over E-utilities while this lasts. `mesh_file` unset: searches explode no heading."""
    root = Settings.load().cache_dir / "collections"
    mesh = None if mesh_file is None else _mesh(root / f"mesh-{file_hash(mesh_file)[:16]}", mesh_file, progress)
    with running_mirror(_loaded(root, collection, progress), vocabulary=mesh) as address:
        source = PubMed(email=_ADDRESS, limiter=Unlimited(), base_url=address, retries=1, name="Evaluation pool (local mirror)")
        yield ServedPool(source=source, mesh=mesh)


def _loaded(root: Path, collection: Collection, progress: Progress) -> Path:
    """The folder of the loaded collection; one that cannot be read, or was made by another version, is made anew."""
    lacking = collection.lacking
    key = hashlib.sha256(f"{_FORMAT} {__version__} {file_hash(collection.pool)}".encode() + lacking).hexdigest()[:16]
    folder = root / f"pool-{key}"
    if folder.is_dir():
        try:
            create_app(folder)
        except EvidenceError as fault:
            progress.note(f"The pool is loaded anew: {fault.message}")
            shutil.rmtree(folder)
    if not folder.is_dir():
        progress.stage("Pool", "loading it into a local PubMed, once")
        with _being_made(folder) as part:
            files = [collection.pool]
            if lacking:
                files.append(part / "sources.xml")
                files[-1].write_bytes(lacking)
            load_files(part, files)
    return folder


def _mesh(folder: Path, file: Path, progress: Progress) -> MeshVocabulary | None:
    if not folder.is_dir():
        progress.stage("MeSH", "loading the headings, once")
        with _being_made(folder) as part:
            load_mesh(part, file)
    return open_mesh(folder)


@contextmanager
def _being_made(folder: Path) -> Iterator[Path]:
    """A folder that takes its name only when it is whole; another process that was faster is left its own."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield part
        if not folder.is_dir():
            os.rename(part, folder)  # noqa: PTH104 - fails where the other process came first, and then its own serves
    finally:
        shutil.rmtree(part, ignore_errors=True)
