"""The numbers from search to draft: checked to add up, and laid out as a flow in the manner of PRISMA 2020."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evidence.errors import StorageFailure
from evidence.ledger import RunLedger, SearchCounts

_ROW = 96
_BOX_HEIGHT = 54


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box of the flow: how many records reach it, and what left before the next box, each with its number."""

    words: str
    count: int
    left_here: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A step with its place in the picture, in the picture's own units."""

    step: FlowStep
    y: int
    exit_y: int
    exit_height: int
    last: bool


def check_counts(counts: SearchCounts) -> None:
    """Raise `StorageFailure`, naming the first sum that is wrong, unless every edge of the flow adds up."""
    works = counts.fetched - counts.same_work
    sums = {
        "retrieved is more than identified": counts.identified - max(counts.retrieved, counts.identified),
        "retrieved is not fetched, missing and unreadable together": counts.retrieved
        - (counts.fetched + counts.missing + counts.unreadable),
        "fetched less same work is not excluded, included and unsure together": works
        - (counts.excluded + counts.included + counts.unsure),
        "included and unsure together are not read and left together": counts.included
        + counts.unsure
        - (counts.read + counts.left),
    }
    _refuse(sums)


def check_rows(ledger: RunLedger) -> None:
    """Raise `StorageFailure` unless every number of the flow equals the count of the ledger's rows."""
    counts = ledger.search.counts
    uses = Counter(citation.use for citation in ledger.citations)
    _refuse(
        {
            "fetched is not the number of records": counts.fetched - len(ledger.citations),
            "missing is not the number of PMIDs listed as missing": counts.missing - len(ledger.search.missing),
            "unreadable is not the number of records listed as unreadable": counts.unreadable - len(ledger.search.unreadable),
            "read is not the number of records marked read": counts.read - uses["read"],
            "left is not the number of records marked left": counts.left - uses["left"],
            "excluded is not the number of records marked excluded": counts.excluded - uses["excluded"],
            "same work is not the number of records marked same work": counts.same_work - uses["same work"],
        }
    )


def _refuse(differences: dict[str, int]) -> None:
    for what, difference in differences.items():
        if difference:
            raise StorageFailure(
                f"The numbers from search to draft do not add up ({what}, by {abs(difference)}), so no document was written; "
                "run the question again with --again."
            )


def flow_steps(counts: SearchCounts) -> tuple[FlowStep, ...]:
    """The boxes from search to draft, first to last; each count is the next one plus what left between them."""
    check_counts(counts)
    works = counts.fetched - counts.same_work
    return (
        FlowStep("records match the search", counts.identified, (("not retrieved", counts.identified - counts.retrieved),)),
        FlowStep(
            "PMIDs retrieved",
            counts.retrieved,
            (("not returned", counts.missing), ("not readable", counts.unreadable)),
        ),
        FlowStep("records fetched", counts.fetched, (("of the same work", counts.same_work),)),
        FlowStep("separate works screened", works, (("excluded", counts.excluded),)),
        FlowStep(
            f"kept: {counts.included:,} included, {counts.unsure:,} unsure",
            counts.included + counts.unsure,
            (("left unread", counts.left),),
        ),
        FlowStep("read for this draft", counts.read),
    )


def flow_boxes(counts: SearchCounts) -> tuple[FlowBox, ...]:
    """The steps with their places: boxes in a column 96 units apart, exits to the right, halfway to the next box."""
    steps = flow_steps(counts)
    boxes = []
    for index, step in enumerate(steps):
        height = 20 * len(step.left_here) + 16
        middle = index * _ROW + _BOX_HEIGHT + (_ROW - _BOX_HEIGHT) // 2
        boxes.append(FlowBox(step, index * _ROW + 1, middle - height // 2, height, index == len(steps) - 1))
    return tuple(boxes)


def flow_words(counts: SearchCounts) -> str:
    """The flow in words, one sentence a box: the text alternative of the picture."""
    sentences = []
    for step in flow_steps(counts):
        exits = "; ".join(f"{count:,} {words}" for words, count in step.left_here)
        sentences.append(f"{step.count:,} {step.words}" + (f" (then {exits})" if exits else ""))
    return ". ".join(sentences) + "."
