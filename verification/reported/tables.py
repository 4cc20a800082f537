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

MOST_COLUMNS = 40
MOST_ROWS = 400
MOST_MOVED = 2
"""Cells that may have covered several rows side by side."""

_RULE = re.compile(r"\s*-{2,}(?:\s+-{2,})*\s*\Z")
_RUN = re.compile(r"-{2,}")
_MARKS = re.compile(r"\*{1,3}|!\[\]\([^)]*\)|\[([^\]]*)\]\([^)]*\)|[~^](?=\S)|(?<=\S)[~^]|\\")
_SIZE_ONLY = re.compile(r"(?i)[\[(]?\s*n\w{0,2}\s*=\s*\d[\d, ]*\s*[)\]]?\Z")
_UNIT_ONLY = re.compile(
    r"(?i)[\[(]?\s*(?:n|no\.?|%|mean|sd|se|sem|median|iqr|range|n/n|p|p-?\s?values?|rr|or|hr|md|ci|95\s?% ci|"
    r"n ?\(%\)|no\. ?\(%\)|mean ?\(sd\)|mean ?(?:±|\+/-) ?sd|[a-z%/ ().,±\-]{1,40})\s*[\])]?\Z"
)
_NUMERIC = re.compile(r"[<>=≤≥~ (]*[-+]?\s?\.?\d")


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
    cuts = [0]
    for start in starts[1:]:
        cuts.append(max(cuts[-1], _near_cut(line, start)))
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
    while rows and len(headers) < 4 and _is_header(rows[0], width=len(rows[0]), first=not headers):
        headers.append(_aligned(rows.pop(0), headers))
    if _is_shifted_header(headers, rows):
        headers.append(["", *rows.pop(0)[:-1]])
    width = max((len(row) for row in [*headers, *rows]), default=0)
    top = tuple(cell for cell in headers[0][1:] if cell) if headers else ()
    spread = _spread([_padded(row, width) for row in headers])
    spanned = tuple(cell for cell in spread[0][1:] if cell) != top if spread else False
    columns = tuple(tuple(row[column] for row in spread if row[column]) for column in range(width))
    body = tuple(_with_sections(_unshifted([_padded(row, width) for row in rows]), columns))
    return Table(caption, columns, body, notes, top if spanned and len(top) < width - 1 else ())


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _is_header(row: Sequence[str], *, width: int, first: bool) -> bool:
    """Whether a row of the body still is a header: sizes or units in every filled cell, in more than one column."""
    filled = [cell for cell in row if cell]
    if len(filled) < 2:
        return False
    if all(_SIZE_ONLY.match(cell) for cell in filled[1:]) and len(filled) > 1:
        return True
    plain = sum(not re.search(r"\d", cell) or _SIZE_ONLY.search(cell) is not None for cell in filled)
    return plain == len(filled) and (first or len(filled) >= min(3, width - 1) or not row[0])


def _is_shifted_header(headers: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of the body heads the columns under a header that spans them, beside one that spans both rows."""
    if not headers or len(rows) < 3 or len(rows[0]) < 4:
        return False
    first, others = rows[0], [row for row in rows[1:] if sum(map(bool, row)) > 1]
    spans = bool(headers[-1][0]) and not any(headers[-1][-2:])
    return spans and all(first[:-1]) and not first[-1] and bool(others) and all(row[-1] for row in others)


def _aligned(row: list[str], headers: Sequence[Sequence[str]]) -> list[str]:
    """A second header row moved right by one where the first row's first header spanned both."""
    if headers and headers[0] and headers[0][0] and row[0] and not row[-1] and _SIZE_ONLY.match(row[0]):
        return ["", *row[:-1]]
    if headers and row[0] and not row[-1] and _UNIT_ONLY.match(row[0]) and all(headers[0]):
        return ["", *row[:-1]]
    return row


def _spread(headers: list[list[str]]) -> list[list[str]]:
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
    if len(below) % groups == 0:
        size = len(below) // groups
        return [place // size for place in range(len(below))]
    repeats = [place for place, cell in enumerate(below) if cell == below[0]]
    if 1 < len(repeats) <= groups:
        return [min(sum(place >= repeat for repeat in repeats) - 1, groups - 1) for place in range(len(below))]
    return None


def _shape(cell: str) -> str:
    """The cell's form: numbers as 0, letters left out, so that `12 (3.4)` and `7 (0.1)` agree."""
    if not cell:
        return ""
    if not _NUMERIC.match(cell):
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
            if fit > most and not _NUMERIC.match(moved[0]):
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
        if filled and all(_SIZE_ONLY.match(row[place]) for place in filled if place > 0) and len(filled) > 1:
            sizes = [header_size(cell) if cell else None for cell in row]
            sections = [row[0]] if row[0] and not header_size(row[0]) else sections
        elif len(filled) == 1 and not _NUMERIC.match(row[filled[0]]):
            sections = [row[filled[0]]]
        found.append(Row(tuple(row), tuple(sections), tuple(sizes)))
    return found


def header_size(text: str) -> int | None:
    """The `n = 49` of a header, or None."""
    found = re.search(r"(?i)(?<![a-z])n\w{0,2}\s*[=:]\s*(\d{1,3}(?:[, ]\d{3}){1,2}|\d{1,8})(?!\d)", text)
    return int(re.sub(r"\D", "", found.group(1))) if found else None
