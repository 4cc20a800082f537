"""The PRISMA 2020 flow as a picture: its boxes laid out, as SVG, in words, and as the rows of a table.

One layout serves the page's SVG and the drawing in Word. Text is measured with the widths of Arial and room to spare, so
that it stays inside its box in the fonts that stand in for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.prisma import FlowPart, FlowSource, PrismaFlow
from reporting import words
from reporting.page import page_environment
from reporting.prisma_sums import check_flow, total

WIDTH = 760
_PHASE, _BOX, _GAP = 30, 340, 36
LEFT = _PHASE + 14
_RIGHT = LEFT + _BOX + _GAP
_LINE, _PAD, _BETWEEN = 17, 10, 26
_SIZE = 13.0
_MOST_PARTS, _MOST_LETTERS = 8, 180
_NARROW = frozenset("iljtfrI.,:;'|!()[]-/ ")
_WIDE = frozenset("mwMWQO@%&")


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line of text in a box."""

    text: str
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A box with its place, in the picture's own units, and its lines."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[FlowLine, ...]
    exit: bool = False


@dataclass(frozen=True, slots=True)
class FlowArrow:
    """An arrow from one box to the next: down, or to the right."""

    x: int
    y: int
    length: int
    down: bool


@dataclass(frozen=True, slots=True)
class FlowPhase:
    """A bar beside the boxes: identification, screening, included."""

    name: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """The whole drawing, `WIDTH` units wide."""

    height: int
    boxes: tuple[FlowBox, ...]
    arrows: tuple[FlowArrow, ...]
    phases: tuple[FlowPhase, ...]


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One number of the flow for a table; `part` where it is a part of the row above it that is none."""

    words: str
    count: int
    part: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """A box of the main column, and the box at its right, as rows before they are laid out."""

    phase: str
    box: tuple[FlowRow, ...]
    exit: tuple[FlowRow, ...] = ()


def flow_rows(flow: PrismaFlow) -> tuple[FlowRow, ...]:
    """Every number of the flow, top to bottom. Raises `StorageFailure` where they do not add up."""
    check_flow(flow)
    rows = [row for step in _steps(flow, all_parts=True) for row in (*step.box, *step.exit)]
    return (*rows, FlowRow("Records that no person looked at (ineligible by a rule, or not screened)", flow.seen_by_no_person))


def flow_words(flow: PrismaFlow) -> str:
    """The flow in words: the text alternative of the picture."""
    return "; ".join(f"{row.words}: {row.count:,}" for row in flow_rows(flow)) + "."


def flow_svg(flow: PrismaFlow) -> str:
    """The flow as one SVG with title and description, 760 units wide. Raises `StorageFailure` where it does not add up."""
    described = flow_words(flow)
    return (
        page_environment().get_template("prisma_flow.svg").render(picture=flow_picture(flow), described=described, width=WIDTH)
    )


def flow_picture(flow: PrismaFlow) -> FlowPicture:
    """Lay the boxes out: the main column at the left, what left the flow at the right, phases in the margin."""
    check_flow(flow)
    boxes: list[FlowBox] = []
    arrows: list[FlowArrow] = []
    spans: dict[str, tuple[int, int]] = {}
    steps, y = _steps(flow), 2
    for step in steps:
        main = _box(LEFT, y, step.box)
        aside = _box(_RIGHT, y, step.exit, is_exit=True) if step.exit else None
        bottom = max(main.height, aside.height if aside else 0) + y
        boxes.append(main)
        if aside:
            boxes.append(aside)
            arrows.append(FlowArrow(LEFT + _BOX, y + min(main.height, aside.height) // 2, _GAP, down=False))
        if step is not steps[-1]:
            below = y + main.height
            arrows.append(FlowArrow(LEFT + _BOX // 2, below, bottom + _BETWEEN - below, down=True))
        spans[step.phase] = (spans.get(step.phase, (y, 0))[0], bottom)
        y = bottom + _BETWEEN
    phases = tuple(FlowPhase(name, top, bottom - top) for name, (top, bottom) in spans.items())
    return FlowPicture(height=y - _BETWEEN + 2, boxes=tuple(boxes), arrows=tuple(arrows), phases=phases)


def _steps(flow: PrismaFlow, *, all_parts: bool = False) -> tuple[_Step, ...]:
    def rows(head: str, count: int, parts: Iterable[FlowPart] = ()) -> tuple[FlowRow, ...]:
        listed = list(parts) if all_parts else _shortened(list(parts))
        return FlowRow(head, count), *(FlowRow(part.words, part.count, part=True) for part in listed)

    removed = (
        FlowPart(words="Records of the same work, grouped under one and kept", count=flow.duplicates),
        FlowPart(words="Marked ineligible by automation tools (rules; no model)", count=total(flow.ineligible)),
        *(FlowPart(words=f"By rule: {part.words}", count=part.count) for part in flow.ineligible if all_parts),
        FlowPart(words="Removed for other reasons", count=total(flow.removed_otherwise)),
        *(FlowPart(words=f"Other: {part.words}", count=part.count) for part in flow.removed_otherwise if all_parts),
    )
    excluded = (
        FlowPart(words="By a person", count=total(flow.excluded_by_person)),
        FlowPart(words="By automation tools", count=flow.excluded_by_automation),
        *(FlowPart(words=f"Reason: {part.words}", count=part.count) for part in flow.excluded_by_person),
    )
    sought = (
        FlowPart(words="Not retrieved", count=total(flow.not_retrieved)),
        *(FlowPart(words=f"Reason: {part.words}", count=part.count) for part in flow.not_retrieved),
        FlowPart(words="No decision on the full text recorded yet", count=flow.retrieval_open),
    )
    removed_count = flow.duplicates + total(flow.ineligible) + total(flow.removed_otherwise)
    left = total(flow.not_retrieved) + flow.retrieval_open
    return (
        _Step("Identification", _identified(flow, all_parts=all_parts),
              rows("Records removed before screening", removed_count, removed)),
        _Step("Screening", rows("Records for screening", flow.for_screening),
              rows("Records that no person has screened", total(flow.unseen), flow.unseen)),
        _Step("Screening", rows("Records screened by a person", flow.screened),
              rows("Records excluded", total(flow.excluded_by_person) + flow.excluded_by_automation, excluded)),
        _Step("Screening", rows("Reports sought for retrieval", flow.sought),
              rows("Reports not assessed", left, sought)),
        _Step("Screening", rows("Reports assessed for eligibility", flow.assessed),
              rows("Reports excluded", total(flow.excluded_in_full), flow.excluded_in_full)),
        _Step("Included", (FlowRow("Studies included", flow.included_studies),
                           FlowRow("Reports of included studies", flow.included_reports))),
    )  # fmt: skip


def _identified(flow: PrismaFlow, *, all_parts: bool) -> tuple[FlowRow, ...]:
    rows = [FlowRow("Records identified", flow.identified)]
    for kind, name in (("database", "Databases"), ("register", "Registers"), ("other method", "Other methods")):
        found = [source for source in flow.sources if source.kind == kind]
        rows.append(FlowRow(name, sum(source.records for source in found)))
        rows += [FlowRow(source.name, source.records, part=True) for source in (found if all_parts else _fewer(found))]
    return tuple(rows)


def _shortened(parts: list[FlowPart]) -> list[FlowPart]:
    """The first parts, and one line for the rest together; the table has them all."""
    if len(parts) <= _MOST_PARTS:
        return parts
    rest = parts[_MOST_PARTS - 1 :]
    return [*parts[: _MOST_PARTS - 1], FlowPart(words=f"{len(rest)} further reasons, in the table", count=total(rest))]


def _fewer(sources: list[FlowSource]) -> list[FlowSource]:
    if len(sources) <= _MOST_PARTS:
        return sources
    rest = sources[_MOST_PARTS - 1 :]
    more = FlowSource(
        name=f"{len(rest)} further sources, in the table", kind=rest[0].kind, records=sum(source.records for source in rest)
    )
    return [*sources[: _MOST_PARTS - 1], more]


def _box(x: int, y: int, rows: tuple[FlowRow, ...], *, is_exit: bool = False) -> FlowBox:
    lines = tuple(line for row in rows for line in _lines(row))
    return FlowBox(x, y, _BOX, len(lines) * _LINE + 2 * _PAD, lines, exit=is_exit)


def _lines(row: FlowRow) -> list[FlowLine]:
    shown = words.one_line(row.words)
    cut = f"{shown[:_MOST_LETTERS].rstrip()}…" if len(shown) > _MOST_LETTERS else shown
    indent = 14 if row.part else 0
    room = (_BOX - 2 * _PAD - indent) / (1.06 if row.part else 1.12)
    return [FlowLine(text, bold=not row.part, indent=indent) for text in _wrapped(f"{cut} (n = {row.count:,})", room)]


def _wrapped(text: str, room: float) -> list[str]:
    """The text in lines no wider than the room; a word that is wider is cut. `(n = 1)` is never broken."""
    lines = [""]
    for word in text.replace("(n = ", "(n\xa0=\xa0").split(" "):
        joined = f"{lines[-1]} {word}".strip(" ")
        if _text_width(joined) <= room:
            lines[-1] = joined
            continue
        pieces = list(_cut(word, room))
        lines += pieces if lines[-1] else pieces[1:]
        if not lines[0]:
            lines[0] = pieces[0]
    return lines


def _cut(word: str, room: float) -> Iterable[str]:
    piece = ""
    for letter in word:
        if piece and _text_width(piece + letter) > room:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _text_width(text: str) -> float:
    """About how wide the text is at 13 units, by Arial's widths, wider scripts counted whole."""
    return sum(_letter_width(letter) for letter in text) * _SIZE


def _letter_width(letter: str) -> float:
    if letter in _NARROW or letter == "\xa0":
        return 0.34
    if letter in _WIDE:
        return 0.95
    if ord(letter) > 0x2E7F:
        return 1.1
    return 0.7 if letter.isupper() or ord(letter) > 0x24F else 0.58
