"""The people of a record: authors, editors and the members of a group author."""

from __future__ import annotations

from connectors.pubmed.elements import Fields, Handler, Table, count_unknown, each, gather, into, keep, kept, text
from connectors.pubmed.values import Element, optional_text


def _identifier(element: Element, fields: Fields) -> None:
    if element.get("Source") == "ORCID":
        fields["orcid"] = optional_text(element)
    else:
        keep(element, fields)


_PERSON: Table = {
    "LastName": text("last_name"),
    "ForeName": text("fore_name"),
    "FirstName": text("fore_name"),
    "Initials": text("initials"),
    "Suffix": text("suffix"),
    "CollectiveName": text("collective_name"),
    "Identifier": _identifier,
    "AffiliationInfo": into({"Affiliation": each("affiliations"), **kept("Identifier")}),
    "Affiliation": each("affiliations"),
    **kept("MiddleName"),
}


def authors(field: str) -> Handler:
    """Authors in order; editors apart; names that NLM keeps beside the right one and marks as wrong (N) are left out."""
    return _people("Author", field, "editors")


def investigators(element: Element, fields: Fields) -> None:
    """The members of a group author."""
    _people("Investigator", "investigators", "investigators")(element, fields)


def _people(tag: str, field: str, editors: str) -> Handler:
    def handle(element: Element, fields: Fields) -> None:
        kind = editors if element.get("Type") == "editors" else field
        for person in element:
            if person.tag != tag:
                count_unknown(person, fields)
            elif person.get("ValidYN") != "N" and (entry := gather(person, _PERSON, fields)):
                fields.setdefault(kind, []).append(entry)

    return handle
