"""The runtime of the models that run here speaks to nobody: its telemetry is never imported, whatever is loaded first."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGES = ("cli", "connectors", "evaluation", "evidence", "pipelines", "review", "verification")
QUIET = "import sys; sys.exit(sys.modules['openvino_telemetry'] is not None)"


@pytest.mark.parametrize(
    "loads",
    [
        "from connectors.openvino_runtime import openvino; openvino()",
        "from connectors.embeddings import MiniLm; MiniLm().embed(['a sentence'])",
        "from connectors.entailment import SmallEntailment\nfrom evidence.entailment import Reading\n"
        "SmallEntailment().judge([Reading(statement='a', text='b')])",
        "from connectors.language_model.openvino_engine import runtime; runtime()",
    ],
)
def test_no_telemetry_is_imported(loads: str) -> None:
    assert subprocess.run([sys.executable, "-c", f"{loads}\n{QUIET}"], check=False).returncode == 0


def test_one_module_alone_imports_the_runtime() -> None:
    """An import anywhere else could come first, and would bring the telemetry."""
    found = [
        str(path.relative_to(HOUSE))
        for package in PACKAGES
        for path in sorted((HOUSE / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _brings_openvino(node)
    ]
    assert found == []


def _brings_openvino(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(name.name.split(".")[0].startswith("openvino") for name in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0].startswith("openvino")
