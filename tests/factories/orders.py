from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from calls.enums import NeedKind
from orders.enums import InvoiceKind, ItemCategory, OrderState, WorkState
from orders.models import (
    CablingWork,
    CatalogueItem,
    Delivery,
    DeliveryLine,
    FrameworkAgreement,
    GoodsReturn,
    Invoice,
    Lot,
    OrderLine,
    PendingNeed,
    PurchaseOrder,
    Reserve,
    Supplier,
    WorkLine,
)
from portal.accounts.models import User
from portal.text.identifiers import compared
from portal.workflow.gate import perform
from scoring.enums import DecisionState
from scoring.models import DecisionLine
from tests.factories.calls import RequestLineFactory
from tests.factories.scoring import FundingDecisionFactory


def in_days(days: int):
    """A day counted from today, worked out when the object is built."""
    return factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=days))


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
    starts_on = in_days(-200)
    ends_on = in_days(1000)

    class Params:
        over = factory.Trait(reference="AC-2021-EQ", starts_on=date(2021, 1, 1), ends_on=date(2024, 12, 31))
        cabling = factory.Trait(reference="AC-2026-CAB", title="Câblage des lycées")


class LotFactory(DjangoModelFactory):
    class Meta:
        model = Lot
        skip_postgeneration_save = True

    agreement = factory.SubFactory(FrameworkAgreementFactory)
    number = factory.Sequence(lambda n: str(n + 1))
    title = "Ordinateurs portables"
    category = ItemCategory.EQUIPMENT
    supplier = factory.SubFactory(SupplierFactory)
    maximum_amount = Decimal("2000000.00")

    class Params:
        cabling = factory.Trait(
            agreement=factory.SubFactory(FrameworkAgreementFactory, cabling=True), title="Câblage, Nancy", category=ItemCategory.CABLING
        )

    @factory.post_generation
    def departments(self, create, extracted, **kwargs):
        if create and extracted:
            self.departments.set(extracted)


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

    class Params:
        socket = factory.Trait(
            lot=factory.SubFactory(LotFactory, cabling=True),
            item_code="prise-rj45",
            label="Prise RJ45",
            unit_price_amount=Decimal("145.00"),
            cpv_code="45314320-0",
        )


class DecisionLineFactory(DjangoModelFactory):
    """A retained need; `cabling=True` for RJ45 sockets."""

    class Meta:
        model = DecisionLine

    decision = factory.SubFactory(FundingDecisionFactory)
    request_line = factory.SubFactory(RequestLineFactory, application=factory.SelfAttribute("..decision.application"))
    quantity = 100
    granted_amount = Decimal("49440.00")

    class Params:
        cabling = factory.Trait(
            request_line=factory.SubFactory(
                RequestLineFactory,
                application=factory.SelfAttribute("..decision.application"),
                kind=NeedKind.CABLING,
                item_code="prise-rj45",
                label="Prise RJ45",
                quantity=48,
                unit_price_amount=Decimal("145.00"),
            ),
            quantity=48,
            granted_amount=Decimal("8352.00"),
        )


class AmountLineFactory(DjangoModelFactory):
    """An amount retained, whole, which is paid: no need, nothing to order."""

    class Meta:
        model = DecisionLine

    decision = factory.SubFactory(FundingDecisionFactory)
    question_key = "cout"
    label = "Coût des ressources TTC"
    granted_amount = Decimal("1000.00")
    asked_amount = factory.SelfAttribute("granted_amount")


class PurchaseOrderFactory(DjangoModelFactory):
    """A draft. Traits: `approved`, `sent`, `delivered`, `accepted`, `with_reserves`, `invoiced` (lines and invoices are given apart)."""

    class Meta:
        model = PurchaseOrder

    number = factory.Sequence(lambda n: f"BC-2026-{n + 1:04d}")
    lot = factory.SubFactory(LotFactory)
    decision = factory.SubFactory(FundingDecisionFactory)
    establishment = factory.LazyAttribute(lambda o: o.decision.application.establishment)
    due_on = in_days(30)

    class Params:
        approved = factory.Trait(state=OrderState.APPROVED, approved_at=factory.LazyFunction(timezone.now))
        sent = factory.Trait(
            approved=True, state=OrderState.SENT, sent_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
        )
        partly_delivered = factory.Trait(sent=True, state=OrderState.PARTLY_DELIVERED)
        delivered = factory.Trait(sent=True, state=OrderState.DELIVERED, delivered_on=in_days(-2))
        accepted = factory.Trait(delivered=True, state=OrderState.ACCEPTED, accepted_at=factory.LazyFunction(timezone.now))
        with_reserves = factory.Trait(accepted=True, state=OrderState.ACCEPTED_WITH_RESERVES)
        invoiced = factory.Trait(accepted=True, state=OrderState.INVOICED)
        late = factory.Trait(sent=True, due_on=in_days(-3))


class OrderLineFactory(DjangoModelFactory):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(PurchaseOrderFactory)
    item = factory.SubFactory(CatalogueItemFactory, lot=factory.SelfAttribute("..order.lot"))
    label = "Ordinateur portable 11,6 pouces"
    quantity = 100
    unit_price_amount = Decimal("412.00")
    vat_rate = Decimal("20.0")


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    order = factory.SubFactory(PurchaseOrderFactory, partly_delivered=True)
    delivered_on = in_days(-2)
    note_number = factory.Sequence(lambda n: f"BL-{20871 + n}")

    class Params:
        cancelled = factory.Trait(cancelled_at=factory.LazyFunction(timezone.now), cancel_reason="Saisie sur la mauvaise commande.")


