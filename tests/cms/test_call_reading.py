"""What anybody reads of a call before having an account: every way from its page leads somewhere."""

from urllib.parse import urlsplit

import pytest

from tests.factories.scoring import CriterionFactory, GridFactory
from tests.factories.site import document, publish
from tests.reading import elements_of, links_of, tree_of

pytestmark = pytest.mark.django_db
PAGE = "/appels/lycee-4-0-vague-2/"


def test_form_grid_rules_and_documents_are_one_press_from_the_top(client, open_call):
    CriterionFactory(grid=GridFactory(call=open_call), label="Projet", weight=30)
    call_page = open_call.page
    call_page.body = [{"type": "documents", "value": [{"document": document("Règlement").pk, "note": ""}]}]
    publish(call_page)

    page = client.get(PAGE)

    hero = [link["href"] for link in elements_of(tree_of(page), ".pr-hero a[href]")]
    assert [link for link in hero if link in (f"{PAGE}formulaire/", f"{PAGE}grille/", f"{PAGE}regles/", "#documents")] == [
        f"{PAGE}formulaire/",
        f"{PAGE}grille/",
        f"{PAGE}regles/",
        "#documents",
    ]


def test_every_link_of_the_page_opens_without_an_account(client, open_call):
    CriterionFactory(grid=GridFactory(call=open_call), label="Projet", weight=30)

    page = client.get(PAGE)

    places = {link[1:] for _, link in links_of(page) if link.startswith("#")}
    assert {element["id"] for element in elements_of(tree_of(page), "[id]")} >= places
    paths = {urlsplit(link).path for _, link in links_of(page) if link.startswith("/")} - {f"{PAGE}deposer/"}
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
