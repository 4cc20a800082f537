"""What a browser sends, bounded and as plain text."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from review.security import Refused

LONGEST = 20_000
"""Characters of one field."""

_MOST_FIELDS = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


async def fields_of(request: Request) -> dict[str, str]:
    """The form's text fields by name, line ends as `\\n`, without control characters; of a repeated name the last."""
    form = await request.form()
    if len(form) > _MOST_FIELDS:
        raise Refused(400, "The form has more fields than any form here: go back and use the page's own.")
    kept: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            continue
        if len(value) > LONGEST:
            raise Refused(400, f"The field {name[:60]!r} is longer than {LONGEST:,} characters: shorten it.")
        kept[name[:120]] = _CONTROL.sub("", value.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n"))
    return kept


Fields = Annotated[dict[str, str], Depends(fields_of)]


def number_in(text: str) -> int:
    """A whole number that a page carried, for example a version; 0 for anything else, which no version is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
