from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from django_q.models import Schedule

from portal.jobs import schedules
from portal.jobs.receivers import write_schedules
from portal.jobs.schedules import ensure_schedules

pytestmark = pytest.mark.django_db


def rows():
    return {s.name: (s.func, s.schedule_type, s.minutes, s.cron) for s in Schedule.objects.filter(name__startswith="preau:")}


def test_what_the_portal_does_by_the_clock():
    Schedule.objects.all().delete()

    ensure_schedules()

    expected = {
        "preau:recover-jobs": ("portal.jobs.tasks.recover_jobs", "I", 1, None),
        "preau:send-digests": ("portal.notifications.digest.send_digests", "I", 5, None),
        "preau:read-bounces": ("portal.notifications.unreachable.read_bounces", "I", 5, None),
        "preau:send-messages": ("portal.notifications.tasks.send_pending", "I", 1, None),
        "preau:seal-journal": ("portal.journal.seal.seal_pending", "I", 1, None),
        "preau:scan-files": ("portal.files.rescan.scan_waiting", "I", 5, None),
        "preau:check-files": ("portal.files.integrity.nightly_check", "C", None, "10 4 * * *"),
        "preau:late-lines": ("portal.accounts.erasure.erase.veil_late_lines", "C", None, "25 4 * * *"),
        "preau:purge-files": ("portal.files.retention.purge_files", "C", None, "40 4 * * *"),
    }
    assert {name: row for name, row in rows().items() if name in expected} == expected


def test_every_scheduled_function_exists():
    ensure_schedules()

    for func, *_ in rows().values():
        module, _, name = func.rpartition(".")
        assert callable(getattr(import_module(module), name))


def test_writing_them_again_changes_nothing():
    ensure_schedules()
    before = list(Schedule.objects.order_by("pk").values())

    assert ensure_schedules() == 0

    assert list(Schedule.objects.order_by("pk").values()) == before


def test_changed_and_obsolete_schedules_are_put_right_and_others_left():
    ensure_schedules()
    Schedule.objects.filter(name="preau:recover-jobs").update(minutes=7)
    Schedule.objects.create(name="preau:old", func="gone.function")
    Schedule.objects.create(name="somebody’s own", func="kept.function")

    assert ensure_schedules() == 2

    assert rows()["preau:recover-jobs"][2] == 1
    assert set(Schedule.objects.values_list("name", flat=True)) == {*schedules._planned, "somebody’s own"}


def test_what_an_upgrade_asks_is_due_at_once_and_the_rest_keeps_its_hour():
    """The search of an upgraded portal is filled when its worker starts, not on the night after."""
    Schedule.objects.all().delete()
    ensure_schedules()
    nightly = Schedule.objects.get(name="preau:check-files").next_run
    assert Schedule.objects.get(name="preau:site-search").next_run > timezone.now()

    write_schedules(sender=apps.get_app_config("jobs"), using="default")

    assert Schedule.objects.get(name="preau:site-search").next_run <= timezone.now()
    assert Schedule.objects.get(name="preau:check-files").next_run == nightly
