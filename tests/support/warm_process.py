"""Run by tests in a process of its own: imports the product once, then makes real processes of it by forking, on request.

Reads one JSON object a line: `{"arguments": [...], "environment": {...}, "out": FILE, "err": FILE, "folder": DIR}`, and
answers with lines: `{"started": PID}` at once, `{"ended": PID, "code": N}` later; N below 0 is minus the signal.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
from typing import Any

# Not onnxruntime: it starts a thread on import, which does not survive a fork.
_HEAVY = (
    "alembic.autogenerate",
    "alembic.command",
    "chromadb",
    "chromadb_rust_bindings",
    "cli.ask",
    "cli.demo",
    "cli.main",
    "cli.runs",
    "cli.services",
    "connectors.chroma",
    "connectors.embeddings",
    "connectors.language_model.openai_compatible",
    "connectors.mirror",
    "connectors.pubmed.client",
    "connectors.rate_limit",
    "connectors.retrieval",
    "connectors.store",
    "connectors.vector_cache",
    "fastapi.encoders",
    "langchain_openai",
    "langsmith",
    "mako.template",
    "nhs_number",
    "pipelines.ask_question",
    "pipelines.flows",
    "prefect.engine",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.telemetry",
    "sqlalchemy.ext.asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "uvloop",
)


def main() -> None:
    for name in _HEAVY:
        importlib.import_module(name)
    _compile_templates()
    lock = threading.Lock()

    def say(line: dict[str, int]) -> None:
        with lock:
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()

    say({"ready": os.getpid()})
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(order)
        say({"started": child})
        _reap(child, say)


def _compile_templates() -> None:
    from reporting.documents import render_html, render_markdown
    from tests.reporting.sample import sample_ledger

    render_html(sample_ledger())
    render_markdown(sample_ledger())


def _reap(child: int, say: Any) -> None:
    def wait() -> None:
        _, status = os.waitpid(child, 0)
        say({"ended": child, "code": os.waitstatus_to_exitcode(status)})

    threading.Thread(target=wait, daemon=True).start()


def _become(order: dict[str, Any]) -> None:
    """From here on this is `evidence` with these arguments, and ends as it does."""
    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, order["out"], os.O_WRONLY), (2, order["err"], os.O_WRONLY)):
        os.dup2(os.open(name, flags | (os.O_CREAT if flags else 0), 0o600), number)
    from cli.main import main as evidence

    evidence(order["arguments"])


if __name__ == "__main__":
    main()
