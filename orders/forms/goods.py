"""What forms of deliveries and of returns share: a quantity and serial numbers per line of an order."""

from django import forms

from orders.models import OrderLine
from portal.ui.fields import PlainTextField, WholeNumberField


class GoodsForm(forms.Form):
    """Quantities and serial numbers that move, line by line. The subclass sets `lines`, then asks for each."""

    lines: list[OrderLine]

    def ask(self, line: OrderLine, quantity: str, serials: str, *, maximum: int, initial: int | None = None) -> None:
        """Add the two fields of a line, under these labels; `maximum`: how many articles may move."""
        self.fields[f"quantity_{line.pk}"] = WholeNumberField(
            label=f"{quantity} : {line.label}", maximum=maximum, required=False, initial=initial
        )
        self.fields[f"serials_{line.pk}"] = PlainTextField(
            label=f"{serials} : {line.label}", max_length=20_000, required=False, multiline=True
        )

    def typed_serials(self, name: str) -> list[str]:
        """One number per line, or parted by commas, semicolons or spaces."""
        return (self.cleaned_data.get(name) or "").replace(",", " ").replace(";", " ").split()

    @property
    def rows(self) -> list[tuple]:
        """(line, quantity field, serial numbers field)."""
        return [(line, self[f"quantity_{line.pk}"], self[f"serials_{line.pk}"]) for line in self.lines]

    @property
    def quantities(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data.get(f"quantity_{line.pk}") or 0 for line in self.lines}

    @property
    def serial_numbers(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data.get(f"serials_{line.pk}") or "" for line in self.lines}
