"""Starts flows on Prefect: on a server that is running, or on one that is started for this process."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

from connectors.settings import Settings
from evidence.services import Progress

Result = TypeVar("Result")

_START_UP_SECONDS = 120
_ASK_SECONDS = 2.0


def prepare_prefect(settings: Settings, progress: Progress) -> None:
    """Set Prefect up for this process. Call it before Prefect is imported: it reads its settings then.

    A server at `settings.prefect_api_url` that answers is used; otherwise one is started within the process's life,
    which takes a while the first time, and the person is told.
    """
    server = settings.prefect_api_url
    running = server is not None and _answers(server)
    os.environ.update(_environment(settings, server if running else None))
    if not running:
        os.environ.pop("PREFECT_API_URL", None)
        if server is not None:
            progress.note(f"No Prefect server answers at {server}: one is started for this run.")
        progress.stage("Starting", "Prefect, about 20 seconds the first time")
    for name in ("prefect", "httpx", "alembic", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def run_flow(flow: Callable[..., Result], *arguments: object) -> Result:
    """Run a Prefect flow in this process and give back what it makes; what it raises is raised."""
    return flow(*arguments)


def _environment(settings: Settings, server: str | None) -> Mapping[str, str]:
    home: Path = settings.prefect_home
    home.mkdir(parents=True, exist_ok=True)
    chosen = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(_START_UP_SECONDS),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "DO_NOT_TRACK": "1",
    }
    return chosen | ({"PREFECT_API_URL": server} if server else {})


def _answers(server: str) -> bool:
    try:
        with urlopen(f"{server.rstrip('/')}/health", timeout=_ASK_SECONDS) as answer:  # noqa: S310 - settings allow http(s) only
            return bool(answer.status == 200)
    except OSError:
        return False
