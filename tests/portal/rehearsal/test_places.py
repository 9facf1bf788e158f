"""A rehearsal is a portal apart: other rows, other files, other cache, other addresses; and the way back."""

import threading

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, connections
from django.urls import reverse

from calls.models import Programme
from portal.rehearsal import building, places
from portal.rehearsal.places import Rehearsal
from portal.rehearsal.queueing import carried_to_thread


@pytest.fixture
def place(db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    made = Rehearsal(7)
    building.create(made, lambda done, total: None)
    with made.entered():
        building.finish("written")
    yield made
    building.drop(made)


def test_rows_of_a_rehearsal_are_in_it_alone(place):
    Programme.objects.create(code="REEL", name="Réel")
    real = connections["default"]

    with place.entered():
        assert connection.alias == "default"
        assert list(Programme.objects.all()) == []
        made = Programme.objects.create(code="REP", name="Répété")
        assert made.pk > building.FIRST_NUMBER
        with places.outside():
            assert connections["default"] is real
            assert Programme.objects.get().code == "REEL"
        inner = connections["default"]

    assert connections["default"] is real
    assert Programme.objects.get().code == "REEL"
    assert inner.connection is None
    assert place in places.known()


def test_nothing_of_one_cache_is_read_in_the_other(place):
    cache.set("who", "real")

    with place.entered():
        assert cache.get("who") is None
        cache.set("who", "rehearsed")

    assert cache.get("who") == "real"


def test_files_of_one_are_out_of_reach_in_the_other(place):
    name = storages["private"].save("ab/one", ContentFile(b"real"))

    with place.entered():
        assert not storages["private"].exists(name)
        storages["private"].save("ab/two", ContentFile(b"rehearsed"))

    assert not storages["private"].exists("ab/two")
    assert storages["private"].exists(name)


def test_addresses_stay_inside(place):
    with place.entered():
        assert reverse("calls:steering") == "/repetition/7/pilotage/"

    assert reverse("calls:steering") == "/pilotage/"


def test_an_error_inside_brings_the_thread_back(place):
    with pytest.raises(ZeroDivisionError), place.entered():
        Programme.objects.create(code="REP", name="Répété")
        raise ZeroDivisionError

    assert places.current() is None
    assert not Programme.objects.exists()


def test_two_threads_are_each_where_they_are(place):
    """One thread waits inside while this one writes outside: neither sees what the other writes."""
    inside, may_end, seen = threading.Event(), threading.Event(), []

    def play():
        Programme.objects.create(code="REP", name="Répété")
        inside.set()
        may_end.wait(10)
        seen.extend(Programme.objects.values_list("code", flat=True))

    def in_thread():
        with place.entered():
            play()
        connections["default"].close()

    thread = threading.Thread(target=in_thread)
    thread.start()
    assert inside.wait(10)
    Programme.objects.create(code="REEL", name="Réel")
    assert list(Programme.objects.values_list("code", flat=True)) == ["REEL"]
    may_end.set()
    thread.join(10)

    assert seen == ["REP"]


def test_work_given_to_a_thread_goes_where_it_was_given(place):
    seen = []
    with place.entered():
        work = carried_to_thread(lambda: seen.append(places.current()))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(10)

    assert seen == [place]


def test_dropped_nothing_of_it_is_left(place, tmp_path):
    with place.entered():
        storages["private"].save("ab/two", ContentFile(b"rehearsed"))

    building.drop(place)

    assert places.known() == []
    with place.entered():
        assert not storages["private"].exists("ab/two")
    building.drop(place)


def test_one_made_by_another_version_is_not_opened(place, monkeypatch):
    with place.entered():
        assert building.is_current()
    monkeypatch.setattr(building, "stamp", lambda: "another")
    with place.entered():
        assert not building.is_current()
