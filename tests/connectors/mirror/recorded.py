"""The recorded E-utilities requests on db=pubmed with the answers that PubMed gave, found in the shared data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import yaml
from lxml import etree

_OURS_ALONE = ("tool", "email")


@dataclass(frozen=True)
class Recorded:
    """One request with its answer. `made`: the request is named by the collection's own tests, not beside the answer."""

    name: str
    utility: str
    parameters: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def query(self) -> str:
        return urlencode([pair for pair in self.parameters if pair[0] not in _OURS_ALONE])

    @property
    def as_json(self) -> bool:
        return ("retmode", "json") in self.parameters


_BIOPYTHON: dict[str, tuple[str, str]] = {
    "einfo1": ("einfo", ""),
    "einfo2": ("einfo", "db=pubmed"),
    "elink1": ("elink", "dbfrom=pubmed&id=9298984&cmd=neighbor"),
    "elink3": ("elink", "dbfrom=pubmed&id=11812492,11774222&db=pubmed&mindate=1995&datetype=pdat"),
    "elink4": ("elink", "dbfrom=pubmed&id=12242737&db=pubmed&term=medline[sb]"),
    "elink5": ("elink", "dbfrom=pubmed&id=10611131&cmd=prlinks"),
    "elink6": ("elink", "dbfrom=pubmed&id=12085856,12085853&cmd=llinks"),
    "elink7": ("elink", "dbfrom=pubmed&id=12169658,11748140&cmd=acheck"),
    "elink8": ("elink", "dbfrom=pubmed&id=12068369&cmd=ncheck"),
    "epost1": ("epost", "db=pubmed&id=11237011"),
    "epost2": ("epost", "db=nothing"),
    "epost3": ("epost", "db=pubmed&id=99999999999999999999999999999999"),
    "esearch1": ("esearch", "db=pubmed&term=biopython"),
    "esearch2": ("esearch", "db=pubmed&term=cancer&reldate=60&datetype=edat&retmax=100&usehistory=y"),
    "esearch3": ("esearch", "db=pubmed&term=PNAS[ta] AND 97[vi]&retstart=6&retmax=6"),
    "esearch8": ("esearch", "db=pubmed&term=abcXYZ"),
    "espell": ("espell", "db=pubmed&term=biopythooon"),
    "esummary1": ("esummary", "db=pubmed&id=11850928,11482001&retmode=xml"),
    "esummary8": ("esummary", "db=pubmed"),
}
"""Answers kept without their request; the requests are those that the collection's own tests name."""
_KLORTHO: dict[str, tuple[str, str]] = {
    "einfo": ("einfo", ""),
    "einfo.pubmed": ("einfo", "db=pubmed"),
    "einfo.error": ("einfo", "db=fleegle"),
    "esearch.pubmed": ("esearch", "db=pubmed&term=cancer&reldate=60&datetype=edat&retmax=100&usehistory=y"),
    "esearch.baderror": ("esearch", "db=fleegle&term=cat"),
    "esummary.pubmed": ("esummary", "version=2.0&db=pubmed&id=5683731,22144687"),
    "esummary.error": ("esummary", "db=fleegle&id=1"),
    "efetch.pubmed": ("efetch", "db=pubmed&id=17284678,9997&retmode=xml"),
    "efetch.pubmedbook": ("efetch", "db=pubmed&id=20301295&retmode=xml"),
}


def recorded(real: Path) -> Iterator[Recorded]:
    """Every recorded request on PubMed under the folder `pubmed/real`."""
    for name, (utility, query) in _BIOPYTHON.items():
        body = (real / "biopython/Tests/Entrez" / f"{name}.xml").read_bytes()
        yield Recorded(f"biopython {name}", utility, tuple(parse_qsl(query)), body)
    for name, (utility, query) in _KLORTHO.items():
        samples = real / "klortho_eutils_json/samples"
        yield Recorded(f"klortho {name}", utility, tuple(parse_qsl(query)), (samples / f"{name}.xml").read_bytes())
        if utility != "efetch":
            pairs = (*parse_qsl(query), ("retmode", "json"))
            yield Recorded(f"klortho {name} json", utility, pairs, (samples / f"{name}.json").read_bytes())
    yield from _cassettes(real / "biocommons_eutils/tests/data/cassettes")
    yield from _dspace(real / "dspace/dspace-server-webapp/src/test/resources/org/dspace/external/provider/impl")
    related = (real / "metapub/tests/data/sample_related_pmids_result.xml").read_bytes()
    yield Recorded("metapub related", "elink", (("dbfrom", "pubmed"), ("id", "14873513"), ("cmd", "neighbor")), related)


def _cassettes(folder: Path) -> Iterator[Recorded]:
    for file in sorted(folder.iterdir()):
        for number, entry in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))["interactions"]):
            pairs = tuple(parse_qsl(entry["request"]["body"]))
            given = dict(pairs)
            utility = entry["request"]["uri"].rsplit("/", 1)[1].removesuffix(".fcgi")
            if "pubmed" in (given.get("db"), given.get("dbfrom")) or (utility == "einfo" and "db" not in given):
                body = entry["response"]["body"]["string"]
                data = body if isinstance(body, bytes) else body.encode()
                yield Recorded(f"biocommons {file.name}{number or ''}", utility, pairs, data)


def _dspace(folder: Path) -> Iterator[Recorded]:
    title = '"Transfer of peanut allergy from the donor to a lung transplant recipient"'
    search = (("db", "pubmed"), ("term", title))
    yield Recorded("dspace esearch", "esearch", search, (folder / "pubmed-esearch.fcgi.xml").read_bytes())
    body = (folder / "pubmed-efetch.fcgi.xml").read_bytes()
    pmid = re.search(rb"<PMID[^>]*>(\d+)</PMID>", body)
    assert pmid is not None
    yield Recorded("dspace efetch", "efetch", (("db", "pubmed"), ("id", pmid[1].decode()), ("retmode", "xml")), body)


def shape(node: etree._Element, path: str = "") -> set[str]:
    """The paths of all elements below one, lists of records counted once, with the names of ESummary's items."""
    found: set[str] = set()
    for child in node:
        if isinstance(child.tag, str):
            here = f"{path}/{child.get('Name') or child.tag}"
            found |= {here} | shape(child, here)
    return found
