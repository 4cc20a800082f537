"""Claims with evidence sentences and a label: SciFact (Wadden 2020) and HealthVer (Sarrouti 2021)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, field_validator

from evaluation.contamination import altered_numbers, has_direction, turned
from evaluation.harness.data import SuiteData, csv_rows, json_lines, refuse_twice
from evaluation.harness.scifact import SciFactAbstract, SciFactRow
from evaluation.harness.suite import Case, Made
from evaluation.train_entailment_folds import load_out_of_fold
from evidence.citation import AbstractSection, Citation
from evidence.claim import Claim, Support, Verdict
from evidence.errors import InvalidInput
from evidence.sentences import split_sentences
from pipelines.judges import CLAIMS, load_judge
from verification.judge import ClaimLabel, judge_claim
from verification.verify import verify_claim

_SCIFACT = {"SUPPORT": ClaimLabel.SUPPORTED, "CONTRADICT": ClaimLabel.REFUTED, "": ClaimLabel.NOT_ENOUGH}
_HEALTHVER = {"Supports": ClaimLabel.SUPPORTED, "Refutes": ClaimLabel.REFUTED, "Neutral": ClaimLabel.NOT_ENOUGH}
_NEGATED = re.compile(
    r"\b(?:no|not|never|neither|nor|cannot|without|lack|similar|comparable|fail\w*|[a-z]+n't)\b", re.IGNORECASE
)
_NO_HASH = "0" * 64
_MOST_QUOTES = 40


class HealthVerRow(BaseModel):
    """One row of HealthVer."""

    id: str
    evidence: str
    claim: str
    label: str

    @field_validator("label")
    @classmethod
    def _known(cls, label: str) -> str:
        if label not in _HEALTHVER:
            raise ValueError(f"the label “{label}” is none of {', '.join(_HEALTHVER)}")
        return label


@dataclass(frozen=True)
class TextCase:
    """What the checker gets."""

    group: str
    claim: str
    title: str
    sentences: tuple[str, ...]
    target: ClaimLabel
    trained_on: str | None
    """The group that the judge's training may have seen; None: nothing of this set was trained on."""


def scifact_cases(path: Path, data: SuiteData) -> list[Case]:
    """One case a claim and abstract, clustered by claim: its rationale where there is one, else the whole cited abstract."""
    corpus = {text.doc_id: text for text in json_lines(data.companion("scifact", "corpus.jsonl"), SciFactAbstract)}
    cases = []
    rows = csv_rows(path, SciFactRow)
    refuse_twice([f"{row.id} {row.evidence_doc_id} {row.evidence_sentences} {row.cited_doc_ids}" for row in rows], path)
    for number, row in enumerate(rows):
        documents = [int(row.evidence_doc_id)] if row.evidence_doc_id else row.cited_doc_ids
        abstract = next((corpus[document] for document in documents if document in corpus), None)
        if abstract is None:
            raise InvalidInput(
                f"{path.name}, line {number + 2}: the corpus has no abstract {documents}: add it to corpus.jsonl or leave the "
                "line out."
            )
        places = [place for place in row.evidence_sentences if place < len(abstract.sentences)]
        quotes = [abstract.sentences[place] for place in places] or abstract.sentences
        label = _SCIFACT[row.evidence_label]
        given = TextCase("scifact", row.claim, abstract.title, tuple(quotes), label, trained_on=row.id)
        cases.append(_case(given, f"{row.id}-{number}", row.id))
    return cases


def healthver_cases(path: Path) -> list[Case]:
    """One case a pair, clustered by its evidence, which several claims share."""
    rows = csv_rows(path, HealthVerRow)
    refuse_twice([row.id for row in rows], path)
    cases = []
    for row in rows:
        sentences = tuple(row.evidence[start:end] for start, end in split_sentences(row.evidence))
        given = TextCase("healthver", row.claim, "", sentences, _HEALTHVER[row.label], trained_on=None)
        cases.append(_case(given, row.id, row.evidence[:200]))
    return cases


def answer_text(given: TextCase) -> Made:
    """The judge's label, the verdict of the checks with these sentences as quotes, and the label once the source is turned."""
    model, group, learned = load_judge(CLAIMS), given.trained_on, load_out_of_fold()
    judged = judge_claim(given.claim, given.sentences, model, unseen_group=group, entailment=learned)
    made: Made = {
        "group": given.group,
        "answer": judged.label.value,
        "confidence": judged.confidence,
        "checks": (checks := _checked(given)).value,
        "arms": {"checks": float(checks is given.target)},
    }
    target = _turned_target(given)
    if target:
        claim, sentences = altered_numbers(given.claim), [turned(sentence) for sentence in given.sentences]
        other = judge_claim(claim, sentences, model, unseen_group=group, entailment=learned)
        made |= {"turned": other.label.value, "turned_target": target.value}
    return made


def _checked(given: TextCase) -> ClaimLabel:
    """What `verify_claim` says. What it withholds without finding it wrong counts as not enough: it fails closed."""
    record = Citation(
        pmid="1", title=given.title, abstract=(AbstractSection(text=" ".join(given.sentences)),), source_hash=_NO_HASH
    )
    support = tuple(Support(pmid="1", quote=sentence) for sentence in given.sentences[:_MOST_QUOTES])
    claim = Claim(id="c1", text=given.claim, section="finding", support=support, written_by=given.group)
    verdict = verify_claim(claim, {"1": record}).verdict
    return {Verdict.SUPPORTED: ClaimLabel.SUPPORTED, Verdict.CONTRADICTED: ClaimLabel.REFUTED}.get(
        verdict, ClaimLabel.NOT_ENOUGH
    )


def _turned_target(given: TextCase) -> ClaimLabel | None:
    """The label once the source's directions are flipped and the claim's stand, where it is sure; else None.

    A supported claim with a direction, from evidence that denies nothing, is then refuted.
    """
    evidence = " ".join(given.sentences)
    if given.target is not ClaimLabel.SUPPORTED or _NEGATED.search(f"{given.claim} {evidence}"):
        return None
    return ClaimLabel.REFUTED if has_direction(given.claim) and has_direction(evidence) else None


def _case(given: TextCase, id_: str, cluster: str) -> Case:
    shown = f"{given.claim}\n{' '.join(given.sentences)}"
    return Case(
        id=f"{given.group}-{id_}", cluster=f"{given.group} {cluster}", shown=shown, target=given.target.value, given=given
    )
