"""A search without a draft: from a question or a strategy to records, grouped and ranked. No language model, no Prefect.

The steps are those of `flows.draft_summary`, in sequence and in this process, since a searcher waits for them; each is
committed to the store, so that a search that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from connectors.language_model.extractive import ExtractiveModel
from connectors.lexical import LexicalIndex
from evidence.citation import Citation, CitationGroup, FetchReport
from evidence.errors import InvalidInput, QuerySyntaxError, StorageFailure
from evidence.question import Protocol, Request
from evidence.search import LineResult, SearchRun, SearchStrategy
from evidence.search_ledger import SearchLedger
from evidence.services import CitationSource, MeshVocabulary, Progress
from pipelines.stages.assemble_search import assemble_search, keep_extras, read_extras
from pipelines.stages.fetch_citations import fetch_citations
from pipelines.stages.frame_question import frame_question
from pipelines.stages.group_citations import group_citations
from pipelines.stages.plan_search import plan_search
from pipelines.stages.rank_citations import rank_citations
from pipelines.stages.run_search import run_search
from pipelines.work import TOOL, Work
from searching.content_words import words_of
from searching.expand_line_references import expand_line_references
from searching.parse_query import parse_query
from searching.query import And, Not, Or, QueryNode, Term
from searching.seed_lines import pointing, read_given
from searching.seed_losses import StrategyTree
from searching.split_passages import split_passages

ASK_ABOVE = 20_000
"""Records that are fetched without --max-records; 20,000 are about a hundred requests and some minutes."""
RANKED_BY_MEANING = 200
"""Records whose place is also settled by meaning; the encoder reads about 15 a second."""
RULES = "rules"


def search_records(work: Work) -> SearchLedger:
    """Frame, plan, run, fetch, group and rank; gives the ledger."""
    strategy = _plan(work)
    search = _run(work, strategy)
    fetched = _fetch(work, search)
    groups = _group(work, fetched)
    _rank(work, strategy, groups)
    by = f"words (BM25); the first {RANKED_BY_MEANING} also by meaning ({work.services.embeddings.model_id}), ranks fused"
    extras = read_extras(work.store, work.run.id).model_copy(update={"ranked_by": by})
    keep_extras(work.store, work.run.id, extras, by=TOOL)
    ledger = assemble_search(work.store, work.run)
    if ledger is None:
        raise StorageFailure(f"The steps of run {work.run.id} are not in the store any more: search again.")
    return ledger


def plan_strategy(
    request: Request, source: CitationSource, mesh: MeshVocabulary | None, progress: Progress
) -> tuple[Protocol | None, SearchStrategy]:
    """The strategy that was given, or one that rules plan from the question, with the protocol that it follows.

    Raises InvalidInput where limits are set beside a strategy, which is run as it is written.
    """
    if request.strategy:
        return None, check_strategy(request)
    protocol = frame_by_rules(request, progress)
    return protocol, _plan_lines(request, protocol, source, mesh, progress)


def _plan_lines(
    request: Request, protocol: Protocol, source: CitationSource, mesh: MeshVocabulary | None, progress: Progress
) -> SearchStrategy:
    progress.stage("Search strategy", "finding words and counting them")
    strategy = plan_search(request, protocol, ExtractiveModel(), source, mesh)
    named_by_rules = strategy.proposed_by == ExtractiveModel().identity.name
    return strategy.model_copy(update={"proposed_by": RULES}) if named_by_rules else strategy


def frame_by_rules(request: Request, progress: Progress) -> Protocol:
    """The question taken apart without a model."""
    progress.stage("Question", "taking it apart by rules")
    protocol = frame_question(request, ExtractiveModel())
    named_by_rules = protocol.proposed_by == ExtractiveModel().identity.name
    return protocol.model_copy(update={"proposed_by": RULES}) if named_by_rules else protocol


def count_lines(strategy: SearchStrategy, source: CitationSource, progress: Progress) -> tuple[LineResult, ...]:
    """What each line finds, with the source's reading of it; nothing is retrieved."""
    queries = expand_line_references(strategy.lines)
    progress.stage("Counts", source.name)
    results = []
    for number, query in enumerate(queries, 1):
        results.append(source.count(query, number=number))
        progress.update(number, len(queries), "lines", f"#{number}: {results[-1].count} records")
    return tuple(results)


def check_strategy(request: Request) -> SearchStrategy:
    """The lines of the strategy that a request gives, before anything is sent.

    Raises InvalidInput where limits are set beside it, QuerySyntaxError, which points at the character, where it cannot
    be read.
    """
    if request.since or request.until or request.languages or request.publication_types or request.filters:
        raise InvalidInput("A strategy is run as it is written: put limits and filters into it, not beside it.")
    try:
        return strategy_as_given(request.strategy or "")
    except QuerySyntaxError as fault:
        raise pointing(fault) from None


