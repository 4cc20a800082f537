"""A document for Word: headings, lists, tables and footnotes by style, links as links, the flow as a drawing of Word's own.

python-docx makes the document and its parts; paragraphs are written as elements, because a thousand records would take it
a minute. Every text is plain: characters that XML or a reader would obey are shown by name.
"""

from __future__ import annotations

import re
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

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
)
from reporting.document.docx_notes import Footnotes
from reporting.document.docx_shell import TEXT_WIDTH, document_bytes, new_document
from reporting.document.docx_table import start_numbers, sub, table_element
from reporting.page import page_environment
from reporting.prisma_flow import flow_words
from reporting.prisma_picture import LEFT, WIDTH, flow_picture

_WIDEST, _TALLEST, _ALT_TEXT = 6_120_000, 8_000_000, 2_000
_DRESS = {"flag": "Flag", "todo": "Tofillin", "quiet": "Quiet", "plain": ""}


def report_as_docx(report: Report) -> bytes:
    """The whole document, as the bytes of a .docx file."""
    document = new_document(report)
    writer = _Writer(document)
    if report.lead:
        writer.paragraph("Lead", (Span(report.lead),))
    writer.paragraph("Subtitle", (Span(report.kind),))
    writer.paragraph("Title", (Span(report.title),))
    for fact in report.facts:
        writer.paragraph("Subtitle", (Span(fact),))
    for section in report.sections:
        writer.section(section, 1)
    return document_bytes(document)


class _Writer:
    """Appends content to the end of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        body: Any = document.element.body
        self.body = body
        self.end = body.find(qn("w:sectPr"))
        self.links: dict[str, str] = {}
        self.bookmarks = 0
        self.notes = Footnotes(document)
        styles: Any = document.styles
        self.styles: dict[str, str] = {style.name: style.style_id for style in styles}

    def section(self, section: Section, level: int) -> None:
        heading = self.paragraph(f"Heading {level}", (Span(section.title),))
        self._bookmark(heading, section.id)
        for block in section.blocks:
            self.block(block)
        for part in section.sections:
            self.section(part, level + 1)

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(words=text, callout=callout):
                self.paragraph("Callout" if callout else "Normal", text)
            case Bullets(items=items):
                for item in items:
                    self.paragraph("List Bullet", item)
            case Table():
                self._table(block)
            case Verbatim(label=label, text=text):
                self.paragraph("Caption", (Span(label),))
                for line in words.visible(text).split("\n"):
                    self.paragraph("Strategy", (Span(line),))
                self.paragraph("Normal", ())
            case Entries():
                self._entries(block)
            case FlowFigure():
                self._drawing(block)

    def paragraph(self, style: str, text: Words, *, keep: bool = False, number: int | None = None) -> Any:
        """Append one paragraph; `keep` holds it on the page of the next, `number` is the list it counts in."""
        element = etree.Element(qn("w:p"))
        properties = sub(element, "pPr")
        sub(properties, "pStyle", val=self.styles[style])
        if keep:
            sub(properties, "keepNext")
        if number is not None:
            counted = sub(properties, "numPr")
            sub(counted, "ilvl", val="0")
            sub(counted, "numId", val=str(number))
        self.fill(element, text)
        self.end.addprevious(element)
        return element

    def fill(self, paragraph: Any, text: Words) -> None:
        """Put the words into a paragraph."""
        for span in text:
            if span.note:
                self.notes.cite(paragraph, span.note)
            else:
                self._run(self._link(paragraph, span.url), span)

    def _run(self, parent: Any, span: Span) -> None:
        run = sub(parent, "r")
        dress = "Code" if span.code else _DRESS[span.tone]
        if parent.tag == qn("w:hyperlink"):
            dress = "Hyperlink"
        if dress or span.bold:
            properties = sub(run, "rPr")
            if dress:
                sub(properties, "rStyle", val=dress)
            if span.bold:
                sub(properties, "b")
        for place, piece in enumerate(words.visible(span.text).replace("\n", " ").split("\t")):
            if place:
                sub(run, "tab")
            shown = sub(run, "t")
            shown.text = piece
            shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _link(self, paragraph: Any, url: str) -> Any:
        """The element that the run goes into: a link where there is a sound address, else the paragraph."""
        if url.startswith("#"):
            return sub(paragraph, "hyperlink", anchor=_bookmark_name(url[1:]), history="1")
        address = words.safe_url(url)
        if address is None:
            return paragraph
        if address not in self.links:
            # relate_to() looks through every link made before, which is slow for thousands.
            self.links[address] = f"rIdLink{len(self.links) + 1}"
            self.document.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, address, self.links[address], is_external=True
            )
        link = sub(paragraph, "hyperlink", history="1")
        link.set(qn("r:id"), self.links[address])
        return link

    def _bookmark(self, heading: Any, name: str) -> None:
        self.bookmarks += 1
        start = etree.Element(qn("w:bookmarkStart"))
        start.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), _bookmark_name(name))
        heading.insert(1, start)
        sub(heading, "bookmarkEnd", id=str(self.bookmarks))

    def _table(self, table: Table) -> None:
        self.paragraph("Caption", (Span(table.caption),), keep=True)
        self.end.addprevious(table_element(table, TEXT_WIDTH, self.styles["Table Text"], self.fill))
        self.paragraph("Normal", ())

    def _entries(self, entries: Entries) -> None:
        numbers = start_numbers(self.document)
        for entry in entries.items:
            self.paragraph("List Number", entry.title, keep=True, number=numbers)
            lines = [("List Continue", line) for line in entry.lines] + [("List Bullet 2", line) for line in entry.kin]
            for style, line in lines:
                self.paragraph(style, line, keep=line is not lines[-1][1])

    def _drawing(self, figure: FlowFigure) -> None:
        picture = flow_picture(figure.flow)
        width = WIDTH - LEFT  # without the phases: turned text is not turned in every reader
        scale = min(_WIDEST / width, _TALLEST / picture.height)
        described = words.one_line(flow_words(figure.flow))
        text = (
            page_environment()
            .get_template("flow_drawing.xml")
            .render(
                picture=picture,
                scale=scale,
                width=width,
                left=LEFT,
                size=int(2 * 13 * scale / 12_700),
                described=described if len(described) <= _ALT_TEXT else f"{described[:_ALT_TEXT]}…",
            )
        )
        self.end.addprevious(etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True)))
        self.paragraph("Caption", (Span(figure.caption),))


def _bookmark_name(name: str) -> str:
    return re.sub(r"\W", "_", name)[:40]
