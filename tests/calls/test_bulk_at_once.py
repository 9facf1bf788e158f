"""Acts on several files at the same instant, on real row locks: each file once, one outcome."""

from uuid import uuid4

import pytest

from calls.actions.bulk import FileAsShown, begin, run
from calls.actions.bulk_kinds import bulk_kind
from calls.actions.instruction import assign_officer
from calls.actions.saved_views import save_view
from calls.enums import BulkResult
from calls.models import Application, BulkAct, BulkItem, SavedView
from calls.queries.bulk import stamps_of
from portal.journal.models import JournalEntry
from portal.notifications.models import Message
from portal.roles import Role
from tests.calls.test_concurrency import at_once
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ADMISSIBLE, ASSIGN = bulk_kind("recevables"), bulk_kind("confier")


def filed(count, **options):
    call = CallFactory()
    return [ApplicationFactory(call=call, submitted=True, complete=True, **options) for _ in range(count)]


def shown(files):
    stamps = stamps_of([file.pk for file in files])
    return [FileAsShown(file.pk, stamps[file.pk], True) for file in files]


def test_a_page_confirmed_twice_and_two_workers_declare_each_file_once():
    files, officer, key = filed(4), person(Role.OFFICER), uuid4()
    for file in files:
        person(Role.HEAD, at=file.establishment)
    seen = shown(files)

    at_once([lambda: begin(ADMISSIBLE, key, seen, actor=officer, params={})] * 2)
    at_once([lambda: run(ADMISSIBLE, BulkAct.objects.get(pk=key))] * 2)

    assert BulkAct.objects.count() == 1
    assert set(BulkItem.objects.values_list("result", flat=True)) == {BulkResult.DONE}
    assert JournalEntry.objects.filter(action="declare_admissible").count() == 4
    assert Message.objects.filter(code="declared_admissible").count() == 4
    assert BulkAct.objects.get().is_over


def test_two_hand_overs_of_the_same_files_leave_each_with_one_and_tell_no_other():
    leaving, one, other = (person(Role.OFFICER) for _ in range(3))
    files = filed(3, officer=leaving)
    acts = [
        begin(ASSIGN, uuid4(), shown(files), actor=person(Role.CALL_MANAGER), params={"officer": to.pk, "reason": "Départ."})
        for to in (one, other)
    ]

    at_once([lambda act=act: run(ASSIGN, BulkAct.objects.get(pk=act.pk)) for act in acts])

    for file in Application.objects.all():
        (done,) = BulkItem.objects.filter(application=file, result=BulkResult.DONE)
        assert file.officer_id == done.kept["to"]
        assert BulkItem.objects.get(application=file, result=BulkResult.LEFT).reason.startswith("Le dossier a changé")
    assert JournalEntry.objects.filter(action="assign_officer").count() == 3


def test_a_colleague_who_acts_at_the_same_instant_wins_or_comes_after():
    (file,) = filed(1)
    officer, colleague = person(Role.OFFICER), person(Role.OFFICER)
    act = begin(ADMISSIBLE, uuid4(), shown([file]), actor=officer, params={})

    at_once(
        [
            lambda: run(ADMISSIBLE, BulkAct.objects.get(pk=act.pk)),
            lambda: assign_officer(application=file, officer=colleague, actor=colleague),
        ]
    )

    item, now = BulkItem.objects.get(), Application.objects.get(pk=file.pk)
    assert now.officer == colleague
    assert (item.result == BulkResult.DONE) == bool(now.checked_at)
    assert item.result in (BulkResult.DONE, BulkResult.LEFT)


def test_two_views_saved_first_at_once_leave_one_first():
    owner = person(Role.OFFICER)

    at_once([lambda name=name: save_view(owner=owner, name=name, query="", is_default=True) for name in ("Une", "Deux")])

    assert SavedView.objects.count() == 2
    assert SavedView.objects.filter(is_default=True).count() == 1
