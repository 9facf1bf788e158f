from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.text import format_lazy

from orders.models import CatalogueItem, FrameworkAgreement, Lot, Supplier
from orders.views import catalogue
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import figures
from portal.ui.fields import EXAMPLE_DAY
from tests.factories.directory import EstablishmentFactory, TerritoryFactory
from tests.factories.orders import CatalogueItemFactory, FrameworkAgreementFactory, LotFactory, OrderLineFactory, SupplierFactory

pytestmark = pytest.mark.django_db
ROOT = "/commandes/catalogue/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_costs_the_same_whatever_its_length(client, officer, count, django_assert_num_queries):
    for lot in LotFactory.create_batch(count):
        CatalogueItemFactory(lot=lot)
    client.get(ROOT)

    with django_assert_num_queries(6):
        client.get(ROOT)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.TECHNICIAN, Role.AUDITOR, Role.CALL_MANAGER])
def test_staff_read_and_do_not_write(client, sign_in, role):
    lot = CatalogueItemFactory().lot
    sign_in(role)

    assert [client.get(page).status_code for page in (ROOT, lot.get_absolute_url())] == [200, 200]
    assert "Modifier" not in client.get(lot.get_absolute_url()).content.decode()
    for page in ("titulaires/nouveau/", f"lots/{lot.pk}/modifier/", "articles/nouveau/"):
        assert client.post(ROOT + page, {"name": "X"}).status_code == 403


@pytest.mark.parametrize("role", [Role.HEAD, Role.JUROR, Role.OFFICER])
def test_nobody_else_reads_prices(client, sign_in, role):
    lot = LotFactory()
    sign_in(role, at=EstablishmentFactory() if role == Role.HEAD else None)

    assert [client.get(page).status_code for page in (ROOT, lot.get_absolute_url())] == [403, 403]


SUPPLIER = {"name": "Ateliers du Cèdre", "siret": "732 829 320 00074", "address": "4 rue du Cèdre", "email": "c@cedre.example", "phone": ""}


def test_creating_a_supplier(client, officer):
    answer = client.post(ROOT + "titulaires/nouveau/", SUPPLIER)

    supplier = Supplier.objects.get()
    assert (answer.url, supplier.siret) == (ROOT, "73282932000074")
    assert JournalEntry.objects.get(action="create_entry").data["name"] == {"before": None, "after": "Ateliers du Cèdre"}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"siret": "73282932000075"},
            "siret",
            "Ce SIRET n’est pas valable : 14 chiffres, dont la clé de contrôle. Vérifiez-le sur le Kbis.",
        ),
        ({"siret": "abc"}, "siret", "Ce SIRET n’est pas valable : 14 chiffres, dont la clé de contrôle. Vérifiez-le sur le Kbis."),
        ({"siret": ""}, "siret", "Ce champ est obligatoire."),
        ({"name": ""}, "name", "Ce champ est obligatoire."),
        ({"email": "pas une adresse"}, "email", "Saisissez une adresse de courriel valide."),
    ],
)
def test_a_wrong_supplier_is_said_and_what_was_typed_is_kept(client, officer, changes, field, message):
    page = client.post(ROOT + "titulaires/nouveau/", {**SUPPLIER, **changes})

    assert (page.status_code, page.context["form"].errors) == (422, {field: [message]})
    assert page.context["form"][field].value() == changes[field]
    assert page.context["form"]["address"].value() == "4 rue du Cèdre"
    assert Supplier.objects.count() == 0


def test_two_suppliers_do_not_share_a_siret(client, officer):
    SupplierFactory()

    page = client.post(ROOT + "titulaires/nouveau/", SUPPLIER)

    assert page.context["form"].errors == {"siret": ["Ce SIRET est déjà celui d’un titulaire enregistré."]}


AGREEMENT = {"reference": "AC-2026-EQ", "title": "Équipements", "starts_on": "2026-01-01", "ends_on": "2029-12-31"}


