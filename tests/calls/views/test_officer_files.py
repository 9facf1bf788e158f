"""The list of files: who sees what, filters, views, and that nothing grows a query per row."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.enums import ApplicationState
from calls.models import CompletionRequest
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory, TerritoryFactory
from tests.reading import elements_of, texts_of, tree_of, values_of, words_of

pytestmark = pytest.mark.django_db
LIST = "/dossiers/"


def ask_completion(application, *, days, answered=False):
    now = timezone.now()
    return CompletionRequest.objects.create(
        application=application,
        fields=["deliberation"],
        message="Joignez la délibération.",
        due_on=timezone.localdate() + timedelta(days=days),
        answered_at=now if answered else None,
    )


def references(response):
    return [row.application.reference for row in response.context["rows"]]


@pytest.fixture
def two_authorities():
    """A filed file at Nancy-Metz and one at Reims, and a draft that no staff may see."""
    call = CallFactory()
    nancy = ApplicationFactory(call=call, reference="A-1", submitted=True)
    reims = ApplicationFactory(
        call=call,
        reference="B-1",
        submitted=True,
        establishment=EstablishmentFactory(
            name="Lycée Saint-Ruf",
            commune_name="Épernay",
            authority=AuthorityFactory(reims=True),
            department=TerritoryFactory(code="51", name="Marne"),
        ),
    )
    draft = ApplicationFactory(call=call, reference="C-1")
    return call, nancy, reims, draft


def test_list_sends_a_visitor_to_the_sign_in_page(client, two_authorities):
    response = client.get(LIST)

    assert response.status_code == 302
    assert response["Location"].startswith("/compte/")


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN, Role.OFFICER])
def test_list_shows_every_filed_file_to_staff_without_perimeter(client, two_authorities, role):
    client.force_login(person(role))

    response = client.get(LIST)

    assert references(response) == ["A-1", "B-1"]


def test_list_shows_the_perimeter_to_an_officer(client, two_authorities):
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))

    response = client.get(LIST)

    assert references(response) == ["B-1"]
    assert [(view["label"], view["total"]) for view in response.context["views"]][:2] == [("Tous", 1), ("À statuer", 1)]
    assert "A-1" not in response.content.decode()


@pytest.mark.parametrize("role", [Role.JUROR, Role.CHAIR, Role.TECHNICIAN])
def test_list_is_empty_for_who_reads_files_elsewhere(client, two_authorities, role):
    client.force_login(person(role))

    response = client.get(LIST)

    assert references(response) == []
    assert "Saint-Ruf" not in response.content.decode()


def test_list_shows_a_school_its_own_files_and_drafts_only(client, two_authorities):
    draft = two_authorities[3]
    client.force_login(person(Role.MEMBER, at=draft.establishment))

    response = client.get(LIST)

    assert references(response) == ["C-1"]
    assert "views" in response.context
    assert response.context["views"] == []


def test_a_link_to_the_files_of_a_call_says_that_the_lycee_has_none_there(client, two_authorities):
    draft = two_authorities[3]
    other = CallFactory(reference="AUTRE-1", title="Bouquet 2026", state="published")
    CallFactory(reference="SECRET-1", title="Appel secret", state="draft")
    client.force_login(person(Role.MEMBER, at=draft.establishment))

    none = client.get(LIST, {"appel": "AUTRE-1"})
    hidden = client.get(LIST, {"appel": "SECRET-1"})

    assert references(none) == [] and "Votre lycée n’a pas de dossier dans cet appel" in none.content.decode()
    assert "Bouquet 2026" in none.content.decode() and other.get_absolute_url() in none.content.decode()
    assert references(hidden) == ["C-1"] and "secret" not in hidden.content.decode()


def test_search_finds_nothing_outside_the_perimeter(client, two_authorities):
    """The same answer for a file that exists elsewhere and for one that does not exist at all."""
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))

    elsewhere, nowhere = client.get(LIST, {"q": "A-1"}), client.get(LIST, {"q": "Z-9"})

    assert references(elsewhere) == references(nowhere) == []
    assert elsewhere.status_code == nowhere.status_code == 200
    assert len(elsewhere.content) == len(nowhere.content)


@pytest.mark.parametrize(
    ("typed", "found"), [("epernay", ["B-1"]), ("ÉPERNAY ruf", ["B-1"]), ("a-1", ["A-1"]), ('"', []), ("\x00", ["A-1", "B-1"])]
)
def test_search_ignores_accents_and_odd_signs(client, two_authorities, typed, found):
    client.force_login(person(Role.OFFICER))

    response = client.get(LIST, {"q": typed})

    assert response.status_code == 200
    assert references(response) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"autorite": "academie-19"}, ["B-1"]),
        ({"departement": "51"}, ["B-1"]),
        ({"etat": "submitted"}, ["A-1", "B-1"]),
        ({"etat": "inadmissible"}, []),
        ({"suivi": "personne"}, ["A-1", "B-1"]),
        ({"suivi": "moi"}, []),
        ({"statut": "private_contract"}, []),
        ({"etat": "n’importe quoi"}, ["A-1", "B-1"]),
        ({"tri": "-reference"}, ["B-1", "A-1"]),
        ({"tri": "echeance"}, ["A-1", "B-1"]),
        ({"page": "99"}, ["A-1", "B-1"]),
    ],
)
def test_filters_restrict_the_list(client, two_authorities, query, found):
    client.force_login(person(Role.OFFICER))

    response = client.get(LIST, query)

    assert response.status_code == 200
    assert references(response) == found


def test_filter_by_call_and_officer(client, two_authorities):
    call, nancy, *_ = two_authorities
    officer = person(Role.OFFICER)
    other = ApplicationFactory(reference="D-1", submitted=True, officer=officer)
    client.force_login(officer)

    by_call = client.get(LIST, {"appel": call.reference})
    by_officer = client.get(LIST, {"suivi": str(officer.pk)})

    assert references(by_call) == [nancy.reference, "B-1"]
    assert references(by_officer) == [other.reference]


def test_views_count_the_files_that_the_filters_leave(client):
    kept, _ = ApplicationFactory(submitted=True), ApplicationFactory(submitted=True)
    client.force_login(person(Role.OFFICER))

    views = client.get(LIST, {"appel": kept.call.reference}).context["views"]

    assert [(view["label"], view["total"]) for view in views][:2] == [("Tous", 1), ("À statuer", 1)]


def test_views_count_and_restrict(client):
    call = CallFactory()
    late, waiting, received, plain = (ApplicationFactory(call=call, reference=f"V-{n}", submitted=True) for n in range(4))
    ask_completion(late, days=-2)
    ask_completion(waiting, days=3)
    ask_completion(received, days=1, answered=True)
    ApplicationFactory(call=call, reference="V-9", admissible=True)
    client.force_login(person(Role.OFFICER))

    totals = {view["label"]: view["total"] for view in client.get(LIST).context["views"]}
    shown = {key: references(client.get(LIST, {"vue": key})) for key in ("a-statuer", "complements-recus", "complements-en-retard")}

    assert totals == {"Tous": 5, "À statuer": 2, "Compléments reçus": 1, "Compléments attendus": 1, "Compléments en retard": 1}
    assert shown == {"a-statuer": ["V-2", "V-3"], "complements-recus": ["V-2"], "complements-en-retard": ["V-0"]}


def test_the_views_count_what_the_filters_leave(client):
    """The number of a tab is that of the rows to which it leads."""
    one, other = CallFactory(), CallFactory()
    for n, call in enumerate((one, one, other)):
        ApplicationFactory(call=call, reference=f"V-{n}", submitted=True)
    ask_completion(ApplicationFactory(call=other, reference="V-8", submitted=True), days=3)
    ApplicationFactory(call=one, reference="V-9", admissible=True)
    client.force_login(person(Role.OFFICER))

    for filters in ({"appel": one.reference}, {"q": "V-8"}, {"appel": other.reference, "vue": "a-statuer"}, {}):
        views = client.get(LIST, filters).context["views"]
        assert [view["total"] for view in views] == [len(references(client.get(LIST + view["url"]))) for view in views]
    assert {view["label"]: view["total"] for view in client.get(LIST, {"appel": one.reference}).context["views"]}["Tous"] == 3


def test_school_cannot_tell_a_scored_file_from_an_admissible_one(client):
    """State, order and filter say the same thing of both until the release."""
    school = EstablishmentFactory()
    ApplicationFactory(reference="S-1", establishment=school, admissible=True)
    ApplicationFactory(reference="S-2", establishment=school, admissible=True, state=ApplicationState.ASSESSED)
    client.force_login(person(Role.HEAD, at=school))

    page = client.get(LIST, {"etat": "admissible", "tri": "etat"})

    assert references(page) == ["S-1", "S-2"]
    assert references(client.get(LIST, {"etat": "assessed"})) == ["S-1", "S-2"]
    assert "Noté" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_staff_list_query_count(client, count, django_assert_num_queries):
    call = CallFactory()
    for n in range(count):
        ask_completion(ApplicationFactory(call=call, submitted=True, officer=person(Role.OFFICER)), days=n)
    client.force_login(person(Role.OFFICER))

    with django_assert_num_queries(12):
        response = client.get(LIST)

    assert len(response.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_school_list_query_count(client, count, django_assert_num_queries):
    school = EstablishmentFactory()
    for _ in range(count):
        ApplicationFactory(establishment=school, submitted=True)
    client.force_login(person(Role.MEMBER, at=school))

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(response.context["rows"]) == count


def test_list_of_fifty_stays_light(client):
    call = CallFactory()
    officer = person(Role.OFFICER)
    for n in range(50):
        file = ApplicationFactory(
            call=call,
            submitted=True,
            officer=officer,
            establishment=EstablishmentFactory(name=f"Lycée polyvalent des métiers du bois et de l’habitat Émile-Vautrin {n}"),
        )
        ask_completion(file, days=n - 25)
    client.force_login(officer)

    response = client.get(LIST)

    assert len(response.context["rows"]) == 50
    assert len(response.content) <= 80 * 1024


def test_list_writes_what_was_typed_as_text(client, two_authorities):
    two_authorities[1].establishment.name = "<script>alert(1)</script>"
    two_authorities[1].establishment.save()
    client.force_login(person(Role.OFFICER))

    searched, whole = client.get(LIST, {"q": '"><script>alert(2)</script>'}), client.get(LIST)

    assert set(values_of(searched, "q")) == {'"><script>alert(2)</script>'}  # the filter, and the columns, which keep it
    assert "<script>alert(1)</script>" in words_of(tree_of(whole))
    assert [text for page in (searched, whole) for text in texts_of(page, "script") if "alert" in text] == []


def test_list_offers_the_bulk_act_to_officers_only(client, two_authorities):
    client.force_login(person(Role.AUDITOR))
    auditor = client.get(LIST)
    client.force_login(person(Role.OFFICER))
    officer = client.get(LIST)

    assert reverse("calls:bulk", args=["recevables"]) in officer.content.decode()
    assert len(elements_of(officer, '[name="dossier"]')) == len(officer.context["rows"]) > 0
    assert reverse("calls:bulk", args=["recevables"]) not in auditor.content.decode()
    assert len(elements_of(auditor, '[name="dossier"]')) == len(auditor.context["rows"])  # to be exported
    assert reverse("exports:chosen_files") in auditor.content.decode()
