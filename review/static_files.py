"""The workbench's own style sheet and script, and those of the NHS design system as its distribution holds them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from evidence.errors import NotConfigured
from review.security import Refused

DISTRIBUTION = "wagtail-nhsuk-frontend"
"""Holds the compiled CSS and JavaScript of the NHS design system (MIT licence); its Wagtail code is never imported."""

_OWN = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FRUTIGER = re.compile(r'"?Frutiger W01"?\s*,\s*')

router = APIRouter()


@cache
def files() -> dict[str, bytes]:
    """Every static file by name. Raises `NotConfigured` where the design system's distribution is not installed."""
    own = {path.name: path.read_bytes() for path in _OWN.iterdir() if path.suffix in _TYPES}
    return {**own, **_design_system()}


def _design_system() -> dict[str, bytes]:
    try:
        listed = importlib.metadata.distribution(DISTRIBUTION).files or []
    except importlib.metadata.PackageNotFoundError:
        raise NotConfigured(
            'The pages need the style sheet of the NHS design system: run "pip install evidence-ledger[pages]".'
        ) from None
    found = {
        path.name: Path(str(path.locate()))
        for path in listed
        if re.fullmatch(r"nhsuk-frontend-[\d.]+\.min\.(css|js)", path.name)
    }
    kept = {name: place.read_bytes() for name, place in found.items()}
    # Frutiger is licensed to NHS organisations for their own sites, and would be fetched from another server.
    return {name: _without_frutiger(data) if name.endswith(".css") else data for name, data in kept.items()}


def _without_frutiger(data: bytes) -> bytes:
    return _FRUTIGER.sub("", _FONT_FACE.sub("", data.decode("utf-8"))).encode("utf-8")


def style_sheet_name() -> str:
    """Name of the design system's style sheet, its version in it."""
    return next(name for name in files() if name.endswith(".min.css"))


@cache
def _tag(name: str) -> str:
    return f'"{hashlib.sha256(files()[name]).hexdigest()[:32]}"'


@router.get("/static/{name}", include_in_schema=False)
def static_file(request: Request, name: str) -> Response:
    """One file; browsers ask again after ten minutes, and get it only where it has changed."""
    data = files().get(name)
    if data is None:
        raise Refused(404, "There is no such file.")
    kept = "max-age=31536000, immutable" if ".min." in name else "max-age=600"
    headers = {"Cache-Control": kept, "ETag": _tag(name)}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=_TYPES[Path(name).suffix], headers=headers)
