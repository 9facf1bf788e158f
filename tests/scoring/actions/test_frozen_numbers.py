"""Once a sitting is closed, its numbers are those of that moment, whatever is learnt, removed or imported afterwards."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import declare_interest, recompute_marks
from scoring.actions.panel import seat_member, unseat_member
from scoring.enums import AssessmentState
from scoring.models import Assessment, InterestDeclaration
from scoring.queries.conflicts import conflict_pairs
from scoring.queries.ranking import marks_by_criterion, standings
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.deliberation import close, deliberation, propose, release, waive
from tests.factories.directory import AuthorityFactory
from tests.factories.jury import with_second_factor

pytestmark = pytest.mark.django_db


def numbers(call):
    """Rank, score and detail of every file."""
    places = standings(call)
    marks = marks_by_criterion(call, [place.key for place in places])
    return [(p.key, p.rank, p.score, p.by_body, p.jurors, [mark.points for mark in marks[p.key]]) for p in places]


@pytest.mark.parametrize("until", [close, propose, release])
def test_an_interest_declared_after_the_closing_hides_the_file_and_moves_no_number(until, client):
    made = until(deliberation())
    before, first = numbers(made.call), made.files[0]

    declare_interest(application=first, actor=made.juror, reason="Membre du conseil d’administration depuis septembre")

    assert numbers(made.call) == before
    assert Assessment.objects.get(application=first).state == AssessmentState.SUBMITTED
    assert not Assessment.objects.visible_to(made.juror).filter(application=first).exists()
    client.force_login(with_second_factor(made.juror))
    assert client.get(reverse("scoring:ranking_file", args=[made.call.reference, first.reference])).status_code == 404
    assert client.get(reverse("scoring:ranking_file", args=[made.call.reference, made.files[1].reference])).status_code == 200


def test_it_is_journalled_and_told_to_the_managers_and_the_chair_once():
    made = close(deliberation())

    declare_interest(application=made.files[0], actor=made.juror, reason="Conseil d’administration")
    declare_interest(application=made.files[0], actor=made.juror, reason="Encore")

    told = Message.objects.filter(code="late_interest")
    assert set(told.values_list("to_email", flat=True)) == {made.manager.email, made.chair.email}
    assert told.count() == 2
    assert "Conseil d’administration" in told[0].body
    entry = JournalEntry.objects.get(action="declare_interest")
    assert (entry.actor, entry.reason, entry.data) == (made.juror, "Conseil d’administration", {"after_the_sitting": True})


def test_a_chair_to_whom_the_file_is_hidden_is_not_told_of_it():
    made = close(deliberation())
    RoleGrantFactory(user=made.chair, role=Role.MEMBER, establishment=made.files[0].establishment)

    declare_interest(application=made.files[0], actor=made.juror, reason="Famille")

    assert [m.to_email for m in Message.objects.filter(code="late_interest")] == [made.manager.email]


def test_before_the_closing_the_mark_leaves_the_score_and_nobody_is_warned():
    made = deliberation()

    declare_interest(application=made.files[0], actor=made.juror, reason="Famille")

    assert {place.key: place.score for place in standings(made.call)}[made.files[0].pk] is None
    assert not Message.objects.filter(code="late_interest").exists()


def test_a_role_given_in_a_lycee_after_the_closing_moves_no_number():
    made = close(deliberation())
    before = numbers(made.call)

    RoleGrantFactory(user=made.juror, role=Role.HEAD, establishment=made.files[0].establishment)

    assert numbers(made.call) == before
    assert not Assessment.objects.visible_to(made.juror).filter(application=made.files[0]).exists()


def test_a_conflict_known_before_the_closing_stays_out_of_the_score_once_closed():
    made = deliberation()
    InterestDeclaration.objects.create(user=made.juror, application=made.files[0], reason="Famille")
    waive(made, 0)
    close(made)

    assert {place.key: place.score for place in standings(made.call)}[made.files[0].pk] is None
    assert Assessment.objects.get(application=made.files[0]).is_counted is False


def test_a_reading_is_not_recused_through_the_gate_once_the_sitting_is_closed():
    made = close(deliberation())
    reading = Assessment.objects.get(application=made.files[0])

    with pytest.raises(TransitionRefused) as refusal:
        perform(reading, "recuse", actor=made.juror, reason="Famille", motive="Famille")

    assert refusal.value.reasons == ["La séance du jury est close : les notes sont figées."]
    assert refusal.value.wrong_state


def test_the_panel_of_a_closed_sitting_does_not_change():
    made = close(deliberation())
    before, present = numbers(made.call), set(made.session.attendance.all())
    stranger = person(Role.JUROR)

    for change in (
        lambda: unseat_member(member=made.seats[0], actor=made.manager),
        lambda: seat_member(call=made.call, user=stranger, body=AuthorityFactory(region=True), is_chair=False, actor=made.manager),
    ):
        with pytest.raises(TransitionRefused) as refusal:
            change()
        assert refusal.value.reasons == ["La séance du jury est close : la composition du jury ne change plus."]

    assert (numbers(made.call), set(made.session.attendance.all())) == (before, present)


def test_the_directory_imported_again_changes_no_number_of_a_closed_sitting():
    made = close(deliberation())
    before, school = numbers(made.call), made.files[0].establishment
    type(school).objects.filter(pk=school.pk).update(ips=Decimal("61.0"), authority=AuthorityFactory(reims=True))

    with pytest.raises(TransitionRefused):
        recompute_marks(call=made.call, actor=made.manager)

    assert numbers(made.call) == before


def test_the_minutes_name_those_who_stood_aside_before_the_closing_alone():
    made = deliberation()
    declare_interest(application=made.files[0], actor=made.juror, reason="Famille")
    waive(made, 0)
    close(made)
    declare_interest(application=made.files[1], actor=made.juror, reason="Appris depuis")

    assert conflict_pairs(made.call, until=made.session.closed_at) == {(made.juror.pk, made.files[0].pk)}
    assert conflict_pairs(made.call) == {(made.juror.pk, file.pk) for file in made.files[:2]}


def test_the_page_says_what_a_declaration_does_before_and_after_the_closing(client):
    made = deliberation()
    client.force_login(with_second_factor(made.juror))
    address = reverse("scoring:ranking_interest", args=[made.call.reference, made.files[0].reference])

    assert "Une note déjà donnée quitte la moyenne." in client.get(address).text
    close(made)
    assert "vos notes et le classement ne changent pas" in " ".join(client.get(address).text.split())
