"""The links that one record's XML carries to others."""

from __future__ import annotations

import re

from lxml import etree

from connectors.mirror.record_fields import read_fields

_PMC = re.compile(r"(?:PMC)?(\d{1,12})(?:\.\d+)?")


def cited_pmids(xml: bytes) -> list[int]:
    """PMIDs in the record's reference list, in its order."""
    return [int(text) for text in read_fields(_root(xml)).get("_cites", []) if text and text.strip().isdecimal()]


def pmc_numbers(xml: bytes) -> list[int]:
    """The record's own numbers in PubMed Central, without the letters."""
    written = read_fields(_root(xml)).get("pmcid", [])
    return [int(found[1]) for text in written if (found := _PMC.fullmatch(text.strip()))]


def _root(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    return etree.fromstring(xml, parser)
