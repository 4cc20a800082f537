"""Where a suite's data lie, and readers that name the line and the mend when something is wrong with them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

from pydantic import BaseModel, ValidationError

from evidence.errors import InvalidInput

Entry = TypeVar("Entry", bound=BaseModel)
_LONGEST_CELL = 10_000_000


@dataclass(frozen=True)
class SuiteData:
    """The file or folder given with `--data`, and the shared data for whatever does not lie beside it."""

    given: Path | None
    shared: Path | None
    used: dict[str, Path] = field(default_factory=dict, compare=False)
    """The files that were handed out, by name."""

    def hashes(self) -> dict[str, str]:
        """SHA-256 of each file that was handed out: what the cases were read from."""
        return {name: file_hash(path) for name, path in sorted(self.used.items())}

    def main(self, folder: str, name: str, *, like: str) -> Path:
        """The suite's own file: the one given, the one in the folder given that matches `like`, else the shared one.

        Raises InvalidInput where there is none, or several in the folder given.
        """
        if self.given is not None and self.given.is_file():
            return self._noted(self.given)
        if self.given is not None:
            found = self._in_given(folder, name, like)
            if found is not None:
                return self._noted(found)
            raise InvalidInput(f"There is no file like {like} in {self.given}: give the file itself with --data.")
        return self.companion(folder, name)

    def companion(self, folder: str, name: str) -> Path:
        """A file that belongs to the suite's own: beside it where it lies there, else the shared one."""
        places = []
        if self.given is not None:
            beside = self.given if self.given.is_dir() else self.given.parent
            places += [beside / name, beside / folder / name]
        if self.shared is not None:
            places.append(self.shared / folder / name)
        for place in places:
            if place.is_file():
                return self._noted(place)
        where = "; ".join(str(place) for place in places) or "no folder of shared data was given"
        raise InvalidInput(f"The data file {folder}/{name} is not there (looked at: {where}): give its place with --data.")

    def all_like(self, folder: str, like: str) -> list[Path]:
        """Every file of one format: the file given where it ends so, those in the folder given, or all shared ones."""
        if self.given is not None and self.given.is_file():
            return [self._noted(self.given)] if self.given.suffix == Path(like).suffix else []
        root = self.given if self.given is not None else self.shared
        places = [] if root is None else [root / folder] if self.given is None else [root, root / folder]
        found = next((there for place in places if (there := sorted(place.glob(like)))), [])
        return [self._noted(path) for path in found]

    def _noted(self, path: Path) -> Path:
        self.used[path.name] = path
        return path

    def _in_given(self, folder: str, name: str, like: str) -> Path | None:
        for place in (self.given, self.given / folder if self.given else None):
            if place is None or not place.is_dir():
                continue
            if (place / name).is_file():
                return place / name
            found = sorted(place.glob(like))
            if len(found) == 1:
                return found[0]
            if found:
                raise InvalidInput(f"{place} has {len(found)} files like {like}: give the one that is meant with --data.")
        return None


def json_lines(path: Path, entry: type[Entry]) -> list[Entry]:
    """Every line as an entry, plain or gzipped. Raises InvalidInput naming the first line that cannot be read."""
    found = []
    # Lines end at line feeds alone: texts may hold Unicode's other line separators.
    with opened(path) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as fault:
                raise InvalidInput(f"{path.name}, line {number}: this is no JSON ({fault}): mend the line.") from fault
            found.append(_entry(entry, row, path, number))
    return _some(found, path)


def csv_rows(path: Path, entry: type[Entry]) -> list[Entry]:
    """Every row as an entry, by the names in the first line. Raises InvalidInput naming the first row that cannot be read."""
    csv.field_size_limit(_LONGEST_CELL)
    with opened(path) as stream:
        reader = csv.DictReader(stream)
        try:
            names = reader.fieldnames or ()
            missing = [name for name, field in entry.model_fields.items() if field.is_required() and name not in names]
            if missing:
                raise InvalidInput(f"{path.name}, line 1: the column “{missing[0]}” is missing: add it.")
            return _some([_entry(entry, _whole(row, path, reader.line_num), path, reader.line_num) for row in reader], path)
        except csv.Error as fault:
            raise InvalidInput(f"{path.name}, line {reader.line_num}: it cannot be read as CSV ({fault}): mend it.") from fault


def refuse_twice(ids: Sequence[str], path: Path) -> None:
    """Raise InvalidInput where an id stands twice: two answers to one case would both count."""
    seen: set[str] = set()
    for number, id_ in enumerate(ids, 1):
        if id_ in seen:
            raise InvalidInput(f"{path.name}, entry {number}: the id “{id_}” stands twice: give each case an id of its own.")
        seen.add(id_)


def file_hash(path: Path) -> str:
    """SHA-256 of the file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as text, plain or gzipped. Raises InvalidInput where it cannot be opened or read, as long as it is open."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8", newline="\n") as stream:
                yield cast("TextIO", stream)
        else:
            with path.open(encoding="utf-8-sig", newline="\n" if path.suffix != ".csv" else "") as stream:
                yield stream
    except UnicodeDecodeError as fault:
        raise InvalidInput(f"{path.name} is not in UTF-8 ({fault.reason}): save it as UTF-8.") from fault
    except (OSError, EOFError, zlib.error) as fault:
        raise InvalidInput(f"{path.name} cannot be read ({fault}): give a whole file with --data.") from fault


def _whole(row: dict[str, Any], path: Path, number: int) -> dict[str, Any]:
    """The row, refused where it has fewer cells than the first line has names, or more."""
    if None in row or None in row.values():
        raise InvalidInput(f"{path.name}, line {number}: it has not as many cells as line 1 has columns: mend it.")
    return row


def _entry(entry: type[Entry], row: Any, path: Path, number: int) -> Entry:
    try:
        return entry.model_validate(row)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise InvalidInput(f"{path.name}, line {number}: {where}: {first['msg']}: mend it.") from None


def _some(found: list[Entry], path: Path) -> list[Entry]:
    if not found:
        raise InvalidInput(f"{path.name} has no entry: give a file with cases in it.")
    return found
