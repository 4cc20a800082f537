"""EPost: puts PMIDs into a history, for requests that name it instead of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.responses import Response

from connectors.mirror.answer_text import element, xml_answer
from connectors.mirror.request_parameters import check_database
from connectors.mirror.search_index import SearchIndex
from evidence.errors import InvalidInput

_LARGEST = 2**64 - 1
_BAD_IDS = f"Some IDs have invalid value and were omitted. Maximum ID value {_LARGEST}"


def answer_epost(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """QueryKey and WebEnv of the posted records. Raises InvalidInput."""
    check_database(parameters)
    given = [part for part in re.split(r"[,\s]+", parameters.get("id", "")) if part]
    good = [int(part) for part in given if re.fullmatch(r"[0-9]{1,9}", part)]
    bad = [part for part in given if not re.fullmatch(r"[0-9]{1,20}", part) or int(part) > _LARGEST]
    faults = element("ERROR", _BAD_IDS) if bad else ""
    if not good:
        return xml_answer("epost", element("ERROR", "Empty ID list; Nothing to store") + faults, status=400)
    result = index.posted(good)
    if result.count == 0:
        raise InvalidInput("None of these records is loaded in this mirror: load them or ask PubMed.")
    web_env, key = index.remember(result, parameters.get("WebEnv") or None)
    return xml_answer("epost", element("QueryKey", key) + element("WebEnv", web_env) + faults)
