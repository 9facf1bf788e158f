"""The page of a lycée: a map for everybody, and what each app has of it for those who may read it."""

import pytest

from portal.directory.screens import place_of
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.orders import PurchaseOrderFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.reading import links_of, tree_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """An order of a released aid, whose file, lycée and people the pages are about."""
    return PurchaseOrderFactory(sent=True, decision=FundingDecisionFactory(state="released"))


@pytest.fixture
def school(order):
    return order.decision.application.establishment


def read(client, user, school) -> str:
    client.force_login(user)
    return words_of(tree_of(client.get(school.get_absolute_url())))


def test_a_lycee_is_on_the_map_when_the_directory_says_where(client):
    client.force_login(person())
    here = EstablishmentFactory(latitude="48.675", longitude="5.891")
    nowhere = EstablishmentFactory(latitude=None, longitude=None)

    drawn, blank = (client.get(school.get_absolute_url()).content.decode() for school in (here, nowhere))

    assert ("<circle" in drawn, "<circle" in blank) == (True, False)
    assert f"Carte : {here.name} est à {here.town}" in words_of(tree_of(client.get(here.get_absolute_url()))).replace("\u00a0", " ")
    assert place_of(nowhere) is None


@pytest.mark.parametrize(
    ("role", "at_home", "files", "decisions", "follows"),
    [
        (Role.MEMBER, True, True, False, True),
        (Role.HEAD, True, True, False, True),
        (Role.CALL_MANAGER, False, True, True, True),
        (Role.AUDITOR, False, True, True, True),
        (Role.ADMIN, False, True, True, True),
        (Role.TECHNICIAN, False, False, False, True),
        (Role.MEMBER, False, False, False, False),
        (Role.HEAD, False, False, False, False),
        (Role.JUROR, False, False, False, False),
        (None, False, False, False, False),
    ],
)
def test_each_reader_finds_what_they_may_open_and_nothing_else(client, order, school, role, at_home, files, decisions, follows):
    file = order.decision.application
    at = school if at_home else EstablishmentFactory() if role in (Role.MEMBER, Role.HEAD) else None
    client.force_login(person(role, at=at))

    page = client.get(school.get_absolute_url())
    leads_to = [address for _, address in links_of(page)]

    assert (file.get_absolute_url() in leads_to) is files
    assert (order.decision.get_absolute_url() in leads_to) is decisions
    assert (f"/deploiements/{file.reference}/" in leads_to) is follows
    assert (order.get_absolute_url() in leads_to) is follows
    assert (file.reference in page.content.decode()) is (files or decisions or follows)


def test_a_school_reads_nothing_of_a_decision_before_the_release(client):
    decided = ApplicationFactory(admissible=True)
    FundingDecisionFactory(application=decided, motive="Note insuffisante, gardée secrète.")

    own = read(client, person(Role.MEMBER, at=decided.establishment), decided.establishment)
    staff = read(client, person(Role.CALL_MANAGER), decided.establishment)

    assert decided.reference in own and "Décisions" not in own and "secrète" not in own
    assert "Décisions" in staff


def test_an_officer_of_another_authority_reads_no_file_of_this_lycee(client, order, school):
    foreign = person(Role.OFFICER, authority=AuthorityFactory(reims=True))

    assert order.decision.application.reference not in read(client, foreign, school)


def test_a_draft_is_read_by_its_team_alone_and_a_personal_one_by_nobody(client):
    draft = ApplicationFactory(state="draft", title="Projet encore secret")
    personal = ApplicationFactory(
        state="draft",
        establishment=draft.establishment,
        title="Projet personnel",
        kept_for=person(),
        call=CallFactory(),
        reference="perso-1",
    )
    own = read(client, person(Role.MEMBER, at=draft.establishment), draft.establishment)
    staff = read(client, person(Role.ADMIN), draft.establishment)

    assert (draft.reference in own, draft.reference in staff) == (True, False)
    assert (personal.reference in own, personal.reference in staff) == (False, False)
    assert "aucun dossier que vous puissiez lire" in staff


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
def test_the_page_takes_the_same_queries_whatever_the_number_of_files(client, role, django_assert_max_num_queries):
    school = EstablishmentFactory()
    client.force_login(person(role, at=school if role == Role.MEMBER else None))
    ApplicationFactory(establishment=school, submitted=True)
    client.get(school.get_absolute_url())
    with django_assert_max_num_queries(45) as few:
        client.get(school.get_absolute_url())
    count = len(few)
    for _ in range(4):
        ApplicationFactory(establishment=school, submitted=True, call=CallFactory())

    with django_assert_max_num_queries(count):
        client.get(school.get_absolute_url())
