"""The search of the public site finds what everybody may read, and nothing else."""

import pytest

from calls.enums import ApplicationState, CallState
from cms import actions, searching
from cms.models import NewsPage, ResultsIndexPage, ResultsPage, SearchedText
from cms.queries.search import excerpt, marked
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.site import document, news, publish, text_page

pytestmark = pytest.mark.django_db


def found(client, words, **filters) -> dict[str, list[str]]:
    """The addresses found, by kind."""
    groups = client.get("/recherche/", {"q": words} | filters).context["groups"]
    return {group.code: [hit.address for hit in group.hits] for group in groups}


@pytest.fixture
def released(site):
    call = CallFactory(reference="ANCIEN", slug="vague-1", title="Lycée 4.0, vague 1", state=CallState.RELEASED, closed=True)
    actions.publish_call_page(call=call)
    actions.publish_results_page(call=call)
    school = EstablishmentFactory(uai="0541234A", name="Lycée Jean-Zay", commune_name="Épernay")
    ApplicationFactory(
        call=call, admissible=True, state=ApplicationState.DECIDED, outcome="awarded", granted_amount=1, establishment=school,
        search_text="0541234a lycee jean-zay epernay robots", title="Robots",
    )  # fmt: skip
    return call


def test_each_kind_is_found_with_or_without_accents(client, released, open_call):
    news("Cérémonie à Épernay")
    text_page("Écrire un projet", [("faq", [{"question": "Où est Épernay ?", "answer": "<p>Dans la Marne.</p>"}])])
    page = text_page("Textes", [("documents", [{"document": document("Règlement d’Épernay"), "note": ""}])], slug="textes")
    assert page.live

    for words in ("epernay", "ÉPERNAY"):
        assert set(found(client, words)) == {"actualites", "lycees", "questions", "documents"}


def test_a_call_is_found_by_its_title_its_sentence_and_the_questions_of_its_form(client, open_call):
    for words in ("vague 2", "équiper former", "ordinateur portable", "délibération conseil"):
        assert found(client, words) == {"appels": ["/appels/lycee-4-0-vague-2/"]}, words


def test_every_word_is_wanted_in_any_order(client, site):
    news("Robots au lycée")

    assert found(client, "lycee robots") == {"actualites": ["/actualites/actu-0/"]}
    assert "actualites" not in found(client, "robots montagne")


def test_what_is_not_public_is_never_found(client, released, publish_page, draft):
    publish_page(CallFactory(slug="retire", title="Zircon retiré", state=CallState.WITHDRAWN))
    news("Zircon en brouillon", live=False)
    gone = news("Zircon dépublié")
    gone.unpublish()
    private = news("Zircon privé")
    private.view_restrictions.create(restriction_type="login")
    document("Zircon de personne")
    waiting = CallFactory(slug="attend", title="Zircon voté", state=CallState.VOTED, closed=True)
    ResultsIndexPage.objects.get().add_child(instance=ResultsPage(title="Zircon : résultats", slug="attend", call=waiting, live=True))
    ApplicationFactory(call=waiting, admissible=True, outcome="awarded", granted_amount=1, search_text="zircon")
    draft.title = "Zircon à venir"
    draft.save()
    actions.follow_call(call=draft)
    searching.rebuild()

    assert found(client, "zircon") == {}


def test_what_is_written_after_the_publication_is_not_found_before_the_next(client, site):
    page = news("Robots")
    page.title = "Topaze"
    page.save_revision()

    assert found(client, "topaze") == {}
    publish(page)
    assert list(found(client, "topaze")) == ["actualites"]


def test_results_are_told_of_by_lycee_and_lead_to_it(client, released):
    assert found(client, "jean-zay") == {"lycees": ["/resultats/vague-1/?q=0541234A#liste"]}


def test_one_kind_is_read_page_by_page(client, site):
    for rank in range(21):
        news(f"Robots {rank}")

    everything = client.get("/recherche/", {"q": "robots"})
    alone = client.get("/recherche/", {"q": "robots", "dans": "actualites", "page": 2})

    assert [(group.total, len(group.hits)) for group in everything.context["groups"]] == [(21, 5)]
    assert [(group.total, len(group.hits)) for group in alone.context["groups"]] == [(21, 1)]


def test_a_title_comes_before_a_text(client, site):
    news("Autre chose", slug="texte", intro="Des robots partout.")
    news("Robots", slug="titre", dated_on="2020-01-01")

    assert found(client, "robots") == {"actualites": ["/actualites/titre/", "/actualites/texte/"]}


def test_nothing_found_suggests_words_and_ways(client, site):
    news("Délibération du jury")

    page = client.get("/recherche/", {"q": "deliberatoin"})

    assert page.context["near"] == "deliberation"
    assert "Rien ne répond à cette recherche" in page.text


@pytest.mark.parametrize("typed", ["'", "%", "_", "<script>", "NOT *", "\x00", "é" * 300, "a" * 5000])
def test_anything_may_be_typed(client, open_call, typed):
    response = client.get("/recherche/", {"q": typed})

    assert response.status_code == 200
    assert "<script>" not in response.text.replace("<script src", "")


def test_marks_are_put_around_words_and_nothing_else_is_let_through():
    assert marked("Déposez, <b> vite", ["depos"]) == "<mark>Déposez</mark>, &lt;b&gt; vite"


def test_an_excerpt_is_cut_around_the_first_word_found():
    text = " ".join([f"mot{rank}" for rank in range(60)] + ["robots"] + ["fin"] * 60)

    cut = excerpt(text, ["robot"])

    assert cut.startswith("… mot52 ") and "<mark>robots</mark>" in cut and cut.endswith(" …")


@pytest.mark.parametrize("before", [": 689,00 € HT", "20,0 % ; –", "! ?"])
def test_an_excerpt_begins_at_a_word(before):
    text = f"Station portable {before} l’unité, TVA comprise, pour les robots de la classe"

    for found in ("tva", "robot", "classe"):
        start = excerpt(text, [found]).removeprefix("… ").removeprefix("<mark>")
        assert start[0].isalpha(), start


def test_an_excerpt_never_begins_after_the_word_found():
    assert excerpt("1 2 3 4 5 6 7 8 9 : 689,00 € HT", ["689"]) == "… <mark>689,00</mark> € HT"


def test_texts_are_those_of_published_pages_once(site):
    page = news("Robots")
    searching.rebuild()
    searching.index(NewsPage.objects.get(pk=page.pk))

    assert SearchedText.objects.filter(page=page).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_search_query_count(client, released, publish_page, count, django_assert_num_queries):
    for rank in range(count):
        news(f"Lycée {rank}")
        publish_page(CallFactory(title=f"Lycée {rank}"))
        text_page(f"Lycée {rank}", [("documents", [{"document": document(f"Lycée {rank}"), "note": ""}])], slug=f"p{rank}")
    client.get("/recherche/?q=lycee")

    with django_assert_num_queries(11):
        client.get("/recherche/?q=lycee")
