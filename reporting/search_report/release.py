"""The evidence search report as a named searcher released it: the name stands where the draft's marking stood."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError

from evidence.errors import InvalidInput, StorageFailure
from evidence.signed_parts import ReleasedSearch
from reporting import words
from reporting.document.as_html import report_as_html
from reporting.document.as_markdown import report_as_markdown
from reporting.document.content import Bullets, Report, Section, Span, bold, say
from reporting.search_report import build_search_report

FORMATS = ("docx", "html", "pdf", "md")


def build_released_search(released: ReleasedSearch) -> Report:
    """The report as a tree. Raises `StorageFailure` where it is not what was released, or its numbers do not add up."""
    try:
        ReleasedSearch.model_validate(dict(released))
    except ValidationError:
        raise StorageFailure(
            f"The search of run {released.ledger.id} is not the one that was released: release it again."
        ) from None
    report, release = build_search_report(released.ledger), released.release
    by = words.one_line(f"Released by {release.name}, {release.role}, {words.day(release.at)}")
    signature = Section("release", "Release", (Bullets((
        say(bold("Released by: "), f"{words.one_line(release.name)}, {words.one_line(release.role)}, {words.day(release.at)}."),
        say(bold("Statement: "), f"“{words.sentence(words.one_line(release.statement))}”"),
        say(bold("Released search, SHA-256: "), Span(release.content, code=True)),
    )),))  # fmt: skip
    return replace(
        report,
        marking=by,
        signed=True,
        facts=(f"{by}.", *report.facts[1:]),
        sections=(*report.sections, signature),
        footer=f"Evidence search report, run {released.ledger.id}, released search {release.content[:12]}.",
    )


def render_released_search(released: ReleasedSearch, file_format: str) -> bytes:
    """The report's bytes as docx, html, pdf or md; raises as above, and `InvalidInput` for another format."""
    if file_format not in FORMATS:
        raise InvalidInput(f"A search report cannot be had as “{file_format[:20]}”: choose {', '.join(FORMATS)}.")
    report = build_released_search(released)
    if file_format == "docx":
        from reporting.document.as_docx import report_as_docx

        return report_as_docx(report)
    if file_format == "pdf":
        from reporting.document.as_pdf import report_as_pdf

        return report_as_pdf(report)
    return (report_as_html(report) if file_format == "html" else report_as_markdown(report)).encode("utf-8")
