"""PubMed's filters and subsets by name: which can be answered from the records themselves, and as what query.

Sources: PubMed User Guide, "Subsets", "Filters" and "Comment correction type filters"; for systematic[sb], NLM's "Search
Strategy Used to Create the PubMed Systematic Reviews Filter" (version of 2018-12, in use since). Filters that need more than
the records hold (LinkOut, associated data, topic subsets) stand in no table and are refused.
"""

from __future__ import annotations

import re

from connectors.mirror.hierarchies import publication_types

_SYSTEMATIC_TITLES = " OR ".join(
    f'"{words}"[ti]'
    for words in (
        "systematic review",
        "systematic literature review",
        "systematic scoping review",
        "systematic narrative review",
        "systematic qualitative review",
        "systematic evidence review",
        "systematic quantitative review",
        "systematic meta-review",
        "systematic critical review",
        "systematic mixed studies review",
        "systematic mapping review",
        "systematic cochrane review",
        "systematic search and review",
        "systematic integrative review",
    )
)
_SYSTEMATIC = (
    f"((({_SYSTEMATIC_TITLES}) NOT comment[pt] NOT (protocol[ti] OR protocols[ti])) NOT medline[sb])"
    ' OR ("cochrane database syst rev"[ta] AND review[pt]) OR systematic review[pt]'
)
_IN_PMC = ("pubmedpmc", "pmc", "freefulltext", "loattrfreefulltext", "ffrft")

_AS_QUERY: dict[str, str] = {
    "systematic": _SYSTEMATIC,
    "systematicreviews": _SYSTEMATIC,
    "humans": "humans[mh:noexp]",
    "animals": "animals[mh:noexp]",
    "otheranimals": "animals[mh:noexp]",
    "male": "male[mh:noexp]",
    "female": "female[mh:noexp]",
    "allchild": "infant[mh] OR child[mh] OR adolescent[mh]",
    "allinfant": "infant[mh]",
    "newborn": '"infant, newborn"[mh]',
    "infant": "infant[mh:noexp]",
    "preschoolchild": '"child, preschool"[mh]',
    "child": "child[mh:noexp]",
    "adolescent": "adolescent[mh]",
    "alladult": "adult[mh]",
    "youngadult": '"young adult"[mh]',
    "adult": "adult[mh:noexp]",
    "middleagedaged": '"middle aged"[mh] OR aged[mh]',
    "middleaged": '"middle aged"[mh]',
    "aged": "aged[mh]",
    "80andover": '"aged, 80 and over"[mh]',
    "coreclinicaljournals": "jsubsetaim[sb]",
    "aim": "jsubsetaim[sb]",
    "jsubseta": "jsubsetaim[sb]",
    "dentaljournals": "jsubsetd[sb]",
    "nursingjournals": "jsubsetn[sb]",
    "preprints": "preprint[pt]",
    "excludepreprints": "all[sb] NOT preprint[pt]",
    "premedline": "inprocess[sb]",
    "aheadofprint": "pubstatusaheadofprint[sb]",
}
_SUBSETS = frozenset({"medline", "publisher", "pubmednotmedline", "inprocess", "indatareview", "oldmedline"})
_PREFIXED_SUBSET = re.compile(r"(?:pubstatus|jsubset)[a-z]+")
_YEARS = re.compile(r"y_?(\d{1,2})")
_LINKS = (  # noqa: SIM905 - a table is read more easily as text
    "commenton commentin correctedandrepublishedin correctedandrepublishedfrom datasetin datasetusereportedin "
    "erratumin erratumfor expressionofconcernin expressionofconcernfor originalreportin partialretractionin "
    "partialretractionof patientsummaryin reprintin reprintof republishedin republishedfrom retractedandrepublishedin "
    "retractedandrepublishedfrom retractionin retractionof summaryforpatientsin updatein updateof"
).split()
_TYPES = {re.sub(r"[^a-z0-9]", "", name): name for name in publication_types()}


def squeeze(name: str) -> str:
    """A filter's name as it is looked up: lower case, without spaces and signs."""
    return re.sub(r"[^a-z0-9_]", "", name.casefold())


def filter_as_query(key: str) -> str | None:
    """The query that a filter, by its squeezed name, stands for; None for one that is none of these."""
    if years := _YEARS.fullmatch(key):
        return f'"last {int(years[1])} years"[dp]'
    if key in _AS_QUERY:
        return _AS_QUERY[key]
    return f'"{_TYPES[key]}"[pt]' if key in _TYPES else None


def filter_as_subset(key: str) -> str | None:
    """The value of the index's `subset` field, where the filter is a record status, publication status or journal list."""
    return key if key in _SUBSETS or _PREFIXED_SUBSET.fullmatch(key) else None


def filter_as_link(key: str) -> str | None:
    """The value of the index's `link` field for filters such as `hasretractionin`."""
    kind = key.removeprefix("has")
    return kind if key.startswith("has") and kind in _LINKS else None


def needs_pmc(key: str) -> bool:
    """Whether the filter asks for free full text, which the records show by their PMC number alone."""
    return key in _IN_PMC
