"""MeSH from a descriptor file that was loaded on this machine."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from connectors.mesh.load import FILE_NAME, FORMAT, MeshLoad
from connectors.mesh.names import name_key, upright_key
from connectors.mesh.nearest import LEAST_LIKE, likeness, nearest_names
from evidence.errors import StorageFailure
from evidence.mesh import Descriptor

_WORD = re.compile(r"[^\W_]+")


def open_mesh(folder: Path) -> LocalMesh | None:
    """The descriptor file loaded into this folder, or None where none was.

    Raises StorageFailure where it is damaged or of an older format.
    """
    file = folder / FILE_NAME
    return LocalMesh(file) if file.is_file() else None


class LocalMesh:
    """A `MeshVocabulary` over one loaded file. Threads may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        try:
            self._database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            found = self._database.execute("PRAGMA user_version").fetchone()[0]
            if found != FORMAT:
                raise self._damaged(f"format {found}")
            about = self._database.execute("SELECT value FROM about WHERE key = 'loaded'").fetchone()
            self.loaded = MeshLoad.model_validate_json(about[0])
        except (sqlite3.Error, TypeError, ValueError) as error:
            raise self._damaged(str(error)) from error

    @property
    def version(self) -> str:
        """Which release this is, as a report names it."""
        return self.loaded.version

    def find(self, name: str) -> Descriptor | None:
        """The heading that is called so or that this entry term leads to; None if there is none or it is not clear which.

        Case, hyphens, accents and inversion (`Cholera Vaccines, Oral`) make no difference.
        """
        for key in dict.fromkeys((name_key(name), upright_key(name))):
            rows = self._rows("SELECT rank, descriptor FROM name WHERE key = ? ORDER BY rank", key)
            best = {owner for rank, owner in rows if rank == rows[0][0]}
            if len(best) == 1:
                return self._descriptor(best.pop())
        return None

    def narrower(self, heading: str) -> tuple[str, ...]:
        """The heading itself, then every heading below any of its places in the trees; empty if unknown."""
        top = self.find(heading)
        if top is None:
            return ()
        found = {top.heading: None}
        for place in sorted(top.tree_numbers):
            rows = self._rows(
                "SELECT d.heading FROM place p JOIN descriptor d ON d.id = p.descriptor "
                "WHERE p.number > ? AND p.number < ? ORDER BY p.number",
                f"{place}.",
                f"{place}/",  # the sign after the full stop
            )
            found.update(dict.fromkeys(row[0] for row in rows))
        return tuple(found)

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """The headings most like a name that is none, by headings and entry terms, best first."""
        asked = upright_key(name)
        with self._lock:
            candidates = nearest_names(self._database, asked, limit)
        best: dict[int, float] = {}
        for _, number in candidates:
            key, owner = self._rows("SELECT key, descriptor FROM likely WHERE id = ?", number)[0]
            best[owner] = max(best.get(owner, 0.0), likeness(asked, key))
        order = sorted((owner for owner in best if best[owner] >= LEAST_LIKE), key=lambda owner: -best[owner])
        return tuple(self._descriptor(owner).heading for owner in order[:limit])

    def by_identifier(self, ui: str) -> Descriptor | None:
        """The heading with this unique identifier, for example `D006973`."""
        rows = self._rows("SELECT id FROM descriptor WHERE ui = ?", ui.strip().upper())
        return self._descriptor(rows[0][0]) if rows else None

    def with_words(self, text: str, limit: int = 10_000) -> tuple[Descriptor, ...]:
        """The headings that have all these words in one of their names, those so called first, then by heading."""
        words = _WORD.findall(name_key(text))
        if not words:
            return ()
        like = " AND ".join("instr(key, ?)" for _ in words)
        rows = self._rows(f"SELECT DISTINCT key, descriptor FROM name WHERE {like}", *words)  # noqa: S608 - only marks
        wanted = set(words)
        owners = {owner for key, owner in rows if wanted <= set(_WORD.findall(key))}
        found = sorted((self._descriptor(owner) for owner in list(owners)[:limit]), key=lambda entry: entry.heading)
        named = name_key(text)
        return tuple(sorted(found, key=lambda entry: named not in map(name_key, (entry.heading, *entry.entry_terms))))

    def directly_below(self, tree_number: str) -> tuple[Descriptor, ...]:
        """The headings one step below a place in the trees, in the trees' order."""
        rows = self._rows(
            "SELECT descriptor FROM place WHERE number > ? AND number < ? AND length(number) = ? ORDER BY number",
            f"{tree_number}.",
            f"{tree_number}/",
            len(tree_number) + 4,
        )
        return tuple(self._descriptor(row[0]) for row in rows)

    def at(self, tree_number: str) -> Descriptor | None:
        """The heading at this place in the trees."""
        rows = self._rows("SELECT descriptor FROM place WHERE number = ?", tree_number)
        return self._descriptor(rows[0][0]) if rows else None

    def _descriptor(self, number: int) -> Descriptor:
        ui, heading, entries, trees = self._rows("SELECT ui, heading, entries, trees FROM descriptor WHERE id = ?", number)[0]
        return Descriptor(
            ui=ui,
            heading=heading,
            entry_terms=tuple(json.loads(entries)),
            tree_numbers=tuple(trees.split("|")) if trees else (),
        )

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._database.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise self._damaged(str(error)) from error

    def _damaged(self, reason: str) -> StorageFailure:
        return StorageFailure(
            f"The MeSH file {self._file} cannot be read ({reason}): load it again with `evidence mirror load-mesh`."
        )
