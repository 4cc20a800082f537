"""What an automated check of a strategy found, along the six elements of PRESS.

Source of the elements: McGowan J et al. PRESS Peer Review of Electronic Search Strategies: 2015 guideline statement.
J Clin Epidemiol 2016;75:40-46.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Literal

from pydantic import Field, computed_field

from evidence.base import EvidenceModel

NOT_PEER_REVIEW = (
    "These are automated checks along the six elements of PRESS. They are not PRESS peer review: item 14 of PRISMA-S asks "
    "for a named peer, and only a person can say that one has reviewed the strategy."
)
"""Goes with every report, whatever was found."""


class PressElement(StrEnum):
    """The six elements of PRESS 2015, in its order."""

    TRANSLATION = "Translation of the research question"
    OPERATORS = "Boolean and proximity operators"
    HEADINGS = "Subject headings"
    TEXT_WORDS = "Text word search"
    SYNTAX = "Spelling, syntax and line numbers"
    LIMITS = "Limits and filters"


class Severity(StrEnum):
    """How much a finding matters, the gravest first."""

    ERROR = "error"
    """The line does not search for what it says, or loses records that it should find."""
    WARNING = "warning"
    """Most searchers would change it, or give a reason for it."""
    ADVICE = "advice"
    """Worth a look; often right as it is."""


class StrategyFinding(EvidenceModel):
    """One thing to look at in a strategy, with its place."""

    element: PressElement = Field(description="The element of PRESS that it belongs to.")
    rule: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$", description="Which check found it, for example `unknown-heading`.")
    severity: Severity = Field(description="How much it matters.")
    line: int = Field(ge=1, description="Number of the line.")
    start: int = Field(ge=0, description="First character of the place in the line as given, from 0.")
    end: int = Field(ge=0, description="Character after the last of the place; equal to `start` for a place between two.")
    message: str = Field(min_length=1, description="One sentence: what is so, what it does to the search, what to do.")
    suggestion: str | None = Field(
        default=None, description="Text to put in the place instead; unset: there is no single one. Empty: remove it."
    )


class CheckedLine(EvidenceModel):
    """One line that was checked."""

    number: int = Field(ge=1, description="The number that other lines call it by.")
    text: str = Field(description="The line as given, its printed number included.")
    count: int | None = Field(default=None, ge=0, description="Records it finds at the source; unset: not counted.")


class StrategyReport(EvidenceModel):
    """Everything the checks found in one strategy."""

    lines: tuple[CheckedLine, ...] = Field(min_length=1, description="The lines, in order.")
    findings: tuple[StrategyFinding, ...] = Field(description="By element, then severity, then place.")
    not_checked: tuple[str, ...] = Field(default=(), description="What could not be looked at and why, one sentence each.")
    vocabulary: str = Field(default="", description="The release of MeSH that headings were held against; empty: none.")
    source: str = Field(default="", description="Where the lines were counted; empty: not counted.")
    statement: str = Field(default=NOT_PEER_REVIEW, description="What these checks are not.")

    @computed_field(  # type: ignore[prop-decorator]
        description="The machine's view alone: required where there is an error, suggested where there is a warning."
    )
    @property
    def result(self) -> Literal["no revision", "revision suggested", "revision required"]:
        """PRESS's three outcomes, as far as a machine can see."""
        severities = {finding.severity for finding in self.findings}
        if Severity.ERROR in severities:
            return "revision required"
        return "revision suggested" if Severity.WARNING in severities else "no revision"

    @computed_field(description="Findings of each element, those without any included.")  # type: ignore[prop-decorator]
    @property
    def counts(self) -> dict[PressElement, int]:
        """How many findings each element has, in PRESS's order."""
        found = Counter(finding.element for finding in self.findings)
        return {element: found[element] for element in PressElement}

    def of(self, element: PressElement) -> tuple[StrategyFinding, ...]:
        """The findings of one element."""
        return tuple(finding for finding in self.findings if finding.element is element)
