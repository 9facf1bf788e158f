from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from orders.enums import ItemCategory
from orders.models import CatalogueItem, FrameworkAgreement, Lot, OrderLine, PurchaseOrder, Supplier
from tests.factories.scoring import FundingDecisionFactory


class SupplierFactory(DjangoModelFactory):
    class Meta:
        model = Supplier
        django_get_or_create = ("siret",)

    name = "Ateliers du Cèdre"
    siret = "73282932000074"
    address = "4 rue du Cèdre, 57000 Metz"
    email = "commandes@ateliers-du-cedre.example"


class FrameworkAgreementFactory(DjangoModelFactory):
    class Meta:
        model = FrameworkAgreement
        django_get_or_create = ("reference",)

    reference = "AC-2026-EQ"
    title = "Équipements numériques des lycées"
    starts_on = date(2026, 1, 1)
    ends_on = date(2029, 12, 31)


class LotFactory(DjangoModelFactory):
    class Meta:
        model = Lot

    agreement = factory.SubFactory(FrameworkAgreementFactory)
    number = factory.Sequence(lambda n: str(n + 1))
    title = "Ordinateurs portables"
    category = ItemCategory.EQUIPMENT
    supplier = factory.SubFactory(SupplierFactory)
    maximum_amount = Decimal("2000000.00")


class CatalogueItemFactory(DjangoModelFactory):
    class Meta:
        model = CatalogueItem

    lot = factory.SubFactory(LotFactory)
    reference = factory.Sequence(lambda n: f"BPU-{n + 1:03d}")
    item_code = "portable-11"
    label = "Ordinateur portable 11,6 pouces"
    unit_price_amount = Decimal("412.00")
    vat_rate = Decimal("20.0")
    cpv_code = "30213100-6"


class PurchaseOrderFactory(DjangoModelFactory):
    class Meta:
        model = PurchaseOrder

    number = factory.Sequence(lambda n: f"BC-2026-{n + 1:04d}")
    lot = factory.SubFactory(LotFactory)
    decision = factory.SubFactory(FundingDecisionFactory)
    establishment = factory.LazyAttribute(lambda o: o.decision.application.establishment)
    due_on = date(2027, 3, 1)


class OrderLineFactory(DjangoModelFactory):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(PurchaseOrderFactory)
    item = factory.SubFactory(CatalogueItemFactory, lot=factory.SelfAttribute("..order.lot"))
    label = "Ordinateur portable 11,6 pouces"
    quantity = 100
    unit_price_amount = Decimal("412.00")
    vat_rate = Decimal("20.0")
