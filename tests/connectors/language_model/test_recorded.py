from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from connectors.language_model.prices import Budget, Prices, estimate_prompt
from connectors.language_model.recorded import RecordedModel
from connectors.language_model.scripted import Reply, Script, ScriptedModel
from connectors.store import Store
from evidence.errors import BudgetExceeded, ServiceUnavailable
from evidence.model_call import ModelAnswer, RenderedPrompt
from tests.connectors.language_model.support import GOOD, Calls, prompt


class Counting(ScriptedModel):
    """A scripted model that counts, and that can lose its connection."""

    def __init__(self, *replies: Reply, fail_after: int | None = None) -> None:
        super().__init__(Script(replies=replies or (Reply(answer=GOOD),)))
        self.batches: list[int] = []
        self.fail_after = fail_after

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        self.batches.append(len(prompts))
        if self.fail_after is None:
            return super().answer(prompts, on_answer=on_answer)
        super().answer(prompts[: self.fail_after], on_answer=on_answer)
        raise ServiceUnavailable("The server is gone.")


def test_the_same_question_costs_one_call() -> None:
    calls, inner = Calls(), Counting()
    model = RecordedModel(inner, calls, run_id="r1")
    first = model.answer([prompt("a"), prompt("b"), prompt("a")])
    again = model.answer([prompt("b"), prompt("a")])
    assert inner.batches == [2]
    assert [answer.reused for answer in first] == [False, False, True]
    assert all(answer.reused for answer in again)
    assert [answer.text for answer in again] == [first[1].text, first[0].text]
    assert [run_id for _, _, run_id in calls.saved] == ["r1", "r1"]


def test_what_arrived_before_a_failure_is_kept_and_not_asked_again() -> None:
    calls = Calls()
    with pytest.raises(ServiceUnavailable):
        RecordedModel(Counting(fail_after=2), calls).answer([prompt(name) for name in "abcd"])
    assert len(calls.saved) == 2
    resumed = Counting()
    seen: list[int] = []
    answers = RecordedModel(resumed, calls).answer(
        [prompt(name) for name in "abcd"], on_answer=lambda index, _: seen.append(index)
    )
    assert resumed.batches == [2]
    assert [answer.reused for answer in answers] == [True, True, False, False]
    assert seen == [0, 1, 2, 3]


def test_an_answer_is_saved_before_anybody_hears_of_it() -> None:
    calls = Calls()
    RecordedModel(Counting(), calls).answer([prompt()], on_answer=lambda *_: _saved_is(calls, 1))


def _saved_is(calls: Calls, number: int) -> None:
    assert len(calls.saved) == number


def test_a_failed_answer_is_kept_but_asked_again() -> None:
    calls = Calls()
    inner = Counting(Reply(error="refused", times=1), Reply(answer=GOOD))
    model = RecordedModel(inner, calls)
    assert model.answer([prompt()])[0].finish == "error"
    second = model.answer([prompt()])[0]
    assert (second.finish, second.reused) == ("stop", False)
    assert len(calls.saved) == 2


def test_a_budget_stops_before_the_call_that_could_pass_it() -> None:
    one = estimate_prompt(prompt("a")) + 64
    calls, inner = Calls(), Counting()
    budget = Budget(tokens=one + one // 2)
    model = RecordedModel(inner, calls, budget=budget)
    with pytest.raises(BudgetExceeded, match="`--budget`"):
        model.answer([prompt(name) for name in "abcdefgh"])
    assert 1 <= len(calls.saved) < 8
    assert budget.spent_tokens <= one + one // 2
    assert budget.spent_tokens == sum(answer.tokens_in + answer.tokens_out for _, answer, _ in calls.saved)


def test_a_money_budget_counts_what_earlier_tries_spent() -> None:
    prices = Prices(input_per_million=1_000.0, output_per_million=2_000.0)
    one = prices.cost(estimate_prompt(prompt()), 64)
    inner = Counting()
    spent = RecordedModel(inner, Calls(), budget=Budget(cost=1.5 * one, prices=prices, spent_cost=one))
    with pytest.raises(BudgetExceeded, match="USD"):
        spent.answer([prompt()])
    assert inner.batches == []
    fresh = RecordedModel(inner, Calls(), budget=Budget(cost=1.5 * one, prices=prices))
    assert fresh.answer([prompt()])[0].finish == "stop"


def test_reservations_are_given_back_when_the_service_fails() -> None:
    budget = Budget(tokens=estimate_prompt(prompt()) + 64)
    with pytest.raises(ServiceUnavailable):
        RecordedModel(Counting(fail_after=0), Calls(), budget=budget).answer([prompt()])
    assert budget.spent_tokens == 0
    assert RecordedModel(Counting(), Calls(), budget=budget).answer([prompt()])[0].finish == "stop"


def test_reused_answers_need_no_budget() -> None:
    calls = Calls()
    RecordedModel(Counting(), calls).answer([prompt()])
    nothing_left = RecordedModel(Counting(), calls, budget=Budget(tokens=0))
    assert nothing_left.answer([prompt()])[0].reused


def test_a_cost_is_worked_out_by_hand() -> None:
    # 2,000 tokens at 3 a million and 500 at 12 a million: 0.006 + 0.006.
    assert Prices(input_per_million=3, output_per_million=12).cost(2_000, 500) == pytest.approx(0.012)


def test_the_real_store_keeps_calls_over_a_restart(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'evidence.sqlite'}"
    with Store.open(address) as store:
        first = RecordedModel(Counting(), store).answer([prompt("a")])[0]
    with Store.open(address) as store:
        inner = Counting()
        again = RecordedModel(inner, store).answer([prompt("a")])[0]
    assert inner.batches == []
    assert again == first.model_copy(update={"reused": True})
