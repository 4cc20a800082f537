"""Which records a request is about: the ids it names, or a page of an earlier search."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.mirror.request_parameters import number
from connectors.mirror.search_index import BEYOND_LIMIT, LARGEST_PAGE, SearchIndex
from evidence.errors import InvalidInput

_PMID = re.compile(r"\d{1,9}")


def asked_pmids(
    index: SearchIndex, parameters: Mapping[str, str], *, most: int, nothing: str = "Empty id list - nothing todo"
) -> list[int]:
    """The PMIDs of this page, at most `most`, from `id` or from the history.

    Raises InvalidInput, `nothing` being said where the request names neither.
    """
    start, limit = number(parameters, "retstart", 0), number(parameters, "retmax", most)
    if ids := parameters.get("id", "").strip():
        return read_pmids(ids)[start : start + limit]
    if not parameters.get("WebEnv") or not parameters.get("query_key"):
        raise InvalidInput(nothing)
    key = number(parameters, "query_key", 0)
    result = index.recall(parameters["WebEnv"], key)
    if result is None:
        raise InvalidInput(f"Unable to obtain query #{key}")
    if start > LARGEST_PAGE - 1:
        raise InvalidInput(BEYOND_LIMIT)
    return index.pmids(result, start, min(limit, LARGEST_PAGE - start))


def read_pmids(ids: str) -> list[int]:
    """The PMIDs in a list with commas or spaces. Raises InvalidInput, in PubMed's words, for anything else."""
    numbers = [part for part in re.split(r"[,\s]+", ids) if part]
    if not numbers or not all(_PMID.fullmatch(part) for part in numbers):
        raise InvalidInput("ID list is empty! Possibly it has no correct IDs.")
    return [int(part) for part in numbers]
