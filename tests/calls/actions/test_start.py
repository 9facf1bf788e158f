import pytest
from django.core.exceptions import PermissionDenied

from calls.actions.start import next_reference, start_application
from calls.models import Application
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import TransitionRefused
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


def test_start_opens_a_draft_that_belongs_to_the_lycee():
    school = EstablishmentFactory(name="Lycée Élise-Renaud", commune_name="Épinal")
    actor, call = person(Role.MEMBER, at=school), CallFactory(reference="L40-V2")

    application = start_application(call=call, establishment=school, actor=actor)

    assert (application.reference, application.state, application.establishment) == ("L40-V2-0001", "draft", school)
    assert application.questionnaire == call.questionnaire
    assert application.search_text == f"l40-v2-0001 {school.uai.lower()} lycee elise-renaud epinal"
    assert list(JournalEntry.objects.values_list("action", "target")) == [("start", "draft")]


def test_references_follow_one_another_past_four_digits():
    call = CallFactory(reference="L40-V2")
    ApplicationFactory(call=call, reference="L40-V2-9999")
    assert next_reference(call) == "L40-V2-10000"

    ApplicationFactory(call=call, reference="L40-V2-10000")
    assert next_reference(call) == "L40-V2-10001"


def test_references_of_a_call_ignore_those_of_a_call_whose_name_it_begins():
    ApplicationFactory(call=CallFactory(reference="L40-V2-BIS"), reference="L40-V2-BIS-0031")

    assert next_reference(CallFactory(reference="L40-V2")) == "L40-V2-0001"


@pytest.mark.parametrize("role", [Role.JUROR, Role.CALL_MANAGER, Role.ADMIN, Role.OFFICER])
def test_start_is_for_the_people_of_the_lycee(role):
    with pytest.raises(PermissionDenied):
        start_application(call=CallFactory(), establishment=EstablishmentFactory(), actor=person(role))

    assert Application.objects.count() == 0


def test_start_is_refused_to_a_member_of_another_lycee():
    with pytest.raises(PermissionDenied):
        start_application(call=CallFactory(), establishment=EstablishmentFactory(), actor=person(Role.MEMBER, at=EstablishmentFactory()))

    assert Application.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ({"upcoming": True}, "L’appel ouvre le "),
        ({"closed": True}, "L’appel est clos depuis le "),
        ({"state": "draft"}, "L’appel n’est pas encore publié."),
        ({"eligible_categories": ["private_contract"]}, "L’appel n’est pas ouvert aux lycées de statut « Public, Éducation nationale »."),
        ({"with_questionnaire": False}, "L’appel n’a pas encore de questionnaire."),
    ],
)
def test_start_says_why_it_is_refused(options, start):
    school = EstablishmentFactory()

    with pytest.raises(TransitionRefused) as refusal:
        start_application(call=CallFactory(**options), establishment=school, actor=person(Role.HEAD, at=school))

    assert refusal.value.reasons[0].startswith(start)
    assert (Application.objects.count(), JournalEntry.objects.count()) == (0, 0)


def test_start_stops_at_the_limit_and_goes_on_after_a_withdrawal():
    school, call = EstablishmentFactory(), CallFactory(reference="AAP")
    actor = person(Role.MEMBER, at=school)
    first = start_application(call=call, establishment=school, actor=actor)

    with pytest.raises(TransitionRefused) as refusal:
        start_application(call=call, establishment=school, actor=actor)
    assert refusal.value.reasons == ["L’appel admet un seul dossier par lycée ; le vôtre a déjà : AAP-0001."]

    first.delete()
    ApplicationFactory(call=call, establishment=school, reference="AAP-0001", state="withdrawn")
    assert start_application(call=call, establishment=school, actor=actor).reference == "AAP-0002"
