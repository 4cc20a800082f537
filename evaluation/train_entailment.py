"""Trains the entailment model where the data is: `make train-entailment`, or `python -m evaluation.train_entailment DATA`.

Three folds, then the model that ships. All-MiniLM-L6-v2 (Apache-2.0) is fine-tuned as a cross-encoder with a mark on each word
and two heads, its word vectors as they are, on the cases and on variants made anew in every round. Figures, temperatures and
thresholds come from the folds alone; nothing is tuned on HealthVer. About two hours on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from connectors.embeddings import minilm_tokenizer
from connectors.entailment.small import WINDOW
from evaluation.harness.data import SuiteData
from evaluation.train_entailment_calibration import Kept, Scores, calibrated
from evaluation.train_entailment_encoder import ROUNDS, load_base, predict, train
from evaluation.train_entailment_examples import Corpus, Example, limited, read_corpus
from evaluation.train_entailment_export import write_onnx
from evaluation.train_entailment_folds import packed
from verification.linear_model import part_of

_LOG = logging.getLogger(__name__)

FOLDS = 3


def _in_fold(fold: int, group: str) -> bool:
    return part_of(group, FOLDS) == fold


def out_of_fold(corpus: Corpus, base: Path, tokenizer: Any, rounds: int) -> list[tuple[Example, Scores]]:
    """Every case, and turned variants of it, with the scores of the model that never saw its group."""
    measured = [*corpus.real(), *corpus.turned()]
    found: list[tuple[Example, Scores]] = []
    for fold in range(FOLDS):
        weights = train(load_base(base), corpus, tokenizer, without=partial(_in_fold, fold), rounds=rounds)
        held = [example for example in measured if part_of(example.group, FOLDS) == fold]
        found += zip(held, predict(weights, held, tokenizer).astype(np.float64), strict=True)
        _LOG.info("fold %d of %d: %d cases held out", fold + 1, FOLDS, len(held))
    return found


def run(corpus: Corpus, root: Path, rounds: int = ROUNDS) -> None:
    """Train, and write under `root` the weights and what the folds said, each beside the module that reads it."""
    tokenizer = Tokenizer.from_file(str(minilm_tokenizer()))
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    base = minilm_tokenizer().with_name("model.safetensors")
    told, kept = calibrated(out_of_fold(corpus, base, tokenizer, rounds))
    weights = train(load_base(base), corpus, tokenizer, without=lambda _group: False, rounds=rounds)
    write(weights, told, kept, root)


def write(weights: Mapping[str, Any], told: Mapping[str, float], kept: Kept, root: Path) -> None:
    """The model, what is told of it, and what the folds said."""
    place = root / "connectors" / "entailment" / "weights"
    place.mkdir(parents=True, exist_ok=True)
    write_onnx(weights, place / "model.onnx")
    digest = hashlib.sha256((place / "model.onnx").read_bytes()).hexdigest()
    (place / "model.json").write_text(json.dumps({"sha256": digest, **told}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (root / "evaluation").mkdir(exist_ok=True)
    (root / "evaluation" / "train_entailment_folds.npz").write_bytes(packed(kept))


def main(arguments: Sequence[str]) -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="train_entailment", description="Trains the entailment model where the data is.")
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--limit", type=int, help="so many cases of each set at most, in one round: shows that the recipe runs")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent, help="where to write; default: this project")
    given = parser.parse_args(arguments)
    corpus = read_corpus(SuiteData(given=None, shared=given.data))
    if given.limit is None:
        run(corpus, given.out)
    else:
        run(limited(corpus, given.limit), given.out, rounds=1)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(sys.argv[1:])
