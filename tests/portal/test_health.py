import shutil
from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from portal import health
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def migrated(monkeypatch):
    """Tests create tables without migrations."""
    monkeypatch.setattr(health, "_migrated", {"default"})


def test_liveness_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/sante/vivant")

    assert (answer.status_code, answer.content) == (200, b"vivant")


def test_ready_portal_says_so(client):
    answer = client.get("/sante/pret")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "pret",
        "checks": dict.fromkeys(["database", "migrations", "disk", "storage", "queue", "mail"], True),
    }
    assert "no-store" in answer["Cache-Control"]


def _fail(words):
    raise RuntimeError(words)


def test_every_disk_where_the_portal_writes_is_looked_at(client, monkeypatch, settings, tmp_path):
    """The private files are on a disk of their own, which is full; its folder is not made yet."""
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private" / "files"}}
    settings.STORAGES = {**settings.STORAGES, "private": folder}
    room = shutil.disk_usage("/")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda place: room._replace(free=1 if place == tmp_path else 2**40))

    assert client.get("/sante/pret").json()["checks"]["disk"] is False


def broken(monkeypatch, what):
    if what == "queue":
        OrmQ.objects.create(key="preau", payload="x", lock=timezone.now() - timedelta(minutes=6))
    elif what == "mail":
        MessageFactory(not_before=timezone.now() - timedelta(minutes=16))
    elif what == "disk":
        monkeypatch.setattr(health, "FREE_BYTES", 2**60)
    elif what == "storage":
        monkeypatch.setattr(InMemoryStorage, "exists", lambda storage, name: _fail("secret access key at 10.0.0.3"))
    elif what == "migrations":
        monkeypatch.setattr(health, "_migrated", set())
        monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *args: ["one to apply"])
    else:

        def down():
            raise OperationalError("password authentication failed for user preau at 10.0.0.3")

        monkeypatch.setitem(health.CHECKS, "database", down)


@pytest.mark.parametrize(
    ("what", "web"), [("database", 503), ("migrations", 503), ("disk", 503), ("storage", 503), ("queue", 200), ("mail", 200)]
)
def test_what_is_wrong_is_named_without_secret(client, monkeypatch, what, web):
    broken(monkeypatch, what)

    answer = client.get("/sante/pret")

    assert answer.status_code == 503
    assert [name for name, ok in answer.json()["checks"].items() if not ok] == [what]
    assert "password" not in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert client.get("/sante/pret?pour=web").status_code == web


def test_task_that_a_worker_holds_and_message_tried_already_are_not_late(client):
    OrmQ.objects.create(key="preau", payload="x", lock=timezone.now() + timedelta(minutes=6))
    MessageFactory(not_before=timezone.now() - timedelta(minutes=16), attempts=1)

    assert client.get("/sante/pret").status_code == 200


def test_worker_that_a_redis_queue_waits_for_is_missed(client, settings):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "redis": "redis://localhost:6379/0"}
    Schedule.objects.all().delete()
    Schedule.objects.create(func="portal.jobs.tasks.tick", minutes=1, schedule_type="I", next_run=timezone.now() - timedelta(minutes=4))
    in_time = client.get("/sante/pret").json()["checks"]["queue"]
    Schedule.objects.update(next_run=timezone.now() - timedelta(minutes=6))

    late = client.get("/sante/pret").json()["checks"]["queue"]

    assert (in_time, late) == (True, False)


def test_health_is_read_only(client):
    assert client.post("/sante/pret").status_code == 405
