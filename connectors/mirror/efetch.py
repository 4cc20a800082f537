"""EFetch: records, as XML, in the MEDLINE format or as text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree
from starlette.responses import Response, StreamingResponse

from connectors.mirror.asked_records import asked_pmids
from connectors.mirror.request_parameters import check_database
from connectors.mirror.search_index import LARGEST_PAGE, SearchIndex
from connectors.mirror.write_text import abstract_text, medline_text
from connectors.pubmed.citations import citation_of
from evidence.citation import Citation
from evidence.errors import InvalidInput

_SET_HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


def read_citation(xml: bytes) -> Citation:
    """The record in its XML as the mirror keeps it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    return citation_of(etree.fromstring(xml, parser), hashlib.sha256(xml).hexdigest())


def answer_efetch(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """Records, in the order asked. PMIDs that are not here are left out, as PubMed does. Raises InvalidInput."""
    check_database(parameters)
    rettype = parameters.get("rettype", "").casefold()
    if rettype not in ("", "full", "medline", "abstract", "uilist", "xml", "null"):
        raise InvalidInput(f"rettype {rettype[:40]!r} is unknown: give medline, abstract, uilist, or none for XML.")
    plain = rettype in ("medline", "abstract", "uilist")
    retmode = parameters.get("retmode", "").casefold() or ("text" if plain else "xml")
    if retmode not in ("xml", "text") or (retmode == "text" and not plain):
        raise InvalidInput("EFetch gives XML, or text with rettype medline, abstract or uilist.")
    pmids = asked_pmids(index, parameters, most=LARGEST_PAGE)
    if rettype == "uilist":
        return _uilist(index, pmids, retmode)
    if retmode == "xml":
        return StreamingResponse(_record_set(index, pmids), media_type="text/xml; charset=UTF-8")
    write = medline_text if rettype == "medline" else abstract_text
    texts = (write(read_citation(xml), place) for place, (_, xml) in enumerate(index.records_of(pmids), start=1))
    return Response("\n".join(texts), media_type="text/plain; charset=UTF-8")


def _record_set(index: SearchIndex, pmids: Sequence[int]) -> Iterator[bytes]:
    yield _SET_HEAD.encode()
    for _, xml in index.records_of(pmids):
        yield xml + b"\n"
    yield b"</PubmedArticleSet>\n"


def _uilist(index: SearchIndex, pmids: Sequence[int], retmode: str) -> Response:
    here = [pmid for pmid, _ in index.records_of(pmids)]
    if retmode == "text":
        return Response("".join(f"{pmid}\n" for pmid in here), media_type="text/plain; charset=UTF-8")
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in here)
    return Response(f'<?xml version="1.0" ?>\n<IdList>{ids}</IdList>\n', media_type="text/xml; charset=UTF-8")
