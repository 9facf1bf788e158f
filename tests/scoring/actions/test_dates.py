"""Times of the acts are those of the acts, a planned date is a plan, and no pair of dates locks the other."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from exports.papers.minutes import minutes_row, render_minutes
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import day
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.decision import record_vote
from scoring.actions.session import StaleRemarks, record_attendance, reschedule_session, write_remarks
from scoring.actions.vote import correct_vote
from scoring.models import InterestDeclaration, SelectionSession, Vote
from tests.exports.reading import pdf_text
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, propose, release, sit, vote
from tests.factories.jury import with_second_factor
from tests.factories.scoring import SelectionSessionFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db


def planned_later(made, days=20):
    """The sitting of a deliberation was planned for another day than that on which it was held."""
    SelectionSession.objects.filter(call=made.call).update(held_at=timezone.now() + timedelta(days=days))
    made.session = SelectionSession.objects.get(call=made.call)
    return made


@pytest.mark.parametrize("days", [20, -20])
def test_a_sitting_held_on_another_day_than_planned_locks_no_vote(days):
    made = planned_later(propose(deliberation()), days)

    record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), actor=made.finance)

    assert Vote.objects.get().held_on == timezone.localdate()


def test_the_vote_does_not_precede_the_closing_of_the_sitting():
    made = propose(deliberation())

    with pytest.raises(TransitionRefused, match="ne peut pas précéder la séance du jury, close le"):
        record_vote(call=made.call, number="26CP-1", held_on=timezone.localdate() - timedelta(days=1), actor=made.finance)


def test_papers_and_pages_say_when_the_jury_sat_and_not_when_it_was_to_sit(client):
    made = planned_later(close(deliberation()))
    client.force_login(with_second_factor(made.chair))

    assert str(made.session) == f"Séance du {timezone.localdate():%d/%m/%Y}, {made.call}"
    row = minutes_row(made.session)
    assert (row.opened_at, row.closed_at) == (made.session.opened_at, made.session.closed_at)
    assert day(made.session.held_at) not in words_of(tree_of(client.get(made.session.get_absolute_url())).find("main"))


def test_opening_on_another_day_says_so_before_the_press(client):
    made = deliberation()
    made.session = SelectionSessionFactory(call=made.call)
    record_attendance(session=made.session, seats=made.seats, actor=made.manager)
    planned_later(made)
    client.force_login(with_second_factor(made.chair))

    page = words_of(tree_of(client.get(reverse("scoring:session_action", args=[made.session.pk, "open"]))).find("main"))

    assert f"La séance était prévue le {day(made.session.held_at)}" in page


# -- Planning again -----------------------------------------------------------------------------------------------------------------


def test_a_planned_date_changes_until_the_sitting_opens():
    made = deliberation()
    made.session = SelectionSessionFactory(call=made.call)
    later = timezone.now() + timedelta(days=9)

    reschedule_session(session=made.session, held_at=later, place="Metz", actor=made.manager)
    assert SelectionSession.objects.values_list("held_at", "place").get() == (later, "Metz")
    with pytest.raises(PermissionDenied):
        reschedule_session(session=made.session, held_at=later, place="", actor=made.finance)

    sit(other := deliberation())
    with pytest.raises(TransitionRefused, match="sa date est celle de son ouverture"):
        reschedule_session(session=other.session, held_at=later, place="", actor=other.manager)


# -- Correcting a vote ----------------------------------------------------------------------------------------------------------------


def test_a_vote_typed_wrongly_is_corrected_with_a_reason():
    made = vote(deliberation())

    correct_vote(call=made.call, number="26CP-1543", held_on=timezone.localdate(), reason="Chiffres inversés.", actor=made.finance)

    assert Vote.objects.get().number == "26CP-1543"
    entry = JournalEntry.objects.get(action="correct_vote")
    assert (entry.reason, entry.actor) == ("Chiffres inversés.", made.finance)
    assert (entry.data["before"]["number"], entry.data["after"]["number"]) == ("26CP-1542", "26CP-1543")


@pytest.mark.parametrize(("days", "said"), [(1, "est à venir"), (-1, "ne peut pas précéder")])
def test_a_corrected_vote_has_a_possible_date(days, said):
    made = vote(deliberation())

    with pytest.raises(TransitionRefused, match=said):
        correct_vote(
            call=made.call, number="26CP-1", held_on=timezone.localdate() + timedelta(days=days), reason="Erreur.", actor=made.finance
        )

    assert Vote.objects.get().number == "26CP-1542"


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.AUDITOR, Role.CHAIR])
def test_a_vote_is_corrected_by_finance_alone(role):
    made = vote(deliberation())

    with pytest.raises(PermissionDenied):
        correct_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), reason="Erreur.", actor=person(role))

    assert Vote.objects.get().number == "26CP-1542"


def test_once_the_letters_are_out_the_vote_stays():
    made = release(deliberation())

    with pytest.raises(TransitionRefused, match="Les lettres de notification portent cette délibération"):
        correct_vote(call=made.call, number="26CP-1", held_on=timezone.localdate(), reason="Erreur.", actor=made.finance)


def test_the_form_of_a_correction_asks_why_and_keeps_what_was_typed(client):
    made = vote(deliberation())
    client.force_login(with_second_factor(made.finance))
    address = reverse("scoring:vote_correct", args=[made.call.reference])
    typed = {"number": "26CP-9", "held_on": timezone.localdate().isoformat()}

    refused = client.post(address, typed)
    assert (refused.status_code, refused.context["form"]["number"].value()) == (422, "26CP-9")
    assert client.post(address, {**typed, "reason": "Erreur de saisie."}).status_code == 302
    assert Vote.objects.get().number == "26CP-9"


# -- Remarks and minutes --------------------------------------------------------------------------------------------------------------


def test_remarks_are_written_until_the_minutes_are_signed_and_these_carry_them():
    made = close(deliberation())
    assert "Observations" not in pdf_text(render_minutes(minutes_row(made.session)))

    write_remarks(session=made.session, remarks="Le jury regrette le délai.", read="", actor=made.chair)
    made.session = perform(made.session, "sign_minutes", actor=made.chair)

    text = " ".join(pdf_text(render_minutes(minutes_row(made.session))).split())
    assert "Observations Le jury regrette le délai." in text
    with pytest.raises(TransitionRefused, match="Le procès-verbal est signé"):
        write_remarks(session=made.session, remarks="Autre.", read="Le jury regrette le délai.", actor=made.chair)
    for reader in (made.juror, made.finance):
        with pytest.raises(PermissionDenied):
            write_remarks(session=made.session, remarks="Autre.", read="", actor=reader)


def test_remarks_of_a_colleague_are_not_overwritten(client):
    made = close(deliberation())
    write_remarks(session=made.session, remarks="Première\nligne", read="", actor=made.manager)
    with pytest.raises(StaleRemarks):
        write_remarks(session=made.session, remarks="La mienne", read="", actor=made.chair)

    client.force_login(with_second_factor(made.chair))
    address = reverse("scoring:session_remarks", args=[made.session.pk])
    stale = client.post(address, {"remarks": "La mienne", "read": ""})
    assert stale.status_code == 409
    assert "Première" in stale.text
    assert stale.context["form"]["remarks"].value() == "La mienne"
    assert client.post(address, {"remarks": "La nôtre", "read": "Première\r\nligne"}).status_code == 302
    assert SelectionSession.objects.get().remarks == "La nôtre"


def test_the_minutes_are_read_before_they_are_signed(client):
    made = close(deliberation())
    client.force_login(with_second_factor(made.chair))
    draft = reverse("exports:draft_minutes", args=[made.session.pk])

    page = client.get(reverse("scoring:session_action", args=[made.session.pk, "sign_minutes"]))
    assert f'href="{draft}"' in page.text
    answer = client.get(draft)
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(pdf_text(answer.content).split())
    assert "Projet de procès-verbal" in text
    assert "n’est pas signé" in text
    assert all(file.reference in text for file in made.files)

    perform(made.session, "sign_minutes", actor=made.chair)
    assert client.get(draft).status_code == 404  # the signed paper takes its place


def test_the_draft_of_the_minutes_is_closed_to_who_may_not_read_them(client):
    made = close(deliberation())
    draft = reverse("exports:draft_minutes", args=[made.session.pk])
    for role in (Role.OFFICER, Role.ORDERS, Role.JUROR):
        client.force_login(with_second_factor(person(role)))
        assert client.get(draft).status_code == 404
    InterestDeclaration.objects.create(user=made.juror, application=made.files[0], reason="Famille")
    client.force_login(with_second_factor(made.juror))
    assert client.get(draft).status_code == 404
