"""A search by itself: how many records are fetched unasked, and what ranks them."""

from __future__ import annotations

import pytest

from connectors.pubmed.client import PubMed
from evidence.errors import InvalidInput
from evidence.question import Request
from pipelines.search_records import check_strategy, plan_strategy, strategy_as_given
from pipelines.stages.run_search import run_search
from tests.pipelines.test_seed_test import Silent, Unlimited


@pytest.fixture
def source(demonstration_mirror: str) -> PubMed:
    return PubMed(email="a@example.org", limiter=Unlimited(), base_url=demonstration_mirror)


def test_more_records_than_are_read_unasked_are_refused_with_the_way_on(source: PubMed) -> None:
    strategy = strategy_as_given("cholera[tiab]")
    with pytest.raises(InvalidInput, match="--max-records"):
        run_search(strategy, source, Silent(), read_at_most=2)
    assert len(run_search(strategy, source, Silent(), max_records=2, read_at_most=2).pmids) == 2


def test_the_last_line_counts_what_was_retrieved(source: PubMed) -> None:
    run = run_search(strategy_as_given("#1 cholera[tiab]\n#2 vaccin*[tiab]\n#3 #1 AND #2"), source, Silent())
    assert [line.number for line in run.lines] == [1, 2, 3]
    assert run.lines[-1].count == run.count == len(run.pmids)


def test_rules_plan_a_question_and_say_so(source: PubMed) -> None:
    request = Request(question="Do oral cholera vaccines prevent cholera compared with placebo?")
    protocol, strategy = plan_strategy(request, source, None, Silent())
    assert protocol is not None
    assert (protocol.proposed_by, strategy.proposed_by) == ("rules", "rules")
    again = strategy_as_given(strategy.as_text())
    assert [line.query for line in again.lines] == [line.query for line in strategy.lines]


def test_a_strategy_with_limits_beside_it_is_refused() -> None:
    request = Request(question="Cholera", strategy="cholera[tiab]", languages=("english",))
    with pytest.raises(InvalidInput, match="run as it is written"):
        check_strategy(request)
