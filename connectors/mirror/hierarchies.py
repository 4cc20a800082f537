"""Two small trees of MeSH that searches explode through: publication types and subheadings.

Sources: MeSH trees V01-V04 (publication characteristics), 2026; the hierarchy of allowable MeSH qualifiers, 2026. Both by
the National Library of Medicine. Types and qualifiers that have nothing below them stand in neither table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_TYPES: Mapping[str, tuple[str, ...]] = {
    "clinical study": (
        "clinical trial",
        "clinical trial protocol",
        "clinical trial, veterinary",
        "observational study",
        "observational study, veterinary",
    ),
    "clinical trial": (
        "adaptive clinical trial",
        "clinical trial, phase i",
        "clinical trial, phase ii",
        "clinical trial, phase iii",
        "clinical trial, phase iv",
        "controlled clinical trial",
    ),
    "controlled clinical trial": ("randomized controlled trial",),
    "randomized controlled trial": ("equivalence trial", "pragmatic clinical trial"),
    "clinical trial, veterinary": ("randomized controlled trial, veterinary",),
    "journal article": ("introductory journal article", "review"),
    "review": ("consensus development conference", "scoping review"),
    "meta-analysis": ("network meta-analysis",),
    "consensus development conference": ("consensus development conference, nih",),
    "congress": ("consensus development conference", "overall"),
    "guideline": ("practice guideline",),
    "historical article": ("biography", "classical article", "festschrift"),
    "biography": ("autobiography", "blog", "interview", "personal narrative"),
    "personal narrative": ("autobiography",),
    "bibliography": ("biobibliography",),
    "collected work": ("collected correspondence", "festschrift", "web archive"),
    "manuscript": ("manuscript, medical", "preprint"),
    "monograph": ("textbook",),
    "popular work": ("juvenile literature", "patient education handout"),
    "ephemera": ("advertisement", "letter", "poster", "program", "prospectus"),
    "electronic supplementary materials": ("interactive tutorial", "video-audio media", "webcast"),
    "video-audio media": ("instructional film and video", "interactive tutorial", "webcast"),
    "research support, u.s. government": (
        "research support, american recovery and reinvestment act",
        "research support, u.s. gov't, non-p.h.s.",
        "research support, u.s. gov't, p.h.s.",
    ),
    "research support, u.s. gov't, p.h.s.": (
        "research support, n.i.h., extramural",
        "research support, n.i.h., intramural",
    ),
    "retraction of publication": ("retraction notice",),
    "retraction notice": ("retraction of publication",),
}
"""Direct children. NLM renamed `Retraction of Publication` to `Retraction Notice`: either finds both."""

_QUALIFIERS: Mapping[str, tuple[str, ...]] = {
    "analysis": ("blood", "cerebrospinal fluid", "isolation and purification", "urine"),
    "anatomy and histology": ("blood supply", "cytology", "embryology", "innervation", "pathology", "ultrastructure"),
    "chemistry": ("agonists", "analogs and derivatives", "antagonists and inhibitors", "chemical synthesis"),
    "complications": ("secondary",),
    "cytology": ("pathology", "ultrastructure"),
    "diagnosis": ("diagnostic imaging", "pathology", "radiography", "radionuclide imaging", "ultrasonography"),
    "diagnostic imaging": ("radiography", "radionuclide imaging", "ultrasonography"),
    "embryology": ("abnormalities",),
    "epidemiology": ("ethnology", "mortality"),
    "etiology": (
        "chemically induced",
        "complications",
        "congenital",
        "embryology",
        "genetics",
        "immunology",
        "microbiology",
        "parasitology",
        "transmission",
        "virology",
    ),
    "metabolism": ("biosynthesis", "blood", "cerebrospinal fluid", "deficiency", "enzymology", "pharmacokinetics", "urine"),
    "microbiology": ("virology",),
    "organization and administration": (
        "economics",
        "legislation and jurisprudence",
        "manpower",
        "standards",
        "supply and distribution",
        "trends",
        "utilization",
    ),
    "pharmacology": (
        "administration and dosage",
        "adverse effects",
        "agonists",
        "antagonists and inhibitors",
        "pharmacokinetics",
        "poisoning",
        "toxicity",
    ),
    "physiology": ("genetics", "growth and development", "immunology", "metabolism", "physiopathology"),
    "statistics and numerical data": ("epidemiology", "ethnology", "mortality", "supply and distribution", "utilization"),
    "surgery": ("transplantation",),
    "therapeutic use": ("administration and dosage", "adverse effects", "poisoning"),
    "therapy": (
        "diet therapy",
        "drug therapy",
        "nursing",
        "prevention and control",
        "radiotherapy",
        "rehabilitation",
        "surgery",
        "transplantation",
    ),
    "toxicity": ("adverse effects", "poisoning"),
}


def narrower_types(name: str) -> tuple[str, ...]:
    """A publication type, in lower case, and every type below it."""
    return _closure(name, _TYPES)


def qualifier_family(name: str) -> tuple[str, ...]:
    """A subheading, in lower case with `and` for `&`, and every subheading below it."""
    return _closure(name, _QUALIFIERS)


@cache
def publication_types() -> frozenset[str]:
    """Every type that the tree names, and those without any below them that searchers use as filters."""
    named = {*_TYPES, *(child for children in _TYPES.values() for child in children)}
    return frozenset(named | _TYPES_ALONE)


def _closure(name: str, children: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found = {name: None}
    pending = [name]
    while pending:
        for child in children.get(pending.pop(), ()):
            if child not in found:
                found[child] = None
                pending.append(child)
    return tuple(found)


_TYPES_ALONE = {
    "address",
    "case reports",
    "clinical conference",
    "comment",
    "comparative study",
    "corrected and republished article",
    "dataset",
    "duplicate publication",
    "editorial",
    "english abstract",
    "evaluation study",
    "expression of concern",
    "lecture",
    "legal case",
    "meeting abstract",
    "multicenter study",
    "news",
    "newspaper article",
    "published erratum",
    "retracted publication",
    "systematic review",
    "technical report",
    "twin study",
    "validation study",
}
