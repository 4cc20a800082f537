"""The page where a person reads a record: plain, accessible HTML without script; every word of the record escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from evidence.citation import Citation, Correction

PUBMED = "https://pubmed.ncbi.nlm.nih.gov"
FIRST_LOCAL_PMID = 90_000_000
"""PMIDs from here on are given by nobody at PubMed: records of a local collection."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_STYLE = (
    "body{font:1.125rem/1.6 system-ui,sans-serif;color:#212b32;background:#fff;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem;line-height:1.3}h2{font-size:1.25rem}h3{font-size:1.125rem;margin-bottom:0}a{color:#005eb8}"
    "a:focus{outline:3px solid #ffb81c;outline-offset:2px}.meta{color:#4c6272}"
)


def record_page(citation: Citation, retracted_by: Sequence[int] = ()) -> str:
    """The page of one record. `retracted_by`: PMIDs of loaded notices that retract it, whatever it says itself."""
    local = int(citation.pmid) >= FIRST_LOCAL_PMID
    parts = [f"<h1>{escape(citation.title)}</h1>"]
    if citation.authors:
        parts.append(f"<p>{escape(', '.join(author.name for author in citation.authors))}</p>")
    parts.append(f'<p class="meta">{escape(_where(citation))}</p>')
    parts.append(_abstract(citation))
    parts.append(_notices(citation, retracted_by))
    parts.append(_subjects(citation))
    parts.append(_links(citation, local=local))
    return _page(f"{citation.title} (PMID {citation.pmid})", "".join(parts))


def home_page(records: int) -> str:
    """What this server is."""
    return _page(
        "Local PubMed mirror",
        f"<h1>Local PubMed mirror</h1><p>{records:,} records are loaded. A record's page is its PMID, for example "
        "<code>/12345678/</code>. Programs use E-utilities at <code>/entrez/eutils/</code>.</p>",
    )


def missing_page(pmid: str) -> str:
    """Said where a record is not in the mirror."""
    number = escape(pmid)
    return _page(
        "Not in this mirror",
        f"<h1>Not in this mirror</h1><p>Record {number} is not loaded here. "
        f'<a href="{PUBMED}/{number}/">Look for PMID {number} in PubMed</a>.</p>',
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _where(citation: Citation) -> str:
    journal = citation.journal
    volume = (journal.volume or "") + (f"({journal.issue})" if journal.issue else "")
    parts = [journal.title or journal.abbreviation, citation.published.printed if citation.published else None, volume]
    parts += [journal.pages, f"PMID {citation.pmid}"]
    return ". ".join(part for part in parts if part)


def _abstract(citation: Citation) -> str:
    if not citation.has_abstract:
        return "<h2>Abstract</h2><p>This record has no abstract.</p>"
    sections = "".join(
        (f"<h3>{escape(section.label)}</h3>" if section.label else "") + f"<p>{escape(section.text)}</p>"
        for section in citation.abstract
    )
    note = f'<p class="meta">{escape(citation.copyright)}</p>' if citation.copyright else ""
    return f"<h2>Abstract</h2>{sections}{note}"


def _notices(citation: Citation, retracted_by: Sequence[int]) -> str:
    shown = [correction for correction in citation.corrections if correction.kind != "Cites"]
    told = {correction.pmid for correction in shown if correction.kind == "RetractionIn"}
    shown += [Correction(kind="RetractionIn", pmid=str(pmid)) for pmid in retracted_by if str(pmid) not in told]
    if not shown:
        return ""
    return f"<h2>Related records and notices</h2><ul>{''.join(_notice(correction) for correction in shown)}</ul>"


def _notice(correction: Correction) -> str:
    words = escape(" ".join(part for part in (correction.kind, correction.reference, correction.note) if part))
    if correction.pmid is None:
        return f"<li>{words}</li>"
    inside = int(correction.pmid) >= FIRST_LOCAL_PMID
    address = f"/{correction.pmid}/" if inside else f"{PUBMED}/{correction.pmid}/"
    return f'<li>{words} <a href="{address}">PMID {correction.pmid}</a></li>'


def _subjects(citation: Citation) -> str:
    lists = (
        ("Publication types", citation.publication_types),
        ("MeSH headings", tuple(heading.descriptor for heading in citation.mesh)),
        ("Keywords", citation.keywords),
    )
    return "".join(f"<h2>{name}</h2><p>{escape('; '.join(entries))}</p>" for name, entries in lists if entries)


def _links(citation: Citation, *, local: bool) -> str:
    links = []
    if not local:
        links.append(f'<li><a href="{PUBMED}/{citation.pmid}/">This record in PubMed (PMID {citation.pmid})</a></li>')
    if citation.doi:
        links.append(
            f'<li><a href="https://doi.org/{escape(citation.doi, quote=True)}">Full text: {escape(citation.doi)}</a></li>'
        )
    links += [f"<li>{escape(entry.databank)}: {escape(entry.number)}</li>" for entry in citation.registrations]
    return f"<h2>Source</h2><ul>{''.join(links)}</ul>" if links else ""
