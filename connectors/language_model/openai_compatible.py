"""Any server that speaks OpenAI's chat protocol, through LangChain's client: OpenAI, Azure OpenAI, vLLM, Ollama, llama.cpp."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from connectors.language_model.openai_dialect import Dialect, names_the_form
from connectors.language_model.openai_faults import TRY_AGAIN, as_error, prompt_problem, read_fault, seconds_to_wait
from connectors.language_model.prices import Prices, estimate_prompt, estimate_tokens
from connectors.language_model.safe_text import defuse
from evidence.errors import ModelUnavailable
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_openai.chat_models.base import BaseChatOpenAI

OPENAI_URL = "https://api.openai.com/v1"

_log = logging.getLogger(__name__)

_AT_ONCE = 4
_CONNECT_SECONDS = 5.0
_AZURE_HOSTS = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")
_SITE_SUFFIXES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


class OpenAICompatibleModel:
    """`evidence.services.LanguageModel` over a chat server.

    At most four calls are under way. The raw text of every answer is kept, whatever it is. A server that does not
    know JSON schemas is asked in the form it knows (`Dialect`). 429 and 5xx are tried again after the wait that the
    server asks for; a call whose time ran out while the server worked is not, since it may have been charged.
    """

    def __init__(
        self,
        name: str,
        *,
        api_key: SecretStr | None,
        base_url: str | None,
        prices: Prices | None = None,
        timeout: float = 120.0,
        retries: int = 4,
    ) -> None:
        """`base_url` unset: OpenAI's own. `timeout`: seconds to wait for an answer. `retries`: after the first try."""
        self._name = name
        self._key = api_key
        self._server = _Server.at(base_url)
        self._prices = prices
        self._timeout = timeout
        self._retries = retries
        self._dialect = Dialect(official=self._server.official or self._server.azure)

    @property
    def identity(self) -> ModelIdentity:
        """The model's name and the host that runs it. `external` unless that host is this machine or on its own network."""
        return ModelIdentity(
            name=f"openai:{self._name}" if self._server.official else self._name,
            provider="OpenAI" if self._server.official else f"OpenAI-compatible server at {self._server.host}",
            version="not reported",
            external=not self._server.on_site,
        )

    def check(self) -> None:
        """See that the server can be reached, takes the key and has the model, at no cost. Raises what `answer` would."""
        import openai

        try:
            names = {model.id for model in self._chat.root_client.models.list()}
        except openai.NotFoundError:
            return  # a server without a list of models may have this one all the same
        except (openai.OpenAIError, ValueError, KeyError, TypeError) as error:
            raise as_error(read_fault(error), model=self._name, host=self._server.host) from None
        # Azure lists models, but is asked by the name of a deployment.
        if names and self._name not in names and not self._server.azure:
            shown = ", ".join(sorted(names)[:8])
            raise ModelUnavailable(
                f"The language model's server {self._server.host} has no model {self._name!r}: choose one of {shown}."
            )

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        """One answer a prompt, in order. `on_answer` is called from this thread, as each one is there.

        Raises AccessRefused, ModelUnavailable, RateLimited, BadAnswer or ServiceUnavailable. Calls that are under way
        then are waited for and delivered first, since they are paid for.
        """
        if not prompts:
            return []
        answers: dict[int, ModelAnswer] = {}

        def deliver(future: Future[ModelAnswer]) -> None:
            index = places.pop(future)
            answers[index] = future.result()
            if on_answer is not None:
                on_answer(index, answers[index])

        chat, turn = self._chat, _Turn()
        pool = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="language-model")
        places = {pool.submit(self._ask, chat, prompt, turn): index for index, prompt in enumerate(prompts)}
        try:
            for future in as_completed(list(places)):
                deliver(future)
        except BaseException:
            turn.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            # `wait` takes a cancelled future for one that is still to come.
            under_way = [future for future in places if not future.cancelled()]
            for future in wait(under_way, timeout=self._timeout).done:
                if future.exception() is None:
                    deliver(future)
            raise
        finally:
            pool.shutdown(wait=False)
        return [answers[index] for index in range(len(prompts))]

    def _ask(self, chat: BaseChatOpenAI, prompt: RenderedPrompt, turn: _Turn) -> ModelAnswer:
        """One call with its retries. A prompt that the server will not answer is an answer with `error`."""
        import openai

        started, tries = time.perf_counter(), 0
        while True:
            turn.wait()
            state = self._dialect.state
            try:
                message = self._invoke(chat, prompt, state)
            except (openai.OpenAIError, ValueError, KeyError, TypeError) as error:
                fault = read_fault(error)
            else:
                return self._as_answer(prompt, message, time.perf_counter() - started)
            about_form = fault.kind == "request" or (fault.kind == "busy" and names_the_form(fault.said))
            if about_form and self._dialect.loosen(state, fault.said):
                continue
            if fault.kind == "prompt":
                return _failed(prompt_problem(fault), time.perf_counter() - started)
            delay = seconds_to_wait(fault, tries) if fault.kind in TRY_AGAIN and tries < self._retries else None
            if delay is None:
                raise as_error(fault, model=self._name, host=self._server.host)
            tries += 1
            if turn.pause(delay):
                _log.warning("Trying again in %.0f s: the language model's server %s fails.", delay, self._server.host)

    def _invoke(self, chat: BaseChatOpenAI, prompt: RenderedPrompt, state: tuple[int, bool]) -> BaseMessage:
        from langsmith import tracing_context

        system, extra = self._dialect.request(prompt, state)
        # A tracing variable in the environment would send every prompt to another company.
        with tracing_context(enabled=False):
            return chat.invoke(
                [("system", defuse(system)), ("user", defuse(prompt.user))], max_tokens=prompt.max_tokens, extra_body=extra
            )

    def _as_answer(self, prompt: RenderedPrompt, message: BaseMessage, seconds: float) -> ModelAnswer:
        text = message.text
        usage: dict[str, int] | None = getattr(message, "usage_metadata", None)
        tokens_in = usage["input_tokens"] if usage else estimate_prompt(prompt)
        tokens_out = usage["output_tokens"] if usage else estimate_tokens(text)
        ended = message.response_metadata.get("finish_reason")
        refusal = message.additional_kwargs.get("refusal")
        problem: str | None = None
        if refusal or ended == "content_filter":
            problem = f"The model refused: {' '.join(str(refusal or 'its content filter stopped the answer').split())[:200]}"
        elif not text.strip():
            problem = "The model gave an empty answer."
        return ModelAnswer(
            text=text,
            finish="error" if problem else "length" if ended == "length" else "stop",
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            seconds=seconds,
            cost=self._prices.cost(tokens_in, tokens_out) if self._prices and usage else None,
            error=problem,
        )

    @cached_property
    def _chat(self) -> BaseChatOpenAI:
        import httpx
        from langchain_openai import ChatOpenAI
        from langchain_openai.chat_models.base import BaseChatOpenAI

        key = self._key or SecretStr("none")
        # OpenAI and Azure take `max_completion_tokens` only, other servers know `max_tokens`: the base class sends that.
        kind = ChatOpenAI if self._server.official or self._server.azure else BaseChatOpenAI
        # Key and address are always given: left unset, both would be taken from the environment, and an OpenAI key
        # would go to whichever server was named.
        return kind(
            model=self._name,
            api_key=key,
            base_url=self._server.url,
            timeout=httpx.Timeout(self._timeout, connect=_CONNECT_SECONDS),
            max_retries=0,
            use_responses_api=False,
            default_headers={"api-key": key.get_secret_value()} if self._server.azure else None,
        )


