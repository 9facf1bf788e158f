"""A real provider on loopback: a process of npm oidc-provider, for the whole session of tests."""

import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings as django_settings

from portal.accounts.identity.providers import IdentityProvider, for_allauth, read_providers

BACK = "http://testserver"
SCRIPT = Path(__file__).parent / "provider.mjs"


class Elsewhere:
    """The provider as a test sees it: who stands before it, and the way there and back."""

    def __init__(self, base: str):
        self.base = base

    def says(self, login: dict | None = None, **claims) -> None:
        """Who signs in there next; `amr` and `acr` are of the sign-in itself, as `refuses` in `login`."""
        login = (login or {}) | {key: claims.pop(key) for key in ("amr", "acr") if key in claims}
        self.browser = requests.Session()
        assert requests.post(f"{self.base}/as", json={"person": {"sub": "p1", **claims}, "login": login}, timeout=10).ok

    def comes(self, client, provider: str = "signs", *, process: str = "login", following: str = ""):
        """The whole way by the buttons of our page: ours, theirs, ours. The answer of our callback."""
        ours = client.post(f"/compte/oidc/{provider}/login/?process={process}" + (f"&next={following}" if following else ""))
        assert ours.status_code == 302, ours.content.decode()
        return client.get(self.back_from(ours["Location"]))

    def back_from(self, address: str) -> str:
        """What the provider sends back, followed there until it leads to us."""
        for _ in range(8):
            answer = self.browser.get(address, allow_redirects=False, timeout=10)
            assert answer.status_code in (302, 303), answer.text[:2000]
            address = answer.headers["Location"]
            if address.startswith("/"):
                address = self.base + address
            if address.startswith(BACK):
                return address.removeprefix(BACK)
        raise AssertionError(f"the provider never came back: {address}")


def _row(base: str, name: str, **more) -> dict:
    row = {"id": name, "name": f"Service {name}", "server_url": base, "client_id": name, "secret": "secret-of-the-tests-0123456789-abcdef"}
    return row | {"scopes": ["openid", "email", "profile", "ent"], "claims": {"last_name": "usual_name"}} | more


@pytest.fixture(scope="session")
def provider_process():
    node = shutil.which("node")
    assert node, "node runs the provider of these tests"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [node, str(SCRIPT), str(port), BACK], cwd=django_settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for line in process.stdout:
        if line.strip() == "ready":
            break
    else:
        raise AssertionError("the provider did not start: npm ci brings it")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def configure(settings, provider_process):
    """`configure(signs={...}, plain={...})`: the two clients, with more of what the settings may say of each."""

    def put(**more: dict) -> tuple[IdentityProvider, ...]:
        import json

        rows = [
            _row(provider_process, "signs", signed_userinfo=True) | more.get("signs", {}),
            _row(provider_process, "plain") | more.get("plain", {}),
        ]
        settings.IDENTITY_PROVIDERS = read_providers(json.dumps(rows))
        settings.SOCIALACCOUNT_PROVIDERS = for_allauth(settings.IDENTITY_PROVIDERS)
        return settings.IDENTITY_PROVIDERS

    return put


@pytest.fixture
def elsewhere(db, provider_process, configure):
    configure()
    return Elsewhere(provider_process)


def asked_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
