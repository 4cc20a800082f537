"""Screening decisions in files, out and in: CSV for spreadsheets, RIS for reference managers.

A file tells a person's decision apart from what a rule or model suggests, so that reading a file back never turns a
suggestion into somebody's decision.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from connectors.reference_files.tagged import LARGEST_FILE, TaggedFile
from evidence.base import EvidenceModel
from evidence.citation import Citation, RecordId
from evidence.errors import InvalidInput
from evidence.screening import ScreeningDecision, ScreeningEntry, ScreeningOutcome, ScreeningStatement

COLUMNS = (
    "place",
    "pmid",
    "title",
    "first_author",
    "year",
    "suggestion",
    "suggested_by",
    "decision",
    "criterion",
    "words",
    "reason",
    "by",
    "decided_at",
)
"""The columns written. Read back are `pmid`, `decision`, `criterion`, `words`, `reason` and `by`, in any order."""

_READ = ("criterion", "words", "reason", "by")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_LONGEST_FIELD = 1 << 20
_MARK = "screening "


class ScreenedRecord(EvidenceModel):
    """One row of a file."""

    place: int
    id: RecordId
    citation: Citation
    suggestion: ScreeningDecision | None
    entry: ScreeningEntry | None


def write_csv(rows: Sequence[ScreenedRecord], path: Path) -> None:
    """Write the rows as CSV (UTF-8 with byte order mark, as spreadsheets want it). No cell can start a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_neutral(cell) for cell in _cells(row)])
    _write(path, "\ufeff" + text.getvalue())


def write_ris(rows: Sequence[ScreenedRecord], path: Path) -> None:
    """Write the rows as RIS; decision, criterion, words, reason and name stand in notes (N1)."""
    _write(path, "".join(_ris(row) for row in rows))


def read_statements(path: Path) -> list[ScreeningStatement]:
    """What people decided, by a CSV or RIS file (told apart by its ending); rows without a decision are passed over.

    Raises InvalidInput, naming the row, where the file or any row of it cannot be read: nothing of it is then to be kept.
    """
    reader = {".csv": _read_csv, ".ris": _read_ris}.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(f"{path} is neither .csv nor .ris: save the decisions as one of them.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidInput(f"{path} is larger than {LARGEST_FILE >> 20} MB: give the decisions in parts.")
        found = [_statement(path, where, values) for where, values in reader(path) if values.get("decision")]
    except OSError as fault:
        raise InvalidInput(f"{path} cannot be read ({fault.strerror}): check the name and that you may read it.") from None
    if not found:
        raise InvalidInput(f"{path} holds no decision: fill the column `decision` with include, exclude or unsure.")
    twice = [pmid for pmid, times in Counter(item.pmid for item in found).items() if times > 1]
    if twice:
        raise InvalidInput(f"{path} decides more than once on {twice[0]}: leave one row for it.")
    return found


def _cells(row: ScreenedRecord) -> list[str]:
    said = row.entry.decision if row.entry else None
    return [
        str(row.place),
        row.id,
        row.citation.title,
        row.citation.first_author,
        str(row.citation.year or ""),
        row.suggestion.outcome.value if row.suggestion else "",
        f"{row.suggestion.made_by} {row.suggestion.by}" if row.suggestion else "",
        said.outcome.value if said else "",
        said.criterion if said else "",
        said.words if said else "",
        said.reason if said else "",
        row.entry.by if row.entry else "",
        row.entry.at.isoformat(timespec="seconds") if row.entry else "",
    ]


def _neutral(cell: str) -> str:
    """A cell that a spreadsheet takes as text: what could start a formula is put behind an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    """The cell as it was before `_neutral`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _ris(row: ScreenedRecord) -> str:
    citation, said = row.citation, row.entry.decision if row.entry else None
    notes = (
        []
        if said is None or row.entry is None
        else [
            f"{_MARK}decision: {said.outcome.value}",
            f"{_MARK}criterion: {said.criterion}",
            f"{_MARK}words: {said.words}",
            f"{_MARK}reason: {said.reason}",
            f"{_MARK}by: {row.entry.by}",
        ]
    )
    if row.suggestion:
        notes.append(f"suggested by {row.suggestion.made_by} {row.suggestion.by}: {row.suggestion.outcome.value}")
    lines = [
        ("TY", "JOUR"),
        ("AN", row.id),
        ("TI", citation.title),
        *(("AU", author.name) for author in citation.authors),
        ("PY", str(citation.year or "")),
        ("JO", citation.journal.title or citation.journal.abbreviation or ""),
        ("DO", citation.doi or ""),
        ("AB", citation.abstract_text),
        ("DB", "PubMed"),
        *(("N1", note) for note in notes),
    ]
    # A line break within a value would begin a tag of its own.
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value.strip()) + "ER  - \r\n"


def _read_csv(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            sample = stream.read(4096)
            stream.seek(0)
            header = sample.partition("\n")[0]
            rows = csv.reader(stream, delimiter=";" if header.count(";") > header.count(",") else ",")
            names = [name.strip().lower() for name in next(rows, [])]
            if missing := [name for name in ("pmid", "decision") if name not in names]:
                raise InvalidInput(f"{path} has no column `{missing[0]}`: its first row must name the columns.")
            for row in rows:
                values = {name: _plain(cell) for name, cell in zip(names, row, strict=False)}
                yield f"line {rows.line_num}", values
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not UTF-8 text: save it as CSV UTF-8.") from None
    except csv.Error as fault:
        raise InvalidInput(f"{path} is no CSV file ({fault}): save it as CSV UTF-8.") from None


def _read_ris(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with path.open("rb") as stream:
        for record in TaggedFile(stream, name=path.name):
            where = f"record {record.position + 1}"
            if record.fault:
                raise InvalidInput(f"{path}, {where}: {record.fault}")
            notes = [note.removeprefix(_MARK).partition(": ") for note in record.values("N1") if note.startswith(_MARK)]
            yield where, {"pmid": record.first("AN") or "", **{name: value for name, _, value in notes}}


def _statement(path: Path, where: str, values: dict[str, str]) -> ScreeningStatement:
    word = values["decision"].strip().lower()
    if word not in set(ScreeningOutcome):
        raise InvalidInput(f"{path}, {where}: {word[:40]!r} is no decision: write include, exclude or unsure.")
    pmid = values["pmid"].strip()
    try:
        return ScreeningStatement(
            pmid=pmid, outcome=ScreeningOutcome(word), **{name: values.get(name, "").strip() for name in _READ}
        )
    except ValidationError:
        raise InvalidInput(f"{path}, {where}: {pmid[:40]!r} is neither a PMID nor an imported record.") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise InvalidInput(f"{path} cannot be written ({fault.strerror}): check the folder.") from None
