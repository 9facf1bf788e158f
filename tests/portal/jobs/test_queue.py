import pytest
from django.db import IntegrityError

from portal.jobs.models import Job
from portal.jobs.queue import enqueue
from tests.factories.accounts import person
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


def ask(owner=None, **more):
    return enqueue("tests.job", label="Export", owner=owner or person(), **more)


def test_job_is_handed_over_after_commit(handed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(params={"call": 3})
        assert handed == []

    assert handed == [str(job.pk)]
    assert (job.state, job.params) == (Job.State.QUEUED, {"call": 3})


def test_return_url_may_name_the_job():
    job = ask(return_url="/etablissements/import/{job}/")

    assert job.return_url == f"/etablissements/import/{job.pk}/"


def test_same_work_asked_twice_is_one_job(handed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = ask(dedupe_key="export:3"), ask(dedupe_key="export:3")

    assert (first == second, len(handed), Job.objects.count()) == (True, 1, 1)


def test_work_that_is_over_can_be_asked_again():
    JobFactory(dedupe_key="export:3", state=Job.State.DONE)

    assert ask(dedupe_key="export:3").state == Job.State.QUEUED


def test_works_without_key_are_never_confused():
    assert ask().pk != ask().pk


def test_database_refuses_two_live_jobs_of_one_key():
    JobFactory(dedupe_key="export:3", state=Job.State.RUNNING)

    with pytest.raises(IntegrityError, match="UNIQUE|job_one_alive_per_key"):
        JobFactory(dedupe_key="export:3")


def test_queue_that_does_not_answer_breaks_nothing(monkeypatch, django_capture_on_commit_callbacks):
    def down(*args, **kwargs):
        raise ConnectionError("redis")

    monkeypatch.setattr("portal.jobs.queue.hand", down)

    with django_capture_on_commit_callbacks(execute=True):
        job = ask()

    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
