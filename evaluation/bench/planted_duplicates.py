"""Duplicates and near-duplicates of real records, planted where the truth is known.

The works are real: titles, authors, years and abstracts of the pool. The pool gives few journals, volumes, pages and DOIs, so
each work is given a made set of those. A duplicate is the same work as another database exports it: as RIS text, with what
databases do to records (a DOI in other dress or none, an abbreviated journal, authors turned round or cut, a title in
capitals, cut or with a slip, a year off by one, no abstract). A near-duplicate is another work that looks the same: part II,
the next abstract of a congress supplement with its DOI, the update of a review, a reply under the paper's title.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from connectors.reference_files.read import read_stream
from evidence.citation import Author, Citation, Journal, PartialDate
from evidence.imported import ImportedRecord

_JOURNALS = (
    ("The New England Journal of Medicine", "N Engl J Med"),
    ("British Medical Journal", "BMJ"),
    ("Journal of the American Medical Association", "JAMA"),
    ("European Journal of Clinical Pharmacology", "Eur J Clin Pharmacol"),
    ("Annals of Internal Medicine", "Ann Intern Med"),
    ("Scandinavian Journal of Primary Health Care", "Scand J Prim Health Care"),
    ("Archives of Disease in Childhood", "Arch Dis Child"),
    ("Zeitschrift für Gastroenterologie", "Z Gastroenterol"),
    ("Journal of Clinical Epidemiology", "J Clin Epidemiol"),
    ("American Journal of Hypertension", "Am J Hypertens"),
)

Fields = dict[str, str | list[str]]
"""One export's values by RIS tag."""


@dataclass(frozen=True)
class Work:
    """One work as its record would print it."""

    number: int
    title: str
    authors: tuple[Author, ...]
    year: int
    journal: tuple[str, str]
    volume: int
    issue: int
    page: int
    length: int
    doi: str | None
    abstract: str


@dataclass
class Planted:
    """Records of known works: `works[i]` is the number of the work that `records[i]` is of."""

    records: list[Citation | ImportedRecord] = field(default_factory=list)
    works: list[int] = field(default_factory=list)

    def pairs(self) -> set[tuple[int, int]]:
        """The pairs of places that are of one work."""
        by_work: dict[int, list[int]] = {}
        for place, work in enumerate(self.works):
            by_work.setdefault(work, []).append(place)
        return {(a, b) for places in by_work.values() for n, a in enumerate(places) for b in places[n + 1 :]}


def plant(citations: Sequence[Citation], *, seed: int) -> Planted:
    """Every citation once as PubMed's record; from other databases duplicates of six in ten, near-duplicates of four in ten."""
    chance = random.Random(seed)
    usable = [citation for citation in citations if len(citation.title.split()) >= 6 and citation.authors and citation.year]
    planted, exported = Planted(), list[tuple[Work, Fields]]()
    number = len(usable)
    for place, citation in enumerate(usable):
        work = _work(place, citation, chance)
        planted.records.append(_citation(citation, work))
        planted.works.append(work.number)
        if chance.random() < 0.6:
            exported.extend((work, _exported(work, chance)) for _ in range(chance.choice((1, 1, 2))))
        if chance.random() < 0.4:
            other = replace(chance.choice(_NEAR)(work, chance), number=number)
            number += 1
            exported.append((other, _exported(other, chance, mangle=chance.random() < 0.5)))
    chance.shuffle(exported)
    text = "".join(_ris(fields) for _, fields in exported)
    read = read_stream(io.BytesIO(text.encode()), name="planted.ris", database="Planted")
    if len(read.records) != len(exported):
        raise ValueError("not every planted record was read")
    planted.records.extend(read.records)
    planted.works.extend(work.number for work, _ in exported)
    return planted


def _work(number: int, citation: Citation, chance: random.Random) -> Work:
    doi = f"10.{chance.randrange(1000, 9999)}/j.made.{citation.pmid}" if chance.random() < 0.85 else None
    return Work(
        number=number,
        title=citation.title,
        authors=citation.authors,
        year=citation.year or 2000,
        journal=chance.choice(_JOURNALS),
        volume=chance.randrange(1, 400),
        issue=chance.randrange(1, 13),
        page=chance.randrange(1, 2400),
        length=chance.randrange(3, 15),
        doi=doi,
        abstract=citation.abstract_text,
    )


def _citation(citation: Citation, work: Work) -> Citation:
    return citation.model_copy(
        update={
            "doi": work.doi,
            "corrections": (),  # what links it to other works of the pool would be grouped, and rightly
            "publication_types": (),
            "journal": Journal(
                title=work.journal[0],
                abbreviation=work.journal[1],
                volume=str(work.volume),
                issue=str(work.issue),
                pages=f"{work.page}-{str(work.page + work.length)[-2:]}",
            ),
            "published": PartialDate(year=work.year, printed=str(work.year)),
            "published_online": None,
            "entered": None,
        }
    )


def _exported(work: Work, chance: random.Random, *, mangle: bool = True) -> Fields:
    fields: Fields = {
        "T1": work.title,
        "A1": [
            f"{author.last_name or author.collective_name}, {author.initials or ''}".rstrip(", ") for author in work.authors
        ],
        "Y1": str(work.year),
        "JF": work.journal[0],
        "VL": str(work.volume),
        "IS": str(work.issue),
        "SP": str(work.page),
        "EP": str(work.page + work.length),
        "N2": work.abstract,
        "DO": work.doi or "",
    }
    if mangle:
        for change in chance.sample(_CHANGES, chance.randrange(1, 5)):
            change(fields, chance)
    return fields


def _ris(fields: Fields) -> str:
    lines = ["TY  - JOUR"]
    for tag, value in fields.items():
        lines += [f"{tag}  - {entry}" for entry in (value if isinstance(value, list) else [value]) if entry]
    return "\n".join([*lines, "ER  - ", "", ""])


