from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.language_model.choose import available_models, choose_model
from evidence.errors import InvalidInput, ModelUnavailable
from evidence.services import LanguageModel
from tests.connectors.language_model.support import GOOD, Told, prompt


def choose(name: str, *, base_url: str | None = None, key: str | None = None) -> LanguageModel:
    api_key = None if key is None else SecretStr(key)
    return choose_model(name, base_url=base_url, api_key=api_key, prices=None, progress=Told())


def test_each_name_means_its_model(tmp_path: Path) -> None:
    script = tmp_path / "night.json"
    script.write_text(json.dumps({"replies": [{"answer": GOOD}]}))
    assert choose("extractive").identity.name == "extractive"
    assert choose("openai:gpt-x", key="sk").identity.name == "openai:gpt-x"
    assert choose("mistral", base_url="http://127.0.0.1:1/v1").identity.name == "mistral"
    assert choose("openai:gpt-x", base_url="http://127.0.0.1:1/v1").identity.name == "gpt-x"
    scripted = choose(f"scripted:{script}")
    assert scripted.identity.name == "scripted:night.json"
    assert json.loads(scripted.answer([prompt()])[0].text) == GOOD


@pytest.mark.parametrize("name", ["gpt-x", "openai:", "scripted:", "local:absent.gguf", "nonsense"])
def test_an_unknown_name_is_one_sentence_that_says_what_there_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="There is no") as fault:
        choose(name)
    assert "\n" not in fault.value.message


@pytest.mark.parametrize("key", [None, "", "  "])
def test_no_key_is_said_with_the_command(key: str | None) -> None:
    with pytest.raises(ModelUnavailable, match="export OPENAI_API_KEY"):
        choose("openai:gpt-x", key=key)


@pytest.mark.parametrize("text", [None, "not json", '{"replies": []}', '{"replies": [{"tex": "slip"}]}'])
def test_a_script_that_cannot_be_used_is_one_sentence(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "script.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InvalidInput, match=r"script\.json") as fault:
        choose(f"scripted:{path}")
    assert "\n" not in fault.value.message


def test_the_list_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    listed = {choice.name: choice for choice in available_models()}
    assert not listed["embedded"].ready
    assert "evidence models fetch embedded" in listed["embedded"].mend
    assert listed["extractive"].ready
    assert "OPENAI_API_KEY" in listed["openai:NAME"].mend
    assert {choice.name: choice for choice in available_models(api_key=SecretStr("k"))}["openai:NAME"].ready
    assert [choice.name for choice in listed.values() if choice.external] == ["openai:NAME", "NAME"]


def test_choosing_imports_nothing_heavy() -> None:
    code = (
        "import sys, connectors.language_model.choose, connectors.language_model.structured, "
        "connectors.language_model.recorded, connectors.language_model.embedded, connectors.language_model.openai_compatible\n"
        "heavy = {'langchain_core', 'langchain_openai', 'openai', 'openvino', 'openvino_genai', 'httpx', 'filelock'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
