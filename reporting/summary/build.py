"""The evidence summary, put together from a signed summary and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from reporting import words
from reporting.document.content import Report, Section, shortened
from reporting.summary.equity import equity_section
from reporting.summary.method import (
    ai_section,
    disclaimer_section,
    full_text_lead,
    limits_section,
    method_sections,
    signature_section,
    tool_of,
    unknown_section,
    warnings,
)
from reporting.summary.sections import (
    bottom_line_section,
    findings_section,
    found_section,
    question_section,
    references_section,
    studies_section,
)
from reporting.summary.signed import Edited

_TITLE = 200


def build_summary(edited: Edited) -> Report:
    """The evidence summary as a tree of content."""
    method, strategies = method_sections(edited)
    sections = (
        question_section(edited),
        found_section(edited),
        bottom_line_section(edited),
        findings_section(edited),
        studies_section(edited),
        equity_section(edited.usable(), edited.book),
        unknown_section(edited),
        method,
        limits_section(edited),
        disclaimer_section(),
        ai_section(edited),
        signature_section(edited),
        references_section(edited),
        strategies,
    )
    return signed_report(edited, "Evidence summary", sections)


def signed_report(edited: Edited, kind: str, sections: Iterable[Section], *, marking: str = "") -> Report:
    """A document around the sections: line one, title, who signed, marking on every page, and the records behind the notes."""
    content, sign_off = edited.content, edited.sign_off
    name, role = words.one_line(sign_off.name), words.one_line(sign_off.role)
    shown = list(sections)
    if warned := warnings(edited):
        shown[0] = Section(shown[0].id, shown[0].title, (*warned, *shown[0].blocks), shown[0].sections)
    signed_by = f"Signed by {shortened(name, 80)}, {shortened(role, 80)}, {words.day(sign_off.at)}, version {content.version}"
    return Report(
        kind=kind,
        title=shortened(words.one_line(edited.ledger.question), _TITLE),
        marking=f"{marking}{signed_by}",
        facts=(
            f"{signed_by}.",
            f"“{words.one_line(sign_off.statement)}”",
            f"Run {content.run_id}. Made by {tool_of(edited)} on {words.day(edited.edition.made_at)}.",
        ),
        sections=tuple(shown),
        footer=f"{kind}, run {content.run_id}, version {content.version}, signed content {sign_off.content[:12]}. "
        "Library evidence support, not clinical advice.",
        tool=tool_of(edited),
        made_at=edited.edition.made_at,
        lead=full_text_lead(edited.content),
        signed=True,
        records=edited.book.records(),
    )
