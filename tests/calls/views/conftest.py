from datetime import timedelta

import pytest
from django.utils import timezone

from calls.models import CompletionRequest
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory


@pytest.fixture
def draft():
    """A complete draft, title included."""
    return ApplicationFactory(reference="AAP-0001", complete=True)


@pytest.fixture
def member(draft):
    return person(Role.MEMBER, at=draft.establishment, first_name="Sonia", last_name="Vautrin")


@pytest.fixture
def colleague(draft):
    return person(Role.MEMBER, at=draft.establishment, first_name="Mehdi", last_name="Lakhal")


@pytest.fixture
def head(draft):
    return person(Role.HEAD, at=draft.establishment, first_name="Delphine", last_name="Roussel", job_title="proviseure")


@pytest.fixture
def as_member(client, member):
    client.force_login(member)
    return client


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
