"""Where orders show outside their pages: things to do, blocks on other pages, menu."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from calls.models import Application
from orders.actions.acceptance import lift_reserve
from orders.hooks.navigation import of_application, of_establishment
from orders.hooks.todo import todo_for
from portal.roles import Role
from portal.ui.navigation import links_for
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PendingNeedFactory, PurchaseOrderFactory, ReserveFactory

pytestmark = pytest.mark.django_db


def titles(user) -> list[str]:
    return [item.title for item in todo_for(user)]


def test_the_head_is_asked_to_sign_what_is_delivered_at_their_school():
    order = PurchaseOrderFactory(delivered=True)
    PurchaseOrderFactory(delivered=True)
    PurchaseOrderFactory(accepted=True, decision=order.decision)

    (item,) = todo_for(person(Role.HEAD, at=order.establishment))

    assert (item.title, item.url) == (f"Réceptionner la commande {order.number}", f"{order.get_absolute_url()}reception/")
    assert item.due == order.acceptance_due_on


def test_the_team_is_told_of_late_deliveries_and_does_not_sign():
    late = PurchaseOrderFactory(late=True)
    PurchaseOrderFactory(delivered=True, decision=late.decision)

    assert titles(person(Role.MEMBER, at=late.establishment)) == [f"Livraison en retard : {late.number}"]


def test_the_head_is_told_of_the_reserves_that_are_left_to_lift_until_the_last_is():
    """By the day of the first of them; the team, who does not lift them, and another lycée read nothing."""
    soon, later = timezone.localdate() + timedelta(days=4), timezone.localdate() + timedelta(days=9)
    order = PurchaseOrderFactory(with_reserves=True)
    ReserveFactory(order=order, due_on=later)
    reserve = ReserveFactory(order=order, due_on=soon)
    head, member = person(Role.HEAD, at=order.establishment), person(Role.MEMBER, at=order.establishment)

    (item,) = todo_for(head)

    assert (item.title, item.url, item.due) == (
        f"Réserves à lever sur la commande {order.number}", f"{order.get_absolute_url()}#reserves", soon,
    )  # fmt: skip
    assert todo_for(member) == todo_for(person(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment)) == []
    lift_reserve(reserve=reserve, note="Réparé.", actor=head)
    assert [item.due for item in todo_for(head)] == [later]


def test_the_orders_officer_has_counts():
    PurchaseOrderFactory.create_batch(2)
    PurchaseOrderFactory(approved=True)
    PurchaseOrderFactory(late=True)
    CablingWorkFactory()
    CablingWorkFactory(quoted=True)
    PendingNeedFactory()

    assert titles(person(Role.ORDERS)) == [
        "1 besoin sans commande à traiter",
        "2 commandes à valider",
        "1 commande à envoyer",
        "1 ordre de service à émettre",
        "1 livraison en retard",
        "1 site à visiter",
    ]


def test_the_technician_and_finance_have_their_own():
    CablingWorkFactory(surveyed=True)
    ReserveFactory(of_work=True)
    PurchaseOrderFactory(accepted=True)

    assert titles(person(Role.TECHNICIAN)) == ["1 devis à enregistrer", "1 réserve de travaux à lever"]
    assert titles(person(Role.FINANCE)) == ["1 commande réceptionnée à facturer"]
    assert titles(person(Role.AUDITOR)) == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [(Role.ORDERS, 6), (Role.HEAD, 1)])
def test_things_to_do_cost_the_same_whatever_their_number(role, queries, count, django_assert_num_queries):
    orders = PurchaseOrderFactory.create_batch(count, delivered=True)
    user = person(role, at=orders[0].establishment)
    assert user.grants

    with django_assert_num_queries(queries):
        todo_for(user)


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_the_file_of_a_school_shows_its_sent_orders_and_its_works():
    sent = OrderLineFactory(order__sent=True).order
    draft = PurchaseOrderFactory(decision=sent.decision)
    work = CablingWorkFactory(decision=sent.decision)
    other = PurchaseOrderFactory(sent=True)
    head = person(Role.HEAD, at=sent.establishment)
    file = sent.decision.application
    assert of_application(request_of(head), file) == ""  # its decision is not known to the lycée
    Application.objects.filter(pk=file.pk).update(state="accepted_by_school")

    html = of_application(request_of(head), Application.objects.get(pk=file.pk))

    assert [name in html for name in (sent.number, work.number, draft.number, other.number)] == [True, True, False, False]


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.OFFICER])
def test_others_see_no_block(role):
    sent = PurchaseOrderFactory(sent=True)
    user = person(role)

    assert of_application(request_of(user), sent.decision.application) == ""
    assert of_establishment(request_of(user), sent.establishment) == ""


def test_staff_see_the_block_on_the_page_of_a_school(client):
    order = PurchaseOrderFactory()
    client.force_login(person(Role.TECHNICIAN))

    assert order.number in client.get(order.establishment.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.ORDERS, ["Commandes", "Travaux", "Déploiements"]), (Role.HEAD, ["Déploiements"]), (Role.JUROR, []), (Role.OFFICER, [])],
)
def test_the_menu_follows_the_role(role, shown):
    user = person(role, at=PurchaseOrderFactory().establishment)

    found = [link.label for link in links_for(user, "/") if link.label in ("Commandes", "Travaux", "Déploiements")]

    assert found == shown
