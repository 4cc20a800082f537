"""What can go wrong, one case a row: how it is brought about, how the command must end, and what it must say."""

from __future__ import annotations

import os
import re
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connectors.language_model.scripted import Reply as ModelReply
from connectors.language_model.scripted import Script
from connectors.language_model.scripted_server import ScriptedServer, running_scripted_server
from tests.connectors.pubmed.made_pubmed import search_answer
from tests.support.evidence_command import NOWHERE, Ended, Evidence
from tests.support.fault_server import Asked, FaultServer, Reply
from tests.support.world import QUESTION, SourceBetween, WholeRun

SECRET = "sk-the-sweep-keeps-this-to-itself"
NHS_NUMBER = "943 476 5919"
HTML = b"<html><head><title>Sign in</title></head><body>Please sign in.</body></html>"


@dataclass
class Stage:
    """Where a case plays: the command, a source and a model's server, both with a log."""

    evidence: Evidence
    source: SourceBetween
    source_url: str
    model: ScriptedServer
    folder: Path

    def ask(self, question: str = QUESTION, *more: str) -> list[str]:
        """A question to the source, with the extractive reader."""
        return ["ask", question, "--source", self.source_url, "--model", "extractive", "--json", *more]

    def ask_model(self, *more: str) -> list[str]:
        """A question to the source, with the scripted model behind its server."""
        return [
            "ask",
            QUESTION,
            "--source",
            self.source_url,
            "--model",
            "m",
            "--base-url",
            self.model.base_url,
            "--json",
            *more,
        ]

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def _no_fault(_asked: Asked, _number: int) -> Reply | None:
    return None


def _nothing(_stage: Stage) -> None:
    return None


