"""The files that the National Library of Medicine publishes: their numbers, their order, their checksums.

The annual baseline and the daily update files are numbered as one sequence, `pubmed26n0001.xml.gz` onward, and have to be
loaded in that order: a later file replaces and deletes records of earlier ones. Beside each lies its MD5, written as
`MD5(pubmed26n0001.xml.gz)= …` or, in other years, as `md5sum` writes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.errors import InvalidInput

_NUMBERED = re.compile(r"pubmed(\d{2})n(\d{4,5})\.xml(?:\.gz)?")
_MD5_OPENSSL = re.compile(r"MD5\s*\(([^()]+)\)\s*=\s*([0-9a-fA-F]{32})")
_MD5_SUM = re.compile(r"([0-9a-fA-F]{32})(?:\s+\*?(\S+))?")
_LONGEST_MD5_FILE = 4096
_SUFFIXES = (".xml", ".xml.gz")


@dataclass(frozen=True, order=True)
class FileNumber:
    """A file's place in one year's sequence."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"pubmed{self.year:02}n{self.number:04}"


@dataclass(frozen=True)
class FileHash:
    """A file's content. `verified`: whether an MD5 published with it agrees; None where none lies beside it."""

    sha256: str
    verified: bool | None


def file_number(name: str) -> FileNumber | None:
    """The number in a file name of the National Library of Medicine; None for any other name."""
    found = _NUMBERED.fullmatch(name)
    return FileNumber(int(found[1]), int(found[2])) if found else None


def files_to_load(paths: Sequence[Path]) -> list[Path]:
    """The files given; a folder stands for the PubMed XML files in and below it, in the order of their names.

    Raises InvalidInput for a path that is not there and for a folder without such files.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [each for each in path.rglob("*") if each.is_file() and each.name.endswith(_SUFFIXES)]
            if not inside:
                raise InvalidInput(f"The folder {path} holds no PubMed XML file (.xml or .xml.gz): give another.")
            files += sorted(inside, key=lambda each: each.name)
        elif path.is_file():
            files.append(path)
        else:
            raise InvalidInput(f"There is no file {path}: give PubMed XML files (.xml or .xml.gz) or a folder of them.")
    return files


def missing_numbers(numbers: Iterable[FileNumber]) -> list[FileNumber]:
    """The files that are missing between the first and the last of a sequence."""
    have = set(numbers)
    if not have:
        return []
    first, last = min(have), max(have)
    between = (FileNumber(last.year, number) for number in range(first.number, last.number))
    return [number for number in between if number not in have]


def check_order(loaded: Sequence[str], coming: Sequence[str], *, allow_gaps: bool) -> None:
    """Whether numbered files may be loaded in this order upon those loaded before.

    Raises InvalidInput where one comes after a later one, is of another year, or, unless `allow_gaps`, leaves one out.
    """
    before = [number for name in loaded if (number := file_number(name))]
    after = [number for name in coming if (number := file_number(name))]
    last = max(before, default=None)
    for number in after:
        if last is not None and number.year != last.year:
            raise InvalidInput(
                f"{number} is of another year's baseline than {last}, which is loaded: load it into a new folder (--folder)."
            )
        if last is not None and number <= last:
            raise InvalidInput(
                f"{number} comes before {last}, which is loaded already, and would put older records back: "
                "load the files in order into a new folder (--folder)."
            )
        expected = last.number + 1 if last else 1 if len(after) > 1 else number.number
        if number.number > expected and not allow_gaps:
            raise InvalidInput(
                f"{FileNumber(number.year, expected)} is missing before {number}: get it, "
                "or load what there is with --allow-gaps."
            )
        last = number


def hash_file(file: Path) -> FileHash:
    """The file's SHA-256, and its MD5 compared with the one published beside it.

    Raises InvalidInput where they differ or the published one cannot be read, OSError where the file cannot be read.
    """
    published = _published_md5(file)
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if published is None:
            return FileHash(sha256, None)
        stream.seek(0)
        found = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != published:
        raise InvalidInput(
            f"{file.name} is not what was published: its MD5 is {found}, {file.name}.md5 says {published}; get it again."
        )
    return FileHash(sha256, True)


def _published_md5(file: Path) -> str | None:
    path = file.with_name(f"{file.name}.md5")
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        text = stream.read(_LONGEST_MD5_FILE).decode("ascii", "replace").strip()
    openssl, plain = _MD5_OPENSSL.fullmatch(text), _MD5_SUM.fullmatch(text)
    name, value = (openssl[1], openssl[2]) if openssl else (plain[2], plain[1]) if plain else (None, None)
    if value is None:
        raise InvalidInput(f"{path.name} holds no MD5 checksum: get it again.")
    if name and Path(name).name != file.name:
        raise InvalidInput(f"{path.name} is the checksum of {Path(name).name[:80]}: get the one of {file.name}.")
    return value.lower()
