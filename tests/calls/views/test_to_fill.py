"""The document that a question gives to be filled in: who downloads it, and when it exists for nobody."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from calls.actions.steering import renew_questionnaire
from calls.actions.to_fill import give_document
from calls.enums import CallState
from calls.models import Questionnaire
from portal.files.intake import UploadRefused, retire
from portal.files.models import StoredFile
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import CallFactory, document_to_fill
from tests.portal.files.samples import pdf
from tests.reading import text_of, the

pytestmark = pytest.mark.django_db


def address(call, stored) -> str:
    return f"/appels/{call.slug}/a-remplir/{stored.pk}/"


def test_whoever_reads_the_form_downloads_its_document(client):
    call = CallFactory()
    stored = document_to_fill(call)

    response = client.get(address(call, stored))

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"a sheet"
    assert 'attachment; filename="budget.ods"' in response["Content-Disposition"]
    page = client.get(f"/appels/{call.slug}/formulaire/")
    assert the(page, f'a[href="{address(call, stored)}"]').get_text(strip=True) == "Télécharger le document à remplir"
    assert "Le document à remplir est fourni." in text_of(page)


def test_the_team_downloads_it_beside_the_field(as_member, draft):
    call = draft.call
    stored = document_to_fill(call)

    page = as_member.get(f"/dossiers/{draft.reference}/section/pieces/")

    assert the(page, f'#q-deliberation a[href="{address(call, stored)}"]')
    assert "budget.ods" in text_of(page)


def test_a_document_is_found_by_the_forms_of_its_own_call_alone(client):
    call, other = CallFactory(), CallFactory()
    stored = document_to_fill(call)
    attachment = StoredFile.objects.create(name="quote.pdf", size=1, sha256="0" * 64, purpose="attachment", content="x", subject_id="")

    for path in (address(other, stored), address(call, attachment), f"/appels/{call.slug}/a-remplir/{uuid4()}/", f"/fichiers/{stored.pk}/"):
        assert client.get(path).status_code in (302, 404), path
    assert client.get(address(other, stored)).status_code == 404


def test_what_a_form_being_written_gives_is_read_by_those_who_work_on_calls(client):
    call = CallFactory()
    manager = person(Role.CALL_MANAGER)
    renewed = renew_questionnaire(questionnaire=call.questionnaire, actor=manager)
    stored = document_to_fill(call)
    moved = Questionnaire.objects.get(call=call, version=1)
    Questionnaire.objects.filter(pk=renewed.pk).update(definition=moved.definition)
    Questionnaire.objects.filter(pk=moved.pk).update(definition=CallFactory().questionnaire.definition)

    assert client.get(address(call, stored)).status_code == 404
    client.force_login(manager)
    assert client.get(address(call, stored)).status_code == 200


@pytest.mark.parametrize("state", [CallState.DRAFT, CallState.WITHDRAWN])
def test_nothing_of_a_call_that_is_not_public(client, state):
    call = CallFactory()
    stored = document_to_fill(call)
    type(call).objects.filter(pk=call.pk).update(state=state)

    assert client.get(address(call, stored)).status_code == 404


def test_one_that_was_taken_away_is_gone(client):
    call = CallFactory()
    stored = document_to_fill(call)
    retire(stored, person(Role.CALL_MANAGER))

    assert client.get(address(call, stored)).status_code == 404


def test_a_document_is_checked_as_every_file_is():
    call, manager = CallFactory(), person(Role.CALL_MANAGER)

    kept = give_document(call=call, uploaded=SimpleUploadedFile("charte.pdf", pdf()), actor=manager)

    stored = StoredFile.objects.get(pk=kept.id)
    assert (stored.purpose, stored.name, stored.size) == ("to_fill", "charte.pdf", kept.size)
    with pytest.raises(UploadRefused, match="n’a pas été enregistré"):
        give_document(call=call, uploaded=SimpleUploadedFile("charte.pdf", b"<html>"), actor=manager)
