"""A call taken back: who had begun a file is told, with the reason, and the page says so before the press."""

import pytest

from calls.models import Call
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import perform
from portal.workflow.readiness import effects_of
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Call:
    return CallFactory(title="Lycée 4.0")


def told_of(call: Call) -> set[str]:
    return set(Message.objects.filter(code="call_withdrawn").values_list("to_email", flat=True))


def test_all_who_had_begun_a_file_are_told_with_the_reason(call):
    school, other, elsewhere = EstablishmentFactory(), EstablishmentFactory(), EstablishmentFactory()
    head, member = person(Role.HEAD, at=school), person(Role.MEMBER, at=school)
    reader, gone = person(Role.READER, at=school), person(Role.MEMBER, at=other)
    person(Role.MEMBER, at=elsewhere)
    alone = person(email="seule@x.example")
    ApplicationFactory(call=call, establishment=school)
    ApplicationFactory(call=call, establishment=other, state="withdrawn")
    ApplicationFactory(call=call, establishment=elsewhere, kept_for=alone)

    said = [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in effects_of(call, "withdraw")]
    assert "1 brouillon commencé : 3 personnes sont prévenues par courriel, avec le motif." in said
    perform(call, "withdraw", actor=person(Role.CALL_MANAGER), reason="Crédits retirés.")

    assert told_of(call) == {head.email, member.email, alone.email}
    assert reader.email not in told_of(call) and gone.email not in told_of(call)
    body = Message.objects.filter(code="call_withdrawn").first().body
    assert "« Lycée 4.0 » est retiré" in body and "Motif : Crédits retirés." in body


def test_nobody_is_told_of_a_call_that_nobody_had_begun(call):
    assert any("aucun courriel n’est envoyé aux lycées" in told for told in effects_of(call, "withdraw"))
    perform(call, "withdraw", actor=person(Role.CALL_MANAGER), reason="Crédits retirés.")
    assert told_of(call) == set()
