"""Subject: what the claim speaks of is what its quotes and their records speak of."""

from __future__ import annotations

from evidence.citation import Citation
from evidence.claim import ClaimCheck, Verdict
from verification.case import Anchor, Case, failed, not_applicable, passed, shown
from verification.content_words import content_words, stem, subject_words
from verification.reported.words import abbreviations

LEAST_IN_RECORDS = 0.5
"""Share of the claim's subject words that its records must have: most of what is said must come from what was read."""

LEAST_IN_QUOTES = 0.25
"""Share of the claim's subject words that the quoted sentences themselves must have; at least one word in any case."""

LEAST_IN_QUOTES_OF_BOTTOM_LINE = 0.5
"""The same for a sentence of the bottom line: it only retells findings, so most of its words must be theirs."""


def check_subject(case: Case) -> ClaimCheck:
    """Fails with `unsupported` where the quotes or the records do not speak of what the claim speaks of."""
    if not case.standing:
        return not_applicable("subject", "No quote stands that the claim's subject could be held against.")
    claimed = content_words(case.claim.text)
    if not claimed:
        return not_applicable("subject", "The claim has no subject words of its own.")
    quoted = frozenset[str]().union(*(_in_full(anchor) for anchor in case.standing))
    recorded = quoted.union(*(_record_words(anchor.record.citation) for anchor in case.standing if anchor.record))
    in_quotes, in_records = len(claimed & quoted) / len(claimed), len(claimed & recorded) / len(claimed)
    least = LEAST_IN_QUOTES_OF_BOTTOM_LINE if case.claim.section == "bottom_line" else LEAST_IN_QUOTES
    words = " | ".join(anchor.words for anchor in case.standing)
    if in_quotes >= least and in_records >= LEAST_IN_RECORDS:
        return passed(
            "subject", f"The quotes have {in_quotes:.0%} of the claim's subject words, their records {in_records:.0%}."
        )
    missing = [word for word in subject_words(case.claim.text) if stem(word) not in (quoted if in_quotes < least else recorded)]
    where = "its quotes" if in_quotes < least else "its records"
    reason = f"The claim speaks of {shown(', '.join(missing[:6]))}, which {where} never mention."
    return failed("subject", Verdict.UNSUPPORTED, reason, claim_words=", ".join(missing), record_words=words)


def _in_full(anchor: Anchor) -> frozenset[str]:
    """The sentence's words with those that its abbreviations stand for, as the record defines them."""
    words = content_words(anchor.sentence)
    defined = abbreviations(anchor.record.text) if anchor.record else {}
    return words.union(*(long for short, long in defined.items() if short in words))


def _record_words(citation: Citation) -> frozenset[str]:
    headings = " ".join((*(heading.descriptor for heading in citation.mesh), *citation.keywords, *citation.substances))
    return content_words(citation.title) | content_words(citation.abstract_text) | content_words(headings)
