from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from portal.workflow import arrival

INSTANT = datetime(2027, 3, 12, 17, 0, tzinfo=UTC)
LATER = datetime(2027, 3, 12, 17, 5, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(value=INSTANT)
    monkeypatch.setattr(arrival, "timezone", SimpleNamespace(now=lambda: clock.value))
    return clock


def test_outside_a_request_it_is_now(clock):
    assert arrival.arrived_at() == INSTANT


def test_within_a_request_it_is_the_instant_of_arrival_however_long_it_takes(clock):
    def slow(request):
        clock.value = LATER
        return arrival.arrived_at()

    assert arrival.ArrivalMiddleware(slow)(None) == INSTANT
    assert arrival.arrived_at() == LATER


def test_a_request_that_fails_leaves_no_instant_behind(clock):
    def failing(request):
        raise RuntimeError("panne")

    with pytest.raises(RuntimeError):
        arrival.ArrivalMiddleware(failing)(None)

    clock.value = LATER
    assert arrival.arrived_at() == LATER


def test_the_middleware_comes_first(settings):
    assert settings.MIDDLEWARE[0] == "portal.workflow.arrival.ArrivalMiddleware"
