"""Writes a PubMed strategy for other databases and platforms, line by line, under the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.errors import InvalidInput
from evidence.search import SearchLine, SearchStrategy
from evidence.translated_strategy import TranslatedLine, TranslatedStrategy
from searching.parse_query import read_query
from searching.query import LineReference, children, walk
from searching.translate.platforms import PLATFORMS, SHORT_NAMES, Language, Platform
from searching.translate.write_cochrane import CochraneWriter
from searching.translate.write_ebsco import EbscoWriter
from searching.translate.write_ovid import OvidWriter
from searching.translate.writer import EarlierLines, Writer

_WRITERS: dict[Language, type[Writer]] = {
    Language.OVID: OvidWriter,
    Language.EBSCO: EbscoWriter,
    Language.COCHRANE: CochraneWriter,
}
_NOTHING: dict[Language, str] = {
    Language.OVID: '"line {number} is not translated".ti.',
    Language.EBSCO: 'TI "line {number} is not translated"',
    Language.COCHRANE: '"line {number} is not translated":ti',
}
"""A search that finds nothing and says why: it keeps the numbers of the lines after it."""

_DRAFT = "A draft to check: run it line by line, and compare the counts with what you expect."


def find_platform(name: str) -> Platform:
    """The platform of a short name. Raises InvalidInput, naming those there are."""
    key = name.strip().lower()
    platform = PLATFORMS.get(SHORT_NAMES.get(key, key))
    if platform is None:
        known = ", ".join(["pubmed", *PLATFORMS])
        raise InvalidInput(f"There is no platform {name!r} to translate to: use one of {known}, or `all`.")
    return platform


def translate_strategy(strategy: SearchStrategy, platform: Platform, *, this_year: int) -> TranslatedStrategy:
    """The strategy in the platform's language; `this_year` closes open ranges of years where a platform lists them.

    A heading of another vocabulary is never invented: it is named for looking up, and its words are searched instead.
    What has no counterpart is left out and said. Raises QuerySyntaxError where a line cannot be read.
    """
    earlier = EarlierLines()
    lines = [_translate(line, platform, earlier, this_year) for line in strategy.lines]
    return TranslatedStrategy(
        platform=platform.key,
        platform_name=platform.name,
        vocabulary="" if platform.has_mesh else platform.vocabulary,
        lines=tuple(lines),
        notes=tuple(_general_notes(platform, lines)),
    )


def _translate(line: SearchLine, platform: Platform, earlier: EarlierLines, this_year: int) -> TranslatedLine:
    read = read_query(line.query)
    writer = _WRITERS[platform.language](platform, earlier=earlier, this_year=this_year)
    text = writer.line(read.tree)
    if writer.approximate:
        earlier.approximate.add(line.number)
    if text is None:
        earlier.lost.add(line.number)
    headings = tuple(dict.fromkeys(writer.headings))
    notes = _look_up(headings, platform) + [lenience.message for lenience in read.leniences] + writer.notes
    if text is None and _only_references(line.query):
        notes.append("Every line it names was left out.")
    return TranslatedLine(
        number=line.number,
        original=line.query,
        text=text if text is not None else _NOTHING[platform.language].format(number=line.number),
        translated=text is not None,
        notes=tuple(notes),
        headings_to_check=headings,
    )


def _look_up(headings: tuple[str, ...], platform: Platform) -> list[str]:
    if not headings:
        return []
    named = "; ".join(headings)
    return [f"check in {platform.vocabulary} what is there for {named}, and add it: the words alone stand in for it here."]


def _only_references(query: str) -> bool:
    return all(isinstance(node, LineReference) or children(node) for node in walk(read_query(query).tree))


def _general_notes(platform: Platform, lines: Sequence[TranslatedLine]) -> list[str]:
    notes = [_DRAFT]
    if any(line.headings_to_check for line in lines):
        notes.append(
            f"{platform.name} does not index with MeSH: look the headings up in {platform.vocabulary}; none was made up."
        )
    if not all(line.translated for line in lines):
        notes.append("A line that says it is not translated finds nothing and only keeps the numbers of the others.")
    return notes
