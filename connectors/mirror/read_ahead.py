"""Reads a file, decompressing it where it is gzipped, in a thread of its own, a few megabytes ahead.

zlib works without Python's global lock, so that on two cores unpacking costs no time of the thread that reads records.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Full, Queue
from threading import Event, Thread
from typing import BinaryIO

PIECE = 1 << 20
AHEAD = 4
_WAIT = 0.2


@contextmanager
def reading_ahead(file: Path) -> Iterator[ReadAhead]:
    """The file's content for as long as the block lasts. Raises OSError where it cannot be opened."""
    with file.open("rb") as raw:
        compressed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        reader = ReadAhead(gzip.GzipFile(fileobj=raw) if compressed else raw, raw)
        try:
            yield reader
        finally:
            reader.stop()


class ReadAhead:
    """A binary stream that is always a little further than its reader."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, raw: BinaryIO) -> None:
        self._stream = stream
        self._raw = raw
        self._pieces: Queue[bytes | Exception] = Queue(AHEAD)
        self._stopped = Event()
        self._ended: Exception | None = None
        self._at_end = False
        self._thread = Thread(target=self._run, name="read ahead", daemon=True)
        self._thread.start()

    def read(self, _size: int = -1, /) -> bytes:
        """The next piece; nothing at the end. Raises what reading raised, after everything before it was given out."""
        if self._ended is not None:
            raise self._ended
        if self._at_end:
            return b""
        piece = self._pieces.get()
        if isinstance(piece, Exception):
            self._ended = piece
            raise piece
        self._at_end = not piece
        return piece

    def position(self) -> int:
        """Bytes of the file itself that were read so far."""
        return self._raw.tell()

    def stop(self) -> None:
        """End the thread, however far it is."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        piece: bytes | Exception = b"-"
        while piece and not isinstance(piece, Exception) and not self._stopped.is_set():
            try:
                # read1 gives what is unpacked so far before it says that the file breaks off
                piece = self._stream.read1(PIECE) if isinstance(self._stream, gzip.GzipFile) else self._stream.read(PIECE)
            except (OSError, EOFError, zlib.error) as error:
                piece = error
            self._put(piece)

    def _put(self, piece: bytes | Exception) -> None:
        while not self._stopped.is_set():
            try:
                self._pieces.put(piece, timeout=_WAIT)
            except Full:
                continue
            return
