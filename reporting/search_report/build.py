"""Puts the evidence search report together from the ledger and nothing else."""

from __future__ import annotations

from evidence.search_ledger import SearchLedger
from reporting import words
from reporting.document.content import Report, shortened
from reporting.prisma_flow import flow_of
from reporting.search_report.closing import closing, limits_of_report, use_of_ai
from reporting.search_report.findings import Findings
from reporting.search_report.method import appendix, how_we_searched, prisma_flow_section, prisma_s_section
from reporting.search_report.results import covering_note, not_found, results

_TITLE = 200
"""Letters of a title: a strategy given without a question stands in its place, and may be long."""


def build_search_report(ledger: SearchLedger) -> Report:
    """The report as a tree of content. Raises `StorageFailure` where the ledger's numbers do not add up."""
    flow = flow_of(ledger)
    findings = Findings(ledger)
    request = ledger.request
    asked_by = ", ".join(words.one_line(part) for part in (request.requester_role, request.organisation) if part)
    return Report(
        kind="Evidence search report",
        title=shortened(words.one_line(request.question), _TITLE),
        marking=words.MARKING,
        facts=tuple(
            fact
            for fact in (
                f"Prepared for review by a librarian. Searched {words.day(ledger.search.searched_at)}.",
                f"For: {asked_by}." if asked_by else "",
                f"Run {ledger.id}. Made by {ledger.tool}{'' if ledger.model else ', without a language model'}.",
            )
            if fact
        ),
        sections=(
            covering_note(ledger, findings, flow),
            results(findings),
            not_found(ledger, findings),
            how_we_searched(ledger, findings),
            limits_of_report(ledger),
            closing(ledger),
            appendix(ledger),
            use_of_ai(ledger),
            prisma_flow_section(flow),
            prisma_s_section(ledger),
        ),
        footer=f"{words.MARKING}. Evidence search report, run {ledger.id}.",
        tool=ledger.tool,
        made_at=ledger.created_at,
    )
