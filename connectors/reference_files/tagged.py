"""Cuts a tagged reference file into records, line by line, in bounded memory. Both formats are tags with text behind them."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, Protocol

from evidence.errors import InvalidInput

LONGEST_LINE = 1 << 20
"""Characters of one line; what goes beyond is cut off and said."""
LARGEST_RECORD = 4 << 20
"""Characters of one record beyond which it is given up as unreadable."""
LARGEST_FILE = 100 << 20
"""Bytes of one file: some 20,000 records with abstracts."""
MOST_RECORDS = 200_000
_LOOK_AT = 1 << 16

Format = Literal["RIS", "nbib"]

_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  ?- ?(.*)\Z|(TY|ER) ?-(.*)\Z", re.DOTALL)
_NBIB_LINE = re.compile(r"([A-Z]{2,4}) {0,2}- (.*)\Z", re.DOTALL)
_RIS = re.compile(r"^[﻿\s]*TY {0,2}- ?", re.MULTILINE)
_NBIB = re.compile(r"^(?:PMID|OWN |STAT|TI  |FAU )- ", re.MULTILINE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f﻿]")
_LOOKS_LIKE = (
    (re.compile(r"\A\s*<(?:!doctype html|html)", re.IGNORECASE), "a web page"),
    (re.compile(r"\A\s*<"), "XML"),
    (re.compile(r"^\s*@[a-z]+\s*\{", re.MULTILINE | re.IGNORECASE), "BibTeX"),
    (re.compile(r"\A%PDF"), "a PDF"),
    (re.compile(r"\APK\x03\x04"), "a zipped or Office document"),
    (re.compile(r"^%0 ", re.MULTILINE), "an EndNote file (.enw)"),
    (re.compile(r"^VN +Ovid|^<\d+>\s*$", re.MULTILINE), "an Ovid text file"),
)


class SizedReader(Protocol):
    """A binary file."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes."""


@dataclass
class TaggedRecord:
    """One record's tags with their values, in order."""

    position: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    raw: hashlib._Hash = field(default_factory=hashlib.sha256)
    size: int = 0
    fault: str | None = None
    notes: set[str] = field(default_factory=set)

    def values(self, *tags: str) -> list[str]:
        """The values of these tags that are not empty, tag by tag."""
        return [value for tag in tags for name, value in self.fields if name == tag and value]

    def first(self, *tags: str) -> str | None:
        """The first value, of the first tag that has any."""
        return next(iter(self.values(*tags)), None)

    def take(self, tag: str | None, text: str) -> None:
        """A tag with its text, or more text of the tag before."""
        self.size += len(text)
        if self.size > LARGEST_RECORD:
            self.fault = f"The record is larger than {LARGEST_RECORD >> 20} million characters."
            self.fields.clear()
        elif tag is not None:
            self.fields.append((tag, text))
        elif self.fields and text:
            name, before = self.fields[-1]
            self.fields[-1] = (name, f"{before} {text}" if before else text)


