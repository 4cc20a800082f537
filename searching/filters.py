"""Published search filters for study types, each with its version and citation, compiled as lines of their own.

The texts stand as published, field tags in their short form: a filter that is changed is no longer the one that was
validated (PRISMA-S, item 10).
Sensitivity and specificity are given where the publisher of the filter gives them, else left out.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel
from evidence.errors import InvalidInput

_HANDBOOK = (
    "Lefebvre C, Manheimer E, Glanville J. Chapter 6: Searching for studies. In: Higgins JPT, Green S (editors). Cochrane "
    "Handbook for Systematic Reviews of Interventions, version 5.1.0. The Cochrane Collaboration, 2011, {box}."
)
_GUIDE = "PubMed User Guide, Clinical Study Categories, National Library of Medicine"
_REVISED = "as in the PubMed User Guide; NLM's table is revised as of December 2011"


class SearchFilter(EvidenceModel):
    """A published filter."""

    id: str = Field(description="Short stable name, for example `cochrane-rct-sensitive`.")
    name: str = Field(description="The name its authors gave it.")
    version: str = Field(description="Version or date of the text.")
    citation: str = Field(description="The publication to cite.")
    query: str = Field(description="The text in PubMed's language, as published.")
    sensitivity: float | None = Field(
        default=None, ge=0, le=1, description="Share of the sought studies found, as published; unset: not stated here."
    )
    specificity: float | None = Field(
        default=None, ge=0, le=1, description="Share of the other records kept out, as published; unset: not stated here."
    )
    operator: Literal["AND", "NOT"] = Field(
        default="AND", description="How it joins a strategy: NOT takes the records that it finds away."
    )
    note: str = Field(default="", description="What a searcher should know before using it.")

    @property
    def purpose(self) -> str:
        """What stands beside the line in a strategy."""
        return f"filter, unmodified: {self.name} ({self.version}); {self.citation}"


_COCHRANE_SENSITIVE = (
    "((randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR placebo[tiab] OR "
    "drug therapy[sh] OR randomly[tiab] OR trial[tiab] OR groups[tiab]) NOT (animals[mh] NOT humans[mh]))"
)
_COCHRANE_PRECISE = (
    "((randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR placebo[tiab] OR "
    "clinical trials as topic[mesh:noexp] OR randomly[tiab] OR trial[ti]) NOT (animals[mh] NOT humans[mh]))"
)
_THERAPY = (
    "Haynes RB, McKibbon KA, Wilczynski NL, Walter SD, Werre SR. Optimal search strategies for retrieving scientifically "
    "strong studies of treatment from Medline: analytical survey. BMJ 2005;330:1179."
)
_DIAGNOSIS = (
    "Haynes RB, Wilczynski NL. Optimal search strategies for retrieving scientifically strong studies of diagnosis from "
    "Medline: analytical survey. BMJ 2004;328:1040."
)
_ETIOLOGY = (
    "Wilczynski NL, Haynes RB. Developing optimal search strategies for detecting clinically sound causation studies in "
    "MEDLINE. AMIA Annu Symp Proc 2003:719-23."
)
_PROGNOSIS = (
    "Wilczynski NL, Haynes RB. Developing optimal search strategies for detecting clinically sound prognostic studies in "
    "MEDLINE: an analytic survey. BMC Med 2004;2:23."
)
_PREDICTION = (
    "Wong SS, Wilczynski NL, Haynes RB, Ramkissoonsingh R. Developing optimal search strategies for detecting sound clinical "
    "prediction studies in MEDLINE. AMIA Annu Symp Proc 2003:728-32."
)

# (category, scope, citation, sensitivity, specificity, text); the two figures are those of the PubMed User Guide's table.
_CLINICAL: tuple[tuple[str, str, str, float, float, str], ...] = (
    (
        "therapy",
        "broad",
        _THERAPY,
        0.99,
        0.70,
        "((clinical[tiab] AND trial[tiab]) OR clinical trials as topic[mesh] OR clinical trial[pt] OR random*[tiab] OR "
        "random allocation[mh] OR therapeutic use[sh])",
    ),
    (
        "therapy",
        "narrow",
        _THERAPY,
        0.93,
        0.97,
        "(randomized controlled trial[pt] OR (randomized[tiab] AND controlled[tiab] AND trial[tiab]))",
    ),
    (
        "diagnosis",
        "broad",
        _DIAGNOSIS,
        0.98,
        0.74,
        "(sensitiv*[tiab] OR sensitivity and specificity[mh] OR diagnose[tiab] OR diagnosed[tiab] OR diagnoses[tiab] OR "
        "diagnosing[tiab] OR diagnosis[tiab] OR diagnostic[tiab] OR diagnosis[mh:noexp] OR (diagnostic equipment[mh:noexp] OR "
        "diagnostic errors[mh:noexp] OR diagnostic imaging[mh:noexp] OR diagnostic services[mh:noexp]) OR "
        "diagnosis, differential[mh:noexp] OR diagnosis[sh:noexp])",
    ),
    ("diagnosis", "narrow", _DIAGNOSIS, 0.64, 0.98, "(specificity[tiab])"),
    (
        "etiology",
        "broad",
        _ETIOLOGY,
        0.93,
        0.63,
        "(risk*[tiab] OR risk*[mh:noexp] OR (risk adjustment[mh:noexp] OR risk assessment[mh:noexp] OR "
        "risk factors[mh:noexp] OR risk management[mh:noexp] OR risk taking[mh:noexp]) OR cohort studies[mh] OR group[tw] OR "
        "groups[tw] OR grouped[tw])",
    ),
    (
        "etiology",
        "narrow",
        _ETIOLOGY,
        0.51,
        0.95,
        "((relative[tiab] AND risk*[tiab]) OR (relative risk[tw]) OR risks[tw] OR cohort studies[mh:noexp] OR "
        "(cohort[tiab] AND study[tiab]) OR (cohort[tiab] AND studies[tiab]))",
    ),
    (
        "prognosis",
        "broad",
        _PROGNOSIS,
        0.90,
        0.80,
        "(incidence[mh:noexp] OR mortality[mh] OR follow up studies[mh:noexp] OR prognos*[tw] OR predict*[tw] OR course*[tw])",
    ),
    (
        "prognosis",
        "narrow",
        _PROGNOSIS,
        0.52,
        0.94,
        "(prognos*[tiab] OR (first[tiab] AND episode[tiab]) OR cohort[tiab])",
    ),
    (
        "prediction",
        "broad",
        _PREDICTION,
        0.96,
        0.79,
        "(predict*[tiab] OR predictive value of tests[mh] OR score[tiab] OR scores[tiab] OR scoring system[tiab] OR "
        "scoring systems[tiab] OR observ*[tiab] OR observer variation[mh])",
    ),
    ("prediction", "narrow", _PREDICTION, 0.54, 0.99, "(validation[tiab] OR validate[tiab])"),
)
_SPELLED = {"prediction": "clinical prediction guides"}


def _clinical(row: tuple[str, str, str, float, float, str]) -> SearchFilter:
    category, scope, citation, sensitivity, specificity, query = row
    return SearchFilter(
        id=f"clinical-queries-{category}-{scope}",
        name=f"Clinical Queries, {_SPELLED.get(category, category)}, {scope}",
        version=_REVISED,
        citation=f"{citation} Text: {_GUIDE}.",
        query=query,
        sensitivity=sensitivity,
        specificity=specificity,
        note="Built for quick clinical answers; for a systematic review take a filter made for it.",
    )


FILTERS: tuple[SearchFilter, ...] = (
    SearchFilter(
        id="cochrane-rct-sensitive",
        name="Cochrane Highly Sensitive Search Strategy for randomised trials, sensitivity-maximising version, PubMed format",
        version="2008 revision",
        citation=_HANDBOOK.format(box="Box 6.4.a"),
        query=_COCHRANE_SENSITIVE,
        note="Where it finds more than can be screened, Cochrane advises the sensitivity- and precision-maximising version.",
    ),
    SearchFilter(
        id="cochrane-rct-precise",
        name=(
            "Cochrane Highly Sensitive Search Strategy for randomised trials, sensitivity- and precision-maximising version, "
            "PubMed format"
        ),
        version="2008 revision",
        citation=_HANDBOOK.format(box="Box 6.4.b"),
        query=_COCHRANE_PRECISE,
        note="Derived from records indexed for MEDLINE; the others are reached by its free-text words alone.",
    ),
    *(_clinical(row) for row in _CLINICAL),
    SearchFilter(
        id="systematic-reviews",
        name="PubMed systematic review filter",
        version="as PubMed applies it on the day of the search",
        citation=(
            "Search strategy used to create the PubMed systematic reviews filter. National Library of Medicine, "
            "https://www.nlm.nih.gov/bsd/pubmed_subsets/sysreviews_strategy.html"
        ),
        query="systematic[sb]",
        note="NLM keeps the text behind it and changes it; the day of the search is its version.",
    ),
    SearchFilter(
        id="not-animals-only",
        name="Animal studies removed, in the form that keeps records without indexing",
        version="2008 revision of the Cochrane Highly Sensitive Search Strategy, lines 10 and 11",
        citation=_HANDBOOK.format(box="Box 6.4.a"),
        query="(animals[mh] NOT humans[mh])",
        operator="NOT",
        note="humans[mh] as a positive limit would drop every record that is not indexed yet.",
    ),
)
"""Every filter, the Cochrane ones first."""

_BY_ID = {entry.id: entry for entry in FILTERS}


def find_filter(name: str) -> SearchFilter:
    """The filter of this id, whatever its case. Raises InvalidInput with the nearest ids for any other."""
    key = "-".join(name.casefold().split())
    if key in _BY_ID:
        return _BY_ID[key]
    near = get_close_matches(key, list(_BY_ID), n=2, cutoff=0.3)
    hint = f"perhaps {' or '.join(near)}; " if near else ""
    raise InvalidInput(f"There is no search filter “{name[:60]}”: {hint}`evidence search filters` lists them.")
