"""A MeSH of two dozen headings, for tests that need to see what explosion and mapping do."""

from __future__ import annotations

from difflib import get_close_matches

from evidence.mesh import Descriptor

_HEADINGS = {
    "Neoplasms": (("Cancer", "Tumors"), ("C04",)),
    "Neoplasms by Site": ((), ("C04.588",)),
    "Lung Neoplasms": (("Lung Cancer",), ("C04.588.894.797.520", "C08.381.540")),
    "Lung Diseases": ((), ("C08.381",)),
    "Rhinitis": (("Nasal Catarrh",), ("C08.460.799",)),
    "Rhinitis, Allergic": (("Allergic Rhinitis",), ("C08.460.799.315",)),
    "Rhinitis, Allergic, Seasonal": (("Hay Fever", "Pollinosis"), ("C08.460.799.315.750",)),
    "Stem Cells": (("Progenitor Cells",), ("A11.872",)),
    "Peanut Hypersensitivity": (("Peanut Allergy",), ("C20.543.480.370.500",)),
    "Tissue Donors": (("Donor",), ("M01.898",)),
    "Lung Transplantation": (("Lung Transplant",), ("E04.936.450.490",)),
    "Humans": ((), ("B01.050.150.900",)),
    "Animals": ((), ("B01.050",)),
    "Randomized Controlled Trials as Topic": ((), ("E05.318.372.250.250.365",)),
    "Child": ((), ("M01.060.406",)),
    "Child, Preschool": ((), ("M01.060.406.448",)),
}


class SmallMesh:
    """A `MeshVocabulary` in memory."""

    version = "a small MeSH for tests"

    def __init__(self) -> None:
        self._entries = {
            heading: Descriptor(ui=f"D{place:06}", heading=heading, entry_terms=terms, tree_numbers=trees)
            for place, (heading, (terms, trees)) in enumerate(_HEADINGS.items())
        }
        self._names = {
            name.casefold(): entry for entry in self._entries.values() for name in (entry.heading, *entry.entry_terms)
        }

    def find(self, name: str) -> Descriptor | None:
        return self._names.get(" ".join(name.split()).casefold())

    def narrower(self, heading: str) -> tuple[str, ...]:
        top = self.find(heading)
        if top is None:
            return ()
        places = tuple(f"{number}." for number in top.tree_numbers)
        below = [each.heading for each in self._entries.values() if any(n.startswith(places) for n in each.tree_numbers)]
        return (top.heading, *below)

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        return tuple(self._names[near].heading for near in get_close_matches(name.casefold(), list(self._names), n=limit))
