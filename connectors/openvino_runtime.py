"""OpenVINO, the runtime of every model that runs here: imported in one place, so that it never speaks to anybody.

Imported as it comes, it starts a process that sends an event to an analytics service, and that process can be left hanging.
Its own fallback for an absent telemetry package is a stub that sends nothing, so that package is made absent.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any


def openvino(module: str = "openvino") -> Any:
    """The module of this name. Raises ImportError where it is not installed or this machine cannot run it."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    return importlib.import_module(module)


def infer_request(model: Path | bytes, *, threads: int | None) -> Any:
    """An inference request for an ONNX model, on `threads` cores or all. Raises RuntimeError where it is none."""
    core = openvino().Core()
    settings: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0}
    if threads:
        settings["INFERENCE_NUM_THREADS"] = threads
    read = core.read_model(model if isinstance(model, bytes) else str(model))
    return core.compile_model(read, "CPU", settings).create_infer_request()
