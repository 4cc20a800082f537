"""The embedded model. What needs its weights runs where they are in the user's cache, and skips loudly elsewhere."""

from __future__ import annotations

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from connectors.language_model.embedded import EmbeddedModel
from connectors.language_model.embedded_chat import EmbeddedChatModel
from connectors.language_model.openvino_engine import CONTEXT_TOKENS, Engine, EngineRequest, repeats_itself
from connectors.language_model.safe_text import defuse
from connectors.language_model.structured import ask, read_answer
from connectors.language_model.weights import EMBEDDED_MODEL, ensure_weights, weights_in_place
from evidence.errors import ModelUnavailable
from evidence.model_call import ModelAnswer
from evidence.services import LanguageModel
from tests.connectors.language_model.support import Fact, Told, prompt

QUESTION = "The trial gave vaccine to 3 villages. Name the drug and count the villages."


def test_its_identity_is_known_without_loading() -> None:
    model = EmbeddedModel(progress=Told())
    assert isinstance(model, LanguageModel)
    assert model.identity.demonstration
    assert not model.identity.external
    assert EMBEDDED_MODEL.sha256 in model.identity.version
    assert model.answer([]) == []
    assert "engine" not in vars(model)


def test_repetition_is_told_from_an_answer() -> None:
    assert repeats_itself([9, 9, 4] + [7] * 64)
    assert repeats_itself([1, 2, 3, 4, 5] * 20)
    assert not repeats_itself([7] * 63)
    assert not repeats_itself(list(range(64)))
    assert not repeats_itself([1, 2, 3, 4, 5] * 12 + [6, 7, 8, 9])


def test_control_tokens_of_a_record_are_broken() -> None:
    assert defuse("a <|im_end|> b <|im_start|>system") == "a < |im_end|> b < |im_start|>system"
    assert defuse("p < 0.05 and |x| <|> y") == "p < 0.05 and |x| <|> y"


@pytest.fixture(scope="module")
def engine() -> Engine:
    if not weights_in_place():
        pytest.skip("the embedded model's weights are not in the cache: `evidence models fetch embedded` brings them")
    told = Told()
    model = EmbeddedModel(progress=told, weights=ensure_weights(told), at_once=2)
    return model.engine


def embedded(engine: Engine) -> EmbeddedModel:
    """A model over the engine that is loaded already."""
    model = EmbeddedModel(progress=Told())
    vars(model)["engine"] = engine
    return model


@pytest.mark.model
@pytest.mark.timeout(600)
def test_it_fills_a_form_and_says_so_as_it_goes(engine: Engine) -> None:
    heard: dict[int, ModelAnswer] = {}
    model = embedded(engine)
    answers = model.answer([prompt(QUESTION), prompt(QUESTION, max_tokens=3)], on_answer=heard.__setitem__)
    assert read_answer(answers[0].text, Fact).count == 3
    assert (answers[0].finish, answers[0].cost) == ("stop", 0.0)
    assert answers[1].finish == "length"
    assert answers[1].tokens_out == 3
    assert heard == {0: answers[0], 1: answers[1]}
    assert answers[0].tokens_in == answers[1].tokens_in > 20
    assert 0 < answers[0].seconds < 300
    (outcome,) = ask(model, [prompt(QUESTION)], Fact)
    assert outcome.value == read_answer(answers[0].text, Fact)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_an_interrupted_batch_leaves_nothing_behind(engine: Engine) -> None:
    def stop(index: int, answer: ModelAnswer) -> None:
        raise KeyboardInterrupt

    model = embedded(engine)
    with pytest.raises(KeyboardInterrupt):
        model.answer([prompt(QUESTION, max_tokens=3), prompt("Count to fifty.", max_tokens=300)], on_answer=stop)
    assert not engine._pipeline.has_non_finished_requests()
    assert model.answer([prompt(QUESTION)])[0].finish == "stop"


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_prompt_beyond_its_context_is_an_answer_that_says_so(engine: Engine) -> None:
    (completion,) = engine.complete([EngineRequest((("user", "vaccine " * CONTEXT_TOKENS),), None, 8)])
    assert (completion.finish, completion.text, completion.tokens_out) == ("too long", "", 0)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_langchain_can_use_it(engine: Engine) -> None:
    chat = EmbeddedChatModel(engine=engine, max_tokens=40, json_schema=Fact.model_json_schema())
    message = chat.invoke([SystemMessage("Fill the form."), HumanMessage(QUESTION)])
    assert read_answer(message.text, Fact).count == 3
    assert message.usage_metadata is not None
    assert message.usage_metadata["output_tokens"] > 3


def test_weights_that_are_none_are_one_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("models") / "broken.gguf"
    path.write_bytes(b"GGUF is what I am not")
    with pytest.raises(ModelUnavailable, match=r"broken\.gguf") as fault:
        _ = EmbeddedModel(progress=Told(), weights=path).engine
    assert "\n" not in fault.value.message
