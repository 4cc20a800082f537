"""From a request to a run: refused, given back, resumed or made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.store import Store
from evidence.base import content_hash
from evidence.errors import EvidenceError, InvalidQuestion
from evidence.ledger import RunLedger, RunStatus
from evidence.model_call import ModelIdentity
from evidence.patient_data import refuse_patient_identifiers
from evidence.question import Request
from evidence.services import CitationSource
from evidence.stopping import stop_asked
from pipelines.work import RunOptions
from prompts.registry import prompts_used
from searching.content_words import content_words, words_of

FEWEST_WORDS = 4
FLAGGED_TYPES = frozenset({"Retracted Publication", "Expression of Concern"})
"""Publication types that PubMed adds to a record or notice after the event."""


def check_request(request: Request) -> None:
    """Refuse a request that must not be sent or cannot be searched. Raises InvalidQuestion or PatientDataSuspected."""
    question = request.question.strip()
    if not question:
        raise InvalidQuestion('There is no question: give one in quotes, for example "Does exercise reduce fatigue in …?"')
    for text in _texts(request):
        refuse_patient_identifiers(text)
    if len(words_of(question)) < FEWEST_WORDS or not content_words(question):
        raise InvalidQuestion(
            f"“{question}” is too short to search for: say in one sentence who, what, compared with what, and which outcome."
        )


def identity_key(
    request: Request, options: RunOptions, *, source: str, model: ModelIdentity, embedding_model: str, mesh: str = ""
) -> str:
    """What makes two askings the same run: everything that can change the draft, the source's records apart.

    `mesh`: the release of the MeSH file that headings are looked up in; empty: none is loaded.
    """
    return content_hash(
        {
            "request": request.model_dump(mode="json"),
            "options": options.model_dump(mode="json"),
            "source": source,
            "model": model.model_dump(mode="json"),
            "embedding_model": embedding_model,
            "mesh": mesh,
            "prompts": {key: prompt.hash for key, prompt in prompts_used().items()},
        }
    )


def unchanged(ledger: RunLedger, source: CitationSource) -> bool:
    """Whether the source still gives the same records, none of them retracted or put under concern since.

    One search: the strategy's last line less the records that carry a flag, held against the run's own without those.
    A record that was flagged since is missing from it, a new one is too many. A capped run is asked for as it was.
    """
    last = ledger.search.lines[-1].query
    if ledger.search.limited_to is not None:
        result, pmids = source.search(last, max_records=ledger.search.limited_to)
        return result.count == ledger.search.counts.identified and pmids == ledger.search.pmids
    flags = " OR ".join(f'"{name}"[pt]' for name in sorted(FLAGGED_TYPES))
    flagged = {citation.pmid for citation in ledger.citations if FLAGGED_TYPES & set(citation.publication_types)}
    _, pmids = source.search(f"({last}) NOT ({flags})")
    return pmids == tuple(pmid for pmid in ledger.search.pmids if pmid not in flagged)


@contextmanager
def keep_status(store: Store, run_id: str, *, by: str) -> Iterator[None]:
    """Whatever happens inside, the store says where the run stands: running, then finished, interrupted or failed."""
    store.set_status(run_id, RunStatus.RUNNING, by=by)
    try:
        yield
    except (KeyboardInterrupt, Exception) as fault:
        status, detail = _ending(fault)
        store.set_status(run_id, status, by=by, detail=detail)
        raise
    store.set_status(run_id, RunStatus.FINISHED, by=by)


def _ending(fault: BaseException) -> tuple[RunStatus, str]:
    # A stop in the middle of a library's own call can come out as that library's fault.
    if isinstance(fault, KeyboardInterrupt) or stop_asked():
        return RunStatus.INTERRUPTED, "stopped by a person"
    if isinstance(fault, EvidenceError):
        return RunStatus.FAILED, fault.message
    return RunStatus.FAILED, f"a fault of the program: {type(fault).__name__}"


def _texts(request: Request) -> list[str]:
    given = [request.question, request.purpose, request.population_limits, request.exclusions, request.strategy]
    return [text for text in (*given, *request.synonyms, *(element.text for element in request.elements)) if text]