def strategy_as_given(text: str) -> SearchStrategy:
    """The lines as a person wrote them; a single query is one line, not taken apart."""
    given = read_given(text)
    if not given.taken_apart:
        unused = sorted({line.number for line in given.strategy.lines} - StrategyTree(given.strategy.lines).used())
        numbers = ", ".join(f"#{number}" for number in unused)
        notes = (f"Not part of what was run: the last line does not rest on {numbers}.",) if unused else ()
        return given.strategy.model_copy(update={"notes": notes})
    line = given.strategy.lines[0].model_copy(update={"query": given.given, "purpose": "given by a person"})
    return SearchStrategy(lines=(line,), proposed_by="person")


def _plan(work: Work) -> SearchStrategy:
    request, progress = work.request, work.progress
    asked = [
        request.model_dump(mode="json"),
        work.services.source.name,
        work.services.mesh.version if work.services.mesh else "",
    ]
    if request.strategy:
        return work.step("plan_search", asked, lambda: check_strategy(request), TypeAdapter(SearchStrategy))
    framed = [request.model_dump(mode="json")]
    protocol = work.step("frame_question", framed, lambda: frame_by_rules(request, progress), TypeAdapter(Protocol))
    return work.step(
        "plan_search",
        asked,
        lambda: _plan_lines(request, protocol, work.services.source, work.services.mesh, progress),
        TypeAdapter(SearchStrategy),
    )


def _run(work: Work, strategy: SearchStrategy) -> SearchRun:
    work.progress.stage("Search", work.services.source.name)
    limit = work.options.max_records
    return work.step(
        "run_search",
        [strategy.content_hash(), work.services.source.name, limit],
        lambda: run_search(strategy, work.services.source, work.progress, max_records=limit, read_at_most=ASK_ABOVE),
        TypeAdapter(SearchRun),
    )


def _fetch(work: Work, search: SearchRun) -> FetchReport:
    work.progress.stage("Records", f"fetching {len(search.pmids):,}")
    stored = work.store.record_pmids(work.run.id)
    report = work.step(
        "fetch_citations",
        search.content_hash(),
        lambda: fetch_citations(search, work.services.source, work.progress, stored=stored, save=work.save_records),
        TypeAdapter(FetchReport),
    )
    work.forget_citations()
    return report


def _group(work: Work, fetched: FetchReport) -> tuple[CitationGroup, ...]:
    return work.step(
        "group_citations",
        fetched.content_hash(),
        lambda: group_citations(list(work.citations().values())),
        TypeAdapter(tuple[CitationGroup, ...]),
    )


def _rank(work: Work, strategy: SearchStrategy, groups: Sequence[CitationGroup]) -> tuple[str, ...]:
    question = work.request.question
    if work.request.strategy:
        question = _words_of_strategy(strategy, question)
    leads = [group.lead for group in groups]
    if not leads:
        return ()
    work.progress.stage("Ranking", f"{len(leads):,} works by relevance")
    return work.step(
        "rank_citations",
        [question, leads, work.services.embeddings.model_id, RANKED_BY_MEANING],
        lambda: _ranked(work, question, [work.citations()[pmid] for pmid in leads]),
        TypeAdapter(tuple[str, ...]),
    )


def _ranked(work: Work, question: str, works: Sequence[Citation]) -> tuple[str, ...]:
    """By words first; the best of them, where few minutes allow it, by words and meaning."""
    by_words = _by_words(question, works)
    here = {citation.pmid: citation for citation in works}
    first = by_words[:RANKED_BY_MEANING]
    with work.services.open_index() as index:
        best = rank_citations(question, [here[pmid] for pmid in first], index, work.progress)
    return (*best, *by_words[RANKED_BY_MEANING:])


def _by_words(question: str, works: Sequence[Citation]) -> list[str]:
    """PMIDs by BM25; records that share no word with the question last, those without abstract after them, by PMID."""
    index = LexicalIndex()
    with_abstract = [citation for citation in works if citation.has_abstract]
    index.add([passage for citation in with_abstract for passage in split_passages(citation)])
    pmids = [citation.pmid for citation in with_abstract]
    ranked = [pmid for pmid, _ in index.nearest_records(question, max(1, len(pmids)), pmids=pmids)] if pmids else []
    rest = sorted(set(pmids) - set(ranked), key=int)
    without = sorted((citation.pmid for citation in works if not citation.has_abstract), key=int)
    return [*ranked, *rest, *without]


def _words_of_strategy(strategy: SearchStrategy, question: str) -> str:
    """What a strategy is about, for ranking: the question if it is one, and the words of its terms."""
    texts = [
        term.heading if term.tag in ("mh", "majr") else term.text
        for line in strategy.lines
        for term in _wanted(parse_query(line.query))
    ]
    words = [word for text in texts for word in words_of(text.replace("*", ""))]
    return " ".join([question, *dict.fromkeys(words)])


def _wanted(node: QueryNode) -> list[Term]:
    match node:
        case And() | Or():
            return [term for operand in node.operands for term in _wanted(operand)]
        case Not():
            return _wanted(node.wanted)
        case Term(tag="mh" | "majr" | "tiab" | "ti" | "ab" | "tw" | "all" | "ot" | None):
            return [node]
        case _:
            return []
