"""What a search is asked for: a question, or a strategy with the question it is for, and what narrows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.requests import parse_since, read_request
from cli.search_test import existing_file, read_papers, read_strategy_text
from evidence.errors import InvalidInput

if TYPE_CHECKING:
    from evidence.question import Request

_FILE_NAME = re.compile(r"[^\s\"()\[\]*]+\.[A-Za-z]{1,5}|\S+/\S+\.\w+")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """The options that say what is searched for."""

    asked: str
    question: str | None
    request_file: Path | None
    since: str | None
    languages: tuple[str, ...]
    types: tuple[str, ...]
    filters: tuple[str, ...]
    known: tuple[str, ...]

    def request(self, *, quiet: bool) -> Request:
        """A question, or a strategy with the question it is for. Refuses what must not be sent."""
        from evidence.patient_data import refuse_patient_identifiers
        from pipelines.ask_question import check_request
        from pipelines.search_records import check_strategy

        limits: dict[str, Any] = {
            "since": parse_since(self.since) if self.since else None,
            "languages": self.languages,
            "publication_types": self.types,
            "filters": self.filters,
            "known_pmids": _known(self.known, quiet=quiet),
        }
        request = read_request(self.request_file, {**limits, **self._asked()})
        if request.strategy is None:
            check_request(request)
        else:
            check_strategy(request)
        for said in (request.question, request.strategy or "", *request.synonyms):
            refuse_patient_identifiers(said)
        return request

    def _asked(self) -> dict[str, str]:
        from searching.seed_lines import looks_like_strategy

        text, named = "", ""
        if self.asked:
            text, found = read_strategy_text(self.asked).strip(), existing_file(self.asked)
            named = found.name if found else ""
            if not found and _FILE_NAME.fullmatch(self.asked):
                raise InvalidInput(
                    f"There is no file {self.asked}: give a strategy's file, or a question or strategy in quotes."
                )
        if text and looks_like_strategy(text):
            return {"strategy": text, "question": self.question or _heading(text, named)}
        return {"question": self.question or " ".join(text.split())}


def _heading(strategy: str, file_name: str) -> str:
    """What stands for the question where only a strategy was given."""
    if file_name:
        return f"PubMed strategy of the file {file_name}"
    words = " ".join(strategy.split())
    return f"PubMed strategy: {words if len(words) <= 100 else f'{words[:97]}…'}"


def _known(given: Sequence[str], *, quiet: bool) -> tuple[str, ...]:
    """PMIDs of the known papers; those without one are said to be left out."""
    papers = read_papers(given, "--known")
    if papers.identifiers and not quiet:
        named = f"{len(papers.identifiers)} known papers have no PMID and are not looked for"
        click.echo(f"{named}: `evidence search test` looks them up by DOI.", err=True)
    return papers.pmids
