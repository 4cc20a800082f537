"""The report as one page that needs nothing else: no script, no outside resource. Every value is escaped."""

from __future__ import annotations

from markupsafe import Markup

from evidence.prisma import PrismaFlow
from reporting.document.content import Report
from reporting.page import page_environment
from reporting.prisma_flow import flow_svg


def report_as_html(report: Report) -> str:
    """The whole page."""
    template = page_environment().get_template("document.html")
    return template.render(report=report, kind_of=lambda block: type(block).__name__, flow_svg=_picture)


def _picture(flow: PrismaFlow) -> Markup:
    # The template engine escaped every value in it already.
    return Markup(flow_svg(flow))  # noqa: S704
