"""The model under test: what was answered is not asked again by a later run, costs are told, and a budget stops a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.language_model.prices import Budget
from evaluation.harness.counted_model import Spent, cost_of_earlier, counted, keep_cost
from evaluation.harness.flow_run import Silent
from evaluation.harness.run_suite import run_suite
from evaluation.harness.suite import Case, Suite, Systems
from evidence.errors import BudgetExceeded
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from tests.evaluation.made_data import inspect_tidied


class _Counts:
    """A model elsewhere that says how often it was asked; each answer costs `price`, unset: not known."""

    def __init__(self, price: float | None = 0.25) -> None:
        self.price = price
        self.asked: list[str] = []

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name="counts", provider="test", version="1", external=True)

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        made = []
        for place, prompt in enumerate(prompts):
            self.asked.append(prompt.user)
            made.append(ModelAnswer(text="{}", finish="stop", tokens_in=10, tokens_out=2, seconds=1.5, cost=self.price))
            if on_answer is not None:
                on_answer(place, made[-1])
        return made


def _prompt(user: str) -> RenderedPrompt:
    return RenderedPrompt(
        name="answer_question",
        version=1,
        hash="0" * 64,
        system="Say.",
        user=user,
        answer_schema={"type": "object"},
        max_tokens=8,
    )


def _suite(cases: int) -> tuple[Suite, list[Case]]:
    def answer(case: Case, systems: Systems) -> dict[str, Any]:
        assert systems.model is not None
        (said,) = systems.model.answer([_prompt(case.id)])
        return {"answer": said.text, "right": True}

    suite = Suite(
        name="asked", purpose="One call a case.", read=lambda _: [], answer=answer, measure=lambda _: {}, needs_model=True
    )
    return suite, [Case(id=f"case {number}", cluster=str(number), shown="") for number in range(cases)]


def _run(model: _Counts, cases: int, folder: Path, budget: Budget | None = None) -> Spent:
    suite, asked = _suite(cases)
    with inspect_tidied(), counted(model, folder, budget or Budget()) as counting:
        run_suite(
            suite,
            asked,
            Systems(model=counting),
            settings={"limit": cases, "model": model.identity.model_dump(mode="json")},
            folder=folder,
            progress=Silent(),
        )
        return counting.spent


def test_a_later_run_asks_only_what_no_run_asked(tmp_path: Path) -> None:
    model = _Counts()
    first = _run(model, 2, tmp_path)
    second = _run(model, 3, tmp_path)

    assert model.asked == ["case 0", "case 1", "case 2"]
    assert first == Spent(calls=2, tokens_in=20, tokens_out=4, cost=0.5)
    assert second == Spent(calls=3, kept=2, tokens_in=10, tokens_out=2, cost=0.25)


def test_a_kept_answer_looks_as_if_it_had_been_made_now(tmp_path: Path) -> None:
    with counted(_Counts(), tmp_path, Budget()) as model:
        (made,) = model.answer([_prompt("again")])
        (kept,) = model.answer([_prompt("again")])

    assert kept == made
    assert not kept.reused


def test_what_a_run_cost_tells_what_the_next_will(tmp_path: Path) -> None:
    _run(_Counts(), 3, tmp_path)

    earlier = cost_of_earlier(tmp_path, "asked", "counts")

    assert earlier == Spent(cases=3, calls=3, tokens_in=30, tokens_out=6, cost=0.75)
    assert cost_of_earlier(tmp_path, "asked", "another") is None
    assert cost_of_earlier(tmp_path, "another", "counts") is None


def test_a_run_that_only_took_kept_answers_tells_no_cost(tmp_path: Path) -> None:
    place = tmp_path / "asked-1"
    place.mkdir()
    (place / "result.json").write_text('{"settings": {"model": {"name": "counts"}}}', encoding="utf-8")
    keep_cost(place, Spent(cases=2, calls=2, kept=2))
    assert cost_of_earlier(tmp_path, "asked", "counts") is None


def test_a_price_that_is_not_known_stays_unknown(tmp_path: Path) -> None:
    assert _run(_Counts(price=None), 2, tmp_path).cost is None


def test_a_budget_stops_the_run_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    model = _Counts()
    one_call = 120  # tokens, by the estimate before a call, which is on the safe side
    with pytest.raises(BudgetExceeded, match="larger `--budget`"):
        _run(model, 30, tmp_path, Budget(tokens=one_call))
    before = len(model.asked)
    assert 1 <= before < 30

    spent = _run(model, 30, tmp_path)

    assert len(model.asked) == 30
    assert spent.calls == 30 - before, "answered cases are the run's own"


def test_costs_of_a_stopped_run_are_added_up(tmp_path: Path) -> None:
    keep_cost(tmp_path, Spent(cases=4, calls=1, tokens_in=5, cost=0.5))
    keep_cost(tmp_path, dataclasses.replace(Spent(), cases=4, calls=3, tokens_in=7, cost=None))
    kept = (tmp_path / "cost.json").read_text(encoding="utf-8")
    assert '"calls": 4' in kept
    assert '"tokens_in": 12' in kept
    assert '"cost": null' in kept
