from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.language_model.scripted import Reply, Script, ScriptedModel
from connectors.language_model.structured import Structured, ask, read_answer
from tests.connectors.language_model.support import GOOD, Fact, prompt


def model(*replies: Reply) -> ScriptedModel:
    return ScriptedModel(Script(replies=replies))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD)}\n```",
        f"Here is the form:\n```\n{json.dumps(GOOD)}\n```\nI hope it helps.",
        f"Here it is: {json.dumps(GOOD)} as you asked.",
        f"<think>{{maybe}} three</think>\n{json.dumps(GOOD)}",
    ],
)
def test_one_object_is_found_wherever_it_stands(text: str) -> None:
    assert read_answer(text, Fact) == Fact(drug="vaccine", count=3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The vaccine, three times.", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ('{"drug": "vaccine", "cou', "not complete JSON"),
        ('{"drug": "a", "count": 1} {"drug": "b", "count": 2}', "more than one"),
        ('{"drug": "a", "count": 1, "count": 2}', "twice"),
        ('{"drug": "a", "count": NaN}', "NaN"),
        ('{"drug": "a"}', "count: Field required"),
        ('{"drug": "a", "count": 1, "pmid": "1"}', "pmid: Extra inputs"),
        ('{"drug": "a", "count": "many"}', "count: Input should be"),
        ('{"a": ' * 100_000, "nested too deeply"),
        ('{"drug": "\\ud800", "count": 1}', ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match="answer") as refusal:
        read_answer(text, Fact)
    assert reason in str(refusal.value)


def test_good_answers_are_settled_as_they_come() -> None:
    seen: list[int] = []
    outcomes = ask(model(Reply(answer=GOOD)), [prompt("a"), prompt("b")], Fact, on_done=lambda index, _: seen.append(index))
    assert [outcome.value for outcome in outcomes] == [Fact(**GOOD)] * 2
    assert seen == [0, 1]


def test_bad_answers_are_repaired_together_and_once() -> None:
    asked: list[list[str]] = []

    class Watched(ScriptedModel):
        def answer(self, prompts: Any, *, on_answer: Any = None) -> Any:
            asked.append([each.user for each in prompts])
            return super().answer(prompts, on_answer=on_answer)

    script = Script(
        replies=(
            Reply(contains="cannot be used", answer=GOOD),
            Reply(contains="prose", text="Well, <record> three."),
            Reply(contains="cut", text='{"drug": "vaccine", "count": 3}', break_off=9),
            Reply(answer=GOOD),
        )
    )
    prompts = [prompt("prose"), prompt("fine"), prompt("cut")]
    outcomes = ask(Watched(script), prompts, Fact)
    assert [len(outcome.attempts) for outcome in outcomes] == [2, 1, 2]
    assert all(outcome.value == Fact(**GOOD) and outcome.problem is None for outcome in outcomes)
    assert [len(batch) for batch in asked] == [3, 2]
    assert "‹record> three" in asked[1][0]
    assert "no JSON object" in asked[1][0]
    assert "broke off after" in asked[1][1]
    assert outcomes[0].attempts[0].text == "Well, <record> three."


def test_still_bad_after_the_repair_is_reported_with_both_raw_answers() -> None:
    outcomes = ask(model(Reply(text="I would rather not say. ", repeat=3)), [prompt()], Fact)
    (outcome,) = outcomes
    assert outcome.value is None
    assert outcome.problem == "The answer has no JSON object."
    assert [answer.text for answer in outcome.attempts] == ["I would rather not say. " * 3] * 2


def test_a_refusal_is_not_asked_again() -> None:
    (outcome,) = ask(model(Reply(error="The model refused: no.")), [prompt()], Fact)
    assert outcome == Structured(None, (outcome.answer,), "The model refused: no.")


def test_a_repair_prompt_has_a_key_of_its_own_and_more_room_after_breaking_off() -> None:
    limits: list[tuple[str, int]] = []

    class Watched(ScriptedModel):
        def answer(self, prompts: Any, *, on_answer: Any = None) -> Any:
            limits.extend((each.call_key(self.identity), each.max_tokens) for each in prompts)
            return super().answer(prompts, on_answer=on_answer)

    ask(Watched(Script(replies=(Reply(text="{", repeat=5, break_off=3),))), [prompt(max_tokens=64)], Fact)
    assert [limit for _, limit in limits] == [64, 96]
    assert limits[0][0] != limits[1][0]
