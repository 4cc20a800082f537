"""The seed test as one self-contained page: no script, no outside resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.seed_test import CAUSE_WORDS, SeedChange, SeedLine, SeedLoss, SeedMark, SeedPaper, SeedTest
from reporting.page import page_environment
from reporting.seed_test_text import FOUND, LOST, cost_words, mark_of, matrix_lines, new_warnings, verdict_lines


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `mark` where the strategy looks for it, or nearly."""

    text: str
    mark: SeedMark | None = None


@dataclass(frozen=True)
class Difference:
    """A line before and after a change: what is the same on both sides, what goes and what comes."""

    before: str
    gone: str
    come: str
    after: str


@dataclass(frozen=True)
class LossView:
    """One loss with what the page shows of it."""

    loss: SeedLoss
    line: SeedLine
    cause: str
    terms: tuple[str, ...]
    more_terms: int
    change: SeedChange | None
    difference: Difference | None
    cost: str


@dataclass(frozen=True)
class CardView:
    """A missed paper."""

    paper: SeedPaper
    title: tuple[Piece, ...]
    abstract: tuple[Piece, ...]
    losses: tuple[LossView, ...]
    together: str
    near_headings: frozenset[str]


@dataclass(frozen=True)
class RowView:
    """A row of the table of papers by lines: for each column its mark and what the mark says."""

    paper: SeedPaper
    cells: tuple[tuple[str, str], ...]


_MOST_TERMS = 24


def render_page(test: SeedTest) -> str:
    """The test as a page. Every value is escaped."""
    columns = matrix_lines(test)
    groups = [
        (built, [_row(paper, columns, test) for paper in _in_source(test) if paper.used_to_build is built])
        for built in (False, True)
    ]
    return (
        page_environment()
        .get_template("seed_test.html")
        .render(
            test=test,
            verdict=[said for said in verdict_lines(test) if said != f"{headline(test)}."],
            warnings=new_warnings(test),
            headline=headline(test),
            columns=columns,
            groups=[(built, rows) for built, rows in groups if rows],
            cards=[_card(paper, test) for paper in test.missed],
            changes=[(change, cost_words(change, test)) for change in test.changes],
            absent=[paper for paper in test.papers if paper.state == "not in the source"],
            noted=[paper for paper in test.papers if paper.note and paper.state != "not in the source"],
            labels={paper.pmid: paper.label or f"PMID {paper.pmid}" for paper in test.papers},
        )
    )


def headline(test: SeedTest) -> str:
    """The verdict in a few words."""
    tally = test.tally(used_to_build=False)
    if not tally.total:
        built = test.tally(used_to_build=True)
        return (
            f"{built.found} of {built.total} papers found that the search was built with" if built.total else "No paper to test"
        )
    return f"{tally.found} of {tally.total} found"


def marked_pieces(text: str, marks: Sequence[SeedMark], field: str) -> tuple[Piece, ...]:
    """The text in pieces, those marked apart from the others; together they are the text."""
    pieces: list[Piece] = []
    place = 0
    for mark in marks:
        if mark.field == field and mark.start >= place and mark.end <= len(text):
            pieces += [Piece(text[place : mark.start]), Piece(text[mark.start : mark.end], mark)]
            place = mark.end
    return tuple(piece for piece in (*pieces, Piece(text[place:])) if piece.text)


def difference_of(before: str, after: str) -> Difference:
    """What two versions of a line share at both ends, cut between words, and what lies between."""
    old, new = before.split(" "), after.split(" ")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return Difference(
        before=" ".join(new[:start]),
        gone=" ".join(old[start : len(old) - end]),
        come=" ".join(new[start : len(new) - end]),
        after=" ".join(new[len(new) - end :]) if end else "",
    )


def _in_source(test: SeedTest) -> list[SeedPaper]:
    return [paper for paper in test.papers if paper.state != "not in the source"]


def _row(paper: SeedPaper, columns: Sequence[SeedLine], test: SeedTest) -> RowView:
    said = {FOUND: "found", LOST: "lost here"}
    marks = [mark_of(paper, line, test) for line in columns]
    return RowView(paper, tuple((mark, said.get(mark, "not by this line")) for mark in marks))


def _card(paper: SeedPaper, test: SeedTest) -> CardView:
    together = ""
    if paper.together is not None:
        together = f"All of these changes together catch it: {cost_words(paper.together, test)}."
    elif len(paper.losses) > 1:
        together = "It is lost at several lines, and found only when all of them are mended."
    return CardView(
        paper=paper,
        title=marked_pieces(paper.title, paper.marks, "title"),
        abstract=marked_pieces(paper.abstract, paper.marks, "abstract"),
        losses=tuple(_loss(loss, test, alone=len(paper.losses) == 1) for loss in paper.losses),
        together=together,
        near_headings=frozenset(word for loss in paper.losses for word in loss.near),
    )


def _loss(loss: SeedLoss, test: SeedTest, *, alone: bool) -> LossView:
    line = next(line for line in test.lines if line.number == loss.line)
    terms = line.terms
    return LossView(
        loss=loss,
        line=line,
        cause=CAUSE_WORDS[loss.cause],
        terms=terms[:_MOST_TERMS] if len(terms) > 1 else (),
        more_terms=max(0, len(terms) - _MOST_TERMS),
        change=loss.change,
        difference=difference_of(loss.change.before, loss.change.after) if loss.change else None,
        cost=cost_words(loss.change, test) if loss.change and alone else "",
    )
