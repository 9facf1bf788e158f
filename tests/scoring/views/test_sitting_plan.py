"""Preparing a sitting, and who attends it."""

import pytest
from django.utils import timezone

from calls.enums import CallState
from calls.models import Call
from scoring.models import SelectionSession
from tests.factories.deliberation import deliberation
from tests.factories.scoring import SelectionSessionFactory
from tests.reading import values_of

pytestmark = pytest.mark.django_db


def test_manager_prepares_a_sitting(client):
    made = deliberation()
    Call.objects.exclude(pk=made.call.pk).update(state=CallState.PUBLISHED)
    client.force_login(made.manager)

    response = client.post("/seances/nouvelle/", {"call": made.call.pk, "held_on": "2027-05-11", "held_time": "09:30", "place": "Metz"})

    created = SelectionSession.objects.get()
    assert response.url == f"/seances/{created.pk}/presence/"
    assert timezone.localtime(created.held_at).strftime("%Y-%m-%d %H:%M") == "2027-05-11 09:30"
    assert client.get("/seances/").context["page_obj"].paginator.count == 1


def test_sitting_form_keeps_what_was_typed_and_offers_calls_in_deliberation_only(client):
    made = deliberation()
    other = deliberation().call
    Call.objects.filter(pk=other.pk).update(state=CallState.ASSESSMENT)
    client.force_login(made.manager)

    response = client.post("/seances/nouvelle/", {"call": other.pk, "held_on": "hier", "held_time": "", "place": "Metz"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"call", "held_on", "held_time"}
    assert values_of(response, "place") == ["Metz"]
    assert SelectionSession.objects.count() == 0


def test_a_sitting_is_not_planned_in_another_century(client):
    made = deliberation()
    client.force_login(made.manager)

    response = client.post("/seances/nouvelle/", {"call": made.call.pk, "held_on": "2099-05-11", "held_time": "09:30", "place": "Metz"})

    assert response.status_code == 422
    assert "trop lointaine" in response.context["form"].errors["held_on"][0]
    assert response.context["form"]["place"].value() == "Metz"


def test_attendance_is_written_from_its_page(client):
    made = deliberation()
    made.session = SelectionSessionFactory(call=made.call)
    client.force_login(made.chair)

    response = client.post(f"/seances/{made.session.pk}/presence/", {"present": [made.seats[0].pk, "x", "99999999"]})

    assert response.url == f"/seances/{made.session.pk}/"
    assert list(made.session.attendance.all()) == [made.seats[0]]
