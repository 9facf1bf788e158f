import pytest

from orders.actions.opening import drop_pending
from orders.models import OrderLine, PendingNeed
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.orders import CatalogueItemFactory, PendingNeedFactory
from tests.reading import tree_of, words_of

pytestmark = pytest.mark.django_db
ROOT = "/commandes/a-traiter/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(client, officer, count, django_assert_num_queries):
    PendingNeedFactory.create_batch(count)
    client.get(ROOT)

    with django_assert_num_queries(5):
        client.get(ROOT)


def test_staff_read_the_list_and_the_orders_officer_settles(client, sign_in):
    need = PendingNeedFactory()
    sign_in(Role.AUDITOR)

    assert client.get(ROOT).status_code == 200
    assert [client.get(f"{ROOT}{need.pk}/").status_code, client.post(f"{ROOT}chercher/").status_code] == [403, 403]


def test_a_school_reads_nothing_of_it(client, sign_in):
    need = PendingNeedFactory()
    sign_in(Role.HEAD, at=need.decision_line.decision.application.establishment)

    assert client.get(ROOT).status_code == 403


def test_placing_a_need_on_an_article(client, officer):
    need = PendingNeedFactory()
    item = CatalogueItemFactory(item_code="portable-11-bis")

    answer = client.post(f"{ROOT}{need.pk}/", {"item": item.pk})

    line = OrderLine.objects.get()
    assert (answer.url, line.item, line.quantity) == (line.order.get_absolute_url(), item, 100)


@pytest.mark.parametrize("trait", [{"lot__agreement__over": True}, {"socket": True}, {"is_active": False}])
def test_an_article_that_is_not_offered_is_refused(client, officer, trait):
    CatalogueItemFactory()
    need, item = PendingNeedFactory(), CatalogueItemFactory(**trait)

    page = client.post(f"{ROOT}{need.pk}/", {"item": item.pk})

    assert (page.status_code, page.context["place_form"].errors) == (422, {"item": ["Cet article n’est pas proposé."]})
    assert OrderLine.objects.count() == 0


def test_dropping_a_need_wants_a_reason(client, officer):
    need = PendingNeedFactory()

    without = client.post(f"{ROOT}{need.pk}/", {"drop": "1", "reason": ""})
    client.post(f"{ROOT}{need.pk}/", {"drop": "1", "reason": "Le lycée a déjà un serveur."})

    need.refresh_from_db()
    assert without.context["drop_form"].errors == {"reason": ["Ce champ est obligatoire."]}
    assert (need.settlement, need.settled_by) == ("Le lycée a déjà un serveur.", officer)
    assert client.get(f"{ROOT}{need.pk}/").status_code == 404


def test_searching_again_places_what_the_catalogue_now_has(client, officer):
    PendingNeedFactory()
    CatalogueItemFactory()

    answer = client.post(f"{ROOT}chercher/")

    assert answer.url == "/commandes/"
    assert PendingNeed.objects.filter(settled_at=None).count() == 0


def test_searching_is_a_post(client, officer):
    assert client.get(f"{ROOT}chercher/").status_code == 405


def test_a_need_that_somebody_has_just_settled_says_what_became_of_it(client, officer):
    need = PendingNeedFactory()
    drop_pending(need=need, reason="Le lycée y renonce.", actor=person(Role.ORDERS))

    answer = client.post(f"/commandes/a-traiter/{need.pk}/", {"drop": "1", "reason": "Doublon."})

    assert answer.status_code == 409
    assert "Ce besoin est déjà traité : Le lycée y renonce." in words_of(tree_of(answer)).replace("\u00a0", " ")
    assert PendingNeed.objects.get().settlement == "Le lycée y renonce."
