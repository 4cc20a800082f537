"""Opens documents as other programs do, and gives the text that a reader would see."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import docx
import openpyxl
import pypdf
from docx.oxml.ns import qn
from lxml import etree, html

from evidence.review import SignedSummary
from reporting.export import export
from tests.reporting.summary.signed_sample import EDITION

_MADE: dict[tuple[str, str, str, str], bytes] = {}


def made(signed: SignedSummary, document: str, file_format: str) -> bytes:
    """The document, made once a session for each signature: what is signed decides it whole."""
    key = (signed.sign_off.content, signed.sign_off.name, document, file_format)
    if key not in _MADE:
        _MADE[key] = export(signed, document, file_format, EDITION).content
    return _MADE[key]


def page(content: bytes) -> Any:
    return html.fromstring(content.decode("utf-8"))


def css(element: Any, path: str) -> list[Any]:
    """Elements below by a simple selector: `header .marking a`, tags and classes one below another."""
    steps = []
    for step in path.split():
        tag, _, name = step.partition(".")
        wanted = f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]" if name else ""
        steps.append(f"//{tag or '*'}{wanted}")
    found: list[Any] = element.xpath(f".{''.join(steps)}")
    return found


def word_parts(content: bytes) -> dict[str, Any]:
    """The XML parts of a Word document, parsed; opening it with python-docx must work too."""
    docx.Document(io.BytesIO(content))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: etree.fromstring(file.read(name)) for name in file.namelist() if name.endswith((".xml", ".rels"))}


def word_text(content: bytes) -> str:
    parts = word_parts(content)
    names = [name for name in ("word/document.xml", "word/footnotes.xml", "word/header1.xml") if name in parts]
    paragraphs = (paragraph for name in names for paragraph in parts[name].iter(qn("w:p")))
    return "\n".join("".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in paragraphs)


@lru_cache(maxsize=64)
def pdf_text(content: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(content)).pages)


def read_text(content: bytes, file_format: str) -> str:
    """All text of a document, white space folded."""
    texts: dict[str, Callable[[], str]] = {
        "html": lambda: str(page(content).text_content()),
        "docx": lambda: word_text(content),
        "pdf": lambda: pdf_text(content),
        "md": lambda: content.decode("utf-8"),
        "json": lambda: json.dumps(json.loads(content)["document"], ensure_ascii=False),
    }
    return " ".join(texts[file_format]().split())


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def workbook(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))
