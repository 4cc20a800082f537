"""Integrity: no source of the claim is retracted, withdrawn, under concern, or itself a notice of retraction."""

from __future__ import annotations

from evidence.citation import COMPROMISED, IntegrityStatus
from evidence.claim import ClaimCheck, Verdict
from evidence.integrity import integrity_of
from verification.case import Case, failed, not_applicable, passed

_WORTH_SAYING = (IntegrityStatus.SUPERSEDED, IntegrityStatus.CORRECTED, IntegrityStatus.PREPRINT)


def check_integrity(case: Case) -> ClaimCheck:
    """Fails with `source_compromised`; a corrected, superseded or preprint source passes, and the reason says so."""
    records = {anchor.support.pmid: anchor.record for anchor in case.anchors if anchor.record}
    if not records:
        return not_applicable("integrity", "The claim names no record of this run.")
    remarks: list[str] = []
    for pmid, record in records.items():
        integrity = integrity_of(record.citation)
        notices = " ".join(integrity.notices)
        if integrity.status in COMPROMISED:
            reason = f"PMID {pmid} cannot support a claim: its record says {integrity.status.value}."
            return failed("integrity", Verdict.SOURCE_COMPROMISED, reason, claim_words=pmid, record_words=notices)
        if integrity.status in _WORTH_SAYING:
            remarks.append(f"PMID {pmid} is marked {integrity.status.value}")
    if remarks:
        return passed("integrity", f"No source is retracted or under concern, but {'; '.join(remarks)}.")
    return passed("integrity", "No record named shows a notice of retraction, concern or correction.")
