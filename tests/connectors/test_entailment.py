"""The entailment model that ships, and a larger one that a person names by its folder."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from connectors.embeddings import minilm_tokenizer
from connectors.entailment import FolderEntailment, SmallEntailment, open_entailment
from evidence.entailment import Reading
from evidence.errors import InvalidInput, NotConfigured
from verification.readings import read_claim

WEIGHTS = resources.files("connectors.entailment").joinpath("weights", "model.onnx")
FALLS = "Exercise classes reduced falls among older people living at home (rate ratio 0.70, P = 0.01)."
READINGS = [
    read_claim("Exercise classes lowered the number of falls in older people.", [FALLS]),
    read_claim("Exercise classes increased falls among older people.", [FALLS]),
    read_claim("Aspirin prevents migraine in children.", [FALLS]),
    read_claim("A", ["B"]),
]


@pytest.fixture(scope="module")
def model() -> SmallEntailment:
    return SmallEntailment(threads=1)


def test_the_weights_are_small_enough_to_ship() -> None:
    assert len(WEIGHTS.read_bytes()) <= 30 * 1024 * 1024


def test_probabilities_of_each_reading_sum_to_one(model: SmallEntailment) -> None:
    judged = model.judge(READINGS)
    assert judged.shape == (4, 3)
    assert np.allclose(judged.sum(axis=1), 1)
    assert model.judge([]).shape == (0, 3)


def test_a_text_beside_the_point_bears_a_claim_out_less(model: SmallEntailment) -> None:
    agrees, _, beside, _ = model.judge(READINGS)
    assert agrees[0] > beside[0]


def test_what_a_text_gets_does_not_depend_on_the_texts_beside_it(model: SmallEntailment) -> None:
    together = model.judge(READINGS)
    alone = np.concatenate([model.judge([reading]) for reading in READINGS])
    assert np.abs(together - alone).max() < 0.03


def test_a_text_of_any_length_is_read(model: SmallEntailment) -> None:
    assert np.isfinite(model.judge([Reading("claim " * 900, "evidence " * 5_000), Reading("", "")])).all()


def test_names_lead_to_checkers(tmp_path: Path) -> None:
    assert open_entailment("none") is None
    assert isinstance(open_entailment("builtin"), SmallEntailment)
    assert isinstance(open_entailment(str(tmp_path)), FolderEntailment)
    with pytest.raises(InvalidInput, match="neither builtin nor none nor a folder"):
        open_entailment("no such folder")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model in the layout in which inference models are exported, with its labels in an order of its own."""
    (tmp_path / "model.onnx").write_bytes(WEIGHTS.read_bytes())
    shutil.copy(minilm_tokenizer(), tmp_path / "tokenizer.json")
    labels = {"0": "CONTRADICTION", "1": "entailment", "2": "neutral"}
    (tmp_path / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    return tmp_path


def test_a_folder_answers_in_the_order_of_its_labels(folder: Path) -> None:
    judged = FolderEntailment(folder, threads=1).judge(READINGS[:1])[0]
    labels = {"0": "entailment", "1": "contradiction", "2": "neutral"}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    other = FolderEntailment(folder, threads=1).judge(READINGS[:1])[0]
    assert judged.tolist() == other[[1, 0, 2]].tolist()


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_folder_without_a_file_is_told_so(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(NotConfigured, match=f"{name} is missing"):
        FolderEntailment(folder).judge(READINGS[:1])


def test_labels_that_are_no_inference_labels_are_told_so(folder: Path) -> None:
    (folder / "config.json").write_text('{"id2label": {"0": "good", "1": "bad"}}', encoding="utf-8")
    with pytest.raises(NotConfigured, match="does not name entailment"):
        FolderEntailment(folder).judge(READINGS[:1])


def test_a_file_that_is_no_model_is_told_so(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(NotConfigured, match="cannot be loaded"):
        FolderEntailment(folder).judge(READINGS[:1])
