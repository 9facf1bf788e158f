from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.cache import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from calls.models import Application
from portal.journal import recorder
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform
from portal.workflow.views import run_transition
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.opinions import an_opinion
from tests.portal.ui.conftest import flat
from tests.reading import elements_of, the, words_of

pytestmark = pytest.mark.django_db


def ask(obj, name, user, data=None):
    request = RequestFactory().get("/") if data is None else RequestFactory().post("/", data)
    request.user, request.session = user, SessionStore()
    request._messages = FallbackStorage(request)
    response = run_transition(request, obj, name)
    return response, flat(response.content.decode())


def test_confirmation_asks_for_the_reason_and_writes_nothing():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)

    response, html = ask(application, "declare_inadmissible", officer)

    assert response.status_code == 200
    control = the(html, "textarea.form-control#id_reason")
    assert (control["name"], control["aria-describedby"], control.has_attr("required")) == ("reason", "reason_aide", True)
    assert "btn-danger" in html
    assert Application.objects.get().state == "submitted"


def test_the_page_says_of_a_reason_whether_anybody_is_told_it():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)
    opinion = an_opinion()

    _, told = ask(application, "declare_inadmissible", officer)
    _, kept = ask(opinion, "cancel", person(Role.CALL_MANAGER))

    assert words_of(the(told, "#reason_aide")) == "Il est gardé au journal et communiqué aux personnes concernées."
    assert words_of(the(kept, "#reason_aide")).replace("\xa0", " ") == "Il est gardé au journal ; il n’est envoyé à personne."


def test_missing_reason_is_told_beside_the_field():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)

    response, html = ask(application, "declare_inadmissible", officer, {"reason": "  "})

    assert response.status_code == 422
    control = the(html, "textarea#id_reason")
    assert (control["aria-describedby"], control["aria-invalid"]) == ("reason_aide reason_erreur", "true")
    assert "Indiquez le motif\u00a0: il est gardé" in html
    assert Application.objects.get().state == "submitted"


def test_what_is_missing_is_told_sentence_by_sentence_without_a_button_to_act():
    draft = ApplicationFactory()
    member = person(Role.MEMBER, at=draft.establishment)

    response, html = ask(draft, "request_approval", member)

    assert response.status_code == 200
    assert "Il manque encore" in html
    assert elements_of(html, "form") == []


def test_somebody_who_acted_before_is_told_with_409():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)
    perform(application, "declare_admissible", actor=person(Role.OFFICER))

    response, html = ask(application, "declare_admissible", officer, {})

    assert response.status_code == 409
    assert "Quelqu’un a agi avant vous" in html
    assert "Rien n’a été changé." in html
    assert "Le dernier changement d’état est du" in html


@pytest.mark.parametrize("moved", ["by nobody", "by the portal", "long ago"])
def test_nobody_is_said_to_have_acted_where_nobody_did(moved):
    """A page opened too late, or an address typed by hand: the refusal says what is, and blames nobody."""
    application, officer = ApplicationFactory(admissible=True), person(Role.OFFICER)
    if moved == "by the portal":
        recorder.record(application, "declare_admissible", actor=SYSTEM, target="admissible")
    if moved == "long ago":
        with time_machine.travel(timezone.now() - timedelta(hours=2)):
            recorder.record(application, "declare_admissible", actor=person(Role.OFFICER), target="admissible")

    response, html = ask(application, "declare_admissible", officer, {})

    assert response.status_code == 409
    assert "Quelqu’un a agi avant vous" not in html
    assert "n’est pas possible maintenant" in words_of(the(html, "h1"))
    assert "Rien n’a été changé." in html


def test_done_transition_leads_back_to_the_object():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)

    response, _ = ask(application, "declare_admissible", officer, {})

    assert (response.status_code, response["Location"]) == (302, f"/dossiers/{application.reference}/")
    assert Application.objects.get().state == "admissible"


def test_somebody_else_may_not_even_see_the_page():
    application = ApplicationFactory(call__closed=True, submitted=True)
    member = person(Role.MEMBER, at=application.establishment)

    with pytest.raises(PermissionDenied):
        ask(application, "declare_admissible", member)


def test_hidden_transition_has_no_generic_page():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)

    with pytest.raises(Http404):
        ask(application, "request_completion", officer)


def test_a_reason_counts_each_line_break_once_and_is_kept_as_typed():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)
    reason = "\r\n".join(["x" * 19] * 100)

    response, _ = ask(application, "declare_inadmissible", officer, {"reason": reason + "\r\n"})

    assert response.status_code == 302
    assert JournalEntry.objects.get(action="declare_inadmissible").reason == "\n".join(["x" * 19] * 100)


def test_a_reason_too_long_is_refused_with_the_signs_to_take_out_and_stays_on_the_page():
    application, officer = ApplicationFactory(call__closed=True, submitted=True), person(Role.OFFICER)

    response, html = ask(application, "declare_inadmissible", officer, {"reason": "x" * 2003})

    assert response.status_code == 422
    assert "retirez-en 3." in html
    assert "x" * 2003 in html
    assert Application.objects.get().state == "submitted"
