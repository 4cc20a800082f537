"""A whole report as its numbers: what each is, and the words that say for whom, of what and when it was counted or measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from evidence.text import normalise, split_sentences
from verification.reported.cells import Printed, Role, read_cell
from verification.reported.headers import header_size
from verification.reported.prose import read_sentence
from verification.reported.tables import Table, read_table

LONGEST_REPORT = 400_000
_TABLE = re.compile(r"::::\s*table-wrap(.*?)(?<!:)::::(?!:)", re.S)
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|<[^>]{1,200}>|\*{1,3}|[\^~](?=\S)")
_HEADING = re.compile(r"(?:^|\s)(#{1,6}) ")


@dataclass(frozen=True, slots=True)
class Place:
    """Where numbers stand: one table cell or one sentence, with the words around it."""

    table: int
    """Number of the table, -1 in prose."""
    row: int
    column: int
    label: str
    """Row label and the row's other words; in prose the sentence."""
    section: str
    """Section row above; in prose the sentence before."""
    header: str
    """Column headers; in prose nothing."""
    caption: str
    size: int | None
    """The `n =` of the column's header."""
    in_abstract: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the report: as printed, and where."""

    printed: Printed
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """All numbers of one report, and its plain text for names and abbreviations."""

    numbers: tuple[Number, ...]
    text: str
    printed: frozenset[float]
    """Every value printed anywhere, without its sign, whatever it stands in."""


@lru_cache(maxsize=64)
def read_report(text: str) -> Report:
    """Every number of the report with its place. `text` is Markdown with pandoc tables; beyond 400,000 characters it is cut."""
    text = text[:LONGEST_REPORT]
    numbers: list[Number] = []
    prose: list[str] = []
    at = 0
    tables = 0
    for found in _TABLE.finditer(text):
        prose.append(text[at : found.start()])
        at = found.end()
        table = read_table(found.group(1))
        if table is None:
            prose.append(re.sub(r"(?s)::: ?caption(.*?):::", r"\1", found.group(1)))
            continue
        numbers.extend(_of_table(table, tables))
        prose.append(table.notes)
        tables += 1
    prose.append(text[at:])
    numbers.extend(_of_prose(prose))
    printed = frozenset(float(value) for value in re.findall(r"[0-9]+\.?[0-9]*|\.[0-9]+", text.replace(",", "")))
    return Report(tuple(numbers), normalise(" ".join(prose)).text, printed)


def _of_table(table: Table, number: int) -> Iterator[Number]:
    last = ""
    for at, row in enumerate(table.rows):
        words = [cell for cell in row.cells if cell and not re.match(r"[<>=≤≥~ (]*[-+]?\s?\.?\d", cell)]
        label = " | ".join(words[:3]) or row.cells[0] or last
        last = label
        section = " ".join(row.sections)
        filled = [column for column, cell in enumerate(row.cells) if cell and column > 0]
        spanned = bool(table.groups) and filled == list(range(1, len(table.groups) + 1))
        for column, cell in enumerate(row.cells):
            if not cell or (column == 0 and cell in words):
                continue
            header = " ".join(table.headers[column])
            size = row.sizes[column]
            if spanned and column > 0:
                header = table.groups[column - 1]
                size = header_size(header)
            place = Place(number, at, column, label, section, header, table.caption, size)
            above = "" if _KIND.search(label) else section
            described = f"{table.headers[0][0] if table.headers and table.headers[0] else ''} {above} {label} {header}".lower()
            for printed in read_cell(cell, f"{described} {table.caption.lower()}" if _plain(described) else described):
                yield Number(printed, place)
    for column, headers in enumerate(table.headers):
        header = " ".join(headers)
        for printed_size in re.finditer(r"(?i)(?<![a-z])n\w{0,2}\s*[=:]\s*(\d[\d, ]*)", header):
            value = float(re.sub(r"\D", "", printed_size.group(1)))
            place = Place(number, -1, column, header, "", header, table.caption, int(value))
            yield Number(Printed(value, printed_size.group(1).strip(), Role.SIZE, 0), place)


_KIND = re.compile(r"(?i)\b(?:mean|median)\b|\bSD\b|±|%|(?<![a-z])n\s?\(")
"""What a row's own label says of its numbers, whatever its section says."""


def _plain(described: str) -> bool:
    """Whether neither label nor header says the kind, so that the caption may."""
    return re.search(r"%|mean|sd\b|±|(?<![a-z])n\s?[(/=,]|no\.|number", described) is None


def _of_prose(parts: list[str]) -> Iterator[Number]:
    before = ""
    in_abstract = False
    for part in parts:
        pieces = _HEADING.split(part)
        for level, chunk in zip(["", *pieces[1::2]], pieces[::2], strict=True):
            if level == "#":
                in_abstract = chunk.lstrip().startswith("Abstract")
            plain = _sentences_of(chunk)
            for start, end in split_sentences(plain):
                sentence = plain[start:end]
                place = Place(-1, -1, -1, sentence, before, "", "", None, in_abstract)
                for printed in read_sentence(sentence):
                    yield Number(printed, place)
                before = sentence


def _sentences_of(chunk: str) -> str:
    return normalise(_MARKS.sub(lambda found: found.group(1) or " ", chunk)).text.strip()
