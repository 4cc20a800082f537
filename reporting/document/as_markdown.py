"""The report as CommonMark with tables, without any raw HTML. Every value is escaped."""

from __future__ import annotations

from collections.abc import Iterator

from reporting.document.content import (
    Block,
    Bullets,
    Entries,
    FlowFigure,
    Note,
    Paragraph,
    Report,
    Section,
    Span,
    Table,
    Verbatim,
    Words,
    notes_of,
)
from reporting.markdown import Marked, escape_markdown, fenced, linked
from reporting.prisma_flow import flow_words


def report_as_markdown(report: Report) -> str:
    """The whole report; ends with a line feed."""
    parts: list[str] = [escape_markdown(report.lead)] if report.lead else []
    parts += [f"**{escape_markdown(report.marking)}**", f"# {escape_markdown(report.title)}", escape_markdown(report.kind)]
    parts += [escape_markdown(fact) for fact in report.facts]
    for section in report.sections:
        parts += _section(section, "##")
    parts += [escape_markdown(report.footer), *(_footnote(note) for note in notes_of(report))]
    return "\n\n".join(parts) + "\n"


def _footnote(note: Note) -> str:
    """A footnote as GitHub, Pandoc and others read it; a reader without footnotes shows it as it is, and it can be followed."""
    said = f" {escape_markdown(note.said)}" if note.said else ""
    return f"[^{note.number}]: Quote: “{escape_markdown(note.quote)}” {linked(note.label, note.url)}.{said}"


def _section(section: Section, marks: str) -> Iterator[str]:
    yield f"{marks} {escape_markdown(section.title)}"
    for block in section.blocks:
        yield _block(block)
    for part in section.sections:
        yield from _section(part, f"{marks}#")


def _block(block: Block) -> str:
    match block:
        case Paragraph(words=words, callout=callout):
            return f"> {_line(words)}" if callout else _line(words)
        case Bullets(items=items):
            return "\n".join(f"- {_line(words)}" for words in items)
        case Table():
            return _table(block)
        case Verbatim(label=label, text=text):
            return f"**{escape_markdown(label)}**\n\n{fenced(text)}"
        case Entries(items=items):
            return "\n\n".join(_entry(number, entry.title, (*entry.lines, *entry.kin)) for number, entry in enumerate(items, 1))
        case FlowFigure(flow=flow, caption=caption):
            return f"{escape_markdown(flow_words(flow))}\n\n{escape_markdown(caption)}"


def _entry(number: int, title: Words, lines: tuple[Words, ...]) -> str:
    """A list item whose lines are paragraphs of their own, indented to stay in it."""
    mark = f"{number}. "
    shown = [_line(title), *(f"- {_line(words)}" for words in lines)]
    return mark + f"\n{' ' * len(mark)}".join(shown)


def _table(table: Table) -> str:
    head = " | ".join(escape_markdown(name) for name in table.columns)
    rule = " | ".join("---:" if place in table.figures else "---" for place in range(len(table.columns)))
    rows = [f"| {' | '.join(_line(cell) for cell in row)} |" for row in table.rows]
    return "\n".join([f"**{escape_markdown(table.caption)}**", "", f"| {head} |", f"| {rule} |", *rows])


def _line(words: Words) -> Marked:
    """One line. The white space at a span's ends stays outside its marks, as Markdown wants it."""
    shown = "".join(_span(span) for span in words)
    return Marked(" ".join(shown.split(" ")).strip())


def _span(span: Span) -> str:
    if span.note:
        return f"[^{span.note.number}]"
    inside = span.text.strip()
    if not inside:
        return " " if span.text else ""
    before = " " if span.text[0].isspace() else ""
    after = " " if span.text[-1].isspace() else ""
    shown = linked(inside, span.url) if span.url and not span.url.startswith("#") else escape_markdown(inside)
    return f"{before}**{shown}**{after}" if span.bold else f"{before}{shown}{after}"
