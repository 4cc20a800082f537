"""The language model under test: what an earlier run was answered is not asked again, and what a run costs is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from connectors.language_model.prices import Budget
from connectors.language_model.recorded import CallStore, RecordedModel
from connectors.store.store import Store
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.services import LanguageModel

_KEPT = "cost.json"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What calls took. `cost` is in the currency of the settings; None: the model's price is not known."""

    cases: int = 0
    calls: int = 0
    kept: int = 0
    """Calls of them that an earlier run had made: these cost nothing now."""
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = 0.0

    def with_call(self, answer: ModelAnswer, *, external: bool) -> Spent:
        """One call more. Tokens and money of a kept answer were spent before."""
        if answer.reused:
            return replace(self, calls=self.calls + 1, kept=self.kept + 1)
        price = (answer.cost if external else 0.0) or (None if external else 0.0)
        return replace(
            self,
            calls=self.calls + 1,
            tokens_in=self.tokens_in + answer.tokens_in,
            tokens_out=self.tokens_out + answer.tokens_out,
            cost=None if self.cost is None or price is None else self.cost + price,
        )


class CountedModel:
    """`evidence.services.LanguageModel` whose answers are kept for every later run that makes the same call.

    The same call is the same model with the same prompt to the letter. The answers come back as if they had been made now, so
    that a flow under test counts its calls and tokens as it does for a person.
    """

    def __init__(self, model: LanguageModel, calls: CallStore, budget: Budget) -> None:
        """`calls` keeps the answers; `budget` says what calls that are made now may cost."""
        self._recorded = RecordedModel(model, calls, budget=budget)
        self.spent = Spent()

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._recorded.identity

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt, in order. Raises BudgetExceeded as `RecordedModel.answer` does."""

        def count(index: int, answer: ModelAnswer) -> None:
            self.spent = self.spent.with_call(answer, external=self.identity.external)
            if on_answer is not None:
                on_answer(index, _as_new(answer))

        return [_as_new(answer) for answer in self._recorded.answer(prompts, on_answer=count)]


def _as_new(answer: ModelAnswer) -> ModelAnswer:
    return answer.model_copy(update={"reused": False})


@contextmanager
def counted(model: LanguageModel, folder: Path, budget: Budget) -> Iterator[CountedModel]:
    """The model with the answers that runs in `folder` were given; the file of answers is closed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(f"sqlite:///{folder / 'answers.sqlite'}") as store:
        yield CountedModel(model, store, budget)


def keep_cost(place: Path, spent: Spent) -> None:
    """Adds what was spent now to what the run in `place` had cost before; `cases` is the whole run's."""
    before = _kept_cost(place)
    both = Spent(
        cases=spent.cases,
        calls=before.calls + spent.calls,
        kept=before.kept + spent.kept,
        tokens_in=before.tokens_in + spent.tokens_in,
        tokens_out=before.tokens_out + spent.tokens_out,
        cost=None if before.cost is None or spent.cost is None else before.cost + spent.cost,
    )
    (place / _KEPT).write_text(json.dumps(asdict(both)) + "\n", encoding="utf-8")


def _kept_cost(place: Path) -> Spent:
    path = place / _KEPT
    return Spent(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else Spent()


def cost_of_earlier(folder: Path, suite: str, model: str) -> Spent | None:
    """What the kept run with most calls that were made for it cost; None where no run of this suite and model tells."""
    found = [
        _kept_cost(path.parent)
        for path in folder.glob(f"{suite}-*/{_KEPT}")
        if _model_of(path.with_name("result.json")) == model
    ]
    telling = [spent for spent in found if spent.cases and spent.calls > spent.kept]
    return max(telling, key=lambda spent: spent.calls - spent.kept, default=None)


def _model_of(result: Path) -> str | None:
    if not result.is_file():
        return None
    named = json.loads(result.read_text(encoding="utf-8"))["settings"].get("model")
    return named["name"] if named else None
