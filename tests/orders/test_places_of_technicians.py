"""A technician whose role is held to a department: orders, works, needs and accounts of its lycées, and nothing of the others."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from exports.registry import workbook_kind
from exports.rights import kept_rights
from orders import urls
from orders.hooks.todo import todo_for
from orders.models import CablingWork, PurchaseOrder
from orders.models.delivery import PHOTO
from orders.queries.deployments import coverage
from orders.queries.listing import pending_needs
from portal.accounts.models import User
from portal.files.intake import store_bytes
from portal.notifications.reach import open_to
from portal.roles import Role
from portal.workflow.gate import available_transitions, perform
from portal.workflow.machine import transitions_of
from scoring.enums import DecisionState
from tests.factories.accounts import RoleGrantFactory, person
from tests.factories.directory import EstablishmentFactory, TerritoryFactory
from tests.factories.notifications import MessageFactory
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PendingNeedFactory, ReserveFactory, WorkLineFactory
from tests.factories.scoring import FundingDecisionFactory
from tests.portal.files.samples import image
from tests.reading import text_of

pytestmark = pytest.mark.django_db
ALSO = ("account_decision", "deployment")  # the pages of the aid


@pytest.fixture
def meuse():
    return TerritoryFactory(meuse=True)


@pytest.fixture
def here(meuse):
    """A lycée of the Meuse."""
    return EstablishmentFactory(name="Lycée Ligier-Richier", department=meuse)


@pytest.fixture
def technician(meuse):
    return person(Role.TECHNICIAN, department=meuse)


def award(school):
    """An aid that this lycée knows."""
    return FundingDecisionFactory(application__establishment=school, state=DecisionState.RELEASED)


def ordered(school):
    """An order sent for this lycée."""
    return OrderLineFactory(order__decision=award(school), order__sent=True).order


def cabled(school):
    """Works asked for at this lycée."""
    return WorkLineFactory(work__decision=award(school)).work


def addresses_of(document) -> list[str]:
    """Every address that names this order, or these works, its file or one of its reserves; each transition of its machine."""
    kind = "order" if isinstance(document, PurchaseOrder) else "work"
    given = {"number": document.number, "reference": document.decision.application.reference, "pk": 1}
    found = []
    for each in urls.urlpatterns:
        wanted = set(each.pattern.converters) if each.name in ALSO or each.name.split("_")[0] == kind else set()
        if wanted & {"number", "reference"}:
            names = [transition.name for transition in transitions_of(document)] if "name" in wanted else [""]
            found += [reverse(f"orders:{each.name}", kwargs={key: (given | {"name": name})[key] for key in wanted}) for name in names]
    return found


def test_lists_and_pages_are_of_the_department_alone(client, here, technician):
    near = ordered(here), cabled(here)
    elsewhere = EstablishmentFactory(name="Lycée Stanislas")
    far = ordered(elsewhere), cabled(elsewhere)
    client.force_login(technician)

    lists = [text_of(client.get(address)) for address in ("/commandes/", "/travaux/", "/deploiements/")]
    of_school = text_of(client.get(elsewhere.get_absolute_url()))

    for shown in lists:
        assert ("Ligier-Richier" in shown, "Stanislas" in shown, "Votre périmètre : Meuse (55)." in shown) == (True, False, True)
    assert [client.get(document.get_absolute_url()).status_code for document in near] == [200, 200]
    assert not [document.number for document in far if document.number in of_school]


@pytest.mark.parametrize("made", ["ordered", "cabled"])
def test_every_address_of_another_department_is_not_found(client, technician, made):
    far = {"ordered": ordered, "cabled": cabled}[made](EstablishmentFactory())
    client.force_login(technician)
    addresses, page = addresses_of(far), far.get_absolute_url()
    acts = [address for address in addresses if address.startswith(page) and address != page]

    assert len(acts) > 10
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
    assert {address: client.post(address).status_code for address in acts} == dict.fromkeys(acts, 404)


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.ORDERS, Role.FINANCE, Role.AUDITOR])
def test_a_role_held_for_the_whole_region_reads_everywhere(client, here, role):
    near, far = cabled(here), cabled(EstablishmentFactory(name="Lycée Stanislas"))
    client.force_login(person(role))

    page = text_of(client.get("/travaux/"))

    assert ("Ligier-Richier" in page, "Stanislas" in page, "Votre périmètre" in page) == (True, True, False)
    assert {client.get(work.get_absolute_url()).status_code for work in (near, far)} == {200}


def test_the_account_of_a_lot_names_every_lycee_and_is_of_who_follows_them_all(client, here, technician):
    near, far = ordered(here), ordered(EstablishmentFactory())
    PurchaseOrder.objects.filter(pk=far.pk).update(lot=near.lot)
    client.force_login(technician)

    lot, account = client.get(near.lot.get_absolute_url()), client.get(f"/comptes/lots/{near.lot_id}/")
    aids = [client.get(f"/comptes/dossiers/{order.decision.application.reference}/").status_code for order in (near, far)]
    client.force_login(person(Role.TECHNICIAN))
    of_all = client.get(near.lot.get_absolute_url())

    assert (account.status_code, "Compte du lot" in text_of(lot), lot.context["order_count"]) == (403, False, 1)
    assert aids == [200, 404]
    assert ("Compte du lot" in text_of(of_all), of_all.context["order_count"]) == (True, 2)
    assert client.get(f"/comptes/lots/{near.lot_id}/").status_code == 200


def test_acts_on_works_are_refused_elsewhere(here, technician):
    near, far = cabled(here), cabled(EstablishmentFactory())

    with pytest.raises(PermissionDenied):
        perform(far, "survey", actor=technician)

    assert available_transitions(far, technician) == []
    assert perform(near, "survey", actor=technician).state == "surveyed"
    assert CablingWork.objects.get(pk=far.pk).state == "requested"


def test_what_awaits_counts_the_sites_of_the_department(here, technician):
    cabled(here)
    for _ in range(2):
        cabled(EstablishmentFactory())
    far = EstablishmentFactory()
    ReserveFactory(order=None, work=CablingWorkFactory(with_reserves=True, establishment=far))

    assert [item.title for item in todo_for(technician)] == ["1 site à visiter"]
    assert [item.title for item in todo_for(person(Role.TECHNICIAN))] == ["3 sites à visiter", "1 réserve de travaux à lever"]


def test_ones_own_page_says_the_perimeter(client, technician):
    client.force_login(technician)
    own = text_of(client.get("/espace/"))
    client.force_login(person(Role.TECHNICIAN))

    assert "Votre périmètre" in own and "Meuse (55)" in own
    assert "Votre périmètre" not in text_of(client.get("/espace/"))


def test_needs_without_order_are_those_of_the_department(client, here, technician):
    near, far = PendingNeedFactory(), PendingNeedFactory()
    file = near.decision_line.decision.application
    type(file).objects.filter(pk=file.pk).update(establishment=here)
    client.force_login(technician)

    shown = client.get("/commandes/a-traiter/").context["page_obj"]

    assert list(shown) == list(pending_needs(technician)) == [near]
    assert client.get("/commandes/").context["pending"] == 1
    assert set(pending_needs(person(Role.ORDERS))) == {near, far}


def test_photos_of_reserves_are_of_the_department(client, technician, here):
    works = [CablingWorkFactory(with_reserves=True, establishment=school) for school in (here, EstablishmentFactory())]
    reserves = [ReserveFactory(order=None, work=work) for work in works]
    photos = [store_bytes("a.png", image("PNG"), "image/png", purpose=PHOTO, subject=reserve) for reserve in reserves]
    client.force_login(technician)

    assert [client.get(photo.get_absolute_url()).status_code for photo in photos] == [200, 404]


def test_mails_about_orders_are_read_in_the_department_alone(here, technician):
    near, far = ordered(here), ordered(EstablishmentFactory())
    kind = ContentType.objects.get_for_model(PurchaseOrder)
    for order in (near, far):
        MessageFactory(about_type=kind, about_id=str(order.pk), recipient=technician, to_email=technician.email)

    assert [message.about_id for message in open_to(technician, technician.messages.all())] == [str(near.pk)]


def test_several_departments_add_up(here, technician):
    other = EstablishmentFactory()
    cabled(here), cabled(other), cabled(EstablishmentFactory(department=TerritoryFactory(code="88", name="Vosges")))
    RoleGrantFactory(user=technician, role=Role.TECHNICIAN, department=other.department)

    again = User.objects.get(pk=technician.pk)

    assert set(CablingWork.objects.visible_to(again).values_list("establishment", flat=True)) == {here.pk, other.pk}


def test_a_place_ended_is_read_no_more(here, technician):
    work = cabled(here)
    technician.role_grants.update(ended_at=timezone.now() - timedelta(minutes=1))

    assert not CablingWork.objects.visible_to(User.objects.get(pk=technician.pk)).filter(pk=work.pk).exists()


def test_coverage_counts_the_lycees_of_the_department(here, technician):
    EstablishmentFactory.create_batch(3)

    assert coverage(reader=technician)[-1].total == 1
    assert coverage(reader=person(Role.ORDERS))[-1].total == coverage()[-1].total == 4


def test_filter_offers_the_departments_that_one_follows(client, here, technician):
    EstablishmentFactory()
    client.force_login(technician)

    choices = [client.get(page).context["form"].fields["departement"].choices for page in ("/commandes/", "/travaux/", "/deploiements/")]

    assert choices == [[("", "Tous"), ("55", "55 Meuse")]] * 3


@pytest.mark.parametrize("number", [1, 4])
def test_list_of_works_takes_the_same_queries_whatever_its_length(client, here, technician, number, django_assert_num_queries):
    for _ in range(number):
        cabled(here)
    client.force_login(technician)
    client.get("/travaux/")

    with django_assert_num_queries(10):
        client.get("/travaux/")


def test_a_workbook_is_of_the_department_and_its_rights_say_so(here, technician):
    near, far = ordered(here), ordered(EstablishmentFactory())
    whole = kept_rights(person(Role.TECHNICIAN))

    _, sheets, count = workbook_kind("commandes").sheets(technician, {})

    assert [line.order for sheet in sheets for line in sheet.rows] == [near]
    assert count == 1
    assert far not in PurchaseOrder.objects.visible_to(technician)
    assert whole["grants"] == [["technician", None, None, None]]
    assert kept_rights(technician)["grants"] == [["technician", None, None, here.department_id]]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.TECHNICIAN])
def test_the_database_keeps_departments_to_technicians(meuse, here, role):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(user=person(), role=role, establishment=here, department=meuse)
