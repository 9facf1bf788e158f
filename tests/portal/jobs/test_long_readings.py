"""Long readings on SQLite while other processes write: the embedded portal is a site and a worker on one file."""

import io
import sqlite3
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection, connections
from django.utils import timezone
from openpyxl import load_workbook

from calls.models import Application
from exports.hooks import jobs
from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.files.retention import purge_files
from portal.jobs.models import Job
from portal.jobs.progress import JobProgress
from portal.jobs.tasks import run_job
from portal.reading import in_pieces
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory

MANY = 620  # more than one piece, more than two writes of the progress


@pytest.fixture
def on_disk(transactional_db, tmp_path, monkeypatch):
    """Each thread with a connection of its own. On SQLite, the tables move to a file: in memory, threads share one connection."""
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "preau.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    in_memory = connections["default"]
    options = {"transaction_mode": "IMMEDIATE", "timeout": 1, "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"}
    monkeypatch.setitem(connections.settings, "default", {**in_memory.settings_dict, "NAME": str(path), "OPTIONS": options})
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections["default"] = in_memory


def another_process_writes(job):
    """What a heartbeat, or the site, does meanwhile: a write on a connection of its own."""

    def write():
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


@pytest.fixture
def busy(monkeypatch):
    """Progress is written at each call, and another process writes just before."""
    told = []

    class Busy(JobProgress):
        def __call__(self, done, total, note=""):
            another_process_writes(self.job)
            self.saved_at = 0.0
            super().__call__(done, total, note)
            told.append(done)

    monkeypatch.setattr("portal.jobs.progress.SAVE_EVERY", 0)
    monkeypatch.setattr("portal.jobs.tasks.JobProgress", Busy)
    return told


def many_files():
    first = ApplicationFactory(submitted=True, complete=True)
    Application.objects.bulk_create(
        Application(
            call_id=first.call_id,
            establishment_id=first.establishment_id,
            questionnaire_id=first.questionnaire_id,
            reference=f"{first.call.reference}-{rank:04}",
            title=f"Projet {rank}",
            state=first.state,
            submitted_at=first.submitted_at,
        )
        for rank in range(1000, 1000 + MANY - 1)
    )
    return first.call


def test_the_files_of_a_large_call_are_exported_while_others_write(on_disk, busy):
    call = many_files()
    owner = person(Role.CALL_MANAGER)
    job = Job.objects.create(
        kind="exports.workbook", label="Dossiers", owner=owner, params={"workbook": "dossiers", "call": call.reference}
    )

    assert run_job(str(job.pk)) == Job.State.DONE

    job.refresh_from_db()
    with job.result_file.content.open("rb") as content:
        sheet = load_workbook(io.BytesIO(content.read()))["Dossiers"]
    assert sheet.max_row == MANY + 2  # keys, headings
    assert [done for done in busy if 0 < done <= 600] == [200, 400, 600]


def test_a_failure_is_recorded_though_the_connection_refuses_to_write(on_disk, monkeypatch):
    many_files()
    job = Job.objects.create(kind="exports.workbook", label="Dossiers", owner=person(Role.CALL_MANAGER), params={})
    kept = []

    def reads_and_fails(job, progress):
        kept.append(Application.objects.order_by("pk").iterator(chunk_size=10))
        next(kept[0])
        another_process_writes(job)
        progress(1, 2)

    monkeypatch.setattr("portal.jobs.tasks.handler_of", lambda kind: reads_and_fails)

    ended = run_job(str(job.pk))

    job.refresh_from_db()
    if connection.vendor == "sqlite":
        assert (ended, "Une erreur inattendue" in job.error) == (Job.State.FAILED, True)
    else:  # a reading holds nothing back there
        assert (ended, job.error) == (Job.State.DONE, "")


def test_old_files_are_purged_while_others_write(on_disk, monkeypatch):
    job = Job.objects.create(kind="exports.workbook", label="Dossiers", params={})
    long_ago = timezone.now() - timedelta(days=40)
    StoredFile.objects.bulk_create(
        StoredFile(name=f"{rank}.xlsx", size=1, content_type=jobs.XLSX, purpose="export", expires_at=long_ago, content=f"{rank}")
        for rank in range(220)
    )
    monkeypatch.setattr(InMemoryStorage, "delete", lambda storage, name: int(name) % 50 or another_process_writes(job))

    assert (purge_files(), StoredFile.objects.count()) == (220, 0)


def test_rows_come_whole_and_in_order_whatever_the_size_of_a_piece(db):
    made = [person(Role.CALL_MANAGER) for _ in range(7)]
    rows = User.objects.order_by("-pk")

    assert [list(in_pieces(rows, size=size)) for size in (1, 3, 7, 50)] == [made[::-1]] * 4
    assert list(in_pieces(rows.none())) == []