class _Hashed(io.RawIOBase):
    """Passes bytes on, counts and hashes them."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self.hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self.size += len(data)
        if self.size > LARGEST_FILE:
            raise _too_large(self._name)  # it has grown since it was opened
        self.hash.update(data)
        buffer[: len(data)] = data
        return len(data)


class TaggedFile:
    """Iterates over the records of one file. Afterwards `file_hash`, `format` and `notes` are known."""

    def __init__(self, stream: BinaryIO, *, name: str) -> None:
        """`stream` must be seekable.

        Raises InvalidInput where it is neither RIS nor nbib, and says what it looks like.
        """
        self.name = name
        if stream.seek(0, io.SEEK_END) > LARGEST_FILE:
            raise _too_large(name)
        stream.seek(0)
        head = stream.read(_LOOK_AT)
        stream.seek(0)
        self._utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self.format: Format = _format(head.decode("utf-16" if self._utf16 else "utf-8-sig", "replace"), name)
        self._source = _Hashed(stream, name)
        self.notes: set[str] = set()

    @property
    def file_hash(self) -> str:
        """SHA-256 of what has been read: of the file, once every record is."""
        return self._source.hash.hexdigest()

    def __iter__(self) -> Iterator[TaggedRecord]:
        records = self._ris() if self.format == "RIS" else self._nbib()
        for number, record in enumerate(records, 1):
            if number > MOST_RECORDS:
                raise InvalidInput(f"{self.name} has more than {MOST_RECORDS:,} records: export fewer at once.")
            self.notes |= record.notes
            yield record

    def _lines(self) -> Iterator[str]:
        """Lines without control characters. Each is UTF-8 or, where it cannot be, Windows-1252."""
        buffered = io.BufferedReader(self._source, 1 << 16)
        encoding = "utf-16" if self._utf16 else "latin-1"  # bytes one to one, decoded line by line below
        text = io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline=None)
        while line := text.readline(LONGEST_LINE):
            if len(line) >= LONGEST_LINE and not line.endswith("\n"):
                self.notes.add(f"A line of more than {LONGEST_LINE >> 20} million characters was cut off.")
                while (more := text.readline(LONGEST_LINE)) and not more.endswith("\n"):
                    pass
            yield _CONTROLS.sub("", line if self._utf16 else self._decoded(line)).rstrip("\n")
        text.detach()

    def _decoded(self, line: str) -> str:
        data = line.encode("latin-1")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.notes.add("Some lines are not UTF-8 and were read as Windows-1252.")
            return data.decode("cp1252", "replace")

    def _ris(self) -> Iterator[TaggedRecord]:
        record: TaggedRecord | None = None
        position = 0
        for line in self._lines():
            found = _RIS_LINE.match(line)
            tag, text = (found[1] or found[3], (found[2] or found[4] or "").strip()) if found else (None, line.strip())
            if tag == "TY":
                if record is not None:
                    record.notes.add("Records without an end (ER) were ended where the next one begins.")
                    yield record
                position += 1
                record = TaggedRecord(position)
            if record is None:
                continue
            record.raw.update(f"{line}\n".encode())
            if tag == "ER":
                yield record
                record = None
            else:
                record.take(_link_tag(text) if tag is None else tag, text)
        if record is not None:
            record.notes.add("The last record has no end (ER): the file may be cut off.")
            yield record

    def _nbib(self) -> Iterator[TaggedRecord]:
        record: TaggedRecord | None = None
        position, blank = 0, True
        for line in self._lines():
            found = _NBIB_LINE.match(line)
            if (
                found
                and (blank or found[1] == "PMID")
                and (record is None or found[1] == "PMID" or record.first("PMID") is None)
            ):
                if record is not None:
                    yield record
                position += 1
                record = TaggedRecord(position)
            blank = not line.strip()
            if record is not None:
                record.raw.update(f"{line}\n".encode())
                record.take(found[1] if found else None, (found[2] if found else line).strip())
        if record is not None:
            yield record


def _too_large(name: str) -> InvalidInput:
    return InvalidInput(f"{name} is larger than {LARGEST_FILE >> 20} MB: export it in parts of 10,000 records and import each.")


def _begins(tag: str, record: TaggedRecord | None, *, blank: bool) -> bool:
    """Whether a line is the first of a record: records begin with PMID, or, where they have none, behind a blank line."""
    if record is None:
        return True
    known = record.first("PMID") is not None
    return (known or blank) if tag == "PMID" else blank and not known


def _link_tag(text: str) -> str | None:
    """Embase on Ovid ends records with untagged lines `Link to the Ovid Full Text …`, which belong to no field."""
    return "Link" if text.startswith("Link to ") else None


def _format(head: str, name: str) -> Format:
    if _RIS.search(head):
        return "RIS"
    if _NBIB.search(head):
        return "nbib"
    if not head.strip("\ufeff\0 \r\n\t"):
        raise InvalidInput(f"{name} is empty: export the records again.")
    looks = next((words for pattern, words in _LOOKS_LIKE if pattern.search(head)), "something else")
    raise InvalidInput(f"{name} is neither RIS nor nbib but looks like {looks}: export the records as RIS (EndNote, Zotero).")
