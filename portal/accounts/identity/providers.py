"""The identity providers of this portal, as its settings name them. Pure: settings are read before any model."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

KEYS = frozenset(
    "id name protocol server_url client_id secret scopes claims email_is_confirmed signed_userinfo acr_values second_factor roles logout origins".split()
)
OPENID, CAS = "openid", "cas"
NEEDED = {OPENID: ("id", "name", "server_url", "client_id", "secret"), CAS: ("id", "name", "server_url")}
CLAIMS = {"email": "email", "first_name": "given_name", "last_name": "family_name", "uai": "uai", "profile": "profile"}
GIVEN = ("member", "reader")  # roles that a trusted provider gives: a head is named by the Région, never by another portal
_NAME = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True)
class IdentityProvider:
    """One provider, of OpenID Connect (ProConnect, the portal of an ENT) or of CAS 3 (an older ENT).

    `claims` says under which name it tells each thing; `second_factor`, which values of `acr` or `amr` are worth ours; `roles`, which role
    of a school each profile is given there, when its word is enough (none: it is never enough, and the school is asked).
    """

    id: str
    name: str
    server_url: str
    client_id: str = ""
    secret: str = ""
    protocol: str = OPENID
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    claims: dict[str, str] = field(default_factory=dict)
    email_is_confirmed: bool = False
    signed_userinfo: bool = False
    acr_values: str = ""
    second_factor: frozenset[str] = frozenset()
    roles: dict[str, str] = field(default_factory=dict)
    logout: bool = True
    origins: tuple[str, ...] = ()

    @property
    def posted_to(self) -> tuple[str, ...]:
        """Origins to which the sign-in and sign-out forms may lead: that of the provider, and those that it uses besides."""
        parts = urlsplit(self.server_url)
        return (f"{parts.scheme}://{parts.netloc}", *self.origins)

    def as_app(self) -> dict:
        """The same for allauth."""
        settings = {"server_url": self.server_url, "scope": list(self.scopes), "email_authentication": True}
        settings |= {"verified_email": True} if self.email_is_confirmed else {}
        settings |= {"auth_params": {"acr_values": self.acr_values}} if self.acr_values else {}
        client = {"client_id": self.client_id or self.id, "secret": self.secret}
        return {"provider_id": self.id, "name": self.name, **client, "settings": settings}


def for_allauth(providers: tuple[IdentityProvider, ...]) -> dict:
    """All of them, as SOCIALACCOUNT_PROVIDERS wants them."""
    of = {protocol: [one.as_app() for one in providers if one.protocol == protocol] for protocol in (OPENID, CAS)}
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": of[OPENID]}, "cas": {"APPS": of[CAS]}}


def read_providers(text: str) -> tuple[IdentityProvider, ...]:
    """The providers of a JSON list (docs/deploiement.md). Raises ImproperlyConfigured, which names what is wrong."""
    try:
        rows = json.loads(text or "[]")
    except ValueError as wrong:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS is not JSON: {wrong}") from wrong
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS is a list of objects.")
    found = tuple(_read(row) for row in rows)
    if len({one.id for one in found}) != len(found):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS names an id twice.")
    return found


def _read(row: dict) -> IdentityProvider:
    name = row.get("id", "?")
    if (protocol := row.get("protocol", OPENID)) not in NEEDED:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS, {name}: the protocol is {' or '.join(NEEDED)}.")
    if missing := [key for key in NEEDED[protocol] if not row.get(key)]:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS, {name}: {', '.join(missing)} is missing.")
    if unknown := sorted(set(row) - KEYS):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS, {name}: unknown {', '.join(unknown)}.")
    if not _NAME.fullmatch(str(name)):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS, {name}: an id has small letters, figures and hyphens.")
    if unknown := sorted(set(row.get("claims", {})) - set(CLAIMS)):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS, {name}: unknown claims {', '.join(unknown)}.")
    if wrong := sorted(set(row.get("roles", {}).values()) - set(GIVEN)):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS, {name}: {', '.join(wrong)} is not given by a provider, only {', '.join(GIVEN)}.")
    row = {**row, "claims": CLAIMS | row.get("claims", {})}
    row |= {key: tuple(row[key]) for key in ("scopes", "origins") if key in row}
    row |= {key: frozenset(row[key]) for key in ("second_factor",) if key in row}
    return IdentityProvider(**row)
