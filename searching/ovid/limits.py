"""Ovid's limits in PubMed's language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searching.languages import LANGUAGES

_YEARS = re.compile(r'yr\s*=\s*"?\s*(?P<start>\d{4})?\s*(?P<dash>[-–])?\s*(?P<end>\d{4}|current)?\s*"?', re.IGNORECASE)

PUBLICATION_TYPES: dict[str, str] = {
    "randomized controlled trial": "randomized controlled trial",
    "controlled clinical trial": "controlled clinical trial",
    "clinical trial": "clinical trial",
    "clinical trial, all": "clinical trial",
    "meta analysis": "meta-analysis",
    "systematic reviews": "systematic review",
    "case reports": "case reports",
    "review": "review",
    "review articles": "review",
    "letter": "letter",
    "editorial": "editorial",
    "comment": "comment",
    "guideline": "guideline",
    "practice guideline": "practice guideline",
    "observational study": "observational study",
}
AGES: dict[str, str] = {
    "all adult": "adult",
    "all child": "child",
    "all infant": "infant",
    "adult": "adult",
    "adolescent": "adolescent",
    "child": "child",
    "aged": "aged",
    "middle aged": "middle aged",
    "young adult": "young adult",
}


@dataclass(frozen=True)
class WrittenLimit:
    """What follows the limited line, operator first; empty where the limit has no counterpart. `harmless`: it loses nothing."""

    query: str = ""
    note: str = ""
    harmless: bool = False


def limit_query(limit: str) -> WrittenLimit:
    """One of Ovid's limits for PubMed, for example `yr="2005 -Current"` as `AND 2005:3000[dp]`."""
    if years := _YEARS.fullmatch(limit.strip()):
        start = years["start"] or "1800"
        end = years["end"] or ("3000" if years["dash"] else start)
        return WrittenLimit(f"AND {start}:{'3000' if end.lower() == 'current' else end}[dp]")
    name = " ".join(limit.strip('" ').lower().split())
    language = name.removesuffix(" language")
    if language in LANGUAGES.values() or name.endswith(" language"):
        return WrittenLimit(f"AND {language}[la]")
    name = re.sub(r"(?<=\w)\s*\(.*\)$", "", name) if name.partition("(")[0].strip() in AGES else name
    query, note = _NAMED.get(name, ("", f"limit to {limit} has no counterpart in PubMed: left out, so the line finds more."))
    return WrittenLimit(query, note, harmless=name == "remove duplicates")


_NAMED: dict[str, tuple[str, str]] = {
    **{
        name: (
            "NOT (animals[mh] NOT humans[mh])",
            "limit to humans became NOT (animals[mh] NOT humans[mh]), which keeps records not yet indexed.",
        )
        for name in ("human", "humans")
    },
    **{name: (f"AND {name}[mh]", "") for name in ("animals", "female", "male")},
    **{
        name: (f'AND "{value}"[{tag}]', f"limit to {name} loses records that are not yet indexed: add words for it.")
        for tag, table in (("pt", PUBLICATION_TYPES), ("mh", AGES))
        for name, value in table.items()
    },
    "abstracts": ("AND hasabstract[filter]", ""),
    "remove duplicates": ("", "remove duplicates has no counterpart and is not needed within PubMed."),
}
