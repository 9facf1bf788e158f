"""Steering of the calls: figures in one's perimeter, the next step, a later closing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.steering import extend_closing, freeze_questionnaire, renew_questionnaire
from calls.enums import ApplicationState, CallState
from calls.models import Call, Questionnaire
from calls.queries import calls
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from tests.factories.accounts import person
from tests.factories.calls import DEFINITION, ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory, TerritoryFactory
from tests.factories.jury import publishable_call
from tests.reading import text_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
READERS = [Role.CALL_MANAGER, Role.FINANCE, Role.ORDERS, Role.AUDITOR, Role.ADMIN, Role.OFFICER]
OTHERS = [Role.JUROR, Role.CHAIR, Role.TECHNICIAN]


@pytest.fixture
def call():
    return CallFactory(reference="L40-V2", slug="lycee-4-0-vague-2")


@pytest.fixture
def figures(call):
    """Nancy-Metz: one draft, one filed. Reims: one admissible, one inadmissible, and a lycée with no file."""
    reims = AuthorityFactory(reims=True)
    aube = TerritoryFactory(code="10", name="Aube")
    ApplicationFactory(call=call)
    ApplicationFactory(call=call, submitted=True)
    ApplicationFactory(call=call, admissible=True, establishment=EstablishmentFactory(authority=reims, department=aube))
    ApplicationFactory(
        call=call,
        submitted=True,
        state=ApplicationState.INADMISSIBLE,
        checked_at=timezone.now(),
        inadmissibility_reason="Hors délai.",
        establishment=EstablishmentFactory(authority=reims, department=aube),
    )
    ApplicationFactory(call=call, state=ApplicationState.WITHDRAWN)
    EstablishmentFactory(authority=reims, department=aube)
    EstablishmentFactory(without_contract=True)
    EstablishmentFactory(region_code="52")
    EstablishmentFactory(nature_code="334")
    return call


# -- Who reads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", READERS)
def test_steering_opens_for_staff(client, call, role):
    client.force_login(person(role))

    assert client.get("/pilotage/").status_code == 200
    assert client.get("/pilotage/L40-V2/").status_code == 200


@pytest.mark.parametrize("role", OTHERS)
def test_steering_is_closed_to_others(client, call, role):
    client.force_login(person(role))

    for path in ("/pilotage/", "/pilotage/L40-V2/", "/pilotage/L40-V2/prolonger/", "/pilotage/INCONNU/"):
        response = client.get(path)
        assert response.status_code == 403
        assert call.title not in response.content.decode()


def test_steering_is_closed_to_schools(client, call):
    client.force_login(person(Role.HEAD, at=EstablishmentFactory()))

    assert client.get("/pilotage/").status_code == 403


def test_unknown_call_is_not_found(client):
    client.force_login(person(Role.CALL_MANAGER))

    assert client.get("/pilotage/INCONNU/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_steering_query_count(client, count, django_assert_num_queries):
    for _ in range(count):
        ApplicationFactory(call=CallFactory(), submitted=True)
    client.force_login(person(Role.CALL_MANAGER))

    with django_assert_num_queries(5):
        response = client.get("/pilotage/")

    assert len(response.context["page_obj"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_one_call(client, count, django_assert_num_queries):
    call = CallFactory()
    for _ in range(count):
        ApplicationFactory(call=call, submitted=True)
    client.force_login(person(Role.CALL_MANAGER))
    client.get(f"/pilotage/{call.reference}/")  # content types are read once by a process

    with django_assert_num_queries(22):
        response = client.get(f"/pilotage/{call.reference}/")

    assert response.context["funnel_steps"][1]["value"] == count


# -- Figures ----------------------------------------------------------------------------------------------------------


def test_funnel_counts_each_file_once(figures):
    funnel = calls.funnel_of(figures)

    assert funnel == calls.Funnel(eligible=6, opened=4, filed=3, admissible=1, inadmissible=1, scored=0)
    assert (funnel.to_check, funnel.not_filed) == (1, 1)


def test_funnel_of_a_perimeter(figures):
    reims = frozenset([AuthorityFactory(reims=True).pk])

    assert calls.funnel_of(figures, reims) == calls.Funnel(eligible=3, opened=2, filed=2, admissible=1, inadmissible=1, scored=0)


def test_shares_by_department_and_authority(figures):
    departments, authorities = (
        [(share.label, share.eligible, share.opened, share.filed) for share in shares] for shares in calls.shares_of(figures)
    )

    assert departments == [("Aube", 3, 2, 2), ("Meurthe-et-Moselle", 3, 2, 1)]
    assert authorities == [("Académie de Nancy-Metz", 3, 2, 1), ("Académie de Reims", 3, 2, 2)]


def test_officer_reads_the_figures_of_their_perimeter_only(client, figures):
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))

    page, row = client.get("/pilotage/L40-V2/"), client.get("/pilotage/").context["page_obj"][0]

    assert [step["value"] for step in page.context["funnel_steps"]] == [3, 2, 2, 1, 0]
    assert [share.label for share in page.context["authorities"]] == ["Académie de Reims"]
    assert (row.opened_total, row.filed_total, row.to_check_total) == (2, 2, 0)
    assert "Nancy-Metz" not in page.content.decode()


# -- Steps ------------------------------------------------------------------------------------------------------------


def test_step_brings_back_to_the_steering_page(client):
    CallFactory(reference="L40-V1", slug="lycee-4-0-vague-1", closed=True)
    client.force_login(person(Role.CALL_MANAGER))

    response = client.post("/appels/lycee-4-0-vague-1/action/start_instruction/")

    assert response["Location"] == "/pilotage/L40-V1/"
    assert Call.objects.get(reference="L40-V1").state == CallState.INSTRUCTION


def test_step_too_early_says_what_is_missing_and_changes_nothing(client, call):
    client.force_login(person(Role.CALL_MANAGER))

    response = client.post("/appels/lycee-4-0-vague-2/action/start_instruction/")

    assert response.status_code == 409
    assert "L’appel est ouvert jusqu’au" in response.content.decode()
    assert Call.objects.get(pk=call.pk).state == CallState.PUBLISHED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.JUROR, Role.TECHNICIAN])
def test_step_is_for_call_managers(client, role):
    CallFactory(reference="L40-V1", slug="lycee-4-0-vague-1", closed=True)
    client.force_login(person(role))

    assert client.post("/appels/lycee-4-0-vague-1/action/start_instruction/").status_code == 403
    assert Call.objects.get(reference="L40-V1").state == CallState.PUBLISHED


@pytest.mark.parametrize("name", ["record_vote", "release"])
def test_hidden_steps_have_no_generic_door(client, call, name):
    client.force_login(person(Role.CALL_MANAGER))

    assert client.post(f"/appels/{call.slug}/action/{name}/").status_code == 404


def test_draft_call_does_not_exist_for_a_school(client):
    CallFactory(slug="brouillon", state=CallState.DRAFT)
    client.force_login(person(Role.HEAD, at=EstablishmentFactory()))

    assert client.post("/appels/brouillon/action/publish/").status_code == 404


# -- A later closing --------------------------------------------------------------------------------------------------


def test_extension_moves_the_closing_journals_and_tells_teams_with_a_draft(client, call):
    draft = ApplicationFactory(call=call)
    filed = ApplicationFactory(call=call, submitted=True)
    waiting, told = person(Role.MEMBER, at=draft.establishment), person(Role.MEMBER, at=filed.establishment)
    client.force_login(person(Role.CALL_MANAGER))
    later = (timezone.localtime(call.closes_at) + timedelta(days=2)).replace(second=0, microsecond=0)

    reason = "\r\n".join(["Panne du réseau."] * 29)  # 29 lines of 16 signs, 28 breaks: 492 signs, 520 as browsers send them
    response = client.post("/pilotage/L40-V2/prolonger/", {"closes_at": f"{later:%Y-%m-%dT%H:%M}", "reason": reason})

    assert response["Location"] == "/pilotage/L40-V2/"
    assert Call.objects.get(pk=call.pk).closes_at == later
    entry = JournalEntry.objects.get(action="extend_closing")
    assert (entry.reason, entry.data["before"]) == ("\n".join(["Panne du réseau."] * 29), str(call.closes_at))
    assert datetime.fromisoformat(entry.data["after"]) == later
    assert [mail.recipient for mail in Message.objects.filter(code="call_extended")] == [waiting]
    assert told not in [mail.recipient for mail in Message.objects.all()]


def test_extension_reopens_a_call_just_closed():
    call = CallFactory(closed=True)

    extended = extend_closing(call=call, closes_at=timezone.now() + timedelta(hours=3), reason="Panne.", actor=person(Role.CALL_MANAGER))

    assert extended.is_open


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(minutes=-1), timedelta(days=-5)])
def test_extension_never_brings_the_closing_forward(client, call, shift):
    client.force_login(person(Role.CALL_MANAGER))
    asked = timezone.localtime(call.closes_at) + shift

    response = client.post("/pilotage/L40-V2/prolonger/", {"closes_at": f"{asked:%Y-%m-%dT%H:%M}", "reason": "Motif."})

    assert response.status_code == 422
    assert Call.objects.get(pk=call.pk).closes_at == call.closes_at
    with pytest.raises(TransitionRefused, match="ne peut qu’être repoussée"):
        extend_closing(call=call, closes_at=asked, reason="Motif.", actor=person(Role.CALL_MANAGER))


@pytest.mark.parametrize("asked", [datetime(2099, 12, 31, 23, 59, tzinfo=PARIS), datetime(9999, 12, 31, 23, 59, tzinfo=PARIS)])
def test_extension_beyond_two_years_is_a_typing_error(client, call, asked):
    client.force_login(person(Role.CALL_MANAGER))

    response = client.post("/pilotage/L40-V2/prolonger/", {"closes_at": f"{asked:%Y-%m-%dT%H:%M}", "reason": "Motif."})

    assert response.status_code == 422
    assert "érifiez l’année" in response.content.decode()
    assert Call.objects.get(pk=call.pk).closes_at == call.closes_at
    with pytest.raises(TransitionRefused, match="plus de deux ans"):
        extend_closing(call=call, closes_at=asked, reason="Motif.", actor=person(Role.CALL_MANAGER))


def test_extension_of_two_years_is_possible(call):
    later = timezone.now() + timedelta(days=730)

    assert extend_closing(call=call, closes_at=later, reason="Motif.", actor=person(Role.CALL_MANAGER)).closes_at == later


@pytest.mark.parametrize(
    "typed",
    ["", "demain", "2027-13-40T25:61", "2027-03-28T02:30", "2027-10-31T02:30"],
    ids=["empty", "words", "impossible", "skipped by summer time", "twice in winter time"],
)
def test_extension_refuses_a_moment_that_is_not_one(client, call, typed):
    client.force_login(person(Role.CALL_MANAGER))

    response = client.post("/pilotage/L40-V2/prolonger/", {"closes_at": typed, "reason": "Motif."})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["closes_at"]


def test_extension_stops_with_the_instruction():
    call = CallFactory(state=CallState.INSTRUCTION, closed=True)

    with pytest.raises(TransitionRefused, match="tant qu’il est publié"):
        extend_closing(call=call, closes_at=timezone.now() + timedelta(days=1), reason="Motif.", actor=person(Role.CALL_MANAGER))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR])
def test_extension_is_for_call_managers(client, call, role):
    user = person(role)
    client.force_login(user)

    assert client.get("/pilotage/L40-V2/prolonger/").status_code == 403
    with pytest.raises(PermissionDenied):
        extend_closing(call=call, closes_at=datetime(2030, 1, 1, tzinfo=PARIS), reason="Motif.", actor=user)


# -- The questionnaire ------------------------------------------------------------------------------------------------


def test_publication_freezes_the_questionnaire():
    call = publishable_call(with_questionnaire=False)
    Questionnaire.objects.create(call=call, definition=DEFINITION)

    perform(call, "publish", actor=person(Role.CALL_MANAGER))

    assert call.questionnaires.get().frozen_at is not None
    assert JournalEntry.objects.filter(action="freeze_questionnaire").count() == 1


def test_publication_without_questionnaire_is_refused():
    call = CallFactory(state=CallState.DRAFT, with_questionnaire=False)

    with pytest.raises(TransitionRefused, match="pas encore de questionnaire"):
        perform(call, "publish", actor=person(Role.CALL_MANAGER))


def test_new_version_is_in_force_only_once_frozen(call):
    manager, first = person(Role.CALL_MANAGER), call.questionnaire

    second = renew_questionnaire(questionnaire=first, actor=manager)
    again = renew_questionnaire(questionnaire=first, actor=manager)

    assert (second.version, second.frozen_at, again) == (2, None, second)
    assert call.questionnaire == first
    freeze_questionnaire(call=call, actor=manager)
    assert call.questionnaire == second


def test_new_version_is_for_call_managers(call):
    with pytest.raises(PermissionDenied):
        renew_questionnaire(questionnaire=call.questionnaire, actor=person(Role.OFFICER))


@pytest.mark.parametrize("waiting", [{"state": CallState.DRAFT}, {"upcoming": True}])
def test_a_call_that_has_not_opened_counts_no_file_and_warns_of_none(client, waiting):
    EstablishmentFactory()
    call = CallFactory(**waiting)
    client.force_login(person(Role.CALL_MANAGER))

    page = text_of(client.get(f"/pilotage/{call.reference}/"))

    assert "Qui pourra déposer" in page and "lycée éligible" in page
    assert "0 dépôt" not in page and "L’appel en entonnoir" not in page
