"""How the mirror writes its answers: XML with the document types of E-utilities, JSON with its headers, errors of both."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from starlette.responses import Response

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DOCTYPES = {
    "esearch": ("eSearchResult", "-//NLM//DTD esearch 20060628//EN", "20060628/esearch.dtd"),
    "esummary": ("eSummaryResult", "-//NLM//DTD esummary v1 20041029//EN", "20041029/esummary-v1.dtd"),
    "einfo": ("eInfoResult", "-//NLM//DTD einfo 20190110//EN", "20190110/einfo.dtd"),
    "efetch": ("eFetchResult", "-//NLM//DTD efetch 20131226//EN", "20131226/efetch.dtd"),
    "elink": ("eLinkResult", "-//NLM//DTD elink 20101123//EN", "20101123/elink.dtd"),
    "epost": ("ePostResult", "-//NLM//DTD epost 20090526//EN", "20090526/epost.dtd"),
    "espell": (
        "eSpellResult",
        "-//NLM//DTD eSpellResult, 23 November 2004//EN",
        "https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd",
    ),
}
_JSON_RESULTS = {
    "esearch": "esearchresult",
    "esummary": "esummaryresult",
    "einfo": "einforesult",
    "efetch": "efetchresult",
    "elink": "linksets",
    "epost": "epostresult",
    "espell": "espellresult",
}


def text(value: object) -> str:
    """A value as XML text: escaped, without characters that XML does not allow."""
    return escape(_NOT_XML.sub("\ufffd", str(value)))


def element(name: str, content: object) -> str:
    """`<name>content</name>`, the content escaped."""
    return f"<{name}>{text(content)}</{name}>"


def xml_answer(utility: str, body: str, *, status: int = 200) -> Response:
    """An answer of one of the utilities in XML; `body` is what stands inside its root element."""
    root, public, system = _DOCTYPES[utility]
    head = f'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {root} PUBLIC "{public}" '
    head += f'"{urljoin("https://eutils.ncbi.nlm.nih.gov/eutils/dtd/", system)}">\n'
    return Response(f"{head}<{root}>{body}</{root}>\n", status_code=status, media_type="text/xml; charset=UTF-8")


def json_answer(utility: str, result: Any, *, key: str | None = None, status: int = 200) -> Response:
    """An answer of one of the utilities in JSON."""
    body = {"header": {"type": utility, "version": "0.3"}, key or _JSON_RESULTS[utility]: result}
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status_code=status, media_type="application/json; charset=UTF-8")


def error_answer(utility: str, message: str, *, as_json: bool, status: int = 200) -> Response:
    """The utility's own error body. ESearch and EInfo send it with status 200, as PubMed does."""
    if as_json:
        return json_answer(utility, [message] if utility == "esummary" else {"ERROR": message}, status=status)
    return xml_answer(utility, element("ERROR", message), status=status)


def document_summaries(body: str) -> Response:
    """ESummary's version 2.0 in XML; `body` is its `DocumentSummary` elements."""
    head = (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20190110//EN" '
    )
    head += '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20190110/esummary_pubmed.dtd">\n'
    content = f'{head}<eSummaryResult>\n<DocumentSummarySet status="OK">\n{body}</DocumentSummarySet>\n</eSummaryResult>\n'
    return Response(content, media_type="text/xml; charset=UTF-8")
