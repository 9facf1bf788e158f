"""What the people of orders type: days, euros, quantities, texts. Errors are in French and say what is expected."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from portal.ui.fields import AmountField, PlainTextField, WholeNumberField

REQUIRED = "Ce champ est obligatoire."
MOST = Decimal("99999999.99")


class DayField(forms.DateField):
    """A day: the browser's calendar, or jj/mm/aaaa typed."""

    def __init__(self, **options):
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        options.setdefault("error_messages", {"invalid": "Indiquez une date, par exemple 12/03/2027.", "required": REQUIRED})
        super().__init__(**options)

    def to_python(self, value):
        day = super().to_python(value)
        if day and not 2000 <= day.year <= 2100:
            raise ValidationError("Vérifiez l’année de cette date.")
        return day


class EurosField(AmountField):
    """An amount in euros, as a Decimal; None when it is empty and may be."""

    def __init__(self, *, required: bool = True, minimum: Decimal = Decimal("0.01"), maximum: Decimal = MOST, **options):
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(minimum=minimum, maximum=maximum, **options)
        self.required = required

    def clean(self, value):
        amount = super().clean(value)
        if amount is None and self.required:
            raise ValidationError(REQUIRED)
        return None if amount is None else Decimal(amount)

    def prepare_value(self, value):
        return str(value).replace(".", ",") if isinstance(value, Decimal) else value


class QuantityField(WholeNumberField):
    """A quantity; None when it is empty and may be."""

    def __init__(self, *, required: bool = True, minimum: int = 0, maximum: int = 100_000, **options):
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(minimum=minimum, maximum=maximum, **options)
        self.required = required

    def clean(self, value):
        quantity = super().clean(value)
        if quantity is None and self.required:
            raise ValidationError(REQUIRED)
        return quantity


class TextField(PlainTextField):
    """Text of one line, or of several with `multiline`."""

    def __init__(self, *, max_length: int, required: bool = True, multiline: bool = False, **options):
        if multiline:
            options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(max_length=max_length, multiline=multiline, **options)
        self.required = required

    def clean(self, value):
        text = super().clean(value)
        if not text and self.required:
            raise ValidationError(REQUIRED)
        return text
