"""A form sent twice, by a finger that slips or a page that does not answer: the second time shows what the first one did, and does it once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.enums import CallState
from calls.models import Call
from orders.actions.acceptance import NewReserve, accept_document, lift_reserve
from orders.models import PurchaseOrder, Reserve
from portal.journal.models import JournalEntry
from portal.roles import Role
from scoring.actions.decision import record_vote
from scoring.models import PanelMember, SelectionSession
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.deliberation import close, deliberation, propose, vote
from tests.factories.orders import OrderLineFactory, WorkLineFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
SAID = "C’est déjà fait"


def today() -> str:
    return str(timezone.localdate())


def proposing():
    made = close(deliberation())
    return made.finance, reverse("scoring:propose_decisions", args=[made.session.pk]), {}


def voting():
    made = propose(deliberation())
    return made.finance, reverse("scoring:vote", args=[made.call.reference]), {"number": "12", "held_on": today()}


def correcting_the_vote():
    made = vote(deliberation())
    typed = {"number": "13", "held_on": today(), "reason": "Coquille."}
    return made.finance, reverse("scoring:vote_correct", args=[made.call.reference]), typed


def undoing_the_vote():
    made = vote(deliberation())
    return made.finance, reverse("scoring:vote_undo", args=[made.call.reference]), {"reason": "Erreur."}


def dropping_the_proposals():
    made = propose(deliberation())
    return made.finance, reverse("scoring:proposals_drop", args=[made.call.reference]), {"reason": "Erreur."}


def opening_an_envelope():
    made = deliberation()
    typed = {"label": "Enveloppe 2", "section": "investment", "year": "2027", "budget_code": "", "amount": "1200"}
    return made.finance, reverse("scoring:envelope_create", args=[made.call.reference]), typed


def preparing_a_sitting():
    made = deliberation()
    typed = {"call": made.call.pk, "held_on": today(), "held_time": "10:00", "place": "Salle 3"}
    return made.manager, reverse("scoring:session_create"), typed


def giving_a_seat():
    made = deliberation()
    typed = {"user": person(Role.JUROR).pk, "body": made.seats[0].body_id}
    return made.manager, reverse("scoring:panel", args=[made.call.reference]), typed


def scored():
    made = deliberation()
    Call.objects.filter(pk=made.call.pk).update(state=CallState.ASSESSMENT)
    return made


def confiding_a_file():
    made = scored()
    seat = PanelMember.objects.create(call=made.call, user=person(Role.JUROR), body=made.seats[0].body)
    address = reverse("scoring:file_readers", args=[made.call.reference, made.files[0].reference])
    return made.manager, address, {"member": seat.pk}


def excepting_a_file():
    made = deliberation(marks=(90, 80, 70, 60))
    Call.objects.filter(pk=made.call.pk).update(state=CallState.ASSESSMENT)
    made.files[0].assessments.update(state="assigned")
    address = reverse("scoring:waiver", args=[made.call.reference, made.files[0].reference])
    return made.manager, address, {"reason": "Juré empêché."}


def asking_for_complements():
    file = ApplicationFactory(submitted=True)
    question = next(question.key for section in file.questionnaire.schema.sections for question in section.questions)
    due = timezone.localdate() + timedelta(days=5)
    typed = {"fields_asked": [question], "message": "Joignez la délibération.", "due_on": str(due)}
    return person(Role.OFFICER), reverse("calls:request_completion", args=[file.reference]), typed


def reserved(line):
    document = getattr(line, "order", None) or line.work
    actor = person(Role.HEAD, at=document.establishment) if isinstance(document, PurchaseOrder) else person(Role.ORDERS)
    return accept_document(document=document, reserves=[NewReserve("Écran rayé"), NewReserve("Chargeur absent")], actor=actor)


def lifting_a_reserve():
    order = reserved(OrderLineFactory(order__delivered=True))
    address = reverse("orders:order_reserve", args=[order.number, Reserve.objects.first().pk])
    return person(Role.ORDERS), address, {"note": "Remplacé."}


def opening_a_reserve_again():
    work = reserved(WorkLineFactory(work__pre_acceptance=True))
    reserve, technician = Reserve.objects.first(), person(Role.TECHNICIAN)
    lift_reserve(reserve=reserve, note="Fait.", actor=technician)
    return technician, reverse("orders:work_reserve_reopen", args=[work.number, reserve.pk]), {"reason": "Non fait."}


ACTS = [
    proposing, voting, correcting_the_vote, undoing_the_vote, dropping_the_proposals, opening_an_envelope, preparing_a_sitting, giving_a_seat,
    confiding_a_file, excepting_a_file, asking_for_complements, lifting_a_reserve, opening_a_reserve_again,
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_the_second_press_answers_as_the_first_and_writes_nothing(client, act):
    actor, address, typed = act()
    client.force_login(actor)

    first = client.post(address, typed)
    written = JournalEntry.objects.count()
    second = client.post(address, typed)
    page = text_of(client.get(second.url)) if second.status_code == 302 else ""

    assert (first.status_code, second.status_code) == (302, 302), text_of(first if first.status_code != 302 else second)
    assert SAID in page
    assert JournalEntry.objects.count() == written


@pytest.mark.parametrize("act", [asking_for_complements, lifting_a_reserve, proposing, undoing_the_vote])
def test_another_person_is_told_that_it_is_too_late(client, act):
    actor, address, typed = act()
    client.force_login(actor)
    client.post(address, typed)
    client.force_login(person(*actor.roles))

    second = client.post(address, typed)

    assert second.status_code == 409
    assert SAID not in text_of(second)


def test_a_form_sent_again_once_a_colleague_has_moved_the_call_is_refused(client):
    actor, address, typed = undoing_the_vote()
    client.force_login(actor)
    client.post(address, typed)
    call = Call.objects.get()
    record_vote(call=call, number="14", held_on=timezone.localdate(), actor=person(Role.FINANCE))
    Call.objects.update(state=CallState.RELEASED)

    second = client.post(address, typed)

    assert second.status_code == 409
    assert SAID not in text_of(second)


def test_a_second_correction_that_cannot_be_is_refused_and_keeps_what_was_typed(client):
    actor, address, typed = correcting_the_vote()
    client.force_login(actor)
    client.post(address, typed)

    page = client.post(address, {**typed, "held_on": "01/01/1999"})

    assert page.status_code == 422
    assert page.context["form"]["reason"].value() == "Coquille."


@pytest.mark.parametrize(
    ("act", "changes", "code"),
    [
        (voting, {"number": "13"}, 409),
        (opening_an_envelope, {"amount": "1"}, 422),
        (asking_for_complements, {"message": "Encore."}, 409),
        (lifting_a_reserve, {"note": "Encore."}, 409),
        (undoing_the_vote, {"reason": "Autre motif."}, 409),
        (excepting_a_file, {"reason": "Autre motif."}, 409),
    ],
)
def test_a_second_form_that_says_something_else_is_no_double_press(client, act, changes, code):
    actor, address, typed = act()
    client.force_login(actor)
    client.post(address, typed)

    page = client.post(address, typed | changes)

    assert page.status_code == code
    assert SAID not in text_of(page)


def test_two_sittings_at_other_hours_are_two(client):
    actor, address, typed = preparing_a_sitting()
    client.force_login(actor)

    for hour in ("10:00", "10:00", "14:00"):
        client.post(address, {**typed, "held_time": hour})

    assert SelectionSession.objects.count() == 2


def test_orders_sent_together_twice_are_said_done(client):
    clerk = person(Role.ORDERS)
    order = OrderLineFactory(order__approved=True).order
    client.force_login(clerk)
    address = reverse("orders:order_together", args=["send"])

    client.post(address, {"commande": [order.number]})
    page = text_of(client.post(address, {"commande": [order.number]}, follow=True))

    assert f"{order.number} : c’est déjà fait." in page
    assert JournalEntry.objects.filter(action="send").count() == 1


def test_a_release_asked_twice_is_one_job_and_one_line_of_the_journal(client):
    made = vote(deliberation())
    client.force_login(made.manager)
    address = reverse("scoring:release", args=[made.call.reference])

    pages = [client.post(address, {"checked": "1"}).url for _ in range(2)]

    assert len(set(pages)) == 1
    assert JournalEntry.objects.filter(action="ask_release").count() == 1
