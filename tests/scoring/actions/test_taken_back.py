"""Passages taken back: by whom, until when, what lives again, who is told. Each is the contrary of an act that others had not followed yet."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls.actions.steering import extend_closing
from calls.models import Application, Call, CompletionRequest
from exports.issue import documents_about
from portal.accounts.models import User
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import available_transitions, perform
from scoring.actions.assessment import declare_interest
from scoring.actions.panel import seat_member
from scoring.actions.proposals import drop_proposals
from scoring.actions.session import create_session, record_attendance, write_remarks
from scoring.models import Assessment, Envelope, FundingDecision, SelectionSession
from scoring.queries.ranking import standings
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.deliberation import close, deliberation, propose, sit, vote
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.scoring import PanelMemberFactory, SelectionSessionFactory
from tests.outcomes import refusal_of, told
from tests.reading import text_of

pytestmark = pytest.mark.django_db
WHY = "Ouverte sur le mauvais appel."


# -- A call -----------------------------------------------------------------------------------------------------------------


def test_an_instruction_opened_too_early_is_taken_back_and_the_call_extended():
    call, manager = CallFactory(state="instruction", closes_at=timezone.now() - timedelta(hours=1)), person(Role.CALL_MANAGER)
    ApplicationFactory(call=call, submitted=True)

    published = perform(call, "take_back_instruction", actor=manager, reason=WHY)
    extended = extend_closing(call=published, actor=manager, closes_at=timezone.now() + timedelta(days=7), reason="Grèves")

    assert (extended.state, extended.is_open) == ("published", True)


@pytest.mark.parametrize("examined", ["admissible", "inadmissible", "complements"])
def test_an_instruction_of_which_a_school_has_heard_goes_on(examined):
    call = CallFactory(state="instruction", closed=True)
    file = ApplicationFactory(call=call, submitted=True)
    Application.objects.filter(pk=file.pk).update(state="submitted" if examined == "complements" else examined)
    if examined == "complements":
        CompletionRequest.objects.create(application=file, fields=["budget"], message="Le devis.", due_on=timezone.localdate())

    reasons = refusal_of(perform, call, "take_back_instruction", actor=person(Role.CALL_MANAGER), reason=WHY)

    assert reasons == ["L’instruction a commencé : 1 dossier est déjà examiné."]


def test_what_was_examined_before_the_instruction_was_opened_does_not_hold_it():
    """Complements asked and files pronounced while the call was open: an opening by mistake is taken back all the same, until one more is."""
    call, manager = CallFactory(state="published", closed=True), person(Role.CALL_MANAGER)
    early, pronounced = ApplicationFactory(call=call, submitted=True), ApplicationFactory(call=call, admissible=True)
    before = timezone.now() - timedelta(hours=2)
    CompletionRequest.objects.create(
        application=early, fields=["budget"], message="Le devis.", due_on=timezone.localdate(), opened_at=before
    )
    Application.objects.filter(pk=pronounced.pk).update(checked_at=before)
    opened = perform(call, "start_instruction", actor=manager)

    published = perform(opened, "take_back_instruction", actor=manager, reason=WHY)
    again = perform(published, "start_instruction", actor=manager)
    CompletionRequest.objects.filter(application=early).update(cancelled_at=timezone.now())
    reasons = refusal_of(perform, again, "take_back_instruction", actor=manager, reason=WHY)

    assert published.state == "published"
    assert reasons == ["L’instruction a commencé : 1 dossier est déjà examiné."]


def test_a_scoring_that_nobody_has_begun_is_taken_back_and_the_jury_told():
    call = jury_call("assessment")
    file, reader = admissible_file(call), juror(call)
    reading(file, reader, state="assigned")

    perform(call, "take_back_scoring", actor=person(Role.CALL_MANAGER), reason=WHY)

    assert told("scoring_taken_back") == {reader.email}
    assert WHY in Message.objects.get(code="scoring_taken_back").body
    assert Assessment.objects.get().state == "assigned"


def test_a_scoring_that_has_begun_is_not_taken_back():
    call = jury_call("assessment")
    reading(admissible_file(call), juror(call), 4, 2)

    reasons = refusal_of(perform, call, "take_back_scoring", actor=person(Role.CALL_MANAGER), reason=WHY)

    assert reasons == ["1 évaluation est commencée : la notation ne se ferme plus."]


def test_a_recusal_without_a_mark_is_no_evaluation_begun():
    call, manager = jury_call("instruction"), person(Role.CALL_MANAGER)
    file, reader = admissible_file(call), juror(call)
    reading(file, reader, state="assigned")
    declare_interest(application=file, actor=reader, reason="Ancien élève")

    opened = perform(call, "start_assessment", actor=manager)

    assert perform(opened, "take_back_scoring", actor=manager, reason=WHY).state == "instruction"


def test_marks_of_a_juror_recused_since_were_an_evaluation_begun():
    call = jury_call("assessment")
    file, reader = admissible_file(call), juror(call)
    reading(file, reader, 4, 2)
    declare_interest(application=file, actor=reader, reason="Ancien élève")

    assert refusal_of(perform, call, "take_back_scoring", actor=person(Role.CALL_MANAGER), reason=WHY) == [
        "1 évaluation est commencée : la notation ne se ferme plus."
    ]


def test_a_deliberation_opened_too_early_gives_the_marks_back_to_the_jury():
    made = deliberation()
    SelectionSessionFactory(call=made.call)

    again = perform(made.call, "take_back_deliberation", actor=made.manager, reason=WHY)

    assert again.state == "assessment"
    assert told("scoring_reopened") == {made.chair.email, made.juror.email}
    perform(Assessment.objects.filter(application__call=made.call).first(), "reopen", actor=made.manager, reason="Une erreur")


@pytest.mark.parametrize(("until", "way"), [(sit, "revenez à sa préparation ou annulez-la d’abord"), (close, "rouvrez-la d’abord")])
def test_a_deliberation_is_not_taken_back_under_the_eyes_of_a_sitting(until, way):
    made = until(deliberation())

    reasons = refusal_of(perform, made.call, "take_back_deliberation", actor=made.manager, reason=WHY)

    assert len(reasons) == 1
    assert reasons[0].endswith(f": {way}.")


# -- A sitting --------------------------------------------------------------------------------------------------------------


def test_a_sitting_one_too_many_is_cancelled_and_says_so_to_the_jury():
    made = sit(deliberation())

    cancelled = perform(made.session, "cancel", actor=made.manager, reason=WHY)

    assert told("sitting_cancelled") == {made.chair.email, made.juror.email}
    assert refusal_of(perform, made.call, "record_vote", actor=made.manager)
    assert create_session(call=made.call, held_at=timezone.now(), place="", actor=made.manager).pk != cancelled.pk
    assert perform(made.call, "take_back_deliberation", actor=made.manager, reason=WHY).state == "assessment"


def test_an_opening_taken_back_keeps_what_the_room_has_done():
    made = sit(deliberation())

    planned = perform(made.session, "take_back_opening", actor=made.chair, reason=WHY)

    assert (planned.opened_at, planned.attendance.count(), planned.scenarios.filter(retained_at__isnull=False).count()) == (None, 2, 1)


def test_a_sitting_reopened_takes_account_of_the_interests_declared_since_it_closed():
    made = close(deliberation())
    declare_interest(application=made.files[0], actor=made.juror, reason="Ancien collègue")
    frozen = [(place.key, place.score) for place in standings(made.call)]

    reopened = perform(made.session, "reopen", actor=made.manager, reason="La présidence l’a demandé.")

    assert frozen[0] == (made.files[0].pk, 90)
    assert {place.key: place.score for place in standings(made.call)}[made.files[0].pk] is None
    assert (reopened.state, reopened.closed_at) == ("open", None)
    assert {file.state for file in Application.objects.filter(call=made.call)} == {"admissible"}
    assert told("sitting_reopened") == {made.chair.email, made.juror.email, made.finance.email}


def test_a_sitting_whose_decisions_are_proposed_is_reopened_once_they_are_taken_back():
    made = propose(deliberation())
    assert refusal_of(perform, made.session, "reopen", actor=made.manager, reason=WHY) == [
        "4 décisions sont proposées d’après cette séance : les finances les reprennent d’abord, avant le vote."
    ]

    drop_proposals(call=made.call, reason=WHY, actor=made.finance)

    assert (FundingDecision.objects.count(), Envelope.objects.get().committed_amount) == (0, 0)
    kept = JournalEntry.objects.get(action="drop_proposals").data["decisions"]
    assert kept[made.files[0].reference] == {"outcome": "awarded", "amount": "100.00"}
    assert perform(made.session, "reopen", actor=made.manager, reason=WHY).state == "open"


def test_proposals_are_taken_back_by_finance_alone_before_the_vote():
    made = propose(deliberation())
    for actor in (made.manager, made.chair, person(Role.ORDERS), person(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            drop_proposals(call=made.call, reason=WHY, actor=actor)

    voted = vote(deliberation())

    assert refusal_of(drop_proposals, call=voted.call, reason=WHY, actor=voted.finance) == [
        "Le vote de cet appel est enregistré : annulez-le d’abord."
    ]
    empty = close(deliberation())
    assert refusal_of(drop_proposals, call=empty.call, reason=WHY, actor=empty.finance) == [
        "Aucune décision n’est proposée pour cet appel."
    ]


def test_minutes_signed_too_early_are_signed_again_as_a_new_edition():
    made = close(deliberation())
    signed = perform(made.session, "sign_minutes", actor=made.chair)

    opened = perform(signed, "withdraw_signature", actor=made.chair, reason="Une observation manque.")
    write_remarks(session=opened, remarks="Un vote à main levée.", read="", actor=made.chair)
    perform(SelectionSession.objects.get(pk=opened.pk), "sign_minutes", actor=made.chair)

    editions = [(found.edition, found.title.endswith("édition 2")) for found in documents_about(signed)]
    assert editions == [(1, False), (2, True)]
    assert told("minutes_withdrawn") == {made.chair.email, made.juror.email, made.manager.email}


def test_minutes_stay_signed_once_the_vote_has_followed():
    made = close(deliberation())
    signed = perform(made.session, "sign_minutes", actor=made.chair)
    Call.objects.filter(pk=made.call.pk).update(state="voted")
    signed = SelectionSession.objects.get(pk=signed.pk)

    assert refusal_of(perform, signed, "withdraw_signature", actor=made.chair, reason=WHY) == [
        "Le vote est enregistré : la séance et le procès-verbal qu’il a suivis ne changent plus."
    ]


def left(user):
    """The same person once every role has ended, read anew."""
    user.role_grants.update(ended_at=timezone.now())
    return User.objects.get(pk=user.pk)


def signed_minutes(made):
    perform(close(made).session, "sign_minutes", actor=made.chair)
    return SelectionSession.objects.get(pk=made.session.pk)


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.ADMIN])
def test_minutes_signed_by_a_chair_who_has_left_are_withdrawn_by_whoever_manages_the_jury(role):
    made = deliberation()
    signed = signed_minutes(made)
    acts = available_transitions(signed, person(role))
    left(made.chair)

    signed = SelectionSession.objects.get(pk=signed.pk)
    opened = perform(signed, "withdraw_signature", actor=person(role), reason="La présidence a quitté ses fonctions.")

    assert "withdraw_signature" not in {act.name for act in acts}
    assert (opened.state, opened.signed_at) == ("closed", None)
    assert perform(opened, "reopen", actor=made.manager, reason=WHY).state == "open"
    assert JournalEntry.objects.get(action="withdraw_signature").reason == "La présidence a quitté ses fonctions."
    assert made.juror.email in told("minutes_withdrawn")


@pytest.mark.parametrize("role", [Role.JUROR, Role.CHAIR, Role.FINANCE, Role.OFFICER, Role.AUDITOR, Role.ORDERS])
def test_nobody_else_withdraws_the_signature_of_a_chair_who_has_left(role):
    made = deliberation()
    signed = signed_minutes(made)
    gone = left(made.chair)

    for actor in (person(role), made.juror, gone):
        signed = SelectionSession.objects.get(pk=signed.pk)
        with pytest.raises(PermissionDenied):
            perform(signed, "withdraw_signature", actor=actor, reason=WHY)


def test_another_chair_of_the_panel_withdraws_the_signature_and_the_manager_then_does_not():
    made = deliberation()
    signed = signed_minutes(made)
    left(made.chair)
    second = person(Role.CHAIR)
    PanelMemberFactory(call=made.call, user=second, body=made.seats[0].body, is_chair=True)

    with pytest.raises(PermissionDenied):
        perform(signed, "withdraw_signature", actor=made.manager, reason=WHY)
    signed = SelectionSession.objects.get(pk=signed.pk)
    assert perform(signed, "withdraw_signature", actor=second, reason=WHY).state == "closed"


def test_a_sitting_whose_chair_has_left_says_so_and_goes_on_with_another(client):
    made = sit(deliberation())
    address = made.session.get_absolute_url()
    sentence = "Plus personne ne préside ce jury"
    client.force_login(made.manager)
    before = text_of(client.get(address))
    left(made.chair)
    said = text_of(client.get(address))
    client.force_login(made.juror)
    to_juror = text_of(client.get(address))

    second = person(Role.CHAIR)
    seat = seat_member(call=made.call, user=second, body=made.seats[0].body, is_chair=True, actor=made.manager)
    record_attendance(session=made.session, seats=[*made.seats, seat], actor=made.manager)
    client.force_login(made.manager)

    assert (sentence in before, sentence in said, sentence in to_juror) == (False, True, False)
    assert sentence not in text_of(client.get(address))
    closed = perform(SelectionSession.objects.get(pk=made.session.pk), "close", actor=second)
    assert closed.state == "closed"
    left(second)
    assert "son procès-verbal attend une signature" in text_of(client.get(address))
