"""Certificate authorities that a service's own proxy signs with, trusted beside the usual ones by everything that goes out."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import certifi

from connectors.settings import Settings
from evidence.errors import InvalidInput

_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
"""What OpenSSL (urllib, httpx) and requests read when they open a connection."""


def trust_bundle(settings: Settings) -> None:
    """Let this process and those it starts trust `settings.ca_bundle` too. Raises `InvalidInput` where it cannot be read.

    The usual authorities and those of the file are put together in the home folder, because a library that is given a file
    trusts nothing else.
    """
    if settings.ca_bundle is None:
        return
    try:
        ssl.create_default_context().load_verify_locations(cafile=str(settings.ca_bundle))
        own = settings.ca_bundle.read_text(encoding="ascii", errors="replace")
    except (OSError, ssl.SSLError):
        raise InvalidInput(
            f"EVIDENCE_CA_BUNDLE: {settings.ca_bundle} holds no certificates that can be read: give a PEM file."
        ) from None
    settings.home.mkdir(parents=True, exist_ok=True)
    together = settings.home / "certificates.pem"
    text = f"{Path(certifi.where()).read_text(encoding='utf-8')}\n{own}"
    if not together.exists() or together.read_text(encoding="utf-8") != text:
        together.write_text(text, encoding="utf-8")
    os.environ.update(dict.fromkeys(_VARIABLES, str(together)))
