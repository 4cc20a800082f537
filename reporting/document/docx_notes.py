"""Footnotes of a Word document. python-docx has none of its own: the part is made here, as ECMA-376 part 1, 17.11 says."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from reporting import words
from reporting.document.content import Note
from reporting.document.docx_table import sub

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MARKS = (
    ("separator", "-1"),
    ("continuationSeparator", "0"),
)


class Footnotes:
    """The document's footnotes. A note cited again points at its first mark and is not printed twice."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.part: XmlPart | None = None
        self.ids: dict[int, int] = {}
        styles: Any = document.styles
        self.styles: dict[str, str] = {style.name: style.style_id for style in styles}

    def cite(self, paragraph: Any, note: Note) -> None:
        """Put the note's mark at the end of the paragraph, and its words into the footnotes."""
        known = self.ids.get(note.number)
        if known is not None:
            field = sub(paragraph, "fldSimple", instr=f" NOTEREF {_bookmark(note)} \\f \\h ")
            self._raised(sub(field, "r"), str(known))
            return
        identity = self.ids[note.number] = len(self.ids) + 1
        sub(paragraph, "bookmarkStart", id=str(10_000 + identity), name=_bookmark(note))
        run = sub(paragraph, "r")
        self._dress(run)
        sub(run, "footnoteReference", id=str(identity))
        sub(paragraph, "bookmarkEnd", id=str(10_000 + identity))
        self._write(identity, note)

    def _write(self, identity: int, note: Note) -> None:
        part = self._opened()
        footnote = sub(part.element, "footnote", id=str(identity))
        paragraph = sub(footnote, "p")
        sub(sub(paragraph, "pPr"), "pStyle", val=self.styles["footnote text"])
        mark = sub(paragraph, "r")
        self._dress(mark)
        sub(mark, "footnoteRef")
        self._text(paragraph, f" “{note.quote}” ")
        address = words.safe_url(note.url)
        if address is None:
            self._text(paragraph, note.label)
        else:
            link = sub(paragraph, "hyperlink", history="1")
            link.set(qn("r:id"), part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            self._text(link, note.label, style=self.styles["Hyperlink"])
        self._text(paragraph, f". {note.said}" if note.said else ".")

    def _opened(self) -> XmlPart:
        """The footnotes' part, made at the first note, with the lines that Word draws above footnotes."""
        if self.part is None:
            package = self.document.part.package
            element = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
            self.part = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, element, package)
            self.document.part.relate_to(self.part, RELATIONSHIP_TYPE.FOOTNOTES)
            listed = OxmlElement("w:footnotePr")
            for kind, identity in _MARKS:
                line = sub(element, "footnote", id=identity, type=kind)
                sub(sub(sub(line, "p"), "r"), kind)
                sub(listed, "footnote", id=identity)
            settings: Any = self.document.settings.element
            before = settings.find(qn("w:compat"))
            if before is not None:
                before.addprevious(listed)
        return self.part

    def _dress(self, run: Any) -> None:
        sub(sub(run, "rPr"), "rStyle", val=self.styles["footnote reference"])

    def _raised(self, run: Any, text: str) -> None:
        self._dress(run)
        sub(run, "t").text = text

    def _text(self, parent: Any, text: str, *, style: str = "") -> None:
        run = sub(parent, "r")
        if style:
            sub(sub(run, "rPr"), "rStyle", val=style)
        shown = sub(run, "t")
        shown.text = words.one_line(text) if not text[:1].isspace() and not text[-1:].isspace() else _spaced(text)
        shown.set(_SPACE, "preserve")


def _spaced(text: str) -> str:
    """One line that keeps a space at either end."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{words.one_line(text)}{after}"


def _bookmark(note: Note) -> str:
    return f"_note_{note.number}"
