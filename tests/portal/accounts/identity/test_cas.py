"""Signing in by CAS 3, against a real server: attributes, schools, both ways of signing out, and what is no answer of a server."""

import json
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from portal.accounts.identity.cas.provider import CheckedCASClient
from portal.accounts.identity.providers import for_allauth, read_providers
from portal.accounts.models import JoinRequest, RoleGrant, User
from portal.roles import Role
from tests.factories.directory import EstablishmentFactory
from tests.portal.accounts.identity.conftest import BACK
from tests.reading import links_of, text_of

pytestmark = pytest.mark.django_db
SERVER = Path(__file__).parent / "ent.py"
CLAIRE = {
    "mail": "claire.morel@ent.example",
    "prenom": "Claire",
    "nom": "Morel",
    "uai": "0540001A",
    "profils": ["National_ENS", "National_DOC"],
}
ROW = {
    "id": "ent",
    "name": "ENT des Étangs",
    "protocol": "cas",
    "claims": {"email": "mail", "first_name": "prenom", "last_name": "nom", "profile": "profils"},
    "email_is_confirmed": True,
}


@pytest.fixture(scope="session")
def cas_process(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SERVER), str(port), str(tmp_path_factory.mktemp("cas"))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"PYTHONPATH": ":".join(sys.path)})
    said = []
    for line in process.stdout:
        said.append(line)
        if line.strip() == "ready":
            break
    else:
        raise AssertionError("the CAS server did not start:\n" + "".join(said[-15:]))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def told():
    """Where the server tells that people have signed out: the bodies of its requests, as they come, and the address."""
    bodies = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["logoutRequest"][0])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, daemon=True).start()
    yield bodies, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class Ent:
    """The ENT as a test sees it."""

    def __init__(self, base: str, settings, told_at: str):
        self.base, self.settings, self.told_at = base, settings, told_at
        self.configure()

    def configure(self, **more) -> None:
        self.settings.IDENTITY_PROVIDERS = read_providers(json.dumps([ROW | {"server_url": self.base} | more]))
        self.settings.SOCIALACCOUNT_PROVIDERS = for_allauth(self.settings.IDENTITY_PROVIDERS)

    def says(self, **attributes) -> None:
        self.browser = requests.Session()
        said = {"user": "p1", "attributes": attributes, "told_at": self.told_at}
        assert requests.post(f"{self.base}/as", json=said, timeout=10).ok

    def ticket_for(self, client, process: str = "login") -> str:
        """The way to the server, its form, and the address to which it sends back."""
        ours = client.post(f"/compte/cas/ent/login/?process={process}")
        page = self.browser.get(ours["Location"], timeout=10, allow_redirects=False)
        if page.status_code == 200:
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
            hidden = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
            typed = {"username": "p1", "password": "of the tests"}
            page = self.browser.post(f"{self.base}/login", data=hidden | typed, timeout=10, allow_redirects=False)
        assert page.status_code == 302, page.text[:3000]
        return page.headers["Location"].removeprefix(BACK)

    def comes(self, client, process: str = "login"):
        return client.get(self.ticket_for(client, process))


@pytest.fixture
def ent(db, cas_process, settings, told):
    return Ent(cas_process, settings, told[1])


