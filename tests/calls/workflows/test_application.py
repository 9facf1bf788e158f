from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from calls.models import Answer, Application, ApplicationVersion, CompletionRequest
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import TransitionRefused, available_transitions, perform
from portal.workflow.machine import transitions_of
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.cast import MANAGERS, OFFICERS, SCHOOL, assert_matrix, cast_around, states_of
from tests.factories.directory import EstablishmentFactory
from tests.factories.workflow import arrows
from tests.reading import text_of

pytestmark = pytest.mark.django_db

ARROWS = {
    ("draft", "request_approval", "awaiting_approval"): SCHOOL,
    ("awaiting_approval", "return_to_team", "draft"): SCHOOL,
    ("awaiting_approval", "approve", "awaiting_approval"): {"head"},
    ("awaiting_approval", "remind_visa", "awaiting_approval"): SCHOOL - {"head"},
    ("awaiting_approval", "submit", "submitted"): SCHOOL,
    ("submitted", "reopen_filed", "submitted"): {"head"},
    ("submitted", "request_new_visa", "submitted"): SCHOOL,
    ("submitted", "return_new_version", "submitted"): SCHOOL,
    ("submitted", "approve_new_version", "submitted"): {"head"},
    ("submitted", "remind_new_visa", "submitted"): SCHOOL - {"head"},
    ("submitted", "submit_new_version", "submitted"): SCHOOL,
    ("submitted", "give_up_new_version", "submitted"): {"head"},
    ("submitted", "lapse_new_version", "submitted"): set(),
    ("submitted", "request_completion", "submitted"): OFFICERS,
    ("submitted", "answer_completion", "submitted"): SCHOOL,
    ("submitted", "decline_completion", "submitted"): SCHOOL,
    ("submitted", "cancel_completion", "submitted"): OFFICERS,
    ("submitted", "declare_admissible", "admissible"): OFFICERS,
    ("submitted", "declare_inadmissible", "inadmissible"): OFFICERS,
    ("admissible", "mark_assessed", "assessed"): MANAGERS,
    ("assessed", "take_back_scoring", "admissible"): MANAGERS,
    ("admissible", "decide", "decided"): MANAGERS,
    ("assessed", "decide", "decided"): MANAGERS,
    ("decided", "accept_award", "accepted_by_school"): {"head"},
    ("decided", "decline_award", "declined_by_school"): {"head"},
    ("decided", "give_up_award", "declined_by_school"): MANAGERS,
    ("accepted_by_school", "give_up_award", "declined_by_school"): MANAGERS,
    ("decided", "close", "closed"): MANAGERS,
    ("accepted_by_school", "close", "closed"): MANAGERS,
    ("declined_by_school", "close", "closed"): MANAGERS,
    ("inadmissible", "close", "closed"): MANAGERS,
    ("declined_by_school", "restore_award", "decided"): MANAGERS,
    ("closed", "reopen_decided", "decided"): MANAGERS,
    ("closed", "reopen_accepted", "accepted_by_school"): MANAGERS,
    ("closed", "reopen_declined", "declined_by_school"): MANAGERS,
    ("closed", "reopen_inadmissible", "inadmissible"): MANAGERS,
    ("draft", "withdraw", "withdrawn"): SCHOOL,
    ("awaiting_approval", "withdraw", "withdrawn"): SCHOOL,
    ("submitted", "withdraw_filed", "withdrawn"): {"head"} | MANAGERS,
    ("admissible", "withdraw_filed", "withdrawn"): {"head"} | MANAGERS,
    ("assessed", "withdraw_filed", "withdrawn"): {"head"} | MANAGERS,
    ("admissible", "resume_instruction", "submitted"): OFFICERS | MANAGERS,
    ("inadmissible", "resume_instruction", "submitted"): OFFICERS | MANAGERS,
    ("admissible", "resume_during_scoring", "submitted"): MANAGERS,
    ("inadmissible", "resume_during_scoring", "submitted"): MANAGERS,
    ("withdrawn", "restore", "draft"): SCHOOL,
    ("withdrawn", "reinstate", "submitted"): MANAGERS,
}


# Where the new version of a filed file stands before each of its arrows.
REWRITTEN = {
    "request_new_visa": "writing",
    "return_new_version": "visa",
    "approve_new_version": "visa",
    "remind_new_visa": "visa",
    "submit_new_version": "visa",
    "give_up_new_version": "writing",
    "lapse_new_version": "writing",
}


