"""The guard itself: what it finds in a page, what it lets through."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from tests.guards.markup import faults, names_apart, unheard_regions, unsaid_errors
from tests.guards.pages import skeleton

PAGE = '<!DOCTYPE html><html lang="fr"><head><title>Dossier</title></head><body>{}</body></html>'

urlpatterns = [
    path("juste/", lambda request: HttpResponse(PAGE.format("<p>Reçu.</p>"))),
    path("faux/", lambda request: HttpResponse(PAGE.format("<div><p>Reçu.</div></div>"))),
    path("morceau/", lambda request: HttpResponse('<p role="alert">Perdu.</p>')),
    path("texte/", lambda request: HttpResponse("<div><p>", content_type="text/plain")),
]


@pytest.mark.parametrize(
    "body",
    [
        "<div><section>Un</div>",
        "<div><section>Un</section>",
        "<b><i>Un</b></i>",
        '<a href="/1"><a href="/2">Un</a></a>',
        '<p class="a" class="b">Un</p>',
        "<p><div>Un</div></p>",
        "<table><div>Un</div></table>",
        "<div/>",
        "<form><form></form></form>",
        "<button><button>Un</button></button>",
        '<a href=/?a=1&b=2">Un</a>',
        "&truc;",
    ],
)
def test_what_a_browser_would_repair_is_a_fault(body):
    assert faults(PAGE.format(body)) != []


def test_an_id_given_twice_is_a_fault():
    page = PAGE.format('<p id="aide">Un</p><p id="aide">Deux</p><p id="autre">Trois</p>')

    assert faults(page) == ["id « aide » given 2 times"]


def test_what_html_does_not_allow_is_a_fault():
    page = PAGE.format('<table><tr role="row"><td hx-get="/1">Un</td></tr></table><table><tr><td data-hx-get="/1">Un</td></tr></table>')

    assert faults(page) == ["hx-get is no attribute of HTML: write data-hx-get", "a part of a table has its role already: row"]


def test_a_correct_page_has_no_fault():
    body = '<ul><li>Un</li></ul><svg viewBox="0 0 1 1"><path d="M0 0"/></svg><p>1 &lt; 2 &amp; 3<br><input value="a" disabled></p>'

    assert faults(PAGE.format(body)) == []


@pytest.mark.parametrize(
    "fragment", ["<tr><td>Un</td></tr>", "<!-- ligne -->\n<td>Un</td>", "<p>Un</p>", "Un", '<span id="x" data-hx-swap-oob="true">1</span>']
)
def test_an_answer_to_htmx_is_read_where_it_lands(fragment):
    assert faults(fragment) == []


def test_a_character_typed_by_a_reader_is_no_fault_of_the_page():
    assert faults(PAGE.format('<input value="\x00">')) == []


@pytest.mark.urls(__name__)
def test_a_page_with_a_fault_fails_the_test_that_receives_it(settings):
    settings.MIDDLEWARE = []
    client = Client()

    client.get("/juste/")
    client.get("/texte/")

    with pytest.raises(pytest.fail.Exception, match="GET /morceau/ is heard by nobody"):
        client.get("/morceau/", headers={"HX-Request": "true"})
    with pytest.raises(pytest.fail.Exception, match="GET /faux/ is no correct HTML5"):
        client.get("/faux/")


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        ("Erreur\u00a0: Dossier", '<p data-focus data-errors>Un champ.</p><input aria-invalid="true">', []),
        ("Dossier", "<input>", []),
        ("Dossier", '<p data-focus></p><input aria-invalid="true">', ["the title does not begin with « Erreur »"]),
        ("Erreur\u00a0: Dossier", '<input aria-invalid="true">', ["no summary takes the focus"]),
        (
            "Erreur\u00a0: Dossier",
            '<p data-focus data-errors></p><input aria-invalid="true"><p>Champ requis.</p>',
            ["a message does not name its field"],
        ),
    ],
)
def test_a_page_in_error_says_so_where_it_is_heard(head, body, said):
    page = PAGE.format(body).replace("<title>Dossier", f"<title>{head}")

    assert unsaid_errors(page) == said


@pytest.mark.parametrize(
    ("fragment", "heard"),
    [
        ('<p role="alert">Refusé.</p>', False),
        ('<span id="etat" role="status" data-hx-swap-oob="true">Enregistré</span>', False),
        ('<div><p aria-live="polite">Trois résultats</p></div>', False),
        ('<span id="etat" role="status" data-hx-swap-oob="innerHTML">Enregistré</span>', True),
        ("<p data-say>Refusé.</p>", True),
    ],
)
def test_a_live_region_is_written_into_and_never_brought_with_its_words(fragment, heard):
    assert (unheard_regions(fragment) == []) == heard


@pytest.mark.parametrize(
    ("control", "is_one_name"),
    [
        ('<a href="/1" aria-label="Modifier mon identité">Modifier</a>', False),
        ('<button aria-label="Dossier suivant">Suivant<svg></svg></button>', False),
        ('<label for="q">Ville</label><input id="q" aria-label="Commune">', False),
        ('<a href="/1">Modifier <span class="visually-hidden">mon identité</span></a>', True),
        ('<button aria-label="Retirer la ligne"><svg></svg></button>', True),
        ('<input id="q" aria-label="Quantité, prise RJ45">', True),
    ],
)
def test_a_control_is_named_by_its_words(control, is_one_name):
    assert (names_apart(control) == []) == is_one_name


@pytest.mark.parametrize(
    ("page", "other", "are_alike"),
    [
        ('<p id="a" class="b">Un</p>', '<p id="c" class="d">Deux lycées</p>', True),
        ('<p title="1 > 2">Un</p>', '<p title="l\'été">Un</p>', True),
        ('<i id="a"></i><i id="b"></i>', '<i id="1"></i><i id="2"></i>', True),
        ('<i id="a"></i><i id="b"></i>', '<i id="a"></i><i id="a"></i>', False),
        ("<p>Un</p>", "<p>Un</p></div>", False),
        ("<tr>\n<td></tr>", "<tr>Un<td></tr>", False),
        ("<p>a</p>", "<p>a &truc;</p>", False),
        ('<a href="/?a">Un</a>', '<a href="/?a&b">Un</a>', False),
        ('<p role="row">Un</p>', '<p role="note">Un</p>', False),
        ('<input type="hidden">', '<input type="text">', False),
        ("<!-- Un -->", "<!-- Deux -- -->", False),
        ("<script>1</script>", "<script>'<p'</script>", False),
    ],
)
def test_pages_that_differ_by_their_words_alone_have_one_skeleton(page, other, are_alike):
    assert (skeleton(page) == skeleton(other)) == are_alike
