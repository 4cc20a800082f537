"""A search report that a named searcher released: the same report with the name in place of the draft's marking."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
import pypdf
import pytest
from lxml import html
from pydantic import ValidationError

from evidence.errors import InvalidInput, StorageFailure
from evidence.signed_parts import Release, ReleasedSearch
from reporting.search_report import build_search_report
from reporting.search_report.release import build_released_search, render_released_search
from tests.reporting.search_sample import screened_ledger

LEDGER = screened_ledger()
BY = "Released by Anna Smith, clinical librarian, 4 November 2026, 10:30 UTC"


def release(content: str) -> Release:
    return Release(content=content, name="Anna Smith", role="clinical librarian", at=datetime(2026, 11, 4, 10, 30, tzinfo=UTC))


RELEASED = ReleasedSearch(ledger=LEDGER, release=release(LEDGER.content_hash()))


def test_it_is_the_same_report_under_a_name() -> None:
    released, draft = build_released_search(RELEASED), build_search_report(LEDGER)
    assert released.sections[:-1] == draft.sections
    assert released.marking == BY
    assert released.sections[-1].title == "Release"


def test_every_format_says_who_released_it_and_none_that_it_is_a_draft() -> None:
    word = docx.Document(io.BytesIO(render_released_search(RELEASED, "docx")))
    page = html.fromstring(render_released_search(RELEASED, "html").decode())
    pdf = pypdf.PdfReader(io.BytesIO(render_released_search(RELEASED, "pdf")))
    texts = {
        "docx": "\n".join(paragraph.text for paragraph in (*word.sections[0].header.paragraphs, *word.paragraphs)),
        "html": page.text_content(),
        "pdf": pdf.pages[0].extract_text(),
        "md": render_released_search(RELEASED, "md").decode(),
    }
    for name, text in texts.items():
        assert BY in " ".join(text.split()), name
        assert "DRAFT" not in text, name


def test_another_search_than_was_released_is_refused() -> None:
    with pytest.raises(ValidationError, match="the release is of another search"):
        ReleasedSearch(ledger=LEDGER, release=release("0" * 64))
    forged = ReleasedSearch.model_construct(ledger=LEDGER, release=release("0" * 64))
    with pytest.raises(StorageFailure, match="is not the one that was released"):
        render_released_search(forged, "docx")


def test_an_unknown_format_is_one_sentence() -> None:
    with pytest.raises(InvalidInput, match="choose docx, html, pdf, md"):
        render_released_search(RELEASED, "odt")
