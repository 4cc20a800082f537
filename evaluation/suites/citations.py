"""Citations: does each quote and PMID support its sentence? Recall and precision as ALCE defines them (Gao et al. 2023).

`draft`: the sentences that the flow drafts from each MedEvidence question's trials, before anything is kept out, with the
product's checker as the judge: what is published passes it, so that its recall is 1 by construction. `claim`: SciFact claims
with the sentences that the product reads out of the cited abstract as their citations, and people's rationales as the judge. On
those the checker's own error rates are measured; the first figures are shown as judged, and corrected for them where that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.harness.data import SuiteData, csv_rows, json_lines
from evaluation.harness.flow_run import FlowDesk, Silent, flow_desk
from evaluation.harness.medevidence import FOLDER, QUESTIONS, Collection, pmids_as_strategy, read_reviews
from evaluation.harness.result import Metric, Row
from evaluation.harness.scifact import SciFactAbstract, SciFactRow
from evaluation.harness.served_pool import served_pool
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.alce import score_statement
from evaluation.statistics.intervals import clustered_mean
from evaluation.statistics.judge import JudgeRates, corrected_share
from evidence.citation import Citation
from evidence.claim import Claim, Support, Verdict
from evidence.errors import InvalidInput
from evidence.question import Framework, Protocol, Request
from evidence.services import LanguageModel, Progress
from pipelines.stages.extract_studies import extract_studies
from verification.verify import verify_claim

_COVERED = 0.5
"""Share of a sentence's characters that a quote must cover to count as quoting it."""


@dataclass(frozen=True)
class Drafted:
    """A question whose draft is judged."""

    question: str
    pmids: tuple[str, ...]
    of: Collection
    mesh: Path


@dataclass(frozen=True)
class Settled:
    """A claim, an abstract it cites, and the sets of sentences by which people settled it; none: it does not settle it."""

    claim: str
    abstract: SciFactAbstract
    label: str
    rationales: tuple[frozenset[int], ...]


def read(data: SuiteData) -> Sequence[Case]:
    """MedEvidence questions, then SciFact claims by cited abstract, as far as they are in the data given."""
    cases: list[Case] = []
    if data.all_like(FOLDER, QUESTIONS):
        questions, collection = read_reviews(data)
        mesh = data.companion("mesh", "mesh_id_label_mappings.tsv")
        for question in questions:
            drafted = Drafted(question.question, question.relevant_sources, collection, mesh)
            id_, review = f"draft-{question.question_id}", f"review {question.original_review}"
            cases.append(Case(id=id_, cluster=review, shown=question.question, given=drafted))
    if data.all_like("scifact", "*.csv"):
        cases += _claims(data)
    if not cases:
        raise InvalidInput("There is neither a file like *questions*.jsonl nor a claims .csv there: give one with --data.")
    return cases


def _claims(data: SuiteData) -> Iterator[Case]:
    rows = csv_rows(data.main("scifact", "claims_train.csv", like="*.csv"), SciFactRow)
    corpus = {text.doc_id: text for text in json_lines(data.companion("scifact", "corpus.jsonl"), SciFactAbstract)}
    settled: dict[tuple[str, int], list[SciFactRow]] = {}
    for row in rows:
        documents = [int(row.evidence_doc_id)] if row.evidence_doc_id else row.cited_doc_ids
        for document in documents:
            settled.setdefault((row.id, document), []).append(row)
    for (id_, document), group in settled.items():
        if document in corpus:
            sets = tuple(frozenset(row.evidence_sentences) for row in group if row.evidence_sentences)
            given = Settled(group[0].claim, corpus[document], group[0].evidence_label, sets)
            yield Case(id=f"claim-{id_}-{document}", cluster=f"claim {id_}", shown=group[0].claim, given=given)


@contextmanager
def prepare(cases: Sequence[Case], systems: Systems, progress: Progress) -> Iterator[FlowDesk | None]:
    """A desk for the flow, where drafts are to be made."""
    assert systems.model is not None  # noqa: S101 - the suite says that it needs one
    drafted = next((case.given for case in cases if isinstance(case.given, Drafted)), None)
    with ExitStack() as stack:
        if drafted is None:
            yield None
            return
        pool = stack.enter_context(served_pool(drafted.of, drafted.mesh, progress))
        yield stack.enter_context(flow_desk(pool, systems.model))


def answer(case: Case, systems: Systems) -> Made:
    """Each statement's score; for a settled claim also what the checker said of what people settled."""
    assert systems.model is not None  # noqa: S101 - the suite says that it needs one
    if isinstance(case.given, Drafted):
        return _judged_draft(case.given, systems.prepared)
    return _judged_claim(case.given, systems.model)


def _judged_draft(drafted: Drafted, desk: FlowDesk) -> Made:
    run = desk.ask(Request(question=drafted.question, strategy=pmids_as_strategy(drafted.pmids)))
    records: dict[str, Citation] = {citation.pmid: citation for citation in run.ledger.citations}
    statements: list[Any] = []
    for written in run.ledger.claims:
        claim = Claim.model_validate(written.model_dump(include=set(Claim.model_fields)))
        score = score_statement(claim.support, _by_checker(claim, records))
        statements.append(
            {
                "sentence": claim.text,
                "recalled": score.recalled,
                "precise": score.precise,
                "citations": score.citations,
                "verdict": written.verdict.value,
                "known": sum(support.pmid in records for support in claim.support),
            }
        )
    return {"statements": statements, "right": all(one["recalled"] for one in statements)}


