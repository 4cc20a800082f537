"""Explains a missed paper: the reason for each loss, the smallest change, and the words to mark in its record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeGuard

from evidence.citation import Citation
from evidence.seed_test import Cause, SeedLoss, SeedMark, SeedPaper
from evidence.services import MeshVocabulary
from pipelines.seed_changes import ChangeFinder
from searching.print_query import print_query
from searching.query import Proximity, Term
from searching.seed_losses import Lost, StrategyTree
from searching.seed_part import LostPart
from searching.seed_reasons import Reason, why_lost
from searching.seed_words import WORD_TAGS, Hit, RecordWords


def explain_paper(
    paper: SeedPaper, losses: Sequence[Lost], record: Citation | None, finder: ChangeFinder, mesh: MeshVocabulary | None
) -> SeedPaper:
    """The paper with a reason for every loss; where its record could not be read, with the lines alone."""
    tree = finder.tree
    if not losses:
        said = (
            f"Lost at line {tree.last}: the source finds every part of the line and not the whole, so it reads it differently."
        )
        return paper.model_copy(update={"losses": (SeedLoss(line=tree.last, cause=Cause.READ_DIFFERENTLY, reason=said),)})
    if record is None:
        return paper.model_copy(update={"losses": tuple(_without_record(lost) for lost in losses)})
    words = RecordWords(record)
    told: list[SeedLoss] = []
    for lost in losses:
        part = LostPart(lost, tuple(tree.leaves(lost.line, lost.node)), words, mesh)
        reason = why_lost(part, line_count=finder.counts[lost.line].count)
        told.append(
            SeedLoss(
                line=lost.at,
                part=_part(lost),
                cause=reason.cause,
                reason=reason.sentence,
                near=reason.near,
                unmatched=finder.unmatched(part) if part.texts and lost.wanted else (),
                change=finder.smallest(part, reason.cause, paper.pmid, alone=len(losses) == 1),
            )
        )
    changes = [loss.change for loss in told if loss.change is not None]
    together = finder.together(changes, paper.pmid) if len(told) > 1 and len(changes) == len(told) else None
    marks = _marks(tree, words, losses)
    return paper.model_copy(update={"losses": tuple(told), "together": together, "marks": marks})


def _without_record(lost: Lost) -> SeedLoss:
    part = _part(lost)
    reason = Reason(
        cause=Cause.NO_RECORD, sentence=f"Lost at line {lost.at}: its record could not be read, so it does not say why."
    )
    return SeedLoss(line=lost.at, part=part, cause=reason.cause, reason=reason.sentence)


def _marks(tree: StrategyTree, words: RecordWords, losses: Sequence[Lost]) -> tuple[SeedMark, ...]:
    """Words that lines match, and words near to what the losing parts look for; where two overlap, the first kind."""
    marks: list[SeedMark] = []
    used = tree.used()
    for line in tree.lines:
        if line.number in used:
            for leaf in tree.leaves(line.number, tree.trees[line.number]):
                if leaf.line == line.number and _is_text(leaf.term):
                    marks += _as_marks(words.hits(leaf.term), "matched", line.number)
    for lost in losses:
        for leaf in tree.leaves(lost.line, lost.node):
            if _is_text(leaf.term):
                marks += _as_marks(words.near(leaf.term), "near", lost.at)
    apart: list[SeedMark] = []
    for mark in marks:
        if not any(mark.field == other.field and mark.start < other.end and other.start < mark.end for other in apart):
            apart.append(mark)
    return tuple(sorted(apart, key=lambda mark: (mark.field != "title", mark.start)))


def _as_marks(hits: Iterable[Hit], kind: str, line: int) -> list[SeedMark]:
    return [
        SeedMark.model_validate({"field": hit.field, "start": hit.start, "end": hit.end, "kind": kind, "line": line})
        for hit in hits
        if hit.field != "keyword"
    ]


def _is_text(term: object) -> TypeGuard[Term | Proximity]:
    return isinstance(term, Proximity) or (isinstance(term, Term) and term.tag in WORD_TAGS)


def _part(lost: Lost) -> str:
    return "" if lost.whole_line or lost.at != lost.line else print_query(lost.node)
