"""Entailment: a learned model holds the claim against its quotes, and speaks against it only where it is sure.

It is asked last, once for a whole draft, and only of claims that every other check let pass: what it reads is the words, not
figures or arms, which have checks of their own. A claim that is the record's own sentence is not asked about. Of several
quotes, the one that bears the claim out best counts, so that a quote beside the point takes nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evidence.claim import Claim, ClaimCheck, Verdict, VerifiedClaim
from evidence.services import EntailmentModel
from evidence.text import normalise
from verification.case import Record, Records, failed, not_applicable, passed, shown
from verification.readings import read_claim

NAME = "entailment"
MOST_READINGS = 4
"""Quotes of one claim that are read, first ones first."""

_AGREES = 0.5
_NOT_ASKED = not_applicable(NAME, "Not asked, since another check stands against the claim already.")
_OWN_WORDS = not_applicable(NAME, "Not asked, since the claim is the record's own sentence.")
_UNSURE = not_applicable(NAME, "The learned model is not sure enough of this claim to speak for or against it.")


def check_entailment(items: Sequence[VerifiedClaim], records: Records, model: EntailmentModel) -> list[ClaimCheck]:
    """One check a claim, in order: `contradicted` or `unsupported` where the model is sure beyond its thresholds."""
    sentences = [_quoted(item.claim, records) if item.verdict is Verdict.SUPPORTED else () for item in items]
    asked = [
        (place, sentence)
        for place, (item, quoted) in enumerate(zip(items, sentences, strict=True))
        if quoted and not _is_own_sentence(item.claim.text, quoted)
        for sentence in quoted
    ]
    readings = [read_claim(items[place].claim.text, [sentence]) for place, sentence in asked]
    judged = model.judge(readings) if readings else np.zeros((0, 3))
    best: dict[int, int] = {}
    for row, (place, _) in enumerate(asked):
        if place not in best or judged[row, 0] > judged[best[place], 0]:
            best[place] = row
    return [
        _told(items[place].claim, asked[best[place]][1], judged[best[place]], model)
        if place in best
        else (_OWN_WORDS if sentences[place] else _NOT_ASKED)
        for place in range(len(items))
    ]


def _quoted(claim: Claim, records: Records) -> tuple[str, ...]:
    """The whole sentences around the claim's anchored quotes, each once."""
    found: dict[str, None] = {}
    for support in claim.support:
        record: Record | None = records.get(support.pmid)
        if record and support.start is not None and support.end is not None:
            found.setdefault(record.sentences_at(support.start, support.end))
    return tuple(found)[:MOST_READINGS]


def _is_own_sentence(text: str, quoted: Sequence[str]) -> bool:
    plain = normalise(text).text.strip(" .")
    return any(plain in normalise(sentence).text for sentence in quoted)


def _told(claim: Claim, sentence: str, judged: npt.NDArray[np.float64], model: EntailmentModel) -> ClaimCheck:
    supported, refuted, not_enough = (float(share) for share in judged)
    sides = {"claim_words": claim.text, "record_words": sentence}
    if refuted >= model.thresholds.refuted:
        reason = f"The learned model reads {shown(sentence)} as against the claim ({refuted:.0%} sure)."
        return failed(NAME, Verdict.CONTRADICTED, reason, **sides)
    if not_enough >= model.thresholds.not_enough:
        reason = f"The learned model does not find the claim in {shown(sentence)} ({not_enough:.0%} sure)."
        return failed(NAME, Verdict.UNSUPPORTED, reason, **sides)
    if supported > _AGREES:
        return passed(NAME, f"The learned model reads {shown(sentence)} as bearing the claim out ({supported:.0%}).", **sides)
    return _UNSURE
