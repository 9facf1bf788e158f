"""Several files declared admissible at once: the pre-flight says which ones stay and why, the act does only what it said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.models import Application, CompletionRequest
from portal.notifications.models import Message
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.reading import links_of, the

pytestmark = pytest.mark.django_db
BULK = "/dossiers/lot/recevables/"


@pytest.fixture
def lot():
    """One file that may go, and one of each that may not."""
    call = CallFactory()
    good = ApplicationFactory(call=call, reference="L-1", submitted=True, complete=True)
    waiting = ApplicationFactory(call=call, reference="L-2", submitted=True, complete=True)
    CompletionRequest.objects.create(application=waiting, fields=["titre"], message="Précisez.", due_on=timezone.localdate())
    done = ApplicationFactory(call=call, reference="L-3", admissible=True, complete=True)
    incomplete = ApplicationFactory(call=call, reference="L-4", submitted=True)
    ineligible = ApplicationFactory(
        call=call, reference="L-5", submitted=True, complete=True, establishment=EstablishmentFactory(without_contract=True)
    )
    late = ApplicationFactory(call=call, reference="L-6", submitted=True, complete=True, submitted_at=call.deadline + timedelta(minutes=1))
    return {file.reference: file for file in (good, waiting, done, incomplete, ineligible, late)}


def states():
    return dict(Application.objects.values_list("reference", "state"))


def test_preflight_says_which_files_stay_and_why(client, lot):
    client.force_login(person(Role.OFFICER))
    before = states()

    response = client.get(BULK, {"dossier": list(lot)})

    assert [file.reference for file in response.context["ready"]] == ["L-1"]
    reasons = {file.reference: reason for file, reason in response.context["held"]}
    assert list(reasons) == ["L-2", "L-3", "L-4", "L-5", "L-6"]
    assert reasons["L-2"] == "Une demande de compléments est en cours."
    assert reasons["L-3"] == "son état est déjà « Recevable »."
    assert reasons["L-4"].startswith("à examiner à part. 3\u00a0réponses manquent.")
    assert reasons["L-5"].startswith("à examiner à part. Lycée non éligible.")
    assert reasons["L-6"].startswith("à examiner à part. Déposé hors délai.")
    assert states() == before


def test_act_declares_only_the_files_that_may_go(client, lot):
    client.force_login(person(Role.OFFICER))

    response = client.post(BULK, {"dossier": list(lot)}, follow=True)
    assert response.redirect_chain == [(f"/dossiers/?appel={lot['L-1'].call.reference}", 302)]

    assert states() == {
        "L-1": "admissible",
        "L-2": "submitted",
        "L-3": "admissible",
        "L-4": "submitted",
        "L-5": "submitted",
        "L-6": "submitted",
    }
    messages = [str(message) for message in response.context["messages"]]
    assert messages[0] == "1\u00a0dossier déclaré recevable."
    assert len(messages) == 6


def test_act_done_twice_tells_the_school_once(client, lot):
    person(Role.HEAD, at=lot["L-1"].establishment)
    client.force_login(person(Role.OFFICER))

    client.post(BULK, {"dossier": ["L-1"]})
    client.post(BULK, {"dossier": ["L-1"]})

    assert Message.objects.filter(code="declared_admissible").count() == 1


def test_files_outside_the_perimeter_do_not_exist(client, lot):
    """Reims sees none of the files of Nancy-Metz, not even to be told that they cannot go."""
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))
    before = states()

    preview = client.get(BULK, {"dossier": ["L-1", "L-2"]})
    client.post(BULK, {"dossier": ["L-1", "L-2"]})

    assert preview.context["ready"] == preview.context["held"] == []
    assert "L-1" not in preview.content.decode()
    assert states() == before


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.FINANCE, Role.AUDITOR, Role.ADMIN, Role.JUROR, Role.TECHNICIAN, Role.MEMBER])
def test_act_is_for_officers(client, lot, role):
    at = lot["L-1"].establishment if role == Role.MEMBER else None
    client.force_login(person(role, at=at))
    before = states()

    assert client.get(BULK, {"dossier": ["L-1"]}).status_code == 403
    assert client.post(BULK, {"dossier": ["L-1"]}).status_code == 403
    assert states() == before


def test_nothing_ticked_says_what_to_do(client):
    client.force_login(person(Role.OFFICER))

    response = client.get(BULK)

    assert "Aucun dossier n’est coché" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_preflight_query_count(client, count, django_assert_num_queries):
    call = CallFactory()
    files = [ApplicationFactory(call=call, submitted=True, complete=True) for _ in range(count)]
    client.force_login(person(Role.OFFICER))

    with django_assert_num_queries(8):
        response = client.get(BULK, {"dossier": [file.reference for file in files]})

    assert len(response.context["ready"]) == count


def test_the_act_comes_back_to_the_list_as_it_was_filtered(client, lot):
    """What was looked for is looked for again afterwards; an address of another site is not followed."""
    client.force_login(person(Role.OFFICER))
    call = lot["L-1"].call.reference
    listed = f"/dossiers/?appel={call}&vue=a-statuer&tri=-demande"
    sent = the(client.get(listed), "form input[name='next']")["value"]

    asked = client.get(BULK, {"dossier": ["L-1"], "next": sent})
    done = client.post(BULK, {"dossier": ["L-1"], "next": the(asked, "form[method='post'] input[name='next']")["value"]})
    elsewhere = client.post(BULK, {"dossier": ["L-1"], "next": "https://ailleurs.example/"})

    assert ("Ne rien changer", listed) in links_of(asked)
    assert (done["Location"], elsewhere["Location"]) == (listed, f"/dossiers/?appel={call}")
