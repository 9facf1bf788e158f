"""One file says the same thing wherever it is read: its state, its due date, the days left, what may still be done."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from calls.models import Call, CompletionRequest
from calls.queries.progress import time_left
from portal.roles import Role
from portal.ui.todo import TodoItem
from portal.workflow.gate import perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db
CLOSING = timezone.make_aware(datetime(2026, 12, 17, 18, 0))


@pytest.mark.parametrize("hour", [0, 9, 17, 19, 23])
def test_days_left_are_counted_in_one_way(hour):
    with time_machine.travel(timezone.make_aware(datetime(2026, 11, 29, hour, 30))):
        call = CallFactory(closes_at=CLOSING)

        assert TodoItem("", "", "", "", due=call.closes_at).days == call.days_left == 18
        assert time_left(call.closes_at).replace("\xa0", " ") == "Il reste 18 jours."


def test_the_last_day_is_counted_in_hours():
    with time_machine.travel(CLOSING - timedelta(hours=5, minutes=1)):
        call = CallFactory(closes_at=CLOSING)

        assert call.days_left == 0
        assert time_left(call.closes_at).replace("\xa0", " ") == "Il reste 5 heures."


def test_a_draft_is_due_at_the_closing_of_its_call(as_member, draft):
    day = timezone.localdate(draft.call.closes_at)
    assert day.strftime("%d/%m") in str(as_member.get("/dossiers/").context["rows"][0].due_on.strftime("%d/%m/%Y"))

    Call.objects.update(closes_at=timezone.now() - timedelta(days=2))
    assert as_member.get("/dossiers/").context["rows"][0].due_on is None


@pytest.mark.parametrize(("answered", "label"), [(True, "Compléments reçus"), (False, "Compléments attendus")])
def test_the_page_of_a_file_and_the_lists_give_it_one_state(client, answered, label):
    file = ApplicationFactory(submitted=True, complete=True)
    CompletionRequest.objects.create(
        application=file, fields=["resume"], message="x", due_on=timezone.localdate(), answered_at=timezone.now() if answered else None
    )
    client.force_login(person(Role.MEMBER, at=file.establishment))

    assert label in " ".join(cell for row in rows_of(client.get("/dossiers/")) for cell in row)
    assert label in texts_of(client.get(file.get_absolute_url()), ".pr-badge")
    assert label in texts_of(client.get("/espace/"), ".pr-badge")


@pytest.mark.parametrize("state", ["draft", "awaiting_approval"])
def test_nothing_that_leads_to_the_submission_is_offered_once_the_call_is_closed(client, state):
    file = ApplicationFactory(state=state, complete=True, call=CallFactory(closed=True))
    client.force_login(person(Role.HEAD, at=file.establishment))

    for page in (file.get_absolute_url(), f"{file.get_absolute_url()}apercu/"):
        shown = text_of(client.get(page))
        for name in ("request_approval", "approve", "submit"):
            assert f"action/{name}/" not in shown
    assert "L’appel est clos" in text_of(
        client.get(f"{file.get_absolute_url()}action/submit/" if state != "draft" else file.get_absolute_url())
    )


def test_a_visa_given_is_said_so_wherever_the_lycee_reads_the_state_of_its_file(client, draft, member, head):
    awaiting = perform(draft, "request_approval", actor=member)
    client.force_login(member)
    assert "Visa demandé" in texts_of(client.get("/dossiers/"), ".pr-badge")
    assert draft.reference in text_of(client.get("/dossiers/", {"etat": "awaiting_approval"}))
    perform(awaiting, "approve", actor=head)

    for page in ("/dossiers/", "/espace/", draft.get_absolute_url()):
        assert "Visa donné, reste à déposer" in texts_of(client.get(page), ".pr-badge")
        assert "Visa demandé" not in texts_of(client.get(page), ".pr-badge")
    assert draft.reference in text_of(client.get("/dossiers/", {"etat": "approved"}))
    assert draft.reference not in text_of(client.get("/dossiers/", {"etat": "awaiting_approval"}))
