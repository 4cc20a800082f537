"""Entailment: does a text bear out a claim? The model that ships with the product, and larger ones that a person names."""

from __future__ import annotations

from pathlib import Path

from connectors.entailment.folder import FolderEntailment
from connectors.entailment.small import SmallEntailment
from evidence.errors import InvalidInput
from evidence.services import EntailmentModel

BUILTIN, NONE = "builtin", "none"

__all__ = ["BUILTIN", "NONE", "FolderEntailment", "SmallEntailment", "open_entailment"]


def open_entailment(name: str, *, threads: int | None = None) -> EntailmentModel | None:
    """The checker of this name: `builtin`, `none`, or the folder of a model. Nothing is loaded before its first use.

    Raises InvalidInput where the name is none of these.
    """
    if name == NONE:
        return None
    if name == BUILTIN:
        return SmallEntailment(threads=threads)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise InvalidInput(
            f"The setting EVIDENCE_ENTAILMENT cannot be used: {name} is neither builtin nor none nor a folder; "
            "give the folder that holds the model's model.onnx, tokenizer.json and config.json."
        )
    return FolderEntailment(folder, threads=threads)
