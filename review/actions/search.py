"""Owning the search: a strategy looked over, counted, tested, translated, and run again; a draft made again after screening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evidence.errors import ChangedMeanwhile, InvalidInput, QuerySyntaxError
from evidence.ledger import RunStatus
from evidence.patient_data import refuse_patient_identifiers
from evidence.question import Protocol
from evidence.run import RunSummary
from evidence.search import LineResult, SearchStrategy
from evidence.strategy_check import StrategyReport
from evidence.translated_strategy import TranslatedStrategy
from evidence.work_request import Job, JobStatus
from review.services import Services
from searching.check_strategy import check_strategy, countable_queries
from searching.read_strategy import read_strategy
from searching.seed_lines import pointing
from searching.translate.platforms import PLATFORMS
from searching.translate.translate_strategy import find_platform, translate_strategy


@dataclass(frozen=True)
class SearchAsRun:
    """The strategy that a run used, and what each line found."""

    strategy: SearchStrategy
    results: tuple[LineResult, ...]
    protocol: Protocol | None


def search_as_run(services: Services, run: RunSummary) -> SearchAsRun | None:
    """What the run searched; None before its strategy was planned."""
    planned = services.store.newest_step(run.id, "plan_search")
    if planned is None:
        return None
    ran = services.store.newest_step(run.id, "run_search")
    framed = services.store.newest_step(run.id, "frame_question")
    lines = ran.get("lines", []) if isinstance(ran, dict) else []
    return SearchAsRun(
        strategy=SearchStrategy.model_validate(planned),
        results=tuple(LineResult.model_validate(line) for line in lines) if isinstance(lines, list) else (),
        protocol=Protocol.model_validate(framed) if framed else None,
    )


def look_over(services: Services, text: str, ran: SearchAsRun | None, *, counted: Sequence[LineResult] = ()) -> StrategyReport:
    """The automated checks along PRESS. Nothing is sent anywhere."""
    protocol = ran.protocol if ran else None
    return check_strategy(text, vocabulary=services.tools.vocabulary(), protocol=protocol, results=counted)


def count_lines(services: Services, run: RunSummary, text: str) -> tuple[LineResult, ...]:
    """What each line finds at the run's source now. Raises InvalidInput for a patient's identifier: it would be sent out."""
    refuse_patient_identifiers(text)
    queries = countable_queries(text)
    with services.open_source(run.settings) as source:
        return tuple(source.count(query, number=number) for number, query in queries)


def translated(text: str, platform: str, *, today: date) -> TranslatedStrategy:
    """The strategy for another database. Raises InvalidInput, and QuerySyntaxError pointing at the character."""
    try:
        strategy = read_strategy(text)
    except QuerySyntaxError as fault:
        raise pointing(fault) from None
    return translate_strategy(strategy, PLATFORMS[find_platform(platform).key], this_year=today.year)


def run_again(services: Services, run: RunSummary, text: str, *, seen: int, search_only: bool, by: str) -> Job:
    """A new run of the same request with this strategy. `seen`: the version of the request that the page showed.

    Raises InvalidInput where the run belongs to no request of the desk or the strategy cannot be read.
    """
    work = services.store.desk.of_run(run.id)
    if work is None or work.request is None:
        raise InvalidInput("This run was not started from a request on the desk: run the strategy where it was started.")
    job = services.store.jobs.latest(run.id)
    if job is not None and job.status in (JobStatus.WAITING, JobStatus.RUNNING):
        raise ChangedMeanwhile("The run is under way: stop it first, then search again.")
    if not search_only and work.patient_care and not services.settings.draft_for_patient_care:
        raise InvalidInput("A decision on a patient waits for this request: it gets the search report, and no model drafts.")
    refuse_patient_identifiers(text)
    try:
        read_strategy(text)
    except QuerySyntaxError as fault:
        raise pointing(fault) from None
    # A strategy is run as it is written: limits that the intake named must stand in it, not beside it.
    beside = {"since": None, "until": None, "languages": (), "publication_types": (), "filters": ()}
    request = work.request.model_copy(update={"strategy": text, **beside})
    return services.runner.start(work.model_copy(update={"version": seen}), request, search_only=search_only, by=by)


def draft_again(services: Services, run: RunSummary, *, by: str) -> Job:
    """The draft made anew from what people have screened in. What was fetched and paid for is not fetched or paid for again."""
    if run.settings.get("kind") == "search":
        raise InvalidInput("This run only searches: start a run with a draft from its request.")
    if run.status is RunStatus.FINISHED:
        services.store.set_status(run.id, RunStatus.INTERRUPTED, by=by, detail="the draft is made again after screening")
    return services.store.jobs.again(run.id, by=by)
