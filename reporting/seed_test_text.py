"""The seed test for a terminal: the verdict, the strategy, papers by lines, and a card for each missed paper."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from evidence.seed_test import SeedChange, SeedLine, SeedPaper, SeedTest
from reporting.words import counted, day, one_line, thousands

FOUND, LOST, PASSED = "●", "✗", "·"
MOST_COLUMNS = 24
"""Lines side by side in the table."""
_LEFT = 34


def render_text(test: SeedTest, *, width: int = 100) -> str:
    """The test as plain text, no line longer than `width` columns (at least 72) but for long words. Marks are shapes."""
    width = max(width, 72)
    blocks = [
        _verdict(test, width),
        _strategy(test, width),
        _matrix(test, width),
        *(_card(paper, test, width) for paper in test.missed),
        _changes(test, width),
        _absent(test, width),
        _notes(test, width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def verdict_lines(test: SeedTest) -> list[str]:
    """What the test says, in sentences: the papers that can test the strategy, and apart from them those it was built with."""
    said = []
    testing = test.tally(used_to_build=False)
    if testing.total:
        said.append(f"{testing.words()}.")
    if built := test.tally(used_to_build=True):
        if built.total:
            said.append(f"Of the papers used to build it: {built.words()}. These cannot test the search.")
        if not testing.total:
            said.append("No paper is left that was not used to build it, so nothing here tests the search.")
    if absent := testing.absent + test.tally(used_to_build=True).absent:
        said.append(f"{counted(absent, 'paper')} not in the source, and so not counted.")
    return said


def whole_name(paper: SeedPaper) -> str:
    """`Furlan 2012, PMID 1`, as far as known."""
    return ", ".join(part for part in (paper.label, f"PMID {paper.pmid}") if part)


def cost_words(change: SeedChange, test: SeedTest) -> str:
    """What a change costs: the records that the whole strategy finds more."""
    if change.gained > 0:
        return f"{counted(change.gained, 'record')} more to read ({thousands(test.count)} → {thousands(change.count)})"
    if change.gained < 0:
        return f"{counted(-change.gained, 'record')} fewer ({thousands(test.count)} → {thousands(change.count)})"
    return "no record more by itself"


def mark_of(paper: SeedPaper, line: SeedLine, test: SeedTest) -> str:
    """The mark in the table: found by the line, lost there, or not found where it does no harm."""
    if any(loss.line == line.number for loss in paper.losses):
        return LOST
    if line.number in paper.lines:
        return FOUND
    return LOST if line.number == test.lines[-1].number else PASSED


def new_warnings(test: SeedTest) -> dict[int, tuple[str, ...]]:
    """What the source ignored or did not find, by line, each told at the first line that has it."""
    told: set[str] = set()
    new: dict[int, tuple[str, ...]] = {}
    for line in test.lines:
        new[line.number] = tuple(warning for warning in map(one_line, line.warnings) if warning not in told)
        told.update(new[line.number])
    return new


def matrix_lines(test: SeedTest) -> list[SeedLine]:
    """The lines of the table: all of them, or of many those that lose papers; the last one stands for the whole strategy."""
    if len(test.lines) <= MOST_COLUMNS:
        return list(test.lines)
    last = test.lines[-1].number
    return [line for line in test.lines if line.loses or line.number == last][-MOST_COLUMNS:]


def _verdict(test: SeedTest, width: int) -> list[str]:
    lines = ["SEED TEST OF A SEARCH STRATEGY", *verdict_lines(test)]
    lines.append(f"{test.source}, {day(test.tested_at)}. The strategy finds {counted(test.count, 'record')}.")
    return [row for line in lines for row in textwrap.wrap(line, width)]


def _strategy(test: SeedTest, width: int) -> list[str]:
    rows = ["THE STRATEGY" + (", taken apart into its AND blocks" if test.taken_apart else "")]
    rows.append(f"  {'line':>4} {'records':>10}  {'loses':>5}  query")
    for line in test.lines:
        loses = f"{LOST} {len(line.loses)}" if line.loses else ""
        head = f"  {f'#{line.number}':>4} {thousands(line.count):>10}  {loses:>5}  "
        unused = "" if line.used else "  (not used by the last line)"
        wrapped = textwrap.wrap(one_line(line.query) + unused, width - len(head), max_lines=6, placeholder=" …") or [""]
        rows.append(head + wrapped[0])
        rows += [" " * len(head) + more for more in wrapped[1:]]
        rows += [row for warning in new_warnings(test)[line.number] for row in _indented(f"! {warning}", width, len(head))]
    return rows


def _matrix(test: SeedTest, width: int) -> list[str]:
    papers = [paper for paper in test.papers if paper.state != "not in the source"]
    if not papers:
        return []
    lines = _columns(test, width)
    head = "".join(f"{_heading(line, test):>4}" for line in lines)
    rows = ["PAPERS BY LINES", f"  {'':<{_LEFT}}{head}  result"]
    for built in (False, True):
        group = [paper for paper in papers if paper.used_to_build is built]
        if built and group:
            rows.append("  used to build the strategy, which they cannot test:")
        rows += [_row(paper, lines, test) for paper in group]
    rows.append("")
    key = f"{FOUND} the line finds it   {LOST} lost here   {PASSED} not found by this line, where another finds it"
    rows += textwrap.wrap(key, width - 2, initial_indent="  ", subsequent_indent="  ")
    if len(lines) < len(test.lines):
        rows.append(f"  {len(test.lines) - len(lines)} lines that lose no paper are left out of the table.")
    return rows


def _heading(line: SeedLine, test: SeedTest) -> str:
    return "all" if line.number == test.lines[-1].number and len(test.lines) > 1 else f"#{line.number}"


def _row(paper: SeedPaper, lines: Sequence[SeedLine], test: SeedTest) -> str:
    name = f"{paper.pmid:<9} {one_line(paper.label or paper.title)}"
    name = name if len(name) < _LEFT else f"{name[: _LEFT - 2]}…"
    marks = "".join(f"{mark_of(paper, line, test):>4}" for line in lines)
    numbers = list(dict.fromkeys(loss.line for loss in paper.losses))
    at = ", ".join(f"#{number}" for number in numbers[:2]) + (" …" if len(numbers) > 2 else "")
    return f"  {name:<{_LEFT}}{marks}  {'found' if paper.state == 'found' else f'MISSED, lost at {at}'}"


def _columns(test: SeedTest, width: int) -> list[SeedLine]:
    """The lines that fit beside each other."""
    lines, most = matrix_lines(test), max(2, (width - _LEFT - 28) // 4)
    return lines if len(lines) <= most else [line for line in lines if line.loses][: most - 1] + lines[-1:]


def _card(paper: SeedPaper, test: SeedTest, width: int) -> list[str]:
    rows = [f"{LOST} {whole_name(paper)}"]
    rows += _indented(one_line(paper.title), width, 2)
    if paper.note:
        rows += _indented(one_line(paper.note), width, 2)
    for loss in paper.losses:
        rows += _indented(one_line(loss.reason), width, 2, hanging=2)
        if loss.unmatched:
            rows += _indented(f"In its title and in no line: {', '.join(loss.unmatched)}.", width, 4, hanging=2)
        rows += _change_rows(loss.change, test, width, alone=len(paper.losses) == 1)
    if paper.together is not None:
        rows += _indented(f"All of these changes together catch it: {cost_words(paper.together, test)}.", width, 2, hanging=2)
    elif len(paper.losses) > 1:
        rows += _indented("It is lost at several lines: it is found only when all of them are mended.", width, 2, hanging=2)
    return rows


def _change_rows(change: SeedChange | None, test: SeedTest, width: int, *, alone: bool) -> list[str]:
    if change is None:
        return _indented("No small change that was tried catches it: look for it by citation searching.", width, 4, hanging=2)
    said = f"→ in line {change.line}: {one_line(change.what)}"
    if alone:
        said += f"; {cost_words(change, test)}"
    rows = _indented(said, width, 4, hanging=2)
    return rows + (_indented(change.caution, width, 6) if change.caution else [])


def _changes(test: SeedTest, width: int) -> list[str]:
    """The changes worth most, where there is more than one missed paper to weigh."""
    if len(test.changes) < 2:
        return []
    rows = ["CHANGES BY WHAT THEY BRING"]
    for change in test.changes:
        said = f"{counted(len(change.catches), 'paper')} for {cost_words(change, test)}:"
        said += f" line {change.line}, {one_line(change.what)}"
        rows += _indented(said, width, 2, hanging=2)
    return rows


def _absent(test: SeedTest, width: int) -> list[str]:
    absent = [paper for paper in test.papers if paper.state == "not in the source"]
    rows = ["NOT IN THE SOURCE"] if absent else []
    return rows + [row for paper in absent for row in _indented(one_line(paper.note), width, 2, hanging=2)]


def _notes(test: SeedTest, width: int) -> list[str]:
    said = [paper.note for paper in test.papers if paper.note and paper.state == "found"]
    if test.known.repeated:
        said.append(f"{counted(test.known.repeated, 'entry', 'entries')} named a paper that was named before.")
    if test.known.unread:
        said.append(f"No paper could be read from: {'; '.join(test.known.unread[:5])}" + _more(len(test.known.unread) - 5))
    return [row for sentence in said for row in _indented(one_line(sentence), width, 0)]


def _more(count: int) -> str:
    return f"; and {count} more" if count > 0 else ""


def _indented(text: str, width: int, indent: int, *, hanging: int = 0) -> list[str]:
    first = " " * indent
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=first + " " * hanging) or []