def _run(stage: Stage, arguments: Sequence[str]) -> Ended:
    return stage.evidence.run(*arguments)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fault. `says` is a pattern that the one sentence must hold; unset with `code` 0: no sentence at all."""

    name: str
    arguments: Callable[[Stage], Sequence[str]] = Stage.ask
    code: int = 2
    says: str = ""
    fault: Callable[[Asked, int], Reply | None] = _no_fault
    after: Callable[[Asked, Reply], Reply] = lambda _asked, reply: reply
    script: Callable[[WholeRun], Script] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Stage], None] = _nothing
    run: Callable[[Stage, Sequence[str]], Ended] = _run
    waits: bool = False
    """It spends its time between attempts, so it is begun first."""
    asks_nobody: bool = False
    """Nothing may be sent anywhere."""
    heals: bool = False
    """Once the fault is gone, `evidence resume` finishes the run."""
    holds: Callable[[Stage, Ended], None] = lambda _stage, _ended: None
    """What else must be true."""


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    case: Case
    ended: Ended
    source_asked: int
    model_asked: int
    leftovers: tuple[str, ...]
    secret_shown: bool
    resumed: Ended | None


def play(case: Case, evidence: Evidence, mirror: str, whole_run: WholeRun) -> Outcome:
    """Bring the fault about and see what the command does."""
    script = case.script(whole_run) if case.script else whole_run.script()
    source = SourceBetween(mirror, case.fault, case.after)
    with ExitStack() as stack:
        server = stack.enter_context(FaultServer(source))
        model = stack.enter_context(running_scripted_server(script))
        known = {"EVIDENCE_REQUESTS_PER_SECOND": "500", "OPENAI_API_KEY": SECRET, "NCBI_API_KEY": SECRET}
        changed = evidence.with_environment(**{**known, **case.environment})
        stage = Stage(changed, source, server.url, model, evidence.folder)
        case.prepare(stage)
        ended = case.run(stage, case.arguments(stage))
        outcome = Outcome(
            case,
            ended,
            len(source.asked),
            len(model.requests),
            leftovers(changed.home),
            shows_secret(changed.home, ended),
            _resume(stage) if case.heals else None,
        )
        case.holds(stage, ended)
        return outcome


def _resume(stage: Stage) -> Ended:
    stage.source.fault = _no_fault
    newest = stage.evidence.run("runs", "--json").answer[0]
    return stage.evidence.run("resume", newest["id"], "--json")


def leftovers(home: Path) -> tuple[str, ...]:
    """Files that a stop has left half-written."""
    if not home.is_dir():
        return ()
    halves = {".part", ".partial", ".tmp"}
    found = [path for path in home.rglob("*") if path.suffix in halves or path.name.startswith("draft.")]
    return tuple(sorted(path.relative_to(home).as_posix() for path in found))


def shows_secret(home: Path, ended: Ended) -> bool:
    """Whether the key stands in what was printed or in any file of the home."""
    if SECRET in ended.out + ended.err:
        return True
    files = (path for path in home.rglob("*") if path.is_file()) if home.is_dir() else ()
    return any(SECRET.encode() in path.read_bytes() for path in files)


def _always(reply: Reply) -> Callable[[Asked, int], Reply | None]:
    return lambda _asked, _number: reply


def _for(program: str, reply: Reply) -> Callable[[Asked, int], Reply | None]:
    return lambda asked, _number: reply if asked.program == f"{program}.fcgi" else None


def _truncated(asked: Asked, reply: Reply) -> Reply:
    return Reply(reply.body[: len(reply.body) * 2 // 3]) if asked.program == "efetch.fcgi" else reply


def _one_bad_record(asked: Asked, reply: Reply) -> Reply:
    """The record 90000002 has no PMID any more, as a record that cannot be read."""
    if asked.program != "efetch.fcgi":
        return reply
    return Reply(reply.body.replace(b'<PMID Version="1">90000002</PMID>', b'<PMID Version="1">nine</PMID>', 1))


def _ledger(stage: Stage, ended: Ended) -> dict[str, object]:
    found: dict[str, object] = stage.evidence.run("show", ended.answer["id"], "--json").answer
    return found


def _says_nothing_was_found(stage: Stage, ended: Ended) -> None:
    ledger = _ledger(stage, ended)
    assert str(ledger["bottom_line"]).startswith("Nothing was found in the source searched")
    assert ledger["claims"] == []
    assert "No record matches the strategy" in str(ledger["gaps"])


def _names_the_bad_record(stage: Stage, ended: Ended) -> None:
    search = _ledger(stage, ended)["search"]
    assert isinstance(search, dict)
    assert search["counts"]["unreadable"] + search["counts"]["missing"] == 1
    assert search["counts"]["fetched"] == search["counts"]["retrieved"] - 1
    assert search["unreadable"] or search["missing"] == ["90000002"]


def _leaves_the_one_without_abstract(stage: Stage, ended: Ended) -> None:
    ledger = _ledger(stage, ended)
    screening = ledger["screening"]
    assert isinstance(screening, list)
    decision = next(entry for entry in screening if entry["pmid"] == "90000009")
    assert (decision["outcome"], decision["criterion"]) == ("unsure", "no-abstract")
    assert "90000009" not in str(ledger["claims"])


def _has_no_usable_answer(stage: Stage, ended: Ended) -> None:
    ledger = _ledger(stage, ended)
    claims = ledger["claims"]
    assert isinstance(claims, list)
    assert not [claim for claim in claims if claim["verdict"] == "supported"]
    assert "no statement drafted from the records passed its checks" in str(ledger["bottom_line"])
    assert ledger["unused"]


def _prose(_run: WholeRun) -> Script:
    return Script(replies=(ModelReply(text="I am afraid I would rather tell you about my holiday."),))


def _broken_off(run: WholeRun) -> Script:
    return run.script(break_off=17)


def _repeating(run: WholeRun) -> Script:
    return run.script(repeat=40)


def _refusing(status: int, **more: float) -> Callable[[WholeRun], Script]:
    return lambda _run: Script(replies=(ModelReply(status=status, **more),))


def _other_keys(run: WholeRun) -> Script:
    return run.script().model_copy(update={"keys": ("sk-another",)})


def _interrupted(number: int) -> Callable[[Stage, Sequence[str]], Ended]:
    """Signals the process while the model reads abstracts."""

    def run(stage: Stage, arguments: Sequence[str]) -> Ended:
        process = stage.evidence.start(*arguments)
        deadline = time.monotonic() + 60
        while len(stage.model.requests) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.signal(number)
        return process.end()

    return run


def _damage(stage: Stage) -> None:
    stage.evidence.home.mkdir()
    (stage.evidence.home / "evidence.sqlite").write_bytes(b"this was a database once " * 400)


def tamper(stage: Stage) -> None:
    stage.evidence.run(*stage.ask("Does zygomorphic quuxification reduce snarkitis in adults compared with placebo?"))
    with closing(sqlite3.connect(stage.evidence.home / "evidence.sqlite")) as connection:
        connection.execute("UPDATE steps SET result = replace(result, 'snarkitis', 'measles') WHERE name = 'run_search'")
        connection.commit()


def _home_is_a_file(stage: Stage) -> None:
    stage.evidence.home.write_text("not a folder")


def _limited_files(stage: Stage, arguments: Sequence[str]) -> Ended:
    """No file may grow beyond so many bytes: what a full disk is to a process, without a disk to fill."""
    process = stage.evidence.start(*arguments)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (150_000, 150_000))
    return process.end()


def _not_writable(stage: Stage, arguments: Sequence[str]) -> Ended:
    """A disk that is mounted read-only; where only root may mount, a folder that this user may not write to."""
    home = stage.evidence.home
    home.mkdir()
    if os.geteuid() != 0:
        home.chmod(0o500)
        return stage.evidence.run(*arguments)
    with mounted(home, "ro"):
        return stage.evidence.run(*arguments)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A disk in memory, mounted there. Needs root."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _no_draft(stage: Stage, _ended: Ended) -> None:
    assert not list(stage.evidence.home.rglob("draft.*"))


def _budget_then_more(stage: Stage, ended: Ended) -> None:
    """Nothing is paid twice: every distinct request reaches the server once."""
    run = stage.evidence.run("runs", "--json").answer[0]["id"]
    resumed = stage.evidence.run("resume", run, "--budget", "900000 tokens", "--json")
    assert resumed.code == 0, resumed.err
    asked = [str(request["messages"]) for request in stage.model.requests]
    assert len(asked) == len(set(asked))


CASES: tuple[Case, ...] = (
    Case(name="empty question", arguments=lambda stage: stage.ask(""), says="There is no question", asks_nobody=True),
    Case(
        name="three-word question",
        arguments=lambda stage: stage.ask("cholera vaccine efficacy"),
        says="too short",
        asks_nobody=True,
    ),
    Case(
        name="question with an NHS number",
        arguments=lambda stage: stage.ask(f"Does the oral cholera vaccine help patient {NHS_NUMBER} avoid cholera?"),
        says="NHS number",
        asks_nobody=True,
    ),
    Case(
        name="unknown model",
        arguments=lambda stage: ["ask", QUESTION, "--source", stage.source_url, "--model", "no-such-model"],
        says="There is no language model 'no-such-model'",
        asks_nobody=True,
    ),
    Case(
        name="no key",
        arguments=lambda stage: ["ask", QUESTION, "--source", stage.source_url, "--model", "openai:gpt-4o"],
        environment={"OPENAI_API_KEY": ""},
        says="needs a key",
        asks_nobody=True,
    ),
    Case(name="wrong key", arguments=Stage.ask_model, script=_other_keys, says="refuses the key"),
    Case(
        name="model not on the server",
        arguments=Stage.ask_model,
        script=lambda run: run.script().model_copy(update={"models": ("another",)}),
        says="has no model 'm'",
    ),
    Case(
        name="no e-mail for live PubMed",
        arguments=lambda stage: ["ask", QUESTION, "--model", "extractive"],
        says="give your address with --email",
        asks_nobody=True,
    ),
    Case(
        name="source not reachable",
        waits=True,
        arguments=lambda stage: ["ask", QUESTION, "--source", NOWHERE, "--model", "extractive"],
        says="cannot be reached; check the network",
    ),
    Case(
        name="model's server not reachable",
        waits=True,
        arguments=lambda stage: ["ask", QUESTION, "--source", stage.source_url, "--model", "m", "--base-url", f"{NOWHERE}/v1"],
        says="cannot be reached",
        heals=False,
    ),
    Case(
        name="source times out",
        waits=True,
        fault=_always(Reply(delay=2.0)),
        environment={"EVIDENCE_TIMEOUT": "0.2"},
        says="did not answer within 0.2 seconds",
        heals=True,
    ),
    Case(
        name="source answers 429 for ever",
        fault=_always(Reply(status=429, headers={"Retry-After": "0"})),
        says="asked too often",
    ),
    Case(
        name="source answers 500 for ever",
        fault=_always(Reply(status=500, headers={"Retry-After": "0"})),
        says="HTTP 500",
        heals=True,
    ),
    Case(name="source answers HTML", waits=True, fault=_always(Reply(HTML, content_type="text/html")), says="web page"),
    Case(name="truncated XML", waits=True, after=_truncated, says="breaks off|not whole XML|incomplete|ends too early"),
    Case(name="one bad record among good ones", after=_one_bad_record, code=0, holds=_names_the_bad_record),
    Case(
        name="zero hits",
        arguments=lambda stage: stage.ask("Does zygomorphic quuxification reduce snarkitis in adults compared with placebo?"),
        code=0,
        holds=_says_nothing_was_found,
    ),
    Case(
        name="more than ten thousand hits",
        fault=_for("esearch", Reply(search_answer(10_001, ["1"]))),
        says="matches 10,001 records and one run reads at most 10,000",
    ),
    Case(name="a record without abstract", code=0, holds=_leaves_the_one_without_abstract),
    Case(
        name="fewer PMIDs than counted",
        after=lambda asked, reply: Reply(re.sub(rb"<Id>90000001</Id>\s*", b"", reply.body)),
        says="counts 11 records but lists 10",
    ),
    Case(
        name="--since that is no date",
        arguments=lambda stage: stage.ask(QUESTION, "--since", "last spring"),
        says="is no date",
        asks_nobody=True,
    ),
    Case(
        name="--since 2019-02-31",
        arguments=lambda stage: stage.ask(QUESTION, "--since", "2019-02-31"),
        says="is no date",
        asks_nobody=True,
    ),
    Case(
        name="--known that is no PMID",
        arguments=lambda stage: stage.ask(QUESTION, "--known", "PMC123"),
        says="no PMID",
        asks_nobody=True,
    ),
    Case(
        name="--budget that is no limit",
        arguments=lambda stage: stage.ask(QUESTION, "--budget", "a lot"),
        says="neither an amount nor tokens",
        asks_nobody=True,
    ),
    Case(
        name="--max-records 0",
        arguments=lambda stage: stage.ask(QUESTION, "--max-records", "0"),
        says="max-records",
        asks_nobody=True,
    ),
    Case(
        name="--source that is no address",
        arguments=lambda stage: ["ask", QUESTION, "--source", "ftp://x"],
        says="EVIDENCE_SOURCE",
        asks_nobody=True,
    ),
    Case(name="unknown option", arguments=lambda stage: stage.ask(QUESTION, "--colour"), says="colour", asks_nobody=True),
    Case(name="unknown command", arguments=lambda stage: ["askk"], says="askk", asks_nobody=True),
    Case(
        name="--request file missing",
        arguments=lambda stage: ["ask", "--request", str(stage.folder / "none.yaml")],
        says="none.yaml cannot be read",
        asks_nobody=True,
    ),
    Case(
        name="--request not YAML",
        arguments=lambda stage: ["ask", "--request", stage.file("r.yaml", "question: [unclosed\n  x: }")],
        says="is not YAML, line",
        asks_nobody=True,
    ),
    Case(
        name="--request with an unknown field",
        arguments=lambda stage: ["ask", "--request", stage.file("r.yaml", f"question: {QUESTION}\ncolour: red\n")],
        says="colour: there is no such field",
        asks_nobody=True,
    ),
    Case(
        name="--request with a wrong type",
        arguments=lambda stage: ["ask", "--request", stage.file("r.yaml", f"question: {QUESTION}\nsynonyms: 7\n")],
        says="synonyms",
        asks_nobody=True,
    ),
    Case(
        name="--request with a list on top",
        arguments=lambda stage: ["ask", "--request", stage.file("r.yaml", "- question\n")],
        says="has no fields",
        asks_nobody=True,
    ),
    Case(
        name="--request with an NHS number in its purpose",
        arguments=lambda stage: [
            "ask",
            "--request",
            stage.file("r.yaml", f"question: {QUESTION}\npurpose: for {NHS_NUMBER}\n"),
        ],
        says="NHS number",
        asks_nobody=True,
    ),
    Case(
        name="--request with a strategy that cannot be read",
        arguments=lambda stage: [*stage.ask(), "--request", stage.file("r.yaml", "strategy: '#1 (cholera AND'\n")],
        says="Line 1 of the strategy",
    ),
    Case(
        name="unknown run id (show)",
        arguments=lambda stage: ["show", "20200101-000000"],
        says="No run has the id",
        asks_nobody=True,
    ),
    Case(
        name="unknown run id (resume)",
        arguments=lambda stage: ["resume", "nonsense"],
        says="No run has the id",
        asks_nobody=True,
    ),
    Case(
        name="budget exceeded, then a larger one",
        arguments=lambda stage: stage.ask_model("--budget", "9000 tokens"),
        says="the budget is 9,000: resume with a larger",
        holds=_budget_then_more,
    ),
    Case(name="model answers prose", arguments=Stage.ask_model, script=_prose, code=0, holds=_has_no_usable_answer),
    Case(name="model breaks off", arguments=Stage.ask_model, script=_broken_off, code=0, holds=_has_no_usable_answer),
    Case(name="model repeats itself", arguments=Stage.ask_model, script=_repeating, code=0, holds=_has_no_usable_answer),
    Case(
        name="model's server answers 429 for ever",
        arguments=Stage.ask_model,
        script=_refusing(429, retry_after=0),
        says="too many requests",
    ),
    Case(
        name="model's server answers 500 for ever",
        arguments=Stage.ask_model,
        script=_refusing(500, retry_after=0),
        says="goes on failing",
    ),
    Case(
        name="model's server answers HTML",
        arguments=Stage.ask_model,
        script=lambda _run: Script(replies=(ModelReply(body=HTML.decode()),)),
        says="no chat completion",
    ),
    Case(name="disk full", run=_limited_files, says="disk|too large|written", holds=_no_draft),
    Case(name="EVIDENCE_HOME not writable", run=_not_writable, says="that you may write to it|may not write", asks_nobody=True),
    Case(
        name="EVIDENCE_HOME is a file",
        prepare=_home_is_a_file,
        says="EVIDENCE_HOME cannot be used: it must be a folder",
        asks_nobody=True,
    ),
    Case(name="damaged database", prepare=_damage, says="the file is not a store", asks_nobody=True),
    Case(
        name="tampered database", prepare=tamper, arguments=lambda stage: ["history"], says="The log is not as it was written"
    ),
    Case(
        name="Ctrl-C",
        arguments=Stage.ask_model,
        script=lambda run: run.script(delay=0.3),
        run=_interrupted(signal.SIGINT),
        code=130,
        says="Stopped. What was done is kept",
        heals=True,
    ),
    Case(
        name="the system ends the process (SIGTERM)",
        arguments=Stage.ask_model,
        script=lambda run: run.script(delay=0.3),
        run=_interrupted(signal.SIGTERM),
        code=143,
        says="Stopped. What was done is kept",
        heals=True,
    ),
)
