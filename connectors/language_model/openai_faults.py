"""What a chat server's fault means: whether to wait, to give up on one prompt, or to stop."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from evidence.errors import AccessRefused, BadAnswer, EvidenceError, ModelUnavailable, RateLimited, ServiceUnavailable

Kind = Literal["key", "model", "quota", "rate", "busy", "connection", "certificate", "timeout", "prompt", "request", "garbage"]

TRY_AGAIN: frozenset[Kind] = frozenset({"rate", "busy", "connection"})
LONGEST_WAIT = 120.0
"""Seconds. A server that asks for more is not waited for."""

_FIRST_WAIT = 1.0
_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"
_TOO_LONG = re.compile(r"context.?length|context window|maximum context|too long|too many tokens|exceeds? the", re.IGNORECASE)
_FILTERED = re.compile(r"content.?(filter|management|policy)|responsible", re.IGNORECASE)
_KEY_LIKE = re.compile(r"\b(?:sk|pk|key|Bearer)[-_ ][A-Za-z0-9*_\-.]{4,}")


@dataclass(frozen=True)
class Fault:
    """One failed call. `retry_after` in seconds; unset: the server did not say."""

    kind: Kind
    said: str
    retry_after: float | None = None


def read_fault(error: Exception) -> Fault:
    """What an exception of the client means."""
    import openai

    said = _said(error)
    if isinstance(error, openai.APITimeoutError):
        return Fault("connection" if _never_connected(error) else "timeout", said)
    if isinstance(error, openai.APIConnectionError):
        return Fault("certificate" if _CERTIFICATE in _causes(error) else "connection", said)
    if not isinstance(error, openai.APIStatusError):
        return Fault("garbage", said)
    kind = _kind_of_status(error.status_code, f"{error.code or ''} {said}")
    return Fault(kind, said, _retry_after(error.response.headers.get("retry-after")))


def seconds_to_wait(fault: Fault, tries: int) -> float | None:
    """How long to wait before the next try, after `tries` of them: what the server asked for, else 1, 2, 4 … seconds with
    up to a quarter more at random. None: longer than is waited for.
    """
    if fault.retry_after is not None:
        return fault.retry_after if fault.retry_after <= LONGEST_WAIT else None
    return float(min(_FIRST_WAIT * 2.0**tries * random.uniform(1.0, 1.25), LONGEST_WAIT))


def as_error(fault: Fault, *, model: str, host: str) -> EvidenceError:
    """The fault as one sentence that says what to do. The key is never in it."""
    where = f"The language model's server {host}"
    sentences: dict[Kind, EvidenceError] = {
        "key": AccessRefused(f"{where} refuses the key: check OPENAI_API_KEY and that the key may use {model}."),
        "model": ModelUnavailable(
            f"{where} has no model {model!r} at this address: check `--model`, and that `--base-url` ends where its "
            "documentation says (often /v1)."
        ),
        "quota": RateLimited(f"{where} says that the account has no credit left: top it up, or choose another `--model`."),
        "rate": RateLimited(f"{where} goes on answering that there are too many requests: resume the run later."),
        "busy": ServiceUnavailable(f"{where} goes on failing ({fault.said}): resume the run later."),
        "connection": ServiceUnavailable(
            f"{where} cannot be reached: check the network and `--base-url`, then resume the run."
        ),
        "certificate": ServiceUnavailable(
            f"{where} shows a certificate that is not trusted here: ask IT for the root certificate (EVIDENCE_CA_BUNDLE)."
        ),
        "timeout": ServiceUnavailable(f"{where} did not answer in time: resume the run later; what has arrived is kept."),
        "request": BadAnswer(f"{where} refuses the request ({fault.said}): choose another `--model`."),
        "prompt": BadAnswer(f"{where} refuses the prompt ({fault.said})."),
        "garbage": BadAnswer(f"{where} answers something that is no chat completion ({fault.said}): check `--base-url`."),
    }
    return sentences[fault.kind]


def prompt_problem(fault: Fault) -> str:
    """Why one prompt stays unanswered, one sentence."""
    if _TOO_LONG.search(fault.said):
        return "The prompt is longer than the model can read."
    return f"The server refused to answer this prompt: {fault.said}."


def _kind_of_status(status: int, said: str) -> Kind:
    fixed: dict[int, Kind] = {401: "key", 403: "key", 404: "model", 408: "busy", 409: "busy", 413: "prompt"}
    if status == 429:
        return "quota" if "insufficient_quota" in said else "rate"
    if status in fixed:
        return fixed[status]
    if status >= 500:
        return "busy"
    return "prompt" if _TOO_LONG.search(said) or _FILTERED.search(said) else "request"


def _never_connected(error: Exception) -> bool:
    """Whether the time ran out before the request was sent: then nothing can have been charged."""
    import httpx

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, httpx.ConnectTimeout | httpx.PoolTimeout):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _causes(error: Exception) -> str:
    """What every exception behind this one says: the client wraps that of OpenSSL several times."""
    said: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        said.append(str(cause))
        cause = cause.__cause__ or cause.__context__
    return "\n".join(said)


def _retry_after(value: str | None) -> float | None:
    """Seconds, or a date, as HTTP has it."""
    if value is None:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None


def _said(error: Exception) -> str:
    """The server's words on one line, without anything that looks like a key."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = " ".join(str(message or getattr(error, "message", "") or error or type(error).__name__).split())
    if "<html" in text.lower():
        return "a web page"
    return _KEY_LIKE.sub("…", text)[:200].rstrip(". ")
