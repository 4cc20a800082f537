"""Every document and file of a signed summary. It takes a signed summary and nothing else: a draft has no way through here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from evidence.errors import InvalidInput, StorageFailure
from evidence.review import SignedSummary
from evidence.signed_parts import Reader
from reporting.document.as_html import report_as_html
from reporting.document.as_json import json_text, report_tree
from reporting.document.as_markdown import report_as_markdown
from reporting.document.content import Report
from reporting.readers.build import build_for
from reporting.readers.reword import Verify
from reporting.references.bibtex import as_bibtex
from reporting.references.csl_json import as_csl_json
from reporting.references.nbib import as_nbib
from reporting.references.ris import as_ris
from reporting.references.sheets import as_csv, as_xlsx
from reporting.summary.build import build_summary
from reporting.summary.dossier import build_dossier
from reporting.summary.edition import Edition, Library, Recheck, recheck_sources
from reporting.summary.signed import Edited
from reporting.summary.tables import build_full_texts, full_texts, matrix_sheets
from verification.verify import verify_claim

__all__ = [
    "DOCUMENTS",
    "FORMATS",
    "MEDIA_TYPES",
    "Edition",
    "Exported",
    "Library",
    "Recheck",
    "export",
    "recheck_sources",
    "write_exports",
]

PAGES = ("docx", "html", "pdf", "md", "json")
"""Formats of a document that people read."""

MEDIA_TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "ris": "application/x-research-info-systems",
    "nbib": "application/nbib",
    "bib": "application/x-bibtex",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What each format is served as."""

FORMATS: Mapping[str, tuple[str, ...]] = {
    "summary": PAGES,
    "dossier": PAGES,
    "clinician": PAGES,
    "board": PAGES,
    "teaching": PAGES,
    "plain": PAGES,
    "references": ("ris", "nbib", "bib", "csl.json"),
    "matrix": ("xlsx", "csv"),
    "full-texts": ("xlsx", "csv", *PAGES),
}
"""The formats that each document can be had in, the usual one first."""

DOCUMENTS: Mapping[str, str] = {
    "summary": "Evidence summary",
    "dossier": "Guideline dossier",
    "clinician": "Brief for a clinician",
    "board": "One page for a board",
    "teaching": "Journal-club sheet",
    "plain": "Plain language draft for staff to adapt",
    "references": "References for a reference manager",
    "matrix": "Study matrix",
    "full-texts": "Full texts to obtain",
}
"""Every document by the name that `evidence export --for` knows it by, with its title."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One file, ready to be written or sent."""

    name: str
    content: bytes
    media_type: str


def export(
    signed: SignedSummary, document: str, file_format: str, edition: Edition, *, verify: Verify = verify_claim
) -> Exported:
    """One document in one format. Raises `InvalidInput` for a name or format that there is not, and `StorageFailure` where
    the summary is not what was signed, a standing claim may not be printed, or the numbers of its search do not add up.
    """
    if document not in DOCUMENTS:
        raise InvalidInput(f"There is no document “{document[:40]}”: choose one of {', '.join(DOCUMENTS)}.")
    if file_format not in FORMATS[document]:
        offered = ", ".join(FORMATS[document])
        raise InvalidInput(f"“{document}” cannot be had as “{file_format[:20]}”: choose {offered}.")
    edited = Edited(signed, edition)
    content = _bytes(document, file_format, edited, verify)
    name = f"{document}-{signed.content.run_id}-v{signed.content.version}.{file_format}"
    return Exported(name, content, MEDIA_TYPES[file_format])


def write_exports(files: Iterable[Exported], folder: Path) -> tuple[Path, ...]:
    """Write the files into the folder, all or none: each is written out beside its place before any is put there."""
    parts: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            part = folder / f".{uuid4().hex}.part"
            parts.append((part, folder / file.name))
            with part.open("xb") as stream:
                stream.write(file.content)
                stream.flush()
                os.fsync(stream.fileno())
        for part, place in parts:
            part.replace(place)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise StorageFailure(
            f"The documents could not be written to {folder} ({reason}): make room or allow writing there, and export again."
        ) from fault
    finally:
        for part, _ in parts:
            if part.parent.is_dir():
                part.unlink(missing_ok=True)
    return tuple(place for _, place in parts)


def _bytes(document: str, file_format: str, edited: Edited, verify: Verify) -> bytes:
    if document == "references":
        return _REFERENCES[file_format](edited.cited()).encode("utf-8")
    if file_format in {"csv", "xlsx"}:
        return _sheets(document, file_format, edited)
    return _RENDERERS[file_format](_report(document, edited, verify), edited)


def _report(document: str, edited: Edited, verify: Verify) -> Report:
    builders: Mapping[str, Callable[[Edited], Report]] = {
        "summary": build_summary,
        "dossier": build_dossier,
        "full-texts": build_full_texts,
        **{reader.value: partial(build_for, reader, verify=verify) for reader in Reader},
    }
    return builders[document](edited)


def _sheets(document: str, file_format: str, edited: Edited) -> bytes:
    sheets = matrix_sheets(edited) if document == "matrix" else (full_texts(edited),)
    if file_format == "csv":
        return as_csv(sheets[0]).encode("utf-8")
    return as_xlsx(sheets, title=DOCUMENTS[document], made_at=edited.edition.made_at)


def _json(report: Report, edited: Edited) -> bytes:
    """Line one, the signature, every statement with its quotes, the document, and all that was signed, hash included."""
    statements = [
        {
            "id": claim.id,
            "section": claim.claim.section,
            "outcome": claim.claim.outcome,
            "text": claim.text,
            "direction": claim.claim.direction,
            "verdict": claim.verdict,
            "decided_by": claim.decision.by if claim.decision else None,
            "support": [
                {
                    **support.model_dump(mode="json"),
                    "url": edited.citations[support.pmid].url if support.pmid in edited.citations else None,
                }
                for support in claim.claim.support
            ],
        }
        for claim in edited.content.standing
    ]
    whole: dict[str, Any] = {
        "read_from": report.lead,
        "marking": report.marking,
        "sign_off": edited.sign_off.model_dump(mode="json"),
        "made_at": edited.edition.made_at.isoformat(),
        "statements": statements,
        "document": report_tree(report),
        "signed": edited.content.model_dump(mode="json"),
    }
    return json_text(whole).replace("{\n  ", "{ ", 1).encode("utf-8")


def _docx(report: Report, _: Edited) -> bytes:
    from reporting.document.as_docx import report_as_docx  # python-docx takes 0.2 s to import

    return report_as_docx(report)


def _pdf(report: Report, _: Edited) -> bytes:
    from reporting.document.as_pdf import report_as_pdf

    return report_as_pdf(report)


_REFERENCES: Mapping[str, Callable[..., str]] = {
    "ris": as_ris,
    "nbib": as_nbib,
    "bib": as_bibtex,
    "csl.json": as_csl_json,
}
_RENDERERS: Mapping[str, Callable[[Report, Edited], bytes]] = {
    "html": lambda report, _: report_as_html(report).encode("utf-8"),
    "docx": _docx,
    "pdf": _pdf,
    "md": lambda report, _: report_as_markdown(report).encode("utf-8"),
    "json": _json,
}
