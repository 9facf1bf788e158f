"""What the settings say of providers, what is kept of their claims, which signatures are believed."""

import json
import time

import jwt
import pytest
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured

from portal.accounts.identity.claims import told
from portal.accounts.identity.openid import CheckedOpenIDAdapter
from portal.accounts.identity.providers import read_providers

ROW = {"id": "ent", "name": "ENT", "server_url": "https://ent.example/oidc", "client_id": "préau", "secret": "s"}


def provider(**more):
    return read_providers(json.dumps([ROW | more]))[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "not JSON"),
        ('{"id": "ent"}', "list of objects"),
        ("[1]", "list of objects"),
        (json.dumps([{**ROW, "secret": ""}]), "secret is missing"),
        (json.dumps([{**ROW, "scope": ["openid"]}]), "unknown scope"),
        (json.dumps([{**ROW, "id": "Mon ENT"}]), "small letters"),
        (json.dumps([{**ROW, "claims": {"nom": "sn"}}]), "unknown claims nom"),
        (json.dumps([{**ROW, "roles": {"National_dir": "head"}}]), "head is not given by a provider"),
        (json.dumps([{**ROW, "roles": {"agent": "admin"}}]), "admin is not given by a provider"),
        (json.dumps([ROW, ROW]), "twice"),
    ],
)
def test_what_is_wrong_is_named(text, word):
    with pytest.raises(ImproperlyConfigured, match=word):
        read_providers(text)


@pytest.mark.parametrize("text", ["", "[]"])
def test_none_is_a_choice(text):
    assert read_providers(text) == ()


def test_forms_lead_to_the_provider_and_where_it_says():
    assert provider(origins=["https://sso.example"]).posted_to == ("https://ent.example", "https://sso.example")


def test_claims_are_read_under_the_names_of_the_settings():
    ent = provider(claims={"last_name": "sn", "uai": "rattachement", "profile": "profils"}, second_factor=["mfa"])
    claims = {
        "sub": 7,
        "sn": ["Le  Gall"],
        "given_name": "Ève",
        "rattachement": "0540001a;0540002B",
        "profils": ["ens", "doc"],
        "amr": "mfa",
    }

    assert told(ent, claims) == {
        "sub": "7",
        "email": "",
        "email_verified": False,
        "given_name": "Ève",
        "family_name": "Le Gall",
        "uai": ["0540001A", "0540002B"],
        "profiles": ["ens", "doc"],
        "second_factor": True,
    }


@pytest.mark.parametrize("claims", [{"amr": ["pwd"]}, {"acr": "eidas1"}, {"amr": None}, {"amr": {"mfa": 1}}])
def test_another_way_of_signing_in_is_no_second_factor(claims):
    assert not told(provider(second_factor=["mfa", "eidas2"]), {"sub": "1", **claims})["second_factor"]


# -- Signatures -----------------------------------------------------------------------------------------------------------

KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
CLAIMS = {"sub": "1", "iss": "https://ent.example", "aud": "us"}


@pytest.fixture
def read(monkeypatch):
    """`read(token, must_name_us=True)`, against a provider that publishes KEY."""
    adapter = CheckedOpenIDAdapter(None, "ent")
    adapter._openid_config = {"issuer": "https://ent.example", "jwks_uri": "https://ent.example/jwks"}
    found = lambda token, url, lookup: (jwt.get_unverified_header(token)["alg"], KEY.public_key())  # noqa: E731
    monkeypatch.setattr("portal.accounts.identity.openid.jwtkit.fetch_key", found)
    return lambda token, **more: adapter._read_signed(token, SocialApp(client_id="us"), **more)


def signed(key=KEY, alg="RS256", **changes) -> str:
    claims = {name: value for name, value in (CLAIMS | {"exp": time.time() + 60} | changes).items() if value is not None}
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": "1"})


def test_a_token_of_the_provider_for_us_is_read(read):
    assert read(signed(), must_name_us=True)["sub"] == "1"
    assert read(signed(aud=["them", "us"]), must_name_us=True)["sub"] == "1"


def test_signed_user_info_may_name_neither_issuer_nor_client(read):
    assert read(signed(iss=None, aud=None, exp=None))["sub"] == "1"


@pytest.mark.parametrize("changes", [{"iss": "https://elsewhere.example"}, {"aud": "them"}, {"aud": ["them"]}, {"sub": None}, {"exp": 1}])
@pytest.mark.parametrize("must_name_us", [True, False])
def test_a_token_of_another_for_another_or_past_is_refused(read, changes, must_name_us):
    with pytest.raises((OAuth2Error, jwt.PyJWTError)):
        read(signed(**changes), must_name_us=must_name_us)


@pytest.mark.parametrize("changes", [{"iss": None}, {"aud": None}, {"exp": None}])
def test_an_identity_token_says_for_whom_and_until_when(read, changes):
    with pytest.raises(jwt.PyJWTError):
        read(signed(**changes), must_name_us=True)


def test_what_another_key_signed_is_refused(read):
    with pytest.raises(jwt.InvalidSignatureError):
        read(signed(OTHER))


@pytest.mark.parametrize(("key", "alg"), [("secret-known-to-both-0123456789abcdef", "HS256"), (None, "none")])
def test_what_no_key_of_theirs_alone_signed_is_refused(read, key, alg):
    with pytest.raises(OAuth2Error, match="not accepted"):
        read(signed(key, alg))


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "{}"])
def test_what_is_no_token_is_refused(read, token):
    with pytest.raises((jwt.PyJWTError, ValueError)):
        read(token)
