"""EInfo: what the database is, and the fields and links that this mirror can answer."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from connectors.mirror.answer_text import element, json_answer, xml_answer
from connectors.mirror.field_queries import searchable_tags
from connectors.mirror.request_parameters import wants_json
from connectors.mirror.search_index import SearchIndex
from evidence.errors import InvalidInput

_FIELDS = """
all|ALL|All Fields|All terms from all searchable fields|
uid|UID|UID|Unique number assigned to publication|NSX
filter|FILT|Filter|Limits the records|S
ti|TITL|Title|Words in title of publication|
mh|MESH|MeSH Terms|Medical Subject Headings assigned to publication|SH
majr|MAJR|MeSH Major Topic|MeSH terms of major importance to publication|SH
ta|JOUR|Journal|Journal abbreviation of publication|S
ad|AFFL|Affiliation|Author's institutional affiliation and address|
rn|ECNO|EC/RN Number|EC number for enzyme or CAS registry number|S
nm|SUBS|Supplementary Concept|CAS chemical name or MEDLINE Substance Name|S
dp|PDAT|Date - Publication|Date of publication|DS
edat|EDAT|Date - Entry|Date publication first accessible through Entrez|DS
vi|VOL|Volume|Volume number of publication|S
pg|PAGE|Pagination|Page number(s) of publication|S
pt|PTYP|Publication Type|Type of publication (e.g., review)|SH
la|LANG|Language|Language of publication|S
ip|ISS|Issue|Issue number of publication|S
sh|SUBH|MeSH Subheading|Additional specificity for MeSH term|SH
si|SI|Secondary Source ID|Cross-reference from publication to other databases|S
mhda|MHDA|Date - MeSH|Date publication was indexed with MeSH terms|DS
tiab|TIAB|Title/Abstract|Free text associated with Abstract/Title|
ot|OTRM|Other Term|Other terms associated with publication|
cn|COLN|Author - Corporate|Corporate Author of publication|
pl|CNTY|Place of Publication|Country of publication|X
gr|GRNT|Grants and Funding|NIH Grant Numbers|S
lr|MDAT|Date - Modification|Date of last modification|DS
dcom|CDAT|Date - Completion|Date of completion|DS
pid|PID|Publisher ID|Publisher ID|SX
1au|FAUT|Author - First|First Author of publication|S
fau|FULL|Author|Full Author Name(s) of publication|S
fir|FINV|Investigator|Full name of investigator|S
tt|TT|Transliterated Title|Words in transliterated title of publication|
lastau|LAUT|Author - Last|Last Author of publication|S
ppdat|PPDT|Print Publication Date|Date of print publication|DSX
epdat|EPDT|Electronic Publication Date|Date of Electronic publication|DSX
lid|LID|Location ID|ELocation ID|S
crdt|CRDT|Date - Create|Date publication first accessible through Entrez|DS
book|BOOK|Book|ID of the book that contains the document|S
ed|ED|Editor|Section's Editor|S
isbn|ISBN|ISBN|ISBN|S
pubn|PUBN|Publisher|Publisher's name|S
auid|AUID|Author - Identifier|Author Identifier|S
ps|PS|Subject - Personal Name|Personal Name as Subject|S
cois|COIS|Conflict of Interest Statements|Conflict of Interest Statements|
tw|WORD|Text Word|Free text associated with publication|
"""
"""Tag, EInfo's name, full name, description, and what is true of it: Date, Numerical, Single token, Hierarchy, hidden (X)."""
_LINKS = (
    ("pubmed_pmc", "PMC Links", "Free full text articles in PMC", "pmc"),
    ("pubmed_pubmed_citedin", "Cited In", "PubMed records that cite this one, as far as they are loaded", "pubmed"),
    ("pubmed_pubmed_refs", "References for PMC Articles", "References for this PMC Article", "pubmed"),
)


def answer_einfo(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """The list of databases, or the size, fields and links of one. Raises InvalidInput for one that is not here."""
    as_json = wants_json(parameters)
    database = parameters.get("db", "")
    if not database:
        body = "<DbList>\n\t<DbName>pubmed</DbName>\n</DbList>"
        return json_answer("einfo", {"dblist": ["pubmed"]}) if as_json else xml_answer("einfo", body)
    if database.casefold() != "pubmed":
        raise InvalidInput(f"Can not retrieve DbInfo for db={database[:60]}")
    loaded = index.last_change.strftime("%Y/%m/%d %H:%M")
    about = {
        "DbName": "pubmed",
        "MenuName": "PubMed",
        "Description": "PubMed bibliographic record",
        "DbBuild": f"Mirror-{index.last_change.strftime('%Y.%m.%d.%H.%M')}",
        "Count": str(index.records),
        "LastUpdate": loaded,
    }
    fields = [_field(line.split("|")) for line in _FIELDS.strip().splitlines() if line.split("|")[0] in searchable_tags()]
    links = [dict(zip(("Name", "Menu", "Description", "DbTo"), link, strict=True)) for link in _LINKS]
    if as_json:
        described: dict[str, object] = {name.lower(): value for name, value in about.items()}
        described["fieldlist"] = [{name.lower(): value for name, value in field.items()} for field in fields]
        described["linklist"] = [{name.lower(): value for name, value in link.items()} for link in links]
        return json_answer("einfo", {"dbinfo": [described]})
    body = "".join(element(name, value) for name, value in about.items())
    body += f"<FieldList>\n{''.join(_element('Field', field) for field in fields)}</FieldList>"
    body += f"<LinkList>\n{''.join(_element('Link', link) for link in links)}</LinkList>"
    return xml_answer("einfo", f"<DbInfo>{body}</DbInfo>")


def _element(name: str, parts: Mapping[str, str]) -> str:
    return f"<{name}>{''.join(element(part, value) for part, value in parts.items())}</{name}>\n"


def _field(parts: list[str]) -> dict[str, str]:
    """A field as EInfo describes it; the number of its terms is left empty, as PubMed leaves it."""
    _, name, full_name, description, flags = parts
    said = {"IsDate": "D", "IsNumerical": "N", "SingleToken": "S", "Hierarchy": "H", "IsHidden": "X"}
    yes_no = {each: "Y" if flag in flags else "N" for each, flag in said.items()}
    return {"Name": name, "FullName": full_name, "Description": description, "TermCount": "", **yes_no}
