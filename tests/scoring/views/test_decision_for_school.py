"""What the school reads of a decision, and when: nothing before the release."""

import hashlib
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.notifications.models import Message
from portal.roles import Role
from scoring.actions.release import ask_release
from scoring.hooks import jobs
from scoring.models import SelectionSession
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, propose, quiet, release, sit, vote
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


MOVING = re.compile(
    r'"csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|nonce="[^"]*"|content="[A-Za-z0-9]{64}"|référence [0-9a-f-]{8,}',
    re.IGNORECASE,
)


def applicant_pages(client, made) -> dict[str, str]:
    """SHA-256 of every page that the school of the first file opens, without the tokens that change at each request."""
    client.force_login(made.head)
    file = made.files[0]
    own = ["/espace/", "/dossiers/", f"/dossiers/{file.reference}/", f"/dossiers/?etat={file.state}", "/dossiers/?tri=-etat"]
    public = ["/appels/", "/resultats/", f"/resultats/{made.call.slug}/", f"/etablissements/{file.establishment.uai}/"]
    found = {}
    for address in own + public:
        response = client.get(address)
        text = MOVING.sub("", response.content.decode()) if response.status_code == 200 else ""
        found[address] = f"{response.status_code} {hashlib.sha256(text.encode()).hexdigest()}"
    return found


def test_nothing_changes_for_the_school_before_the_release(client):
    made = deliberation()
    made.head = person(Role.HEAD, at=made.files[0].establishment)
    call_command("create_starter_pages", verbosity=0)
    before = applicant_pages(client, made)
    after = {}

    sit(made)
    after["scenario"] = applicant_pages(client, made)
    made.session = SelectionSession.objects.get()
    from portal.workflow.gate import perform
    from scoring.actions.decision import propose_decisions, record_vote

    perform(made.session, "close", actor=made.chair)
    after["closed"] = applicant_pages(client, made)
    propose_decisions(session=made.session, actor=made.finance)
    after["proposed"] = applicant_pages(client, made)
    record_vote(call=made.call, number="26CP-1542", held_on=timezone.localdate(), actor=made.finance)
    after["voted"] = applicant_pages(client, made)

    assert after == dict.fromkeys(after, before)
    assert {before[address][:3] for address in ("/appels/", "/resultats/", "/dossiers/", "/espace/")} == {"200"}
    assert Message.objects.count() == 0


def test_released_decision_is_on_the_file_of_the_school(client):
    made = release(deliberation())
    made.head = person(Role.HEAD, at=made.files[0].establishment)
    client.force_login(made.head)

    text = client.get(f"/dossiers/{made.files[0].reference}/").content.decode()

    for expected in (
        "Détail et motifs de la décision",
        "100,00\u00a0€ TTC",
        "Ordinateur portable 11,6 pouces",
        "Qualité du projet",
        "90,00 sur 100",
        "tribunal administratif",
        "R421-1",
        "deux mois",
        "délibération 26CP-1542",
    ):
        assert expected in text


def test_refusal_on_the_file_names_no_other_school_nor_juror(client):
    private = EstablishmentFactory(private=True, name="Lycée Saint-Ruf")
    made = vote(
        deliberation((90, 80, 70), (100, 100, 100), money=100, schools=[private, None, None]),
        waiting_places=1,
    )
    jobs.release(ask_release(call=made.call, actor=made.manager), quiet)
    client.force_login(person(Role.HEAD, at=made.files[1].establishment))

    text = client.get(f"/dossiers/{made.files[1].reference}/").content.decode()

    assert "Liste complémentaire" in text
    assert "Saint-Ruf" not in text
    assert str(made.juror) not in text
    assert str(made.chair) not in text


def test_decision_is_not_on_the_file_of_another_school(client):
    made = release(deliberation())
    client.force_login(person(Role.HEAD, at=made.files[1].establishment))

    assert client.get(f"/dossiers/{made.files[0].reference}/").status_code == 404


def test_steering_page_leads_to_sittings_and_decisions(client):
    made = propose(deliberation())
    address = f"/pilotage/{made.call.reference}/"

    def told(role) -> tuple[bool, bool]:
        client.force_login(person(role))
        text = client.get(address).content.decode()
        return made.session.get_absolute_url() in text, f"/decisions/?appel={made.call.reference}" in text

    assert told(Role.CALL_MANAGER) == (True, True)
    assert told(Role.OFFICER) == (False, False)
