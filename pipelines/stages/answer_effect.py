"""Says which way the asked outcome went, from the findings of a draft that passed their checks. Rules only, no model.

Each study is read once: from the label its finding was filed with, else from the sentence's words, else from its figures. What
studies say is counted, not weighed: this is a vote count, no meta-analysis, and it says nothing of certainty.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from evidence.base import EvidenceModel, Pmid
from evidence.claim import Direction, Verdict
from evidence.ledger import LedgerClaim, RunLedger
from evidence.question import Protocol
from verification.comparison_features import Comparison
from verification.content_words import content_words
from verification.directions import Statement, Way, read_directions
from verification.quantities import Kind, Quantity, read_quantities


class EffectAnswer(StrEnum):
    """What the studies together say of an outcome, intervention against comparator."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no difference"
    UNCERTAIN = "uncertain effect"
    INSUFFICIENT = "insufficient data"


class StudyDirection(EvidenceModel):
    """Which way the asked outcome went in one study."""

    pmid: Pmid = Field(description="The record.")
    direction: Direction = Field(description="The way; never `unclear`.")
    claim: str = Field(description="Id of the claim that it was read from.")
    read_from: str = Field(description="`label`, `words` or `figures`.")


class AnsweredEffect(EvidenceModel):
    """The answer with the studies it rests on."""

    answer: EffectAnswer = Field(description="What the studies together say.")
    reason: str = Field(description="How it follows from the studies, one sentence.")
    studies: tuple[StudyDirection, ...] = Field(default=(), description="One entry a study that says a direction.")


_OUTCOMES = ("outcome", "evaluation", "impact")
_INTERVENTIONS = ("intervention", "exposure", "phenomenon of interest", "service", "concept")
_COMPARATORS = ("comparator", "comparison")
_LABELS = {
    Direction.HIGHER: EffectAnswer.HIGHER,
    Direction.LOWER: EffectAnswer.LOWER,
    Direction.NO_DIFFERENCE: EffectAnswer.NO_DIFFERENCE,
}
_TURNED = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}
_HARMS = re.compile(
    r"\b(?:mortality|deaths?|died|risks?|infections?|pain|fatigue|relapses?|recurrences?|complications?|adverse|side effects?|"
    r"events?|transmission|incidence|morbidity|symptoms?|depression|anxiety|anaemia|anemia|malaria|bleeding|ha?emorrhage|"
    r"failures?|toxicity|burden|disability|stroke|fractures?|falls?|hospitali[sz]ations?|readmissions?|weaning time|duration|"
    r"length of stay|abandonment|dropouts?|withdrawals?|progression)\b",
    re.IGNORECASE,
)
"""Outcomes of which less is better: for these `improved` means lower."""

_NO_RESULT = re.compile(
    r"\b(?:not (?:yet )?known|unknown|unclear|whether|hypothesi[sz]\w+|aim(?:s|ed)?|objective|to (?:assess|determine|evaluate|"
    r"investigate)|further (?:research|studies|trials))\b",
    re.IGNORECASE,
)
_RATIO = re.compile(r"(?i:\b(?:hazards?|odds|risk|rate) ratio|\brelative risk)\b|\b(?:a?[HOR]R|IRR)\b")
_WHEN = re.compile(
    r"\b(?:at|after|within|during|by|for|over|from|up to)\s+(?:the\s+|a\s+|any\s+)*(?:\S+\s+){0,3}?"
    r"(?:\S*-?(?:years?|months?|weeks?|days?|hours?)\b|end\b|follow-?up\b|discharge\b|check-?up\b|time\s?points?\b).*$",
    re.IGNORECASE,
)
"""When an outcome was measured: sentences say it in other words, or leave it to another sentence."""

_MEASURED_AS = content_words(
    "severity incidence likelihood occurrence prevalence frequency proportion measures points scale subjective status"
)
_DEATHS = content_words("death deaths died dead mortality fatality fatalities")
_WEAKEST = 0.5
"""Share of the outcome's content words that a sentence must hold, and of the intervention's that a record must."""

_FEW = 0.25
"""Share of the studies with a difference that may oppose the others before their answer counts as disputed."""

_LEVEL = 0.05
_TWO_ARMS = 2


def answer_effect(ledger: RunLedger) -> AnsweredEffect:
    """The answer of a finished run, from its supported findings of records about the intervention asked for.

    All one way, or more than half of the studies, is that way; opposed or split is `uncertain effect`. Where no finding that
    passed says which way the asked outcome went, the answer is `insufficient data`.
    """
    asked = _Asked(comparison_asked(ledger.protocol))
    # What a person's own strategy named is about the question; what was searched for by words may be about anything.
    searched = [] if ledger.request.strategy else ledger.citations
    strangers = {record.pmid for record in searched if not asked.concerns(f"{record.title} {record.abstract_text}")}
    studies: dict[str, tuple[float, StudyDirection]] = {}
    for claim in ledger.claims:
        if claim.verdict is not Verdict.SUPPORTED or claim.section != "finding" or not claim.support:
            continue
        pmid, share = claim.support[0].pmid, asked.share(f"{claim.text} {claim.outcome or ''}")
        if share < _WEAKEST or share <= studies.get(pmid, (0.0, None))[0] or pmid in strangers:
            continue
        if read := asked.direction(claim):
            said = StudyDirection(pmid=pmid, direction=read[0], claim=claim.id, read_from=read[1])
            studies[pmid] = (share, said)
    return answer_together([said for _, said in studies.values()])


