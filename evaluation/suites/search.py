"""Search: how much of what reviews included do the product's strategies find, and among how much else?

Questions are MedEvidence's, with the review's trials, and Cohen's topics, with the records the review kept. Strategies are
planned by the product's own stages over the pool, served as a PubMed. Beside each, the model's words raw: its concepts joined
with AND, its synonyms with OR, without counting, headings checked or tags. Recall is relative: of the studies known to belong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import JsonValue, ValidationError

from evaluation.harness.data import SuiteData
from evaluation.harness.medevidence import FOLDER, QUESTIONS, Collection, read_reviews
from evaluation.harness.result import Metric, Row
from evaluation.harness.served_pool import ServedPool, served_pool
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.statistics.intervals import clustered_mean
from evaluation.statistics.paired import clustered_difference
from evidence.errors import EvidenceError, InvalidInput
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.question import Request
from evidence.services import LanguageModel, Progress
from pipelines.stages.frame_question import frame_question
from pipelines.stages.plan_search import choose_concepts, plan_search
from prompts.contracts import PlanSearchAnswer
from searching.expand_line_references import expand_line_references

KINDS = ("compiled", "raw")
_SETS = ("medevidence", "cohen")
_INCLUDED = frozenset({"1", "2"})


@dataclass(frozen=True)
class Asked:
    """A question with the PMIDs known to belong to its answer."""

    question: str
    known: frozenset[str]
    of: Collection
    mesh: Path


class Listening:
    """A model whose answers are kept, so that its own words can be searched for as it gave them."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.heard: dict[str, str] = {}

    @property
    def identity(self) -> ModelIdentity:
        """The model's own."""
        return self._model.identity

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """The model's answers; the last to each prompt is kept by the prompt's name."""
        answers = self._model.answer(prompts, on_answer=on_answer)
        self.heard |= {prompt.name: answer.text for prompt, answer in zip(prompts, answers, strict=True)}
        return answers


def read(data: SuiteData) -> Sequence[Case]:
    """MedEvidence questions, then Cohen topics, as far as they are in the data given."""
    mesh = data.companion("mesh", "mesh_id_label_mappings.tsv")
    cases: list[Case] = []
    if data.all_like(FOLDER, QUESTIONS):
        questions, collection = read_reviews(data)
        for question in questions:
            asked = Asked(question.question, frozenset(question.relevant_sources), collection, mesh)
            cases.append(_case(f"medevidence-{question.question_id}", question.original_review, asked))
    else:
        collection = Collection(pool=data.companion("pubmed", "pool.xml.gz"), sources=())
    for path in data.all_like("cohen2006", "*.qrels"):
        for topic, known in read_topics(path).items():
            words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", topic)
            cases.append(_case(f"cohen-{topic}", topic, Asked(words, known, collection, mesh)))
    if not cases:
        raise InvalidInput("There is neither a file like *questions*.jsonl nor one like *.qrels there: give one with --data.")
    return cases


def _case(id_: str, cluster: str, asked: Asked) -> Case:
    return Case(id=id_, cluster=cluster, shown=asked.question, given=asked)


