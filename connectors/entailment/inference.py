"""What encoders share: readings as token ids with the side and part of each, batches, and a model made ready to infer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evidence.entailment import Part, Reading

BATCH_TOKENS = 4096


class Tokens(NamedTuple):
    """One reading: lists of equal length."""

    ids: list[int]
    types: list[int]
    marks: list[int]


def encode(tokenizer: Any, readings: Sequence[Reading]) -> list[Tokens]:
    """Statement and text as a pair; the marks of a word are those of each of its tokens."""
    pairs = [(reading.statement, reading.text) for reading in readings]
    found = []
    for reading, one in zip(readings, tokenizer.encode_batch(pairs), strict=True):
        sides = (_by_start(reading.statement_marks), _by_start(reading.text_marks))
        found.append(Tokens(one.ids, one.type_ids, list(_marks(one, sides))))
    return found


def batches(encoded: Sequence[Tokens]) -> Iterator[tuple[list[int], dict[str, npt.NDArray[np.int64]]]]:
    """Places and padded arrays of batches of similar length, about BATCH_TOKENS tokens each."""
    order = sorted(range(len(encoded)), key=lambda place: len(encoded[place].ids))
    group: list[int] = []
    for place in order:
        if group and len(encoded[place].ids) * (len(group) + 1) > BATCH_TOKENS:
            yield group, _padded([encoded[one] for one in group])
            group = []
        group.append(place)
    if group:
        yield group, _padded([encoded[one] for one in group])


def softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities, each row summing to 1."""
    raised: npt.NDArray[np.float64] = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def _by_start(marks: Iterable[tuple[int, int, Part]]) -> dict[int, tuple[int, Part]]:
    return {start: (end, part) for start, end, part in marks}


def _marks(encoding: Any, sides: Sequence[Mapping[int, tuple[int, Part]]]) -> Iterator[int]:
    open_word = [(0, Part.NONE), (0, Part.NONE)]
    for (start, end), side in zip(encoding.offsets, encoding.sequence_ids, strict=True):
        if side is None or start == end:
            yield Part.NONE
            continue
        open_word[side] = sides[side].get(start, open_word[side])
        until, part = open_word[side]
        yield int(part) if end <= until else Part.NONE


def _padded(group: Sequence[Tokens]) -> dict[str, npt.NDArray[np.int64]]:
    width = max(len(one.ids) for one in group)
    arrays = {
        name: np.zeros((len(group), width), dtype=np.int64)
        for name in ("input_ids", "attention_mask", "token_type_ids", "marks")
    }
    for row, one in enumerate(group):
        length = len(one.ids)
        arrays["input_ids"][row, :length] = one.ids
        arrays["attention_mask"][row, :length] = 1
        arrays["token_type_ids"][row, :length] = one.types
        arrays["marks"][row, :length] = one.marks
    return arrays
