"""What a provider says of a person, brought to our words and to nothing more: this alone is kept."""

import re
from unicodedata import normalize

from django.core.exceptions import ValidationError

from portal.accounts.identity.providers import IdentityProvider
from portal.accounts.names import validate_person_name

UAI = re.compile(r"\b[0-9]{7}[A-Za-z]\b")
LONGEST_NAME = 80  # as User.first_name
MOST = 20  # schools or profiles of one person


def told(provider: IdentityProvider, claims: dict) -> dict:
    """The claims under the names of OpenID Connect, with `uai`, `profiles` and `second_factor` besides.

    Raises KeyError for claims without `sub`. An address counts as confirmed only if the provider says so by `true`.
    """
    named = {key: claims.get(claim) for key, claim in provider.claims.items()}
    return {
        "sub": str(claims["sub"]),
        "email": _first(named["email"]),
        "email_verified": claims.get("email_verified") in (True, "true"),
        "given_name": _name(named["first_name"]),
        "family_name": _name(named["last_name"]),
        "uai": sorted({code.upper() for code in UAI.findall(str(named["uai"] or ""))})[:MOST],
        "profiles": [str(one) for one in _all(named["profile"])][:MOST],
        "second_factor": bool(provider.second_factor & {str(one) for one in [*_all(claims.get("amr")), *_all(claims.get("acr"))]}),
    }


def _all(value: object) -> list:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _first(value: object) -> str:
    return str(next(iter(_all(value)), ""))


def _name(value: object) -> str:
    """A name as our own forms would take it; empty for one that they would refuse."""
    name = " ".join(normalize("NFC", _first(value)).split())[:LONGEST_NAME].strip()
    try:
        validate_person_name(name)
    except ValidationError:
        return ""
    return name
