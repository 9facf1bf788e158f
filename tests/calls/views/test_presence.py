from datetime import timedelta

import pytest
from django.utils import timezone

from calls.models import Presence

pytestmark = pytest.mark.django_db

URL = "/dossiers/AAP-0001/presence/"


def test_an_open_page_says_who_is_there_and_where(as_member, client, member, colleague, draft):
    Presence.objects.create(application=draft, user=colleague, section_key="besoins")

    response = as_member.post(URL, {"section": "projet"})

    assert [(mate.user, mate.is_here, mate.presence) for mate in response.context["mates"]] == [
        (colleague, True, "Est dans la section 3"),
        (member, True, "Vous"),
    ]
    assert Presence.objects.get(user=member).section_key == "projet"


def test_a_colleague_in_the_same_section_is_told_apart(as_member, colleague, draft):
    Presence.objects.create(application=draft, user=colleague, section_key="projet")

    page = as_member.post(URL, {"section": "projet"}).content.decode()

    assert "Est dans cette section" in page


def test_a_colleague_gone_for_a_while_was_seen(as_member, colleague, draft):
    Presence.objects.create(application=draft, user=colleague, seen_at=timezone.now() - timedelta(days=1))

    page = as_member.post(URL, {"section": ""}).content.decode()

    assert "Dernier passage hier à" in page


def test_reading_a_page_writes_no_presence(as_member):
    as_member.get("/dossiers/AAP-0001/")

    assert Presence.objects.count() == 0


def test_an_unknown_section_is_the_whole_file(as_member, member):
    as_member.post(URL, {"section": "<script>"})

    assert Presence.objects.get().section_key == ""


def test_presence_is_one_row_per_person(as_member):
    as_member.post(URL, {"section": "projet"})
    as_member.post(URL, {"section": "besoins"})

    assert list(Presence.objects.values_list("section_key", flat=True)) == ["besoins"]
