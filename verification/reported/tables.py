"""Pandoc's simple and multiline tables, read back into headers, row labels and cells.

Pandoc writes no spans: a cell that covered several columns stands once, at the left, and the cells of a row under a cell that
covered several rows are shifted to the left. Both are put back where the other rows show the place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evidence.text import normalise
from verification.reported.headers import NUMERIC, SIZE_ONLY, header_size, is_header, is_shifted_header, put_back, spread_out

MOST_COLUMNS = 40
MOST_ROWS = 400
MOST_MOVED = 2
"""Cells that may have covered several rows side by side."""

_RULE = re.compile(r"\s*-{2,}(?:\s+-{2,})*\s*\Z")
_RUN = re.compile(r"-{2,}")
_MARKS = re.compile(r"\*{1,3}|!\[\]\([^)]*\)|\[([^\]]*)\]\([^)]*\)|[~^](?=\S)|(?<=\S)[~^]|\\")


@dataclass(frozen=True, slots=True)
class Row:
    """One body row: `cells` in the table's columns, the section it stands under, the sizes its header gave."""

    cells: tuple[str, ...]
    sections: tuple[str, ...]
    sizes: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `headers[column]` are the header words over that column, from the top down."""

    caption: str
    headers: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    notes: str
    groups: tuple[str, ...] = ()
    """Top headers that span columns, in order; a row with one cell for each of them stands under them."""


def read_table(block: str) -> Table | None:
    """The table of one block between `::::table-wrap` and `::::`, or None where the block holds none (a picture)."""
    caption, rest = _caption(block)
    lines = rest.split("\n")
    rules = [number for number, line in enumerate(lines) if _RULE.match(line)]
    columns_at = next((number for number in rules if len(_RUN.findall(lines[number])) > 1), None)
    if columns_at is None:
        return None
    starts = [run.start() for run in _RUN.finditer(lines[columns_at])][:MOST_COLUMNS]
    framed = bool(rules) and rules[0] < columns_at
    header_lines = lines[rules[0] + 1 : columns_at] if framed else _lines_before(lines, columns_at)
    end = next((number for number in rules if number > columns_at), None)
    body, after = _body(lines, columns_at + 1, end)
    headers = [_joined([_cut(line, starts) for line in header_lines])] if framed else [_cut(x, starts) for x in header_lines]
    rows = _multiline(body, starts) if framed else [_cut(line, starts) for line in body if line.strip()]
    return _assemble(caption, [row for row in headers if any(row)], rows[:MOST_ROWS], _plain(" ".join(lines[after:])))


def _caption(block: str) -> tuple[str, str]:
    found = re.search(r"::: ?caption\n(.*?)\n:::(?!:)", block, re.S)
    if not found:
        return "", block
    return _plain(found.group(1).replace("#", " ")), block[found.end() :]


def _lines_before(lines: Sequence[str], rule: int) -> list[str]:
    first = rule
    while first > 0 and lines[first - 1].strip() and lines[first - 1].startswith("  "):
        first -= 1
    return list(lines[first:rule])


def _body(lines: Sequence[str], first: int, end: int | None) -> tuple[list[str], int]:
    """The body's lines and where what follows it begins. A simple table ends at a rule or at a line that is not indented."""
    if end is not None:
        return list(lines[first:end]), end + 1
    last = first
    while last < len(lines) and (not lines[last].strip() or lines[last].startswith("  ")):
        last += 1
    return list(lines[first:last]), last


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    """The line's cells. Pandoc counts widths in its own way, so each cut may lie up to five characters off."""
    cuts, drift = [0], 0
    for start in starts[1:]:
        cut = _near_cut(line, start + drift)
        if line[cut - 2 : cut] == "  " and line[cut : cut + 1].strip():
            drift = cut - start
        cuts.append(max(cuts[-1], cut))
    cuts.append(len(line))
    return [_plain(line[left:right]) for left, right in pairwise(cuts)]


def _near_cut(line: str, start: int) -> int:
    if start >= len(line):
        return len(line)
    for off in (0, -1, 1, -2, 2):
        place = start + off
        if 0 < place < len(line) and line[place - 1] == " " and line[place] != " " and (off == 0 or line[place - 2] == " "):
            return place
    if line[start - 1] == " ":
        return start
    for off in (-3, -4, -5):
        if line[start + off - 1] == " " and line[start + off] != " ":
            return start + off
    return line.rfind(" ", 0, start) + 1


