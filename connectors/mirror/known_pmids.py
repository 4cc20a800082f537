"""Which PMIDs an index may hold, one bit each, so that a record that is surely new need not be deleted before it is added.

Looking for a record to delete costs a quarter of a load, and almost every record of a baseline is new. The bits are written
before the index commits: after a crash they may name a PMID that is not there, which costs one needless deletion, and never
miss one that is.
"""

from __future__ import annotations

from pathlib import Path

_CHUNK_BITS = 16
_CHUNK_BYTES = (1 << _CHUNK_BITS) // 8
_KEY_BYTES = 4


class KnownPmids:
    """A set of PMIDs that only grows. `everything` means that nothing is known of the index, so any PMID may be in it."""

    def __init__(self, *, everything: bool = False) -> None:
        self._chunks: dict[int, bytearray] = {}
        self._everything = everything

    @classmethod
    def read(cls, path: Path, *, index_is_empty: bool) -> KnownPmids:
        """The bits kept beside an index; where they are missing or damaged, anything may be in it."""
        known = cls(everything=False)
        if index_is_empty:
            return known
        try:
            data = path.read_bytes()
        except OSError:
            return cls(everything=True)
        step = _KEY_BYTES + _CHUNK_BYTES
        if not data or len(data) % step:
            return cls(everything=True)
        for start in range(0, len(data), step):
            key = int.from_bytes(data[start : start + _KEY_BYTES], "big")
            known._chunks[key] = bytearray(data[start + _KEY_BYTES : start + step])
        return known

    def write(self, path: Path) -> None:
        """Keep the bits. Raises OSError where the disk is full."""
        if self._everything:
            path.unlink(missing_ok=True)
            return
        scratch = path.with_suffix(".tmp")
        scratch.write_bytes(b"".join(key.to_bytes(_KEY_BYTES, "big") + chunk for key, chunk in self._chunks.items()))
        scratch.replace(path)

    def add(self, pmid: int) -> bool:
        """Note a PMID; gives whether it was surely not known before."""
        if self._everything:
            return False
        chunk = self._chunks.get(pmid >> _CHUNK_BITS)
        if chunk is None:
            chunk = self._chunks[pmid >> _CHUNK_BITS] = bytearray(_CHUNK_BYTES)
        place, bit = (pmid >> 3) & (_CHUNK_BYTES - 1), 1 << (pmid & 7)
        if chunk[place] & bit:
            return False
        chunk[place] |= bit
        return True
