"""Some records of a pool, without reading the whole pool as XML."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Collection
from pathlib import Path

from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord
from evidence.errors import InvalidInput

_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb"<PMID[^<>]*>(\d{1,9})</PMID>")


def records_by_pmid(path: Path, wanted: Collection[str]) -> dict[str, Citation]:
    """The records of these PMIDs in a `PubmedArticleSet`, plain or gzipped, in the file's order; those absent are left out."""
    asked = frozenset(wanted)
    return records_where(path, asked.__contains__)


def records_where(path: Path, keep: Callable[[str], bool]) -> dict[str, Citation]:
    """The records whose PMID `keep` says yes to, by PMID, in the file's order. Raises InvalidInput for a broken file."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as fault:
        raise InvalidInput(f"{path.name} cannot be read ({fault}): give a whole file.") from fault
    found = []
    for record in _RECORD.finditer(content):
        pmid = _PMID.search(record.group())
        if pmid and keep(pmid.group(1).decode("ascii")):
            found.append(record.group())
    xml = b"<PubmedArticleSet>" + b"\n".join(found) + b"</PubmedArticleSet>"
    read = read_records(io.BytesIO(xml), source=path.name)
    return {record.citation.pmid: record.citation for record in read if isinstance(record, FetchedRecord)}
