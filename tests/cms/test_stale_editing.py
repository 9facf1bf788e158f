"""Two editors who have the same page of the editing site open: the second is shown what the first wrote."""

import pytest

from calls.enums import CallState
from calls.models import Call, Programme
from cms.admin.viewsets import CallsGroup, EditorEditView
from portal.roles import Role
from tests.cms.test_editing import call_form
from tests.factories.accounts import person
from tests.factories.calls import CallFactory, ProgrammeFactory
from tests.reading import values_of
from tests.stale import form_of, read_in, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    return person(Role.CALL_MANAGER)


def seen_on(page, address: str) -> dict:
    return {"seen": values_of(form_of(page, address), "seen")[0]}


def test_a_call_is_not_written_over_unseen(client, manager, colleague):
    call = CallFactory(state=CallState.DRAFT)
    address = f"/gestion/appels/edit/{call.pk}/"
    typed = call_form(programme=call.programme_id, slug=call.slug, reference=call.reference)
    opened = seen_on(client.get(address), address)
    them = signed_in(colleague)
    assert them.post(address, typed | seen_on(them.get(address), address) | {"summary": "De trois à six classes."}).status_code == 302

    refused = client.post(address, typed | opened | {"summary": "Deux classes."})

    assert refused.status_code == 409
    assert f"{colleague} a changé ceci le" in read_in(refused)
    assert "Désormais : « De trois à six classes. »." in read_in(refused)
    assert values_of(refused, "summary") == ["Deux classes."]
    assert Call.objects.get().summary == "De trois à six classes."
    assert client.post(address, typed | seen_on(refused, address) | {"summary": "Deux classes."}).status_code == 302
    assert Call.objects.get().summary == "Deux classes."


def test_a_programme_is_not_written_over_unseen(client, manager, colleague):
    programme = ProgrammeFactory()
    address = f"/gestion/programmes/edit/{programme.pk}/"
    typed = {"name": programme.name, "code": programme.code, "legal_basis": ""}
    opened = seen_on(client.get(address), address)
    them = signed_in(colleague)
    assert them.post(address, typed | seen_on(them.get(address), address) | {"summary": "Équiper."}).status_code == 302

    refused = client.post(address, typed | opened | {"summary": "Câbler."})

    assert refused.status_code == 409
    assert f"{colleague} a changé ceci le" in read_in(refused)
    assert (values_of(refused, "summary"), Programme.objects.get().summary) == (["Câbler."], "Équiper.")
    assert client.post(address, typed | seen_on(refused, address) | {"summary": "Câbler."}).status_code == 302
    assert Programme.objects.get().summary == "Câbler."


def test_the_same_written_by_two_editors_is_no_conflict(client, manager, colleague):
    call = CallFactory(state=CallState.DRAFT)
    address = f"/gestion/appels/edit/{call.pk}/"
    typed = call_form(programme=call.programme_id, slug=call.slug, reference=call.reference, summary="Deux classes.")
    opened = seen_on(client.get(address), address)
    them = signed_in(colleague)
    them.post(address, typed | seen_on(them.get(address), address))

    assert client.post(address, typed | opened).status_code == 302


def test_every_record_of_the_editing_site_is_edited_under_watch():
    views = [kind.edit_view_class for kind in CallsGroup.items]

    assert views and all(issubclass(view, EditorEditView) for view in views)
