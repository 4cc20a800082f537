"""The mirror as a web application that speaks E-utilities."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.mirror.answer_text import error_answer
from connectors.mirror.efetch import answer_efetch, read_citation
from connectors.mirror.einfo import answer_einfo
from connectors.mirror.elink import answer_elink
from connectors.mirror.epost import answer_epost
from connectors.mirror.esearch import answer_esearch
from connectors.mirror.espell import answer_espell
from connectors.mirror.esummary import answer_esummary
from connectors.mirror.mesh_answers import answer_mesh, asks_mesh
from connectors.mirror.record_page import HEADERS, home_page, missing_page, record_page
from connectors.mirror.request_parameters import read_parameters, wants_json
from connectors.mirror.search_index import SearchIndex
from evidence.errors import EvidenceError, InvalidInput
from evidence.services import MeshVocabulary

BASE_PATH = "/entrez/eutils/"

Answer = Callable[[SearchIndex, Mapping[str, str]], Response]
_UTILITIES: dict[str, tuple[Answer, int]] = {
    "esearch": (answer_esearch, 200),
    "efetch": (answer_efetch, 400),
    "esummary": (answer_esummary, 200),
    "einfo": (answer_einfo, 200),
    "elink": (answer_elink, 200),
    "epost": (answer_epost, 400),
    "espell": (answer_espell, 200),
}
"""Each utility, and the status its errors come with at PubMed."""

_PMID = re.compile(r"[0-9]{1,9}")
_NOT_HERE = ("egquery", "ecitmatch")


def create_app(directory: Path, vocabulary: MeshVocabulary | None = None, *, whole: bool | None = None) -> Starlette:
    """An application that answers E-utilities under `/entrez/eutils/` and shows records at `/PMID/`.

    Files loaded later into the same directory are found without a restart. Raises NotConfigured where nothing has
    been loaded, StorageFailure where the index cannot be read.
    """
    index = SearchIndex(directory, vocabulary, whole=whole)
    routes = [Route(f"{BASE_PATH}{name}.fcgi", _endpoint(index, name), methods=["GET", "POST"]) for name in _UTILITIES]
    routes += [Route(f"{BASE_PATH}{name}.fcgi", _refusal(name), methods=["GET", "POST"]) for name in _NOT_HERE]
    routes += [
        Route("/", _home(index)),
        Route("/{pmid}/", _page(index)),
        Route("/{pmid}", _with_slash),
    ]
    return Starlette(routes=routes)


def _endpoint(index: SearchIndex, name: str) -> Callable[[Request], object]:
    answer, error_status = _UTILITIES[name]

    async def respond(request: Request) -> Response:
        parameters: Mapping[str, str] = {}
        try:
            parameters = await read_parameters(request)
            asked = answer_mesh(name) if asks_mesh(parameters) else answer
            return await run_in_threadpool(asked, index, parameters)
        except InvalidInput as error:
            return error_answer(name, error.message, as_json=wants_json(parameters), status=error_status)
        except EvidenceError as error:
            return error_answer(name, error.message, as_json=wants_json(parameters), status=500)

    return respond


def _refusal(name: str) -> Callable[[Request], object]:
    async def respond(_request: Request) -> Response:
        message = f"This mirror does not answer {name}: it has {', '.join(_UTILITIES)}."
        return Response(message + "\n", status_code=501, media_type="text/plain")

    return respond


def _page(index: SearchIndex) -> Callable[[Request], object]:
    def respond(request: Request) -> Response:
        pmid = str(request.path_params["pmid"])
        if not _PMID.fullmatch(pmid):
            return _no_page()
        record = next(index.records_of([int(pmid)]), None)
        if record is None:
            return HTMLResponse(missing_page(pmid), status_code=404, headers=HEADERS)
        retracted_by = index.linked_to(int(pmid), "retracts")
        return HTMLResponse(record_page(read_citation(record[1]), retracted_by), headers=HEADERS)

    return respond


def _with_slash(request: Request) -> Response:
    pmid = str(request.path_params["pmid"])
    return RedirectResponse(f"/{pmid}/", status_code=301) if _PMID.fullmatch(pmid) else _no_page()


def _no_page() -> Response:
    return Response("There is no such page.\n", status_code=404, media_type="text/plain", headers=HEADERS)


def _home(index: SearchIndex) -> Callable[[Request], object]:
    def respond(_request: Request) -> Response:
        return HTMLResponse(home_page(index.records), headers=HEADERS)

    return respond
