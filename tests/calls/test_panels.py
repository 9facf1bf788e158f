"""What calls add to a person's own page: the files of their school, the calls that they follow."""

import pytest

from calls.hooks import panels as calls_panels
from calls.queries.calls import followed_calls
from portal import home
from portal.roles import Role
from portal.ui import panels, todo
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.reading import elements_of, links_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registries(monkeypatch):
    """The page with the blocks of this app alone."""
    monkeypatch.setattr(todo, "_providers", [])
    monkeypatch.setattr(panels, "_panels", {})
    panels.register("accounts.user", calls_panels.own_drafts, order=5)
    panels.register("accounts.user", calls_panels.own_files, order=10)
    panels.register("accounts.user", calls_panels.followed_calls, order=20)


@pytest.mark.parametrize("count", (1, 3))
def test_page_of_a_school_asks_the_same_queries_whatever_its_files(client, django_assert_num_queries, count):
    school = EstablishmentFactory()
    for _ in range(count):
        ApplicationFactory(establishment=school)
    client.force_login(person(Role.MEMBER, at=school))
    client.get("/espace/")

    with django_assert_num_queries(5):  # session, account, roles, personal drafts, files; nothing is asked of what was never filed
        client.get("/espace/")


@pytest.mark.parametrize(("count", "queries"), [(1, 3), (2, 5), (3, 5)])
def test_page_of_the_region_reads_two_counts_a_call_and_two_calls_at_most(rf, django_assert_num_queries, count, queries):
    for _ in range(count):
        ApplicationFactory(submitted=True)
    request = rf.get("/espace/")
    request.user = person(Role.OFFICER)
    request.session = {}
    request.user.roles  # noqa: B018 -- read once per request, as the middleware does

    with django_assert_num_queries(queries):
        home.my_space(request)


def test_school_finds_its_own_files_in_its_own_words(client):
    school = EstablishmentFactory()
    own = ApplicationFactory(establishment=school, admissible=True, title="<b>Le nôtre</b>")
    ApplicationFactory(call=own.call, title="Celui d’à côté")
    client.force_login(person(Role.MEMBER, at=school))

    page = client.get("/espace/")

    html = page.content.decode()
    assert ("<b>Le nôtre</b>", f"/dossiers/{own.reference}/") in links_of(page)
    assert "Recevable, en cours d’examen" in html
    assert "Celui d’à côté" not in html


def test_region_follows_its_calls_in_its_perimeter(rf):
    reims = AuthorityFactory(reims=True)
    here = ApplicationFactory(submitted=True, establishment__authority=reims)
    ApplicationFactory(submitted=True, call=here.call)
    ApplicationFactory(call__upcoming=True)
    officer, manager = person(Role.OFFICER, authority=reims), person(Role.CALL_MANAGER)

    assert [(row["call"], row["steps"][2]["value"]) for row in followed_calls(officer)] == [(here.call, 1)]
    assert [(row["call"], row["steps"][2]["value"]) for row in followed_calls(manager)] == [(here.call, 2)]
    assert followed_calls(person(Role.JUROR)) == []
    assert followed_calls(person(Role.ORDERS)) == []


def test_juror_and_school_see_no_count_of_a_call(client):
    application = ApplicationFactory(submitted=True)
    drawn = []

    for reader in (person(Role.OFFICER), person(Role.JUROR), person(Role.HEAD, at=application.establishment)):
        client.force_login(reader)
        drawn.append(len(elements_of(client.get("/espace/"), ".pr-funnel")))

    assert drawn == [1, 0, 0]
