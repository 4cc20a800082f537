"""The `evidence` command. Each group is imported when it is called, so that help is instant."""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence

import click

from cli.lazy_group import LazyGroup
from evidence import __version__
from evidence.errors import EvidenceError
from evidence.stopping import stop_asked, stop_at_signals

_COMMANDS = {
    "ask": ("cli.ask:ask", "Ask a clinical question: search, read, draft, check every claim."),
    "demo": ("cli.demo:demo", "Ask a demonstration question of the demonstration collection."),
    "search": ("cli.search:search", "Run, test, check and translate a search; write the evidence search report."),
    "screen": ("cli.screen:screen", "Screen a run's records: what to read next, what you decide, where it stands."),
    "runs": ("cli.runs:runs", "List the runs, the newest first."),
    "show": ("cli.runs:show", "Show a run: where its draft is, or the whole ledger as JSON."),
    "resume": ("cli.ask:resume", "Go on with a run that was stopped; nothing is paid for twice."),
    "serve": ("cli.serve:serve", "Open the workbench: requests, runs, review, signing."),
    "review": ("cli.review:review", "Where the review of a run stands: what is open, what keeps it from being signed."),
    "export": ("cli.export:export", "Write the documents of a signed summary: Word, PDF, HTML, references, spreadsheets."),
    "accounts": ("cli.accounts:accounts", "Who may use the workbench, and as what."),
    "doctor": ("cli.doctor:doctor", "What is configured, reachable and missing, and what mends it."),
    "models": ("cli.models:models", "The language models there are; fetch one."),
    "mirror": ("cli.mirror:mirror", "A local PubMed: load records, serve them."),
    "prompts": ("cli.prompts:prompts", "The prompts and their versions: what was changed, what each scored; try one."),
    "evaluate": ("cli.evaluate:evaluate", "Measure prompts, models and checks on suites of cases, with intervals."),
    "schema": ("cli.runs:schema", "The JSON schema of what `show --json` gives."),
    "history": ("cli.runs:history", "Who did what when, and whether the log is as it was written."),
}


class _Commands(LazyGroup):
    table = _COMMANDS


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="evidence")
def evidence() -> None:
    """From a clinical question to an evidence summary in which every sentence leads back to its PubMed record."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process: 0 done, 2 something to mend (one sentence says what), 130 or 143 stopped."""
    stop_at_signals()
    # Imports make a million objects and no garbage: looking for it took a quarter of a short run's processor time.
    gc.set_threshold(50_000, 20, 50)
    code = _run(list(sys.argv[1:] if arguments is None else arguments))
    gc.freeze()
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    try:
        outcome = evidence.main(args=arguments, prog_name="evidence", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        return _stopped()
    except Exception as fault:  # noqa: BLE001 - the last resort: a person never sees a traceback
        # A stop in the middle of a library's own call can come out as that library's fault.
        return _stopped() if stop_asked() else _said(fault)
    return outcome if isinstance(outcome, int) else 0


def _said(fault: Exception) -> int:
    """Say the fault in one sentence; gives the exit code."""
    if isinstance(fault, EvidenceError):
        code = _complain(fault.message, fault.exit_code)
        if getattr(fault, "leave_at_once", False):
            os._exit(code)
        return code
    if isinstance(fault, click.UsageError):
        asked = fault.ctx.command_path if fault.ctx else "evidence"
        return _complain(f"{fault.format_message()} `{asked} --help` says what there is.", 2)
    if isinstance(fault, click.ClickException):
        return _complain(fault.format_message(), 2)
    if isinstance(fault, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(fault, OSError):
        where = f" ({fault.filename})" if fault.filename else ""
        return _complain(f"The disk or the system refused: {fault.strerror or fault}{where}; what was done before is kept.", 2)
    return _complain(f"Something failed that should not: {_keep_trace(fault)}. What was done before is kept.", 1)


def _stopped() -> int:
    code = 128 + (stop_asked() or signal.SIGINT)
    return _complain("Stopped. What was done is kept; `evidence runs` lists it and `evidence resume RUN` goes on.", code)


def _complain(message: str, code: int) -> int:
    click.echo(f"evidence: {' '.join(message.split())}", err=True)
    return code


def _keep_trace(fault: Exception) -> str:
    trace = "".join(traceback.format_exception(fault))
    try:
        from connectors.settings import Settings

        folder = Settings.load().home
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "last-fault.txt").write_text(trace, encoding="utf-8")
    except (EvidenceError, OSError):
        return trace.strip().splitlines()[-1]
    return f"{trace.strip().splitlines()[-1]} (details in {folder / 'last-fault.txt'})"
