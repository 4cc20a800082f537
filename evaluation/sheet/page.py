"""The sheet as one page to print: ten claims, then the answers and how to read the score, each on pages of their own."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, PackageLoader

from evaluation.sheet.make_sheet import CLAIMS, KINDS, draw_sheet
from evaluation.statistics.intervals import exact_share, share
from evaluation.statistics.paired import mcnemar_exact
from reporting.page import page_environment


def render_sheet(seed: int) -> str:
    """The page of this seed's sheet; the same seed gives the same page."""
    claims = draw_sheet(seed)
    return (
        _environment()
        .get_template("sheet.html")
        .render(
            seed=seed,
            claims=claims,
            kinds=KINDS,
            planted=sum(bool(claim.kind) for claim in claims),
            scores=[exact_share(right, CLAIMS) for right in range(CLAIMS + 1)],
            better_than_chance=next(right for right in range(CLAIMS + 1) if (exact_share(right, CLAIMS).low or 0.0) > 0.5),
            apart=next(ahead for ahead in range(1, CLAIMS + 1) if mcnemar_exact(ahead, 0) < 0.05),
            larger=[(n, share(n * 7 // 10, n)) for n in (40, 100)],
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    templates = ChoiceLoader([PackageLoader("evaluation.sheet", "templates"), PackageLoader("reporting", "templates")])
    return page_environment().overlay(loader=templates)
