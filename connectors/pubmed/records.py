"""Reads PubMed XML record by record: constant memory, no network, no entities, and a bad record costs itself alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from lxml import etree
from pydantic import ValidationError

from connectors.pubmed.citations import citation_of
from connectors.pubmed.splitting import Piece, ReadsBytes, RecordSplitter
from connectors.pubmed.values import Element, is_pmid, pmid_text
from evidence.base import EvidenceModel, Pmid
from evidence.citation import FetchedRecord, UnreadableRecord

_PMID = re.compile(rb"<PMID(?:\s[^<>]*)?>([^<]{0,60})")
_MANY_LEVELS = "Excessive depth"


class DeletedRecord(EvidenceModel):
    """A record that an update file withdraws from PubMed (`DeleteCitation`)."""

    pmid: Pmid


ReadRecord = FetchedRecord | UnreadableRecord | DeletedRecord


def read_records(stream: ReadsBytes, *, source: str = "The answer") -> Iterator[ReadRecord]:
    """Every record of a PubMed XML document, in order, one at a time.

    Args:
        stream: uncompressed `PubmedArticleSet` XML (`PubmedArticle`, `PubmedBookArticle`, `DeleteCitation`).
        source: what messages call the document, at the beginning of a sentence.

    Raises:
        BadAnswer: it is not PubMed XML, or breaks off; every complete record was given out before.
    """
    splitter = RecordSplitter(stream, source=source)
    parser: etree.XMLParser | None = None
    position = 0
    for piece in splitter:
        parser = parser or record_parser(splitter.encoding)  # the encoding is known once the first record is
        for record in _read_piece(piece, splitter, parser, position):
            yield record
            position += 1


def record_parser(encoding: str) -> etree.XMLParser:
    """A parser for one record that touches neither network nor DTD, expands no entity and keeps libxml2's bounds."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _read_piece(piece: Piece, splitter: RecordSplitter, parser: etree.XMLParser, position: int) -> Sequence[ReadRecord]:
    if piece.fault:
        return [_unreadable(piece.data, position, piece.fault)]
    data = piece.data
    try:
        element = etree.fromstring(data, parser)
        if element.tag in ("DeleteCitation", "DeleteDocument"):
            return _deleted(element)
        text = data.decode(splitter.encoding)
        return [FetchedRecord(citation=citation_of(element, hashlib.sha256(text.encode()).hexdigest()), xml=text)]
    except etree.XMLSyntaxError as error:
        if inner := splitter.inner_start(data):
            splitter.give_back(data[inner:])
            data = data[:inner]
        return [_unreadable(data, position, _why_not_xml(error))]
    except ValidationError as error:
        return [_unreadable(data, position, _why_not_valid(error))]
    except UnicodeDecodeError:
        return [_unreadable(data, position, f"The record's bytes are not {splitter.encoding}.")]


def _deleted(element: Element) -> list[DeletedRecord]:
    return [DeletedRecord(pmid=pmid) for entry in element.iter("PMID") if (pmid := pmid_text(entry))]


def pmid_in(data: bytes) -> str | None:
    """The PMID of a record that cannot be parsed. Only the first one is its own; later ones belong to records it names."""
    found = _PMID.search(data)
    number = found[1].decode("ascii", "replace").strip() if found else ""
    return number if is_pmid(number) else None


def _unreadable(data: bytes, position: int, reason: str) -> UnreadableRecord:
    return UnreadableRecord(pmid=pmid_in(data), position=position, reason=reason)


def _why_not_xml(error: etree.XMLSyntaxError) -> str:
    if _MANY_LEVELS in str(error):
        return "The record is nested too deeply."
    message = re.sub(r",? line \d+.*", "", str(error)).strip(" .")
    return f"The record is not well-formed XML ({message[:160]})."


def _why_not_valid(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "record"
    if field == "pmid":
        return "The record has no PMID, or one that is not a number of up to 9 digits."
    return f"The record's {field} cannot be used ({first['msg'][:160]})."
