"""A part of a strategy that loses a paper, held against the paper's record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evidence.citation import Citation
from evidence.services import MeshVocabulary
from searching.content_words import FUNCTION_WORDS, GENERIC_WORDS
from searching.query import DateRange, Proximity, Term
from searching.query_fields import DATE_TAGS
from searching.seed_losses import Leaf, Lost
from searching.seed_words import WORD_TAGS, RecordWords, fold, patterns_of, stem

HEADING_TAGS = frozenset({"mh", "majr", "sh", "nm"})
CHECK_TAGS = frozenset(
    {
        "humans", "animals", "male", "female", "infant", "infant, newborn", "child", "child, preschool", "adolescent",
        "adult", "young adult", "middle aged", "aged", "aged, 80 and over", "pregnancy",
    }
)  # fmt: skip
"""Headings that indexers give to every record they fit, whatever it is about (NLM, "Check Tags")."""


@dataclass(frozen=True)
class LostPart:
    """A lost part with its terms, held against the record that it loses."""

    lost: Lost
    leaves: tuple[Leaf, ...]
    words: RecordWords
    vocabulary: MeshVocabulary | None = None

    @property
    def citation(self) -> Citation:
        """The record."""
        return self.words.citation

    @property
    def indexed(self) -> bool:
        """Whether it has MeSH headings."""
        return bool(self.citation.mesh)

    @cached_property
    def headings(self) -> list[tuple[Leaf, Term]]:
        """The part's headings, subheadings and substances."""
        return [(leaf, leaf.term) for leaf in self.leaves if isinstance(leaf.term, Term) and leaf.term.tag in HEADING_TAGS]

    @cached_property
    def texts(self) -> list[tuple[Leaf, Term | Proximity]]:
        """The part's words and phrases."""
        return [
            (leaf, leaf.term)
            for leaf in self.leaves
            if isinstance(leaf.term, Proximity) or (isinstance(leaf.term, Term) and leaf.term.tag in WORD_TAGS)
        ]

    @cached_property
    def dates(self) -> list[tuple[Leaf, DateRange | Term]]:
        """The part's dates and ranges of dates."""
        return [
            (leaf, leaf.term)
            for leaf in self.leaves
            if isinstance(leaf.term, DateRange) or (isinstance(leaf.term, Term) and leaf.term.tag in DATE_TAGS)
        ]

    def tagged(self, *tags: str) -> list[tuple[Leaf, Term]]:
        """The part's terms with one of these tags."""
        return [(leaf, leaf.term) for leaf in self.leaves if isinstance(leaf.term, Term) and leaf.term.tag in tags]

    @property
    def only_check_tags(self) -> bool:
        """Whether all that the part looks for is who was studied, which only indexing says: humans, adults, females."""
        names = [fold(term.heading) for _, term in self.headings]
        return len(names) == len(self.leaves) and all(name in CHECK_TAGS for name in names)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of every content word of the part: what its concept is called."""
        texts = [term.heading if term.tag in ("mh", "majr") else term.text for _, term in self.headings]
        texts += [term.text for _, term in self.texts]
        words = {word for text in texts for word, _ in patterns_of(text)}
        return frozenset(stem(word) for word in words if len(word) > 2 and word not in FUNCTION_WORDS | GENERIC_WORDS)

    def near_headings(self) -> list[str]:
        """The record's headings that are narrower than one of the part's, or share a word with its concept."""
        wanted = {fold(term.heading) for _, term in self.headings}
        narrower = {fold(name) for _, term in self.headings for name in self._narrower(term)}
        near = []
        for heading in self.citation.mesh:
            own = {stem(word) for word, _ in patterns_of(heading.descriptor)}
            if fold(heading.descriptor) not in wanted and (fold(heading.descriptor) in narrower or own & self.stems):
                near.append(heading.descriptor)
        return list(dict.fromkeys(near))

    def _narrower(self, term: Term) -> tuple[str, ...]:
        return self.vocabulary.narrower(term.heading) if self.vocabulary and not term.explode else ()
