"""The starter command, the pages it makes, and that they open to all."""

import re

import pytest
from django.core.management import call_command
from wagtail.models import Page, Site

from calls.enums import CallState
from cms.models import CallPage, HomePage, Publisher, ResultsPage, StandardPage
from tests.factories.calls import CallFactory
from tests.reading import elements_of, links_of, text_of

pytestmark = pytest.mark.django_db
PUBLIC = [
    "/",
    "/appels/",
    "/resultats/",
    "/aide/",
    "/contact/",
    "/donnees-ouvertes/",
    "/accessibilite/",
    "/accessibilite/schema-pluriannuel/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/plan-du-site/",
    "/appels/flux.rss",
    "/sitemap.xml",
    "/robots.txt",
]


def test_command_run_twice_makes_the_same_site(capsys):
    call_command("create_starter_pages")
    pages = list(Page.objects.order_by("path").values_list("path", "url_path"))
    capsys.readouterr()

    call_command("create_starter_pages")

    assert list(Page.objects.order_by("path").values_list("path", "url_path")) == pages
    assert capsys.readouterr().out == "Rien à créer : toutes les pages sont déjà là.\n"
    assert (HomePage.objects.count(), Publisher.objects.count(), Site.objects.count()) == (1, 1, 1)


def test_command_leaves_what_editors_wrote(site):
    page = StandardPage.objects.get(slug="contact")
    page.title = "Écrire à la Région"
    page.save()

    call_command("create_starter_pages")

    assert StandardPage.objects.get(slug="contact").title == "Écrire à la Région"


def test_command_gives_a_page_to_calls_made_elsewhere(site):
    published = CallFactory(slug="publie")
    draft = CallFactory(slug="brouillon", state=CallState.DRAFT)
    released = CallFactory(slug="resultats-publies", state=CallState.RELEASED, closed=True)
    CallFactory(slug="retire", state=CallState.WITHDRAWN)

    call_command("create_starter_pages")

    assert dict(CallPage.objects.values_list("slug", "live")) == {"publie": True, "brouillon": False, "resultats-publies": True}
    assert list(ResultsPage.objects.values_list("call", "live")) == [(released.pk, True)]
    assert {published.page.live, draft.page.live} == {True, False}


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_opens_to_a_visitor(client, site, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [path for path in PUBLIC if path.endswith("/")])
def test_public_page_has_one_title_and_the_accessibility_notice(client, site, path):
    page = client.get(path)

    assert len(elements_of(page, "h1")) == 1
    assert "/accessibilite/" in [address for _, address in links_of(page)]
    assert elements_of(page, "[style]") == []


def test_accessibility_declaration_has_the_fixed_parts(client, site):
    html = client.get("/accessibilite/").content.decode()

    parts = [
        "État de conformité",
        "partiellement conforme",
        "Résultat des tests",
        "Contenus non accessibles",
        "Non conformité",
        "Dérogations pour charge disproportionnée",
        "Contenus non soumis à l’obligation d’accessibilité",
        "Établissement de cette déclaration d’accessibilité",
        "Retour d’information et contact",
        "Voies de recours",
        "Défenseur des droits",
    ]
    assert [part for part in parts if part not in html] == []


@pytest.mark.parametrize("path", ["/media/documents/x.pdf", "/media/../portal/urls.py", "/media/images/../../manage.py", "/media/"])
def test_no_folder_of_files_is_open(client, site, path):
    assert client.get(path).status_code == 404


def test_the_page_on_open_data_announces_what_can_be_opened(client, site):
    """No file is announced: none exists. What is announced answers."""
    page = client.get("/donnees-ouvertes/")

    assert re.search(r"SCDL|DECP|CSV|XLSX|JSON", text_of(page)) is None
    addresses = [address for _, address in links_of(page, "main") if address.startswith("/")]
    assert {"/resultats/", "/appels/flux.rss"} <= set(addresses)
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
