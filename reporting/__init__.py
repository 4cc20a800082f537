"""From the ledger, and from nothing else, to what people read."""

from reporting.documents import ledger_schema, render_json, write_documents
from reporting.markdown import render_markdown
from reporting.page import flow_svg, render_html

__all__ = ["flow_svg", "ledger_schema", "render_html", "render_json", "render_markdown", "write_documents"]
