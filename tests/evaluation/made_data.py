"""A folder in the shape of the shared data, every word of it our own, and a suite run over it."""

from __future__ import annotations

import gc
import gzip
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connectors.language_model.extractive import ExtractiveModel
from evaluation.harness.data import SuiteData
from evaluation.harness.result import Row, SuiteResult
from evaluation.harness.run_suite import run_suite
from evaluation.harness.suite import Suite, Systems
from tests.connectors.pubmed.made_records import article, article_set
from tests.pipelines.doubles import Silent
from tests.support.small_mesh import table

TRIALS = {
    "11": (
        "Zinc lozenges for the common cold",
        "Cold duration was shorter with zinc than with placebo (4.1 v 7.2 days, P&lt;0.001).",
    ),
    "12": ("Zinc again in the common cold", "Zinc significantly reduced cold duration compared with placebo (P=0.01)."),
    "13": (
        "Cholera vaccine in a delta",
        "The risk of cholera was not significantly different with cholera vaccine and with placebo.",
    ),
    "14": ("Iron in pregnancy", "Birth weight was higher with iron than with placebo in 200 women (P=0.02)."),
}
LACKING = ("15", "Honey for night cough", "Cough frequency was lower with honey than with placebo (P=0.03).")


def question(number: int, outcome: str, one: str, answer: str, *pmids: str, **more: Any) -> dict[str, Any]:
    row = {
        "question_id": number,
        "question": f"Is {outcome} higher, lower, or the same when comparing {one} to placebo?",
        "answer": answer,
        "evidence_certainty": "low",
        "fulltext_required": "no",
        "relevant_sources": list(pmids),
        "original_review": str(900 + number),
    }
    return row | more


QUESTIONS = [
    question(1, "cold duration", "zinc", "lower", "11", "12"),
    question(2, "the risk of cholera", "cholera vaccine", "no difference", "13"),
    question(3, "birth weight", "iron", "lower", "14", fulltext_required="yes"),
    question(4, "cough frequency", "honey", "lower", "15"),
]
CLAIMS = [
    ("1", "Zinc reduces colds.", "71", "SUPPORT", "[1]", "[71]"),
    ("2", "Zinc does not reduce colds.", "71", "CONTRADICT", "[1]", "[71]"),
    ("3", "Iron is a metal of the wind.", "", "", "[]", "[72]"),
]
CORPUS = [
    {"doc_id": 71, "title": "Zinc and colds", "sentences": ["Colds are common.", "Zinc reduced colds by 30 % (P<0.01)."]},
    {"doc_id": 72, "title": "Iron", "sentences": ["Iron was given to 40 women.", "Iron raised birth weight (P=0.02)."]},
]


def lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def made_data(folder: Path) -> Path:
    """The folder: a pool that lacks one source, questions with their sources, headings, claims, one Cohen topic."""
    records = [
        article(pmid, title=title, inside=f"<Abstract><AbstractText>{text}</AbstractText></Abstract>")
        for pmid, (title, text) in TRIALS.items()
    ]
    (folder / "pubmed").mkdir(parents=True)
    (folder / "pubmed" / "pool.xml.gz").write_bytes(gzip.compress(article_set(records)))
    all_sources = [(pmid, *words) for pmid, words in TRIALS.items()] + [LACKING]
    sources = [{"pmid": pmid, "title": title, "content": text, "date": "2001-02-03"} for pmid, title, text in all_sources]
    lines(folder / "medevidence" / "sources_made.jsonl", sources)
    lines(folder / "medevidence" / "made_questions.jsonl", QUESTIONS)
    (folder / "mesh").mkdir()
    (folder / "mesh" / "mesh_id_label_mappings.tsv").write_text(table(), encoding="utf-8")
    lines(folder / "scifact" / "corpus.jsonl", CORPUS)
    head = "id,claim,evidence_doc_id,evidence_label,evidence_sentences,cited_doc_ids\n"
    (folder / "scifact" / "claims_made.csv").write_text(
        head + "".join(",".join(row) + "\n" for row in CLAIMS), encoding="utf-8"
    )
    (folder / "cohen2006").mkdir()
    (folder / "cohen2006" / "Zinc.qrels").write_text("Zinc 0 11 2\nZinc 0 12 1\nZinc 0 14 0\n", encoding="utf-8")
    return folder


@contextmanager
def inspect_tidied() -> Iterator[None]:
    """Inspect leaves streams of its own to the collector, which are collected here and not in another test."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Unclosed <MemoryObject", category=ResourceWarning)
        try:
            yield
        finally:
            gc.collect()


def measured(suite: Suite, data: Path, home: Path) -> tuple[SuiteResult, dict[str, Row]]:
    """The suite run over the data without a language model: its result, and its rows by id."""
    cases = list(suite.read(SuiteData(given=data, shared=None)))
    model = ExtractiveModel() if suite.needs_model else None
    with inspect_tidied():
        result = run_suite(suite, cases, Systems(model=model), settings={"data": str(data)}, folder=home, progress=Silent())
    (place,) = home.glob(f"{result.id}/rows.jsonl")
    rows = [Row.model_validate_json(line) for line in place.read_text(encoding="utf-8").splitlines()]
    return result, {row.id: row for row in rows}
