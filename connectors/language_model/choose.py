"""Which language model a name means, and what there is to choose from."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr

from connectors.language_model.prices import Prices
from evidence.base import EvidenceModel
from evidence.errors import ModelUnavailable
from evidence.services import LanguageModel, Progress

if TYPE_CHECKING:
    from connectors.language_model.weights import ModelFile

_CHOICES = "`embedded`, `extractive`, `openai:NAME`, `local:FILE`, `scripted:FILE`, or `NAME` with `--base-url URL`"


class ModelChoice(EvidenceModel):
    """A language model as `evidence models` lists it."""

    name: str = Field(description="What to give to `--model`.")
    what: str = Field(description="What it is, one line.")
    ready: bool = Field(description="Whether it can be used now, without fetching or setting anything.")
    mend: str = Field(default="", description="What makes it ready; empty: nothing is needed.")
    demonstration: bool = Field(default=False, description="True for models too weak for live requests.")
    external: bool = Field(default=False, description="True where text leaves this machine.")


def choose_model(
    name: str,
    *,
    base_url: str | None,
    api_key: SecretStr | None,
    prices: Prices | None,
    progress: Progress,
) -> LanguageModel:
    """The model of this name, ready as far as can be seen without a call: weights fetched, key there.

    Raises ModelUnavailable, or InvalidInput for a script that cannot be read, with one sentence and what mends it.
    """
    kind, _, rest = name.partition(":")
    if name == "embedded":
        return _on_this_machine(None, progress)
    if kind == "local" and rest:
        return _on_this_machine(_fetched(rest), progress)
    if name == "extractive":
        from connectors.language_model.extractive import ExtractiveModel

        return ExtractiveModel()
    if name == "obedient":
        from connectors.language_model.obedient import ObedientModel

        return ObedientModel()
    if kind == "scripted" and rest:
        from connectors.language_model.scripted import ScriptedModel

        return ScriptedModel.read(Path(rest))
    if base_url is None and not (kind == "openai" and rest):
        raise ModelUnavailable(f"There is no language model {name!r}: choose {_CHOICES}.")
    if base_url is None and (api_key is None or not api_key.get_secret_value().strip()):
        raise ModelUnavailable(
            f"The language model {name} needs a key: set it with `export OPENAI_API_KEY=…`, or use `--model embedded`."
        )
    from connectors.language_model.openai_compatible import OpenAICompatibleModel

    bare = rest if kind == "openai" and rest else name
    return OpenAICompatibleModel(bare, api_key=api_key, base_url=base_url, prices=prices)


def available_models(*, api_key: SecretStr | None = None, base_url: str | None = None) -> list[ModelChoice]:
    """What there is to choose from on this machine, and what each still needs. Reads file names only; calls nobody."""
    from connectors.language_model.model_cache import models_folder, read_register
    from connectors.language_model.weights import EMBEDDED_MODEL, weights_in_place

    runtime, weights = find_spec("openvino_genai") is not None, weights_in_place()
    fetch = f"`evidence models fetch embedded` ({(EMBEDDED_MODEL.size or 0) / 1e9:.1f} GB, once)"
    keyed = bool(api_key is not None and api_key.get_secret_value().strip())
    server = f" at {base_url}" if base_url else ""
    return [
        ModelChoice(
            name="embedded",
            what=f"{EMBEDDED_MODEL.name} on this machine's processor, for demonstration",
            ready=runtime and weights,
            mend="" if runtime and weights else fetch if runtime else "its runtime does not exist for this machine",
            demonstration=True,
        ),
        ModelChoice(name="extractive", what="no model at all: verbatim sentences only", ready=True, demonstration=True),
        ModelChoice(
            name="openai:NAME",
            what="any model of OpenAI",
            ready=keyed,
            mend="" if keyed else "`export OPENAI_API_KEY=…`",
            external=True,
        ),
        ModelChoice(
            name="NAME",
            what=f"any OpenAI-compatible server{server}: Azure OpenAI, vLLM, Ollama, llama.cpp",
            ready=base_url is not None,
            mend="" if base_url else "`--base-url URL`, and OPENAI_API_KEY where it wants a key",
            external=True,
        ),
        ModelChoice(name="obedient", what="does what records tell it: to test the gate with", ready=True, demonstration=True),
        ModelChoice(name="scripted:FILE", what="answers from a file, for tests and training", ready=True, demonstration=True),
        *(
            ModelChoice(
                name=f"local:{file}", what=f"{entry.name} on this machine's processor", ready=runtime, demonstration=True
            )
            for file, entry in sorted(read_register(models_folder()).items())
            if file != EMBEDDED_MODEL.file
        ),
    ]


def _fetched(file: str) -> ModelFile:
    from connectors.language_model.weights import fetched_model

    model = fetched_model(file)
    if model is None:
        raise ModelUnavailable(
            f"There is no fetched model {file!r}: `evidence models` lists them, and "
            "`evidence models fetch NAME --url URL --sha256 HASH` brings one."
        )
    return model


def _on_this_machine(model: ModelFile | None, progress: Progress) -> LanguageModel:
    from connectors.language_model.embedded import EmbeddedModel
    from connectors.language_model.weights import EMBEDDED_MODEL, ensure_weights

    try:
        version("openvino-genai")
    except PackageNotFoundError as error:
        raise ModelUnavailable(
            "The embedded language model's runtime is not installed (there is none for every machine): choose another "
            "with `--model`, or use `--model extractive`, which needs none."
        ) from error
    chosen = EMBEDDED_MODEL if model is None else model
    return EmbeddedModel(progress=progress, weights=ensure_weights(progress, model=chosen), model=chosen)