def _text(fields: Fields, tag: str) -> str:
    value = fields.get(tag, "")
    return value if isinstance(value, str) else " ".join(value)


def _other_doi(fields: Fields, chance: random.Random) -> None:
    doi = _text(fields, "DO")
    dress = chance.choice(("", "", doi.upper(), f"https://doi.org/{doi}", f"http://dx.doi.org/{doi.upper()}", f"doi: {doi}"))
    fields["DO"] = dress if doi else ""


def _short_journal(fields: Fields, chance: random.Random) -> None:
    short = next(short for full, short in _JOURNALS if full == fields["JF"])
    fields["JF"] = chance.choice((short, ". ".join(short.split()) + ".", short.upper()))


def _names(fields: Fields, chance: random.Random) -> None:
    names = list(fields["A1"])
    kind = chance.randrange(4)
    if kind == 0:
        chance.shuffle(names)
    elif kind == 1:
        names = names[:1]
    elif kind == 2:
        names = [name.replace(",", "").upper() for name in names]
    else:
        names = [re.sub(r", ([A-Z])([A-Z]?)\Z", r", \1. \2.", name).replace(" .", "") for name in names]
    fields["A1"] = names


def _title(fields: Fields, chance: random.Random) -> None:
    title = _text(fields, "T1")
    kind = chance.randrange(6)
    if kind == 0:
        title = title.upper()
    elif kind == 1:
        title = f"[{title.rstrip('.')}]"
    elif kind == 2:
        title = title.replace("-", " ").replace(":", " -").replace("'", "’")
    elif kind == 3:
        title = " ".join(title.split()[: max(5, len(title.split()) * 2 // 3)])
    elif kind == 4:
        place = chance.randrange(len(title) // 3, len(title))
        title = title[:place] + title[place + 1 :]
    else:
        title = title.replace("&", "&amp;").replace("<", "&lt;") + " [Link to full text]"[: chance.choice((0, 20))]
    fields["T1"] = title


def _year(fields: Fields, chance: random.Random) -> None:
    fields["Y1"] = chance.choice((f"{int(_text(fields, 'Y1')) + chance.choice((-1, 1))}//", f"{_text(fields, 'Y1')}/03/12/"))


def _pages(fields: Fields, chance: random.Random) -> None:
    if chance.random() < 0.5:
        fields["SP"], fields["EP"] = f"{_text(fields, 'SP')}-{_text(fields, 'EP')}", ""
    else:
        fields["SP"] = fields["EP"] = ""


def _volume(fields: Fields, chance: random.Random) -> None:
    fields["VL"] = chance.choice(("", f"{_text(fields, 'VL')} ({_text(fields, 'IS')})", f"Vol. {_text(fields, 'VL')}"))
    fields["IS"] = ""


def _abstract(fields: Fields, chance: random.Random) -> None:
    text = _text(fields, "N2")
    fields["N2"] = chance.choice(
        ("", f"{text[: len(text) // 2]}...", f"{text} Copyright (C) the publisher. All rights reserved.")
    )


_CHANGES: tuple[Callable[[Fields, random.Random], None], ...] = (
    *(_other_doi, _other_doi, _short_journal, _names, _title, _year, _pages, _volume, _abstract),
)


def _part_two(work: Work, chance: random.Random) -> Work:
    first, second = chance.choice(((" Part I.", " Part II."), (" I.", " II."), (": part 1.", ": part 2.")))
    title = work.title.rstrip(".").removesuffix(first.rstrip(".")) + second
    page = work.page + work.length + 1
    return replace(work, title=title, page=page, doi=work.doi and f"{work.doi}9", abstract=_another(work.abstract))


def _congress(work: Work, chance: random.Random) -> Work:
    """The next abstract of a supplement: same authors and volume, the DOI of the supplement, a word of the title changed."""
    words = work.title.split()
    place = chance.choice([place for place, word in enumerate(words) if len(word) > 3] or [0])
    words[place] = chance.choice(("long-term", "twelve-month", "paediatric", "placebo-controlled", "quality-of-life"))
    return replace(work, title=" ".join(words), page=work.page + chance.randrange(1, 3), abstract=_another(work.abstract))


def _update(work: Work, chance: random.Random) -> Work:
    later = chance.randrange(2, 8)
    return replace(
        work,
        year=work.year + later,
        volume=work.volume + later,
        page=work.page + 31,
        doi=work.doi and f"{work.doi}9",
        abstract=work.abstract,
    )


def _reply(work: Work, chance: random.Random) -> Work:
    title = chance.choice((f"Re: {work.title}", f"Comment on: {work.title}", f"Authors' reply: {work.title}"))
    return replace(
        work,
        title=title,
        page=work.page + 300,
        authors=work.authors[-1:],
        issue=work.issue + 1,
        doi=work.doi and f"{work.doi}9",
        abstract="",
    )


def _same_question(work: Work, chance: random.Random) -> Work:
    """Another group's paper under the same title."""
    authors = tuple(Author(last_name=name, initials="Q") for name in ("Madeup", "Nobody", "Elsewhere"))
    return replace(
        work,
        authors=authors,
        year=work.year + chance.choice((0, 1)),
        journal=chance.choice([journal for journal in _JOURNALS if journal != work.journal]),
        volume=work.volume + 17,
        page=work.page + 101,
        doi=work.doi and f"{work.doi}9",
        abstract=_another(work.abstract),
    )


_NEAR = (_part_two, _congress, _update, _reply, _same_question)


def _another(abstract: str) -> str:
    """Another text of the same field: it begins where this one has its middle."""
    words = abstract.split()
    return " ".join(words[len(words) // 2 :] + words[: len(words) // 2])
