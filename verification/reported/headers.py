"""The headers of pandoc's tables, put back over the columns that they stood over.

Pandoc writes no spans: a header over several columns stands once, and those under a header of two rows are shifted to the left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

SIZE_ONLY = re.compile(r"(?i)[\[(]?\s*n\w{0,2}\s*=\s*\d[\d, ]*\s*[)\]]?\Z")
NUMERIC = re.compile(r"[<>=≤≥~ (]*[-+]?\s?\.?\d")
_HEADS = re.compile(r"(?i)\bmean\b|\bn\s?=|\bchange\b|\bSD\b|\bCI\b")
"""Words of a header, even where it begins with a number: `12 m (n = 592) mean`."""


def is_header(row: Sequence[str], *, width: int, first: bool) -> bool:
    """Whether a row of the body still is a header: sizes, units or words in every filled cell, in more than one column."""
    filled = [cell for cell in row if cell]
    if len(filled) < 2:
        return False
    if all(SIZE_ONLY.match(cell) for cell in filled[1:]) and len(filled) > 1:
        return True
    plain = sum(not NUMERIC.match(cell) or _HEADS.search(cell) is not None for cell in filled)
    return plain == len(filled) and (first or len(filled) >= min(3, width - 1) or not row[0])


def is_shifted_header(headers: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of the body heads the columns under headers of which some span both rows."""
    if not headers or len(rows) < 3 or len(rows[0]) < 4:
        return False
    first, others = rows[0], [row for row in rows[1:] if sum(map(bool, row)) > 1]
    used = _used(first)
    spans = not headers[-1][-1] and len(first) - used <= _used(headers[-1])
    return spans and used < len(first) and all(first[:used]) and used > 1 and bool(others) and all(row[-1] for row in others)


def _used(row: Sequence[str]) -> int:
    """Columns up to the last filled one."""
    return max((place + 1 for place, cell in enumerate(row) if cell), default=0)


def put_back(headers: list[list[str]], rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Header cells that stand too far left, because a cell before them spanned rows or columns, moved over their own."""
    whole = [row for row in rows if sum(map(bool, row)) > 1]
    if not headers or not whole or sum(bool(row[-1]) for row in whole) * 2 < len(whole):
        return headers
    labels = next((column for column in range(width) if any(NUMERIC.match(row[column]) for row in whole)), 0)
    moved = min(width - max(map(_used, headers)), labels - 1)
    if moved > 0 and _used(headers[0]) > 1:
        headers = [
            [*[""] * labels, *row[: width - labels]]
            if at and _used(row) + labels == width
            else [row[0], *[""] * moved, *row[1 : width - moved]]
            for at, row in enumerate(headers)
        ]
    placed = headers[:1]
    for below in headers[1:]:
        above, used = placed[-1], _used(below)
        packed = all(below[:used]) and not (SIZE_ONLY.match(below[used - 1]) and not header_size(below[0]))
        both = _under(above[: _used(above)], below[:used], width - used) if packed and width - used > 0 else None
        placed[-1:] = both or [above, below]
    return placed


def _under(above: Sequence[str], below: Sequence[str], spanning: int) -> list[list[str]] | None:
    """Two header rows side by side, `spanning` cells of the upper one covering both rows, the first among them."""
    if spanning < len(above):
        others = sorted(range(1, len(above)), key=lambda place: (-_stands_alone(above[place], below), place))
        alone = {0, *others[: spanning - 1]}
        parts = _parts(below, len(above) - spanning)
        if parts is None:
            return None if spanning > 1 else [[*above, *[""] * (len(below) + 1 - len(above))], ["", *below]]
        upper: list[str] = []
        lower: list[str] = []
        group = -1
        for place, cell in enumerate(above):
            group += place not in alone
            children = [""] if place in alone else [one for one, part in zip(below, parts, strict=True) if part == group]
            upper.extend([cell] * len(children))
            lower.extend(children)
        return [upper, lower]
    return None


def _stands_alone(cell: str, below: Sequence[str]) -> int:
    """How likely a header covers both rows: a p value, or a size where those below have sizes too."""
    if re.search(r"(?i)\bp\b|p-?\s?value|total|overall|all patients", cell):
        return 2
    return int(header_size(cell) is not None and any(header_size(one) for one in below))


def spread_out(headers: list[list[str]]) -> list[list[str]]:
    """Headers over several columns put over all of them, as far as the row below shows how many."""
    for above, below in pairwise(headers):
        groups = [place for place, cell in enumerate(above) if cell and place > 0]
        filled = [place for place, cell in enumerate(below) if cell and place > 0]
        if not groups or len(filled) <= len(groups):
            continue
        packed = [above[place] for place in groups]
        parts = _parts([below[place] for place in filled], len(groups))
        if parts is None or groups != list(range(groups[0], groups[0] + len(groups))):
            continue
        above[1:] = [""] * (len(above) - 1)
        for place, part in zip(filled, parts, strict=True):
            above[place] = packed[part]
    return headers


def _parts(below: Sequence[str], groups: int) -> list[int] | None:
    """Which group each lower header belongs to, where the lower headers repeat; None where that does not show."""
    bare = [re.sub(r"[\d\s]+", " ", cell) for cell in below]
    repeats = [place for place, cell in enumerate(bare) if cell == bare[0]]
    if len(below) % groups == 0 and not 1 < len(repeats) < groups:
        size = len(below) // groups
        return [place // size for place in range(len(below))]
    if 1 < len(repeats) <= groups and repeats[1] > 1:
        return [min(place // repeats[1], groups - 1) for place in range(len(below))]
    return None


def header_size(text: str) -> int | None:
    """The `n = 49` of a header, or None."""
    found = re.search(r"(?i)(?<![a-z])n\w{0,2}\s*[=:]\s*(\d{1,3}(?:[, ]\d{3}){1,2}|\d{1,8})(?!\d)", text)
    return int(re.sub(r"\D", "", found.group(1))) if found else None