def _by_checker(claim: Claim, records: Mapping[str, Citation]) -> Callable[[Sequence[Support]], bool]:
    def supports(citations: Sequence[Support]) -> bool:
        alone = claim.model_copy(update={"support": tuple(citations)})
        return verify_claim(alone, records).verdict is Verdict.SUPPORTED

    return supports


def _judged_claim(settled: Settled, model: LanguageModel) -> Made:
    record = settled.abstract.as_record()
    spans = settled.abstract.spans()
    protocol = Protocol(question=settled.claim, framework=Framework.PICO, elements=(), proposed_by="rules")
    (extract,) = extract_studies(protocol, [record], model, Silent())
    quoted = [_sentences(finding.support, spans) for finding in extract.findings]
    supporting = settled.rationales if settled.label == "SUPPORT" else ()

    def by_people(citations: Sequence[frozenset[int]]) -> bool:
        held = frozenset[int]().union(*citations)
        return any(rationale <= held for rationale in supporting)

    def by_checker(sentences: frozenset[int]) -> bool:
        quotes = [settled.abstract.sentences[place] for place in sorted(sentences) if place < len(settled.abstract.sentences)]
        support = tuple(Support(pmid=record.pmid, quote=quote) for quote in quotes)
        claim = Claim(id="c1", text=settled.claim, section="finding", support=support, written_by="SciFact")
        return verify_claim(claim, {record.pmid: record}).verdict is Verdict.SUPPORTED

    score = score_statement([sentences for sentences in quoted if sentences], by_people)
    # The checker is tried on what people settled either way, and on what was quoted of an abstract that settles nothing.
    whole = settled.rationales or tuple(sentences for sentences in quoted if sentences)
    tried: list[Any] = [{"supports": settled.label == "SUPPORT", "said": by_checker(sentences)} for sentences in whole]
    return {
        "settled": settled.label or "not enough",
        "quoted": [[*sorted(sentences)] for sentences in quoted],
        "recalled": score.recalled,
        "precise": score.precise,
        "citations": score.citations,
        "tried": tried,
        "right": score.recalled,
    }


def _sentences(support: Support, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Places of the abstract's sentences that the quote covers."""
    start, end = support.start or 0, support.end or 0
    return frozenset(
        place for place, (low, high) in enumerate(spans) if min(end, high) - max(start, low) > _COVERED * (high - low)
    )


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Recall over statements and precision over citations, by judge; the checker's error rates; drafts corrected for them."""
    drafts = [(one, row.cluster) for row in rows for one in _listed(row, "statements")]
    claims = [row for row in rows if row.made.get("settled") == "SUPPORT"]
    figures = _alce("draft.as drafted.", drafts)
    figures |= _alce("claim.people's judgement.", [(row.made, row.cluster) for row in claims])
    tried = [(one, row.cluster) for row in rows for one in _listed(row, "tried")]
    for name, supports in (("true positive rate", True), ("false positive rate", False)):
        if group := [(float(one["said"]), cluster) for one, cluster in tried if one["supports"] is supports]:
            figures[f"checker as judge.{name}"] = clustered_mean([said for said, _ in group], [cluster for _, cluster in group])
    if drafts and len({one["supports"] for one, _ in tried}) == 2:
        rates = JudgeRates.measured([one["supports"] for one, _ in tried], [one["said"] for one, _ in tried])
        figures["draft.as drafted.recall, corrected for the judge"] = _corrected(drafts, rates)
    return figures


def _corrected(drafts: Sequence[tuple[Mapping[str, Any], str]], rates: JudgeRates) -> Metric:
    """The recall that people would find, where the judge's rates can be those of these sentences at all."""
    recalled = sum(bool(one["recalled"]) for one, _ in drafts)
    if recalled * rates.right > rates.right_said_right * len(drafts):
        note = "the judge passes more of these sentences than of those that people found right: its rates are not theirs"
        return Metric(value=None, n=len(drafts), note=note)
    return corrected_share(recalled, len(drafts), rates)


def _alce(prefix: str, scored: Sequence[tuple[Mapping[str, Any], str]]) -> dict[str, Metric]:
    if not scored:
        return {}
    recalls = [float(one["recalled"]) for one, _ in scored]
    precise = [(float(place < one["precise"]), cluster) for one, cluster in scored for place in range(int(one["citations"]))]
    figures = {f"{prefix}recall": clustered_mean(recalls, [cluster for _, cluster in scored])}
    if precise:
        figures[f"{prefix}precision"] = clustered_mean([value for value, _ in precise], [cluster for _, cluster in precise])
    return figures


def _listed(row: Row, name: str) -> list[Any]:
    found = row.made.get(name, [])
    return found if isinstance(found, list) else []


SUITE = Suite(
    name="citations",
    purpose="Does each quote and PMID support its sentence: recall and precision as ALCE defines them.",
    read=read,
    answer=answer,
    measure=measure,
    prepare=prepare,
    needs_model=True,
    default_model="extractive",
)
