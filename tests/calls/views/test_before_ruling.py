"""What an officer reads before a file is declared admissible or not: days that run, points noted or left, what the act does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.actions.bulk_kinds import bulk_kind
from calls.actions.instruction import open_completion_request
from calls.actions.ticking import tick_points
from calls.actions.versions import freeze_version
from calls.enums import ApplicationState, CallState, VersionReason
from calls.models import Application, CompletionRequest
from portal.roles import Role
from portal.text.dates import day
from portal.workflow.actors import SYSTEM
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
SAME = {"key": "projet", "label": "Porte sur ce projet", "ticked": True, "help": "", "blocking": True, "reason": ""}
MAP = {"key": "plan", "label": "Plan joint", "ticked": True, "help": "", "blocking": False, "reason": ""}
NOT_RECEIVED = "Compléments non reçus"


@pytest.fixture
def officer(client):
    user = person(Role.OFFICER)
    client.force_login(user)
    return user


@pytest.fixture
def filed():
    call = CallFactory(state=CallState.INSTRUCTION, closed=True, admissibility_lines=[SAME, MAP])
    file = ApplicationFactory(call=call, submitted=True, complete=True)
    Application.objects.filter(pk=file.pk).update(submitted_at=call.closes_at - timedelta(days=1))
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=SYSTEM)
    return Application.objects.get(pk=file.pk)


def fresh(file):
    return Application.objects.select_related("call", "establishment", "questionnaire").get(pk=file.pk)


def read(page) -> str:
    return words_of(tree_of(page)).replace("\u00a0", " ")


def act(client, file, name):
    return client.get(f"/dossiers/{file.reference}/action/{name}/")


def test_a_day_given_to_the_lycee_is_said_and_confirmed_before_its_file_is_refused(client, filed, officer):
    today = timezone.localdate()
    open_completion_request(application=filed, fields=["resume"], message="Précisez.", due_on=today, actor=officer)
    page = act(client, filed, "declare_inadmissible")
    awaited = f"Le lycée a encore jusqu’au {day(today)} inclus pour envoyer les compléments demandés."
    typed = {"reason": "Hors de l’objet."}

    without = client.post(page.request["PATH_INFO"], typed)
    untrue = client.post(page.request["PATH_INFO"], {"motifs": ["sans-reponse"], "sure": page.context["form"].box.label})
    left = bulk_kind("irrecevables").obstacle(fresh(filed), officer, {})
    done = client.post(page.request["PATH_INFO"], {**typed, "sure": page.context["form"].box.label})

    assert read(page).count(awaited) == 2 and NOT_RECEIVED not in page.content.decode()
    assert (without.status_code, untrue.status_code, done.status_code) == (422, 422, 302)
    assert left.reason == "Un délai court encore pour le lycée" and left.detail == awaited
    assert fresh(filed).state == ApplicationState.INADMISSIBLE


def test_once_the_day_has_passed_nothing_is_to_confirm_and_its_reason_is_offered(client, filed, officer):
    open_completion_request(application=filed, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), actor=officer)
    CompletionRequest.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    page = act(client, filed, "declare_inadmissible")

    assert page.context["form"].box is None and NOT_RECEIVED in page.content.decode()
    assert bulk_kind("irrecevables").obstacle(fresh(filed), officer, {}) is None


def test_the_refusal_says_what_it_does_and_offers_what_was_noted(client, filed, officer):
    tick_points(
        application=filed, answers={"projet": ("no", "Il s’agit d’un autre lycée."), "plan": ("yes", "Pages 3 et 4.")}, actor=officer
    )

    page = act(client, filed, "declare_inadmissible")
    words = read(page)
    client.post(page.request["PATH_INFO"], {"motifs": ["hors-objet", "remarque-projet"], "reason": "Déposez-le à l’appel suivant."})

    assert "Votre remarque, Porte sur ce projet : « Il s’agit d’un autre lycée. »" in words and "Pages 3 et 4." not in words
    assert "n’est pas transmis au jury" in words and "contester cette décision pendant deux mois" in words
    assert page.context["form"]["motifs"].value() == []  # written for colleagues: chosen by a person, or not sent
    told = "Le projet ne répond pas à l’objet de cet appel.\nIl s’agit d’un autre lycée.\nDéposez-le à l’appel suivant."
    assert fresh(filed).inadmissibility_reason == told


def test_what_is_ticked_says_at_once_what_it_holds_back(client, filed, officer):
    address = f"/dossiers/{filed.reference}/recevabilite/"

    nothing = client.post(address, {})
    against = client.post(address, {"reponse-projet": "no", "reponse-plan": "no"}, follow=True)

    assert nothing.status_code == 422 and "Rien n’est coché" in nothing.content.decode()
    assert "« Non » empêche de déclarer le dossier recevable. « Non » n’empêche pas" not in read(nothing)
    assert "« Porte sur ce projet » : « Non » empêche de déclarer le dossier recevable." in read(against)


def test_declaring_admissible_names_what_is_still_to_look_at(client, filed, officer):
    tick_points(application=filed, answers={"projet": ("yes", ""), "plan": ("no", "")}, actor=officer)
    assert "La recevabilité signale encore : Plan joint : non." in read(act(client, filed, "declare_admissible"))
