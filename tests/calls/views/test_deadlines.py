"""The pages of deadlines of a call, as its manager uses them; the countdown of a file."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import SchoolExtension
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file():
    return ApplicationFactory(call=CallFactory(closed=True))


@pytest.fixture
def managing(client):
    client.force_login(person(Role.CALL_MANAGER))
    return client


def typed(file, **more):
    later = timezone.localtime(timezone.now() + timedelta(days=3))
    return {"uai": file.establishment.uai.lower(), "closes_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "Panne du réseau."} | more


def test_more_time_is_given_then_taken_back(managing, file):
    page = reverse("calls:extensions", args=[file.call.reference])
    assert "Aucun délai accordé" in managing.get(page).content.decode()

    managing.post(reverse("calls:extend_school", args=[file.call.reference]), typed(file))
    extension = SchoolExtension.objects.get()
    assert (extension.establishment, extension.reason) == (file.establishment, "Panne du réseau.")
    cancel = reverse("calls:extension_cancel", args=[file.call.reference, extension.pk])
    assert cancel in managing.get(page).content.decode()

    managing.post(cancel, {"reason": "Accordé par erreur."})
    listed = managing.get(page).content.decode()
    assert "Accordé par erreur." in listed
    assert cancel not in listed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"uai": "0000000A"}, "Aucun lycée ne porte ce code UAI"),
        ({"closes_at": "2020-01-01T10:00"}, "déjà fixée au"),
        ({"reason": " "}, "Donnez le motif"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_what_was_typed_stays(managing, file, wrong, said):
    response = managing.post(reverse("calls:extend_school", args=[file.call.reference]), typed(file, **wrong))

    assert response.status_code == 422
    assert said in response.content.decode()
    assert typed(file, **wrong)["closes_at"] in response.content.decode()
    assert not SchoolExtension.objects.exists()


@pytest.mark.parametrize(
    ("days", "kept"), [("5, 2", [5, 2]), ("1;10 3", [10, 3, 1]), ("", []), ("3,3", [3])], ids=["two", "any order", "none", "twice the same"]
)
def test_the_days_of_the_reminders_are_set(managing, file, days, kept):
    managing.post(reverse("calls:reminders", args=[file.call.reference]), {"reminder_days": days})
    file.call.refresh_from_db()
    assert file.call.reminder_days == kept


@pytest.mark.parametrize(("days", "said"), [("0", "À corriger : 0."), ("7, x", "À corriger : x."), ("1,2,3,4,5,6", "5 rappels au plus")])
def test_days_that_are_none_are_refused(managing, file, days, said):
    response = managing.post(reverse("calls:reminders", args=[file.call.reference]), {"reminder_days": days})
    assert response.status_code == 422
    assert said in response.content.decode().replace("\u00a0", " ")


def test_the_page_of_a_file_counts_down_to_its_own_closing(client, file):
    member = person(Role.MEMBER, at=file.establishment)
    client.force_login(member)
    assert "data-closes" not in client.get(file.get_absolute_url()).content.decode()

    own = timezone.now().replace(microsecond=0) + timedelta(days=3)
    SchoolExtension.objects.create(call=file.call, establishment=file.establishment, closes_at=own, reason="Panne.")
    type(file.call).objects.filter(pk=file.call_id).update(latest_closing=own)
    page = client.get(file.get_absolute_url()).content.decode()

    assert f'data-closes="{timezone.localtime(own).isoformat()}"' in page
    assert "prolongation accordée à votre lycée" in page
