"""No language model at all: rules that copy sentences of the records, chosen by name as `extractive`.

It answers the product's own prompts from their inputs. It writes nothing: what it calls a statement is a sentence of
the record, word for word.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from evidence import __version__
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from evidence.question import Framework
from searching.result_sentences import asked_words, result_sentences, without_label, words_shared
from searching.take_apart import take_apart

_DESIGNS = re.compile(
    r"\b(?:cluster[- ])?randomi[sz]ed(?: \S+){0,4}? trial|cohort study|case[- ]control study|cross[- ]sectional study|"
    r"systematic review|meta-analysis|case series",
    re.IGNORECASE,
)
LONGEST = 400
"""Characters of a sentence that is still copied whole; longer ones are passed over, since nothing is cut."""


class ExtractiveModel:
    """`evidence.services.LanguageModel` without a model."""

    @property
    def identity(self) -> ModelIdentity:
        """Says that there is no model."""
        return ModelIdentity(name="extractive", provider="no model", version=f"rules of {__version__}", demonstration=True)

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt, in order; a prompt that the rules do not know is answered with an error."""
        answers = []
        for index, prompt in enumerate(prompts):
            answers.append(_answer(prompt))
            if on_answer is not None:
                on_answer(index, answers[-1])
        return answers


def _answer(prompt: RenderedPrompt) -> ModelAnswer:
    started = time.perf_counter()
    rule = _RULES.get(prompt.name)
    if rule is None:
        return ModelAnswer(text="", finish="error", tokens_in=0, tokens_out=0, seconds=0, error=f"No rule for {prompt.name}.")
    text = json.dumps(rule(prompt.inputs), ensure_ascii=False)
    return ModelAnswer(text=text, finish="stop", tokens_in=0, tokens_out=0, seconds=time.perf_counter() - started, cost=0.0)


def _frame(inputs: dict[str, Any]) -> dict[str, Any]:
    elements = take_apart(inputs["question"], Framework(inputs["framework"]))
    return {"elements": [{"name": element.name, "text": element.text[:120]} for element in elements]}


def _plan(_: dict[str, Any]) -> dict[str, Any]:
    return {"concepts": []}


def _screen(inputs: dict[str, Any]) -> dict[str, Any]:
    asked = asked_words(inputs["question"])
    title, sentences = inputs["title"], inputs["sentences"]
    best = max(range(len(sentences) + 1), key=lambda place: words_shared(asked, title if place == 0 else sentences[place - 1]))
    share = words_shared(asked, " ".join([title, *sentences])) / len(asked) if asked else 0.0
    return {"decision": "include" if share >= 0.5 else "unsure", "criterion": 1, "sentence": best}


def _extract(inputs: dict[str, Any]) -> dict[str, Any]:
    sentences = inputs["sentences"]
    results = [
        {
            "outcome": _outcome(inputs["question"], sentences[place]),
            "statement": without_label(sentences[place]),
            "direction": "unclear",
            "sentence": place + 1,
        }
        for place in result_sentences(inputs["question"], sentences, most=2, longest=LONGEST)
    ]
    design = _DESIGNS.search(" ".join(inputs["sentences"]))
    return {
        "results": results,
        "design": design.group(0)[:80] if design else "not reported",
        "participants": 0,
        "population": "not reported",
        "intervention": "not reported",
        "comparator": "not reported",
    }


def _outcome(question: str, sentence: str) -> str:
    """The outcome asked for where the sentence has half of its words or more; a dash, which names none, elsewhere."""
    wanted = next((element.text for element in take_apart(question, Framework.PICO) if element.name == "outcome"), "")
    words = asked_words(wanted)
    return wanted[:120] if words and 2 * words_shared(words, sentence) >= len(words) else "-"


def _bottom_line(inputs: dict[str, Any]) -> dict[str, Any]:
    asked = asked_words(inputs["question"])
    ranked = sorted(inputs["findings"], key=lambda finding: (-words_shared(asked, finding["statement"]), finding["number"]))
    chosen = sorted(ranked[:2], key=lambda finding: int(finding["number"]))
    return {"sentences": [{"text": finding["statement"], "findings": [finding["number"]]} for finding in chosen]}


_RULES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "frame_question": _frame,
    "plan_search": _plan,
    "screen_citation": _screen,
    "extract_study": _extract,
    "write_bottom_line": _bottom_line,
}
