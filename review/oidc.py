"""Single sign-on by OpenID Connect Core 1.0: the authorisation code flow with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from connectors.store import Store
from connectors.store.people import new_account
from evidence.errors import ServiceUnavailable
from evidence.people import Account, Role
from review.actions.accounts import NotLetIn
from review.services import Services
from review.sessions import new_token

COME_BACK = "/sign-in/sso/back"
WITHIN = timedelta(minutes=10)
"""How long the person may take at the identity provider."""

_SECONDS = 10.0
_CLOCKS = 60
"""Seconds that two machines' clocks may differ."""

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]


@dataclass(frozen=True)
class Provider:
    """What the identity provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def is_configured(services: Services) -> bool:
    """Whether single sign-on is there."""
    return bool(services.settings.oidc_issuer and services.settings.oidc_client_id)


def begin(services: Services, *, visit: str, own_address: str, onward: str) -> str:
    """Where to send the browser."""
    state, nonce, verifier = new_token(), new_token(), new_token()
    provider = _provider(services)
    services.store.people.begin_sign_on(state=state, visit=visit, nonce=nonce, verifier=verifier, onward=onward)
    with _client(services, own_address) as client:
        url, _ = client.create_authorization_url(
            provider.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    return str(url)


def end(services: Services, answer: dict[str, str], *, visit: str, own_address: str) -> tuple[Account, str]:
    """The account of the person who came back, and where they wanted to go. Raises `NotLetIn`, `ServiceUnavailable`."""
    begun = services.store.people.end_sign_on(state=answer.get("state", ""), visit=visit, within=WITHIN)
    if begun is None:
        raise NotLetIn("This sign-in was not begun in this browser, or took too long: begin it again.")
    if not answer.get("code"):
        raise NotLetIn("The identity provider did not let you in: try again, or sign in with a password.")
    nonce, verifier, onward = begun
    claims = _claims(services, answer["code"], verifier, nonce=nonce, own_address=own_address)
    return account_of(services, claims), onward


def account_of(services: Services, claims: dict[str, Any]) -> Account:
    """The account that belongs to a person the provider vouches for.

    An account is joined to them the first time by an e-mail address that the provider says it has verified; after that by
    the provider's own identifier alone, because an e-mail address can pass to somebody else.
    """
    store, issuer, subject = services.store, str(claims["iss"]), str(claims["sub"])
    found = store.people.by_subject(issuer, subject)
    if found is None:
        found = _joined(store, issuer, subject, claims)
    if found is None and services.settings.oidc_new_accounts:
        found = _new(store, issuer, subject, claims)
    if found is None or found.disabled:
        raise NotLetIn("You have no account on the workbench: ask an administrator of it for one.")
    return found


def _joined(store: Store, issuer: str, subject: str, claims: dict[str, Any]) -> Account | None:
    email = str(claims.get("email") or "")
    known = store.people.by_login(email) if email and claims.get("email_verified") is True else None
    if known is None or known[0].subject is not None:
        return None
    return store.people.change(known[0].id, by=known[0].name, issuer=issuer, subject=subject)


def _new(store: Store, issuer: str, subject: str, claims: dict[str, Any]) -> Account | None:
    if not store.people.any():
        return None  # the first account is an administrator's, made on the server itself
    login = str(claims.get("email") or "") if claims.get("email_verified") is True else f"{subject}@{urlsplit(issuer).hostname}"
    made = new_account(login, str(claims.get("name") or login), [Role.REQUESTER])
    return store.people.add(made.model_copy(update={"issuer": issuer, "subject": subject}), password=None, by=made.name)


def _claims(services: Services, code: str, verifier: str, *, nonce: str, own_address: str) -> dict[str, Any]:
    """What the provider's signed token says. Raises `NotLetIn` where it is not for us, not now, or not whole."""
    provider = _provider(services)
    try:
        with _client(services, own_address) as client:
            token = client.fetch_token(provider.token_endpoint, code=code, code_verifier=verifier)
        shown = httpx.get(provider.jwks_uri, timeout=_SECONDS).raise_for_status().json()
        keys = jwk.KeySet.import_key_set(shown)
        signed = jwt.decode(str(token["id_token"]), keys, algorithms=_ALGORITHMS)
        wanted = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": services.settings.oidc_client_id},
        }
        claims = CodeIDToken(
            signed.claims, signed.header, wanted, {"nonce": nonce, "client_id": services.settings.oidc_client_id}
        )
        claims.validate(leeway=_CLOCKS)
    except httpx.HTTPError as fault:
        raise _unreachable() from fault
    except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as fault:
        raise NotLetIn(
            "The identity provider's answer cannot be trusted as it is: begin again, and tell an administrator."
        ) from fault
    return dict(claims)


def _provider(services: Services) -> Provider:
    """Its metadata (OpenID Connect Discovery 1.0), read when somebody signs in, so that it is never stale."""
    issuer = str(services.settings.oidc_issuer)
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        with httpx.Client(timeout=_SECONDS) as client:
            said = client.get(address).raise_for_status().json()
        provider = Provider(**{name: str(said[name]) for name in Provider.__dataclass_fields__})
    except (httpx.HTTPError, KeyError, ValueError, TypeError) as fault:
        raise _unreachable() from fault
    if provider.issuer != issuer:
        raise ServiceUnavailable("The identity provider calls itself by another name: set EVIDENCE_OIDC_ISSUER to that one.")
    return provider


def _client(services: Services, own_address: str) -> OAuth2Client:
    secret = services.settings.oidc_client_secret
    return OAuth2Client(
        client_id=services.settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        code_challenge_method="S256",
        scope="openid email profile",
        redirect_uri=f"{own_address}{COME_BACK}",
        timeout=_SECONDS,
    )


def _unreachable() -> ServiceUnavailable:
    return ServiceUnavailable("The identity provider cannot be reached: try again in a moment, or sign in with a password.")
