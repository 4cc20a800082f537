"""Writes the evidence search report, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from evidence.errors import InvalidInput, StorageFailure
from evidence.search_ledger import SearchLedger
from reporting.document.as_html import report_as_html
from reporting.document.as_markdown import report_as_markdown
from reporting.document.content import Report
from reporting.search_report.build import build_search_report

FORMATS = (".docx", ".html", ".md")


def write_search_report(ledger: SearchLedger, path: Path) -> Path:
    """Write the report in the format that the path's suffix names (.docx, .html or .md), and say where it lies.

    It is written out in full beside its place and then put there. Raises `InvalidInput` for any other suffix, and
    `StorageFailure` where the ledger's numbers do not add up or the disk refuses; then nothing at `path` has changed.
    """
    content = render_search_report(ledger, path.suffix)
    part = path.parent / f".{path.stem[:80]}-{uuid4().hex}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise StorageFailure(
            f"The report could not be written to {path} ({reason}): make room or allow writing there, and ask again."
        ) from fault
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)
    return path


def render_search_report(ledger: SearchLedger, suffix: str) -> bytes:
    """The report's bytes in the format of this suffix; raises as `write_search_report` does."""
    renderers: dict[str, Callable[[Report], bytes]] = {
        ".docx": _docx,
        ".html": lambda report: report_as_html(report).encode("utf-8"),
        ".md": lambda report: report_as_markdown(report).encode("utf-8"),
    }
    renderer = renderers.get(suffix.lower())
    if renderer is None:
        shown = f"“{suffix[:20]}”" if suffix else "no ending"
        raise InvalidInput(f"A search report cannot be written with {shown}: end the file's name with {', '.join(FORMATS)}.")
    return renderer(build_search_report(ledger))


def _docx(report: Report) -> bytes:
    from reporting.document.as_docx import report_as_docx  # python-docx takes 0.2 s to import

    return report_as_docx(report)
