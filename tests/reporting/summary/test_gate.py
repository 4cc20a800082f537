"""Nothing leaves that was not signed, as it was signed."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from pydantic import ValidationError

import reporting.export
from evidence.citation import Integrity, IntegrityStatus
from evidence.claim import Verdict
from evidence.errors import EvidenceError, InvalidInput, StorageFailure
from evidence.review import ClaimState, SignedContent, SignedSummary, SignOff, SourceCheck
from reporting.export import DOCUMENTS, FORMATS, export
from tests.reporting.sample import sample_ledger
from tests.reporting.summary.opening import made, read_text
from tests.reporting.summary.signed_sample import EDITION, WHEN, content_of, sign, signed_sample

EVERY = [(document, one) for document, formats in FORMATS.items() for one in formats]


@pytest.mark.parametrize(("document", "file_format"), EVERY)
def test_every_document_comes_in_every_format_and_the_same_signature_gives_the_same_bytes(
    document: str, file_format: str
) -> None:
    file = export(signed_sample(), document, file_format, EDITION)
    assert file.name == f"{document}-run-7f3a2c-v1.{file_format}"
    assert file.content == made(signed_sample(), document, file_format)
    assert file.media_type


def test_the_only_way_in_is_a_signed_summary() -> None:
    taking = inspect.signature(export, eval_str=True).parameters
    assert taking["signed"].annotation is SignedSummary
    public = {name for name in reporting.export.__all__ if callable(getattr(reporting.export, name))}
    assert public == {"Edition", "Exported", "Library", "Recheck", "export", "recheck_sources", "write_exports"}
    with pytest.raises((AttributeError, TypeError, EvidenceError)):
        export(sample_ledger(), "summary", "html", EDITION)  # type: ignore[arg-type]


def without_check(content: SignedContent, **changes: Any) -> SignedSummary:
    """A summary put together past the model's own check, as a careless program might."""
    sign_off = SignOff(content=content.content_hash(), name="Anna Smith", role="librarian", at=WHEN)
    return SignedSummary.model_construct(content=content.model_copy(update=changes), sign_off=sign_off)


def test_a_content_changed_after_the_signature_is_refused_in_one_sentence() -> None:
    changed = without_check(content_of(sample_ledger()), version=2)
    with pytest.raises(StorageFailure, match="the signature is under another content") as fault:
        export(changed, "summary", "docx", EDITION)
    assert fault.value.message.count("\n") == 0


def test_an_open_claim_is_refused() -> None:
    content = content_of(sample_ledger())
    claims = (content.claims[0].model_copy(update={"state": ClaimState.OPEN}), *content.claims[1:])
    content = content.model_copy(update={"claims": claims})
    with pytest.raises(ValidationError, match="Claim b1 is open"):
        sign(content)
    with pytest.raises(StorageFailure, match="Claim b1 is open"):
        export(without_check(content), "references", "ris", EDITION)


def standing_with(**changes: Any) -> SignedSummary:
    content = content_of(sample_ledger())
    return without_check(
        content.model_copy(update={"claims": (content.claims[0].model_copy(update=changes), *content.claims[1:])})
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_claim_that_did_not_pass_and_that_nobody_kept_is_refused(document: str) -> None:
    with pytest.raises(StorageFailure, match="b1 did not pass its checks"):
        export(standing_with(verdict=Verdict.UNSUPPORTED, decision=None), document, FORMATS[document][0], EDITION)


def test_a_claim_kept_without_a_reason_is_refused() -> None:
    with pytest.raises(StorageFailure, match="b1 did not pass its checks, and nobody gave a reason"):
        export(standing_with(verdict=Verdict.NUMBER_UNBOUND), "summary", "md", EDITION)


def test_other_words_than_were_checked_are_refused() -> None:
    with pytest.raises(StorageFailure, match="in other words than were checked"):
        export(standing_with(text="Brillamine cures everybody."), "summary", "md", EDITION)


def test_a_quote_that_is_not_in_its_record_is_refused() -> None:
    claim = content_of(sample_ledger()).claims[0].claim
    moved = claim.model_copy(update={"support": (claim.support[0].model_copy(update={"start": 3}),)})
    with pytest.raises(StorageFailure, match="has a quote that is not in the abstract of PMID 90000001"):
        export(standing_with(claim=moved), "summary", "md", EDITION)


def test_a_source_that_was_retracted_when_it_was_signed_is_refused() -> None:
    content = content_of(sample_ledger())
    bad = SourceCheck(pmid="90000001", integrity=Integrity(status=IntegrityStatus.RETRACTED), at=WHEN)
    sources = tuple(bad if check.pmid == bad.pmid else check for check in content.sources)
    with pytest.raises(StorageFailure, match=r"90000001.* retracted"):
        export(without_check(content.model_copy(update={"sources": sources})), "dossier", "html", EDITION)


def test_a_claim_that_a_person_kept_with_a_reason_says_so_beside_it() -> None:
    content = content_of(sample_ledger())
    entry = content.entries[0]
    assert entry.decision is not None
    kept = entry.model_copy(update={"decision": entry.decision.model_copy(update={"reason": "Its table says so."})})
    changed = content.claims[0].model_copy(update={"verdict": Verdict.NUMBER_UNBOUND, "decision": kept})
    text = read_text(
        made(sign(content.model_copy(update={"claims": (changed, *content.claims[1:])})), "summary", "html"), "html"
    )
    assert "Kept by a person: the checks say: a number is not in the quote. Anna Smith kept it: Its table says so." in text


def test_no_rejected_sentence_is_printed_anywhere_but_in_the_whole_of_what_was_signed() -> None:
    signed = signed_sample()
    fallen = [claim.text for claim in signed.content.claims if claim.state is ClaimState.FALLS]
    assert len(fallen) == 5
    for document, formats in FORMATS.items():
        for one in set(formats) & {"html", "docx", "md", "json"}:
            text = read_text(made(signed, document, one), one)
            assert not [sentence for sentence in fallen if sentence in text], (document, one)


def test_an_unknown_document_or_format_is_one_sentence() -> None:
    with pytest.raises(InvalidInput, match="choose one of summary, dossier"):
        export(signed_sample(), "poster", "pdf", EDITION)
    with pytest.raises(InvalidInput, match="choose ris, nbib, bib"):
        export(signed_sample(), "references", "docx", EDITION)
