"""What each element of a PubMed record gives to a `Citation`: one small handler for each kind of element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.pubmed.values import Element, date_of, doi_of, optional_text, pmcid_of, pmid_of, pmid_text, text_of

Fields = dict[str, Any]
"""The values of one `Citation` while they are gathered."""

Handler = Callable[[Element, Fields], None]
Table = Mapping[str, Handler]
"""Handlers by element name."""

_SHARED = ("further", "unknown_elements")
"""What elements inside elements add to for the whole record."""

MAX_UNKNOWN = 100
"""Distinct unknown element names that are counted for one record, and of each the texts that are kept."""
MOST_KEPT = 2_000
"""Characters of one text that is kept without a field of its own."""


def walk(parent: Element, table: Table, fields: Fields) -> None:
    """Give each child to its handler; count those without one."""
    for child in parent:
        handler = table.get(child.tag)
        if handler is not None:
            handler(child, fields)
        else:
            count_unknown(child, fields)


def count_unknown(element: Element, fields: Fields) -> None:
    """Count an element that no table knows."""
    unknown, name = fields["unknown_elements"], str(element.tag)
    if name in unknown or len(unknown) < MAX_UNKNOWN:
        unknown[name] = unknown.get(name, 0) + 1
        if unknown[name] <= MAX_UNKNOWN:
            keep(element, fields)


def gather(element: Element, table: Table, fields: Fields) -> Fields:
    """The element's own values, apart from the record's."""
    inner: Fields = {name: fields[name] for name in _SHARED}
    walk(element, table, inner)
    return {name: value for name, value in inner.items() if name not in _SHARED}


def keep(element: Element, fields: Fields) -> None:
    """The element's text is kept under its name among what has no field of its own."""
    if kept := " ".join(part for part in map(_folded, element.itertext()) if part)[:MOST_KEPT]:
        fields["further"].setdefault(str(element.tag), []).append(kept)


def _folded(text: str) -> str:
    return " ".join(text.split())


def kept(*names: str) -> dict[str, Handler]:
    """Elements that are known and have no field of their own: their text is kept by name."""
    return dict.fromkeys(names, keep)


def into(table: Table) -> Handler:
    """Look at the element's children."""
    return lambda element, fields: walk(element, table, fields)


def text(field: str) -> Handler:
    """The element's text is the field's value."""

    def handle(element: Element, fields: Fields) -> None:
        fields[field] = optional_text(element)

    return handle


def title(element: Element, fields: Fields) -> None:
    """The title, which is never unset."""
    fields["title"] = text_of(element)


def each(field: str) -> Handler:
    """The element's text is one more entry of the field."""

    def handle(element: Element, fields: Fields) -> None:
        if entry := text_of(element):
            fields.setdefault(field, []).append(entry)

    return handle


def place(field: str) -> Handler:
    """The element's text is a field of the journal."""

    def handle(element: Element, fields: Fields) -> None:
        fields["journal"][field] = optional_text(element)

    return handle


def day(field: str) -> Handler:
    """The element is a date; the first of several is kept."""

    def handle(element: Element, fields: Fields) -> None:
        if (value := date_of(element)) is not None:
            fields.setdefault(field, value)

    return handle


def pmid(element: Element, fields: Fields) -> None:
    """The record's own PMID with its version; `Citation` refuses anything else than digits."""
    fields["pmid"] = (element.text or "").strip()
    version = element.get("Version", "")
    if version.isascii() and version.isdigit() and len(version) < 5:
        fields["version"] = max(1, int(version))


def abstract_section(element: Element, fields: Fields) -> None:
    """One `AbstractText`; empty labels count as none."""
    entry = {
        "label": " ".join(element.get("Label", "").split()) or None,
        "category": element.get("NlmCategory") or None,
        "text": text_of(element),
    }
    fields.setdefault("abstract", []).append(entry)


ABSTRACT: Table = {"AbstractText": abstract_section, "CopyrightInformation": text("copyright")}


def other_abstract(element: Element, fields: Fields) -> None:
    """An abstract in another language or from another provider."""
    sections = gather(element, ABSTRACT, fields).get("abstract", [])
    entry = {"language": element.get("Language"), "kind": element.get("Type"), "sections": sections}
    fields.setdefault("other_abstracts", []).append(entry)


def identifier(kind: str | None, element: Element, fields: Fields) -> None:
    """Keep one of the record's own identifiers as it is printed."""
    if value := text_of(element):
        fields.setdefault("identifiers", []).append({"kind": kind or element.tag, "value": value})


def other_id(element: Element, fields: Fields) -> None:
    """An identifier that another body gave, named by its Source."""
    identifier(element.get("Source"), element, fields)