def answer_together(studies: Sequence[StudyDirection]) -> AnsweredEffect:
    """What these studies, each counted once, say together."""
    counted = Counter(study.direction for study in studies)
    said = ", ".join(f"{count} {direction.value}" for direction, count in counted.most_common())
    if not studies:
        reason = "No finding that passed its checks says which way the asked outcome went."
        return AnsweredEffect(answer=EffectAnswer.INSUFFICIENT, reason=reason)
    higher, lower = counted[Direction.HIGHER], counted[Direction.LOWER]
    if min(higher, lower) > _FEW * (higher + lower):
        answer, reason = EffectAnswer.UNCERTAIN, f"The studies oppose each other: {said}."
    else:
        (most, count), *_ = counted.most_common(1)
        answer = _LABELS[most] if 2 * count > len(studies) else EffectAnswer.UNCERTAIN
        reason = f"Of {len(studies)} studies that say a direction: {said}."
    return AnsweredEffect(answer=answer, reason=reason, studies=tuple(studies))


def said_of(asked: Comparison, text: str, outcome: str = "") -> tuple[float, Direction | None]:
    """Share of the asked outcome's words that a result's text and the name of its outcome have, and the way that the text
    says by its words or figures; None where it says none."""
    words = _Asked(asked)
    read = words.read(text)
    return words.share(f"{text} {outcome}"), read[0] if read else None


def comparison_asked(protocol: Protocol) -> Comparison:
    """What the protocol says is compared with what, and by which outcome; empty where nobody said it."""
    return Comparison(
        *(
            next((text for name in names if (text := protocol.element(name))), "")
            for names in (_INTERVENTIONS, _COMPARATORS, _OUTCOMES)
        )
    )


class _Asked:
    """The question's words as sentences are held against them."""

    def __init__(self, asked: Comparison) -> None:
        own, other = content_words(asked.intervention), content_words(asked.comparator)
        plain = content_words(_WHEN.sub("", asked.outcome))
        self._outcome = _same_words((plain - own - other - _MEASURED_AS) or plain)
        self._harm = bool(_HARMS.search(asked.outcome))
        self._named, self._intervention, self._comparator = own, own - other, other - own

    def concerns(self, text: str) -> bool:
        """Whether a record's text names the intervention, by half of its words."""
        return not self._named or len(self._named & content_words(text)) >= _WEAKEST * len(self._named)

    def share(self, text: str) -> float:
        """Share of the outcome's words that the text holds; 1 where the question names no outcome."""
        return len(self._outcome & _same_words(content_words(text))) / len(self._outcome) if self._outcome else 1.0

    def direction(self, claim: LedgerClaim) -> tuple[Direction, str] | None:
        """The way the claim says the outcome went, intervention against comparator, and what that was read from."""
        if claim.direction is not None and claim.direction is not Direction.UNCLEAR:
            return claim.direction, "label"
        return self.read(claim.text)

    def read(self, text: str) -> tuple[Direction, str] | None:
        """The way that a text says by its words, else by its figures, and which of the two."""
        if _NO_RESULT.search(text):
            return None
        for statement in sorted(read_directions(text), key=lambda said: -len(self._outcome & said.about)):
            if read := self._way(statement):
                return read, "words"
        figures = self._figures(text)
        return (figures, "figures") if figures else None

    def _way(self, statement: Statement) -> Direction | None:
        if statement.way is Way.DIFFERENT:
            return None
        if statement.way is Way.NULL:
            return Direction.NO_DIFFERENCE
        better = Direction.LOWER if self._harm else Direction.HIGHER
        ways = {Way.UP: Direction.HIGHER, Way.DOWN: Direction.LOWER, Way.BETTER: better, Way.WORSE: _TURNED[better]}
        found, (_, second) = ways[statement.way], statement.arms
        turned = bool(second & self._intervention) and not second & self._comparator
        return _TURNED[found] if turned else found

    def _figures(self, text: str) -> Direction | None:
        """From a ratio's interval, else from p values and the two arms' percentages, in the order of the arms' names."""
        quantities = read_quantities(text)
        bounds = [(q.value, q.partner) for q in quantities if q.kind is Kind.INTERVAL and q.partner is not None]
        if bounds and _RATIO.search(text):
            low, high = sorted(bounds[0])
            return Direction.NO_DIFFERENCE if low <= 1 <= high else Direction.LOWER if high < 1 else Direction.HIGHER
        values = [q for q in quantities if q.kind is Kind.P]
        if values and not any(_significant(value) for value in values):
            return Direction.NO_DIFFERENCE
        shares = [q.value for q in quantities if q.percent and q.kind in {Kind.PLAIN, Kind.ESTIMATE}]
        if values and len(shares) == _TWO_ARMS and shares[0] != shares[1]:
            first = Direction.HIGHER if shares[0] > shares[1] else Direction.LOWER
            return _TURNED[first] if self._comparator_leads(text) else first
        return None

    def _comparator_leads(self, text: str) -> bool:
        words = [content_words(word) for word in text.split()]

        def place(named: frozenset[str]) -> int:
            return next((number for number, word in enumerate(words) if word & named), len(words))

        return place(self._comparator) < place(self._intervention)


def _same_words(words: frozenset[str]) -> frozenset[str]:
    """Deaths, people who died, and mortality are one outcome."""
    return words - _DEATHS | {"mortality"} if words & _DEATHS else words


def _significant(p: Quantity) -> bool:
    return float(p.value) < _LEVEL or (float(p.value) == _LEVEL and p.comparator == "<")
