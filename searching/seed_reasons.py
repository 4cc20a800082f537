"""Says why a part of a strategy does not match a record: from the record itself, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.citation import Citation
from evidence.seed_test import Cause
from searching.print_query import print_query
from searching.query import PmidRange, Term
from searching.query_fields import DATE_TAGS, field_name
from searching.seed_part import HEADING_TAGS, LostPart
from searching.seed_words import MAPPED_TAGS, WORD_TAGS, fold

_SHOWN = 3
_DATE_NAMES = {"dp": "publication date", "edat": "entry date", "crdt": "date of creation", "lr": "date of revision"}
_LANGUAGES = {
    "eng": "English", "fre": "French", "ger": "German", "spa": "Spanish", "ita": "Italian", "por": "Portuguese",
    "chi": "Chinese", "jpn": "Japanese", "rus": "Russian", "pol": "Polish", "dut": "Dutch", "tur": "Turkish",
    "kor": "Korean", "swe": "Swedish", "dan": "Danish", "nor": "Norwegian", "fin": "Finnish", "cze": "Czech",
    "hun": "Hungarian", "gre": "Greek", "heb": "Hebrew", "ara": "Arabic", "per": "Persian", "ukr": "Ukrainian",
    "rum": "Romanian", "scr": "Croatian", "hrv": "Croatian", "srp": "Serbian", "slo": "Slovak", "bul": "Bulgarian",
    "und": "an undetermined language",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a paper is lost: the cause that comes first, the sentence, and what the record has instead."""

    cause: Cause
    sentence: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Clause:
    cause: Cause
    words: str
    near: tuple[str, ...] = ()


def why_lost(part: LostPart, *, line_count: int) -> Reason:
    """The reason for one loss. `line_count` is what the losing line finds in the whole source."""
    lost = part.lost
    at = f"Lost at line {lost.at}"
    if not lost.wanted:
        terms = _listed([print_query(node) for _, node in lost.matching] or [print_query(lost.node)])
        return Reason(cause=Cause.REMOVED_BY_NOT, sentence=f"{at}: NOT takes it out, because it matches {terms}.")
    clauses = [clause for clause in _clauses(part) if clause is not None]
    if not clauses:
        clauses = [_Clause(Cause.READ_DIFFERENTLY, "the source does not find it there, and the record does not show why")]
    if line_count == 0 and lost.whole_line:
        clauses = [_Clause(Cause.LINE_EMPTY, "the line finds no record at all, so look at its spelling and tags"), *clauses]
    first = min(clauses, key=lambda clause: (clause.cause is not Cause.LINE_EMPTY, clause.cause is not Cause.NOT_INDEXED))
    ordered = [first, *(clause for clause in clauses if clause is not first)]
    shown = "" if lost.whole_line else f", in {_short(print_query(lost.node))}"
    near = tuple(dict.fromkeys(word for clause in ordered for word in clause.near))
    return Reason(cause=first.cause, sentence=f"{at}{shown}: {', and '.join(c.words for c in ordered)}.", near=near)


def record_languages(citation: Citation) -> str:
    """The languages of a record, in words."""
    return ", ".join(_LANGUAGES.get(code, code) for code in citation.languages) or "no language given"


def _clauses(part: LostPart) -> Iterable[_Clause | None]:
    yield _about_headings(part)
    yield _about_words(part)
    yield _about_types(part)
    yield _about_dates(part)
    if languages := part.tagged("la"):
        wanted = _listed([term.text for _, term in languages])
        yield _Clause(
            Cause.OTHER_LANGUAGE,
            f"it is in {record_languages(part.citation)}, and the line takes {wanted}",
            tuple(part.citation.languages),
        )
    if subsets := part.tagged("sb", "filter"):
        yield _Clause(Cause.OUTSIDE_SUBSET, _subset_words(part, _listed([print_query(term) for _, term in subsets])))
    yield _about_other_fields(part)


def _subset_words(part: LostPart, wanted: str) -> str:
    said = f"it is outside {wanted}"
    if not part.indexed:
        said += " (a filter that rests on indexing loses a record that is not yet indexed)"
    return said


def _about_headings(part: LostPart) -> _Clause | None:
    headings = part.headings
    if not headings:
        return None
    names = list(dict.fromkeys(term.text for _, term in headings))
    this = "this heading" if len(names) == 1 else f"any of its {len(names)} headings"
    if not part.indexed:
        status = f", status {part.citation.medline_status}" if part.citation.medline_status not in (None, "MEDLINE") else ""
        return _Clause(Cause.NOT_INDEXED, f"not yet indexed with {this} (the record has no MeSH headings{status})")
    present = {fold(heading.descriptor): heading for heading in part.citation.mesh}
    for _, term in headings:
        heading = present.get(fold(term.heading))
        if heading is None or term.tag not in ("mh", "majr"):
            continue
        if term.subheading is not None:
            said = _listed([qualifier.name for qualifier in heading.qualifiers]) if heading.qualifiers else "none"
            words = f"indexed with “{heading.descriptor}” but not with its subheading {term.subheading} (it has {said})"
            return _Clause(Cause.OTHER_SUBHEADING, words, (heading.descriptor,))
        if term.tag == "majr":
            words = f"indexed with “{heading.descriptor}”, but not as a major topic"
            return _Clause(Cause.MINOR_TOPIC, words, (heading.descriptor,))
    return _other_headings(part, names)


