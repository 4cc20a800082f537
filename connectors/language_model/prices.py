"""What a call costs, and how much it may: prices, estimates and a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pydantic import Field

from evidence.base import EvidenceModel, canonical_json
from evidence.errors import BudgetExceeded
from evidence.model_call import ModelAnswer, RenderedPrompt

_BYTES_PER_TOKEN = 3
_FRAME_TOKENS = 16


class Prices(EvidenceModel):
    """What a model's owner charges."""

    input_per_million: float = Field(ge=0, description="Money for a million tokens read.")
    output_per_million: float = Field(ge=0, description="Money for a million tokens written.")
    currency: str = Field(default="USD", description="Currency code.")

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Money for one call."""
        return (tokens_in * self.input_per_million + tokens_out * self.output_per_million) / 1_000_000


def estimate_tokens(*texts: str) -> int:
    """Tokens of some texts, rather too many than too few: English has about four bytes a token, counted here as three."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) // _BYTES_PER_TOKEN + _FRAME_TOKENS


def estimate_prompt(prompt: RenderedPrompt) -> int:
    """Tokens that a prompt is read as, its schema included."""
    return estimate_tokens(prompt.system, prompt.user, canonical_json(prompt.answer_schema))


class Budget:
    """What may be spent, in tokens, in money or both. Safe to share between threads.

    A call is let through only if what was spent, what is reserved for calls under way and its own estimate stay
    within the limit; its real figures replace the estimate as it ends.
    """

    def __init__(
        self,
        *,
        tokens: int | None = None,
        cost: float | None = None,
        prices: Prices | None = None,
        spent_tokens: int = 0,
        spent_cost: float = 0.0,
    ) -> None:
        """`tokens`, `cost`: limits, unset: none. `prices` unset: calls are free. `spent_*`: by earlier tries of the run."""
        self._limit_tokens = tokens
        self._limit_cost = cost
        self._prices = prices or Prices(input_per_million=0.0, output_per_million=0.0)
        self._lock = threading.Lock()
        self.spent_tokens = spent_tokens
        self.spent_cost = spent_cost
        self._reserved_tokens = 0
        self._reserved_cost = 0.0

    def reserve(self, prompt: RenderedPrompt) -> Callable[[ModelAnswer | None], None]:
        """Set a call's estimate aside and give back what settles it: called with its answer, or None if none came.

        Raises BudgetExceeded where the call could pass the limit; nothing is set aside then.
        """
        tokens_in = estimate_prompt(prompt)
        tokens, cost = tokens_in + prompt.max_tokens, self._prices.cost(tokens_in, prompt.max_tokens)
        with self._lock:
            self._refuse_beyond(tokens, cost)
            self._reserved_tokens += tokens
            self._reserved_cost += cost

        def settle(answer: ModelAnswer | None) -> None:
            with self._lock:
                self._reserved_tokens -= tokens
                self._reserved_cost -= cost
                if answer is not None:
                    self.spent_tokens += answer.tokens_in + answer.tokens_out
                    self.spent_cost += cost if answer.cost is None else answer.cost

        return settle

    def _refuse_beyond(self, tokens: int, cost: float) -> None:
        all_tokens = self.spent_tokens + self._reserved_tokens + tokens
        if self._limit_tokens is not None and all_tokens > self._limit_tokens:
            raise BudgetExceeded(
                f"The next model call could bring this run to {all_tokens:,} tokens and the budget is "
                f"{self._limit_tokens:,}: resume with a larger `--budget`; what was paid for is kept."
            )
        all_cost = self.spent_cost + self._reserved_cost + cost
        if self._limit_cost is not None and all_cost > self._limit_cost:
            raise BudgetExceeded(
                f"The next model call could bring this run to {all_cost:.4f} {self._prices.currency} and the budget is "
                f"{self._limit_cost:.4f}: resume with a larger `--budget`; what was paid for is kept."
            )
