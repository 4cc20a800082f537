"""Every PMID of a large search. PubMed gives out the first 9,999 of a search and no more, with or without its history.

So a larger search is cut by entry date, each part in halves until it fits; records without an entry date are asked for
apart; a day that is still too large is cut by publication date, and what shares both by PMID, which every record has.
The parts must add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from connectors.pubmed.answers import SearchAnswer
from evidence.errors import IncompleteRetrieval

WINDOW = 9_998
"""Records that one search may have to be taken in one piece."""
FIRST_DAY = date(1700, 1, 1)
DATES = ("edat", "pdat")
LAST_PMID = 999_999_999

Ask = Callable[[str], SearchAnswer]
"""Runs a query and gives its count with the newest PMIDs, `WINDOW` at most."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Days first to last, both included, of one of PubMed's dates."""

    field: str
    first: date
    last: date

    def as_query(self) -> str:
        return f'("{self.first:%Y/%m/%d}"[{self.field}] : "{self.last:%Y/%m/%d}"[{self.field}])'

    def halves(self) -> tuple[_Span, _Span]:
        """Newer half first."""
        middle = self.first + (self.last - self.first) / 2
        return _Span(self.field, middle + timedelta(days=1), self.last), _Span(self.field, self.first, middle)


def all_pmids(ask: Ask, query: str, whole: SearchAnswer, *, wanted: int | None = None) -> list[str]:
    """The PMIDs of `whole`, the answer to `query`: newest entry date first, the first `wanted` if set.

    Raises:
        IncompleteRetrieval: the parts do not add up, or one PMID has more records than a search gives out.
    """
    return _taken(ask, query, whole, DATES, whole.count if wanted is None else wanted)


def _taken(ask: Ask, query: str, answer: SearchAnswer, dates: tuple[str, ...], wanted: int) -> list[str]:
    if answer.count <= WINDOW:
        return _whole_list(query, answer)
    if not dates:
        return _taken_by_pmid(ask, query, answer, (1, LAST_PMID), wanted)
    wanted = min(wanted, answer.count)
    span = _Span(dates[0], FIRST_DAY, datetime.now(UTC).date() + timedelta(days=730))
    dated_query = f"({query}) AND {span.as_query()}"
    dated = ask(dated_query)
    pmids = _taken_by_date(ask, query, dated, span, wanted)
    if len(pmids) < wanted:
        rest_query = f"({query}) NOT {span.as_query()}"
        pmids += _taken(ask, rest_query, ask(rest_query), dates[1:], wanted - len(pmids))
    _check_sum(len(pmids), answer.count, wanted)
    return pmids


def _taken_by_date(ask: Ask, query: str, answer: SearchAnswer, span: _Span, wanted: int) -> list[str]:
    span_query = f"({query}) AND {span.as_query()}"
    wanted = min(wanted, answer.count)
    if answer.count <= WINDOW:
        return _whole_list(span_query, answer)
    if span.first == span.last:
        return _taken(ask, span_query, answer, DATES[DATES.index(span.field) + 1 :], wanted)
    halves = span.halves()
    answers = _reconciled(answer, [ask(f"({query}) AND {half.as_query()}") for half in halves])
    pmids: list[str] = []
    for half, half_answer in zip(halves, answers, strict=True):
        if len(pmids) < wanted:
            pmids += _taken_by_date(ask, query, half_answer, half, wanted - len(pmids))
    _check_sum(len(pmids), answer.count, wanted)
    return pmids


def _taken_by_pmid(ask: Ask, query: str, answer: SearchAnswer, span: tuple[int, int], wanted: int) -> list[str]:
    """The records of `query` with PMIDs first to last, both included, newer half first. `answer` is that to the span."""
    first, last = span
    wanted = min(wanted, answer.count)
    if answer.count <= WINDOW:
        return _whole_list(query, answer)
    if first == last:
        raise IncompleteRetrieval(
            f"PubMed counts {answer.count} records of one PMID, {first}; the service is at fault, try later."
        )
    middle = (first + last) // 2
    halves = ((middle + 1, last), (first, middle))
    answers = _reconciled(answer, [ask(f"({query}) AND ({low}:{high}[uid])") for low, high in halves])
    pmids: list[str] = []
    for half, half_answer in zip(halves, answers, strict=True):
        if len(pmids) < wanted:
            pmids += _taken_by_pmid(ask, query, half_answer, half, wanted - len(pmids))
    _check_sum(len(pmids), answer.count, wanted)
    return pmids


def _reconciled(whole: SearchAnswer, parts: list[SearchAnswer]) -> list[SearchAnswer]:
    """The parts, whose counts must add up to the whole's before anything of them is used."""
    if (total := sum(part.count for part in parts)) != whole.count:
        raise IncompleteRetrieval(
            f"The parts of a search, cut in two, count {total} records where PubMed counts {whole.count}; run the search again."
        )
    return parts


def _whole_list(query: str, answer: SearchAnswer) -> list[str]:
    if len(answer.ids) != answer.count:
        raise IncompleteRetrieval(
            f"PubMed counts {answer.count} records but lists {len(answer.ids)} for {query[:120]}; run the search again."
        )
    return list(answer.ids)


def _check_sum(taken: int, count: int, wanted: int) -> None:
    if taken < wanted or taken > count:
        raise IncompleteRetrieval(
            f"The parts of the search, cut by date, give {taken} records where PubMed counts {count}; run the search again."
        )
