"""References as CSL-JSON, the input of citation processors, which Zotero imports.

Source: the CSL-JSON input schema, citationstyles.org, csl-data.json 1.0.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evidence.ledger import LedgerCitation
from evidence.record_parts import Author
from reporting import words
from reporting.document.as_json import json_text
from reporting.references.fields import Reference, family_name, given_names, language_names, reference_of


def as_csl_json(citations: Iterable[LedgerCitation]) -> str:
    """A JSON list of the records in order."""
    return json_text([_item(reference_of(citation)) for citation in citations])


def _item(one: Reference) -> dict[str, Any]:
    citation = one.citation
    item: dict[str, Any] = {
        "id": f"pmid-{one.pmid}",
        "type": "book" if citation.kind == "book" else "article-journal",
        "title": one.title,
        "author": [_name(author) for author in one.authors],
        "container-title": one.journal,
        "container-title-short": one.abbreviation,
        "issued": {"date-parts": [list(one.date)]} if one.date else None,
        "volume": one.volume,
        "issue": one.issue,
        "page": f"{one.first_page}-{one.last_page}" if one.last_page else one.pages,
        "ISSN": one.issn,
        "DOI": citation.doi,
        "PMID": one.pmid,
        "PMCID": citation.pmcid,
        "URL": words.safe_url(citation.url),
        "abstract": one.abstract,
        "language": next(iter(language_names(citation)), ""),
        "note": one.note,
        "source": "PubMed",
    }
    return {name: value for name, value in item.items() if value}


def _name(author: Author) -> dict[str, str]:
    if author.collective_name:
        return {"literal": family_name(author)}
    parts = {"family": family_name(author), "given": given_names(author), "suffix": words.one_line(author.suffix or "")}
    return {name: value for name, value in parts.items() if value}
