"""Forms of invoices and credit notes."""

from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils import timezone

from orders.models import CablingWork, Invoice, PurchaseOrder
from orders.models.invoice import LONGEST_NUMBER
from orders.queries.invoices import Gaps, credit_gaps, invoice_gaps, left_of
from orders.workflows import said
from portal.ui.fields import AmountField, DayField, PlainTextField
from portal.workflow.forms import SureField


class BillForm(forms.Form):
    """A number, a day, an amount incl. VAT: what an invoice and a credit note have in common."""

    number = PlainTextField(label="Numéro", max_length=LONGEST_NUMBER)
    received_on = DayField(label="Reçu le")
    amount = AmountField(label="Montant TTC")

    def clean(self) -> dict:
        values = super().clean()
        if not self.errors:
            for name, sentence in self.gaps(number=values["number"], received_on=values["received_on"], amount=values["amount"]):
                self.add_error(name, sentence)
        return values

    def gaps(self, **given: object) -> Gaps:
        raise NotImplementedError


class InvoiceForm(BillForm):
    is_last = forms.BooleanField(
        label="C’est la dernière facture de cette commande",
        required=False,
        help_text="À cocher si rien d’autre ne sera facturé : la commande devient « Facturée ». La facture qui la solde le fait d’elle-même.",
    )

    def __init__(self, data: QueryDict | None = None, *, document: PurchaseOrder | CablingWork):
        self.document = document
        initial = {"received_on": timezone.localdate(), "amount": document.left_to_invoice_amount}
        super().__init__(data, initial=initial)
        self.fields["number"].label = "Numéro de la facture"
        self.fields["received_on"].label = "Reçue le"
        self.fields["received_on"].help_text = "Le délai de paiement de 30 jours court de ce jour."
        if isinstance(document, CablingWork):
            del self.fields["is_last"]

    def clean(self) -> dict:
        values = super().clean()
        if not self.errors and values.get("is_last"):
            self._ask_for_the_rest(self.document.left_to_invoice_amount - values["amount"])
        return values

    def _ask_for_the_rest(self, rest: Decimal) -> None:
        """Said to be the last while it leaves something: the form comes back once, with the difference and a box."""
        if rest <= self.document.invoice_tolerance:
            return
        box = self.fields["sure"] = SureField(said.never_invoiced(rest))
        if not box.widget.value_from_datadict(self.data, self.files, self.add_prefix("sure")):
            self.add_error("sure", "Cochez cette case, ou décochez « C’est la dernière facture de cette commande ».")

    def gaps(self, **given: object) -> Gaps:
        return invoice_gaps(self.document, **given)


class CreditNoteForm(BillForm):
    awaits_another = forms.BooleanField(
        label="Une autre facture est attendue",
        required=False,
        help_text="À cocher si l’avoir annule une facture que le titulaire refait.",
    )

    def __init__(self, data: QueryDict | None = None, *, invoice: Invoice):
        self.invoice = invoice
        left = left_of(invoice, invoice.document.invoices.all())
        super().__init__(data, initial={"received_on": timezone.localdate(), "amount": left})
        self.fields["number"].label = "Numéro de l’avoir"

    def gaps(self, **given: object) -> Gaps:
        return credit_gaps(self.invoice, **given)


class CancelInvoiceForm(forms.Form):
    reason = PlainTextField(
        label="Motif",
        max_length=1000,
        multiline=True,
        help_text="Il est gardé au journal, par exemple : « saisie sur la mauvaise commande ».",
    )
