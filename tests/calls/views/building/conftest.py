import pytest
from django.urls import reverse

from calls.enums import CallState
from calls.models import Questionnaire
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, CallFactory


@pytest.fixture
def call():
    """A call being prepared, with the form that its manager writes."""
    made = CallFactory(reference="L40-V3", state=CallState.DRAFT, upcoming=True, with_questionnaire=False)
    Questionnaire.objects.create(call=made, definition=DEFINITION)
    return made


@pytest.fixture
def manager():
    return person(Role.CALL_MANAGER, first_name="Hélène", last_name="Vautrin")


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def at(call):
    """The address of a page of the form."""
    return lambda name="form", *args: reverse(f"calls:{name}", args=[call.reference, *args])


@pytest.fixture
def stored(call):
    """The definition as it is kept."""
    return lambda: call.questionnaires.order_by("-version").first().definition
