"""Quote: the words quoted stand, verbatim and in one piece, in the abstract of the record named."""

from __future__ import annotations

import re

from evidence.claim import ClaimCheck, Verdict
from evidence.text import find_verbatim, has_hidden_text, normalise
from verification.case import Anchor, Case, Record, failed, not_applicable, passed, shown

FEWEST_WORDS = 4
"""A shorter quote can stand almost anywhere: it identifies no sentence."""

_WORD = re.compile(r"[^\W_]+(?:[-'.,][^\W_]+)*")
_OMISSION = re.compile(r"\s*(?:\[\s*\.{3}\s*\]|\(\s*\.{3}\s*\)|\.{3,})\s*")
_EDGE = " \"'()[].,;:!?"


def check_quote(case: Case) -> ClaimCheck:
    """Fails with `quote_misattributed`, `quote_fabricated`, or `unsupported` for words that stand but cannot carry a claim."""
    if not case.anchors:
        return not_applicable("quote", "The claim quotes nothing.")
    for anchor in case.anchors:
        if problem := _not_standing(anchor, case) or _too_short(anchor) or _joined(anchor):
            return problem
    if len(case.standing) < len(case.anchors):
        return not_applicable("quote", "A record named is not in this run, so its words cannot be looked up.")
    quotes = " | ".join(anchor.words for anchor in case.anchors)
    return passed("quote", "Every quote stands verbatim in the record named.", record_words=quotes)


def _not_standing(anchor: Anchor, case: Case) -> ClaimCheck | None:
    if anchor.record is None or anchor.span:
        return None
    return _elsewhere(anchor, anchor.record, case)


def _elsewhere(anchor: Anchor, record: Record, case: Case) -> ClaimCheck:
    """The verdict on words that do not stand where they are said to stand."""
    pmid, quote = anchor.support.pmid, anchor.support.quote
    if holders := case.records.holding(quote, other_than=pmid):
        reason = f"The quote stands in PMID {', '.join(holders[:3])}, not in PMID {pmid}, which the claim names."
        return failed("quote", Verdict.QUOTE_MISATTRIBUTED, reason, claim_words=quote)
    if find_verbatim(quote, record.citation.title):
        reason = f"The quote stands only in the title of PMID {pmid}, not in its abstract."
        return failed("quote", Verdict.UNSUPPORTED, reason, claim_words=quote, record_words=record.citation.title)
    reason = f"The quote {shown(quote)} stands in no record of this run{_why_nowhere(quote, record)}."
    return failed("quote", Verdict.QUOTE_FABRICATED, reason, claim_words=quote)


def _why_nowhere(quote: str, record: Record) -> str:
    if not record.citation.has_abstract:
        return f"; PMID {record.citation.pmid} has no abstract"
    if len(quote) > 4 * len(record.text) + 40:
        return ", none of which is that long"
    pieces = [piece for piece in _OMISSION.split(normalise(quote).text) if piece]
    if 1 < len(pieces) < 20 and all(record.find(piece) for piece in pieces):
        return f"; PMID {record.citation.pmid} has its pieces, joined by dots of omission, but not in one piece"
    if has_hidden_text(quote):
        return "; it holds letters that only look like those of the record, or cannot be seen"
    return ""


def _too_short(anchor: Anchor) -> ClaimCheck | None:
    words = len(_WORD.findall(anchor.words))
    if words >= FEWEST_WORDS:
        return None
    reason = (
        f"The quote {shown(anchor.support.quote)} is too short to identify a sentence: quote at least {FEWEST_WORDS} words."
    )
    return failed("quote", Verdict.UNSUPPORTED, reason, claim_words=anchor.support.quote, record_words=anchor.words)


def _joined(anchor: Anchor) -> ClaimCheck | None:
    """A quote is part of one sentence, or whole sentences of one section that follow one another."""
    if anchor.record is None or anchor.span is None:
        return None
    start, end = anchor.span
    text = anchor.record.text
    touched = [span for span in anchor.record.sentences if span[0] < end and start < span[1]]
    if "\n" in text[start:end]:
        reason = f"The quote {shown(anchor.words)} runs over the border between two sections of PMID {anchor.support.pmid}."
    elif len(touched) < 2 or not (text[touched[0][0] : start].strip(_EDGE) or text[end : touched[-1][1]].strip(_EDGE)):
        return None
    else:
        reason = f"The quote {shown(anchor.words)} joins parts of different sentences of PMID {anchor.support.pmid}."
    return failed("quote", Verdict.UNSUPPORTED, reason, claim_words=anchor.support.quote, record_words=anchor.words)
