"""The seed test: asks the source which line of a strategy loses which known paper, why, and what would catch it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from evidence import __version__
from evidence.citation import Citation, FetchReport
from evidence.errors import InvalidInput
from evidence.search import LineResult
from evidence.seed_test import KnownPapers, SeedLine, SeedPaper, SeedTest
from evidence.services import CitationSource, MeshVocabulary, Progress
from pipelines.seed_changes import ChangeFinder
from pipelines.seed_explanations import explain_paper
from pipelines.stages.assemble_ledger import record_url
from searching.print_query import print_query
from searching.seed_lines import GivenStrategy, line_terms
from searching.seed_losses import StrategyTree, find_losses

_Answer = TypeVar("_Answer")

BATCH = 200
"""Known papers in one search."""


class SeedSearches:
    """Asks the source about the known papers. The same question is asked once."""

    def __init__(self, source: CitationSource) -> None:
        self._source = source
        self._found: dict[str, frozenset[str]] = {}
        self._counts: dict[str, LineResult] = {}
        self._papers: tuple[str, ...] = ()
        self.requests = 0

    def about(self, papers: Sequence[str]) -> None:
        """From now on the known papers are these, all of them in the source."""
        self._papers = tuple(papers)

    def finds(self, query: str) -> frozenset[str]:
        """Which of the known papers the query finds."""
        if query not in self._found:
            self._found[query] = frozenset(
                pmid
                for start in range(0, len(self._papers), BATCH)
                for pmid in self._search(f"({query}) AND ({_any_of(self._papers[start : start + BATCH])})")
            )
        return self._found[query]

    def count(self, query: str) -> LineResult:
        """What the query finds in the whole source."""
        if query not in self._counts:
            self.requests += 1
            self._counts[query] = self._source.count(query)
        return self._counts[query]

    def present(self, pmids: Sequence[str]) -> frozenset[str]:
        """Which of these PMIDs the source has."""
        batches = [pmids[start : start + BATCH] for start in range(0, len(pmids), BATCH)]
        return frozenset(pmid for batch in batches for pmid in self._search(_any_of(batch)))

    def identified(self, identifier: str) -> tuple[str, ...]:
        """PMIDs of a DOI or PMCID."""
        tag = "pmcid" if identifier.casefold().startswith("pmc") else "aid"
        return self._search(f'"{identifier}"[{tag}]')

    def _search(self, query: str) -> tuple[str, ...]:
        self.requests += 1
        return self._source.search(query)[1]


def run_seed_test(
    given: GivenStrategy,
    known: KnownPapers,
    source: CitationSource,
    progress: Progress,
    *,
    used_to_build: Collection[str] = (),
    mesh: MeshVocabulary | None = None,
) -> SeedTest:
    """Test a strategy against papers known to be relevant.

    Args:
        known: the papers, those used to build the strategy among them.
        used_to_build: PMIDs, DOIs and PMCIDs of those; they are reported apart, since they cannot test the strategy.
        mesh: headings with their entry terms and narrower headings, for better changes; unset: from the records alone.

    Raises:
        InvalidInput: no paper was given, or the source refuses a line.
        ServiceUnavailable: the source cannot be reached.
    """
    if not known.pmids and not known.identifiers:
        raise InvalidInput("There is no known paper to test with: give PMIDs, or a file that holds them, with --known.")
    searches = SeedSearches(source)
    tree = StrategyTree(given.strategy.lines, taken_apart=given.taken_apart)
    progress.stage("Known papers", f"looking {len(known.pmids) + len(known.identifiers)} up")
    papers, records = _look_up(known, searches, source, used_to_build)
    here = [paper.pmid for paper in papers if paper.state != "not in the source"]
    searches.about(here)
    progress.stage("Lines", f"{len(tree.lines)}, each counted and asked for {len(here)} papers")
    counts, found = _run_lines(given, tree, searches, progress)
    papers = [_with_lines(paper, found, tree.last) for paper in papers]
    finder = ChangeFinder(tree, searches, counts, frozenset(paper.pmid for paper in papers if paper.state == "missed"))

    def explain(paper: SeedPaper) -> SeedPaper:
        losses = find_losses(tree, paper.pmid, found, searches.finds)
        return explain_paper(paper, losses, records.get(paper.pmid), finder, mesh)

    papers = _explained(papers, explain, searches, progress)
    progress.note(f"{searches.requests} searches")
    return SeedTest(
        source=source.name,
        source_url=source.url,
        tested_at=datetime.now(UTC),
        tool=f"Evidence Ledger {__version__}",
        given=given.given,
        taken_apart=given.taken_apart,
        lines=tuple(_lines(tree, counts, found, papers)),
        papers=tuple(papers),
        known=known,
        requests=searches.requests,
    )


def _look_up(
    known: KnownPapers, searches: SeedSearches, source: CitationSource, used_to_build: Collection[str]
) -> tuple[list[SeedPaper], dict[str, Citation]]:
    """The papers as far as the source has them, with their records."""
    given_as = {pmid: "" for pmid in known.pmids}
    lost: list[SeedPaper] = []
    for identifier in known.identifiers:
        pmids = searches.identified(identifier)
        for pmid in pmids:
            given_as.setdefault(pmid, identifier)
        if not pmids:
            note = f"The source has no record with {identifier}."
            lost.append(SeedPaper(pmid="0", given_as=identifier, state="not in the source", note=note))
    fetched, report = source.fetch(list(given_as))
    records = {record.citation.pmid: record.citation for record in fetched}
    merged = {entry.pmid: entry.into for entry in report.merged}
    stand_for = {pmid: merged.get(pmid, pmid) for pmid in given_as}
    here = searches.present(list(dict.fromkeys(stand_for.values())))
    papers: dict[str, SeedPaper] = {}
    for pmid, other in stand_for.items():
        paper = SeedPaper(
            pmid=other,
            given_as=given_as[pmid] or (pmid if other != pmid else ""),
            state="missed" if other in here else "not in the source",
            note=_note(pmid, report, other in here),
            used_to_build=bool({pmid, other, given_as[pmid]} & set(used_to_build)),
            url=record_url(other, source.url) if other in here else "",
        )
        papers.setdefault(other, paper if other not in records else _described(paper, records[other]))
    return [*papers.values(), *lost], records


def _described(paper: SeedPaper, record: Citation) -> SeedPaper:
    described = {
        "label": record.label if record.authors else "",
        "title": record.title,
        "abstract": record.abstract_text,
        "headings": tuple(heading.descriptor for heading in record.mesh),
    }
    return paper.model_copy(update=described)


def _note(pmid: str, report: FetchReport, here: bool) -> str:
    merged = next((entry.into for entry in report.merged if entry.pmid == pmid), None)
    if merged is not None:
        return f"PMID {pmid} was merged into {merged}, which is tested in its place."
    if any(record.pmid == pmid for record in report.unreadable):
        return "Its record came, but could not be read."
    if not here:
        return f"The source has no record {pmid}: it was deleted, or the number is mistyped."
    return "" if pmid in report.returned else "The source finds it, but gave no record."


def _run_lines(
    given: GivenStrategy, tree: StrategyTree, searches: SeedSearches, progress: Progress
) -> tuple[dict[int, LineResult], dict[int, frozenset[str]]]:
    counts: dict[int, LineResult] = {}
    found: dict[int, frozenset[str]] = {}
    for line in tree.lines:
        # The whole of a query that was taken apart is asked for as its writer wrote it.
        query = given.given if given.taken_apart and line.number == tree.last else tree.expanded[line.number]
        counts[line.number] = _naming(line.number, partial(searches.count, query))
        found[line.number] = _naming(line.number, partial(searches.finds, query))
        progress.update(len(found), len(tree.lines), "lines", f"#{line.number}: {counts[line.number].count:,} records")
    return counts, found


def _naming(number: int, ask: Callable[[], _Answer]) -> _Answer:
    try:
        return ask()
    except InvalidInput as fault:
        raise InvalidInput(f"Line {number}: {fault.message}") from None


def _with_lines(paper: SeedPaper, found: Mapping[int, frozenset[str]], last: int) -> SeedPaper:
    if paper.state == "not in the source":
        return paper
    lines = tuple(number for number, papers in found.items() if paper.pmid in papers)
    return paper.model_copy(update={"lines": lines, "state": "found" if last in lines else "missed"})


def _explained(
    papers: Sequence[SeedPaper], explain: Callable[[SeedPaper], SeedPaper], searches: SeedSearches, progress: Progress
) -> list[SeedPaper]:
    """The papers, each missed one with where it is lost and why."""
    missed = [paper for paper in papers if paper.state == "missed"]
    if missed:
        progress.stage("Missed papers", f"{len(missed)}, each followed to the line that loses it")
    told: dict[str, SeedPaper] = {}
    for number, paper in enumerate(missed, 1):
        told[paper.pmid] = explain(paper)
        progress.update(number, len(missed), "missed papers explained", f"{searches.requests} searches")
    return [told.get(paper.pmid, paper) for paper in papers]


def _lines(
    tree: StrategyTree,
    counts: Mapping[int, LineResult],
    found: Mapping[int, frozenset[str]],
    papers: Sequence[SeedPaper],
) -> list[SeedLine]:
    used = tree.used()
    return [
        SeedLine(
            number=line.number,
            query=line.query,
            count=counts[line.number].count,
            warnings=counts[line.number].warnings,
            terms=_terms(tree, line.number),
            used=line.number in used,
            found=tuple(paper.pmid for paper in papers if paper.pmid in found[line.number]),
            loses=tuple(paper.pmid for paper in papers if any(loss.line == line.number for loss in paper.losses)),
        )
        for line in tree.lines
    ]


def _terms(tree: StrategyTree, number: int) -> tuple[str, ...]:
    """The terms of a line, those of the lines it joins by OR among them; of an AND its own."""
    root = tree.trees[number]
    if tree.is_joined(root):
        return line_terms(root)
    return tuple(dict.fromkeys(print_query(leaf.term) for leaf in tree.leaves(number, root)))


def _any_of(pmids: Sequence[str]) -> str:
    return " OR ".join(f"{pmid}[uid]" for pmid in pmids)
