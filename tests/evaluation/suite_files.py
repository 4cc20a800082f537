"""Made files of the suites' formats: no sentence of them is from a real record."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

SENTENCES = (
    "Colds were shorter with zinc than with placebo (4.1 vs 5.9 days; P = 0.01).",
    "Nausea did not differ significantly between the zinc group and the placebo group (P = 0.40).",
    "Zinc may reduce the duration of colds in adults with asthma.",
)
GARDENS = "Vegetable intake was higher with gardens than with usual lessons (P = 0.02)."
TRIALS: list[dict[str, Any]] = [
    {
        "prompt_id": "1", "pmcid": "PMC1", "pmid": "90000001", "intervention": "zinc", "comparator": "placebo",
        "outcome": "colds", "label": "significantly decreased", "evidence": [SENTENCES[0]], "evidence_in_abstract": True,
    },
    {
        "prompt_id": "2", "pmcid": "PMC1", "pmid": "90000001", "intervention": "zinc", "comparator": "placebo",
        "outcome": "nausea", "label": "no significant difference", "evidence": [SENTENCES[1]], "evidence_in_abstract": True,
    },
    {
        "prompt_id": "3", "pmcid": "PMC2", "pmid": "90000002", "intervention": "gardens", "comparator": "usual lessons",
        "outcome": "vegetable intake", "label": "significantly increased",
        "evidence": [GARDENS],
        "evidence_in_abstract": True,
    },
]  # fmt: skip
SCIFACT = [
    {"id": "1", "claim": "Zinc shortens colds.", "evidence_doc_id": "7", "evidence_label": "SUPPORT",
     "evidence_sentences": "[1]", "cited_doc_ids": "[7]"},
    {"id": "2", "claim": "Zinc prevents gout.", "evidence_doc_id": "", "evidence_label": "",
     "evidence_sentences": "[]", "cited_doc_ids": "[7]"},
]  # fmt: skip
HEALTHVER = [
    {"id": "1", "evidence": "Colds were shorter with zinc.", "claim": "Zinc shortens colds", "label": "Supports",
     "topic_ip": "1", "question": "Does zinc help?"},
    {"id": "2", "evidence": "Zinc increased nausea.", "claim": "Zinc lowers nausea", "label": "Refutes",
     "topic_ip": "1", "question": "Does zinc help?"},
]  # fmt: skip


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """The rows under the names of the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_pool(folder: Path) -> Path:
    """A pool with the two trials, plain XML under the pool's name."""
    abstracts = {"90000001": " ".join(SENTENCES), "90000002": GARDENS}
    records = "\n".join(
        '<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
        f'<PMID Version="1">{pmid}</PMID><Article PubModel="Print"><ArticleTitle>A made trial</ArticleTitle>'
        f"<Abstract><AbstractText>{escape(text)}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
        for pmid, text in abstracts.items()
    )
    path = folder / "pubmed" / "pool.xml.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(f"<PubmedArticleSet>\n{records}\n</PubmedArticleSet>".encode()))
    return path


def write_corpus(folder: Path) -> Path:
    """SciFact's corpus with one abstract."""
    abstract = {"doc_id": 7, "title": "Zinc", "sentences": ["Colds are common.", "Zinc made colds shorter in adults."]}
    return write_lines(folder / "corpus.jsonl", [abstract])
