"""The embedded model's engine: OpenVINO GenAI with continuous batching, a shared prefix and answers held to a grammar."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from connectors.language_model.json_grammar import UnsupportedSchema, json_grammar, without_lengths
from connectors.language_model.safe_text import defuse
from connectors.openvino_runtime import openvino
from evidence.errors import ModelUnavailable, ServiceUnavailable

_LOG = logging.getLogger(__name__)

CONTEXT_TOKENS = 8_192
"""Where a prompt is too long. The runtime's tokenizer cuts longer ones here without a word, so they are refused instead."""

AT_ONCE = 12
"""Prompts in flight. A step of decoding costs the processor nearly the same for 8 as for 12, and 1.8 times that of 4."""

_TOKENS_A_STEP = 512
_LOOP_CHECK_EVERY = 16
_LOOP_TOKENS = 64
_LOOP_LONGEST_PERIOD = 16


@dataclass(frozen=True)
class EngineRequest:
    """One conversation to complete: role and text of each message, at least one. `schema` unset: free text."""

    messages: Sequence[tuple[str, str]]
    schema: Mapping[str, Any] | None
    max_tokens: int


@dataclass(frozen=True)
class Completion:
    """What came of one request. `seconds` is its share of the steps it took part in; `loop`: stopped repeating itself."""

    text: str
    finish: Literal["stop", "length", "loop", "too long"]
    tokens_in: int
    tokens_out: int
    seconds: float


@dataclass
class _Running:
    index: int
    handle: Any
    instructions: str
    tokens_in: int
    ids: list[int] = field(default_factory=list)
    seconds: float = 0.0
    reason: str = "NONE"


def runtime() -> Any:
    """The openvino_genai module. Raises ModelUnavailable where it cannot be had."""
    try:
        return openvino("openvino_genai")
    except ImportError as error:
        raise ModelUnavailable(
            f"The embedded language model cannot run on this machine ({error}): use another with `--model`, "
            "or `--model extractive`, which needs none."
        ) from error


