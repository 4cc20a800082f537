"""Which figures belong side by side, what their names are in words, and which come first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

PRODUCT = "the product"

HEADLINES: Mapping[str, tuple[str, ...]] = {
    "claims": ("*macro_f1", "*precision_at_40", "*turned_difference"),
    "mutations": ("caught_*", "untouched_*"),
    "pubmedqa": ("*accuracy", "*macro_f1", "turned_difference"),
    "bioasq": ("*accuracy", "*macro_f1"),
    "extraction": ("direction_macro_f1", "direction_accuracy", "*_right", "values_told"),
    "numbers": ("reported.*flagged_*", "gpt4.*flagged_*", "gpt35.*flagged_*"),
    "retrieval": ("*",),
    "search": ("*.recall.*", "*.precision.*"),
    "medevidence": ("given.accuracy", "given.macro_f1", "given.baseline *", "given.turned_difference", "found.accuracy",
                    "found.macro_f1", "found.baseline *"),
    "citations": ("*",),
    "speed": ("seconds a record.whole flow", "seconds a question.whole flow"),
    "cost": ("calls a record.whole flow", "tokens a record.whole flow", "calls a question.whole flow",
             "tokens a question.whole flow"),
}  # fmt: skip
"""Patterns of the figures that a reader wants first, by suite; a suite that is not here has none that come last."""

_COMMONEST, _DRAWN, _PRINTED = "always the commonest answer", "drawn at random", ", is it printed at all"
_BASELINES = frozenset({_COMMONEST, _DRAWN, "BM25", "MiniLM", "the model's words raw"})
_FAMILIES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"^caught_(.+)$"), "Planted errors caught, by kind", r"\1"),
    (re.compile(r"^untouched_(.+)$"), "Untouched conclusions of authors, less is better", r"\1"),
    (re.compile(r"^passed_(.+)$"), "Fabrications passed, by kind, less is better", r"\1"),
    (re.compile(r"^drafts_leaking_in_(.+)$"), "Drafts with a fabrication let out, by document", r"\1"),
    (re.compile(r"^reported\.(?!presence|flagged)(\w+)\.flagged_(\w+)$"), r"\2 numbers flagged, by field", r"\1"),
    (re.compile(r"^(\w+)\.presence_flagged_(\w+)$"), r"\2 numbers flagged, by reader", r"\1" + _PRINTED),
    (re.compile(r"^(\w+)\.flagged_(\w+)$"), r"\2 numbers flagged, by reader", r"\1"),
    (re.compile(r"^(\w+)\.(x|blank|unreadable)$"), r"Answers counted apart: \2", r"\1"),
    (re.compile(r"^(seconds|calls|tokens) a (record|question)\.(.+)$"), r"\1 a \2", r"\3"),
    (re.compile(r"^(given|found)\.certainty (.+)\.accuracy$"), r"sources \1: accuracy, by the review's certainty", r"\2"),
    (re.compile(r"^checker as judge\.(.+)$"), "The checker against people, as a judge", r"\1"),
)
"""Figures of one measure over several kinds, readers or stages: what names them, the measure, and what tells them apart."""

_SYSTEMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:(?<=\.)|(?<=_)|^)baseline majority\."), _COMMONEST),
    (re.compile(r"(?:(?<=\.)|(?<=_)|^)baseline random\."), _DRAWN),
    (re.compile(r"(?:(?<=_)|^)majority_"), _COMMONEST),
    (re.compile(r"(?:(?<=_)|^)random_"), _DRAWN),
    (re.compile(r"(?<=_)checks_"), "the checks of the draft"),
    (re.compile(r"(?<=_)span_"), "annotated sentences given"),
    (re.compile(r"(?<=_)abstract_"), "whole abstract given"),
    (re.compile(r"\.fusion$"), "fusion, as the product ranks"),
    (re.compile(r"\.BM25$"), "BM25"),
    (re.compile(r"\.MiniLM$"), "MiniLM"),
    (re.compile(r"\.compiled$"), "compiled, as the product searches"),
    (re.compile(r"\.raw$"), "the model's words raw"),
)
_WORDS = (
    (re.compile(r"macro_f1"), "macro-F1"),
    (re.compile(r"precision_at_(\d+)"), r"precision at \1 % coverage"),
    (re.compile(r"as_it_was_accuracy"), "accuracy, cases that can be turned"),
    (re.compile(r"turned_accuracy"), "accuracy, the same cases turned"),
    (re.compile(r"turned_difference"), "accuracy, turned less as it was"),
    (re.compile(r"(scifact|healthver|evidence_inference|direction)_"), r"\1: "),
    (re.compile(r"evidence_inference"), "Evidence Inference"),
    (re.compile(r"healthver"), "HealthVer"),
    (re.compile(r"scifact"), "SciFact"),
    (re.compile(r"medevidence"), "MedEvidence"),
    (re.compile(r"cohen"), "Cohen"),
    (re.compile(r"^(given|found)\."), r"sources \1: "),
    (re.compile(r"\.(?!\d)"), ": "),
    (re.compile(r"_"), " "),
)


@dataclass(frozen=True)
class FigureName:
    """Where a figure stands: among those of one measure, and which system's it is."""

    measure: str
    system: str
    is_difference: bool = False
    is_baseline: bool = False


def read_name(name: str) -> FigureName:
    """A figure's name taken apart: `scifact_majority_accuracy` is the accuracy on SciFact of the commonest answer."""
    for pattern, measure, system in _FAMILIES:
        if found := pattern.search(name):
            told = in_words(found.expand(measure))
            said = found.expand(system).replace("_", " ")
            return FigureName(told, said, is_baseline=said.endswith(_PRINTED))
    for pattern, system in _SYSTEMS:
        if pattern.search(name):
            return FigureName(in_words(pattern.sub("", name, count=1)), system, is_baseline=system in _BASELINES)
    return FigureName(in_words(name), PRODUCT, is_difference=" less " in name or name.endswith("difference"))


def in_words(name: str) -> str:
    """The measure as a person reads it."""
    for pattern, words in _WORDS:
        name = pattern.sub(words, name)
    name = " ".join(name.split()).strip(" :")
    return name[:1].upper() + name[1:]


def is_headline(suite: str, name: str) -> bool:
    """Whether the figure is one of those that come first."""
    return any(fnmatchcase(name, pattern) for pattern in HEADLINES.get(suite, ("*",)))


def headlines(suite: str, names: Iterable[str]) -> list[str]:
    """Those of the figures that come first, in their order."""
    return [name for name in names if is_headline(suite, name)]
