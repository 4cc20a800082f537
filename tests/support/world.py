"""What runs need, made once for the whole test session: a Prefect server, a local PubMed, a scripted model's answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from connectors.language_model.scripted import Reply as ModelReply
from connectors.language_model.scripted import Script
from connectors.mirror import load_files, running_mirror
from evidence.model_call import ModelAnswer, RenderedPrompt
from tests.support.evidence_command import Evidence, WarmProcess, clean_environment, running_prefect_server
from tests.support.fault_server import Asked, FaultServer, Reply

COLLECTION = Path(__file__).resolve().parents[2] / "connectors" / "mirror" / "demonstration.xml"
QUESTION = "Do oral cholera vaccines prevent cholera at two years compared with placebo?"


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server: with it a flow run costs a second instead of twenty."""
    with running_prefect_server(tmp_path_factory.mktemp("prefect")) as address:
        yield address


@pytest.fixture(scope="session")
def demonstration_mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration collection in a local PubMed: its base address."""
    folder = tmp_path_factory.mktemp("demonstration")
    load_files(folder, [COLLECTION])
    with running_mirror(folder) as address:
        yield address


@dataclass(frozen=True)
class World:
    """What the processes of the session share."""

    prefect_api: str
    mirror: str
    cache: Path
    warm: WarmProcess

    def evidence(self, folder: Path, *, warm: bool = True) -> Evidence:
        """The command with an empty home of its own; not `warm`: started by a fresh interpreter, as a person does."""
        return Evidence(folder, clean_environment(folder, self.cache, self.prefect_api), self.warm if warm else None)


@pytest.fixture(scope="session")
def world(prefect_api: str, demonstration_mirror: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Servers, a cache, and processes without the seconds that imports take."""
    folder, cache = tmp_path_factory.mktemp("warm"), tmp_path_factory.mktemp("cache")
    quiet = {"PREFECT_HOME": str(folder), "PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_LOGGING_TO_API_ENABLED": "false"}
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "DO_NOT_TRACK": "1"}
    with WarmProcess({**clean_environment(folder, cache, prefect_api), **quiet, **single}) as warm:
        yield World(prefect_api, demonstration_mirror, cache, warm)


@pytest.fixture
def evidence(tmp_path: Path, world: World) -> Evidence:
    """The command with an empty home of its own."""
    return world.evidence(tmp_path)


@pytest.fixture
def cold_evidence(tmp_path: Path, world: World) -> Evidence:
    """The same, started by a fresh interpreter."""
    return world.evidence(tmp_path, warm=False)


@dataclass
class SourceBetween:
    """Stands between the command and a local PubMed: hands requests on, notes them, and answers some itself.

    `fault` is given each request and its number from 0, and gives the answer instead of the local PubMed's, or None.
    """

    mirror: str
    fault: Callable[[Asked, int], Reply | None] = lambda _asked, _number: None
    after: Callable[[Asked, Reply], Reply] = lambda _asked, reply: reply
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.fault(asked, len(self.asked) - 1) or self.after(asked, self._hand_on(asked))

    def programs(self) -> list[str]:
        return [asked.program.removesuffix(".fcgi") for asked in self.asked]

    def fetched(self) -> list[str]:
        """Every PMID asked for by efetch, in order, repeats included."""
        fetches = [asked for asked in self.asked if asked.program == "efetch.fcgi"]
        return [pmid for asked in fetches for pmid in asked.parameters["id"].split(",")]

    def _hand_on(self, asked: Asked) -> Reply:
        address = f"{self.mirror.rstrip('/')}/{asked.program}"
        request = Request(address, data=asked.body or asked.query.encode(), method="POST")
        try:
            with urlopen(request, timeout=30) as answer:
                return Reply(answer.read(), content_type=answer.headers["Content-Type"])
        except HTTPError as error:
            with error:
                return Reply(error.read(), status=error.code, content_type=error.headers["Content-Type"])


@dataclass(frozen=True)
class WholeRun:
    """A run that nothing disturbed: what it was asked, what it made, and every model call of it."""

    ledger: dict[str, Any]
    calls: tuple[tuple[RenderedPrompt, ModelAnswer], ...]

    def script(self, **changes: Any) -> Script:
        """The same answers, by a scripted server; to other findings, no bottom line. `changes` go to every reply."""
        replies = [ModelReply(contains=prompt.user, text=answer.text, **changes) for prompt, answer in self.calls]
        nothing = ModelReply(contains="<findings>", answer={"sentences": []})
        return Script(replies=(*replies, nothing))


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory: pytest.TempPathFactory, world: World) -> WholeRun:
    """The cholera question answered without a language model; its calls make the scripts of other tests."""
    evidence = world.evidence(tmp_path_factory.mktemp("whole-run"))
    with FaultServer(SourceBetween(world.mirror)) as source:
        fast = evidence.with_environment(EVIDENCE_REQUESTS_PER_SECOND="500")
        ended = fast.run("ask", QUESTION, "--source", source.url, "--model", "extractive", "--json")
        assert ended.code == 0, ended.err
        shown = fast.run("show", ended.answer["id"], "--json")
    return WholeRun(shown.answer, tuple(model_calls(fast.home)))


def model_calls(home: Path) -> Iterator[tuple[RenderedPrompt, ModelAnswer]]:
    """Every model call that the store of this home keeps, in order."""
    with closing(sqlite3.connect(home / "evidence.sqlite")) as connection:
        rows = connection.execute(
            "SELECT prompt_name, prompt_version, prompt_hash, prompt, answer FROM model_calls ORDER BY id"
        )
        for name, version, digest, prompt, answer in rows.fetchall():
            known = {"name": name, "version": version, "hash": digest}
            yield _with(prompt, known), ModelAnswer.model_validate_json(answer)


def _with(prompt: str, known: dict[str, Any]) -> RenderedPrompt:
    return RenderedPrompt.model_validate({**json.loads(prompt), **known})
