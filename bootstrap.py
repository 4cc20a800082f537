"""Makes `.venv` with everything that requirements.txt pins, and this project in it. `make` calls it before its targets.

It needs the standard library alone, and can be read by Python 3.6, so that an old Python gets a sentence and no
traceback. The stamp in `.venv` lets a second call do nothing. Every fault is one sentence and exit code 2.
"""

import argparse
import contextlib
import errno
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

FITTING = ("3.11", "3.12", "3.13")
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
REQUIREMENTS = ROOT / "requirements.txt"
UNFINISHED = "unfinished"
AGAIN = "then run the same command again"

# What uv and pip write when something fails, most telling first.
SIGNS = (
    ("disk", r"no space left|os error 28\b|errno 28\b|quota exceeded"),
    ("hash", r"do not match the hashes|hash mismatch"),
    (
        "network",
        r"name resolution|dns error|failed to (fetch|connect)|error sending request|connection (refused|reset|error|broken)"
        r"|newconnectionerror|could not connect|network is unreachable|timed? ?out|max retries|proxyerror|certificate|offline",
    ),
    ("platform", r"no matching distribution|no usable wheels|no wheels with a matching|could not find a version"),
)


class Fault(Exception):
    """One sentence for the person at the keyboard: what is wrong, and what to do."""


class StepFailed(Fault):
    """An installer ended badly; `kind` is one of SIGNS or `other`."""

    def __init__(self, step: str, output: str) -> None:
        text = output.lower()
        self.kind = next((kind for kind, sign in SIGNS if re.search(sign, text)), "other")
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        super().__init__(_sentence(self.kind, step, lines[-1][:300] if lines else "nothing"))


def _sentence(kind: str, step: str, said: str) -> str:
    if kind == "disk":
        return f"The disk is full: free about 3 GB where {ROOT} lies and in the cache folder, {AGAIN}."
    if kind == "hash":
        return f"A package that arrived is not the one that requirements.txt pins, so it was not installed: {said}"
    if kind == "network":
        return (
            "The package registry cannot be reached: check the network, or name your own mirror in PIP_INDEX_URL and "
            f"UV_DEFAULT_INDEX, {AGAIN}."
        )
    if kind == "platform":
        machine = f"{platform.system()} on {platform.machine()} with Python {platform.python_version()}"
        return f"A pinned package has no build for this machine, {machine}; the installer said: {said}"
    return f"{step} failed, and the last thing said was: {said}"


def say(words: str) -> None:
    """Progress goes to standard error, so that standard output stays the program's own."""
    sys.stderr.write(words)
    sys.stderr.flush()


def run(step: str, command: "list[str]") -> None:
    """One step: one line, with a sign of life every 15 seconds. Raises StepFailed."""
    say(f"{step} ...")
    started = time.monotonic()
    # A person's PYTHONPATH or PYTHONHOME would put other packages under the installers' feet.
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=str(ROOT),
        env=environment,
    )
    try:
        output = _wait(process, started)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    say(f" {time.monotonic() - started:.0f} s\n")
    if process.returncode:
        raise StepFailed(step, output)


def _wait(process: "subprocess.Popen[bytes]", started: float) -> str:
    while True:
        try:
            return process.communicate(timeout=15)[0].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            say(f" {time.monotonic() - started:.0f} s ...")