def test_creating_an_agreement(client, officer):
    client.post(ROOT + "accords/nouveau/", AGREEMENT)

    assert FrameworkAgreement.objects.get().ends_on == date(2029, 12, 31)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"starts_on": "2099-01-01", "ends_on": "2099-12-31"},
            {
                "starts_on": [
                    f"Cette date est trop lointaine : le {figures(timezone.localdate() + timedelta(days=731))} au plus tard. Vérifiez l’année."
                ]
            },
        ),
        ({"ends_on": "2025-12-31"}, {"ends_on": ["La fin vient après le début."]}),
        ({"ends_on": "2026-01-01"}, {"ends_on": ["La fin vient après le début."]}),
        ({"ends_on": "2030-01-02"}, {"ends_on": ["Un accord-cadre dure quatre ans au plus."]}),
        ({"starts_on": "le 3"}, {"starts_on": [format_lazy("Indiquez une date, par exemple {}.", EXAMPLE_DAY)]}),
        ({"reference": ""}, {"reference": ["Ce champ est obligatoire."]}),
    ],
)
def test_a_wrong_agreement_is_said(client, officer, changes, errors):
    page = client.post(ROOT + "accords/nouveau/", {**AGREEMENT, **changes})

    assert (page.status_code, page.context["form"].errors) == (422, errors)
    assert FrameworkAgreement.objects.count() == 0


def lot_data(**changes) -> dict:
    return {
        "agreement": FrameworkAgreementFactory().pk,
        "number": "2",
        "title": "Portables",
        "category": "equipment",
        "supplier": SupplierFactory().pk,
        "maximum_amount": "9 000 000,00",
        "delivery_days": "30",
        "postal_prefixes": "",
        **changes,
    }


def test_creating_a_lot(client, officer):
    departments = [TerritoryFactory(code="57", name="Moselle"), TerritoryFactory(code="54")]

    answer = client.post(
        ROOT + "lots/nouveau/", lot_data(departments=[department.pk for department in departments], postal_prefixes=" 572,574 ")
    )

    lot = Lot.objects.get()
    assert answer.url == lot.get_absolute_url()
    assert (lot.maximum_amount, lot.postal_prefixes) == (Decimal("9000000.00"), "572, 574")
    assert set(lot.departments.all()) == set(departments)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"maximum_amount": "-5"}, {"maximum_amount": ["Une valeur négative n’est pas acceptée."]}),
        ({"maximum_amount": "1e12"}, {"maximum_amount": None}),
        ({"delivery_days": "0"}, {"delivery_days": ["Le nombre va de 1 à 730."]}),
        ({"postal_prefixes": "57x"}, {"postal_prefixes": ["« 57x » n’est pas un début de code postal : de 2 à 5 chiffres."]}),
        ({"supplier": "9999"}, {"supplier": None}),
        ({"category": "food"}, {"category": None}),
        ({"departments": ["abc"]}, {"departments": None}),
        ({"departments": ["9" * 30]}, {"departments": None}),
    ],
)
def test_a_wrong_lot_is_said(client, officer, changes, errors):
    page = client.post(ROOT + "lots/nouveau/", lot_data(**changes))

    assert page.status_code == 422
    assert set(page.context["form"].errors) == set(errors)
    assert all(page.context["form"].errors[name] == said for name, said in errors.items() if said)
    assert Lot.objects.count() == 0


def test_a_lot_number_is_used_once_per_agreement(client, officer):
    LotFactory(number="2")

    page = client.post(ROOT + "lots/nouveau/", lot_data())

    assert page.context["form"].non_field_errors() == ["Cet accord-cadre a déjà un lot de ce numéro."]


def test_the_maximum_does_not_go_below_what_is_ordered(client, officer):
    lot = LotFactory(ordered_amount=Decimal("5000.00"))
    data = model_to_dict(lot, exclude=["ordered_amount", "departments"]) | {"maximum_amount": "4999,99"}

    page = client.post(f"{lot.get_absolute_url()}modifier/", data)

    assert page.context["form"].errors == {
        "maximum_amount": ["Déjà 5\u00a0000,00\u00a0€ HT commandés sur ce lot : le maximum ne peut être plus bas."]
    }
    assert Lot.objects.get().maximum_amount == Decimal("2000000.00")


