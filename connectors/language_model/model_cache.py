"""The folder that keeps model files, with a register of what was checked."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from evidence.base import EvidenceModel, Sha256
from evidence.errors import ModelUnavailable, StorageFailure
from evidence.services import Progress

_CHUNK = 4 * 1024 * 1024


class CachedFile(EvidenceModel):
    """A model file that was hashed once. Its size and time of change tell whether it must be hashed again."""

    file: str = Field(description="File name in the cache folder.")
    name: str = Field(description="What the model is, as its publisher calls it.")
    sha256: Sha256 = Field(description="Hash of the file when it was last read whole.")
    size: int = Field(ge=0, description="Bytes.")
    changed_ns: int = Field(description="Time of the file's last change when it was hashed, nanoseconds.")
    source: str = Field(default="", description="Where it came from; empty: found in the folder.")


def models_folder() -> Path:
    """`evidence/models` under XDG_CACHE_HOME, or under ~/.cache; made if absent."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "evidence" / "models"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailure(
            f"The folder for model files, {folder}, cannot be made ({error.strerror}): set XDG_CACHE_HOME to one that can."
        ) from error
    return folder


@contextmanager
def folder_lock(folder: Path, progress: Progress) -> Iterator[None]:
    """One process at a time fetches or converts; the others wait and then find the file there."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=1)
    except Timeout:
        progress.note("Another process is fetching a model; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def require_space(folder: Path, needed: int, what: str) -> None:
    """Raise ModelUnavailable, before anything is written, where the disk has not `needed` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelUnavailable(
            f"{what} needs {needed / 1e9:.1f} GB in {folder} and {free / 1e9:.1f} GB are free: "
            "make room, or set XDG_CACHE_HOME to a folder with more."
        )


def hash_file(path: Path, progress: Progress) -> str:
    """SHA-256 of a file, read once, told to the person as it goes."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            progress.update(done, total, "bytes", "checking the hash")
    return digest.hexdigest()


def checked(path: Path, sha256: str) -> bool:
    """Whether the register says that this very file (same size, same time of change) had this hash."""
    entry = read_register(path.parent).get(path.name)
    if entry is None or not path.is_file():
        return False
    status = path.stat()
    return (entry.sha256, entry.size, entry.changed_ns) == (sha256, status.st_size, status.st_mtime_ns)


def record(path: Path, *, name: str, sha256: str, source: str) -> None:
    """Write a hashed file into the register."""
    status = path.stat()
    entries = read_register(path.parent)
    entries[path.name] = CachedFile(
        file=path.name, name=name, sha256=sha256, size=status.st_size, changed_ns=status.st_mtime_ns, source=source
    )
    text = json.dumps({key: entry.model_dump(mode="json") for key, entry in sorted(entries.items())}, indent=1)
    draft = path.parent / f".models.{os.getpid()}.json"
    draft.write_text(text, encoding="utf-8")
    draft.replace(path.parent / "models.json")


def read_register(folder: Path) -> dict[str, CachedFile]:
    """What the register holds, by file name. A damaged register is an empty one: the files are then hashed again."""
    try:
        data: Any = json.loads((folder / "models.json").read_text(encoding="utf-8"))
        return {str(key): CachedFile.model_validate(value) for key, value in data.items()}
    except (OSError, ValueError, AttributeError, ValidationError):
        return {}


def set_aside(path: Path, progress: Progress, why: str) -> None:
    """Move a file that cannot be used out of the way, and say so."""
    aside = path.with_name(path.name + ".corrupt")
    path.replace(aside)
    progress.note(f"{path.name} in the model folder {why}: it was moved to {aside.name} and is fetched again.")
