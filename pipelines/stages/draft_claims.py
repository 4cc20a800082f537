"""Drafts the claims: one for each finding, grouped by outcome, then a bottom line that rests on findings that passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from connectors.language_model.structured import ask
from evidence.base import EvidenceModel
from evidence.citation import Citation
from evidence.claim import Claim, Direction, Finding, StudyExtract, Verdict, VerifiedClaim
from evidence.question import Protocol
from evidence.services import LanguageModel
from evidence.text import normalise
from pipelines.stages.answer_effect import comparison_asked, said_of
from prompts.contracts import BottomLineSentence, ListedFinding, WriteBottomLineAnswer, WriteBottomLineInputs
from prompts.registry import render
from searching.content_words import content_words
from searching.result_sentences import asked_words, words_shared
from verification.atomic import atomic_claims
from verification.quantities import Kind, read_quantities
from verification.verify import verify_claim

MOST_BY_RULE = 3
"""Findings that make the bottom line where none of the model's sentences passes."""
MOST_FINDINGS = 12
"""Findings that the bottom line is written from: those of the best ranked studies."""

_ON_OUTCOME = 0.5
_DIFFERENT = frozenset({Direction.HIGHER, Direction.LOWER})
_LEVEL = 0.05


class BottomLine(EvidenceModel):
    """The answer in brief, as drafted."""

    claims: tuple[Claim, ...] = Field(default=(), description="Its sentences; empty: there is none.")
    problem: str | None = Field(default=None, description="Why there is none although findings passed; unset: no problem.")


def draft_findings(extracts: Sequence[StudyExtract], citations: Mapping[str, Citation]) -> tuple[Claim, ...]:
    """The atomic claims of each finding, numbered from c1, studies in their order within each outcome."""
    grouped = group_outcomes([(finding, extract.read_by) for extract in extracts for finding in extract.findings])
    claims: list[Claim] = []
    for outcome, findings in grouped.items():
        for finding, read_by in findings:
            for text, direction in _labelled(finding):
                claim = Claim(
                    id=f"c{len(claims) + 1}",
                    text=text,
                    section="finding",
                    outcome=outcome,
                    direction=direction,
                    support=(finding.support,),
                    written_by=read_by,
                )
                claims.append(_without_wrong_label(claim, citations))
    return tuple(claims)


def _labelled(finding: Finding) -> list[tuple[str, Direction | None]]:
    """The finding's atomic claims; its direction goes to the one that has most of its outcome's words.

    A sentence that the record has word for word stays whole: cutting it could only lose what the record says with it.
    """
    said = normalise(finding.statement).text
    texts = (finding.statement,) if said in normalise(finding.support.quote).text else atomic_claims(finding.statement)
    outcome = set(content_words(finding.outcome))
    named = max(texts, key=lambda text: len(outcome & set(content_words(text))))
    return [(text, finding.direction if text == named else None) for text in texts]


def _without_wrong_label(claim: Claim, citations: Mapping[str, Citation]) -> Claim:
    """The claim without its filed direction where only that fails the checks.

    The label is the reader's summary for the plot, the sentence is what is exported: a wrong label must not stand, and
    must not take a right sentence with it. What was filed stays in the extract.
    """
    unlabelled = claim.model_copy(update={"direction": None})
    if claim.direction in _DIFFERENT and _only_by_chance(claim.text):
        return unlabelled
    if verify_claim(claim, citations).verdict is Verdict.SUPPORTED:
        return claim
    return unlabelled if verify_claim(unlabelled, citations).verdict is Verdict.SUPPORTED else claim


def _only_by_chance(text: str) -> bool:
    """Whether every p value of the sentence is above the usual level: the difference that it words is then no finding."""
    values = [quantity for quantity in read_quantities(text) if quantity.kind is Kind.P]
    return bool(values) and all(float(value.value) >= _LEVEL and value.comparator != "<" for value in values)


