"""True claims from real abstracts: the sentences in which authors report and conclude, with the trial's arms and outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from evaluation.mutations.true_claim import TrueClaim, dice
from evidence.citation import Citation
from evidence.sentences import split_sentences

_FINDINGS = re.compile(r"result|finding|conclu|interpretation", re.IGNORECASE)
_CONCLUSIONS = re.compile(r"conclu|interpretation", re.IGNORECASE)
_NO_FINDING = re.compile(
    r"\b(?:clinicaltrials|measured (?:by|using|with)|trial registration|registered|were randomi[sz]ed|were enrolled|"
    r"were recruited|further (?:research|stud)|we aimed|aim of|was to|should be|is needed|are needed|future)\b|\?$",
    re.IGNORECASE,
)
_LAST = 3
_OTHERS = 8


class Comparison(Protocol):
    """What a trial compared, as a row of Evidence Inference names it."""

    intervention: str
    comparator: str
    outcome: str


def finding_sentences(record: Citation, *, conclusions_only: bool = False) -> list[str]:
    """Sentences of the sections that report or conclude; of an abstract without labels the last ones."""
    labelled = any(section.label for section in record.abstract)
    wanted = _CONCLUSIONS if conclusions_only else _FINDINGS
    found: list[str] = []
    for section in record.abstract:
        sentences = [section.text[start:end] for start, end in split_sentences(section.text)]
        if not labelled:
            found += sentences[-1:] if conclusions_only else sentences[-_LAST:]
        elif wanted.search(f"{section.label} {section.category}"):
            found += sentences
    return [text for text in found if 40 <= len(text) <= 500 and not _NO_FINDING.search(text)]


def true_claims(record: Citation, comparisons: Sequence[Comparison], others: Mapping[str, Sequence[str]]) -> list[TrueClaim]:
    """One claim a sentence, with the comparison whose names it holds most of. `others`: PMID to outcomes, of other trials."""
    pmids = sorted(set(others) - {record.pmid})
    claims = []
    for text in finding_sentences(record):
        best = max(comparisons, key=lambda one: _held(one, text), default=None)
        claim = TrueClaim(text=text, pmid=record.pmid)
        draw = dice("others", claim)
        wrong = tuple(draw.sample(pmids, min(_OTHERS, len(pmids))))
        foreign = tuple(outcome for pmid in wrong for outcome in others[pmid])
        claims.append(
            replace(
                claim,
                intervention=best.intervention if best else "",
                comparator=best.comparator if best else "",
                outcome=best.outcome if best else "",
                other_outcomes=tuple(dict.fromkeys(one.outcome for one in comparisons)) if len(comparisons) > 1 else foreign,
                other_pmids=wrong,
            )
        )
    return claims


def _held(one: Comparison, text: str) -> int:
    lower = text.lower()
    return (one.intervention.lower() in lower) + (one.comparator.lower() in lower) + 2 * (one.outcome.lower() in lower)