@dataclass(frozen=True)
class _Server:
    """Where the model runs."""

    url: str
    host: str
    official: bool
    azure: bool
    on_site: bool

    @classmethod
    def at(cls, base_url: str | None) -> _Server:
        url = (base_url or OPENAI_URL).rstrip("/")
        parts = urlsplit(url)
        name = parts.hostname or ""
        azure = name.endswith(_AZURE_HOSTS)
        if azure and parts.path in ("", "/"):
            url = f"{url}/openai/v1"
        host = name if parts.port is None else f"{name}:{parts.port}"
        return cls(url, host, official=url == OPENAI_URL, azure=azure, on_site=_on_site(name))


class _Turn:
    """One batch's waiting: a pause that one thread is asked for holds for all, and a failure ends it for all."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._until = 0.0

    def pause(self, seconds: float) -> bool:
        """Whether anybody has to wait longer than before, by half a second at least."""
        until, self._until = self._until, max(self._until, time.monotonic() + seconds)
        return self._until > until + 0.5

    def stop(self) -> None:
        self._stopped.set()

    def wait(self) -> None:
        while (left := self._until - time.monotonic()) > 0 and not self._stopped.wait(left):
            pass
        if self._stopped.is_set():
            raise InterruptedError("another call of the batch failed first")


def _failed(problem: str, seconds: float) -> ModelAnswer:
    return ModelAnswer(text="", finish="error", tokens_in=0, tokens_out=0, seconds=seconds, cost=0.0, error=problem)


def _on_site(name: str) -> bool:
    """Whether a host is this machine or on a private network, by its name or address alone; nothing is looked up."""
    try:
        address: Any = ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or name.endswith(_SITE_SUFFIXES)
    return bool(address.is_loopback or address.is_private)
