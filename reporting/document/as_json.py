"""A document as plain data: what the PDF is set from, and what a program reads."""

from __future__ import annotations

import json
import re
from typing import Any

from reporting import words
from reporting.document.content import (
    Block,
    Bullets,
    Entries,
    FlowFigure,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    Verbatim,
    Words,
    notes_of,
)
from reporting.prisma_flow import flow_rows, flow_words

# Sound JSON shows these as escapes, so that no viewer obeys or stumbles over them.
_UNSEEN = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)


def report_tree(report: Report) -> dict[str, Any]:
    """The whole document as nested dictionaries and lists, `lead` first. Text is made visible, as on a page."""
    return {
        "lead": words.visible(report.lead),
        "kind": report.kind,
        "title": words.one_line(report.title),
        "marking": words.one_line(report.marking),
        "facts": [words.one_line(fact) for fact in report.facts],
        "sections": [_section(section) for section in report.sections],
        "notes": [
            {
                "number": note.number,
                "quote": words.visible(note.quote),
                "label": words.one_line(note.label),
                "url": words.safe_url(note.url) or "",
                "said": words.visible(note.said),
            }
            for note in notes_of(report)
        ],
        "footer": words.one_line(report.footer),
        "tool": words.one_line(report.tool),
        "made_at": report.made_at.isoformat(),
    }


def json_text(whole: Any) -> str:
    """Indented JSON on which no character hides; ends with a line feed."""
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2)
    return _UNSEEN.sub(lambda found: json.dumps(found.group())[1:-1], text) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": words.one_line(section.title),
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(part) for part in section.sections],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(words=text, callout=callout):
            return {"type": "paragraph", "words": _line(text), "callout": callout}
        case Bullets(items=items):
            return {"type": "bullets", "items": [_line(item) for item in items]}
        case Table():
            return {
                "type": "table",
                "caption": words.one_line(block.caption),
                "columns": [words.one_line(name) for name in block.columns],
                "rows": [[_line(cell) for cell in row] for row in block.rows],
                "shares": list(block.shares),
                "figures": sorted(block.figures),
            }
        case Verbatim(label=label, text=text):
            return {"type": "verbatim", "label": words.one_line(label), "lines": words.visible(text).split("\n")}
        case Entries(items=entries):
            shown = [
                {"title": _line(entry.title), "lines": [_line(line) for line in (*entry.lines, *entry.kin)]}
                for entry in entries
            ]
            return {"type": "entries", "items": shown}
        case FlowFigure(flow=flow, caption=caption):
            rows = [{"words": words.one_line(row.words), "count": row.count, "part": row.part} for row in flow_rows(flow)]
            return {"type": "flow", "rows": rows, "described": words.one_line(flow_words(flow)), "caption": caption}


def _line(text: Words) -> list[dict[str, Any]]:
    return [_span(span) for span in text]


def _span(span: Span) -> dict[str, Any]:
    if span.note:
        return {"note": span.note.number}
    address = span.url if span.url.startswith("#") else words.safe_url(span.url) or ""
    shown: dict[str, Any] = {"text": words.visible(span.text).replace("\n", " ")}
    dress = {"url": address, "bold": span.bold, "code": span.code, "tone": span.tone if span.tone != "plain" else ""}
    return shown | {name: value for name, value in dress.items() if value}
