"""Every notebook runs from top to bottom, is stored without outputs, and defines nothing: it imports and shows."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PRINTED = {
    "one_claim_from_record_to_sentence": ("supported", "number_unbound", "quote_misattributed"),
    "reading_a_benchmark": ("95 % interval", "always yes: WORSE", "nearly the same: CANNOT TELL", "n = 1000"),
    "tuning_a_prompt": ("planned and made once: BETTER", "eleven at once: CANNOT TELL", "one look", "any look"),
}
"""What each notebook must have shown when it has run."""

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


def _code(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_outputs_and_defines_nothing(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    assert all(not cell.get("outputs") for cell in notebook.cells)
    for source in _code(path):
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(ast.parse(source)))


def test_each_notebook_is_known() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(PRINTED)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    assert [words for words in PRINTED[path.stem] if words not in printed] == []
    drawn = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(drawn) == sum("plt.show()" in source for source in _code(path))
