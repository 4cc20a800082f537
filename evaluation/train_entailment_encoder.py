"""The encoder that is trained: a BERT of six layers (Devlin 2019; MiniLM, Wang 2020) with a mark on each word and two heads.

Written over plain tensors, since all it needs is a forward pass. Needs torch, which only `make train-entailment` installs.
"""

from __future__ import annotations

import json
import logging
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from connectors.entailment.inference import encode
from evaluation.train_entailment_examples import Corpus, Example
from evaluation.train_entailment_variants import varied
from evidence.entailment import Part

_LOG = logging.getLogger(__name__)

LAYERS, WIDTH, HEADS = 6, 384, 12
FIXED_LAYERS = 2
"""Layers that stay as the base model has them, as its word vectors do; the marks come in after them."""

ROUNDS = 3
RATE = 1e-4
HEAD_RATE = 1e-3
WEIGHT_DECAY = 0.01
DROPOUT = 0.1
BATCH_TOKENS = 1536
WARM_UP = 0.06
SMOOTHING = 0.05
_FIXED = ("embeddings.", *(f"encoder.layer.{layer}." for layer in range(FIXED_LAYERS)))
_NEW = ("marks", "claims", "comparisons")
_EPSILON = 1e-12

Weights = dict[str, Any]
"""Tensors by name, as the base model names them, and those of the marks and heads."""


def load_base(path: Path) -> Weights:
    """The base model's tensors from its safetensors file, and new ones for marks and heads."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    head = json.loads(raw[8 : 8 + size])
    weights: Weights = {}
    for name, entry in head.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + size + place for place in entry["data_offsets"])
        array = np.frombuffer(raw[start:end], dtype=np.float32).reshape(entry["shape"]).copy()
        weights[name] = torch.from_numpy(array)
    torch.manual_seed(0)
    weights["marks"] = torch.zeros(len(Part), WIDTH) + 0.02 * torch.randn(len(Part), WIDTH)
    for name in ("claims", "comparisons"):
        weights[f"{name}.dense"] = torch.randn(2 * WIDTH, WIDTH) / math.sqrt(2 * WIDTH)
        weights[f"{name}.dense.bias"] = torch.zeros(WIDTH)
        weights[f"{name}.out"] = torch.randn(WIDTH, 3) * 0.02
        weights[f"{name}.out.bias"] = torch.zeros(3)
    return {
        name: tensor.clone().requires_grad_(not name.startswith(_FIXED))
        for name, tensor in weights.items()
        if "pooler" not in name
    }


def halved(weights: Mapping[str, Any]) -> Weights:
    """The weights as bfloat16, gradients passing through."""
    return {name: tensor.to(torch.bfloat16) for name, tensor in weights.items()}


def forward(weights: Mapping[str, Any], batch: Mapping[str, Any], *, dropout: float = 0.0) -> tuple[Any, Any]:
    """Scores of both heads, claims and comparisons, each of shape (texts, 3), in the arithmetic of the weights."""
    ids, mask = batch["input_ids"], batch["attention_mask"]
    places = torch.arange(ids.shape[1])
    hidden = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][places]
        + weights["embeddings.token_type_embeddings.weight"][batch["token_type_ids"]]
    )
    hidden = _norm(hidden, weights, "embeddings.LayerNorm")
    bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -10_000.0
    for layer in range(LAYERS):
        if layer == FIXED_LAYERS:
            hidden = _drop(hidden + weights["marks"][batch["marks"]], dropout)
        hidden = _layer(hidden, bias, weights, f"encoder.layer.{layer}", 0.0 if layer < FIXED_LAYERS else dropout)
    share = mask[:, :, None].to(hidden.dtype)
    mean = (hidden * share).sum(1) / share.sum(1)
    pooled = _drop(torch.cat([hidden[:, 0], mean], dim=1), dropout)
    return _head(pooled, weights, "claims", dropout), _head(pooled, weights, "comparisons", dropout)


def _layer(hidden: Any, bias: Any, weights: Mapping[str, Any], name: str, dropout: float) -> Any:
    texts, width = hidden.shape[0], hidden.shape[1]

    def parted(part: str) -> Any:
        linear = _linear(hidden, weights, f"{name}.attention.self.{part}")
        return linear.reshape(texts, width, HEADS, WIDTH // HEADS).transpose(1, 2)

    # Several times as fast on a processor as torch's fused attention, whose backward pass is slow there.
    scores = (parted("query") / math.sqrt(WIDTH // HEADS)) @ parted("key").transpose(2, 3) + bias
    mixed = torch.softmax(scores, dim=-1) @ parted("value")
    mixed = mixed.transpose(1, 2).reshape(texts, width, WIDTH)
    mixed = _linear(mixed, weights, f"{name}.attention.output.dense")
    hidden = _norm(hidden + mixed, weights, f"{name}.attention.output.LayerNorm")
    inner = functional.gelu(_linear(hidden, weights, f"{name}.intermediate.dense"))
    inner = _drop(_linear(inner, weights, f"{name}.output.dense"), dropout)
    return _norm(hidden + inner, weights, f"{name}.output.LayerNorm")


def _head(pooled: Any, weights: Mapping[str, Any], name: str, dropout: float) -> Any:
    inner = _drop(torch.tanh(pooled @ weights[f"{name}.dense"] + weights[f"{name}.dense.bias"]), dropout)
    return inner @ weights[f"{name}.out"] + weights[f"{name}.out.bias"]


def _linear(hidden: Any, weights: Mapping[str, Any], name: str) -> Any:
    return functional.linear(hidden, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _norm(hidden: Any, weights: Mapping[str, Any], name: str) -> Any:
    return functional.layer_norm(hidden, (WIDTH,), weights[f"{name}.weight"], weights[f"{name}.bias"], _EPSILON)


def _drop(hidden: Any, dropout: float) -> Any:
    return functional.dropout(hidden, dropout) if dropout else hidden


def train(
    weights: Weights, corpus: Corpus, tokenizer: Any, *, without: Callable[[str], bool], rounds: int = ROUNDS, seed: int = 7
) -> Weights:
    """The weights, trained on variants of the cases of every group but those, drawn anew in each round.

    The rate rises and then falls to nothing. Nothing is chosen by looking at what is held out.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    drawn = [[one for one in varied(corpus, chance) if not without(one.group)] for _ in range(rounds)]
    steps = sum(1 for examples in drawn for _ in batches(examples, tokenizer))
    fixed = halved({name: tensor for name, tensor in weights.items() if not tensor.requires_grad})
    moving = {name: tensor for name, tensor in weights.items() if tensor.requires_grad}
    optimiser, schedule = _optimiser(moving, steps)
    for number, examples in enumerate(drawn, 1):
        losses = []
        for places, batch in batches(examples, tokenizer, chance):
            loss = _loss({**fixed, **halved(moving)}, batch, [examples[place] for place in places])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(moving.values(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        _LOG.info("round %d of %d: mean loss %.3f over %d examples", number, rounds, float(np.mean(losses)), len(examples))
    return weights


def _optimiser(moving: Weights, steps: int) -> tuple[Any, Any]:
    new = [tensor for name, tensor in moving.items() if name.startswith(_NEW)]
    old = [tensor for name, tensor in moving.items() if not name.startswith(_NEW)]
    parts = [{"params": old, "lr": RATE}, {"params": new, "lr": HEAD_RATE}]
    optimiser = torch.optim.AdamW(parts, weight_decay=WEIGHT_DECAY, fused=True)
    rising = WARM_UP * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / rising, max(0.0, (steps - step) / (steps - rising)))
    )
    return optimiser, schedule