def group_outcomes(findings: Sequence[tuple[Finding, str]]) -> dict[str, list[tuple[Finding, str]]]:
    """Findings under the name of the first outcome that shares at least half of its content words, in first-seen order."""
    groups: dict[str, list[tuple[Finding, str]]] = {}
    words: dict[str, set[str]] = {}
    for finding, read_by in findings:
        mine = set(content_words(finding.outcome)) or {finding.outcome.lower()}
        name = next((name for name, theirs in words.items() if 2 * len(mine & theirs) >= len(mine | theirs)), finding.outcome)
        words.setdefault(name, mine)
        groups.setdefault(name, []).append((finding, read_by))
    return groups


def write_bottom_line(
    protocol: Protocol, supported: Sequence[VerifiedClaim], citations: Mapping[str, Citation], model: LanguageModel
) -> BottomLine:
    """The bottom line, its claims numbered from b1. The model sees only what passed.

    Where no sentence of the model passes its checks, findings that answer the question follow word for word, chosen by rule.
    """
    listed = [item.claim for item in supported][:MOST_FINDINGS]
    if not listed:
        return BottomLine()
    findings = tuple(
        ListedFinding(number=number, study=citations[claim.support[0].pmid].label, statement=claim.text)
        for number, claim in enumerate(listed, 1)
    )
    licensed = (citations[support.pmid].licensed_from for claim in listed for support in claim.support)
    inputs = WriteBottomLineInputs(
        question=protocol.question, findings=findings, licensed_from=next((name for name in licensed if name), None)
    )
    rendered = render("write_bottom_line", inputs)
    answer = ask(model, [rendered], WriteBottomLineAnswer)[0]
    sentences = answer.value.sentences if answer.value else []
    parts = [part for sentence in sentences for part in _parts(sentence, listed)]
    written = [_claim(part, number, listed, model.identity.name) for number, part in enumerate(parts, 1)]
    if not any(verify_claim(claim, citations).verdict is Verdict.SUPPORTED for claim in written):
        written += answering_findings(protocol, [item.claim for item in supported], first=len(written) + 1)
    return BottomLine(claims=tuple(written), problem=answer.problem)


def answering_findings(protocol: Protocol, findings: Sequence[Claim], *, first: int) -> list[Claim]:
    """Findings on the outcome that has most of the question's words, as claims of the bottom line numbered from `first`.

    One of each direction reported for that outcome, so that studies that disagree stand side by side. None where no finding
    has two fifths of the question's words and half of those of the outcome asked for: a finding beside it is no answer to it.
    """
    asked, comparison = asked_words(protocol.question), comparison_asked(protocol)
    fewest = max(2, (2 * len(asked) + 4) // 5)
    shared = {claim.id: words_shared(asked, f"{claim.outcome or ''} {claim.text}") for claim in findings}
    fitting = [
        claim
        for claim in sorted(findings, key=lambda claim: -shared[claim.id])
        if shared[claim.id] >= fewest and said_of(comparison, claim.text, claim.outcome or "")[0] >= _ON_OUTCOME
    ]
    chosen: dict[Direction | None, Claim] = {}
    for claim in fitting:
        if claim.outcome == fitting[0].outcome:
            chosen.setdefault(claim.direction, claim)
    return [
        claim.model_copy(update={"id": f"b{number}", "section": "bottom_line", "written_by": "rules"})
        for number, claim in enumerate(list(chosen.values())[:MOST_BY_RULE], first)
    ]


def _parts(sentence: BottomLineSentence, listed: Sequence[Claim]) -> list[BottomLineSentence]:
    """The sentence's atomic claims, each on the same findings; one that a finding has word for word stays whole."""
    said = normalise(sentence.text).text
    if any(normalise(claim.text).text == said for claim in listed):
        return [sentence]
    return [sentence.model_copy(update={"text": text}) for text in atomic_claims(sentence.text.strip())]


def _claim(sentence: BottomLineSentence, number: int, listed: Sequence[Claim], written_by: str) -> Claim:
    named = [listed[place - 1] for place in dict.fromkeys(sentence.findings) if place <= len(listed)]
    return Claim(
        id=f"b{number}",
        text=sentence.text.strip(),
        section="bottom_line",
        outcome=named[0].outcome if named else None,
        support=tuple(support for claim in named for support in claim.support),
        written_by=written_by,
    )
