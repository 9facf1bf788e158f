"""Writes what a rush needs in the database of a checkout, and prints who comes: one line of JSON.

    python rows.py CHECKOUT WHOLE READY

A call that closes in a day, and a lycée for each file: WHOLE drafts whose writers will finish, have signed and file; READY files signed
already, that have only to be filed. Their people are signed in (the cost of a password is measured apart). The checkout may be an earlier
build: only names that both builds have are used.
"""

import json
import os
import random
import sys
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path

checkout = Path(sys.argv[1]).resolve()
sys.path[0] = str(checkout)
os.chdir(checkout)

import django  # noqa: E402 -- from the environment, the project from the checkout

django.setup()

from django.conf import settings  # noqa: E402 -- after the settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from calls.models import Application, Call, Programme, Questionnaire  # noqa: E402
from calls.shipped import lycee_40  # noqa: E402
from cms.demo import filing  # noqa: E402
from cms.demo.directory import load_directory  # noqa: E402
from portal.accounts.models import RoleGrant, User  # noqa: E402
from portal.directory.models import Establishment  # noqa: E402
from portal.workflow.gate import perform  # noqa: E402

REFERENCE = "AFFLUENCE"


def open_call() -> Call:
    programme, _ = Programme.objects.get_or_create(code="affluence", defaults={"name": "Mesure de l’affluence"})
    now = timezone.now()
    call = Call.objects.create(
        programme=programme, reference=REFERENCE, slug="affluence", title="Appel des dernières minutes", opens_at=now - timedelta(days=30),
        closes_at=now + timedelta(days=1), budget_amount=Decimal("90000000.00"), ceiling_amount=Decimal("900000.00"), state="published",
    )  # fmt: skip
    Questionnaire.objects.create(call=call, version=1, definition=lycee_40.DEFINITION, frozen_at=now)
    return call


def lycees(number: int) -> list[Establishment]:
    """So many lycées, made from one of the directory."""
    model = (
        Establishment.objects.filter(category="public_education").order_by("uai").first() or Establishment.objects.order_by("uai").first()
    )
    for rank in range(number):
        model.pk, model._state.adding = None, True  # noqa: SLF001 -- how Django copies a row
        model.uai, model.name, model.email = f"099{rank:04d}Z", f"Lycée de la mesure {rank:04d}", f"mesure{rank:04d}@preau.example"
        model.save()
    return list(Establishment.objects.filter(uai__startswith="099", name__startswith="Lycée de la mesure").order_by("uai"))


def person(role: str, lycee: Establishment) -> User:
    user = User(email=f"{role}.{lycee.uai.lower()}@preau.example", first_name="Claude", last_name=f"{role.capitalize()} {lycee.uai}")
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.create(user=user, role=role, establishment=lycee)
    return user


def signed_in(user: User) -> str:
    """The cookie of an open session."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session.save()
    return session.session_key


def draft(call: Call, lycee: Establishment, writer: User) -> Application:
    file = filing.start_file(call=call, school=lycee, author=writer)
    return filing.fill_file(file, author=writer, rng=random.Random(lycee.uai))  # noqa: S311 -- invented data


def main(whole: int, ready: int) -> None:
    if not Establishment.objects.exists():
        load_directory(None)
    call_command("create_starter_pages", verbosity=0)
    call, comers = open_call(), []
    for rank, lycee in enumerate(lycees(whole + ready)):
        writer, head = person("member", lycee), person("head", lycee)
        file = draft(call, lycee, writer)
        if rank >= whole:
            perform(file, "request_approval", actor=writer)
            perform(file, "approve", actor=head)
        comers.append({"file": file.reference, "whole": rank < whole, "writer": signed_in(writer), "head": signed_in(head)})
    print(json.dumps(comers))


if __name__ == "__main__":
    main(int(sys.argv[2]), int(sys.argv[3]))