def printed_by(command: "list[str]") -> str:
    """What a command prints; nothing where it does not run or ends badly."""
    try:
        output = subprocess.check_output(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return output.decode("utf-8", "replace").strip()


def on_path(name: str) -> "list[str]":
    """Every file of this name on PATH: the first may be a shim that refuses to run."""
    found = (shutil.which(name, path=folder) for folder in os.get_exec_path())
    return [place for place in found if place]


def fitting_version(python: str) -> str:
    """`3.11` and the like of an interpreter that runs and that the project can use; nothing for any other."""
    version = printed_by([python, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    return version if version in FITTING else ""


def use_fitting_python() -> None:
    """Go on as it is, or begin again under a Python of PATH that fits. Raises Fault where there is none."""
    if "{}.{}".format(*sys.version_info) in FITTING:
        return
    for version in FITTING:
        for python in on_path(f"python{version}"):
            if fitting_version(python) == version:
                os.execv(python, [python, str(Path(__file__).resolve()), *sys.argv[1:]])  # noqa: S606 - no shell wanted
    raise Fault(
        f"This needs Python 3.11, 3.12 or 3.13 and found only Python {platform.python_version()} ({sys.executable}): install "
        f"one of them (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13), {AGAIN}."
    )


def wanted_stamp() -> str:
    """What `.venv` has to be made from, and for what: its scripts name their folder, its packages their Python."""
    made_from = hashlib.sha256(REQUIREMENTS.read_bytes() + b"\0" + (ROOT / "pyproject.toml").read_bytes())
    return f"{made_from.hexdigest()} {_place()}"


def _place() -> str:
    return f"for Python {fitting_version(str(PYTHON))} in {VENV}\n"


def read_stamp() -> str:
    """The stamp of `.venv`, or nothing."""
    return STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""


def ready() -> bool:
    """Whether `.venv` is whole and of these files."""
    return read_stamp() == wanted_stamp()


def make_environment() -> None:
    """An environment that runs; one that was left unfinished, moved, or lost its Python is made anew."""
    stamp = read_stamp()
    whole = not stamp or (stamp.endswith(_place()) and not stamp.startswith(UNFINISHED))
    if whole and fitting_version(str(PYTHON)):
        return
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("Taking away .venv, which is not whole\n")
        shutil.rmtree(str(VENV))
    uv = uv_on_path()
    if importlib.util.find_spec("venv"):
        run(f"Making .venv with Python {platform.python_version()}", [sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    elif uv:
        run("Making .venv with uv", [uv, "venv", "--no-project", "--python", sys.executable, str(VENV)])
    else:
        raise Fault(_no_installer())


def uv_on_path() -> "str | None":
    """A uv that runs."""
    return next((uv for uv in on_path("uv") if printed_by([uv, "--version"]).startswith("uv ")), None)


def find_pip() -> "list[str] | None":
    """A pip that installs into `.venv`: its own, one that Python brings, or the interpreter's."""
    own = [str(PYTHON), "-m", "pip"]
    if printed_by([*own, "--version"]):
        return own
    if importlib.util.find_spec("ensurepip"):
        # Debian can have the module without the wheels it needs; the interpreter's pip is tried then.
        with contextlib.suppress(StepFailed):
            run("Putting pip into .venv", [str(PYTHON), "-m", "ensurepip", "--default-pip"])
            return own
    outer = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return outer if printed_by([*outer, "--version"]) else None


def uv_by_pip(pip: "list[str]") -> "str | None":
    """The pinned uv, put into `.venv` by pip; None where there is none for this machine."""
    pinned = re.search(r"^uv==(?:.*\\\n)*.*", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        return None
    wanted = VENV / "uv.txt"
    wanted.write_text(pinned.group() + "\n", encoding="utf-8")
    try:
        run("Getting uv, which is faster than pip", [*pip_install(pip), "--no-deps", "--require-hashes", "-r", str(wanted)])
    except StepFailed as fault:
        if fault.kind == "platform":
            return None
        raise
    return str(VENV / "bin" / "uv")


def pip_install(pip: "list[str]") -> "list[str]":
    """Pip's install, without questions and bars; without a retry it would not say that it had no network."""
    return [
        *pip,
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
        "--retries",
        "2",
        "--no-compile",
    ]


def install_all(name: str, install: "list[str]") -> None:
    """Everything pinned, each file checked by its hash, and then this project."""
    count = len(re.findall(r"^[A-Za-z0-9].*==", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    run(f"Installing {count} packages with {name}", [*install, "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)])
    run("Installing this project", [*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def install(*, only_pip: bool) -> None:
    """With uv where it can be had; where uv fails, with pip, which may know a workplace's mirror that uv does not."""
    uv = None if only_pip else uv_on_path()
    first = None
    if uv:
        try:
            install_all("uv", [uv, "pip", "install", "--python", str(PYTHON)])
            return
        except StepFailed as fault:
            if fault.kind in ("disk", "hash"):
                raise
            first = fault
            say("uv could not; trying pip\n")
    pip = find_pip()
    if pip is None:
        raise first or Fault(_no_installer())
    own_uv = None if only_pip or uv else uv_by_pip(pip)
    if own_uv:
        install_all("uv", [own_uv, "pip", "install", "--python", str(PYTHON)])
    else:
        install_all("pip", pip_install(pip))


def _no_installer() -> str:
    return (
        f"Python {platform.python_version()} ({sys.executable}) cannot make an environment, because its venv or ensurepip "
        f"module is missing and neither pip nor uv is there: run `sudo apt install python3-venv`, {AGAIN}."
    )


@contextlib.contextmanager
def one_at_a_time() -> "Iterator[None]":
    """Two calls at once would install over one another: the second waits."""
    import fcntl

    with open(__file__, "rb") as handle:  # noqa: PTH123 - any file will do, and this one is always there
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another command is setting up .venv; waiting for it\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def bootstrap(*, only_pip: bool) -> None:
    """Bring `.venv` to what requirements.txt says. Raises Fault and OSError."""
    if ready():
        return
    use_fitting_python()
    with one_at_a_time():
        if ready():
            return
        started = time.monotonic()
        make_environment()
        STAMP.write_text(UNFINISHED, encoding="utf-8")
        install(only_pip=only_pip)
        finished = STAMP.with_suffix(".new")
        finished.write_text(wanted_stamp(), encoding="utf-8")
        os.replace(str(finished), str(STAMP))  # noqa: PTH105 - reads the same under Python 3.6
        say(f"Set up in {time.monotonic() - started:.0f} s\n")


def main() -> int:
    """The exit code: 0, 2 for a fault a person can mend, 130 when stopped."""
    parser = argparse.ArgumentParser(description="Make .venv with everything that requirements.txt pins.")
    parser.add_argument("--pip", action="store_true", help="use pip even where uv can be had")
    try:
        bootstrap(only_pip=parser.parse_args().pip)
    except Fault as fault:
        say(f"{fault}\n")
        return 2
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            say(_sentence("disk", "", "") + "\n")
        else:
            place = fault.filename or ROOT
            say(f"Setting up cannot go on: {fault.strerror or fault} ({place}); mend that, {AGAIN}.\n")
        return 2
    except KeyboardInterrupt:
        say("\nStopped: run the same command again and it begins anew.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