def _loss(weights: Weights, batch: Mapping[str, Any], examples: Sequence[Example]) -> Any:
    claims, comparisons = forward(weights, batch, dropout=DROPOUT)
    asked = torch.tensor([example.comparison for example in examples])[:, None]
    shares = torch.tensor([example.weight for example in examples])
    scores = torch.where(asked, comparisons.float(), claims.float())
    labels = torch.tensor([example.label for example in examples])
    each = functional.cross_entropy(scores, labels, reduction="none", label_smoothing=SMOOTHING)
    return (each * shares).sum() / shares.sum()


def batches(
    examples: Sequence[Example], tokenizer: Any, chance: random.Random | None = None
) -> Iterator[tuple[list[int], dict[str, Any]]]:
    """Places and tensors of batches of similar length; in random order where `chance` is given."""
    encoded = encode(tokenizer, [example.reading for example in examples])
    lengths = [len(one.ids) for one in encoded]
    jitter = chance.random if chance else lambda: 0.0
    order = sorted(range(len(examples)), key=lambda place: lengths[place] + 12 * jitter())
    groups: list[list[int]] = [[]]
    for place in order:
        if groups[-1] and lengths[place] * (len(groups[-1]) + 1) > BATCH_TOKENS:
            groups.append([])
        groups[-1].append(place)
    if chance:
        chance.shuffle(groups)
    for group in groups:
        width = max(lengths[place] for place in group)
        yield (
            group,
            {
                "input_ids": _padded([encoded[place].ids for place in group], width),
                "attention_mask": _padded([[1] * lengths[place] for place in group], width),
                "token_type_ids": _padded([encoded[place].types for place in group], width),
                "marks": _padded([encoded[place].marks for place in group], width),
            },
        )


def _padded(rows: Sequence[Sequence[int]], width: int) -> Any:
    return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows], dtype=torch.int64)


def predict(weights: Mapping[str, Any], examples: Sequence[Example], tokenizer: Any) -> np.ndarray[Any, Any]:
    """Scores of claims, shape (examples, 3)."""
    found = np.zeros((len(examples), 3), dtype=np.float32)
    with torch.no_grad():
        used = halved(weights)
        for places, batch in batches(examples, tokenizer):
            found[places] = forward(used, batch)[0].float().numpy()
    return found
