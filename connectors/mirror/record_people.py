"""Reads authors, editors, investigators and people written about out of one record's XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.mirror.index_schema import name_key


@dataclass(frozen=True)
class NameFields:
    """Which index fields take a person's short name, full name and identifiers."""

    short: str
    full: str | None = None
    identifier: str | None = None


AUTHORS = NameFields("author", "full_author", "author_id")
BOOK_AUTHORS = NameFields("_book_author", "full_author", "author_id")
EDITORS = NameFields("editor")
INVESTIGATORS = NameFields("investigator", "full_investigator")


def read_authors(element: Any, fields: Any) -> None:
    """The names of an `AuthorList`, or of editors where it says so."""
    _people(element, fields, EDITORS if element.get("Type") == "editors" else AUTHORS)


def read_book_authors(element: Any, fields: Any) -> None:
    """The names of a book's `AuthorList`, which stand for the chapter's where that has none."""
    _people(element, fields, EDITORS if element.get("Type") == "editors" else BOOK_AUTHORS)


def read_investigators(element: Any, fields: Any) -> None:
    """The names of an `InvestigatorList`."""
    _people(element, fields, INVESTIGATORS)


def read_person_subjects(element: Any, fields: Any) -> None:
    """People whom the record is about."""
    for person in element:
        parts = {part.tag: part.text or "" for part in person}
        name = _short(parts)
        if name:
            fields["person_subject"].append(name)
            fields["subject"].append(f"{parts.get('LastName', '')} {parts.get('ForeName', '')}".replace("&", " "))


def _people(element: Any, fields: Any, names: NameFields) -> None:
    for person in element:
        if person.get("ValidYN") != "N":
            _person(person, fields, names)


def _person(person: Any, fields: Any, names: NameFields) -> None:
    parts: dict[str, str] = {}
    for part in person:
        tag = part.tag
        if tag == "AffiliationInfo":
            fields["affiliation"].extend("".join(each.itertext()) for each in part if each.tag == "Affiliation")
        elif tag == "CollectiveName":
            fields["corporate"].append("".join(part.itertext()))
        elif tag == "Affiliation":
            fields["affiliation"].append("".join(part.itertext()))
        elif tag == "Identifier":
            if names.identifier and part.text:
                fields[names.identifier].append(part.text)
        else:
            parts[tag] = part.text or ""
    if short := _short(parts):
        fields[names.short].append(short)
        fore = parts.get("ForeName")
        if names.full and fore and _says_a_name(fore):
            fields[names.full].append(f"{parts['LastName']} {fore}")


def _short(parts: Mapping[str, str]) -> str:
    """`Smith JA Jr`, or nothing where there is no family name."""
    last = parts.get("LastName", "")
    if not _says_a_name(last):
        return ""
    return f"{last} {parts.get('Initials', '')} {parts.get('Suffix', '')}"


def _says_a_name(text: str) -> bool:
    return text[:1].isalnum() or bool(name_key(text))
