import pytest

from portal.jobs import registry


@pytest.fixture
def handler(monkeypatch):
    """Give `tests.job` a handler for the time of one test: `handler(function)`."""

    def give(function):
        monkeypatch.setitem(registry._handlers, "tests.job", function)
        return function

    return give


@pytest.fixture
def handed(monkeypatch):
    """Ids given to the queue, which does nothing with them."""
    ids = []
    monkeypatch.setattr("portal.jobs.queue.hand", lambda func, job_id, **options: ids.append(job_id))
    return ids
