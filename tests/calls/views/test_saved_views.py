"""The list as a person wants it: its columns, the views that they keep, the workbook of what they chose."""

import pytest
from django.db import IntegrityError, transaction

from calls.models import SavedView
from exports.registry import workbook_kind
from exports.xlsx.workbook import write_workbook
from portal.jobs.models import Job
from portal.roles import Role
from tests.calls.views.test_officer_bulk import hidden
from tests.calls.views.test_officer_files import references
from tests.exports.reading import sheet_rows
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.reading import elements_of, links_of, texts_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db
LIST, MINE = "/dossiers/", "/mes-vues/"


@pytest.fixture
def officer(client):
    user = person(Role.OFFICER)
    client.force_login(user)
    return user


@pytest.fixture
def call():
    call = CallFactory()
    ApplicationFactory(call=call, reference="A-1", submitted=True, complete=True)
    reims = EstablishmentFactory(authority=AuthorityFactory(reims=True))
    ApplicationFactory(call=call, reference="B-1", submitted=True, complete=True, establishment=reims)
    return call


def headings(page):
    return [text.split(",")[0].strip() for text in texts_of(page, "thead th")]


def save(client, name, query="", **more):
    return client.post(MINE, {"name": name, "liste": query, **more})


# -- Columns -----------------------------------------------------------------------------------------------------------


def test_columns_are_chosen_among_those_declared_and_kept_in_the_address(client, officer, call):
    usual = client.get(f"{LIST}?vue=")
    chosen = client.get(LIST, {"vue": "", "appel": call.reference, "colonne": ["depot", "lycee", "inconnue"], "page": "1"})
    shown = client.get(chosen["Location"])

    assert headings(usual)[1:] == ["Référence", "Lycée", "Autorité", "Montant TTC", "État", "Échéance", "Suivi par"]
    assert chosen["Location"] == f"/dossiers/?vue=&appel={call.reference}&colonnes=lycee.depot"
    assert headings(shown)[1:] == ["Référence", "Lycée", "Déposé le"]
    assert "Priorité du lycée (aucune ici)" in texts_of(usual, "fieldset label")
    filtering = the(shown, "form[role='search'] input[name='colonnes']")["value"]
    assert filtering == "lycee.depot"  # a filter keeps the columns
    assert all("colonnes=lycee.depot" in a["href"] for a in elements_of(shown, "thead a"))


@pytest.mark.parametrize("typed", ["inconnue", "....", "dossier.reference", "<b>"])
def test_columns_that_do_not_exist_are_the_usual_ones(client, officer, call, typed):
    assert len(headings(client.get(LIST, {"colonnes": typed}))) == 8


def test_a_school_chooses_no_column(client, call):
    school = ApplicationFactory(call=call, reference="C-1").establishment
    client.force_login(person(Role.MEMBER, at=school))

    assert headings(client.get(LIST, {"colonnes": "uai"})) == headings(client.get(LIST))


# -- Views -------------------------------------------------------------------------------------------------------------


def test_a_view_keeps_filters_order_and_columns(client, officer, call):
    query = f"appel={call.reference}&vue=a-statuer&tri=-montant&colonnes=lycee.montant"
    listed = client.get(f"{LIST}?{query}&page=1&intrus=1")
    saving = next(href for label, href in links_of(listed) if label == "Enregistrer cette vue")
    form = client.get(saving)

    saved = client.post(MINE, hidden(form) | {"name": "  Mes   urgences "}, follow=True)

    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query) == (officer, "Mes urgences", query)
    assert saved.redirect_chain[-1][0] == f"{LIST}?{query}"
    assert texts_of(saved, "nav[aria-label='Mes vues'] a[aria-current]") == ["Mes urgences"]
    assert headings(saved)[1:] == ["Référence", "Lycée", "Montant TTC"]


def test_the_list_opens_on_the_default_view_and_the_whole_is_one_press_away(client, officer, call):
    save(client, "Reims", "autorite=academie-19", is_default="on")
    save(client, "Autre", "etat=admissible", is_default="on")
    first = client.get(LIST)
    client.post(f"{MINE}{SavedView.objects.get(name='Reims').pk}/", {"name": "Reims", "is_default": "on"})
    opened = client.get(LIST, follow=True)

    assert first["Location"] == f"{LIST}?etat=admissible"
    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == ["Reims"]
    assert references(opened) == ["B-1"]
    everything = next(href for label, href in links_of(opened) if label == "Tout effacer")
    assert references(client.get(everything)) == ["A-1", "B-1"]
    every = next(href for label, href in links_of(client.get(f"{LIST}?vue=a-statuer")) if label.startswith("Tous ("))
    assert references(client.get(LIST + every)) == ["A-1", "B-1"]


