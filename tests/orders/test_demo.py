from decimal import Decimal

import pytest
from stdnum.fr import siret

from orders.demo import DEPARTMENTS, ITEMS, create_catalogue
from orders.models import CatalogueItem, FrameworkAgreement, Lot, Supplier
from orders.queries.catalogue import item_for, items_on_sale
from tests.factories.directory import EstablishmentFactory, TerritoryFactory

pytestmark = pytest.mark.django_db
NEEDS = {
    "equipment": [
        "portable-11",
        "portable-15",
        "tablette-hybride",
        "poste-cao",
        "poste-fixe",
        "serveur",
        "videoprojecteur",
        "imprimante",
    ],
    "cabling": ["prise-rj45", "borne-wifi", "baie-brassage", "commutateur", "lien-optique"],
}


def counts():
    return [model.objects.count() for model in (Supplier, FrameworkAgreement, Lot, CatalogueItem)]


def test_the_catalogue_is_made_once():
    create_catalogue()
    Lot.objects.filter(number="1").update(ordered_amount=Decimal("500.00"))

    create_catalogue()

    assert counts() == [8, 2, 17, 68]
    assert Lot.objects.filter(ordered_amount=Decimal("500.00")).count() == 2


def test_every_supplier_has_a_right_siret():
    create_catalogue()

    assert [supplier.name for supplier in Supplier.objects.all() if not siret.is_valid(supplier.siret)] == []


@pytest.mark.parametrize("department", sorted(DEPARTMENTS))
def test_every_need_finds_one_article_in_every_departement(department):
    create_catalogue()
    school = EstablishmentFactory(department=TerritoryFactory(code=department), postal_code=f"{department}000")
    items = items_on_sale()

    missing = [code for kind, codes in NEEDS.items() for code in codes if item_for(code, kind, school, items) is None]

    assert missing == []
    assert sorted(ITEMS) == sorted(NEEDS["equipment"] + NEEDS["cabling"])


@pytest.mark.parametrize(("postal_code", "agency"), [("57070", "Metz et Thionville"), ("57400", "Sarreguemines et Forbach")])
def test_two_agencies_share_a_departement_by_postal_code(postal_code, agency):
    create_catalogue()
    school = EstablishmentFactory(department=TerritoryFactory(code="57"), postal_code=postal_code)

    item = item_for("prise-rj45", "cabling", school, items_on_sale())

    assert item.lot.title == f"Agence territoriale de {agency}"
