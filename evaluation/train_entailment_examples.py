"""What the entailment model is trained on: SciFact, Evidence Inference and PubMedQA, by group.

Groups that no fold may part: the trial; the claims that share an abstract; the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.contamination import altered_numbers, turned
from evaluation.harness.data import SuiteData, csv_rows, json_lines
from evaluation.harness.scifact import SciFactAbstract, SciFactRow
from evaluation.suites.claims_text import scifact_cases
from evaluation.suites.claims_trials import TrialRow, abstracts, read_trials
from evaluation.suites.pubmedqa import read as pubmedqa_cases
from evaluation.train_entailment_comparisons import abstract_passage, read_comparison
from evidence.entailment import Reading
from verification.judge import CLAIM_LABELS, COMPARISON_LABELS, ClaimLabel
from verification.readings import nearest_sentences, read_claim

SPAN, ABSTRACT, TURNED = "trial, span", "trial, abstract", "claim, turned"
"""Where examples come from, beside the names of the sets of claims."""


@dataclass(frozen=True)
class Example:
    """A reading with its label's place, the group that it must not be parted from, and where it comes from."""

    reading: Reading
    label: int
    group: str
    source: str
    weight: float = 1.0

    @property
    def comparison(self) -> bool:
        """Whether it asks for a direction; else for what the evidence says of a claim."""
        return self.source.startswith("trial")


@dataclass(frozen=True)
class TrialText:
    """A prompt of Evidence Inference with one text to answer it from."""

    row: TrialRow
    text: str
    source: str


@dataclass(frozen=True)
class ClaimText:
    """A claim with its evidence."""

    claim: str
    evidence: str
    label: ClaimLabel
    group: str
    source: str
    rest: tuple[str, ...] = ()
    """Sentences of the same abstract that are not its evidence."""


@dataclass(frozen=True)
class Passage:
    """The sentences of one abstract."""

    sentences: tuple[str, ...]
    group: str


@dataclass(frozen=True)
class Corpus:
    """Everything that is trained on, as it was given."""

    trials: tuple[TrialText, ...]
    claims: tuple[ClaimText, ...]
    passages: tuple[Passage, ...]

    def real(self) -> list[Example]:
        """The claims themselves: what is measured."""
        return [claim_example(case) for case in self.claims]

    def turned(self) -> list[Example]:
        """The claims as the suite of claims turns them: measured, never trained on; their label is that of the case."""
        return [
            claim_example(replace(case, claim=altered_numbers(case.claim), evidence=turned(case.evidence), source=TURNED))
            for case in self.claims
        ]


def read_corpus(data: SuiteData) -> Corpus:
    """The development splits of the three sets."""
    rows = read_trials(data.companion("evidence_inference", "dev.jsonl"))
    texts = abstracts(rows, data)
    trials = [TrialText(row, row.span, SPAN) for row in rows]
    trials += [
        TrialText(row, abstract_passage(row.comparison, texts[row.pmid]), ABSTRACT) for row in rows if texts.get(row.pmid)
    ]
    claims = (*_scifact(data), *_pubmedqa(data))
    passages = {Passage(texts[row.pmid], row.pmid) for row in rows if texts.get(row.pmid)}
    passages |= {Passage(case.rest, case.group) for case in claims if case.rest}
    return Corpus(tuple(trials), claims, tuple(sorted(passages, key=lambda passage: (passage.group, passage.sentences))))


def limited(corpus: Corpus, most: int) -> Corpus:
    """The first `most` cases of each source, with the abstracts of their trials."""
    trials = [case for source in (SPAN, ABSTRACT) for case in [one for one in corpus.trials if one.source == source][:most]]
    claims = [
        case for source in ("scifact", "pubmedqa") for case in [one for one in corpus.claims if one.source == source][:most]
    ]
    groups = {case.row.pmid for case in trials}
    return Corpus(tuple(trials), tuple(claims), tuple(passage for passage in corpus.passages if passage.group in groups))


def trial_example(case: TrialText) -> Example:
    """The prompt as it is."""
    place = COMPARISON_LABELS.index(case.row.direction)
    return Example(read_comparison(case.row.comparison, case.text), place, case.row.pmid, case.source)


def claim_example(case: ClaimText) -> Example:
    """The claim as it is."""
    return Example(read_claim(case.claim, [case.evidence]), CLAIM_LABELS.index(case.label), case.group, case.source)


def _scifact(data: SuiteData) -> list[ClaimText]:
    """Each claim, grouped with every claim that cites an abstract that it cites."""
    path = data.companion("scifact", "claims_train.csv")
    rows = csv_rows(path, SciFactRow)
    corpus = {text.doc_id: text for text in json_lines(data.companion("scifact", "corpus.jsonl"), SciFactAbstract)}
    groups = scifact_groups(rows)
    told: dict[tuple[str, int], set[int]] = defaultdict(set)
    for row in rows:
        if row.evidence_doc_id:
            told[row.id, int(row.evidence_doc_id)].update(row.evidence_sentences)
    cases = []
    for row, case in zip(rows, scifact_cases(path, data), strict=True):
        document = int(row.evidence_doc_id) if row.evidence_doc_id else next(one for one in row.cited_doc_ids if one in corpus)
        apart = told[row.id, document]
        rest = tuple(text for place, text in enumerate(corpus[document].sentences) if place not in apart)
        evidence = " ".join(nearest_sentences(row.claim, case.given.sentences))
        cases.append(ClaimText(row.claim, evidence, case.given.target, groups[row.id], "scifact", rest))
    return cases


def scifact_groups(rows: Sequence[SciFactRow]) -> dict[str, str]:
    """Claim ids to groups: claims that share an abstract, directly or over others, share a group."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for row in rows:
        for document in row.cited_doc_ids:
            one, other = sorted((find(f"claim {row.id}"), find(f"abstract {document}")))
            leader[other] = one
    return {row.id: find(f"claim {row.id}") for row in rows}


def _pubmedqa(data: SuiteData) -> list[ClaimText]:
    answers = {"yes": ClaimLabel.SUPPORTED, "no": ClaimLabel.REFUTED, "maybe": ClaimLabel.NOT_ENOUGH}
    return [
        ClaimText(case.given.question, " ".join(case.given.sentences[-3:]), answers[str(case.target)], case.given.pmid,
                  "pubmedqa", case.given.sentences)
        for case in pubmedqa_cases(data)
    ]  # fmt: skip
