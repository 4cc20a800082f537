"""Reads descriptors out of a file: NLM's XML and ASCII MeSH (plain or gzipped), or a table with a heading a line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from connectors.mesh.names import LONGEST_NAME
from evidence.errors import InvalidInput
from evidence.mesh import Descriptor

LONGEST_LINE = 1_000_000
"""Bytes of a line beyond which a file is no descriptor file; the longest in use has about 20,000."""

_UI = re.compile(r"D[0-9]{3,12}")
_TREE = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{3})*")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_COLUMNS = 4
_LIST_MARK = "|"


def read_descriptors(file: Path) -> Iterator[Descriptor]:
    """Every descriptor of the file, in order; memory does not grow with the file.

    The table has identifier, heading, entry terms and tree numbers, the last two each joined by `|`, tabs between.
    Raises InvalidInput where it is none of the three formats, breaks off, or declares entities.
    """
    try:
        with file.open("rb") as raw, _uncompressed(raw) as stream:
            head = stream.peek(4096) if hasattr(stream, "peek") else b""
            start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
            if start.startswith(b"<"):
                yield from _from_xml(stream, file)
            elif start.startswith(b"*NEWRECORD"):
                yield from _from_ascii(stream, file)
            else:
                yield from _from_table(stream, file)
    except (OSError, EOFError) as error:
        raise InvalidInput(f"{file.name} cannot be read ({error}): get the file again.") from error


def release_of(file: Path) -> str:
    """How a report names the file's release: MeSH with its year where the name or the document type tells it."""
    year = _YEAR.search(file.name)
    if year is None:
        with file.open("rb") as raw, _uncompressed(raw) as stream:
            stated = re.search(rb"nlmdescriptorrecordset_((?:19|20)[0-9]{2})", stream.read(2048))
        return f"MeSH {stated[1].decode()}" if stated else "MeSH"
    return f"MeSH {year[0]}"


def _from_table(stream: BinaryIO, file: Path) -> Iterator[Descriptor]:
    for number, line in enumerate(_lines(stream, file), 1):
        if not line.strip():
            continue
        columns = line.rstrip("\n").split("\t")
        if len(columns) < _COLUMNS or not _UI.fullmatch(columns[0].strip()):
            if number == 1 and len(columns) >= _COLUMNS and not any(_UI.fullmatch(column.strip()) for column in columns):
                continue  # the names of the columns
            raise InvalidInput(
                f"Line {number} of {file.name} is no MeSH descriptor: give NLM's desc20XX.xml or d20XX.bin, or a table of "
                "identifier, heading, entry terms and tree numbers with tabs between."
            )
        yield _descriptor(columns[0], columns[1], columns[2].split(_LIST_MARK), columns[3].split(_LIST_MARK), file)


def _from_ascii(stream: BinaryIO, file: Path) -> Iterator[Descriptor]:
    fields: dict[str, list[str]] = {}
    for line in (*_lines(stream, file), "*NEWRECORD"):
        if line.startswith("*NEWRECORD"):
            if fields.get("MH") and fields.get("RECTYPE", ["D"])[0].strip() == "D":
                entries = [entry.split(_LIST_MARK)[0] for name in ("PRINT ENTRY", "ENTRY") for entry in fields.get(name, ())]
                yield _descriptor(fields.get("UI", [""])[0], fields["MH"][0], entries, fields.get("MN", []), file)
            fields = {}
            continue
        name, separator, value = line.partition(" = ")
        if separator:
            fields.setdefault(name.strip(), []).append(value.strip())


def _from_xml(stream: BinaryIO, file: Path) -> Iterator[Descriptor]:
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=("DescriptorRecordSet", "DescriptorRecord"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    known = False
    try:
        for event, element in events:
            if event == "start":
                known = known or _is_descriptor_set(element, file)
            elif element.tag == "DescriptorRecord":
                yield _from_record(element, file)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"{file.name} is not whole, well-formed XML ({error.msg}): get the file again.") from error
    if not known:
        raise InvalidInput(f"{file.name} holds no MeSH descriptors: give NLM's descriptor file, desc20XX.xml.")


def _is_descriptor_set(element: etree._Element, file: Path) -> bool:
    tree = element.getroottree()
    if tree.docinfo.internalDTD is not None and any(tree.docinfo.internalDTD.iterentities()):
        raise InvalidInput(f"{file.name} declares entities of its own, which MeSH never does: it is refused for safety.")
    return bool(tree.getroot().tag == "DescriptorRecordSet")


def _from_record(record: etree._Element, file: Path) -> Descriptor:
    heading = record.findtext("DescriptorName/String") or ""
    terms = [term.text or "" for term in record.iterfind("ConceptList/Concept/TermList/Term/String")]
    trees = [number.text or "" for number in record.iterfind("TreeNumberList/TreeNumber")]
    return _descriptor(record.findtext("DescriptorUI") or "", heading, terms, trees, file)


def _descriptor(ui: str, heading: str, entries: list[str], trees: list[str], file: Path) -> Descriptor:
    ui, heading = ui.strip(), " ".join(heading.split())
    if not _UI.fullmatch(ui) or not heading or len(heading) > LONGEST_NAME:
        raise InvalidInput(f"{file.name} has a descriptor without a usable heading or identifier (“{ui[:20]}”): get it again.")
    terms = (" ".join(entry.split()) for entry in entries)
    kept = dict.fromkeys(term for term in terms if term and term != heading and len(term) <= LONGEST_NAME)
    places = (number.strip() for number in trees)
    return Descriptor(
        ui=ui,
        heading=heading,
        entry_terms=tuple(kept),
        tree_numbers=tuple(dict.fromkeys(number for number in places if _TREE.fullmatch(number))),
    )


def _lines(stream: BinaryIO, file: Path) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE or b"\0" in line:
            raise InvalidInput(f"Line {number} of {file.name} is no text of a descriptor file: give NLM's desc20XX.xml.")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"Line {number} of {file.name} is not UTF-8 text ({error.reason}): get the file again."
            ) from error


def _uncompressed(raw: BinaryIO) -> AbstractContextManager[BinaryIO]:
    compressed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return cast("AbstractContextManager[BinaryIO]", gzip.GzipFile(fileobj=raw)) if compressed else nullcontext(raw)
