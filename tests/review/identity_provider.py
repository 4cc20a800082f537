"""A small OpenID Connect provider on loopback: discovery, authorisation, tokens with PKCE, keys. It can be told to cheat."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

from tests.support.fault_server import Asked, FaultServer, Reply

CLIENT = "evidence-workbench"


@dataclass
class IdentityProvider:
    """Answers requests; `url` is set once it is served. `cheat` changes the claims of a token, `key` signs it."""

    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "person-1", "name": "Jane Lee"})
    cheat: dict[str, Any] = field(default_factory=dict)
    key: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048, {"kid": "one"}))
    shown_key: jwk.RSAKey | None = None
    url: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        place = urlsplit(asked.path).path
        self.asked.append(place)
        if place.endswith("/openid-configuration"):
            return self._json(
                {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/keys",
                }
            )
        if place.endswith("/keys"):
            return self._json({"keys": [(self.shown_key or self.key).as_dict(private=False)]})
        if place.endswith("/token"):
            return self._token({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
        return Reply(b"", status=404)

    def approve(self, address: str) -> str:
        """What the person's browser does at the provider: signs in there and is sent back, with this query."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return urlencode({"code": code, "state": asked["state"]})

    def _token(self, sent: dict[str, str]) -> Reply:
        asked = self.codes.pop(sent.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or proof != asked["code_challenge"] or sent.get("redirect_uri") != asked["redirect_uri"]:
            return self._json({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        token = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.cheat,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, token, self.key, algorithms=["RS256"])
        return self._json({"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    def _json(self, value: Any, status: int = 200) -> Reply:
        return Reply(json.dumps(value).encode(), status=status, content_type="application/json")


def served(provider: IdentityProvider) -> FaultServer:
    """The provider's server, to be entered."""
    return FaultServer(provider)
