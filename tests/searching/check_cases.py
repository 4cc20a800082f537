"""A small vocabulary, a clean strategy, and faults to plant in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches

from evidence.mesh import Descriptor


def _descriptor(heading: str, entry_terms: tuple[str, ...], *places: str) -> Descriptor:
    return Descriptor(ui=f"D{abs(hash(heading)) % 10**6:06}", heading=heading, entry_terms=entry_terms, tree_numbers=places)


HEADINGS = (
    _descriptor("Anemia", ("Anaemia",), "C15.378.071"),
    _descriptor("Anemia, Sickle Cell", ("Sickle Cell Anemia",), "C15.378.071.141"),
    _descriptor("Exercise", ("Physical Activity",), "G11.427"),
    _descriptor("Fatigue", ("Lassitude",), "C23.888.369"),
    _descriptor("Humans", ("Human",), "B01.050.150"),
    _descriptor("Animals", ("Animal",), "B01.050"),
    _descriptor("Adult", (), "M01.060.116"),
    _descriptor("COVID-19", (), "C01.748"),
    _descriptor("Placebos", (), "D26.660"),
    _descriptor("Stroke", ("Apoplexy",), "C10.228"),
    _descriptor("Randomized Controlled Trial", (), "V03.175"),
    _descriptor("Letter", (), "V02.700"),
)


class SmallMesh:
    """A `MeshVocabulary` of a dozen headings."""

    version = "MeSH (a dozen headings)"

    def __init__(self) -> None:
        self._named = {name.lower(): entry for entry in HEADINGS for name in (entry.heading, *entry.entry_terms)}

    def find(self, name: str) -> Descriptor | None:
        return self._named.get(name.lower())

    def narrower(self, heading: str) -> tuple[str, ...]:
        top = self.find(heading)
        if top is None:
            return ()
        below = [e.heading for e in HEADINGS if any(p.startswith(f"{t}.") for p in e.tree_numbers for t in top.tree_numbers)]
        return (top.heading, *below)

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        return tuple(get_close_matches(name, [entry.heading for entry in HEADINGS], n=limit))


CLEAN = """\
#1 "Anemia"[mh] OR anaemi*[tiab] OR anemi*[tiab]
#2 "Exercise"[mh] OR exercis*[tiab] OR "physical activity"[tiab]
#3 "Fatigue"[mh] OR fatigue[tiab] OR lassitude[tiab]
#4 #1 AND #2 AND #3
#5 #4 NOT (animals[mh] NOT humans[mh])
"""


@dataclass(frozen=True)
class Planted:
    """A fault put into the clean strategy: what is replaced by what, and where the finding points."""

    rule: str
    old: str
    new: str
    points_at: str
    severity: str = "error"
    suggestion: str | None = None
    also: frozenset[str] = field(default=frozenset())
    """Rules that say something of the same fault."""


def _also(*rules: str) -> frozenset[str]:
    return frozenset(rules)


PLANTED = (
    Planted("unknown-heading", '"Fatigue"[mh]', '"Fatgiue"[mh]', '"Fatgiue"[mh]', suggestion='"Fatigue"[mh]'),
    Planted("unknown-heading", '"Fatigue"[mh]', '"Placebo"[mh]', '"Placebo"[mh]', "warning", '"Placebos"[mh]'),
    Planted("entry-term-as-heading", '"Fatigue"[mh]', '"Lassitude"[mh]', '"Lassitude"[mh]', "advice", '"Fatigue"[mh]'),
    Planted("unknown-subheading", '"Fatigue"[mh]', '"Fatigue/preventon"[mh]', '"Fatigue/preventon"[mh]'),
    Planted("subheading-after-tag", '"Fatigue"[mh]', '"Fatigue"[mh]/therapy', "[mh]/therapy"),
    Planted("exp-before-heading", '"Fatigue"[mh]', "exp Fatigue[mh]", "exp", suggestion=""),
    Planted("ovid-syntax", '"Fatigue"[mh]', "exp Fatigue/", "exp Fatigue/"),
    Planted("major-topic-only", '"Fatigue"[mh]', '"Fatigue"[majr]', '"Fatigue"[majr]', "advice"),
    Planted("not-exploded", '"Anemia"[mh]', '"Anemia"[mh:noexp]', '"Anemia"[mh:noexp]', "advice"),
    Planted(
        "covered-heading", '"Anemia"[mh]', '"Anemia"[mh] OR "Anemia, Sickle Cell"[mh]', '"Anemia, Sickle Cell"[mh]', "advice",
        also=_also("heading-without-text"),
    ),
    Planted(
        "supplementary-concept-now-heading", '"Fatigue"[mh]', '"Fatigue"[mh] OR COVID-19[nm]', "COVID-19[nm]", "warning",
        '"COVID-19"[mh]',
    ),
    Planted("concept-without-heading", '"Fatigue"[mh] OR ', "", "fatigue[tiab]", "warning", 'fatigue[tiab] OR "Fatigue"[mh]'),
    Planted("heading-without-text", " OR fatigue[tiab] OR lassitude[tiab]", "", '"Fatigue"[mh]', "warning"),
    Planted("spelling-variant", "anaemi*[tiab] OR anemi*[tiab]", "anaemia[tiab]", "anaemia[tiab]", "warning"),
    Planted("hyphen-variant", "lassitude[tiab]", "post-viral[tiab]", "post-viral[tiab]", "advice"),
    Planted("singular-or-plural", "lassitude[tiab]", "tumors[tiab] OR tumours[tiab]", "tumors[tiab]", "advice"),
    Planted("acronym-alone", "lassitude[tiab]", "CFS[tiab]", "CFS[tiab]", "advice"),
    Planted("duplicate-term", "lassitude[tiab]", "fatigue[tiab]", "fatigue[tiab]", "advice"),
    Planted("covered-term", "lassitude[tiab]", "fatig*[tiab]", "fatigue[tiab]", "advice"),
    Planted("covered-term", "lassitude[tiab]", '"chronic fatigue"[tiab]', '"chronic fatigue"[tiab]', "advice"),
    Planted("untagged-term", "lassitude[tiab]", "lassitude", "lassitude", "advice", "lassitude[tiab]"),
    Planted("untagged-not-mapped", "lassitude[tiab]", '"lassitude"', '"lassitude"', "advice"),
    Planted("short-truncation", "lassitude[tiab]", "las*[tiab]", "las*"),
    Planted("misplaced-truncation", "lassitude[tiab]", "*lassitude[tiab]", "*lassitude"),
    Planted("misplaced-truncation", "lassitude[tiab]", "lass*tude[tiab]", "lass*tude"),
    Planted("misplaced-truncation", "lassitude[tiab]", '"great* lassitude"[tiab]', "great*"),
    Planted("truncation-in-quotes", "lassitude[tiab]", '"great lassitud*"[tiab]', "lassitud*", "advice"),
    Planted("wildcard-of-another-interface", "lassitude[tiab]", "lass?tude[tiab]", "?"),
    Planted("wildcard-of-another-interface", "lassitude[tiab]", "lassitud$[tiab]", "$", suggestion="*"),
    Planted("proximity-of-another-interface", "lassitude[tiab]", "great adj3 lassitude[tiab]", "adj3"),
    Planted("proximity-misuse", "lassitude[tiab]", '"great lassitude"[mh:~3]', "[mh:~3]"),
    Planted("proximity-misuse", "lassitude[tiab]", "great lassitude[tiab:~3]", "[tiab:~3]"),
    Planted("unknown-tag", "lassitude[tiab]", "lassitude[tiba]", "[tiba]", suggestion="[tiab]"),
    Planted("tag-in-wrong-brackets", "lassitude[tiab]", "lassitude (tiab)", "(tiab)", suggestion="[tiab]"),
    Planted("tag-on-group", "fatigue[tiab] OR lassitude[tiab]", "(fatigue OR lassitude)[tiab]", "[tiab]"),
    Planted("tag-on-group", "#1 AND #2 AND #3", "#1 AND #2[tiab] AND #3", "[tiab]"),
    Planted("smart-quotes", '"physical activity"', "“physical activity”", "“", "warning", '"'),
    Planted("odd-character", "lassitude[tiab]", "las–situde[tiab]", "–", "warning", "-"),
    Planted("odd-character", "lassitude[tiab]", "las\u200bsitude[tiab]", "\u200b", "warning", ""),
    Planted("stray-characters", "OR lassitude[tiab]", "OR lassitude[tiab]/", "/", "advice", ""),
    Planted("no-date", "#1 AND #2 AND #3", "#1 AND #2 AND #3 AND recent[dp]", "recent[dp]", also=_also("limit-to-justify")),
    Planted("lower-case-operator", "#1 AND #2 AND #3", "#1 AND #2 and #3", "and", "warning", "AND"),
    Planted("lower-case-operator", "lassitude[tiab]", "great or lassitude[tiab]", "or", "warning", "OR"),
    Planted("missing-operator", "OR lassitude[tiab]", "lassitude[tiab]", " ", suggestion=" OR ", also=_also("mixed-operators")),
    Planted("mixed-operators", "#1 AND #2 AND #3", "#1 OR #2 AND #3", "AND"),
    Planted("mixed-operators", "#1 AND #2 AND #3", "#1 AND #2 OR #3", "OR", "warning"),
    Planted("not-animals", "NOT (animals[mh] NOT humans[mh])", "NOT animals[mh]", "animals[mh]"),
    Planted("not-loses-records", "NOT (animals[mh] NOT humans[mh])", "NOT children[tiab]", "NOT", "warning"),
    Planted("not-loses-records", "NOT (animals[mh] NOT humans[mh])", "NOT letter[pt]", "NOT", "advice"),
    Planted("humans-limit", "NOT (animals[mh] NOT humans[mh])", "AND humans[mh]", "humans[mh]"),
    Planted("humans-limit", "NOT (animals[mh] NOT humans[mh])", "AND humans[Filter]", "humans[Filter]"),
    Planted(
        "filter-in-sub-clause", "lassitude[tiab]", "(lassitude[tiab] AND 2010:2020[dp])", "2010:2020[dp]", "warning"
    ),
    Planted("filter-in-sub-clause", "lassitude[tiab]", "(lassitude[tiab] AND english[la])", "english[la]", "warning"),
    Planted("limit-drops-unindexed", "#1 AND #2 AND #3", "#1 AND #2 AND #3 AND Adult[mh]", "Adult[mh]", "warning"),
    Planted("limit-drops-unindexed", "#1 AND #2 AND #3", "#1 AND #2 AND #3 AND letter[pt]", "letter[pt]", "warning"),
    Planted("availability-limit", "#2 AND #3", "#2 AND #3 AND free full text[sb]", "free full text[sb]", "warning"),
    Planted("limit-to-justify", "#1 AND #2 AND #3", "#1 AND #2 AND #3 AND english[la]", "english[la]", "advice"),
    Planted(
        "unknown-publication-type", "#1 AND #2 AND #3",
        "#1 AND #2 AND #3 AND (randomised controlled trial[pt] OR trial[tiab])",
        "randomised controlled trial[pt]", suggestion='"Randomized Controlled Trial"[pt]',
    ),
    Planted("missing-line", "#1 AND #2 AND #3", "#1 AND #2 AND #3 AND #9", "#9"),
    Planted("later-line", "#1 AND #2 AND #3", "#1 AND #2 AND #3 AND #5", "#5"),
    Planted(
        "line-number-without-hash", "#1 AND #2 AND #3", "#1 AND #2 AND 3", "3", suggestion="#3",
        also=_also("missing-operator"),
    ),
    Planted(
        "unused-line", "#1 AND #2 AND #3", "#1 AND #3",
        '"Exercise"[mh] OR exercis*[tiab] OR "physical activity"[tiab]', "warning",
    ),
    Planted("syntax-error", "#1 AND #2 AND #3", "#1 AND (#2 AND #3", "("),
    Planted("syntax-error", "#1 AND #2 AND #3", "#1 AND #2) AND #3", ")"),
    Planted("syntax-error", "#1 AND #2 AND #3", "#1 AND OR #2 AND #3", "OR"),
    Planted("syntax-error", '"physical activity"[tiab]', 'physical activity"[tiab]', '"'),
    Planted("syntax-error", '"Anemia"[mh]', '"Anemia[mh]', '"'),
)  # fmt: skip