def _multiline(body: Sequence[str], starts: Sequence[int]) -> list[list[str]]:
    rows: list[list[str]] = []
    part: list[list[str]] = []
    for line in [*body, ""]:
        if line.strip():
            part.append(_cut(line, starts))
        elif part:
            rows.append(_joined(part))
            part = []
    return rows


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(cell for cell in column if cell) for column in zip(*parts, strict=True)] if parts else []


def _plain(text: str) -> str:
    return normalise(_MARKS.sub(lambda found: found.group(1) or "", text)).text.strip().replace("--", "-")


def _assemble(caption: str, headers: list[list[str]], rows: list[list[str]], notes: str) -> Table:
    rows = [row for row in rows if any(row)]
    while rows and len(headers) < 4 and is_header(rows[0], width=len(rows[0]), first=not headers):
        headers.append(rows.pop(0))
    width = max((len(row) for row in [*headers, *rows]), default=0)
    headers, rows = [_padded(row, width) for row in headers], [_padded(row, width) for row in rows]
    if is_shifted_header(headers, rows):
        headers.append(rows.pop(0))
    top = tuple(cell for cell in headers[0][1:] if cell) if headers else ()
    spread = spread_out(put_back(headers, rows, width))
    spanned = tuple(cell for cell in spread[0][1:] if cell) != top if spread else False
    columns = tuple(tuple(row[column] for row in spread if row[column]) for column in range(width))
    body = tuple(_with_sections(_unshifted(rows), columns))
    return Table(caption, columns, body, notes, top if spanned and len(top) < width - 1 else ())


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _shape(cell: str) -> str:
    """The cell's form: numbers as 0, letters left out, so that `12 (3.4)` and `7 (0.1)` agree."""
    if not cell:
        return ""
    if not NUMERIC.match(cell):
        return "word"
    return re.sub(r"[^0-9(){}\[\]±%/<=,;-]", "", re.sub(r"\d+(?:\.\d+)?", "0", cell)) or "0"


def _unshifted(rows: list[list[str]]) -> list[list[str]]:
    """Rows under a cell that spanned several rows, moved back to the right, with that cell carried down."""
    if not rows:
        return rows
    whole = [row for row in rows if row[-1] and row[0]]
    shown = whole if len(whole) > 1 else rows
    shapes = [Counter(_shape(row[column]) for row in shown if row[column]) for column in range(len(rows[0]))]
    fixed: list[list[str]] = []
    for row in rows:
        last = max((place for place, cell in enumerate(row) if cell), default=-1)
        best, most = row, _fit(row, shapes) + 1
        for moved_by in range(1, min(len(row) - 1 - last, MOST_MOVED) + 1) if last >= 1 and fixed else ():
            moved = [*fixed[-1][:moved_by], *row[: len(row) - moved_by]]
            fit = _fit(moved[moved_by:], shapes[moved_by:])
            if fit > most and not NUMERIC.match(moved[0]):
                best, most = moved, fit
        fixed.append(best)
    return fixed


def _fit(row: Sequence[str], shapes: Sequence[Counter[str]]) -> int:
    return sum(
        1 if shape and counts and counts.most_common(1)[0][0] == shape else 0
        for shape, counts in zip(map(_shape, row), shapes, strict=True)
    )


def _with_sections(rows: list[list[str]], headers: Sequence[tuple[str, ...]]) -> list[Row]:
    found: list[Row] = []
    sections: list[str] = []
    sizes: list[int | None] = [header_size(" ".join(words)) for words in headers]
    for row in rows:
        filled = [place for place, cell in enumerate(row) if cell]
        if filled and all(SIZE_ONLY.match(row[place]) for place in filled if place > 0) and len(filled) > 1:
            sizes = [header_size(cell) if cell else None for cell in row]
            sections = [row[0]] if row[0] and not header_size(row[0]) else sections
        elif len(filled) == 1 and not NUMERIC.match(row[filled[0]]):
            sections = [row[filled[0]]]
        found.append(Row(tuple(row), tuple(sections), tuple(sizes)))
    return found