def _other_headings(part: LostPart, names: list[str]) -> _Clause:
    wanted = f"“{names[0]}”" if len(names) == 1 else f"any of the line's {len(names)} headings"
    near = part.near_headings()
    if near:
        said = f"indexed with {_listed([f'“{name}”' for name in near])}, not with {wanted}"
        return _Clause(Cause.OTHER_HEADING, said, tuple(near))
    said = f"none of its {len(part.citation.mesh)} headings is {wanted}" if len(names) == 1 else f"not indexed with {wanted}"
    return _Clause(Cause.OTHER_HEADING, said)


def _about_words(part: LostPart) -> _Clause | None:
    texts = part.texts
    if not texts:
        return None
    for tell in (_found_after_all, _in_another_field, _words_apart, _in_another_form):
        clause = tell(part)
        if clause is not None:
            return clause
    terms = list(dict.fromkeys(print_query(term) for _, term in texts))
    none = f"“{texts[0][1].text}” does not stand" if len(terms) == 1 else f"none of its {len(terms)} words and phrases stands"
    if all(term.tag in ("ti",) for _, term in texts):
        return _Clause(Cause.WORD_MISSING, f"{none} in its title")
    if not part.citation.has_abstract:
        return _Clause(Cause.NO_ABSTRACT, f"it has no abstract, and {none} in its title")
    return _Clause(Cause.WORD_MISSING, f"{none} in its title or abstract")


def _found_after_all(part: LostPart) -> _Clause | None:
    for _, term in part.texts:
        # An untagged term is mapped by the source, which may turn its words into something else.
        if term.tag not in MAPPED_TAGS and (hits := part.words.hits(term)):
            words = f"the source does not find {print_query(term)}, although “{hits[0].text}” stands in its {hits[0].field}"
            return _Clause(Cause.READ_DIFFERENTLY, words, (hits[0].text,))
    return None


def _in_another_field(part: LostPart) -> _Clause | None:
    for _, term in part.texts:
        hits = part.words.hits(term, anywhere=True)
        if term.tag in ("ti", "ab", "ot") and hits:
            where = {"ti": "titles", "ab": "abstracts", "ot": "keywords"}[term.tag]
            words = f"“{hits[0].text}” stands in its {hits[0].field}, where the line looks in {where} only"
            return _Clause(Cause.OTHER_FIELD, words, (hits[0].text,))
    return None


def _words_apart(part: LostPart) -> _Clause | None:
    for _, term in part.texts:
        between = part.words.apart(term)
        if between is not None and not part.words.hits(term):
            apart = (
                "in another order" if between == 0 else f"with {between} other {'word' if between == 1 else 'words'} between"
            )
            words = f"the words of “{term.text}” stand in it {apart}"
            return _Clause(Cause.WORDS_APART, words)
    return None


def _in_another_form(part: LostPart) -> _Clause | None:
    for _, term in part.texts:
        near = part.words.near(term)
        if near and not part.words.hits(term):
            forms = tuple(dict.fromkeys(hit.text for hit in near))
            words = f"it writes “{' … '.join(forms)}” where the line looks for {print_query(term)}"
            return _Clause(Cause.OTHER_WORD_FORM, words, forms)
    return None


def _about_types(part: LostPart) -> _Clause | None:
    types = part.tagged("pt")
    if not types:
        return None
    wanted = _listed([f"“{term.text}”" for _, term in types])
    own = _listed([f"“{name}”" for name in part.citation.publication_types]) or "none"
    late = "" if part.indexed else "; it is not yet indexed, and types are added with indexing"
    cause = Cause.OTHER_TYPE if part.indexed else Cause.NOT_INDEXED
    return _Clause(cause, f"its publication type is {own}, not {wanted}{late}", part.citation.publication_types)


def _about_dates(part: LostPart) -> _Clause | None:
    if not part.dates:
        return None
    wanted = _listed([print_query(term) for _, term in part.dates])
    tag = part.dates[0][1].tag
    has = record_date(part.citation, tag)
    name = _DATE_NAMES.get(tag or "", field_name(tag).lower())
    if has is None:
        return _Clause(Cause.OUTSIDE_DATES, f"the record has no {name}, and the line asks for {wanted}")
    return _Clause(Cause.OUTSIDE_DATES, f"its {name} is {has}, outside {wanted}", (has,))


def record_date(citation: Citation, tag: str | None) -> str | None:
    """The record's date of this kind as printed: both, where it appeared online and in print; None where it has none."""
    kinds = {
        "dp": (citation.published, citation.published_online),
        "ppdat": (citation.published,),
        "epdat": (citation.published_online,),
        "lr": (citation.revised,),
    }
    dates = [date.printed for date in kinds.get(tag or "", (citation.entered,)) if date is not None]
    return " and ".join(dict.fromkeys(dates)) or None


def _about_other_fields(part: LostPart) -> _Clause | None:
    known = {*HEADING_TAGS, *WORD_TAGS, *DATE_TAGS, "pt", "la", "sb", "filter"}
    others = [
        leaf.term
        for leaf in part.leaves
        if isinstance(leaf.term, PmidRange) or (isinstance(leaf.term, Term) and leaf.term.tag not in known)
    ]
    if not others:
        return None
    return _Clause(Cause.OTHER_FIELD_VALUE, f"nothing in the record matches {_listed([print_query(term) for term in others])}")


def _listed(items: Sequence[str]) -> str:
    """`a, b or c`; of many the first three and how many more."""
    unique = list(dict.fromkeys(items))
    if len(unique) > _SHOWN + 1:
        return f"{', '.join(unique[:_SHOWN])} or {len(unique) - _SHOWN} more"
    return " or ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:67]}…"
