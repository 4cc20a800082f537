"""The demonstration collection, loaded into a local PubMed and served on loopback."""

from __future__ import annotations

import hashlib
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import yaml

from connectors.settings import Settings
from evidence.errors import EvidenceError, InvalidInput
from evidence.question import Request
from evidence.services import Progress

PORT = 8765
"""Where the demonstration's record pages are served; links in its drafts lead there."""


def demonstration_requests() -> dict[str, Request]:
    """The demonstration questions by id, as a librarian would type them."""
    text = resources.files("connectors.mirror").joinpath("demonstration_questions.yaml").read_text(encoding="utf-8")
    return {entry["id"]: Request(question=entry["question"], framework=entry["framework"]) for entry in yaml.safe_load(text)}


def demonstration_request(name: str) -> Request:
    """The question of this id. Raises InvalidInput for an unknown one."""
    requests = demonstration_requests()
    if name not in requests:
        raise InvalidInput(f"There is no demonstration question {name!r}: choose one of {', '.join(requests)}.")
    return requests[name]


def load_demonstration(settings: Settings, progress: Progress) -> Path:
    """The folder of the loaded collection; loaded once for each version of the file, and again where it cannot be read."""
    from connectors.mirror import create_app, load_files

    with resources.as_file(resources.files("connectors.mirror").joinpath("demonstration.xml")) as file:
        version = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        directory = settings.home / f"demonstration-{version}"
        mark = directory / "loaded"
        try:
            if mark.exists():
                create_app(directory)
        except EvidenceError as fault:
            progress.note(f"It is loaded anew: {fault.message}")
            shutil.rmtree(directory)
        if not mark.exists():
            progress.stage("Demonstration collection", "loading it into a local PubMed")
            report = load_files(directory, [file])
            mark.write_text(f"{report.records}\n", encoding="utf-8")
            progress.note(f"{report.records} records loaded")
    return directory


@contextmanager
def serve_demonstration(settings: Settings, progress: Progress) -> Iterator[str]:
    """The collection's address while this lasts; another free port than the usual one is said."""
    from connectors.mirror import running_mirror

    directory = load_demonstration(settings, progress)
    port = PORT if _free(PORT) else 0
    with running_mirror(directory, port=port) as address:
        if not port:
            progress.note(f"Port {PORT} is taken, so the local PubMed answers at {address} this time.")
        yield address


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
