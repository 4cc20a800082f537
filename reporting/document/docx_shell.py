"""An empty Word document in the house style: A4, styles by name, English (UK), marking on every page, page numbers."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from lxml import etree

from reporting import words
from reporting.document.content import Report

TEXT_WIDTH = 9638
"""Width of the text in twentieths of a point: A4 less 2 cm at either side."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_BLUE, _DARK, _GREY, _RED = (RGBColor.from_string(code) for code in ("005EB8", "003087", "4C6272", "B3150D"))
_SHADES = {"To fill in": "FFF3A3", "Strategy": "F0F4F5", "Callout": "F0F4F5"}


def new_document(report: Report) -> Document:
    """A document without content, ready for it."""
    document = docx.Document(BytesIO(_in_house_style()))
    about = document.core_properties
    about.title, about.subject, about.language = _short(report.title), report.kind, "en-GB"
    about.author, about.keywords, about.comments = (_short(part) for part in (report.tool, report.marking, report.footer))
    about.created = about.modified = report.made_at
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = report.marking
    header.runs[0].bold = True
    _number_pages(section.footer.paragraphs[0], report.footer)
    return document


@cache
def _in_house_style() -> bytes:
    """The document that every other begins as."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    _set_styles(document)
    _set_language(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def document_bytes(document: Document) -> bytes:
    """The document as a .docx file: the same document gives the same bytes, whenever it is written."""
    file, settled = BytesIO(), BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as written, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as whole:
        for part in written.infolist():
            entry = zipfile.ZipInfo(part.filename, date_time=_EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, written.read(part))
    return settled.getvalue()


def _short(text: str) -> str:
    """As much as a property of a document holds."""
    return words.one_line(text)[:255]


def _set_styles(document: Document) -> None:
    styles: Any = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    sizes = {
        "Title": (20, _DARK),
        "Heading 1": (16, _DARK),
        "Heading 2": (13, _BLUE),
        "Subtitle": (11, _GREY),
        "Caption": (10, _DARK),
    }
    for name, (size, colour) in sizes.items():
        style = styles[name]
        _in_arial(style)
        style.font.size, style.font.color.rgb, style.font.italic = Pt(size), colour, False
        style.font.bold = name != "Subtitle"
        for spread in style.element.findall(f".//{qn('w:spacing')}[@{qn('w:val')}]"):
            spread.getparent().remove(spread)  # the template sets these titles' letters apart
    styles["Footer"].font.size = styles["Header"].font.size = Pt(8.5)
    for name in ("Heading 1", "Heading 2", "Caption"):
        styles[name].paragraph_format.keep_with_next = True
        styles[name].paragraph_format.space_before = Pt(18 if name == "Heading 1" else 12)
        styles[name].paragraph_format.space_after = Pt(6 if name != "Caption" else 3)
    for name in ("List Number", "List Continue", "List Bullet", "List Bullet 2"):
        styles[name].paragraph_format.space_after = Pt(2)
    styles["List Bullet 2"].font.size = styles["List Continue"].font.size = Pt(10)
    _add_styles(styles)


def _add_styles(styles: Any) -> None:
    for name in ("Flag", "To fill in", "Quiet", "Code", "Hyperlink"):
        font = styles.add_style(name, WD_STYLE_TYPE.CHARACTER).font
        font.bold = True if name in {"Flag", "To fill in"} else None
        font.color.rgb = {"Flag": _RED, "Quiet": _GREY, "Hyperlink": _BLUE}.get(name)
        font.underline = True if name == "Hyperlink" else None
        font.no_proof = True if name == "Code" else None
    styles["Code"].font.name, styles["Code"].font.size = "Courier New", Pt(9)
    for name in ("Strategy", "Callout", "Table Text", "Lead"):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.paragraph_format.space_after = Pt({"Strategy": 0, "Callout": 6, "Table Text": 2, "Lead": 6}[name])
    styles["Table Text"].font.size = Pt(9.5)
    styles["Lead"].font.bold, styles["Lead"].font.size = True, Pt(13)
    _add_note_styles(styles)
    styles["Strategy"].font.name, styles["Strategy"].font.size, styles["Strategy"].font.no_proof = "Courier New", Pt(9), True
    for name, shade in _SHADES.items():
        fill = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", shade)):
            fill.set(qn(f"w:{key}"), value)
        element = styles[name].element
        if name == "To fill in":
            element.get_or_add_rPr().append(fill)
        else:
            properties = element.get_or_add_pPr()
            properties.insert_element_before(fill, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _add_note_styles(styles: Any) -> None:
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = styles["Normal"]
    text.font.size, text.paragraph_format.space_after = Pt(9), Pt(2)


def _in_arial(style: Any) -> None:
    """Give the style Arial in place of the template's theme font."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    style.font.name = "Arial"


def _set_language(document: Document) -> None:
    styles: Any = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), "en-GB")


def _number_pages(paragraph: Any, footer: str) -> None:
    paragraph.add_run(f"{words.one_line(footer)} Page ")
    for code, between in (("PAGE", " of "), ("NUMPAGES", "")):
        field = etree.SubElement(paragraph._p, qn("w:fldSimple"))
        field.set(qn("w:instr"), code)
        etree.SubElement(etree.SubElement(field, qn("w:r")), qn("w:t")).text = "1"
        if between:
            paragraph.add_run(between)
