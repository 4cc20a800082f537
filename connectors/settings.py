"""Settings, read from the environment once and passed in from there. Secrets are never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.addresses import host_address, networks, web_address
from evidence.base import content_hash
from evidence.errors import InvalidInput

LIVE_PUBMED = "pubmed"
"""The value of `source` that means live PubMed."""

_OUTSIDE_HASH = frozenset(
    {
        "home",
        "store",
        "email",
        "openai_api_key",
        "ncbi_api_key",
        "cache_home",
        "prefect_api_url",
        "requests_per_second",
        "timeout",
        "public_url",
        "trusted_proxies",
        "ca_bundle",
        "oidc_issuer",
        "oidc_client_id",
        "oidc_client_secret",
        "oidc_new_accounts",
        "draft_for_patient_care",
        "libkey_library",
        "link_resolver",
    }
)
"""Secrets, a person's address, and places and speeds that change no result."""


class Settings(BaseSettings):
    """Everything that a person can set. Frozen; read with `Settings.load()`."""

    model_config = SettingsConfigDict(
        env_prefix="EVIDENCE_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    home: Path = Field(
        default_factory=lambda: Path.home() / "evidence",
        description="Folder of everything kept: store, vectors, mirror, drafts.",
    )
    store: SecretStr | None = Field(
        default=None,
        validation_alias="EVIDENCE_STORE_URL",
        description="Database address (`sqlite:///…` or `postgresql://…`); unset: a SQLite file in the home folder.",
    )
    email: str | None = Field(default=None, description="Address sent to PubMed with each request, as NCBI asks; unset: none.")
    source: str = Field(default=LIVE_PUBMED, description="`pubmed`, or the address of a server that speaks E-utilities.")
    model: str = Field(default="embedded", description="Language model: `embedded`, `extractive`, `openai:NAME` or a NAME.")
    entailment: str = Field(
        default="none",
        description="Learned check of claims against their quotes: `none`, `builtin`, or the folder of a model.",
    )
    base_url: str | None = Field(default=None, description="Address of an OpenAI-compatible server; unset: OpenAI's own.")
    openai_api_key: SecretStr | None = Field(
        default=None, validation_alias="OPENAI_API_KEY", description="Key of the language model's server; unset: none."
    )
    ncbi_api_key: SecretStr | None = Field(
        default=None, validation_alias="NCBI_API_KEY", description="NCBI key: 10 requests a second; unset: 3."
    )
    price_input: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="Money for a million tokens read; unset: price unknown."
    )
    price_output: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="Money for a million tokens written; unset: price unknown."
    )
    currency: str = Field(default="USD", description="Currency of the prices, three capital letters.")
    requests_per_second: float | None = Field(
        default=None, gt=0, le=1000, description="Most requests a second to the source; unset: 3, or 10 with an NCBI key."
    )
    timeout: float = Field(
        default=30.0, gt=0, le=600, description="Seconds without an answer of the source before a request is tried again."
    )
    retraction_watch: Path | None = Field(
        default=None,
        description="The Retraction Watch CSV file that Crossref publishes, read beside each record's own data; unset: none.",
    )
    licence_permits: str = Field(
        default="",
        description="Licensed databases whose licence permits giving their records to an external language model, "
        "with commas between; empty: none.",
    )
    prefect_api_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("EVIDENCE_PREFECT_API_URL", "PREFECT_API_URL"),
        description="Address of a running Prefect server; unset: one is started for the run.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address people reach the workbench under, for example https://evidence.trust.nhs.uk; unset: loopback.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of proxies whose X-Forwarded headers are believed; empty: none.",
    )
    ca_bundle: Path | None = Field(
        default=None,
        description="PEM file of certificate authorities to trust beside the usual ones; unset: none.",
    )
    oidc_issuer: str | None = Field(
        default=None, description="Identity provider for single sign-on (OpenID Connect); unset: none."
    )
    oidc_client_id: str | None = Field(default=None, description="Name of the workbench at the identity provider.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there; unset: a public client, PKCE alone."
    )
    oidc_new_accounts: bool = Field(
        default=False, description="Whether people the identity provider vouches for get a requester's account of themselves."
    )
    draft_for_patient_care: bool = Field(
        default=False,
        description="Whether a model may draft where a decision on a patient waits; otherwise it is the search report.",
    )
    libkey_library: str | None = Field(
        default=None,
        pattern=r"^[0-9]{1,10}$",
        description="The library's number at LibKey, for links in documents; unset: none.",
    )
    link_resolver: str | None = Field(
        default=None, description="Base address of the library's OpenURL link resolver, for links in documents; unset: none."
    )
    cache_home: Path | None = Field(
        default=None, validation_alias="XDG_CACHE_HOME", description="The user's cache folder; unset: `~/.cache`."
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """The settings of the environment, with what the person gave on the command line (by field name) before them.

        A value of None counts as not given. Raises `InvalidInput` with one sentence that names the variable.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as fault:
            raise InvalidInput(_one_sentence(fault)) from None
        except RuntimeError:
            raise InvalidInput("This user has no home folder: set EVIDENCE_HOME to the folder to keep everything in.") from None

    @field_validator("home")
    @classmethod
    def _absolute_home(cls, value: Path) -> Path:
        home = Path(os.path.expanduser(value)).absolute()  # noqa: PTH111 - Path.expanduser raises where no home is known
        if home.exists() and not home.is_dir():
            raise ValueError("must be a folder, and a file stands there")
        return home

    @field_validator("cache_home")
    @classmethod
    def _absolute_cache(cls, value: Path | None) -> Path | None:
        # The XDG base directory specification tells programs to ignore relative paths.
        return value if value is not None and value.is_absolute() else None

    @field_validator("store")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"(sqlite|postgres(ql)?(\+psycopg)?)://", value.get_secret_value()):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("email")
    @classmethod
    def _plausible_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+", value):
            raise ValueError("must be one e-mail address such as name@trust.nhs.uk")
        return value

    @field_validator("currency")
    @classmethod
    def _currency_code(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", value):
            raise ValueError("must be three capital letters such as GBP")
        return value

    @field_validator("source")
    @classmethod
    def _known_source(cls, value: str) -> str:
        if value.lower() == LIVE_PUBMED:
            return LIVE_PUBMED
        return web_address(value, also=f"{LIVE_PUBMED}, or ")

    @field_validator("base_url", "prefect_api_url", "oidc_issuer", "link_resolver")
    @classmethod
    def _server_address(cls, value: str | None) -> str | None:
        return None if value is None else web_address(value)

    @field_validator("public_url")
    @classmethod
    def _own_address(cls, value: str | None) -> str | None:
        return None if value is None else host_address(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        return networks(value)

    @field_validator("model")
    @classmethod
    def _model_name(cls, value: str) -> str:
        if not value.strip() or any(ord(character) < 32 for character in value):
            raise ValueError("must be a model's name such as embedded or openai:NAME")
        return value.strip()

    @property
    def permitting_databases(self) -> tuple[str, ...]:
        """The databases named in `licence_permits`."""
        return tuple(name.strip() for name in self.licence_permits.split(",") if name.strip())

    @property
    def store_url(self) -> str:
        """Address of the store. It may hold a password: never print it."""
        return self.store.get_secret_value() if self.store else f"sqlite:///{self.home / 'evidence.sqlite'}"

    @property
    def chroma_dir(self) -> Path:
        """Vectors."""
        return self.home / "chroma"

    @property
    def mirror_dir(self) -> Path:
        """The local PubMed."""
        return self.home / "mirror"

    @property
    def runs_dir(self) -> Path:
        """Drafts, one folder a run."""
        return self.home / "runs"

    @property
    def prefect_home(self) -> Path:
        """What Prefect keeps."""
        return self.home / "prefect"

    @property
    def cache_dir(self) -> Path:
        """What can be fetched or computed again: weights and vectors. Shared by every home of this user."""
        return (self.cache_home or Path.home() / ".cache") / "evidence"

    @property
    def source_rate(self) -> float:
        """Most requests a second to the source: NCBI allows 3, and 10 with a key."""
        return self.requests_per_second or (10.0 if self.ncbi_api_key else 3.0)

    def settings_hash(self) -> str:
        """SHA-256 of the settings that can change a result: no secret, no address of a person, no place."""
        return content_hash(self.model_dump(mode="json", exclude=set(_OUTSIDE_HASH)))


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that begin with EVIDENCE_ and mean nothing here: typing slips, most likely. In alphabetical order."""
    known = {variable for name in Settings.model_fields for variable in _variables(name)}
    return sorted(name for name in environment if name.upper().startswith("EVIDENCE_") and name.upper() not in known)


def _variables(field: str) -> list[str]:
    alias = Settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [alias if isinstance(alias, str) else f"EVIDENCE_{field.upper()}"]


def _one_sentence(fault: ValidationError) -> str:
    """The first fault, by the name of its variable; the value itself is not repeated, since it may be a secret."""
    first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
    place = str(first["loc"][0]) if first["loc"] else ""
    names = [_variables(field) for field in Settings.model_fields if place == field or place in _variables(field)]
    candidates = names[0] if names else [place]
    variable = next((name for name in candidates if os.environ.get(name)), candidates[0])
    reason = first["msg"].removeprefix("Value error, ")
    return f"The setting {variable} cannot be used: it {_lower_first(reason)}; change it or unset it."


def _lower_first(reason: str) -> str:
    return re.sub(r"^(Input|String) ", "", reason).rstrip(".")