def file_ready(state: str, name: str) -> Application:
    """A complete file in a state, with what this transition needs."""
    filed = state not in ("draft", "awaiting_approval", "withdrawn") or name == "reinstate"
    application = ApplicationFactory(
        call=CallFactory(
            state={"resume_during_scoring": "assessment", "restore_award": "released", "declare_inadmissible": "instruction"}.get(
                name, "published"
            )
        ),
        state=state,
        complete=True,
        submitted_at=timezone.now() if filed else None,
        approved_at=timezone.now() if filed or name == "submit" else None,
        outcome="rejected" if name == "close" or state == "closed" else "awarded",  # an aid that awaits its answer does not close
        granted_amount=Decimal("1000.00"),
    )
    if name == "give_up_award":
        Establishment.objects.filter(pk=application.establishment_id).update(state="closed")
        application.establishment.refresh_from_db()
    if name in REWRITTEN:
        Application.objects.filter(pk=application.pk).update(rewriting=REWRITTEN[name])
        application.refresh_from_db()
    if name == "submit_new_version":
        Application.objects.filter(pk=application.pk).update(reapproved_at=timezone.now())
        application.refresh_from_db()
    if name in ("answer_completion", "decline_completion", "cancel_completion"):
        CompletionRequest.objects.create(application=application, fields=["resume"], message="Précisez.", due_on=timezone.localdate())
    return closed_before(application, name) if state == "closed" else application


def closed_before(application: Application, name: str) -> Application:
    """The same, closed from the state to which this transition takes it back."""
    before = next((target for _, act, target in ARROWS if act == name), "decided")
    Application.objects.filter(pk=application.pk).update(state=before)
    return perform(Application.objects.get(pk=application.pk), "close", actor=SYSTEM)


def test_application_workflow_is_exactly_this():
    assert arrows(Application) == set(ARROWS)


@pytest.mark.parametrize("state", states_of(Application))
def test_each_transition_is_open_to_these_people_alone(state):
    assert_matrix(state, ARROWS, make=file_ready, cast=lambda application: cast_around(application.call, application.establishment))


@pytest.mark.parametrize("outcome", ["awarded", "partly_awarded"])
def test_a_file_whose_lycee_has_not_answered_is_not_closed(client, outcome):
    file = ApplicationFactory(submitted=True, state="decided", outcome=outcome, granted_amount=Decimal("1000.00"))
    manager, head = person(Role.CALL_MANAGER), person(Role.HEAD, at=file.establishment)
    client.force_login(manager)
    offered = {option.name for option in available_transitions(file, manager)}

    page = client.post(f"{file.get_absolute_url()}action/close/")
    accepted = perform(file, "accept_award", actor=head)

    assert offered == set()
    assert page.status_code == 409
    assert "Le lycée n’a pas répondu" in text_of(page)
    assert perform(accepted, "close", actor=manager).state == "closed"


@pytest.mark.parametrize("outcome", ["rejected", "reserve"])
def test_a_file_without_aid_closes_at_once(outcome):
    file = ApplicationFactory(submitted=True, state="decided", outcome=outcome)

    assert perform(file, "close", actor=person(Role.CALL_MANAGER)).state == "closed"


def test_the_visa_cannot_be_asked_for_an_incomplete_file():
    application = ApplicationFactory(title="Projet")
    member = person(Role.MEMBER, at=application.establishment)

    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "request_approval", actor=member)

    assert refusal.value.reasons == [
        "« Résumé » n’est pas rempli.",
        "« Élèves concernés » n’est pas rempli.",
        "« Équipements et câblage » : aucun besoin n’est saisi.",
    ]


def test_a_file_without_visa_is_not_submitted():
    application = ApplicationFactory(state="awaiting_approval", complete=True)
    member = person(Role.MEMBER, at=application.establishment)

    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "submit", actor=member)

    assert refusal.value.reasons == ["Il manque le visa du chef d’établissement."]
    assert Application.objects.get().submitted_at is None


def test_a_call_without_visa_takes_a_file_without_visa():
    application = ApplicationFactory(call=CallFactory(requires_approval=False), state="awaiting_approval", complete=True)

    assert perform(application, "submit", actor=person(Role.MEMBER, at=application.establishment)).state == "submitted"


