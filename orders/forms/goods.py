"""What forms of deliveries and of returns share: a quantity and serial numbers per line of an order."""

from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from orders.models import OrderLine, PurchaseOrder
from portal.ui.fields import PlainTextField, WholeNumberField


@dataclass(frozen=True)
class GoodsRow:
    """One line of the order in the form; `told`: where it stands, in a sentence."""

    line: OrderLine
    told: str
    quantity: BoundField
    serials: BoundField


class GoodsForm(forms.Form):
    """Quantities and serial numbers that move, line by line. The subclass sets `lines`, then asks for each.

    It also says its words: those of the two fields of a line, and which of its own fields are the day, the number of the note, the text.
    """

    lines: list[OrderLine]
    day, number, words, icon = "", "", "", ""
    quantity_label, quantity_help, serials_label, serials_help = "", "", "", ""

    @staticmethod
    def moving(order: PurchaseOrder, quantity: str, data: QueryDict | None) -> list[OrderLine]:
        """Lines of which something may move (`quantity` names how many), and those that `data` speaks of: what was typed there is not lost."""
        typed = data or {}
        return [
            line
            for line in order.lines.all()
            if getattr(line, quantity) or typed.get(f"quantity_{line.pk}") or typed.get(f"serials_{line.pk}")
        ]

    def ask(self, line: OrderLine, *, maximum: int, initial: int | None = None) -> None:
        """Add the two fields of a line; `maximum`: how many articles may move."""
        self.fields[f"quantity_{line.pk}"] = WholeNumberField(
            label=f"{self.quantity_label} : {line.label}", maximum=maximum, required=False, initial=initial
        )
        self.fields[f"serials_{line.pk}"] = PlainTextField(
            label=f"{self.serials_label} : {line.label}", max_length=20_000, required=False, multiline=True
        )

    def told(self, line: OrderLine) -> str:
        """Where a line stands before the act, in a sentence."""
        raise NotImplementedError

    @property
    def day_field(self) -> BoundField:
        return self[self.day]

    @property
    def number_field(self) -> BoundField:
        return self[self.number]

    @property
    def words_field(self) -> BoundField:
        return self[self.words]

    def typed_serials(self, name: str) -> list[str]:
        """One number per line, or parted by commas, semicolons or spaces."""
        return (self.cleaned_data.get(name) or "").replace(",", " ").replace(";", " ").split()

    @property
    def rows(self) -> list[GoodsRow]:
        return [GoodsRow(line, self.told(line), self[f"quantity_{line.pk}"], self[f"serials_{line.pk}"]) for line in self.lines]

    @property
    def quantities(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data.get(f"quantity_{line.pk}") or 0 for line in self.lines}

    @property
    def serial_numbers(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data.get(f"serials_{line.pk}") or "" for line in self.lines}
