"""Planted errors in true claims: of each kind, how many do the checks catch, and how many untouched claims do they flag?

A true claim is a sentence in which the authors of a real abstract report or conclude, with itself as its quote. One case is
one sentence with every error planted in it; the errors come from `evaluation.mutations`, written without sight of the checks.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from evaluation.harness.data import SuiteData
from evaluation.harness.pool import records_where
from evaluation.harness.result import Metric, Row
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.classification import share_where
from evaluation.mutations.plant import KINDS, plant
from evaluation.mutations.read_claims import finding_sentences, true_claims
from evaluation.mutations.true_claim import Planted
from evaluation.suites.claims_trials import TrialRow, read_trials
from evidence.citation import AbstractSection, Citation
from evidence.claim import Claim, Support, Verdict
from evidence.sentences import split_sentences
from verification.verify import verify_claim

MOST = 500
"""Planted errors of a kind, and untouched conclusions, at most."""

_ONE_IN = 6
"""Of the pool's other records, one in so many is read for more sentences: kinds are rare that need a hedge or a population."""

_RETRACTED = "Retracted Publication"
_QUOTED = 2
"""Sentences that a drafter would quote for a conclusion: those that share most words with it."""

_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class SentenceCase:
    """A sentence of a record with the errors planted in it."""

    record: Citation
    others: Mapping[str, Citation]
    planted: tuple[Planted, ...]
    conclusion: str | None
    """The sentence, where it is checked untouched."""


def read(data: SuiteData) -> Sequence[Case]:
    """Sentences of the trials of Evidence Inference in the pool and of a fixed sample of the pool's other records."""
    rows = read_trials(data.main("evidence_inference", "dev.jsonl", like="*.jsonl"))
    comparisons: dict[str, list[TrialRow]] = defaultdict(list)
    for row in rows:
        comparisons[row.pmid].append(row)
    pool = data.companion("pubmed", "pool.xml.gz")
    records = records_where(pool, lambda pmid: pmid in comparisons or _rank(pmid) % _ONE_IN == 0)
    outcomes = {pmid: [row.outcome for row in comparisons.get(pmid, ())] for pmid in records}
    left = Counter(dict.fromkeys((*KINDS, "untouched"), MOST))
    cases: list[Case] = []
    for pmid in sorted(records, key=lambda pmid: (pmid not in comparisons, _rank(pmid))):
        record = records[pmid]
        conclusions = set(finding_sentences(record, conclusions_only=True))
        for number, claim in enumerate(true_claims(record, comparisons.get(pmid, ()), outcomes)):
            planted = [found for kind in KINDS if left[kind] and (found := plant(kind, claim))]
            conclusion = claim.text if claim.text in conclusions and left["untouched"] else None
            left.subtract([found.kind for found in planted] + (["untouched"] if conclusion else []))
            if planted or conclusion:
                others = {found.pmid: records[found.pmid] for found in planted if found.pmid != pmid}
                given = SentenceCase(record, others, tuple(planted), conclusion)
                cases.append(Case(id=f"{pmid}-{number}", cluster=pmid, shown=claim.text, given=given))
    return cases


def answer(case: Case, _systems: Systems) -> Made:
    """The verdict on each planted error, and on the sentence itself with its own words and with the rest as support."""
    given: SentenceCase = case.given
    verdicts = {planted.kind: _verdict_on(planted, given) for planted in given.planted}
    made: Made = {"planted": {kind: verdict.value for kind, verdict in verdicts.items()}}
    made["texts"] = {planted.kind: planted.text if planted.text != case.shown else planted.quote for planted in given.planted}
    if given.conclusion:
        made["own_sentence"] = _verdict(given.conclusion, [given.conclusion], given.record, {}).value
        bare, quotes = _without(given.record, given.conclusion)
        if quotes:
            made["sentence_removed"] = _verdict(given.conclusion, quotes, bare, {}).value
    made["right"] = all(verdict is not Verdict.SUPPORTED for verdict in verdicts.values())
    return made


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Per kind the share caught, that is, not `supported`; of untouched conclusions the share flagged. Clustered by record."""
    found: dict[str, Metric] = {}
    for kind in KINDS:
        own = [(_planted(row)[kind], row.cluster) for row in rows if kind in _planted(row)]
        flags, clusters = [verdict != Verdict.SUPPORTED for verdict, _ in own], [cluster for _, cluster in own]
        found[f"caught_{kind}".replace(" ", "_")] = share_where(flags, clusters)
    for name in ("own_sentence", "sentence_removed"):
        said = [(str(row.made[name]), row.cluster) for row in rows if name in row.made]
        clusters = [cluster for _, cluster in said]
        for what, flags in (
            ("flagged", [verdict != Verdict.SUPPORTED for verdict, _ in said]),
            ("contradicted", [verdict == Verdict.CONTRADICTED for verdict, _ in said]),
        ):
            found[f"untouched_{name}_{what}"] = share_where(flags, clusters, "author conclusions; less is better")
    return found


def tables(rows: Sequence[Row]) -> dict[str, JsonValue]:
    """Per kind, and for untouched conclusions, how often each verdict was given."""
    counted: dict[str, Any] = {kind: Counter(_planted(row)[kind] for row in rows if kind in _planted(row)) for kind in KINDS}
    for name in ("own_sentence", "sentence_removed"):
        counted[f"untouched, {name}"] = Counter(str(row.made[name]) for row in rows if name in row.made)
    return {"verdicts": {name: dict(sorted(verdicts.items())) for name, verdicts in counted.items()}}


def _planted(row: Row) -> dict[str, Any]:
    planted = row.made["planted"]
    return planted if isinstance(planted, dict) else {}


def _verdict_on(planted: Planted, given: SentenceCase) -> Verdict:
    record = given.others.get(planted.pmid, given.record)
    if planted.retracted:
        record = record.model_copy(update={"publication_types": (*record.publication_types, _RETRACTED)})
    return _verdict(planted.text, [planted.quote], record, {given.record.pmid: given.record, **given.others})


def _verdict(text: str, quotes: Sequence[str], record: Citation, run: Mapping[str, Citation]) -> Verdict:
    support = tuple(Support(pmid=record.pmid, quote=quote) for quote in quotes)
    claim = Claim(id="c1", text=text, section="finding", support=support, written_by="planted")
    return verify_claim(claim, {**run, record.pmid: record}).verdict


def _without(record: Citation, sentence: str) -> tuple[Citation, list[str]]:
    """The record without the sentence, and of the others that report or conclude those nearest to it."""
    sections = tuple(_cut(section, sentence) for section in record.abstract)
    bare = record.model_copy(update={"abstract": tuple(section for section in sections if section.text)})
    words = set(_WORD.findall(sentence.lower()))
    others = finding_sentences(bare)
    nearest = sorted(others, key=lambda other: len(words & set(_WORD.findall(other.lower()))), reverse=True)
    return bare, nearest[:_QUOTED]


def _cut(section: AbstractSection, sentence: str) -> AbstractSection:
    kept = [section.text[start:end] for start, end in split_sentences(section.text)]
    return section.model_copy(update={"text": " ".join(text for text in kept if text != sentence)})


def _rank(pmid: str) -> int:
    return int.from_bytes(hashlib.sha256(pmid.encode()).digest()[:8], "big")


SUITE = Suite(
    name="mutations",
    purpose="Planted errors in true claims, of thirteen kinds: how many the checks catch.",
    read=read,
    answer=answer,
    measure=measure,
    tables=tables,
    together=4,
)