def test_returning_the_file_to_the_team_takes_the_visa_back():
    application = file_ready("awaiting_approval", "submit")

    fresh = perform(application, "return_to_team", actor=person(Role.HEAD, at=application.establishment), reason="Revoir les besoins.")

    assert (fresh.state, fresh.approved_at) == ("draft", None)


def test_a_file_is_not_submitted_after_the_deadline_and_reads_the_time():
    application = file_ready("awaiting_approval", "submit")
    application.call.closes_at = timezone.now() - timedelta(minutes=1)
    application.call.save()

    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "submit", actor=person(Role.MEMBER, at=application.establishment))

    assert len(refusal.value.reasons) == 1
    assert "Votre dossier est conservé tel quel." in refusal.value.reasons[0]


def test_each_commitment_freezes_a_version():
    application = ApplicationFactory(complete=True)
    member, head = person(Role.MEMBER, at=application.establishment), person(Role.HEAD, at=application.establishment)
    officer = person(Role.OFFICER)

    perform(application, "request_approval", actor=member)
    perform(application, "approve", actor=head)
    perform(application, "submit", actor=member)
    request = CompletionRequest(
        application=application, fields=["resume"], message="Précisez.", due_on=timezone.localdate(), opened_by=officer
    )
    perform(application, "request_completion", actor=officer, request=request)
    Answer.objects.filter(application=application, question_key="resume").update(value="Résumé précisé.")
    perform(application, "answer_completion", actor=member)

    versions = list(ApplicationVersion.objects.values_list("number", "reason", "created_by"))
    assert versions == [(1, "approval", head.pk), (2, "submission", member.pk), (3, "completion", member.pk)]
    assert ApplicationVersion.objects.get(number=1).sha256 == ApplicationVersion.objects.get(number=2).sha256
    answered = CompletionRequest.objects.get()
    assert (answered.answered_by, answered.answered_at is None) == (member, False)


def test_complements_are_not_sent_while_what_was_asked_is_missing():
    application = file_ready("submitted", "answer_completion")
    application.answers.filter(question_key="resume").delete()

    with pytest.raises(TransitionRefused) as refusal:
        perform(application, "answer_completion", actor=person(Role.MEMBER, at=application.establishment))

    assert refusal.value.reasons == ["« Résumé » n’est pas rempli."]


@pytest.mark.parametrize("outcome", ["", "reserve", "rejected"])
def test_only_an_award_is_accepted_or_declined(outcome):
    application = file_ready("decided", "accept_award")
    Application.objects.update(outcome=outcome)
    head = person(Role.HEAD, at=application.establishment)

    for name in ("accept_award", "decline_award"):
        for actor in (head, SYSTEM):
            with pytest.raises(TransitionRefused) as refusal:
                perform(application, name, actor=actor, reason="Motif.")
            assert refusal.value.reasons == ["Aucune aide n’est attribuée à ce dossier."]
            assert refusal.value.wrong_state
        with pytest.raises(PermissionDenied):
            perform(application, name, actor=person(Role.MEMBER, at=application.establishment), reason="Motif.")

    assert Application.objects.get().state == "decided"


def test_what_cannot_be_done_yet_or_any_more_has_no_button():
    head = person(Role.HEAD, at=EstablishmentFactory())
    submitted = file_ready("submitted", "withdraw_filed")
    refused = file_ready("decided", "accept_award")
    approved = file_ready("awaiting_approval", "submit")
    for application in (submitted, refused, approved):
        application.establishment = head.grants[0].establishment
    refused.outcome = "rejected"

    assert [option.name for option in available_transitions(submitted, head)] == ["reopen_filed", "withdraw_filed"]
    assert [option.name for option in available_transitions(refused, head)] == []
    assert [option.name for option in available_transitions(approved, head)] == ["return_to_team", "submit", "withdraw"]


def test_hidden_transitions_have_no_button():
    hidden = {t.name for t in transitions_of(Application()) if t.custom.get("hidden")}

    assert hidden == {"lapse_new_version", "request_completion", "mark_assessed", "take_back_scoring", "decide"}


def test_a_filed_state_without_date_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="application_filed_has_date"):
        ApplicationFactory(state="submitted", submitted_at=None)


def test_a_draft_with_a_date_of_submission_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="application_filed_has_date"):
        ApplicationFactory(submitted_at=timezone.now())


def test_a_negative_amount_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="application_amount_not_negative"):
        ApplicationFactory(requested_amount=Decimal("-0.01"))
