"""A call with three lycées of reference data, and its manager."""

import pytest

from calls.actions.reference_data import (
    add_table,
    put_edition_in_force,
)
from calls.enums import CallState
from calls.models import Call, Questionnaire, ReferenceSet
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.reference_data import brought, uai_of

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def manager() -> User:
    return person(Role.CALL_MANAGER)


@pytest.fixture
def schools() -> list[Establishment]:
    return [EstablishmentFactory(uai=uai_of(number)) for number in range(1, 4)]


@pytest.fixture
def call() -> Call:
    """A draft: its form may still change."""
    call = CallFactory(reference="L40-V3", state=CallState.DRAFT, with_questionnaire=False)
    Questionnaire.objects.create(call=call, definition=DEFINITION)
    return call


@pytest.fixture
def text(schools) -> str:
    rows = [f"{schools[0].uai};18;1 250,50 €;oui;01/03/2027;Internat", f"{schools[1].uai};0;;non;2027-04-01;"]
    return "\n".join(["UAI;Postes reçus;Reste;Prioritaire;Visite le;Remarque", *rows])


@pytest.fixture
def table(call, manager, text) -> ReferenceSet:
    """Five columns, in force for two lycées of three."""
    made, edition = add_table(call=call, name="Vague 1", file=brought(text), actor=manager)
    put_edition_in_force(edition=edition, actor=manager)
    made.refresh_from_db()
    return made
