"""Spreadsheets in which text stays text: CSV and XLSX.

A cell that begins with `=`, `+`, `-`, `@`, tab or line feed is run as a formula by Excel and LibreOffice (OWASP, CSV
Injection). In CSV such a cell gets an apostrophe before it; in XLSX every cell is stored as text, and nothing is changed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reporting import words

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")
_MOST = 32_000
"""Characters: Excel holds 32,767 in a cell."""
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, a line above it, its columns with widths in characters, and rows of text."""

    name: str
    marking: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]


def as_csv(sheet: Sheet) -> str:
    """The columns' names and the rows, the marking as the last cell of each. UTF-8 with the mark that Excel looks for."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*(name for name, _ in sheet.columns), "Source of this row"])
    writer.writerows([[_neutral(cell) for cell in (*row, sheet.marking)] for row in sheet.rows])
    return f"\ufeff{text.getvalue()}"


def as_xlsx(sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> bytes:
    """A workbook of these sheets; the header row stays in sight and can be filtered."""
    from openpyxl import Workbook  # takes a while to import

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    book.properties.title, book.properties.creator = _shown(title)[:255], "Evidence Ledger"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    file = io.BytesIO()
    book.save(file)
    return _settled(file, made_at)


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold, shade = Font(bold=True), PatternFill("solid", fgColor="E8F1FA")
    _write(page, 1, 1, sheet.marking).font = bold
    for column, (name, width) in enumerate(sheet.columns, 1):
        cell = _write(page, 2, column, name)
        cell.font, cell.fill = bold, shade
        page.column_dimensions[get_column_letter(column)].width = width
    for place, row in enumerate(sheet.rows, 3):
        for column, text in enumerate(row, 1):
            _write(page, place, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "B3"
    page.auto_filter.ref = f"A2:{get_column_letter(len(sheet.columns))}{max(2, len(sheet.rows) + 2)}"


def _write(page: Any, row: int, column: int, text: str) -> Any:
    """A cell that is text whatever it begins with, and stays text when it is edited."""
    cell = page.cell(row=row, column=column)
    cell.value = _shown(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _neutral(text: str) -> str:
    shown = _shown(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _shown(text: str) -> str:
    shown = words.visible(text).strip()
    return shown if len(shown) <= _MOST else f"{shown[:_MOST]} … (cut)"


def _settled(file: io.BytesIO, made_at: datetime) -> bytes:
    """The workbook without the moment at which this machine wrote it: the same rows give the same bytes."""
    moment = f"{made_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    settled = io.BytesIO()
    with zipfile.ZipFile(file) as written, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as whole:
        for part in written.infolist():
            content = written.read(part)
            if part.filename == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>" + moment + rb"\g<2>", content)
            entry = zipfile.ZipInfo(part.filename, date_time=_EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, content)
    return settled.getvalue()
