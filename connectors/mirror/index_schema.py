"""The mirror's index: which fields a record has, and how their words are cut.

Words are runs of letters and digits, folded by `fold_text`, so that `beta-lactam`, `β-lactam` and `Beta Lactam` are the
same two words, as they are in PubMed. Headings, names, types and identifiers are whole values, folded by `value_key`.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import tantivy

from evidence.errors import NotConfigured, StorageFailure

FORMAT = 2
"""Changes whenever an index made before could no longer be read."""

WORD_FIELDS = ("title", "abstract", "keyword", "subject", "affiliation", "vernacular", "conflict", "rest")
"""Fields of words with positions. `subject` holds headings, types and substances; `rest` names, journal, numbers."""

VALUE_FIELDS = (
    "mesh",
    "majr",
    "subheading",
    "publication_type",
    "substance",
    "author",
    "first_author",
    "last_author",
    "full_author",
    "corporate",
    "language",
    "journal",
    "issn",
    "volume",
    "issue",
    "page",
    "article_id",
    "pmcid",
    "databank",
    "grant",
    "registry",
    "subset",
    "link",
    "author_id",
    "investigator",
    "full_investigator",
    "editor",
    "person_subject",
    "nlm_id",
    "country",
    "book",
    "isbn",
    "publisher",
)
"""Fields of whole values."""

DATE_FIELDS = ("dp", "ppdat", "epdat", "edat", "crdt", "mhda", "lr", "dcom")
"""Days as numbers, YYYYMMDD, named by PubMed's tags."""

LINK_FIELDS = ("cites", "retracts")
"""PMIDs of other records: those in the reference list, and those that a retraction notice retracts."""

_LETTERS = {
    letter: name
    for letters, name in (
        ("αΑ", "alpha"), ("βΒϐ", "beta"), ("γΓ", "gamma"), ("δΔ", "delta"), ("εΕϵ", "epsilon"), ("ζΖ", "zeta"),
        ("ηΗ", "eta"), ("θΘϑ", "theta"), ("ιΙ", "iota"), ("κΚϰ", "kappa"), ("λΛ", "lambda"), ("μΜµ", "mu"), ("νΝ", "nu"),
        ("ξΞ", "xi"), ("οΟ", "omicron"), ("πΠ", "pi"), ("ρΡϱ", "rho"), ("σΣς", "sigma"), ("τΤ", "tau"), ("υΥ", "upsilon"),
        ("φΦϕ", "phi"), ("χΧ", "chi"), ("ψΨ", "psi"), ("ωΩ", "omega"),
        ("ß", "ss"), ("æÆ", "ae"), ("œŒ", "oe"), ("øØ", "o"), ("łŁ", "l"), ("đĐ", "d"),
    )
    for letter in letters
}  # fmt: skip
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")

SEPARATOR = "\x01"
"""Stands between texts that are folded in one call. XML cannot hold this character, so no text does."""

_ANALYZER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()
_NOT_NAME = re.compile(rf"[^\w/{SEPARATOR}]+")
_ASCII_NAME = {
    code: None if character == "'" else character if character.isalnum() or character in ("/", SEPARATOR) else " "
    for code in range(128)
    for character in [chr(code)]
}


def fold_text(text: str) -> str:
    """Text without accents and ligatures, Greek letters as their names; plain ASCII comes back as it is."""
    if text.isascii():
        return text
    named = _LETTER.sub(lambda found: _LETTERS[found[0]], text)
    return named if named.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", named))


def words_of(text: str) -> list[str]:
    """The words of a text as the index holds them."""
    return list(_ANALYZER.analyze(fold_text(text)))


def value_key(text: str) -> str:
    """A heading, type or substance as the index holds it: folded, lower case, `&` as `and`, single spaces.

    Values joined by `SEPARATOR` come back joined, each as it would be alone.
    """
    return _single_spaces(fold_text(text).casefold().replace("&", " and "))


def name_key(text: str) -> str:
    """A person's or journal's name as the index holds it: also without punctuation; joined values as in `value_key`."""
    folded = fold_text(text).casefold().replace("’", "").replace("&", " and ")
    if folded.isascii():
        return _single_spaces(folded.translate(_ASCII_NAME))
    return _single_spaces(_NOT_NAME.sub(" ", folded.replace("'", "")).replace("_", " "))


def _single_spaces(text: str) -> str:
    spaced = " ".join(text.split())
    return spaced.replace(f" {SEPARATOR}", SEPARATOR).replace(f"{SEPARATOR} ", SEPARATOR)


def build_schema() -> tantivy.Schema:
    """The fields of a record."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("pmid", indexed=True, fast=True)  # signed: the engine deletes by no unsigned number
    builder.add_integer_field("version", indexed=True, fast=True)
    builder.add_integer_field("published_then_pmid", fast=True)
    builder.add_integer_field("has_abstract", indexed=True)
    for name in DATE_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in LINK_FIELDS:
        builder.add_integer_field(name, indexed=True)
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="words", index_option="position")
    for name in VALUE_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("xml", stored=True)
    return builder.build()


def index_folder(directory: Path) -> Path:
    """Where the index lies within the mirror's directory."""
    return directory / f"index-v{FORMAT}"


def open_index(directory: Path, *, create: bool = False) -> tantivy.Index:
    """The index of a mirror.

    Raises NotConfigured where nothing has been loaded, StorageFailure where the index cannot be read or made.
    """
    folder = index_folder(directory)
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / "meta.json").is_file():
            raise NotConfigured(f"No citations are loaded in {directory}: run `evidence mirror load FILE` first.")
        index = tantivy.Index(build_schema(), path=str(folder))
    except (OSError, ValueError) as error:
        raise StorageFailure(
            f"The mirror's index in {directory} cannot be opened ({error}): remove it and load again."
        ) from error
    index.register_tokenizer("words", _ANALYZER)
    return index