def test_editing_a_lot_leaves_what_is_ordered_meanwhile(client, officer, monkeypatch):
    """What an approval took between the reading of the form and its saving is not written over."""
    lot = LotFactory(title="Portables")
    data = model_to_dict(lot, exclude=["ordered_amount", "departments"]) | {"title": "Portables et tablettes", "ordered_amount": "0"}
    save = catalogue._save

    def order_first(*args):
        Lot.objects.update(ordered_amount=Decimal("4120.00"))
        return save(*args)

    monkeypatch.setattr(catalogue, "_save", order_first)

    client.post(f"{lot.get_absolute_url()}modifier/", data)

    lot.refresh_from_db()
    assert (lot.title, lot.ordered_amount) == ("Portables et tablettes", Decimal("4120.00"))


def test_a_maximum_lowered_while_an_order_is_approved_is_refused(client, officer, monkeypatch):
    lot = LotFactory()
    data = model_to_dict(lot, exclude=["ordered_amount", "departments"]) | {"maximum_amount": "1000"}
    save = catalogue._save

    def order_first(*args):
        Lot.objects.update(ordered_amount=Decimal("4120.00"))
        return save(*args)

    monkeypatch.setattr(catalogue, "_save", order_first)

    page = client.post(f"{lot.get_absolute_url()}modifier/", data)

    assert page.context["form"].errors == {
        "maximum_amount": ["Déjà 4\u00a0120,00\u00a0€ HT commandés sur ce lot : le maximum ne peut être plus bas."]
    }
    assert (Lot.objects.get().maximum_amount, JournalEntry.objects.count()) == (Decimal("2000000.00"), 0)


def item_data(**changes) -> dict:
    return {
        "lot": LotFactory(number="7").pk,
        "reference": "BPU-001",
        "item_code": "portable-11",
        "label": "Ordinateur portable 11,6 pouces",
        "unit": "unité",
        "unit_price_amount": "412,00",
        "vat_rate": "20",
        "cpv_code": "30213100-6",
        "is_active": "on",
        **changes,
    }


def test_creating_an_article(client, officer):
    data = item_data(vat_rate="5,5")

    answer = client.post(ROOT + "articles/nouveau/", data)

    item = CatalogueItem.objects.get()
    assert answer.url == item.lot.get_absolute_url()
    assert (item.unit_price_amount, item.vat_rate, item.is_active) == (Decimal("412.00"), Decimal("5.5"), True)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"unit_price_amount": "-1"}, {"unit_price_amount": ["Une valeur négative n’est pas acceptée."]}),
        ({"unit_price_amount": "gratuit"}, {"unit_price_amount": None}),
        ({"vat_rate": "20,1"}, {"vat_rate": ["La TVA va de 0 à 20 %."]}),
        ({"vat_rate": "-1"}, {"vat_rate": ["Une valeur négative n’est pas acceptée."]}),
        ({"vat_rate": "5,55"}, {"vat_rate": ["La TVA s’écrit avec une décimale au plus, par exemple 5,5."]}),
        ({"cpv_code": "30213100"}, {"cpv_code": ["Un code CPV a huit chiffres, un tiret et un chiffre, par exemple 30213100-6."]}),
        ({"cpv_code": "３0213100-6"}, {"cpv_code": ["Un code CPV a huit chiffres, un tiret et un chiffre, par exemple 30213100-6."]}),
        (
            {"item_code": "Portable 11"},
            {"item_code": ["Des lettres sans accent, des chiffres et des tirets, par exemple « portable-11 »."]},
        ),
    ],
)
def test_a_wrong_article_is_said(client, officer, changes, errors):
    page = client.post(ROOT + "articles/nouveau/", item_data(**changes))

    assert page.status_code == 422
    assert set(page.context["form"].errors) == set(errors)
    assert all(page.context["form"].errors[name] == said for name, said in errors.items() if said)
    assert CatalogueItem.objects.count() == 0


def test_a_price_changed_does_not_change_orders_already_drafted(client, officer):
    line = OrderLineFactory()
    data = item_data(lot=line.item.lot_id, reference=line.item.reference, unit_price_amount="399")

    client.post(f"{ROOT}articles/{line.item.pk}/", data)

    line.refresh_from_db()
    assert (line.item.unit_price_amount, line.unit_price_amount) == (Decimal("399.00"), Decimal("412.00"))
    assert JournalEntry.objects.get(action="edit_entry").data["unit_price_amount"] == {"before": "412.00", "after": "399.00"}
