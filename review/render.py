"""Pages from templates. Everything is escaped; nothing from outside is ever marked as safe."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from reporting.words import visible
from review.actions.intake import HERE
from review.navigation import rooms_for, run_rooms_for
from review.security import services_of, visit_of
from review.sessions import form_token, set_cookie
from review.static_files import style_sheet_name

_LOADERS = [PackageLoader("review", "templates"), PackageLoader("nhsuk_frontend_jinja", "templates")]


@cache
def templates() -> Environment:
    """The templates, compiled once. The NHS macros read what they were not given, so undefined names may be chained."""
    environment = Environment(
        loader=ChoiceLoader(_LOADERS),
        autoescape=True,
        undefined=ChainableUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a page is made of a dozen files: none is looked at again
    )
    environment.filters["moment"] = moment
    environment.filters["day"] = lambda value: f"{value.day} {value:%B %Y}"
    return environment


def _shown(value: Any) -> Any:
    """Text with every character that a page would obey or hide, such as one that turns the direction, shown by its name."""
    return visible(value) if type(value) is str else value


def moment(value: datetime) -> str:
    """A moment in words, by the clock of the people who read it, as NHS style writes dates."""
    here = value.astimezone(HERE)
    return f"{here.day} {here:%B %Y, %H:%M}"


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """The page. Beside `context` it knows `person`, `csrf`, `once`, the menu, and where it is.

    `room` names the menu's current room; `run_id` brings the rooms of that run, with `run_room` the current one.
    """
    visit = visit_of(request)
    whole = {
        "request": request,
        "person": visit.person,
        "csrf": form_token(visit.token),
        "once": secrets.token_urlsafe(24),
        "rooms": rooms_for(visit.person),
        "run_rooms": run_rooms_for(visit.person),
        "style_sheet": style_sheet_name(),
        "errors": {},
        **context,
    }
    response = HTMLResponse(templates().get_template(template).render(whole), status_code=status)
    if visit.fresh:
        set_cookie(response, services_of(request), visit.token)
    return response
