"""A draft signed by a reviewer who keeps what the checks passed, and the text of every document that is made from it."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from lxml import etree, html
from openpyxl import load_workbook

from evidence.claim import Verdict
from evidence.errors import StorageFailure
from evidence.ledger import LedgerClaim, RunLedger
from evidence.review import (
    ClaimState,
    ReviewDecision,
    ReviewEntry,
    ReviewOutcome,
    SecondReview,
    SignedContent,
    SignedSummary,
    SignOff,
    SourceCheck,
    SourceRecheck,
)
from reporting.export import FORMATS, Edition, export
from review.state import Review

_WHEN = datetime(2026, 1, 2, tzinfo=UTC)
_NAME, _ROLE = "Scripted reviewer", "made for a suite"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PRINTED = ("word/document.xml", "word/footnotes.xml")

SHEETS_ONCE = {("matrix", "csv"), ("matrix", "xlsx"), ("full-texts", "csv"), ("full-texts", "xlsx")}
"""Kinds of sheet: the full texts come as documents too."""


def signed_draft(ledger: RunLedger) -> SignedSummary:
    """The run signed: every claim that passed is accepted, every other rejected, and its sources found as they were."""
    entries = tuple(_entry(claim, number) for number, claim in enumerate(ledger.claims, 1))
    found = tuple(SourceCheck(pmid=one.pmid, integrity=one.integrity, at=_WHEN) for one in ledger.citations)
    review = Review(ledger, entries, (SourceRecheck(source="made for a suite", found=found),), SecondReview())
    standing = (item for item in review.claims if item.state is ClaimState.STANDS)
    cited = {support.pmid for item in standing for support in item.claim.support}
    content = SignedContent(
        run_id=ledger.id,
        version=1,
        ledger=ledger,
        entries=entries,
        claims=review.claims,
        sources=tuple(check for check in found if check.pmid in cited),
    )
    return SignedSummary(content=content, sign_off=_under(content))


def _entry(claim: LedgerClaim, number: int) -> ReviewEntry:
    passed = claim.verdict is Verdict.SUPPORTED
    outcome = ReviewOutcome.ACCEPT if passed else ReviewOutcome.REJECT
    decision = ReviewDecision(claim_id=claim.id, outcome=outcome, reason="" if passed else "The checks did not pass it.")
    return ReviewEntry(number=number, claim_id=claim.id, decision=decision, by=_NAME, at=_WHEN)


def _under(content: SignedContent) -> SignOff:
    return SignOff(content=content.content_hash(), name=_NAME, role=_ROLE, at=_WHEN + timedelta(minutes=5))


def forced(signed: SignedSummary, claim_id: str) -> SignedSummary:
    """The same with a rejected claim made to stand as if it had passed, signed anew past every check of the model."""

    def stands(state: ClaimState, this: str) -> ClaimState:
        return ClaimState.STANDS if this == claim_id else state

    claims = tuple(
        item.model_copy(update={"verdict": Verdict.SUPPORTED, "state": stands(item.state, item.id), "decision": None})
        if item.id == claim_id
        else item
        for item in signed.content.claims
    )
    content = signed.content.model_copy(update={"claims": claims})
    return SignedSummary.model_construct(content=content, sign_off=_under(content))


def is_refused(signed: SignedSummary) -> bool:
    """Whether the gate before every export lets nothing of it out."""
    try:
        export(signed, "references", "ris", Edition(made_at=_WHEN))
    except StorageFailure:
        return True
    return False


def documents_of(signed: SignedSummary, *, pdf: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and whole text of every document in every format, `dossier.docx` for one; as PDF only the documents named.

    Of JSON the document and its statements are read: what was signed, rejected sentences with it, follows there as a record.
    Without pypdf no PDF is read.
    """
    edition = Edition(made_at=_WHEN + timedelta(hours=1))
    with_pdf = frozenset(pdf) if importlib.util.find_spec("pypdf") else frozenset()
    for document, formats in FORMATS.items():
        for kind in formats:
            if kind != "pdf" or document in with_pdf:
                content = export(signed, document, kind, edition).content
                yield f"{document}.{kind}", _READERS.get(kind, _plain)(content)


def _plain(content: bytes) -> str:
    return content.decode("utf-8")


def _html(content: bytes) -> str:
    return str(html.document_fromstring(content).text_content())


def _json(content: bytes) -> str:
    whole = json.loads(content)
    return json.dumps([whole["statements"], whole["document"]], ensure_ascii=False)


def _docx(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = [name for name in _PRINTED if name in file.namelist()]
        paragraphs = [one for name in names for one in etree.fromstring(file.read(name)).iter(f"{_WORD}p")]
    return "\n".join("".join(text.text or "" for text in one.iter(f"{_WORD}t")) for one in paragraphs)


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _csv(content: bytes) -> str:
    return "\n".join(" ".join(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _xlsx(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content), read_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


_READERS: Mapping[str, Callable[[bytes], str]] = {
    "html": _html,
    "json": _json,
    "docx": _docx,
    "pdf": _pdf,
    "csv": _csv,
    "xlsx": _xlsx,
}
