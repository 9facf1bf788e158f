"""Forms of what arrived and counts no more: a delivery cancelled, goods returned."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone

from orders.forms.goods import GoodsForm
from orders.models import OrderLine, PurchaseOrder
from portal.text.dates import figures
from portal.text.french import count
from portal.text.identifiers import compared
from portal.ui.fields import DayField, PlainTextField


class CancelDeliveryForm(forms.Form):
    reason = PlainTextField(
        label="Motif", max_length=2000, multiline=True, help_text="Il reste à côté du bon annulé et il est communiqué au lycée."
    )


class CancelReturnForm(forms.Form):
    reason = PlainTextField(
        label="Motif",
        max_length=2000,
        multiline=True,
        help_text="Il reste à côté du retour annulé et il est communiqué au titulaire et au lycée.",
    )


class ReturnForm(GoodsForm):
    """One return: a quantity and serial numbers per line that has arrived."""

    day, number, words, icon = "returned_on", "reference", "reason", "arrow-uturn-left"
    quantity_label, quantity_help = "Quantité reprise", "0 ou rien si cet article reste."
    serials_label, serials_help = "Numéros de série repris", "S’ils ont été notés à la livraison ; un par ligne."

    returned_on = DayField(label="Repris le")
    reference = PlainTextField(
        label="Référence du retour", max_length=60, help_text="Numéro du bon de reprise, ou de l’accord du titulaire."
    )
    reason = PlainTextField(
        label="Motif", max_length=2000, multiline=True, help_text="Il est gardé au journal et communiqué au titulaire et au lycée."
    )

    def __init__(self, data: QueryDict | None = None, *, order: PurchaseOrder):
        self.lines = self.moving(order, "delivered_quantity", data)
        standing = [delivery.delivered_on for delivery in order.deliveries.all() if not delivery.cancelled_at]
        self.first_delivery = min(standing, default=None)
        super().__init__(data, initial={"returned_on": timezone.localdate()})
        for line in self.lines:
            self.ask(line, maximum=line.delivered_quantity)
        bounds = {"max": str(timezone.localdate())} | ({"min": str(self.first_delivery)} if self.first_delivery else {})
        self.fields["returned_on"].widget.attrs.update(bounds)

    def told(self, line: OrderLine) -> str:
        return f"{count(line.delivered_quantity, 'article livré', 'articles livrés')}."

    def clean_returned_on(self) -> date:
        day = self.cleaned_data["returned_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans le futur.")
        if self.first_delivery and day < self.first_delivery:
            raise forms.ValidationError(
                f"La première livraison date du {figures(self.first_delivery)} : le retour ne peut pas la précéder."
            )
        return day

    def clean(self) -> dict:
        values = super().clean()
        if not any(self.quantities.values()) and not any(name.startswith("quantity_") for name in self.errors):
            self.add_error(None, "Indiquez au moins une quantité reprise.")
        for line in self.lines:
            self._check_serials(f"serials_{line.pk}", self.quantities[line.pk])
        return values

    def _check_serials(self, name: str, quantity: int) -> None:
        serials = self.typed_serials(name)
        if len(serials) > quantity:
            self.add_error(name, f"{len(serials)} numéros de série pour {quantity} repris.")
        elif len({compared(serial) for serial in serials}) < len(serials):
            self.add_error(name, "Un numéro de série y est deux fois.")
        else:
            self.cleaned_data[name] = "\n".join(serials)
