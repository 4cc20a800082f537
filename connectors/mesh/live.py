"""MeSH as NCBI answers it: esearch and esummary on its database `mesh`, through the PubMed client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from connectors.mesh.names import name_key, upright_key
from connectors.mesh.nearest import LEAST_LIKE, likeness
from connectors.mesh.summaries import MeshSummary, read_mesh_summaries
from connectors.pubmed.answers import SearchAnswer, read_search
from connectors.pubmed.client import BATCH_SIZE, PubMed
from evidence.errors import IncompleteRetrieval
from evidence.mesh import Descriptor

_DEEPEST = 20
"""Levels of the trees below a heading; MeSH has 13."""


@dataclass
class LiveMesh:
    """A `MeshVocabulary` over E-utilities. What was asked once is kept for as long as this lives."""

    source: PubMed
    listed: int = 200
    """Headings of one search that are looked through for a name."""

    asked_on: date = field(default_factory=lambda: datetime.now(UTC).date())
    _found: dict[str, Descriptor | None] = field(default_factory=dict, repr=False)
    _children: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @property
    def version(self) -> str:
        """Which vocabulary answers, and when."""
        return f"MeSH as answered by {self.source.name} on {self.asked_on:%Y-%m-%d}"

    def find(self, name: str) -> Descriptor | None:
        """The heading that is called so or that this entry term leads to; None if there is none.

        Raises IncompleteRetrieval where more headings match than are looked through and none of those is it, and what
        the client raises where NCBI cannot be asked.
        """
        key = upright_key(name)
        if not _plain(name):
            return None
        if key not in self._found:
            self._found[key] = self._look_up(name)
        return self._found[key]

    def narrower(self, heading: str) -> tuple[str, ...]:
        """The heading itself and every heading below it in any tree; empty if unknown. One request a level or more."""
        top = self.find(heading)
        if top is None:
            return ()
        found = {top.heading: None}
        below, seen = self._children[top.ui], set[str]()
        for _ in range(_DEEPEST):
            new = [uid for uid in below if uid not in seen]
            if not new:
                return tuple(found)
            seen |= set(new)
            level = list(self._summaries(new))
            found |= dict.fromkeys(entry.descriptor.heading for entry in level)
            below = tuple(dict.fromkeys(uid for entry in level for uid in entry.children))
        raise IncompleteRetrieval(f"The MeSH tree below “{top.heading}” has no end at {self.source.name}: load a MeSH file.")

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """The headings most like a name among those that share words with it; NCBI looks for no misspelt ones."""
        asked = upright_key(name)
        if not _plain(name):
            return ()
        likely = {
            entry.descriptor.heading: max(
                likeness(asked, upright_key(term)) for term in (entry.descriptor.heading, *entry.descriptor.entry_terms)
            )
            for entry in self._summaries(self._search(_plain(name)).ids)
        }
        best = sorted((heading for heading in likely if likely[heading] >= LEAST_LIKE), key=lambda h: -likely[h])
        return tuple(best[:limit])

    def _look_up(self, name: str) -> Descriptor | None:
        keys = {name_key(name), upright_key(name)}
        for query in (f'"{_plain(name)}"[MeSH Terms]', _plain(name)):
            answer = self._search(query)
            entries = list(self._summaries(answer.ids))
            named = [entry for entry in entries if {name_key(entry.descriptor.heading)} & keys]
            named += [entry for entry in entries if keys & {name_key(term) for term in entry.descriptor.entry_terms}]
            if named:
                self._children[named[0].descriptor.ui] = named[0].children
                return named[0].descriptor
        if answer.count > len(answer.ids):
            raise IncompleteRetrieval(
                f"{self.source.name} lists {answer.count} MeSH entries for “{name[:60]}”, too many to look through: load a "
                "MeSH file with `evidence mirror load-mesh`."
            )
        return None

    def _search(self, query: str) -> SearchAnswer:
        host = self.source.url
        return self.source.ask(
            "esearch", lambda body: read_search(body, host=host), db="mesh", term=query, retmax=str(self.listed), retmode="xml"
        )

    def _summaries(self, uids: Sequence[str]) -> Iterator[MeshSummary]:
        host = self.source.url
        for start in range(0, len(uids), BATCH_SIZE):
            asked = ",".join(uids[start : start + BATCH_SIZE])
            yield from self.source.ask(
                "esummary",
                lambda body: read_mesh_summaries(body, host=host),
                db="mesh",
                id=asked,
                retmode="json",
                version="2.0",
            )


def _plain(name: str) -> str:
    """The name without what E-utilities would read as syntax."""
    return " ".join("".join(" " if letter in '"[]()*#' else letter for letter in name).split())
