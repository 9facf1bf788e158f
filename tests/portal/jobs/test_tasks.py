import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from portal.files.intake import StorageFailed, store_bytes
from portal.jobs import progress as progress_module
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed
from portal.jobs.tasks import MAX_ATTEMPTS, NO_ROOM, UNEXPECTED, WORN_OUT, logger, recover_jobs, run_job
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def every_step_is_saved(monkeypatch):
    monkeypatch.setattr(progress_module, "SAVE_EVERY", 0)


def silent_for(job: Job, seconds: int, **fields) -> Job:
    """The row as a worker killed that long ago leaves it."""
    Job.objects.filter(pk=job.pk).update(
        **{"state": State.RUNNING, "attempts": 1, "heartbeat_at": timezone.now() - timedelta(seconds=seconds), **fields}
    )
    job.refresh_from_db()
    return job


def test_job_runs_once_and_keeps_its_result(handler):
    calls = []
    handler(lambda job, progress: calls.append(job.pk) or {"rows": 12})
    job = JobFactory()

    assert run_job(str(job.pk)) == State.DONE
    assert run_job(str(job.pk)) == "déjà pris ou terminé"

    job.refresh_from_db()
    assert (calls, job.result, job.attempts, job.percent) == ([job.pk], {"rows": 12}, 1, 100)
    assert None not in (job.started_at, job.heartbeat_at, job.finished_at)


@pytest.mark.parametrize("wrap", [lambda stored: stored, lambda stored: {"file": stored, "rows": 1}])
def test_job_keeps_the_file_that_its_handler_returns(handler, wrap):
    stored = store_bytes("a.xlsx", b"x", "application/x", purpose="test")
    handler(lambda job, progress: wrap(stored))
    job = JobFactory()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.result_file, "file" in job.result) == (stored, False)


def test_progress_is_saved_as_it_goes(handler):
    seen = []

    def work(job, progress):
        for done in (1, 2):
            progress(done, 2, f"Ligne {done}")
            row = Job.objects.get(pk=job.pk)
            seen.append((row.done, row.total, row.note, row.percent, row.state))

    handler(work)

    run_job(str(JobFactory().pk))

    assert seen == [(1, 2, "Ligne 1", 50, "running"), (2, 2, "Ligne 2", 99, "running")]


def test_progress_writes_at_most_every_half_second(handler, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(progress_module, "SAVE_EVERY", 0.5)

    def work(job, progress):
        with django_assert_num_queries(2):  # the first step and the last
            for done in range(1001):
                progress(done, 1000)

    handler(work)

    assert run_job(str(JobFactory().pk)) == State.DONE


def test_failure_is_told_in_a_sentence_and_logged_with_its_trace(handler, caplog, monkeypatch):
    monkeypatch.setattr(logger, "handlers", [caplog.handler])  # whatever other tests have done to the loggers above
    monkeypatch.setattr(logger, "disabled", False)
    caplog.set_level("ERROR", logger.name)
    handler(lambda job, progress: {}["secret detail"])
    job = JobFactory()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, UNEXPECTED)
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (JobFailed("Cet appel n’a aucun dossier."), "Cet appel n’a aucun dossier."),
        (StorageFailed("full"), NO_ROOM),
        (OSError(28, "No space left on device"), NO_ROOM),
        (OSError(5, "Input/output error"), UNEXPECTED),
    ],
)
def test_known_failures_have_their_own_words(handler, error, words):
    def work(job, progress):
        raise error

    handler(work)
    job = JobFactory()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, words)


def test_cancelled_job_stops_at_its_next_step(handler):
    steps = []

    def work(job, progress):
        for done in range(5):
            steps.append(done)
            progress(done, 5)
            if done == 1:
                queue.cancel(job)

    handler(work)
    job = JobFactory()

    assert run_job(str(job.pk)) == State.CANCELLED
    assert steps == [0, 1, 2]


def test_waiting_job_is_cancelled_at_once_and_never_runs(handler):
    handler(lambda job, progress: pytest.fail("ran"))
    job = JobFactory()

    assert queue.cancel(job) is True
    assert run_job(str(job.pk)) == "déjà pris ou terminé"
    assert queue.cancel(job) is False


