"""The draft as one self-contained HTML page, and the pictures in it. Every value is escaped by the template engine."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evidence.ledger import RunLedger, SearchCounts
from reporting import words
from reporting.draft import view_draft
from reporting.flow import flow_boxes, flow_words


def render_html(ledger: RunLedger) -> str:
    """The draft as a page that needs nothing else: no script, no outside resource.

    Raises `StorageFailure` where the ledger's numbers do not add up.
    """
    return (
        page_environment()
        .get_template("draft.html")
        .render(
            view=view_draft(ledger),
            ledger=ledger,
            boxes=flow_boxes(ledger.search.counts),
            described=flow_words(ledger.search.counts),
        )
    )


def flow_svg(counts: SearchCounts) -> str:
    """The numbers from search to draft as an SVG picture with title and description, 420 units wide.

    Raises `StorageFailure` where an edge does not add up.
    """
    return page_environment().get_template("flow.svg").render(boxes=flow_boxes(counts), described=flow_words(counts))


def _shown(value: Any) -> Any:
    """What the page shows of a value: text with unseen characters made visible; a missing value is a fault, never `None`."""
    if value is None:
        raise TypeError("a template printed a value that is not there")
    return value if isinstance(value, Markup) else words.visible(str(value))


@lru_cache(maxsize=1)
def page_environment() -> Environment:
    """Templates in which every value is escaped, and an unset one is a fault."""
    environment = Environment(
        loader=PackageLoader("reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        safe_url=words.safe_url,
        **words.FILTERS,
    )
    environment.globals.update(words=words)
    return environment
