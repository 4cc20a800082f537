"""Cuts PubMed XML into records as bytes, without parsing them and in constant memory.

A parser that reads the whole answer stops at the first record that is not well formed. Cut first, each record is parsed
alone, so a bad one costs itself; its bytes are kept exactly as they came; and no document type declaration, and so no
entity, is ever read by a parser.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from evidence.errors import BadAnswer

READ_SIZE = 1 << 20
RECORD_LIMIT = 16 << 20
"""Bytes of one record beyond which it is skipped as unreadable; the largest real ones stay under 6 MB."""
PROLOGUE_LIMIT = 1 << 16
"""Bytes within which the root element has to begin."""

_RECORD_START = re.compile(rb"<(PubmedArticle|PubmedBookArticle|DeleteCitation|DeleteDocument)(?=[\s/>])")
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)(/|(?:\s[^<>]*)?)>")
_NAMESPACE = re.compile(rb"""\sxmlns:[\w.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ROOTS = (b"PubmedArticleSet", b"PubmedBookArticleSet")
_ENCODINGS = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
_LONGEST_TOKEN = 64
_HEAD = 4096
_BLANK = re.compile(rb"\s*")
_SERVICE_ERROR = re.compile(rb"<ERROR>([^<]{0,300})")


class ReadsBytes(Protocol):
    """A binary file, plain or decompressing."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One record's bytes, or, with `fault` set, the beginning of what stood in its place."""

    data: bytes
    fault: str | None = None


class RecordSplitter:
    """Iterates over the records of one PubMed XML document.

    Raises, while iterating:
        BadAnswer: the document is not PubMed XML, or it breaks off (after every complete record was given out).
    """

    def __init__(self, stream: ReadsBytes, *, source: str) -> None:
        self._stream = stream
        self._source = source
        self._data = b""
        self._at = 0
        self.encoding = "utf-8"
        self._root = b""
        self._namespaces = b""

    def __iter__(self) -> Iterator[Piece]:
        self._read_prologue()
        while (start := self._next_token()) is not None:
            found = _RECORD_START.match(self._data, start)
            yield self._junk() if found is None else self._record(found[1])
        self._read_end()

    def give_back(self, unread: bytes) -> None:
        """Put bytes back in front of what is still to be read."""
        self._data = unread + self._data[self._at :]
        self._at = 0

    def inner_start(self, data: bytes) -> int:
        """Where a further record begins inside `data` because the first one has no end; 0 where none does."""
        found = _RECORD_START.search(data, 1)
        return found.start() if found else 0

    def _fill(self) -> bool:
        try:
            more = self._stream.read(READ_SIZE)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self._broken_off() from error
        self._data = self._data[self._at :] + more
        self._at = 0
        return bool(more)

    def _broken_off(self) -> BadAnswer:
        return BadAnswer(f"{self._source} breaks off before its end; get it again.")

    def _skip_blank(self) -> bool:
        """Move to the next byte that is not white space; False at the end."""
        while True:
            blank = _BLANK.match(self._data, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._data):
                return True
            if not self._fill():
                return False

    def _starts(self, token: bytes) -> bool:
        while len(self._data) - self._at < len(token) and token.startswith(self._data[self._at :]):
            if not self._fill():
                return False
        return self._data.startswith(token, self._at)

    def _end_of(self, token: bytes, limit: int) -> int:
        """The offset behind the next `token`; -1 where the document ends first, -2 where `limit` bytes do not hold it."""
        searched = self._at
        while (found := self._data.find(token, searched)) < 0 and len(self._data) - self._at <= limit:
            done = max(len(self._data) - self._at - len(token) + 1, 0)
            if not self._fill():
                return -1
            searched = self._at + done
        return found + len(token) if 0 <= found <= self._at + limit else -2

    def _skip(self, token: bytes, limit: int) -> bytes:
        """Take everything up to and including `token`."""
        end = self._end_of(token, limit)
        if end == -1:
            raise self._broken_off()
        if end == -2:
            raise BadAnswer(f"{self._source} is not PubMed XML: a declaration or comment in it is far too long; get it again.")
        taken, self._at = self._data[self._at : end], end
        return taken

    def _read_prologue(self) -> None:
        if self._starts(b"\xef\xbb\xbf"):
            self._at += 3
        while True:
            if not self._skip_blank():
                raise BadAnswer(f"{self._source} is empty; get it again.")
            if self._starts(b"<?"):
                self._read_declaration(self._skip(b"?>", PROLOGUE_LIMIT))
            elif self._starts(b"<!--"):
                self._skip(b"-->", PROLOGUE_LIMIT)
            elif self._starts(b"<!"):
                self._read_doctype(self._skip(b">", PROLOGUE_LIMIT))
            else:
                break
        self._read_root()

    def _read_declaration(self, declaration: bytes) -> None:
        if (found := _ENCODING.search(declaration)) and declaration.startswith(b"<?xml"):
            self.encoding = found[1].decode("ascii").lower()
            if self.encoding not in _ENCODINGS:
                raise BadAnswer(f"{self._source} is in the encoding {self.encoding}, which cannot be read; save it as UTF-8.")

    def _read_doctype(self, doctype: bytes) -> None:
        if b"[" in doctype:
            raise BadAnswer(
                f"{self._source} declares elements or entities of its own, which PubMed never does, and is refused for safety."
            )
        if b"html" in doctype[:20].lower():
            raise self._web_page()

    def _web_page(self) -> BadAnswer:
        return BadAnswer(
            f"{self._source} is a web page (HTML), not PubMed XML; "
            "a sign-in page, a proxy or a fault of the service may be in the way."
        )

    def _read_root(self) -> None:
        while not (found := _ROOT.match(self._data, self._at)):
            too_long = len(self._data) - self._at > PROLOGUE_LIMIT
            if self._data[self._at : self._at + 1] != b"<" or too_long:
                raise BadAnswer(f"{self._source} is not XML; give a PubMed XML file or a working E-utilities address.")
            if not self._fill():
                raise self._broken_off()
        name = found[1]
        if name.lower() in (b"html", b"head", b"body"):
            raise self._web_page()
        if _RECORD_START.match(self._data, self._at):
            return  # a single record without a set around it
        if name not in _ROOTS:
            raise self._foreign(name)
        self._at = found.end()
        self._namespaces = b"".join(_NAMESPACE.findall(found[2]))
        self._root = b"" if found[2].endswith(b"/") else b"</" + name + b">"

    def _foreign(self, name: bytes) -> BadAnswer:
        self._end_of(b"</ERROR>", PROLOGUE_LIMIT)
        shown = name[:60].decode("ascii", "replace")
        if said := _SERVICE_ERROR.search(self._data, self._at):
            words = " ".join(said[1].decode("utf-8", "replace").split())
            return BadAnswer(f"{self._source} is an error message instead of records: “{words}”.")
        return BadAnswer(f"{self._source} is XML of another kind ({shown}), not a PubmedArticleSet.")

    def _next_token(self) -> int | None:
        """Where the next record, or what stands in its place, begins; None at the end of the set."""
        while self._skip_blank():
            while len(self._data) - self._at < _LONGEST_TOKEN and self._fill():
                pass
            if self._root and self._starts(self._root):
                return None
            if self._starts(b"<!--"):
                self._skip(b"-->", RECORD_LIMIT)
            elif self._root or _RECORD_START.match(self._data, self._at):
                return self._at
            else:
                return None
        return None

    def _record(self, tag: bytes) -> Piece:
        start_tag_end = self._end_of(b">", PROLOGUE_LIMIT)
        if start_tag_end > 0 and self._data[start_tag_end - 2 : start_tag_end - 1] == b"/":
            data, self._at = self._data[self._at : start_tag_end], start_tag_end
            return Piece(data, "The record is empty.")
        token = b"</" + tag + b">"
        end = self._end_of(token, RECORD_LIMIT)
        if end == -2:
            return self._oversized(token)
        if end == -1:
            return self._unclosed()
        data, self._at = self._data[self._at : end], end
        if self._namespaces:
            head = 1 + len(tag)
            data = data[:head] + self._namespaces + data[head:]
        return Piece(data)

    def _oversized(self, token: bytes) -> Piece:
        head = self._data[self._at : self._at + _HEAD]
        while (found := self._data.find(token, self._at)) < 0:
            self._at = max(self._at, len(self._data) - len(token))
            if not self._fill():
                raise self._broken_off()
        self._at = found + len(token)
        return Piece(head, f"The record is larger than {RECORD_LIMIT >> 20} MB.")

    def _unclosed(self) -> Piece:
        """The last record has no end: bad if the set itself is closed behind it, else the document breaks off."""
        close = self._data.find(self._root, self._at) if self._root else -1
        if close < 0:
            raise self._broken_off()
        data, self._at = self._data[self._at : close], close
        inner = self.inner_start(data)
        if inner:
            self.give_back(data[inner:])
            data = data[:inner]
        return Piece(data, "The record has no end.")

    def _junk(self) -> Piece:
        """Something stands where a record should: leave it out, up to the next record or the end of the set."""
        head, begin = b"", self._at + 1
        while True:
            following = _RECORD_START.search(self._data, begin)
            close = self._data.find(self._root, begin) if self._root else -1
            stops = [stop for stop in (following.start() if following else -1, close) if stop >= 0]
            end = min(stops) if stops else max(self._at, len(self._data) - _LONGEST_TOKEN)
            head += self._data[self._at : min(end, self._at + _HEAD)]
            self._at = end
            if stops:
                return Piece(head[:_HEAD], "Something that is no record stands in its place.")
            if not self._fill():
                raise self._broken_off()
            begin = self._at + (not head)

    def _read_end(self) -> None:
        if self._root and not self._starts(self._root):
            raise self._broken_off()
        self._at += len(self._root)
        while self._skip_blank():
            if not self._starts(b"<!--"):
                raise BadAnswer(f"{self._source} goes on after its end; give one PubMed XML document at a time.")
            self._skip(b"-->", RECORD_LIMIT)