def signed_in(client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_a_newcomer_gets_an_account_from_the_attributes(client, ent):
    ent.says(**CLAIRE)

    answer = ent.comes(client)

    claire = signed_in(client)
    assert answer["Location"] == "/espace/"
    assert (str(claire), claire.email, claire.roles) == ("Claire Morel", "claire.morel@ent.example", frozenset())
    assert claire.socialaccount_set.get().extra_data["userinfo"]["profiles"] == ["National_ENS", "National_DOC"]


def test_an_account_is_joined_by_its_address_where_the_ent_confirms_them(client, ent, signed_up):
    user = signed_up(email=CLAIRE["mail"])
    ent.says(**CLAIRE)

    ent.comes(client)

    assert signed_in(client) == user


def test_and_not_otherwise(client, ent, signed_up):
    ent.configure(email_is_confirmed=False)
    user = signed_up(email=CLAIRE["mail"])
    ent.says(**CLAIRE)

    ent.comes(client)

    assert signed_in(client) is None
    assert not user.socialaccount_set.exists()


def test_our_second_factor_is_asked_for(client, ent, signed_up, secret):
    signed_up(Role.OFFICER, secret=secret, email=CLAIRE["mail"])
    ent.says(**CLAIRE)

    assert ent.comes(client)["Location"] == "/compte/2fa/authenticate/"


def test_its_school_is_proposed(client, ent):
    EstablishmentFactory(uai="0540001A", name="Lycée Jean-Prouvé")
    ent.says(**CLAIRE)
    ent.comes(client)

    assert 'href="/compte/etablissement/0540001A/"' in client.get("/compte/etablissement/").content.decode()
    assert "Demandez à rejoindre le lycée Jean-Prouvé" in text_of(client.get("/espace/"))
    assert "/compte/etablissement/0540001A/" in dict(links_of(client.get("/espace/"))).values()
    assert not JoinRequest.objects.exists()


def test_a_trusted_profile_gives_its_role(client, ent):
    ent.configure(roles={"National_ENS": "member"})
    school = EstablishmentFactory(uai="0540001A")
    ent.says(**CLAIRE)

    ent.comes(client)

    assert RoleGrant.objects.get().establishment == school


def test_signing_out_here_goes_on_there(client, ent):
    ent.says(**CLAIRE)
    ent.comes(client)

    answer = client.post("/compte/logout/")

    assert answer["Location"].startswith(f"{ent.base}/logout?service=http%3A%2F%2Ftestserver%2F")
    assert signed_in(client) is None


def test_signing_out_there_ends_the_session_here_and_that_one_alone(client, ent, told):
    ent.says(**CLAIRE)
    ent.comes(client)
    other = Client()
    ent.says(**CLAIRE)
    ent.comes(other)

    ent.browser.get(f"{ent.base}/logout", timeout=20)  # that of the second browser
    assert len(told[0]) == 1
    answer = Client(enforce_csrf_checks=True).post("/compte/cas/ent/login/callback/?state=x", {"logoutRequest": told[0][0]})

    assert answer.status_code == 204
    assert other.get("/espace/").status_code == 302
    assert client.get("/espace/").status_code == 200


@pytest.mark.parametrize("sent", ["", "<a/>", "<a", "x" * 4000, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_tells_of_no_sign_out_ends_nothing(client, ent, sent):
    ent.says(**CLAIRE)
    ent.comes(client)

    assert Client().post("/compte/cas/ent/login/callback/", {"logoutRequest": sent}).status_code == 204
    assert client.get("/espace/").status_code == 200


def test_a_ticket_serves_once_and_in_the_browser_that_asked_for_it(client, ent):
    ent.says(**CLAIRE)
    back = ent.ticket_for(client)
    stranger = Client()

    assert stranger.get(back).status_code == 401
    assert signed_in(stranger) is None
    client.get(back)
    client.post("/compte/logout/")
    assert client.get(back).status_code == 401


@pytest.mark.parametrize("query", ["", "?ticket=ST-1", "?ticket=ST-1&state=x"])
def test_a_return_that_nobody_asked_for_changes_nothing(client, ent, query):
    answer = client.get(f"/compte/cas/ent/login/callback/{query}")

    assert answer.status_code == 401
    assert "La connexion n’a pas abouti" in answer.content.decode()


def test_a_ticket_that_the_server_does_not_know_is_refused(client, ent):
    ent.says(**CLAIRE)
    back = ent.ticket_for(client)
    state = parse_qs(urlsplit(back).query)["state"][0]

    assert client.get(f"/compte/cas/ent/login/callback/?state={state}&ticket=ST-invented").status_code == 401


@pytest.mark.parametrize(
    "answered", [b"", b"no", b"<a>", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a><authenticationSuccess>&b;</authenticationSuccess></a>']
)
def test_an_answer_that_is_no_cas_signs_nobody_in(client, ent, monkeypatch, answered):
    ent.says(**CLAIRE)
    back = ent.ticket_for(client)
    monkeypatch.setattr(CheckedCASClient, "get_verification_response", lambda self, ticket: answered)

    assert client.get(back).status_code == 401
    assert signed_in(client) is None


def test_a_server_that_does_not_answer_is_said(client, ent):
    ent.says(**CLAIRE)
    back = ent.ticket_for(client)
    ent.configure(server_url="http://127.0.0.1:9")

    assert client.get(back).status_code == 401


def test_the_page_of_identities_names_it(client, ent):
    ent.says(**CLAIRE)
    ent.comes(client)

    assert "ENT des Étangs" in client.get("/compte/3rdparty/").content.decode()
    assert "ENT des Étangs" in client.get("/compte/").content.decode()
