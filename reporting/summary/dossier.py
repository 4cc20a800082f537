"""The guideline dossier: what a guideline group needs from the evidence, its judgements left to it."""

from __future__ import annotations

from reporting.document.content import Report
from reporting.prisma_flow import flow_of
from reporting.search_report.method import prisma_flow_section, prisma_s_section
from reporting.summary.agree import agree_section
from reporting.summary.appraisal import appraisal_section
from reporting.summary.build import signed_report
from reporting.summary.equity import equity_section
from reporting.summary.etd import etd_section
from reporting.summary.method import (
    ai_section,
    disclaimer_section,
    limits_section,
    method_sections,
    search_of,
    signature_section,
    unknown_section,
)
from reporting.summary.sections import (
    bottom_line_section,
    found_section,
    question_section,
    references_section,
    studies_section,
)
from reporting.summary.signed import Edited
from reporting.summary.sof import sof_section


def build_dossier(edited: Edited) -> Report:
    """The dossier as a tree of content. Raises `StorageFailure` where the flow's numbers do not add up."""
    search = search_of(edited)
    method, strategies = method_sections(edited)
    sections = (
        question_section(edited),
        found_section(edited),
        bottom_line_section(edited),
        sof_section(edited),
        etd_section(edited),
        studies_section(edited),
        appraisal_section(edited),
        equity_section(edited.usable(), edited.book),
        unknown_section(edited),
        agree_section(edited),
        method,
        prisma_flow_section(flow_of(search)),
        prisma_s_section(search),
        strategies,
        limits_section(edited),
        disclaimer_section(),
        ai_section(edited),
        signature_section(edited),
        references_section(edited),
    )
    return signed_report(edited, "Guideline dossier", sections)
