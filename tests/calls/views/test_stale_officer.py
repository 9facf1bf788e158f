"""Two people who give one file to an officer at once."""

import pytest
from django.urls import reverse

from calls.enums import CallState
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import values_of
from tests.stale import form_of, read_in, sent_by, signed_in

pytestmark = pytest.mark.django_db


def test_the_officer_whom_a_colleague_has_named_is_not_replaced_unseen():
    file = ApplicationFactory(call=CallFactory(state=CallState.INSTRUCTION, closed=True), submitted=True, complete=True)
    page, address = reverse("calls:file", args=[file.reference]), reverse("calls:assign", args=[file.reference])
    mine, theirs = person(Role.OFFICER), person(Role.OFFICER)
    colleague = person(Role.CALL_MANAGER)
    me, them = signed_in(person(Role.CALL_MANAGER)), signed_in(colleague)
    opened = form_of(me.get(page), address)
    assert them.post(address, sent_by(form_of(them.get(page), address), officer=theirs.pk)).status_code == 302

    refused = me.post(address, sent_by(opened, officer=mine.pk))

    file.refresh_from_db()
    assert (refused.status_code, file.officer) == (409, theirs)
    assert f"{colleague} a changé ceci le" in read_in(refused)
    assert f"Désormais : {theirs}." in read_in(refused)
    assert values_of(form_of(refused, address), "officer") == [str(mine.pk)]
    assert me.post(address, sent_by(form_of(refused, address))).status_code == 302
    file.refresh_from_db()
    assert file.officer == mine
