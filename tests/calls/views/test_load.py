"""The load of officers: what each follows, by authority, and the way to hand it over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.enums import ApplicationState
from calls.models import Application, CompletionRequest
from portal.roles import Role
from portal.threads.actions import thread_at, write
from portal.threads.enums import Audience, ThreadSide
from tests.calls.views.test_officer_files import references
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.reading import links_of, tree_of, words_of

pytestmark = pytest.mark.django_db
LOAD = "/pilotage/charge/"


def numbers(page):
    return {
        (str(row.officer) if row.officer else "", row.place): (row.open, row.to_rule, row.late, row.threads) for row in page.context["rows"]
    }


@pytest.fixture
def files():
    """Marie follows three files of Nancy-Metz (one late, one to rule on with a thread, one admissible) and one of Reims; nobody one."""
    call, marie = CallFactory(), person(Role.OFFICER, first_name="Marie", last_name="Kuntz")
    late = ApplicationFactory(call=call, submitted=True, complete=True, officer=marie)
    CompletionRequest.objects.create(application=late, fields=["titre"], message="x", due_on=timezone.localdate() - timedelta(days=1))
    asked = ApplicationFactory(call=call, submitted=True, complete=True, officer=marie)
    member = person(Role.MEMBER, at=asked.establishment)
    write(thread=thread_at(asked, "", Audience.SHARED), text="Quand ?", actor=member, side=ThreadSide.LYCEE)
    ApplicationFactory(call=call, admissible=True, complete=True, officer=marie)
    reims = EstablishmentFactory(authority=AuthorityFactory(reims=True))
    ApplicationFactory(call=call, submitted=True, complete=True, officer=marie, establishment=reims)
    ApplicationFactory(call=call, submitted=True, complete=True)
    Application.objects.filter(pk=ApplicationFactory(call=call, submitted=True, officer=marie).pk).update(state=ApplicationState.DECIDED)
    ApplicationFactory(call=call, officer=marie)  # a draft is nobody's at the Région
    return marie


def test_the_load_counts_by_person_and_by_authority(client, files):
    idle = person(Role.OFFICER, first_name="Paul", last_name="Aubry")
    client.force_login(person(Role.CALL_MANAGER))

    page = client.get(LOAD)

    assert numbers(page) == {
        ("", ""): (1, 1, 0, 0),
        (str(files), ""): (4, 2, 1, 1),
        (str(files), "Nancy-Metz"): (3, 1, 1, 1),
        (str(files), "Reims"): (1, 1, 0, 0),
        (str(idle), ""): (0, 0, 0, 0),
    }
    hand_over = [href for label, href in links_of(page) if label == f"Passer ces dossiers de {files}, Reims"]
    assert len(client.get(hand_over[0]).context["found"].ready) == 1


def test_the_load_is_that_of_the_perimeter(client, files):
    client.force_login(person(Role.OFFICER, authority=AuthorityFactory(reims=True)))

    page = client.get(LOAD)

    assert numbers(page)[(str(files), "")] == (1, 1, 0, 0)
    assert "Nancy-Metz" not in words_of(tree_of(page).find("main"))


def test_who_instructs_no_more_is_said_and_their_files_are_found(client, files):
    files.role_grants.all().delete()
    client.force_login(person(Role.CALL_MANAGER))

    page = client.get(LOAD)

    assert "N’instruit plus" in words_of(tree_of(page))
    listed = next(href for label, href in links_of(page) if label == str(files))
    assert len(references(client.get(listed))) == 4  # the admissible one among them, the decided one not


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.ORDERS, Role.JUROR, Role.MEMBER, Role.TECHNICIAN])
def test_the_load_is_read_by_who_assigns_files(client, files, role):
    client.force_login(person(role, at=EstablishmentFactory() if role == Role.MEMBER else None))

    assert client.get(LOAD).status_code == 403
    assert LOAD not in client.get("/dossiers/").content.decode()


def test_the_load_costs_the_same_with_more_officers(client, files, django_assert_max_num_queries):
    client.force_login(person(Role.CALL_MANAGER))
    for _ in range(6):
        ApplicationFactory(submitted=True, officer=person(Role.OFFICER))

    with django_assert_max_num_queries(13):
        client.get(LOAD)
