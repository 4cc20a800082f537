"""The embedded model as a LangChain chat model, for chains, agents of evaluation and anything else that takes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict

from connectors.language_model.openvino_engine import Completion, Engine, EngineRequest

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class EmbeddedChatModel(BaseChatModel):
    """LangChain over the engine. `json_schema` holds the answer to a schema; it may also be given to each call."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    engine: Engine
    max_tokens: int = 512
    json_schema: dict[str, Any] | None = None

    @property
    def _llm_type(self) -> str:
        return "evidence-embedded"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - part of LangChain's interface
        **kwargs: Any,
    ) -> ChatResult:
        if stop:
            raise ValueError("the embedded model takes no stop words: its answers end with the schema")
        return self.generate_together([messages], **kwargs)[0]

    def generate_together(self, conversations: Sequence[Sequence[BaseMessage]], **kwargs: Any) -> list[ChatResult]:
        """One result a conversation, decoded together: several times the throughput of one after another."""
        schema: Mapping[str, Any] | None = kwargs.get("json_schema", self.json_schema)
        limit = int(kwargs.get("max_tokens", self.max_tokens))
        requests = [
            EngineRequest(tuple((_ROLES[message.type], message.text) for message in messages), schema, limit)
            for messages in conversations
        ]
        return [_as_result(completion) for completion in self.engine.complete(requests)]


def _as_result(completion: Completion) -> ChatResult:
    usage = UsageMetadata(
        input_tokens=completion.tokens_in,
        output_tokens=completion.tokens_out,
        total_tokens=completion.tokens_in + completion.tokens_out,
    )
    message = AIMessage(content=completion.text, usage_metadata=usage, response_metadata={"finish_reason": completion.finish})
    return ChatResult(generations=[ChatGeneration(message=message, generation_info={"finish_reason": completion.finish})])
