"""Tables and numbered lists of the Word report, as elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

from reporting.document.content import Span, Table, Words


def table_element(table: Table, width: int, style: str, fill: Callable[[Any, Words], None]) -> Any:
    """A table `width` twips wide: fixed columns, header row repeated on each page, no row broken over two pages."""
    element = etree.Element(qn("w:tbl"))
    about = sub(element, "tblPr")
    sub(about, "tblStyle", val="TableGrid")
    sub(about, "tblW", w=str(width), type="dxa")
    sub(about, "tblLayout", type="fixed")
    sub(about, "tblLook", val="04A0", firstRow="1", lastRow="0", firstColumn="1", lastColumn="0", noHBand="1", noVBand="1")
    sub(about, "tblCaption", val=table.caption)
    whole = sum(table.shares)
    widths = [width * share // whole for share in table.shares]
    grid = sub(element, "tblGrid")
    for column in widths:
        sub(grid, "gridCol", w=str(column))
    header = tuple((Span(name, bold=True),) for name in table.columns)
    for place, row in enumerate((header, *table.rows)):
        line = sub(element, "tr")
        about = sub(line, "trPr")
        sub(about, "cantSplit")
        if not place:
            sub(about, "tblHeader")
        for column, (cell, room) in enumerate(zip(row, widths, strict=True)):
            fill(_cell(line, room, style, right=column in table.figures, shaded=not place), cell)
    return element


def _cell(row: Any, width: int, style: str, *, right: bool, shaded: bool) -> Any:
    """A cell at the row's end; gives the paragraph in it."""
    box = sub(row, "tc")
    about = sub(box, "tcPr")
    sub(about, "tcW", w=str(width), type="dxa")
    if shaded:
        sub(about, "shd", val="clear", color="auto", fill="E8F1FA")
    paragraph = sub(box, "p")
    dress = sub(paragraph, "pPr")
    sub(dress, "pStyle", val=style)
    if right:
        sub(dress, "jc", val="right")
    return paragraph


def start_numbers(document: Document) -> int:
    """The id of a new numbered list that counts from 1."""
    part: Any = document.part
    numbering = part.numbering_part.element
    kind = "7700"
    known = numbering.xpath(f"w:abstractNum[@w:abstractNumId='{kind}']")
    if not known:
        numbering.insert(0, _counting(kind))
    number = 1 + max((int(one.get(qn("w:numId"))) for one in numbering.findall(qn("w:num"))), default=0)
    listed = sub(numbering, "num", numId=str(number))
    sub(listed, "abstractNumId", val=kind)
    override = sub(listed, "lvlOverride", ilvl="0")
    sub(override, "startOverride", val="1")
    return number


def _counting(kind: str) -> Any:
    """A list that counts 1., 2., 3. with the text set in."""
    element = etree.Element(qn("w:abstractNum"))
    element.set(qn("w:abstractNumId"), kind)
    sub(element, "multiLevelType", val="singleLevel")
    level = sub(element, "lvl", ilvl="0")
    for name, value in (("start", "1"), ("numFmt", "decimal"), ("lvlText", "%1."), ("lvlJc", "left")):
        sub(level, name, val=value)
    sub(sub(level, "pPr"), "ind", left="567", hanging="567")
    return element


def sub(parent: Any, name: str, /, **attributes: str) -> Any:
    """A new last child of Word's namespace, with attributes of it."""
    element = etree.SubElement(parent, qn(f"w:{name}"))
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
