"""Reads what E-utilities say of MeSH headings: the answer of esummary for the database `mesh`, version 2 in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evidence.errors import BadAnswer
from evidence.mesh import Descriptor

_DESCRIPTOR_UID = re.compile(r"68([0-9]{6})")
_TREE = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{3})*")


@dataclass(frozen=True)
class MeshSummary:
    """One heading with the uids of the headings directly below it."""

    descriptor: Descriptor
    children: tuple[str, ...]


def read_mesh_summaries(body: bytes, *, host: str) -> list[MeshSummary]:
    """The descriptors in the answer, in order; subheadings and supplementary concepts, which are none, are passed over.

    Raises BadAnswer where it is no such answer.
    """
    try:
        result = json.loads(body)["result"]
        entries = [result[uid] for uid in result["uids"]]
        found = [_read(entry) for entry in entries if "error" not in entry]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadAnswer(f"{host} describes MeSH headings in a way that cannot be read; try again later.") from error
    return [summary for summary in found if summary is not None]


def _read(entry: Mapping[str, Any]) -> MeshSummary | None:
    uid = str(entry["uid"])
    numbered = _DESCRIPTOR_UID.fullmatch(uid)
    ui = str(entry.get("ds_meshui") or (f"D{numbered[1]}" if numbered else ""))
    names = [str(name).strip() for name in entry["ds_meshterms"] if str(name).strip()]
    if not ui.startswith("D") or not names:
        return None
    links = entry.get("ds_idxlinks") or []
    trees = (str(link.get("treenum", "")) for link in links)
    children = dict.fromkeys(str(child) for link in links for child in link.get("children") or [])
    descriptor = Descriptor(
        ui=ui,
        heading=names[0],
        entry_terms=tuple(dict.fromkeys(names[1:])),
        tree_numbers=tuple(dict.fromkeys(number for number in trees if _TREE.fullmatch(number))),
    )
    return MeshSummary(descriptor, tuple(child for child in children if child.isdigit()))
