"""Settings come from the environment, name the variable that is wrong, and keep secrets to themselves."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from connectors.settings import Settings, unknown_variables
from evidence.errors import InvalidInput

SECRETS = {
    "OPENAI_API_KEY": "sk-invented-1",
    "NCBI_API_KEY": "invented-2",
    "EVIDENCE_STORE_URL": "postgresql://ann:invented-3@db/evidence",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("EVIDENCE_", "XDG_", "PREFECT_", "OPENAI_", "NCBI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_everything_has_a_default_under_one_folder(tmp_path: Path) -> None:
    settings = Settings.load()
    home = tmp_path / "evidence"
    assert settings.home == home
    assert settings.store_url == f"sqlite:///{home}/evidence.sqlite"
    assert {settings.chroma_dir, settings.mirror_dir, settings.runs_dir, settings.prefect_home} == {
        home / "chroma",
        home / "mirror",
        home / "runs",
        home / "prefect",
    }
    assert settings.cache_dir == tmp_path / ".cache" / "evidence"
    assert (settings.source, settings.model, settings.email) == ("pubmed", "embedded", None)
    assert not home.exists()


def test_the_environment_is_read_and_the_command_line_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_MODEL", "extractive")
    monkeypatch.setenv("EVIDENCE_EMAIL", "ann@trust.nhs.uk")
    monkeypatch.setenv("EVIDENCE_PRICE_INPUT", "2.5")
    monkeypatch.setenv("EVIDENCE_CURRENCY", "")
    settings = Settings.load(model="openai:some-model", source=None)
    assert (settings.model, settings.email, settings.price_input) == ("openai:some-model", "ann@trust.nhs.uk", 2.5)
    assert (settings.currency, settings.source) == ("USD", "pubmed")


def test_a_relative_home_and_a_tilde_become_one_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVIDENCE_HOME", "~/here")
    assert Settings.load().home == tmp_path / "here"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVIDENCE_HOME", "there")
    assert Settings.load().home == tmp_path / "there"


@pytest.mark.parametrize(("value", "expected"), [("/caches", "/caches/evidence"), ("relative", None)])
def test_the_cache_follows_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str, expected: str | None
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    assert Settings.load().cache_dir == (Path(expected) if expected else tmp_path / ".cache" / "evidence")


def test_ncbi_allows_three_requests_a_second_and_ten_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().source_rate == 3
    monkeypatch.setenv("NCBI_API_KEY", "invented")
    assert Settings.load().source_rate == 10
    assert Settings.load(requests_per_second=100).source_rate == 100


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EVIDENCE_PRICE_INPUT", "-1"),
        ("EVIDENCE_PRICE_OUTPUT", "two"),
        ("EVIDENCE_PRICE_OUTPUT", "inf"),
        ("EVIDENCE_CURRENCY", "pounds"),
        ("EVIDENCE_SOURCE", "ftp://mirror"),
        ("EVIDENCE_SOURCE", "http://ann:pw@mirror/"),
        ("EVIDENCE_BASE_URL", "localhost:8000"),
        ("EVIDENCE_BASE_URL", "http://["),
        ("EVIDENCE_STORE_URL", "mysql://ann:hidden-word@h/d"),
        ("EVIDENCE_EMAIL", "ann at trust"),
        ("EVIDENCE_EMAIL", "ann@trust.nhs.uk, bo@trust.nhs.uk"),
        ("EVIDENCE_MODEL", " "),
        ("EVIDENCE_REQUESTS_PER_SECOND", "0"),
        ("PREFECT_API_URL", "prefect"),
        ("EVIDENCE_HOME", "/etc/passwd"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidInput) as fault:
        Settings.load()
    assert fault.value.message.startswith(f"The setting {variable} cannot be used: it ")
    assert fault.value.message.endswith("; change it or unset it.")
    assert "\n" not in fault.value.message
    assert "hidden-word" not in fault.value.message
    assert fault.value.__cause__ is None


def test_secrets_are_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    shown = "".join(
        [
            repr(settings),
            str(settings),
            repr(settings.model_dump()),
            settings.model_dump_json(),
            json.dumps(settings.model_dump(mode="json")),
        ]
    )
    assert "invented" not in shown
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-invented-1"
    assert settings.store_url == SECRETS["EVIDENCE_STORE_URL"]


def test_the_hash_covers_what_changes_a_result_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Settings.load().settings_hash()
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("EVIDENCE_EMAIL", "ann@trust.nhs.uk")
    assert Settings.load(home="/elsewhere").settings_hash() == bare
    assert Settings.load(model="extractive").settings_hash() != bare
    assert Settings.load(source="http://127.0.0.1:8/").settings_hash() != bare


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().model = "another"  # type: ignore[misc]


def test_a_slip_in_a_variables_name_is_found() -> None:
    environment = {"EVIDENCE_MODLE": "x", "EVIDENCE_MODEL": "x", "EVIDENCE_STORE_URL": "x", "PATH": "x", "EVIDENCE_STORE": "x"}
    assert unknown_variables(environment) == ["EVIDENCE_MODLE", "EVIDENCE_STORE"]


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
