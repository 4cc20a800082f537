"""The trained encoder as ONNX with 8-bit weights. Needs torch and onnx, which only `make train-entailment` installs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

from evaluation.train_entailment_encoder import forward

INPUTS = ("input_ids", "attention_mask", "token_type_ids", "marks")
OUTPUTS = ("claims",)
_LEAST = 2_000
"""Numbers in a matrix from which on it is stored in 8 bits."""


class _Exported(torch.nn.Module):
    def __init__(self, weights: Mapping[str, Any]) -> None:
        super().__init__()
        self._weights = {name: tensor.detach() for name, tensor in weights.items()}

    def forward(self, *arrays: Any) -> Any:
        return forward(self._weights, dict(zip(INPUTS, arrays, strict=True)))[0]


def write_onnx(weights: Mapping[str, Any], out: Path) -> None:
    """Write `out`: matrices as 8-bit whole numbers with one scale a column, word vectors with one a row.

    Only weights are quantised: what a text gets does not depend on the texts beside it.
    """
    example = tuple(torch.ones((2, 7), dtype=torch.int64) for _ in INPUTS)
    axes = {name: {0: "texts", 1: "tokens"} for name in INPUTS} | {name: {0: "texts"} for name in OUTPUTS}
    torch.onnx.export(
        _Exported(weights), example, str(out), input_names=list(INPUTS), output_names=list(OUTPUTS), dynamic_axes=axes,
        opset_version=17, dynamo=False,
    )  # fmt: skip
    _fold(out)
    model = onnx.load(str(out))
    _quantise(model.graph)
    model.producer_name, model.producer_version, model.doc_string = "", "", ""
    onnx.checker.check_model(model)
    onnx.save(model, str(out))


def _fold(path: Path) -> None:
    """Constants worked out beforehand, in place, so that every matrix stands as one."""
    options = SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
    folded = path.with_suffix(".folded")
    options.optimized_model_filepath = str(folded)
    InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    folded.replace(path)


def _quantise(graph: Any) -> None:
    gathered = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    large = [one for one in graph.initializer if len(one.dims) == 2 and np.prod(one.dims) >= _LEAST]
    for tensor in large:
        axis = 0 if tensor.name in gathered else 1
        matrix = numpy_helper.to_array(tensor)
        scales = np.maximum(np.abs(matrix).max(axis=1 - axis) / 127, 1e-12).astype(np.float32)
        whole = np.round(matrix / np.expand_dims(scales, 1 - axis)).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(whole, f"{tensor.name}.whole"))
        graph.initializer.append(numpy_helper.from_array(scales, f"{tensor.name}.scales"))
        inputs = [f"{tensor.name}.whole", f"{tensor.name}.scales"]
        graph.node.insert(0, onnx.helper.make_node("DequantizeLinear", inputs, [tensor.name], axis=axis))