class Engine:
    """One loaded model. Safe to share between threads: one batch runs at a time.

    `at_once` requests are in flight together; the next is let in as one ends. Decoding is greedy. The same prompt in
    different company can differ in the last bits of its arithmetic, so answers are stored, not recomputed.
    """

    def __init__(self, model_path: Path, *, at_once: int = AT_ONCE, cache_gigabytes: int = 1) -> None:
        """Load from a GGUF file or a converted folder. Raises ModelUnavailable where the runtime refuses it."""
        self._genai = runtime()
        self._at_once = at_once
        self._lock = threading.Lock()
        self._next_id = 0
        self._read: set[str] = set()
        scheduler = self._genai.SchedulerConfig()
        scheduler.enable_prefix_caching = True
        scheduler.max_num_seqs = at_once
        scheduler.max_num_batched_tokens = _TOKENS_A_STEP
        scheduler.cache_size = cache_gigabytes
        try:
            self._pipeline = self._genai.ContinuousBatchingPipeline(str(model_path), scheduler, "CPU", {})
        except RuntimeError as error:
            raise ModelUnavailable(
                f"The embedded language model at {model_path} could not be loaded "
                f"({_first_line(error)}): `evidence models` shows what there is and fetches it again."
            ) from error
        self._tokenizer = self._pipeline.get_tokenizer()

    def complete(
        self, requests: Sequence[EngineRequest], on_done: Callable[[int, Completion], None] | None = None
    ) -> list[Completion]:
        """One completion a request, in order; `on_done(index, completion)` is called the moment each one ends."""
        results: dict[int, Completion] = {}
        with self._lock:
            waiting = list(enumerate(requests))[::-1]
            running: list[_Running] = []
            try:
                while waiting or running:
                    for index, completion in self._advance(waiting, running):
                        results[index] = completion
                        if on_done is not None:
                            on_done(index, completion)
            finally:
                self._abandon(running)
        return [results[index] for index in range(len(requests))]

    def _advance(self, waiting: list[tuple[int, EngineRequest]], running: list[_Running]) -> list[tuple[int, Completion]]:
        """Let requests in while there is room, run one step, and take out what has ended."""
        try:
            ended = self._admit(waiting, running)
            self._step(running)
            for request in [one for one in running if one.reason != "NONE"]:
                running.remove(request)
                ended.append((request.index, self._completion(request)))
        except RuntimeError as error:
            raise ServiceUnavailable(f"The embedded language model stopped: {_first_line(error)}.") from error
        return ended

    def _admit(self, waiting: list[tuple[int, EngineRequest]], running: list[_Running]) -> list[tuple[int, Completion]]:
        """Start what there is room for. Gives back what is too long to start.

        Instructions that were never read are read by one request first; then the others take them from its cache.
        """
        refused = []
        while waiting and len(running) < self._at_once:
            instructions = waiting[-1][1].messages[0][1]
            if instructions not in self._read and any(instructions == other.instructions for other in running):
                break
            index, request = waiting.pop()
            started = time.perf_counter()
            prompt = self._tokenizer.apply_chat_template(
                [{"role": role, "content": defuse(text)} for role, text in request.messages], add_generation_prompt=True
            )
            ids = self._tokenizer.encode(prompt, add_special_tokens=False).input_ids
            tokens_in = int(ids.shape[1])
            if tokens_in + request.max_tokens > CONTEXT_TOKENS:
                refused.append((index, Completion("", "too long", tokens_in, 0, time.perf_counter() - started)))
                continue
            handle = self._pipeline.add_request(self._next_id, ids, self._generation(request))
            self._next_id += 1
            running.append(_Running(index, handle, instructions, tokens_in, seconds=time.perf_counter() - started))
        return refused

    def _step(self, running: list[_Running]) -> None:
        if not running:
            return
        started = time.perf_counter()
        self._pipeline.step()
        share = (time.perf_counter() - started) / len(running)
        for request in running:
            request.seconds += share
            if request.handle.can_read():
                self._read.add(request.instructions)
                for output in request.handle.read().values():
                    request.ids.extend(output.generated_ids)
                    request.reason = output.finish_reason.name
            elif request.handle.get_status() != self._genai.GenerationStatus.RUNNING:
                raise RuntimeError("it ran out of memory for its context")
            if request.reason == "NONE" and len(request.ids) % _LOOP_CHECK_EVERY == 0 and repeats_itself(request.ids):
                request.handle.cancel()
                request.reason = "LOOP"

    def _completion(self, request: _Running) -> Completion:
        finish: Literal["stop", "length", "loop"] = {"STOP": "stop", "LENGTH": "length"}.get(request.reason, "loop")  # type: ignore[assignment]
        text = str(self._tokenizer.decode(request.ids, skip_special_tokens=True))
        return Completion(text, finish, request.tokens_in, len(request.ids), request.seconds)

    def _generation(self, request: EngineRequest) -> Any:
        config = self._genai.GenerationConfig()
        config.max_new_tokens = request.max_tokens
        config.do_sample = False
        if request.schema is not None:
            config.structured_output_config = self._structure(request.schema)
        return config

    def _structure(self, schema: Mapping[str, Any]) -> Any:
        try:
            return self._genai.StructuredOutputConfig(grammar=json_grammar(schema))
        except UnsupportedSchema as error:
            _LOG.warning("answer schema held to the runtime's own grammar: %s", error)
            return self._genai.StructuredOutputConfig(json_schema=json.dumps(without_lengths(schema)))

    def _abandon(self, running: Sequence[_Running]) -> None:
        """Leave the pipeline empty after an interruption, so that the next batch does not finish this one's work."""
        for request in running:
            request.handle.cancel()
        if running and self._pipeline.has_non_finished_requests():
            self._pipeline.step()


def repeats_itself(ids: Sequence[int]) -> bool:
    """Whether the last 64 tokens are one passage of at most 16 tokens over and over: no answer about a study is."""
    tail = list(ids[-_LOOP_TOKENS:])
    if len(tail) < _LOOP_TOKENS:
        return False
    return any(tail[period:] == tail[:-period] for period in range(1, _LOOP_LONGEST_PERIOD + 1))


def _first_line(error: Exception) -> str:
    """The message of the runtime's exception without its stack of source locations."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith("Exception from")]
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".")


def convert_weights(weights: Path, folder: Path) -> None:
    """Write a GGUF file in the runtime's own format into an empty folder. Raises ModelUnavailable where it cannot read it."""
    link = folder / weights.name
    link.symlink_to(weights)
    try:
        pipeline = runtime().LLMPipeline(str(link), "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"The model file {weights} is not one that the runtime can read ({_first_line(error)}): choose another."
        ) from error
    del pipeline
    link.unlink()
