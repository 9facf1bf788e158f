"""What an order and works have in common: what is commissioned from the holder of a lot, for one lycée, from one decision."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property

from orders.models.agreement import Supplier
from orders.models.pricing import PricedDocument
from portal.journal.queries import last_author
from portal.text.folding import fold
from scoring.models import FundingDecision

if TYPE_CHECKING:
    from orders.models.invoice import Invoice
    from orders.models.order import PurchaseOrder
    from orders.models.work import CablingWork


HOLDER = ("holder", "holder_name", "holder_siret", "holder_address", "search_text")  # the columns that say who holds a document


class CommissionedDocument(PricedDocument):
    """A numbered document with its accounting codes and its holder.

    The holder is the lot's until the document leaves, and is frozen then: whoever holds the lot afterwards has not received it. Its name,
    SIRET and address are those of that day; messages go to the address that it gives today.

    The subclass has `commissioned_at`, `lot`, `establishment`, `decision`, `lines`, `reserves`, `invoices`.
    """

    number = models.CharField("numéro", max_length=30, unique=True)  # "BC-2026-0001", "TX-2026-0001"
    budget_code = models.CharField("imputation", max_length=60, blank=True)
    commitment_number = models.CharField("numéro d’engagement juridique", max_length=40, blank=True)
    service_code = models.CharField("code service Chorus Pro", max_length=40, blank=True)
    holder = models.ForeignKey(Supplier, verbose_name="titulaire", null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    holder_name = models.CharField("raison sociale du titulaire", max_length=160, blank=True, editable=False)
    holder_siret = models.CharField("SIRET du titulaire", max_length=14, blank=True, editable=False)
    holder_address = models.TextField("adresse du titulaire", blank=True, editable=False)
    search_text = models.CharField(max_length=500, blank=True, editable=False)  # unaccented lower case: number, lycée, holder, file

    class Meta:
        abstract = True

    def __str__(self):
        return self.number

    def save(self, *args, **kwargs) -> None:
        if not self.holder_id:
            self.take_holder(self.lot.supplier)
        super().save(*args, **kwargs)

    def take_holder(self, supplier: Supplier) -> None:
        """Write who holds this document, as it is today, and find it under that name."""
        self.holder, self.holder_name, self.holder_siret, self.holder_address = supplier, supplier.name, supplier.siret, supplier.address
        self.search_text = search_text_of(self)

    @property
    def signed_call_id(self) -> int:
        """The call for whose aid this is: a delegation of signature may name some."""
        return self.decision.application.call_id

    @property
    def aid_is_declined(self) -> bool:
        """The school has declined: read on the file too, which is written before the decision in the transaction of the refusal."""
        return self.decision.is_declined or self.decision.application.is_declined

    @property
    def awaits_acceptance_of_aid(self) -> bool:
        """The lycée knows its aid and has neither accepted nor declined it: what is ordered for it does not leave yet."""
        return self.decision.application.awaits_answer

    @property
    def beyond_aid_amount(self) -> Decimal:
        """By how much issuing this would engage more than the aid allows, incl. VAT, in euros; 0 when it does not.

        Reads the orders and works of the decision: five queries, none where a list has prefetched them.
        """
        after = engaged_on(self.decision, beside=self) + self.gross_to_commit
        return max(after - self.decision.ceiling_amount, Decimal(0))

    @property
    def takes_invoices(self) -> bool:
        return self.state in self.State.BILLABLE

    @property
    def has_billed_service(self) -> bool:
        """What an invoice pays for stands: works begun, an order accepted."""
        return self.state in self.State.BILLED

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def live_invoices(self) -> list["Invoice"]:
        """Invoices and credit notes that count, in the order of their reception."""
        return [invoice for invoice in self.invoices.all() if not invoice.is_cancelled]

    @property
    def invoiced_amount(self) -> Decimal:
        """What the holder has invoiced, incl. VAT, credit notes taken away."""
        return sum((invoice.signed_amount for invoice in self.live_invoices), Decimal(0))

    @property
    def invoiced_net_amount(self) -> Decimal:
        """What the holder has invoiced, excl. VAT, credit notes taken away."""
        return sum((invoice.signed_net_amount for invoice in self.live_invoices), Decimal(0))

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing: no invoice is awaited of its holder."""
        return bool(self.lines.all()) and not self.gross_to_commit

    @property
    def invoiced_since_acceptance(self) -> Decimal:
        """What the invoices noted since the acceptance still count, incl. VAT; those of before are instalments."""
        live = self.live_invoices
        since = {i.pk: i.amount for i in live if not i.is_credit_note and self.accepted_at and i.recorded_at >= self.accepted_at}
        return sum(since.values(), Decimal(0)) - sum((i.amount for i in live if i.corrects_id in since), Decimal(0))

    @property
    def left_to_invoice_amount(self) -> Decimal:
        """What may still be invoiced, incl. VAT, before the tolerance of roundings."""
        return max(self.gross_to_commit - self.invoiced_amount, Decimal(0))

    @property
    def left_to_invoice_net_amount(self) -> Decimal:
        """The same, excl. VAT: what the lot gets back if it is closed now."""
        return max(self.amount_to_commit - self.invoiced_net_amount, Decimal(0))

    @property
    def gross_held_amount(self) -> Decimal:
        """What it engages once approved or ordered, incl. VAT: all of it until it is closed, then what was invoiced and no more.

        The tolerance of roundings engages nothing: an invoice a cent above the total stays within what was engaged.
        """
        return self.gross_to_commit - (self.left_to_invoice_amount if self.is_closed else Decimal(0))

    @property
    def net_held_amount(self) -> Decimal:
        """The same, excl. VAT: what it holds of the maximum of its lot."""
        return self.amount_to_commit - (self.left_to_invoice_net_amount if self.is_closed else Decimal(0))

    @property
    def invoice_tolerance(self) -> Decimal:
        """How far one invoice may be above ours, in euros: half a cent a line, which is what rounding the tax otherwise may give."""
        return len(self.lines.all()) * settings.INVOICE_TOLERANCE_PER_LINE

    @property
    def open_reserves(self) -> list:
        return [reserve for reserve in self.reserves.all() if reserve.lifted_at is None]

    @cached_property
    def signer_id(self) -> int | None:
        """The key of the account that pronounced the last acceptance: asked once for an object."""
        return last_author(self, "accept", "accept_with_reserves")

    @property
    def acceptance_was_taken_back(self) -> bool:
        """It was accepted once, and is to be accepted anew: the report that was signed stands no more."""
        return self.accepted_at is None and self.commissioned_at is not None and self.signer_id is not None

    @property
    def standing_reserves(self) -> list:
        """Those of the acceptance that stands, lifted or not."""
        return [reserve for reserve in self.reserves.all() if not reserve.is_void]

    @property
    def void_reserves(self) -> list:
        """Those of an acceptance that was taken back."""
        return [reserve for reserve in self.reserves.all() if reserve.is_void]


def engaged_on(decision: FundingDecision, *, beside: CommissionedDocument | None = None) -> Decimal:
    """What orders and works engage of an aid, incl. VAT, in euros; `beside` is left out."""
    prefetch_related_objects([decision], "orders__lines", "orders__invoices", "works__invoices")
    documents = [*decision.orders.all(), *decision.works.all()]
    return sum((d.engaged_gross_amount for d in documents if d != beside), Decimal(0))


def search_text_of(document: "PurchaseOrder | CablingWork") -> str:
    """What a search compares, for an order or for works: number, lycée, commune, UAI, holder, file."""
    school, application = document.establishment, document.decision.application
    words = (
        document.number,
        school.name,
        school.commune_name,
        school.department.code,
        school.uai,
        document.holder_name,
        application.reference,
    )
    return fold(" ".join(words))[:500]
