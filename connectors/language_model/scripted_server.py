"""A scripted model behind a real HTTP server on loopback that speaks OpenAI's protocol, faults included."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from connectors.language_model.prices import estimate_tokens
from connectors.language_model.scripted import Reply, Script, ScriptReader

_LARGEST_REQUEST = 10_000_000


@dataclass
class ScriptedServer:
    """A running server: its address in OpenAI's form, and every request it was sent."""

    base_url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def running_scripted_server(script: Script) -> Iterator[ScriptedServer]:
    """Serve `/v1/chat/completions` and `/v1/models` on a free port of 127.0.0.1 until the block ends."""
    reader = ScriptReader(script)
    served = ScriptedServer("")
    handler = type("Handler", (_Handler,), {"reader": reader, "served": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    served.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    reader: ScriptReader
    served: ScriptedServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the requests are kept in `ScriptedServer.requests`."""

    def do_GET(self) -> None:
        if not self._key_is_good():
            self._fault(401, "Incorrect API key provided.", "invalid_api_key")
        elif self.path.rstrip("/").endswith("/models"):
            names = self.reader.script.models or ("scripted",)
            self._send(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in names]})
        else:
            self._fault(404, "Not found.", "not_found")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(min(int(self.headers.get("Content-Length", 0)), _LARGEST_REQUEST)))
        self.served.requests.append(request)
        self.served.headers.append({name.lower(): value for name, value in self.headers.items()})
        kind = (request.get("response_format") or {}).get("type", "text")
        if not self._key_is_good():
            self._fault(401, "Incorrect API key provided.", "invalid_api_key")
        elif not self.path.endswith("/chat/completions"):
            self._fault(404, "Not found.", "not_found")
        elif self.reader.script.models and request.get("model") not in self.reader.script.models:
            self._fault(404, f"The model `{request.get('model')}` does not exist.", "model_not_found")
        elif kind in self.reader.script.refuse_formats:
            self._fault(400, f"response_format type {kind} is not supported.", "invalid_request_error")
        else:
            self._answer(request)

    def _answer(self, request: Mapping[str, Any]) -> None:
        material = "\n".join(str(message.get("content")) for message in request["messages"])
        reply = self.reader.reply(material, prompt=None)
        if reply is None:
            self._fault(500, "The script has no reply for this prompt.", "server_error")
            return
        time.sleep(reply.delay)
        if reply.body is not None:
            self._send_text(reply.status or 200, reply.body)
        elif reply.status is not None:
            self._fault(reply.status, reply.text or "Scripted fault.", "scripted", retry_after=reply.retry_after)
        else:
            self._send(200, _completion(request, material, reply))

    def _key_is_good(self) -> bool:
        keys = self.reader.script.keys
        return not keys or self.headers.get("Authorization", "").removeprefix("Bearer ") in keys

    def _fault(self, status: int, message: str, code: str, *, retry_after: float | None = None) -> None:
        body = {"error": {"message": message, "type": code, "code": code, "param": None}}
        self._send(status, body, retry_after=retry_after)

    def _send(self, status: int, body: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        self._send_text(status, json.dumps(body), retry_after=retry_after)

    def _send_text(self, status: int, text: str, *, retry_after: float | None = None) -> None:
        data = text.encode("utf-8", "replace")
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if text.lstrip().startswith("<") else "application/json")
            self.send_header("Content-Length", str(len(data)))
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            # The client gave up waiting, which is what a slow reply is there to test.
            self.close_connection = True


def _completion(request: Mapping[str, Any], material: str, reply: Reply) -> dict[str, Any]:
    text, finish = reply.said()
    tokens_in, tokens_out = estimate_tokens(material), estimate_tokens(text)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if reply.error is not None:
        message |= {"content": None, "refusal": reply.error}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": request.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out},
    }
