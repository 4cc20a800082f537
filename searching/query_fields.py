"""PubMed's search field tags: short form, official name, and every other way of writing each.

Source: PubMed User Guide, "Search field tags", and the field list that EInfo gives for the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class SearchField:
    """One search field of PubMed."""

    tag: str
    name: str
    others: tuple[str, ...] = ()


FIELDS: tuple[SearchField, ...] = (
    SearchField("ad", "Affiliation", ("affl",)),
    SearchField("aid", "Article Identifier", ("doi", "pii")),
    SearchField("all", "All Fields", ("all field",)),
    SearchField("au", "Author", ("auth", "author name")),
    SearchField("auid", "Author - Identifier", ("author identifier",)),
    SearchField("1au", "Author - First", ("first author name", "first author", "faut")),
    SearchField("lastau", "Author - Last", ("last author name", "last author", "laut")),
    SearchField("fau", "Author - Full", ("full author name", "full author", "faun", "full")),
    SearchField("cn", "Author - Corporate", ("corporate author", "corp", "coln", "author - collective")),
    SearchField("ab", "Abstract", ("abst",)),
    SearchField("book", "Book", ()),
    SearchField("cois", "Conflict of Interest Statements", ("conflict of interest statement", "coi")),
    SearchField("crdt", "Date - Create", ("date - created", "create date", "entry create date")),
    SearchField("dcom", "Date - Completion", ("completion date", "date completed", "cdat")),
    SearchField(
        "lr", "Date - Modification", ("mdat", "modification date", "last revised", "date last revised", "date - revised")
    ),
    SearchField("edat", "Date - Entry", ("date - entrez", "entrez date", "entry date")),
    SearchField("mhda", "Date - MeSH", ("mesh date", "mesh entry date")),
    SearchField("dp", "Date - Publication", ("pdat", "publication date", "date of publication")),
    SearchField("epdat", "Electronic Date of Publication", ("electronic publication date", "epub date", "epdt")),
    SearchField("ppdat", "Print Date of Publication", ("print publication date", "ppdt")),
    SearchField("rn", "EC/RN Number", ("ec/rn number", "ecno", "rn number", "registry number")),
    SearchField("ed", "Editor", ("ebook editor",)),
    SearchField("filter", "Filter", ("filt",)),
    SearchField("gr", "Grants and Funding", ("grant number", "grnt", "grant")),
    SearchField("ir", "Investigator", ("invr",)),
    SearchField("fir", "Investigator - Full", ("full investigator name", "finv")),
    SearchField("isbn", "ISBN", ()),
    SearchField("is", "ISSN", ()),
    SearchField("ip", "Issue", ("iss",)),
    SearchField("ta", "Journal", ("jour", "journal title", "journal name", "so", "jo")),
    SearchField("la", "Language", ("lang",)),
    SearchField("lid", "Location ID", ("location identifier",)),
    SearchField("majr", "MeSH Major Topic", ("mesh major", "mesh major topics", "major topic", "mjr")),
    SearchField("sh", "MeSH Subheading", ("subheading", "subh", "subheadings", "mesh subheadings")),
    SearchField("mh", "MeSH Terms", ("mesh", "mesh term", "mesh heading", "mesh headings")),
    SearchField("nlmid", "NLM Unique ID", ("jid", "journal id")),
    SearchField("ot", "Other Term", ("otrm", "keyword", "keywords", "other terms")),
    SearchField("pg", "Pagination", ("page", "pages")),
    SearchField("pid", "Publisher ID", ()),
    SearchField("ps", "Subject - Personal Name", ("personal name as subject", "psub", "personal name")),
    SearchField("pa", "Pharmacological Action", ("papx", "mesh pharmacological action")),
    SearchField("pl", "Place of Publication", ("cntry", "cnty", "country")),
    SearchField("pmcid", "PMCID", ("pmc", "pubmed central id")),
    SearchField("pt", "Publication Type", ("ptyp", "publication types", "publicationtype")),
    SearchField("pubn", "Publisher", ("publ",)),
    SearchField("si", "Secondary Source ID", ("secondary source identifier",)),
    SearchField("sb", "Subset", ("subsets",)),
    SearchField(
        "nm", "Supplementary Concept", ("substance name", "subs", "subst", "supplementary concepts", "nm of substance")
    ),
    SearchField("tw", "Text Word", ("word", "text words", "text", "textword")),
    SearchField("ti", "Title", ("titl",)),
    SearchField("tiab", "Title/Abstract", ("title, abstract", "title abstract", "ti/ab")),
    SearchField("tt", "Transliterated Title", ("ttl", "vernacular title")),
    SearchField("uid", "PMID", ("pmid", "pubmed id", "unique identifier")),
    SearchField("vi", "Volume", ("vol",)),
)

DATE_TAGS = frozenset({"crdt", "dcom", "lr", "edat", "mhda", "dp", "epdat", "ppdat"})
"""Tags whose values are dates and which may stand in a range."""

PROXIMITY_TAGS = frozenset({"ti", "tiab", "ad"})
"""Tags that allow proximity, as in `"hip pain"[tiab:~2]`."""

EXPLODED_TAGS = frozenset({"mh", "majr", "sh", "pa", "pt"})
"""Tags that take in narrower terms unless `:noexp` is added."""

_BY_TAG = {field.tag: field for field in FIELDS}
_BY_WRITING = {writing.casefold(): field.tag for field in FIELDS for writing in (field.tag, field.name, *field.others)}


def find_tag(written: str) -> str | None:
    """The short tag for a tag as written (any case, any spacing), or None if PubMed has no such field."""
    return _BY_WRITING.get(" ".join(written.split()).casefold())


def field_name(tag: str | None) -> str:
    """PubMed's own name of a field, as QueryTranslation prints it; no tag means all fields."""
    return _BY_TAG[tag or "all"].name


def similar_tag(written: str) -> str | None:
    """The known tag most like one that is unknown, for an error message."""
    near = get_close_matches(written.casefold(), list(_BY_WRITING), n=1, cutoff=0.7)
    return near[0] if near else None
