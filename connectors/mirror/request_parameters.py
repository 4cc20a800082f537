"""Reads the parameters of a request, wherever it carries them, and refuses what is no number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from evidence.errors import InvalidInput

LARGEST_BODY = 4_000_000
"""Bytes of a POST body; 9,999 PMIDs need 100,000."""


class Parameters(dict[str, str]):
    """A request's parameters; a name that comes again is joined by commas, as for `id`.

    `ids` keeps each `id` as it came: ELink answers each of several with links of its own.
    """

    ids: tuple[str, ...] = ()


async def read_parameters(request: Request) -> Parameters:
    """Parameters of the address and of a POST body.

    Raises InvalidInput for a body that is too long or no text.
    """
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise InvalidInput(f"The request is longer than {LARGEST_BODY:,} bytes: send fewer ids at a time.")
        try:
            pairs += parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50_000)
        except ValueError as error:
            raise InvalidInput("The request's body cannot be read: send it as a URL-encoded form in UTF-8.") from error
    parameters = Parameters()
    for name, value in pairs:
        parameters[name] = f"{parameters[name]},{value}" if name in parameters and value else value
    parameters.ids = tuple(value for name, value in pairs if name == "id" and value)
    return parameters


def number(parameters: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from 0. Raises InvalidInput for anything else."""
    value = parameters.get(name, "").strip()
    if not value:
        return default
    if not re.fullmatch(r"\d{1,9}", value):
        raise InvalidInput(f"{name} is {value[:40]!r}: it must be a whole number from 0.")
    return int(value)


def wants_json(parameters: Mapping[str, str]) -> bool:
    """Whether the answer is to be JSON. Any mode but xml and json is refused where it matters."""
    return parameters.get("retmode", "").casefold() == "json"


def check_database(parameters: Mapping[str, str], name: str = "db") -> None:
    """Raises InvalidInput, in PubMed's words, unless the database is pubmed."""
    database = parameters.get(name, "").strip()
    if database.casefold() != "pubmed":
        raise InvalidInput(f"Invalid db name specified: {database[:60]}")
