"""A file opened from the list: the one before, the one after, and acts that lead back there."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Application
from portal.roles import Role
from tests.calls.views.test_officer_files import references
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.reading import elements_of, links_of, texts_of, the

pytestmark = pytest.mark.django_db
LIST = "/dossiers/"
NAV = 'nav[aria-label="Dans la liste"]'


@pytest.fixture
def call():
    """Four filed files, the amounts in the other order than the references, and one of another authority."""
    call = CallFactory()
    for number in range(1, 5):
        ApplicationFactory(call=call, reference=f"A-{number}", submitted=True, complete=True)
        Application.objects.filter(reference=f"A-{number}").update(requested_amount=1000 - number)
    reims = EstablishmentFactory(authority=AuthorityFactory(reims=True))
    ApplicationFactory(call=call, reference="SECRET-9", submitted=True, establishment=reims, requested_amount=998)
    return call


def around(page):
    """(before, what is said, after): names in the addresses of the neighbours."""
    links = {a.get("rel", [""])[0]: a["href"].split("?")[0].strip("/").split("/")[-1] for a in elements_of(page, f"{NAV} a")}
    return links.get("prev"), texts_of(page, f"{NAV} .pr-meta")[0], links.get("next")


def opened(client, reference, liste="", rang=1):
    return client.get(f"/dossiers/{reference}/?{urlencode({'liste': liste, 'rang': rang})}")


def test_the_list_leads_from_one_file_to_the_next_in_its_order_and_filters(client, call):
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory()))
    listed = client.get(LIST, {"appel": call.reference, "tri": "montant"})
    assert references(listed) == ["A-4", "A-3", "A-2", "A-1"]

    first = client.get(elements_of(listed, "tbody th a")[0]["href"])
    second = client.get(the(first, f'{NAV} a[rel="next"]')["href"])
    last = opened(client, "A-1", f"appel={call.reference}&tri=montant", 4)

    assert around(first) == (None, "1 sur 4", "A-3")
    assert around(second) == ("A-4", "2 sur 4", "A-2")
    assert around(last) == ("A-2", "4 sur 4", None)
    assert ("Revenir à la liste", f"/dossiers/?appel={call.reference}&tri=montant") in links_of(second)


def test_an_act_leads_back_to_the_same_place_and_the_file_that_left_says_so(client, call):
    client.force_login(person(Role.OFFICER))
    page = opened(client, "A-2", "vue=a-statuer", 2)
    act = next(href for label, href in links_of(page) if label == "Déclarer recevable")

    confirmed = client.get(act)
    done = client.post(act, follow=True)

    assert ("Ne rien changer", page.wsgi_request.get_full_path()) in links_of(confirmed)
    assert done.redirect_chain[0][0] == page.wsgi_request.get_full_path()
    assert around(done) == ("A-1", "Ce dossier n’est plus dans cette liste, qui en compte 4.", "A-3")


def test_assigning_and_asking_keep_the_list(client, call):
    officer = person(Role.OFFICER)
    client.force_login(officer)
    page = opened(client, "A-2", "", 2)

    assigned = client.post(the(page, 'form[action*="/suivi/"]')["action"], {"officer": officer.pk})
    asking = next(href for label, href in links_of(page) if label == "Demander des compléments")
    asked = client.post(asking, {"fields_asked": ["deliberation"], "message": "La pièce.", "due_on": timezone.localdate().isoformat()})

    assert assigned["Location"] == asked["Location"] == page.wsgi_request.get_full_path()


@pytest.mark.parametrize("liste", ["appel=INCONNU", "tri=rien&vue=rien&page=99", "%00\x00&&=", "q=" + "a" * 5000])
@pytest.mark.parametrize("rang", ["", "-3", "9" * 30, "²"])
def test_an_address_written_by_hand_fails_nowhere(client, call, liste, rang):
    client.force_login(person(Role.OFFICER))

    assert opened(client, "A-2", liste, rang).status_code == 200


def test_neighbours_are_those_of_the_reader_alone(client, call):
    """A colleague of another perimeter who is sent the address finds no reference of this one."""
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory()))
    assert "SECRET-9" not in opened(client, "A-2", "tri=montant", 2).content.decode()

    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))
    assert opened(client, "A-2", "", 1).status_code == 404
    assert around(opened(client, "SECRET-9", "", 3)) == (None, "1 sur 1", None)


def test_the_school_and_a_file_opened_alone_have_no_neighbours(client, call):
    client.force_login(person(Role.OFFICER))
    assert elements_of(client.get("/dossiers/A-1/"), NAV) == []

    file = ApplicationFactory(call=call, reference="A-7", submitted=True, complete=True)
    client.force_login(person(Role.HEAD, at=file.establishment))
    assert elements_of(opened(client, "A-7", "", 1), NAV) == []


def test_neighbours_cost_the_same_in_a_long_list(client, call):
    client.force_login(person(Role.OFFICER))
    opened(client, "A-2", "", 2)

    with CaptureQueriesContext(connection) as few:
        opened(client, "A-2", "", 2)
    for _ in range(8):
        ApplicationFactory(call=call, submitted=True)
    with CaptureQueriesContext(connection) as many:
        opened(client, "A-2", "", 2)

    assert len(many) == len(few)
