"""Answers pages of a checkout, timed, on demand: one line of JSON in, one out. `beside` drives two of them, one a build.

    python pages_worker.py CHECKOUT < '{"address": "/dossiers/", "login": "instruction"}'

The checkout may be an earlier build: only names that both builds have are used.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

checkout = Path(sys.argv[1]).resolve()
sys.path[0] = str(checkout)
os.chdir(checkout)

import django  # noqa: E402 -- from the environment, the project from the checkout

django.setup()
logging.disable(logging.ERROR)

from django.db import connection  # noqa: E402 -- after the settings
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from portal.accounts.models import User  # noqa: E402
from scoring.models import Assessment  # noqa: E402

clients: dict[str, Client] = {}


def client_of(login: str, address: str) -> Client:
    """Signed in with both factors, as the demonstration account `login`, the juror of the address, or nobody."""
    key = address if login == "juré" else login
    if key not in clients:
        clients[key] = client = Client()
        if login:
            client.force_login(_person(login, address))
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
            session.save()
    return clients[key]


def _person(login: str, address: str) -> User:
    if login != "juré":
        return User.objects.get(email=f"{login}@preau.example")
    juror = Assessment.objects.get(pk=address.rstrip("/").rpartition("/")[2]).juror
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(user=juror, type=Authenticator.Type.TOTP, defaults={"data": {}})
    return juror


def answer(address: str, login: str, count: bool = False) -> dict:
    """Status, milliseconds of CPU, bytes, and the number of queries where `count` asks (the capture costs time)."""
    client = client_of(login, address)
    if count:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        return {"status": response.status_code, "queries": len(captured), "bytes": len(response.content)}
    start = time.process_time()
    response = client.get(address)
    return {"status": response.status_code, "ms": (time.process_time() - start) * 1000}


for line in sys.stdin:
    print(json.dumps(answer(**json.loads(line))), flush=True)
