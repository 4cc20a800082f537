"""Finds the names most like one that is none: by shared three-letter groups, then by difflib's ratio.

The similarity of the first step is Dice's coefficient over letter trigrams (Angell, Freund and Willett 1983, Automatic
spelling correction using a trigram similarity measure, Inf Process Manag 19:255-261).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

_EDGE = b"  "
_CANDIDATES = 60
LEAST_LIKE = 0.6
"""Ratio below which a name is no help: `Zzyzx` has no nearest heading."""

_LONGEST = 120
"""Characters of a name that are compared."""


def store_trigrams(database: sqlite3.Connection, names: Sequence[str]) -> None:
    """Write which names hold which trigram. The number of a name is its place in `names`."""
    padded = [_padded(name) for name in names]
    lengths = np.fromiter((len(name) for name in padded), dtype=np.int64, count=len(padded))
    letters = np.frombuffer(b"".join(padded), dtype=np.uint8).astype(np.uint64)
    owners = np.repeat(np.arange(len(padded), dtype=np.uint64), lengths)
    codes = letters[:-2] << np.uint64(16) | letters[1:-1] << np.uint64(8) | letters[2:]
    pairs = (codes << np.uint64(32) | owners[:-2])[owners[:-2] == owners[2:]]
    pairs.sort()
    pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]]]  # np.unique by sorting; its hashing is six times slower here
    codes, owners = pairs >> np.uint64(32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if codes.size else np.array([], dtype=np.int64)
    pieces = np.split(owners, starts[1:]) if codes.size else []
    rows = ((int(codes[start]), piece.tobytes()) for start, piece in zip(starts, pieces, strict=True))
    database.executemany("INSERT INTO trigram VALUES (?, ?)", rows)
    sizes = np.bincount(owners, minlength=len(padded)).astype(np.uint16)
    database.execute("INSERT INTO about VALUES ('trigrams of each name', ?)", (sizes.tobytes(),))


def nearest_names(database: sqlite3.Connection, name: str, most: int) -> list[tuple[float, int]]:
    """The numbers of the names most like this one with their likeness from 0 to 1, best first."""
    stored = database.execute("SELECT value FROM about WHERE key = 'trigrams of each name'").fetchone()
    sizes = np.frombuffer(stored[0], dtype=np.uint16)
    asked = sorted(_trigrams(name))
    if not asked or not sizes.size:
        return []
    marks = ",".join("?" * len(asked))
    rows = database.execute(f"SELECT owners FROM trigram WHERE code IN ({marks})", asked)  # noqa: S608 - only marks
    held = [np.frombuffer(row[0], dtype=np.uint32) for row in rows]
    if not held:
        return []
    shared = np.bincount(np.concatenate(held), minlength=sizes.size)
    dice: npt.NDArray[np.float64] = 2.0 * shared / (sizes.astype(np.float64) + len(asked))
    best = np.argsort(-dice, kind="stable")[: max(_CANDIDATES, most)]
    return [(float(dice[number]), int(number)) for number in best if dice[number] > 0]


def likeness(one: str, other: str) -> float:
    """How alike two keys are, 0 to 1, the order of their words aside."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    in_order = matcher.ratio()
    matcher.set_seqs(" ".join(sorted(one.split(" "))), " ".join(sorted(other.split(" "))))
    return max(in_order, matcher.ratio() - 0.01)


def _padded(name: str) -> bytes:
    return _EDGE + name[:_LONGEST].encode("ascii", "replace") + b" "


def _trigrams(name: str) -> set[int]:
    text = _padded(name)
    return {text[at] << 16 | text[at + 1] << 8 | text[at + 2] for at in range(len(text) - 2)} if name else set()