def read_topics(path: Path) -> dict[str, frozenset[str]]:
    """The included records of each topic: `topic iteration PMID judgement` a line, 1 and 2 belong.

    Raises InvalidInput, naming the line and the mend, for a line of another form, a PMID judged twice or a topic without any.
    """
    judged: dict[str, dict[str, str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        match = re.fullmatch(r"\s*(\S+)\s+\S+\s+(\d{1,9})\s+([012])\s*", line)
        if match is None:
            raise InvalidInput(
                f"{path.name}, line {number}: this is not “topic 0 PMID judgement” with judgement 0 to 2: mend it."
            )
        topic, pmid, judgement = match.groups()
        if pmid in judged.setdefault(topic, {}):
            raise InvalidInput(f"{path.name}, line {number}: PMID {pmid} is judged twice in {topic}: leave one line.")
        judged[topic][pmid] = judgement
    if not judged:
        raise InvalidInput(f"{path.name} has no entry: give a file with cases in it.")
    known = {topic: frozenset(pmid for pmid, one in each.items() if one in _INCLUDED) for topic, each in judged.items()}
    if empty := next((topic for topic, each in known.items() if not each), None):
        raise InvalidInput(f"{path.name}: no record is judged 1 or 2 for {empty}: give a topic with included records.")
    return known


@contextmanager
def prepare(cases: Sequence[Case], _systems: Systems, progress: Progress) -> Iterator[ServedPool]:
    """The pool, served."""
    asked: Asked = cases[0].given
    with served_pool(asked.of, asked.mesh, progress) as pool:
        yield pool


def answer(case: Case, systems: Systems) -> Made:
    """What the compiled strategy and the model's raw words find of the known studies, and of all. Runs compare by recall."""
    assert systems.model is not None  # noqa: S101 - the suite says that it needs one
    asked: Asked = case.given
    pool: ServedPool = systems.prepared
    model, request = Listening(systems.model), Request(question=asked.question)
    protocol = frame_question(request, model)
    strategy = plan_search(request, protocol, model, pool.source, pool.mesh)
    raw = raw_query(
        [concept.name for concept in choose_concepts(protocol)] or [asked.question], model.heard.get("plan_search", "")
    )
    _, compiled = pool.source.search(expand_line_references(strategy.lines)[-1])
    made: Made = {"strategy": strategy.as_text(), "raw query": raw, "compiled": _scored(compiled, asked.known)}
    try:
        _, found = pool.source.search(raw)
    except EvidenceError as fault:  # a search that the source refuses finds nothing
        made |= {"raw": _scored((), asked.known), "raw refused": fault.message}
    else:
        made["raw"] = _scored(found, asked.known)
    made |= {"score": _value(made, "compiled", "recall"), "arms": {"raw": _value(made, "raw", "recall")}}
    return made | {"right": bool(set(compiled) & asked.known)}


def raw_query(concepts: Sequence[str], said: str) -> str:
    """The concepts with the model's own synonyms, joined without tags: what a person would paste from a chat."""
    synonyms: dict[int, list[str]] = {}
    try:
        answered = PlanSearchAnswer.model_validate_json(said).concepts
    except ValidationError:  # an answer that is none adds no word, here as in the stage
        answered = []
    for entry in answered:
        synonyms.setdefault(entry.concept, []).extend(entry.synonyms)
    groups = [" OR ".join([name, *synonyms.get(number, [])]) for number, name in enumerate(concepts, 1)]
    return " AND ".join(f"({group})" for group in groups)


def _scored(found: Sequence[str], known: frozenset[str]) -> dict[str, JsonValue]:
    both = len(known & set(found))
    return {"found": len(found), "recall": both / len(known), "precision": both / len(found) if found else 0.0}


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """Mean recall and precision over questions, compiled and raw, and what compiling gains, clustered by review."""
    figures: dict[str, Metric] = {}
    for name in _SETS:
        of_set = [row for row in rows if row.id.startswith(f"{name}-")]
        clusters = [row.cluster for row in of_set]
        for measured in ("recall", "precision", "found") if of_set else ():
            values = {kind: np.array([_value(row.made, kind, measured) for row in of_set]) for kind in KINDS}
            for kind, each in values.items():
                figures[f"{name}.{measured}.{kind}"] = clustered_mean(each, clusters)
            gained = clustered_difference(values["compiled"] - values["raw"], clusters)
            figures[f"{name}.{measured}.compiled less raw"] = gained
    return figures


def _value(made: Mapping[str, object], kind: str, measured: str) -> float:
    scored = made[kind]
    assert isinstance(scored, dict)  # noqa: S101 - as `answer` makes it
    return float(scored[measured])


SUITE = Suite(
    name="search",
    purpose="Relative recall and precision of planned strategies, and of the model's raw words beside them.",
    read=read,
    answer=answer,
    measure=measure,
    prepare=prepare,
    needs_model=True,
    default_model="extractive",
)
