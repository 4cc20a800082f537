"""Run by tests in a process of its own: imports the product once, then makes real processes of it by forking, on request.

Reads one JSON object a line: `{"arguments": [...], "environment": {...}, "out": FILE, "err": FILE, "folder": DIR}`, and
answers with lines: `{"started": PID}` at once, `{"ended": PID, "code": N}` later; N below 0 is minus the signal.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
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
    """One thread only: a lock that another thread holds while this one forks would stay locked in the child for ever."""
    for name in _HEAVY:
        importlib.import_module(name)
    _compile_templates()
    gc.freeze()  # else each child's collections touch, and so copy, every page
    _say({"ready": os.getpid()})
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    orders = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _reap()
        if 0 in ready:
            more = os.read(0, 65536)
            if not more:
                return
            *whole, orders = (orders + more).split(b"\n")
            for line in whole:
                _start(json.loads(line))


def _say(line: dict[str, int]) -> None:
    os.write(1, json.dumps(line).encode() + b"\n")


def _start(order: dict[str, Any]) -> None:
    child = os.fork()
    if child == 0:
        _become(order)
    _say({"started": child})


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            _say({"ended": found[0], "code": os.waitstatus_to_exitcode(found[1])})


def _compile_templates() -> None:
    from reporting.markdown import render_markdown
    from reporting.page import render_html
    from tests.reporting.sample import sample_ledger

    render_html(sample_ledger())
    render_markdown(sample_ledger())


def _become(order: dict[str, Any]) -> None:
    """From here on this is `evidence` with these arguments, and ends as it does."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, order["out"], os.O_WRONLY), (2, order["err"], os.O_WRONLY)):
        os.dup2(os.open(name, flags | (os.O_CREAT if flags else 0), 0o600), number)
    from cli.main import main as evidence

    evidence(order["arguments"])


if __name__ == "__main__":
    main()
