import pytest

from calls.models import Application
from portal.roles import Role
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


def start_url(call) -> str:
    return f"/appels/{call.slug}/deposer/"


def text_of(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def test_a_visitor_signs_in_then_comes_back(client):
    call = CallFactory()

    response = client.get(start_url(call))

    assert response.status_code == 302
    assert response.url == f"/compte/login/?next={start_url(call)}"


def test_the_page_tells_each_of_my_lycees_what_it_may_do(client):
    call = CallFactory(eligible_categories=["public_education"])
    mine, private = EstablishmentFactory(name="Lycée A"), EstablishmentFactory(name="Lycée B", private=True)
    user = person(Role.MEMBER, at=mine)
    RoleGrantFactory(user=user, role=Role.HEAD, establishment=private)
    client.force_login(user)

    response = client.get(start_url(call))

    chances = [(chance.establishment, chance.gaps, chance.may_start) for chance in response.context["chances"]]
    assert chances == [
        (mine, [], True),
        (private, ["L’appel n’est pas ouvert aux lycées de statut « Privé sous contrat »."], False),
    ]
    assert "L’appel n’est pas ouvert aux lycées de statut « Privé sous contrat »." in text_of(response)
    assert text_of(response).count("Commencer un dossier") == 1


def test_the_page_writes_nothing(client):
    user = person(Role.MEMBER, at=EstablishmentFactory())
    client.force_login(user)

    client.get(start_url(CallFactory()))

    assert Application.objects.count() == 0


def test_starting_opens_the_first_section(client):
    school, call = EstablishmentFactory(), CallFactory(reference="L40-V2")
    client.force_login(person(Role.MEMBER, at=school))

    response = client.post(start_url(call), {"establishment": school.uai})

    assert response.url == "/dossiers/L40-V2-0001/section/projet/"
    assert client.get(response.url).status_code == 200


def test_a_lycee_that_is_not_mine_does_not_exist_for_me(client):
    foreign = EstablishmentFactory()
    client.force_login(person(Role.MEMBER, at=EstablishmentFactory()))

    response = client.post(start_url(CallFactory()), {"establishment": foreign.uai})

    assert response.status_code == 404
    assert Application.objects.count() == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMIN, Role.JUROR])
def test_staff_and_jurors_start_nothing(client, role):
    school = EstablishmentFactory()
    user = person(role)
    client.force_login(user)

    assert client.post(start_url(CallFactory()), {"establishment": school.uai}).status_code in (302, 404)
    assert Application.objects.count() == 0


def test_an_account_without_lycee_is_told_what_to_do(client):
    client.force_login(person())

    response = client.get(start_url(CallFactory()))

    assert "Votre compte n’est rattaché à aucun lycée" in text_of(response)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"closed": True}, "L’appel est clos depuis le "),
        ({"upcoming": True}, "L’appel ouvre le "),
        ({"eligible_categories": ["private_contract"]}, "L’appel n’est pas ouvert aux lycées de statut « Public, Éducation nationale »."),
    ],
)
def test_a_refusal_is_a_sentence_on_the_page(client, options, sentence):
    school = EstablishmentFactory()
    client.force_login(person(Role.MEMBER, at=school))

    response = client.post(start_url(CallFactory(**options)), {"establishment": school.uai})

    assert response.status_code == 409
    assert sentence in text_of(response)
    assert Application.objects.count() == 0


def test_the_limit_names_the_file_that_exists(client):
    school, call = EstablishmentFactory(), CallFactory()
    ApplicationFactory(call=call, establishment=school, reference="AAP-0007")
    client.force_login(person(Role.MEMBER, at=school))

    response = client.post(start_url(call), {"establishment": school.uai})

    assert response.status_code == 409
    assert "L’appel admet un seul dossier par lycée ; le vôtre a déjà : AAP-0007." in text_of(response)


def test_a_call_not_published_does_not_exist(client):
    school = EstablishmentFactory()
    client.force_login(person(Role.MEMBER, at=school))

    assert client.get(start_url(CallFactory(state="draft"))).status_code == 404


def test_pressing_twice_makes_one_file(client):
    school, call = EstablishmentFactory(), CallFactory()
    client.force_login(person(Role.MEMBER, at=school))

    client.post(start_url(call), {"establishment": school.uai})
    again = client.post(start_url(call), {"establishment": school.uai})

    assert again.status_code == 409
    assert Application.objects.count() == 1
