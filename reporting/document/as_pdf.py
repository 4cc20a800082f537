"""A document as PDF, set by Typst from data: tagged for screen readers, by PDF/UA-1 (ISO 14289-1) wherever it can be.

The text goes to the typesetter as data, never as markup; nothing is fetched. One thing can stand against PDF/UA: a letter that
no font here has. Then the document is tagged all the same and only the mark of conformance is left off.
"""

from __future__ import annotations

import json
from datetime import UTC
from importlib import resources
from typing import Any

from evidence.errors import StorageFailure
from reporting.document.as_json import report_tree
from reporting.document.content import FlowFigure, Report, Section
from reporting.prisma_flow import flow_svg


def report_as_pdf(report: Report) -> bytes:
    """The whole document, as the bytes of a PDF file. Raises `StorageFailure` where it cannot be set."""
    import typst  # takes a while to import, and only PDF needs it

    tree = report_tree(report)
    for section, data in zip(report.sections, tree["sections"], strict=True):
        _prepare(section, data)
    _mark_first(tree["sections"])
    template = resources.files("reporting").joinpath("templates/document.typ").read_bytes()
    moment = report.made_at if report.made_at.tzinfo else report.made_at.replace(tzinfo=UTC)
    asked: dict[str, Any] = {
        "input": template,
        "format": "pdf",
        "sys_inputs": {"document": json.dumps(tree, ensure_ascii=True)},
        "timestamp": int(moment.timestamp()),
    }
    try:
        made = typst.compile(**asked, pdf_standards=["ua-1"])
    except typst.TypstError as fault:
        made = _without_standard(asked, fault)
    return bytes(made)


def _without_standard(asked: dict[str, Any], first: Exception) -> bytes:
    import typst

    try:
        return bytes(typst.compile(**asked))
    except typst.TypstError as fault:
        raise StorageFailure(
            f"The PDF could not be set ({str(fault)[:200]}; {str(first)[:200]}): take the Word or HTML document instead."
        ) from fault


def _prepare(section: Section, data: dict[str, Any]) -> None:
    """Give each picture of the flow its drawing."""
    for block, drawn in zip(section.blocks, data["blocks"], strict=True):
        if isinstance(block, FlowFigure):
            drawn["picture"] = flow_svg(block.flow)
    for part, below in zip(section.sections, data["sections"], strict=True):
        _prepare(part, below)


def _mark_first(sections: list[dict[str, Any]]) -> None:
    """Say of each note's mark whether it is the document's first: the footnote is printed there, and only pointed at later."""
    seen: set[int] = set()

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            if "note" in value:
                value["first"] = value["note"] not in seen
                seen.add(value["note"])
                return
            for item in value.values():
                walk(item)

    walk(sections)
