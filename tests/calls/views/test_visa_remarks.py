"""The file goes back with remarks, read beside their questions and ticked off; the visa that does not come is asked again."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from calls.models import Application, VisaRemark
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.workflow.gate import available_transitions, perform
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.outcomes import refusal_of, written_to
from tests.reading import text_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def file():
    return ApplicationFactory(complete=True)


@pytest.fixture
def member(file):
    return person(Role.MEMBER, at=file.establishment)


@pytest.fixture
def head(file):
    return person(Role.HEAD, at=file.establishment, email="chef@x.example")


def address(file, name):
    return reverse("calls:action", args=[file.reference, name])


def given_back(client, file, member, head, **remarks):
    perform(file, "request_approval", actor=member)
    client.force_login(head)
    return client.post(address(file, "return_to_team"), {"reason": "À revoir.", **{f"r-{key}": text for key, text in remarks.items()}})


def test_each_remark_is_read_beside_its_question_until_it_is_ticked_off(client, file, member, head):
    given_back(client, file, member, head, resume="Trop long.", besoins="Trop de serveurs.")
    client.force_login(member)
    section = reverse("calls:section", args=[file.reference, "projet"])
    remark = VisaRemark.objects.get(question_key="resume")
    assert "Trop long." in text_of(client.get(section))
    assert "Trop de serveurs." in text_of(client.get(reverse("calls:section", args=[file.reference, "besoins"])))

    back = client.post(reverse("calls:visa_remark", args=[file.reference, remark.pk]), {"done": "1", "here": "1"})

    assert back.url == f"{section}#q-resume"
    assert "Trop long." not in text_of(client.get(section))
    overview = text_of(client.get(file.get_absolute_url()))
    assert ("Trop long." in overview, "À revoir." in overview, "traitée le" in overview) == (True, True, True)
    assert Application.objects.get().remarks_left == 2


def test_a_remark_ticked_off_by_mistake_is_to_deal_with_again(client, file, member, head):
    given_back(client, file, member, head, resume="Trop long.")
    client.force_login(member)
    remark = VisaRemark.objects.get(question_key="resume")
    for done in ("1", "1", "0"):
        client.post(reverse("calls:visa_remark", args=[file.reference, remark.pk]), {"done": done})

    remark.refresh_from_db()
    assert (remark.done_at, remark.done_by) == (None, None)
    acts = JournalEntry.objects.filter(action__in=["tick_remark", "untick_remark"]).order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["tick_remark", "untick_remark"]


def test_once_the_visa_is_asked_again_remarks_do_not_move_and_the_head_reads_them(client, file, member, head):
    given_back(client, file, member, head, resume="Trop long.")
    perform(Application.objects.get(), "request_approval", actor=member)
    client.force_login(member)
    remark = VisaRemark.objects.get(question_key="resume")
    assert client.post(reverse("calls:visa_remark", args=[file.reference, remark.pk]), {"done": "1"}).status_code == 409

    client.force_login(head)
    assert "Trop long." in text_of(client.get(address(file, "approve")))


def test_what_was_typed_stays_when_the_general_remark_is_missing(client, file, member, head):
    perform(file, "request_approval", actor=member)
    client.force_login(head)
    response = client.post(address(file, "return_to_team"), {"reason": " ", "r-resume": "Trop long."})

    assert response.status_code == 422
    assert "Trop long." in response.content.decode()
    assert not VisaRemark.objects.exists()


def test_a_colleague_who_takes_the_file_back_to_write_makes_no_remark(client, file, member, head):
    given_back(client, file, member, member)
    assert not VisaRemark.objects.exists()
    assert Application.objects.get().state == "draft"


def test_the_visa_is_asked_again_once_a_working_day(file, member, head):
    with time_machine.travel(datetime(2027, 3, 19, 9, tzinfo=PARIS)):  # a Friday
        type(file.call).objects.update(closes_at=datetime(2027, 5, 1, tzinfo=PARIS), opens_at=datetime(2027, 1, 1, tzinfo=PARIS))
        asked = perform(Application.objects.get(), "request_approval", actor=member)
        assert "le prochain jour ouvré" in refusal_of(perform, asked, "remind_visa", actor=member)[0]
    with time_machine.travel(datetime(2027, 3, 21, 9, tzinfo=PARIS)):
        assert "le prochain jour ouvré" in refusal_of(perform, asked, "remind_visa", actor=member)[0]
    with time_machine.travel(datetime(2027, 3, 22, 9, tzinfo=PARIS)):
        perform(asked, "remind_visa", actor=member)
        assert "le prochain jour ouvré" in refusal_of(perform, asked, "remind_visa", actor=member)[0]

    assert head.email in written_to("visa_reminded")


def test_who_gives_the_visa_is_not_offered_to_ask_it_of_themselves(file, member, head):
    perform(file, "request_approval", actor=member)
    fresh = Application.objects.get()
    assert "remind_visa" not in [option.name for option in available_transitions(fresh, head)]
