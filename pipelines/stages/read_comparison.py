"""What a rule and a learned judge read of the comparison asked for: the two arms, and which way the outcome went.

They speak only where the reader before them said nothing. A direction is given where the whole abstract and the finding's own
sentence say the same and the sentence's words do not deny it; else it stays `unclear`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from evidence.citation import Citation
from evidence.claim import OUTCOME_NOT_NAMED, AnchoredValue, Direction, Finding, StudyExtract
from evidence.question import Protocol
from pipelines.judges import COMPARISONS, load_judge
from pipelines.stages.answer_effect import comparison_asked, said_of
from pipelines.stages.read_by_rule import anchored_at
from pipelines.stages.screen_citations import sentences_of
from searching.take_apart import take_apart
from verification.comparison_features import Comparison
from verification.judge import Judgement, judge_abstract, judge_comparison
from verification.study_arms import arm_asked, compared_arms, other_arm

SURE = 0.7
"""Probability by the whole abstract at which a direction is given. Of 700 comparisons of Evidence Inference that an abstract
reports, each judged by the part of the judge that never saw its trial, half are then given one, and 96 in 100 are right."""

_ABOUT = 0.5
"""Share of the asked outcome's words that a finding must have to be on it."""

LONGEST_NAME = 120
"""Characters of an outcome's name."""


def with_comparison(extract: StudyExtract, citation: Citation, protocol: Protocol) -> StudyExtract:
    """The extract with arms, names of outcomes and directions filled in where they were not read, each tied to the record."""
    stated = protocol.elements or take_apart(protocol.question, protocol.framework)
    asked = comparison_asked(protocol.model_copy(update={"elements": stated}))
    intervention, comparator = _arms(extract, citation, asked)
    named = Comparison(
        asked.intervention or intervention.value or "", asked.comparator or comparator.value or "", asked.outcome
    )
    findings = extract.findings
    if named.intervention and named.comparator and named.outcome:
        judge, pmid = load_judge(COMPARISONS), citation.pmid
        whole = cache(lambda: judge_abstract(named, sentences_of(citation), judge, unseen_group=pmid))
        findings = tuple(_with_direction(finding, citation, named, whole) for finding in findings)
    return extract.model_copy(update={"intervention": intervention, "comparator": comparator, "findings": findings})


def _arms(extract: StudyExtract, citation: Citation, asked: Comparison) -> tuple[AnchoredValue, AnchoredValue]:
    """What was read, else the record's own words for what was asked, else the other of two arms that it says it compared."""
    text, two = citation.abstract_text, compared_arms(citation.abstract_text)
    first = arm_asked(text, asked.intervention, against=asked.comparator)
    second = arm_asked(text, asked.comparator, against=asked.intervention)
    first = first or other_arm(two, second.value if second else asked.comparator)
    second = second or other_arm(two, first.value if first else asked.intervention)
    return (
        anchored_at(citation, first) if first and extract.intervention.value is None else extract.intervention,
        anchored_at(citation, second) if second and extract.comparator.value is None else extract.comparator,
    )


def _with_direction(
    finding: Finding, citation: Citation, asked: Comparison, by_abstract: Callable[[], Judgement[Direction]]
) -> Finding:
    share, said = said_of(asked, finding.support.quote, finding.outcome)
    if share < _ABOUT:
        return finding
    if finding.outcome == OUTCOME_NOT_NAMED:
        finding = finding.model_copy(update={"outcome": asked.outcome[:LONGEST_NAME]})
    if finding.direction is not Direction.UNCLEAR:
        return finding
    # The part of the judge that was trained without this record speaks of it, so that nothing is told from memory.
    whole = by_abstract()
    own = judge_comparison(asked, finding.support.quote, load_judge(COMPARISONS), unseen_group=citation.pmid)
    if whole.confidence < SURE or own.label is not whole.label or said not in {whole.label, None}:
        return finding
    return finding.model_copy(update={"direction": whole.label})