def test_names_are_taken_once_and_what_was_typed_stays(client, officer):
    save(client, "Une")
    taken, empty = save(client, "Une", "etat=admissible"), save(client, "  ")
    save(client, "Deux")
    renamed = client.post(f"{MINE}{SavedView.objects.get(name='Deux').pk}/", {"name": "Une"})

    assert [page.status_code for page in (taken, empty, renamed)] == [422] * 3
    assert "Vous avez déjà une vue « Une »" in words_of(tree_of(taken)).replace("\u00a0", " ")
    assert the(taken, "input[name='liste']")["value"] == "etat=admissible"
    assert SavedView.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(owner=officer, name="Une")


def test_a_person_keeps_thirty_views_at_most(client, officer):
    SavedView.objects.bulk_create(SavedView(owner=officer, name=f"V{n}") for n in range(30))

    assert save(client, "Une de trop").status_code == 422


def test_a_view_removed_is_still_shown_so_that_it_may_be_saved_again(client, officer):
    save(client, "Une", "etat=admissible")
    removed = client.post(f"{MINE}{SavedView.objects.get().pk}/supprimer/", follow=True)

    assert removed.redirect_chain == [(f"{LIST}?etat=admissible", 302)]
    assert not SavedView.objects.exists()
    assert "Vous n’avez pas encore de vue" in words_of(tree_of(client.get(MINE)))


def test_views_are_of_their_owner_and_open_nothing(client, officer, call):
    save(client, "Nancy", "autorite=academie-12")
    view = SavedView.objects.get()
    reims = person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    client.force_login(reims)

    assert client.get(f"{MINE}{view.pk}/").status_code == 404
    assert client.post(f"{MINE}{view.pk}/", {"name": "Prise"}).status_code == 404
    assert client.post(f"{MINE}{view.pk}/supprimer/").status_code == 404
    assert "Nancy" not in words_of(tree_of(client.get(MINE)))
    sent = client.get(view.address)  # by a colleague
    assert references(sent) == ["B-1"]  # a filter that is not theirs is left out, and said
    assert "A-1" not in sent.content.decode()

    client.force_login(person(Role.JUROR))
    assert client.get(MINE).status_code == client.post(MINE, {"name": "x"}).status_code == 403


# -- Workbook ----------------------------------------------------------------------------------------------------------


def test_the_workbook_has_the_files_chosen_and_the_columns_of_the_list(client, officer, call):
    query = "colonnes=lycee.montant.etat.depot&tri=-reference"
    asked = client.get("/exports/dossiers-choisis/", {"tous": "1", "liste": query})
    started = client.post("/exports/dossiers-choisis/", hidden(asked))
    job = Job.objects.get()

    title, sheets, total = workbook_kind("liste").sheets(officer, job.params)
    rows = [list(row) for row in sheet_rows(write_workbook(sheets, title=title), "Dossiers")]

    assert "2\u00a0dossiers" in words_of(tree_of(asked))
    assert started["Location"] == job.get_absolute_url()
    assert rows[1] == ["Référence", "Lycée", "Commune", "Déposé le", "Montant TTC", "État"]
    assert [row[0] for row in rows[2:]] == ["B-1", "A-1"]
    assert (rows[2][5], total) == ("Déposé", 2)


def test_the_workbook_holds_nothing_outside_the_perimeter(client, call):
    reims = person(Role.OFFICER, authority=AuthorityFactory(reims=True))
    client.force_login(person(Role.OFFICER))
    stolen = hidden(client.get("/exports/dossiers-choisis/", {"tous": "1"}))
    client.force_login(reims)

    mine = client.get("/exports/dossiers-choisis/", {"dossier": ["A-1", "B-1"]})
    refused = client.post("/exports/dossiers-choisis/", stolen)
    params = {"files": list(call.applications.values_list("pk", flat=True)), "columns": []}

    assert mine.context["total"] == 1
    assert refused["Location"] == LIST
    assert not Job.objects.exists()
    assert workbook_kind("liste").sheets(reims, params)[2] == 1
    assert client.get("/exports/liste/").status_code == 404  # asked from the list alone
