"""`evidence search`: run, test, check and translate a search. A first argument that is no command is what to search for."""

from __future__ import annotations

from typing import ClassVar

import click

from cli.lazy_group import LazyGroup


class _SearchCommands(LazyGroup):
    otherwise = "run"
    table: ClassVar = {
        "run": ("cli.search_run:run", "Run a question or a strategy and write the evidence search report; no language model."),
        "test": ("cli.search_test:test", "Which line of a strategy loses which known paper, and what would catch it."),
        "report": ("cli.search_report:report", "Write the search report of a run anew, imports and screening included."),
        "check": ("cli.search_check:check", "Check a strategy along the six elements of PRESS."),
        "translate": ("cli.search_translate:translate", "Write a PubMed strategy for Ovid, EBSCO and the Cochrane Library."),
        "mesh": ("cli.search_mesh:mesh", "Look a MeSH heading up: entry terms, narrower headings, the nearest ones."),
        "filters": ("cli.search_mesh:filters", "The search filters there are, with version, citation and text."),
        "state": ("cli.search_state:state", "State a PRISMA-S item of a run: what to report, or that it was not done."),
        "group": ("cli.search_state:group", "Say that records of a run are the same work, or are not."),
        "fulltext": ("cli.search_state:fulltext", "Say what became of a full text: included, excluded, not retrieved."),
        "import": ("cli.search_import:import_records", "Read RIS and nbib files of other databases into a run."),
    }


@click.group(cls=_SearchCommands, context_settings={"help_option_names": ["-h", "--help"]})
def search() -> None:
    """Search PubMed as a librarian would sign it: `evidence search QUESTION|STRATEGY --report FILE`, or a command below."""
