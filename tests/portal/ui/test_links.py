from collections import defaultdict

import pytest

from portal.ui import links
from tests.reading import elements_of, links_of, the


@pytest.fixture(autouse=True)
def offers(monkeypatch):
    monkeypatch.setattr(links, "_offers", defaultdict(list))


def test_list_draws_the_links_registered_for_it_with_what_it_shows(draw):
    links.register("tests.things", "XLSX", "arrow-down-tray", lambda user, call="": f"/x/?call={call}")
    links.register("tests.others", "Autre", "plus", lambda user: "/y/")

    html = draw('{% links_of "tests.things" call=call css="btn-sm" %}', {"call": "L40<V2"})

    assert links_of(html) == [("XLSX", "/x/?call=L40<V2")]
    assert the(html, "a")["class"] == ["btn", "btn-outline-primary", "btn-sm"]


def test_link_without_address_for_this_reader_is_not_drawn(draw):
    links.register("tests.things", "Créer", "plus", lambda user: "/new/" if user == "editor" else "", css="btn-primary")

    assert elements_of(draw('{% links_of "tests.things" %}', {}, user="reader"), "a") == []
    assert elements_of(draw('{% links_of "tests.things" %}', {}, user="editor"), 'a.btn.btn-primary[href="/new/"]') != []


def test_list_without_link_draws_nothing(draw):
    assert draw('{% links_of "tests.unknown" %}', {}).strip() == ""