class DeliveryLineFactory(DjangoModelFactory):
    class Meta:
        model = DeliveryLine

    delivery = factory.SubFactory(DeliveryFactory)
    order_line = factory.SubFactory(OrderLineFactory, order=factory.SelfAttribute("..delivery.order"))
    quantity = 60


class GoodsReturnFactory(DjangoModelFactory):
    class Meta:
        model = GoodsReturn

    order = factory.SubFactory(PurchaseOrderFactory, partly_delivered=True)
    returned_on = in_days(-1)
    reference = factory.Sequence(lambda n: f"RT-{n + 1}")
    reason = "Écrans rayés."

    class Params:
        cancelled = factory.Trait(cancelled_at=factory.LazyFunction(timezone.now), cancel_reason="Noté sur la mauvaise commande.")


class CablingWorkFactory(DjangoModelFactory):
    """Requested works. Traits: `surveyed`, `quoted`, `ordered`, `in_progress`, `pre_acceptance`, `accepted`, `with_reserves`."""

    class Meta:
        model = CablingWork

    number = factory.Sequence(lambda n: f"TX-2026-{n + 1:04d}")
    lot = factory.SubFactory(LotFactory, cabling=True)
    decision = factory.SubFactory(FundingDecisionFactory)
    establishment = factory.LazyAttribute(lambda w: w.decision.application.establishment)

    class Params:
        surveyed = factory.Trait(state=WorkState.SURVEYED, surveyed_on=in_days(-30))
        quoted = factory.Trait(
            surveyed=True, state=WorkState.QUOTED, quote_amount=Decimal("18480.00"), quote_reference="D-2026-31", due_on=in_days(60)
        )
        ordered = factory.Trait(
            quoted=True,
            state=WorkState.ORDERED,
            committed_amount=Decimal("18480.00"),
            ordered_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=20)),
        )
        in_progress = factory.Trait(ordered=True, state=WorkState.IN_PROGRESS, started_on=in_days(-15))
        pre_acceptance = factory.Trait(in_progress=True, state=WorkState.PRE_ACCEPTANCE, pre_accepted_on=in_days(-3))
        accepted = factory.Trait(pre_acceptance=True, state=WorkState.ACCEPTED, accepted_at=factory.LazyFunction(timezone.now))
        with_reserves = factory.Trait(accepted=True, state=WorkState.ACCEPTED_WITH_RESERVES)


class WorkLineFactory(DjangoModelFactory):
    class Meta:
        model = WorkLine

    work = factory.SubFactory(CablingWorkFactory)
    item = factory.SubFactory(CatalogueItemFactory, socket=True, lot=factory.SelfAttribute("..work.lot"))
    label = "Prise RJ45"
    quantity = 48
    unit_price_amount = Decimal("145.00")
    vat_rate = Decimal("20.0")


class ReserveFactory(DjangoModelFactory):
    class Meta:
        model = Reserve

    order = factory.SubFactory(PurchaseOrderFactory, with_reserves=True)
    text = "Écrans 07 et 11 rayés, dalle intacte. Remplacement demandé."

    class Params:
        of_work = factory.Trait(order=None, work=factory.SubFactory(CablingWorkFactory, with_reserves=True))
        lifted = factory.Trait(lifted_at=factory.LazyFunction(timezone.now), lifting_note="Écrans remplacés.")


class InvoiceFactory(DjangoModelFactory):
    """An invoice of ten laptops. Traits: `of_work`, `credit_note` (its invoice: `corrects`), `cancelled`."""

    class Meta:
        model = Invoice

    order = factory.SubFactory(PurchaseOrderFactory, accepted=True)
    supplier = factory.LazyAttribute(lambda i: (i.order or i.work).lot.supplier)
    number = factory.Sequence(lambda n: f"F-2026-{n + 118}")
    compared = factory.LazyAttribute(lambda i: compared(i.number))
    received_on = in_days(-1)
    amount = Decimal("4944.00")
    net_amount = Decimal("4120.00")

    class Params:
        of_work = factory.Trait(order=None, work=factory.SubFactory(CablingWorkFactory, accepted=True))
        credit_note = factory.Trait(kind=InvoiceKind.CREDIT_NOTE, order=factory.SelfAttribute("corrects.order"))
        cancelled = factory.Trait(cancelled_at=factory.LazyFunction(timezone.now), cancel_reason="Saisie sur la mauvaise commande.")


class PendingNeedFactory(DjangoModelFactory):
    class Meta:
        model = PendingNeed

    decision_line = factory.SubFactory(DecisionLineFactory)
    quantity = 100
    cause = "Aucun lot en cours ne propose l’article « portable-11 » pour ce lycée."


def sent_laptops(officer: User) -> PurchaseOrder:
    """Thirty laptops at 412 €, sent, on an aid of 20 000 €."""
    decision = FundingDecisionFactory(state=DecisionState.RELEASED, granted_amount=Decimal("20000.00"))
    retained = DecisionLineFactory(decision=decision, quantity=30)
    order = OrderLineFactory(order__decision=decision, decision_line=retained, quantity=30).order
    for name in ("approve", "send"):
        order = perform(order, name, actor=officer)
    return order
