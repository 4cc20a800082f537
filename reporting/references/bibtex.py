"""References as BibTeX in UTF-8, with every character that TeX or BibTeX would obey written so that it stands for itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from evidence.ledger import LedgerCitation
from evidence.record_parts import Author
from reporting import words
from reporting.references.fields import Reference, family_name, given_names, reference_of

_OBEYED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': "''", "@": r"{\char64}",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_bibtex(citations: Iterable[LedgerCitation]) -> str:
    """The records in order; keys are `smith2019-90000001`, which no two records share."""
    return "\n".join(_entry(reference_of(citation)) for citation in citations)


def _entry(one: Reference) -> str:
    citation, date = one.citation, one.date
    fields = {
        "title": f"{{{_text(one.title)}}}",
        "author": " and ".join(_name(author) for author in one.authors),
        "journal": _text(one.journal),
        "year": str(date[0]) if date else "",
        "volume": _text(one.volume),
        "number": _text(one.issue),
        "pages": _text(f"{one.first_page}--{one.last_page}" if one.last_page else one.pages),
        "issn": _text(one.issn),
        "doi": _text(citation.doi or ""),
        "pmid": one.pmid,
        "pmcid": _text(citation.pmcid or ""),
        "url": _address(citation.url),
        "abstract": _text(one.abstract),
        "note": _text(one.note),
    }
    month = f"  month = {_MONTHS[date[1] - 1]},\n" if len(date) > 1 else ""
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value and value != "{}")
    return f"@{'book' if citation.kind == 'book' else 'article'}{{{_key(one)},\n{rows}{month}}}\n"


def _key(one: Reference) -> str:
    plain = unicodedata.normalize("NFKD", one.citation.first_author).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z]", "", plain.lower())[:20] or "anonymous"
    return f"{name}{one.date[0] if one.date else ''}-{one.pmid}"


def _name(author: Author) -> str:
    if author.collective_name:
        return f"{{{_text(family_name(author))}}}"
    parts = (family_name(author), author.suffix or "", given_names(author))
    return ", ".join(_part(part) for part in parts if part)


def _part(text: str) -> str:
    """A part of a name; ` and ` and commas in it would divide it."""
    shown = _text(text)
    return f"{{{shown}}}" if "," in shown or re.search(r"\band\b", shown) else shown


def _text(text: str) -> str:
    return "".join(_OBEYED.get(letter, letter) for letter in words.one_line(text))


def _address(url: str) -> str:
    return (words.safe_url(url) or "").replace("{", "%7B").replace("}", "%7D").replace("%", r"\%")
