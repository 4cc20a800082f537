"""Records of a pool by PMID, without reading the whole pool as XML."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Collection
from pathlib import Path

from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord

_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb"<PMID[^<>]*>(\d{1,9})</PMID>")


def records_by_pmid(path: Path, wanted: Collection[str]) -> dict[str, Citation]:
    """The records of these PMIDs in a `PubmedArticleSet`, plain or gzipped, in the file's order; those absent are left out."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    asked = {pmid.encode() for pmid in wanted}
    found = []
    for record in _RECORD.finditer(content):
        pmid = _PMID.search(record.group())
        if pmid and pmid.group(1) in asked:
            found.append(record.group())
    xml = b"<PubmedArticleSet>" + b"\n".join(found) + b"</PubmedArticleSet>"
    read = read_records(io.BytesIO(xml), source=path.name)
    return {record.citation.pmid: record.citation for record in read if isinstance(record, FetchedRecord)}
