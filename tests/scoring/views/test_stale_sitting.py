"""Two people who prepare one sitting at once: who attends, what the room chose for a file."""

import pytest
from django.urls import reverse

from portal.roles import Role
from portal.workflow.seen import SEEN
from scoring.actions.lock import lock_file
from scoring.models import FileLock
from tests.factories.accounts import person
from tests.factories.deliberation import deliberation, sit
from tests.reading import values_of
from tests.stale import form_of, read_in, sent_by, signed_in

pytestmark = pytest.mark.django_db


def test_who_attends_is_not_written_over_unseen():
    made = sit(deliberation())
    page = reverse("scoring:session_attendance", args=[made.session.pk])
    me, colleague = signed_in(person(Role.CALL_MANAGER)), person(Role.CALL_MANAGER)
    them = signed_in(colleague)
    chair, other = [str(seat.pk) for seat in made.seats]
    opened = form_of(me.get(page), page)
    assert them.post(page, sent_by(form_of(them.get(page), page), present=[other])).status_code == 302

    refused = me.post(page, sent_by(opened, present=[chair]))

    read = read_in(refused)
    assert refused.status_code == 409
    assert f"{colleague} a changé ceci le" in read
    assert f"Désormais : {made.seats[1].user.get_full_name()}." in read
    assert values_of(form_of(refused, page), "present") == [chair]
    assert [str(seat.pk) for seat in made.session.attendance.all()] == [other]
    assert me.post(page, sent_by(form_of(refused, page))).status_code == 302
    assert [str(seat.pk) for seat in made.session.attendance.all()] == [chair]


def test_the_choice_of_a_colleague_on_a_file_is_not_replaced_unseen(client):
    made = sit(deliberation())
    client.force_login(person(Role.CALL_MANAGER))
    page = reverse("scoring:session_lock", args=[made.session.pk, made.files[0].reference])
    opened = form_of(client.get(page), page)
    lock_file(session=made.session, application=made.files[0], side="in", reason="Seul du canton", actor=made.chair)

    refused = client.post(page, sent_by(opened, side="out", reason="Doublon"))

    assert refused.status_code == 409
    assert f"entre, « Seul du canton », par {made.chair}" in read_in(refused)
    assert "Doublon" in read_in(refused)
    assert FileLock.objects.get().side == "in"
    assert values_of(form_of(client.get(page), page), SEEN) != values_of(opened, SEEN)