def electronic_location(element: Element, fields: Fields) -> None:
    """A DOI, or a publisher's item identifier that stands for pages."""
    if element.get("ValidYN") != "N":
        identifier(element.get("EIdType"), element, fields)
    if element.get("EIdType") != "doi":
        fields.setdefault("location", optional_text(element))
    elif element.get("ValidYN") != "N" and (doi := doi_of(text_of(element))):
        fields.setdefault("doi_printed", doi)


def article_id(element: Element, fields: Fields) -> None:
    """One of the record's own identifier list: DOI and PMCID are fields as well."""
    kind = element.get("IdType")
    identifier(kind, element, fields)
    if kind == "doi" and (doi := doi_of(text_of(element))):
        fields.setdefault("doi_listed", doi)
    elif kind in ("pmc", "pmcid") and (pmcid := pmcid_of(text_of(element))):
        fields.setdefault("pmcid", pmcid)


def pagination(element: Element, fields: Fields) -> None:
    """MedlinePgn, else first and last page."""
    parts = {child.tag: text_of(child) for child in element}
    fields["journal"]["pages"] = parts.get("MedlinePgn") or "-".join(
        parts[tag] for tag in ("StartPage", "EndPage") if parts.get(tag)
    )


def history_date(element: Element, fields: Fields) -> None:
    """A date of the record's history by its status, for example `entrez`."""
    status, value = element.get("PubStatus"), date_of(element)
    fields.setdefault("history", {}).setdefault(status, value)
    if value is not None:
        fields.setdefault("dates", []).append({"event": status or element.tag, "date": value})


def dated(element: Element, fields: Fields) -> None:
    """A date named by its element."""
    if (value := date_of(element)) is not None:
        fields.setdefault("dates", []).append({"event": element.tag, "date": value})


def article_date(element: Element, fields: Fields) -> None:
    """The electronic publication date."""
    if element.get("DateType", "Electronic").lower() == "electronic":
        day("published_online")(element, fields)


def mesh_heading(element: Element, fields: Fields) -> None:
    """A descriptor with its qualifiers."""
    heading: Fields = {"qualifiers": []}
    for child in element:
        major = child.get("MajorTopicYN") == "Y"
        if child.tag == "DescriptorName":
            heading.update(descriptor=text_of(child), ui=child.get("UI"), major=major)
        elif child.tag == "QualifierName":
            heading["qualifiers"].append({"name": text_of(child), "major": major, "ui": child.get("UI")})
        else:
            count_unknown(child, fields)
    if heading.get("descriptor"):
        fields.setdefault("mesh", []).append(heading)


_DATA_BANK: Table = {
    "DataBankName": text("name"),
    "AccessionNumberList": into({"AccessionNumber": each("numbers")}),
}


def data_bank(element: Element, fields: Fields) -> None:
    """A databank's accession numbers."""
    bank = gather(element, _DATA_BANK, fields)
    name = bank.get("name") or ""
    entries = [{"databank": name, "number": number} for number in bank.get("numbers", [])]
    fields.setdefault("registrations", []).extend(entries)


_GRANT: Table = {"GrantID": text("number"), "Agency": text("agency"), "Country": text("country"), "Acronym": text("acronym")}


def grant(element: Element, fields: Fields) -> None:
    """One grant."""
    fields.setdefault("grants", []).append(gather(element, _GRANT, fields))


def _linked_pmid(element: Element, fields: Fields) -> None:
    fields["pmid"] = pmid_text(element)


def _source(element: Element, fields: Fields) -> None:
    fields["reference"] = text_of(element)


_CORRECTION: Table = {"RefSource": _source, "PMID": _linked_pmid, "Note": text("note")}


def correction(element: Element, fields: Fields) -> None:
    """A link to another record. `Cites` is where reference lists stood before 2018."""
    entry = {**gather(element, _CORRECTION, fields), "kind": element.get("RefType", "")}
    fields.setdefault("corrections", []).append(entry)
    if entry["kind"] == "Cites" and entry.get("pmid"):
        fields.setdefault("references", []).append(entry["pmid"])


_CITED = {"pubmed": ("pmid", pmid_of), "doi": ("doi", doi_of), "pmc": ("pmcid", pmcid_of), "pmcid": ("pmcid", pmcid_of)}
"""Identifiers of cited works: the field each one goes to and how it is read."""


def references(element: Element, fields: Fields) -> None:
    """A reference list, every entry of it, nested lists included."""
    for entry in element.iter("Reference"):
        cited: Fields = {}
        for child in entry.iter("Citation", "ArticleId"):
            if child.tag == "Citation":
                cited["text"] = text_of(child)
            elif (known := _CITED.get(child.get("IdType", ""))) and (value := known[1](text_of(child))):
                cited.setdefault(known[0], value)
        if cited:
            fields.setdefault("reference_list", []).append(cited)
            if "pmid" in cited:
                fields.setdefault("references", []).append(cited["pmid"])
