"""The notes of one document: every quote has one number, in the order of first use, and its place in its record."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from evidence.ledger import LedgerCitation
from reporting import words
from reporting.body import standing
from reporting.document.content import Note, Piece, RecordText, Words, say
from reporting.references.links import Library, record_links
from reporting.search_report.entries import reference


class NoteBook:
    """Gives out notes, and afterwards the records that they lead to."""

    def __init__(self, citations: Mapping[str, LedgerCitation], library: Library) -> None:
        self.citations = citations
        self.library = library
        self._notes: dict[tuple[str, int, int] | tuple[str, str], Note] = {}

    def quote(self, citation: LedgerCitation, start: int, end: int) -> Note:
        """The note of `abstract_text[start:end]` of this record; the same words always have the same note."""
        key = (citation.pmid, start, end)
        if key not in self._notes:
            said = " ".join(words.sentence(words.one_line(notice)) for notice in standing(citation))
            self._notes[key] = Note(
                number=len(self._notes) + 1,
                label=label_of(citation),
                quote=citation.abstract_text[start:end],
                url=citation.url,
                said=said,
            )
        return self._notes[key]

    def unfound(self, pmid: str, quote: str) -> Note:
        """The note of words that were given as a quote and stand in no abstract of the run."""
        key = (pmid, quote)
        if key not in self._notes:
            citation = self.citations.get(pmid)
            said = "These words were not found in the record's abstract; the person named in the text kept them."
            label = label_of(citation) if citation else f"PMID {words.one_line(pmid)}"
            self._notes[key] = Note(len(self._notes) + 1, label, quote, citation.url if citation else "", said)
        return self._notes[key]

    def records(self) -> tuple[RecordText, ...]:
        """Every record that a note leads to, in the order of first use, its quotes marked."""
        spans: dict[str, list[tuple[int, int, Note]]] = {}
        unfound: list[RecordText] = []
        for key, note in self._notes.items():
            if len(key) == 3:
                spans.setdefault(key[0], []).append((key[1], key[2], note))
            else:
                pieces = (Piece(note.quote, begins=(note,)),)
                unfound.append(RecordText(f"record-{note.number}", note.label, (say(note.said),), pieces))
        shown = (_record(self.citations[pmid], found, self.library) for pmid, found in spans.items())
        return (*shown, *unfound)


def label_of(citation: LedgerCitation) -> str:
    """`Smith 2019, PMID 123`."""
    return words.one_line(f"{citation.label}, PMID {citation.pmid}")


def _record(citation: LedgerCitation, spans: list[tuple[int, int, Note]], library: Library) -> RecordText:
    lines: list[Words] = [say(reference(citation)), record_links(citation, library)]
    lines += [say(words.sentence(words.one_line(notice))) for notice in standing(citation)]
    title = f"{label_of(citation)}: {words.sentence(words.one_line(citation.title))}"
    return RecordText(f"record-{citation.pmid}", title, tuple(lines), marked_text(citation.abstract_text, spans))


def marked_text(text: str, spans: list[tuple[int, int, Note]]) -> tuple[Piece, ...]:
    """The whole text, cut at every border of a span; pieces inside any span are marked."""
    borders = sorted({0, len(text), *(border for start, end, _ in spans for border in (start, end))})
    pieces = []
    for start, end in pairwise(borders):
        begins = tuple(note for begin, _, note in spans if begin == start)
        pieces.append(Piece(text[start:end], any(first <= start and end <= last for first, last, _ in spans), begins))
    return tuple(pieces)
