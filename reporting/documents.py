"""Writes the draft of a run: Markdown, HTML and JSON, all or none."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from evidence.errors import StorageFailure
from evidence.ledger import RunLedger
from reporting.flow import check_rows
from reporting.markdown import render_markdown
from reporting.page import render_html

_FIRST = ("read_from", "marking", "id", "status", "question", "bottom_line")

# Sound JSON shows these as escapes, so that no viewer obeys or stumbles over them.
_UNSEEN_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\ud800-\udfff\ufeff]")


def render_json(ledger: RunLedger) -> str:
    """The ledger as JSON that follows `ledger_schema()`, with what was read on line one."""
    whole = ledger.model_dump(mode="json")
    ordered = {key: whole[key] for key in _FIRST} | whole
    text = json.dumps(ordered, ensure_ascii=False, allow_nan=False, indent=2)
    escaped = _UNSEEN_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return escaped.replace("{\n  ", "{ ", 1) + "\n"


def ledger_schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) of what `render_json` writes."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **RunLedger.model_json_schema(mode="serialization")}


def document_places(directory: Path) -> dict[str, Path]:
    """Where `write_documents` puts a draft's documents, by format."""
    return {extension: directory / f"draft.{extension}" for extension in ("md", "html", "json")}


def write_documents(ledger: RunLedger, directory: Path) -> dict[str, Path]:
    """Write `draft.md`, `draft.html` and `draft.json` into the directory, and say where each lies, by format.

    Every document is rendered and written out in full beside its place before any is put there. Raises `StorageFailure`
    where the ledger's numbers do not add up or the disk refuses; then no document was changed by half.
    """
    check_rows(ledger)
    texts = {"md": render_markdown(ledger), "html": render_html(ledger), "json": render_json(ledger)}
    places = document_places(directory)
    parts = {extension: directory / f".draft-{uuid4().hex}.{extension}.part" for extension in texts}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for extension, text in texts.items():
            _write_through(parts[extension], text)
        for extension, part in parts.items():
            part.replace(places[extension])
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise StorageFailure(
            f"The draft could not be written to {directory} ({reason}): make room or allow writing there, and ask again."
        ) from fault
    finally:
        for part in parts.values():
            _remove_if_there(part)
    return places


def _remove_if_there(part: Path) -> None:
    """Remove what a failed write left. A folder that cannot be reached holds nothing to remove."""
    if part.parent.is_dir():
        part.unlink(missing_ok=True)


def _write_through(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
