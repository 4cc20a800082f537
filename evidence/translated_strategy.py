"""A search strategy written for another database or platform, with what could not be said there."""

from __future__ import annotations

from pydantic import Field

from evidence.base import EvidenceModel


class TranslatedLine(EvidenceModel):
    """One line of the strategy in the other platform's language, under its old number."""

    number: int = Field(ge=1, description="Line number, the same as in the original.")
    original: str = Field(description="The line as it was given.")
    text: str = Field(description="The line to paste; where nothing could be translated, a search that finds nothing.")
    translated: bool = Field(default=True, description="Whether the line says anything of the original.")
    notes: tuple[str, ...] = Field(default=(), description="What differs, was left out or must be checked, one sentence each.")
    headings_to_check: tuple[str, ...] = Field(
        default=(), description="MeSH headings to look up by hand in the other database's own vocabulary."
    )


class TranslatedStrategy(EvidenceModel):
    """A whole strategy for one platform: a draft that a librarian checks, not a search that was run."""

    platform: str = Field(description="Short name of the platform, for example `ovid-embase`.")
    platform_name: str = Field(description="Database and platform in full, for example `Embase (Ovid)`.")
    vocabulary: str = Field(default="", description="The database's own subject headings; empty: the same as the original's.")
    lines: tuple[TranslatedLine, ...] = Field(min_length=1, description="The lines in order.")
    notes: tuple[str, ...] = Field(default=(), description="What holds for the whole strategy, one sentence each.")

    def as_text(self) -> str:
        """The lines to paste, one a line, without numbers: the platform counts them itself, in the same order."""
        return "\n".join(line.text for line in self.lines)

    @property
    def headings_to_check(self) -> tuple[str, ...]:
        """Every heading to look up, once, in the order of the lines."""
        return tuple(dict.fromkeys(heading for line in self.lines for heading in line.headings_to_check))
