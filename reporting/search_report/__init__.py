"""The evidence search report: the library's daily product. It needs no language model."""

from reporting.search_report.build import build_search_report
from reporting.search_report.write import render_search_report, write_search_report

__all__ = ["build_search_report", "render_search_report", "write_search_report"]
