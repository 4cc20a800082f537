"""Identity: every PMID a claim names is a PMID, and its record is in this run."""

from __future__ import annotations

import re

from evidence.claim import ClaimCheck, Verdict
from verification.case import Case, failed, passed, shown

_PMID = re.compile(r"[1-9][0-9]{0,8}")


def check_identity(case: Case) -> ClaimCheck:
    """Fails with `unsupported` where nothing is named, else with `quote_misattributed` or `quote_fabricated`."""
    if not case.anchors:
        return failed(
            "identity", Verdict.UNSUPPORTED, "The claim names no record that it rests on.", claim_words=case.claim.text[:240]
        )
    for anchor in case.anchors:
        if anchor.record and _PMID.fullmatch(anchor.support.pmid):
            continue
        pmid, quote = anchor.support.pmid, anchor.support.quote
        holders = case.records.holding(quote, other_than=pmid)
        verdict = Verdict.QUOTE_MISATTRIBUTED if holders else Verdict.QUOTE_FABRICATED
        what = "is no record of this run" if _PMID.fullmatch(pmid) else "is not a PMID"
        whose = f"; the words quoted stand in PMID {', '.join(holders[:3])}" if holders else ""
        return failed("identity", verdict, f"{shown(pmid)} {what}{whose}.", claim_words=pmid[:240])
    named = ", ".join(dict.fromkeys(anchor.support.pmid for anchor in case.anchors))
    return passed("identity", f"Every record named is in this run: PMID {named}.", claim_words=named)
