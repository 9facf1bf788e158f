"""The fields in which people type: text, whole numbers, amounts, choices, days. Values are clean, errors are in French and say what to do."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.deconstruct import deconstructible
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy

from portal.text.clock_changes import clock_gap
from portal.text.dates import day
from portal.text.french import count, euros, number, percent
from portal.text.typed import as_typed
from portal.ui.notices import note

REQUIRED = "Ce champ est obligatoire."
ONLY_ASCII_DIGITS = "Écrivez-le avec les chiffres 0 à 9."
FIRST_YEAR, LAST_YEAR = 2000, 2100
EXAMPLE_IN = timedelta(days=30)  # a day given as an example is one that may still be planned
_SPACES = re.compile("[ \u00a0\u2009\u202f]")
_WHOLE = re.compile(r"[0-9]{1,12}|[0-9]{1,3}( [0-9]{3})+")
_DECIMALS = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,2}))?")


@deconstructible
class LengthValidator:
    """At most `limit` signs; the refusal says by how many the text is too long."""

    def __init__(self, limit: int):
        self.limit = limit

    def __call__(self, text: str) -> None:
        if len(text) > self.limit:
            over = number(len(text) - self.limit)
            raise ValidationError(
                f"Le texte compte {number(len(text))} signes pour {number(self.limit)} au plus : retirez-en {over}.", code="max_length"
            )


class PlainTextField(forms.CharField):
    """Text of one line, or of several with `multiline`, counted as the screen counts it: see `portal.text.typed`.

    Hidden characters are dropped, since nobody can see them to remove them, and the person is told.
    """

    default_error_messages = {"required": REQUIRED}

    def __init__(self, *, max_length: int, multiline: bool = False, **options):
        if multiline:
            options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(strip=False, **options)
        # No `maxlength` on the control: a browser would cut a pasted text without a word.
        self.multiline, self.max_length = multiline, max_length
        self.validators.append(LengthValidator(max_length))

    def to_python(self, value: object) -> str:
        typed = as_typed(str(value or ""), multiline=self.multiline)
        if typed.dropped:
            note(_dropped(typed.dropped, str(self.label or "")))
        return typed.text


class _NumberField(forms.Field):
    """A number typed as French people write it; None when it is empty and may be."""

    default_error_messages = {"required": REQUIRED}
    inputmode = "numeric"
    minimum: int | Decimal
    maximum: int | Decimal

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": self.inputmode, "autocomplete": "off"}))
        super().__init__(**options)

    def to_python(self, value: object) -> int | Decimal | None:
        text = _bare(value)
        return self.read(text) if text else None

    def read(self, text: str) -> int | Decimal:
        """The number that a text says. Raises ValidationError."""
        raise NotImplementedError

    def example_among(self, *usual: int | Decimal) -> int | Decimal:
        """The first of these numbers that the field takes; one of its bounds where it takes none."""
        return next((one for one in usual if self.minimum <= one <= self.maximum), self.minimum or self.maximum)


class WholeNumberField(_NumberField):
    """A whole number, spaces between thousands allowed. Value: int, or None when empty."""

    def __init__(self, *, minimum: int = 0, maximum: int = 100_000, **options):
        self.minimum, self.maximum = int(minimum), int(maximum)
        super().__init__(**options)

    def read(self, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise ValidationError(_not_a_number(text, "un nombre entier", f"par exemple {number(self.example_among(1_200, 12))}"))
        found = int(text.replace(" ", ""))
        if not self.minimum <= found <= self.maximum:
            raise ValidationError(f"Le nombre va de {number(self.minimum)} à {number(self.maximum)}.")
        return found

    @property
    def example(self) -> str:
        return number(self.example_among(12))


class AmountField(_NumberField):
    """An amount in euros: "12 345,60" or "12345.6". Value: a Decimal with two decimals, or None when empty."""

    inputmode = "decimal"
    what, in_words = "Le montant", staticmethod(euros)  # how its bounds are said
    sign, wanted = "€", "un montant en euros"

    def __init__(self, *, minimum: Decimal = Decimal("0.01"), maximum: Decimal = Decimal("99999999.99"), **options):
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**options)

    def read(self, text: str) -> Decimal:
        found = _DECIMALS.fullmatch(_bare(text.removesuffix(self.sign)))
        if not found:
            raise ValidationError(_not_a_number(text, self.wanted, f"deux décimales au plus, par exemple {self.example}"))
        amount = Decimal(found.group(1).replace(" ", "") + "." + (found.group(2) or "0")).quantize(Decimal("0.01"))
        if amount < self.minimum:
            raise ValidationError(f"{self.what} est d’au moins {self.in_words(self.minimum)}.")
        if amount > self.maximum:
            raise ValidationError(f"{self.what} dépasse le plafond de {self.in_words(self.maximum)}.")
        return amount

    @property
    def example(self) -> str:
        return number(self.example_among(Decimal("12345.60"), Decimal("1500.50"), Decimal("50.50")), 2)

    def prepare_value(self, value: object) -> object:
        return str(value).replace(".", ",") if isinstance(value, Decimal) else value


class PercentField(AmountField):
    """A part of something, in per cent: "62,5". Value: a Decimal from 0 to 100 with two decimals, or None when empty."""

    what, in_words = "Le taux", staticmethod(percent)
    sign, wanted = "%", "un taux"

    def __init__(self, **options):
        super().__init__(minimum=Decimal(0), maximum=Decimal(100), **options)

    @property
    def example(self) -> str:
        return "62,5"


class OfferedField(forms.Field):
    """A choice among those offered, or several of them in the order in which they are offered."""

    def __init__(self, *, choices: list[tuple[str, str]], multiple: bool = False, **options):
        self.choices, self.multiple = choices, multiple
        super().__init__(**options)

    def clean(self, value: object) -> str | list[str]:
        chosen = value if isinstance(value, list) else [value] if value else []
        offered = [code for code, _ in self.choices]
        if any(code and code not in offered for code in chosen):
            raise ValidationError("Ce choix n’est pas proposé.")
        if self.required and not any(chosen):
            raise ValidationError(REQUIRED)
        if self.multiple:
            return [code for code in offered if code in chosen]
        return chosen[0] if chosen else ""


class DayInput(forms.DateInput):
    """The calendar of the browser: it wants, and gives back, the ISO form."""

    input_type = "date"

    def __init__(self, **options):
        super().__init__(format="%Y-%m-%d", **options)


def example_day() -> str:
    """A day that may still be planned, as people write it: 29/12/2026."""
    return f"{timezone.localdate() + EXAMPLE_IN:%d/%m/%Y}"


EXAMPLE_DAY = lazy(example_day, str)()  # read when a message is


class DayField(forms.DateField):
    """A day: the calendar of the browser, or jj/mm/aaaa typed."""

    widget = DayInput
    example = EXAMPLE_DAY
    default_error_messages = {"required": REQUIRED, "invalid": format_lazy("Indiquez une date, par exemple {}.", EXAMPLE_DAY)}

    def __init__(self, **options):
        options.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**options)

    def to_python(self, value: object) -> date | None:
        return check_year(super().to_python(_bare(value) if isinstance(value, str) else value))


class BoundedDayField(DayField):
    """A day between two others, both included; a bound that is None does not bind."""

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **options):
        self.earliest, self.latest = earliest, latest
        super().__init__(**options)

    def to_python(self, value: object) -> date | None:
        found = super().to_python(value)
        if found is not None and self.earliest and found < self.earliest:
            raise ValidationError(f"La date est au plus tôt le {day(self.earliest)}.")
        if found is not None and self.latest and found > self.latest:
            raise ValidationError(f"La date est au plus tard le {day(self.latest)}.")
        return found


class MomentInput(forms.DateTimeInput):
    """The calendar and clock of the browser: they want, and give back, the ISO form to the minute."""

    input_type = "datetime-local"

    def __init__(self, **options):
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


class MomentField(forms.DateTimeField):
    """A day and a time by French clocks; the value is aware."""

    widget = MomentInput
    example = format_lazy("{} 18:00", EXAMPLE_DAY)
    default_error_messages = {
        "required": REQUIRED,
        "invalid": format_lazy("Cette date et cette heure ne sont pas lisibles ; écrivez-les par exemple {} 18:00.", EXAMPLE_DAY),
    }

    def to_python(self, value: object) -> datetime | None:
        try:
            return check_year(super().to_python(_bare(value) if isinstance(value, str) else value))
        except ValidationError as error:  # Django refuses the two hours of clock changes in words that say neither which nor why
            if getattr(error, "code", "") != "ambiguous_timezone":
                raise
            raise ValidationError(clock_gap(error.params["datetime"]), code="clock_change") from error


class LeanSelect(forms.Select):
    """A list of choices written in one go: Django reads a template per option, and the list of files has a hundred of them."""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer: BaseRenderer | None = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _, group, _ in widget["optgroups"] for option in group]
        lines = ((option["value"], mark_safe(" selected" if option["selected"] else ""), option["label"]) for option in options)  # noqa: S308 -- a constant
        body = format_html_join("", '<option value="{}"{}>{}</option>', lines)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), body)


def example_of(field: forms.Field) -> str:
    """What one may type in this kind of field; empty where an example would say nothing."""
    if isinstance(field, forms.EmailField):
        return "prenom.nom@ac-nancy-metz.fr"
    return str(getattr(field, "example", "12" if isinstance(field, forms.IntegerField) else ""))


def _dropped(hidden: int, label: str) -> str:
    found = count(hidden, "caractère invisible", "caractères invisibles")
    taken = "venu d’un copier-coller, a été retiré" if hidden < 2 else "venus d’un copier-coller, ont été retirés"
    return f"{found}, {taken} de « {label} »." if label else f"{found}, {taken} du texte."


def check_year(value: date | datetime | None) -> date | datetime | None:
    """The value itself. Raises ValidationError for a year that is a typing error: the ends of the calendar cannot be compared with other days."""
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError("Vérifiez l’année de cette date.")
    return value


def _bare(value: object) -> str:
    """What is seen of what was typed, its spaces as plain ones."""
    return _SPACES.sub(" ", as_typed(str(value or ""), multiline=False).text).strip()


def _not_a_number(text: str, what: str, example: str) -> str:
    """Why the text is not read as a number; the text itself is not repeated, the field still shows it."""
    if re.fullmatch(r"[-−] ?[0-9][0-9 ]*([.,][0-9]+)?", text):
        return "Une valeur négative n’est pas acceptée."
    if any(character.isdigit() and not character.isascii() for character in text):
        return f"Ces chiffres ne sont pas lus comme un nombre. {ONLY_ASCII_DIGITS}"
    if re.fullmatch(r"[0-9 ]+([.,][0-9]+)?", text) and len(text) > 12:
        return "Ce nombre est trop grand."
    return f"Indiquez {what}, {example}."