def test_running_job_is_not_taken_by_a_second_worker(handler):
    handler(lambda job, progress: pytest.fail("ran"))
    job = silent_for(JobFactory(), 29)

    assert run_job(str(job.pk)) == "déjà pris ou terminé"


def test_job_of_a_killed_worker_is_started_again_from_the_beginning(handler):
    seen = []
    handler(lambda job, progress: seen.append((job.attempts, job.done, job.note)))
    job = silent_for(JobFactory(), 31, done=700, total=1000, note="Ligne 700")

    assert run_job(str(job.pk)) == State.DONE
    assert seen == [(2, 0, "")]


def test_worker_that_was_only_slow_gives_way_to_its_replacement(handler):
    """The first attempt wakes up after the second has finished: it changes nothing."""

    def work(job, progress):
        if job.attempts == 2:
            return {"by": "second"}
        silent_for(job, 31)
        run_job(str(job.pk))
        progress(1, 2)
        pytest.fail("went on")

    handler(work)
    job = JobFactory()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.result, job.attempts) == (State.DONE, {"by": "second"}, 2)


def test_slow_worker_that_finishes_late_does_not_overwrite_the_result(handler):
    def work(job, progress):
        if job.attempts == 2:
            return {"by": "second"}
        silent_for(job, 31)
        run_job(str(job.pk))
        return {"by": "first"}

    handler(work)
    job = JobFactory()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert job.result == {"by": "second"}


@pytest.mark.django_db(transaction=True)
def test_handler_that_tells_nothing_is_kept_alive_by_its_heartbeat(handler, monkeypatch):
    monkeypatch.setattr(progress_module, "BEAT_EVERY", 0.05)
    beats = set()

    def silent(job, progress):
        deadline = time.monotonic() + 10
        while len(beats) < 3 and time.monotonic() < deadline:
            beats.add(Job.objects.get(pk=job.pk).heartbeat_at)
            time.sleep(0.02)

    handler(silent)
    job = JobFactory()

    assert run_job(str(job.pk)) == State.DONE

    assert len(beats) == 3
    assert [thread for thread in threading.enumerate() if thread.name == f"heartbeat-{job.pk}" and not thread.daemon] == []


def test_job_that_kills_its_workers_is_given_up_after_five_attempts(handler, handed):
    handler(lambda job, progress: pytest.fail("ran"))
    job = silent_for(JobFactory(), 31, attempts=MAX_ATTEMPTS)

    assert run_job(str(job.pk)) == "déjà pris ou terminé"
    recover_jobs()

    job.refresh_from_db()
    assert (job.state, job.error, handed) == (State.FAILED, WORN_OUT, [])


def test_recovery_hands_over_what_was_lost_and_only_that(handed):
    old = timezone.now() - timedelta(seconds=31)
    lost = JobFactory(created_at=old)
    killed = silent_for(JobFactory(created_at=old), 31)
    JobFactory()  # has just been asked
    silent_for(JobFactory(created_at=old), 5)  # runs
    JobFactory(created_at=old, state=State.DONE)
    JobFactory(created_at=old, state=State.CANCELLED)

    assert recover_jobs() == 2

    assert set(handed) == {str(lost.pk), str(killed.pk)}


def test_recovery_leaves_a_job_whose_task_still_waits_in_the_queue(settings, handed):
    job = JobFactory(created_at=timezone.now() - timedelta(minutes=3))
    OrmQ.objects.create(key="preau", payload=SignedPackage.dumps({"name": f"job-{job.pk}"}), lock=timezone.now())

    assert recover_jobs() == 0

    OrmQ.objects.update(lock=timezone.now() + timedelta(minutes=10))  # fetched by a worker that died since
    assert recover_jobs() == 1


def test_killed_job_whose_owner_asked_to_stop_is_cancelled(handed):
    job = silent_for(JobFactory(), 31, cancel_asked=True)

    recover_jobs()

    job.refresh_from_db()
    assert (job.state, handed) == (State.CANCELLED, [])


def test_cancellation_rolls_back_the_transaction_of_the_handler(handler):
    def work(job, progress):
        with transaction.atomic():
            JobFactory(label="half done")
            Job.objects.filter(pk=job.pk).update(cancel_asked=True)
            progress(1, 2)

    handler(work)

    run_job(str(JobFactory().pk))

    assert Job.objects.filter(label="half done").count() == 0
