"""What a person may type in a file: text without hidden characters, French amounts, whole numbers."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from portal.text.french import euros, number

_SPACES = re.compile("[ \u00a0\u2009\u202f]")
_WHOLE = re.compile(r"[0-9]{1,12}|[0-9]{1,3}( [0-9]{3})+")
_DECIMALS = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,2}))?")
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they make a text read otherwise than it is stored
ONLY_ASCII_DIGITS = "Écrivez-le avec les chiffres 0 à 9."


class PlainTextField(forms.CharField):
    """Text of one line or of several, counted as the screen counts it. Hidden characters are refused, not removed."""

    def __init__(self, *, max_length: int, multiline: bool = False, **options):
        self.multiline = multiline
        self.limit = max_length
        super().__init__(required=False, strip=False, **options)

    def clean(self, value):
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        text = text.strip() if self.multiline else " ".join(text.replace("\n", " ").replace("\t", " ").split(" ")).strip()
        if position := hidden_character(text):
            raise ValidationError(
                f"Le texte contient un caractère invisible au signe {position}, souvent venu d’un copier-coller : retirez-le."
            )
        if len(text) > self.limit:
            over = len(text) - self.limit
            raise ValidationError(
                f"Le texte compte {number(len(text))} signes pour {number(self.limit)} au plus : retirez-en {number(over)}."
            )
        return text


class WholeNumberField(forms.CharField):
    """A whole number, spaces between thousands allowed. Value: int, or None when empty."""

    def __init__(self, *, minimum: int, maximum: int, **options):
        self.minimum, self.maximum = int(minimum), int(maximum)
        super().__init__(required=False, **options)

    def clean(self, value):
        text = _bare(value)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise ValidationError(_not_a_number(text, "un nombre entier", "par exemple 1 200"))
        found = int(text.replace(" ", ""))
        if not self.minimum <= found <= self.maximum:
            raise ValidationError(f"Le nombre va de {number(self.minimum)} à {number(self.maximum)}.")
        return found


class AmountField(forms.CharField):
    """An amount in euros: "12 345,60" or "12345.6". Value: a decimal string with two decimals, or None when empty."""

    def __init__(self, *, minimum: Decimal, maximum: Decimal, **options):
        self.minimum, self.maximum = minimum, maximum
        super().__init__(required=False, **options)

    def clean(self, value):
        text = _bare(_bare(value).removesuffix("€"))
        if not text:
            return None
        found = _DECIMALS.fullmatch(text)
        if not found:
            raise ValidationError(_not_a_number(text, "un montant en euros", "deux décimales au plus, par exemple 12 345,60"))
        amount = Decimal(found.group(1).replace(" ", "") + "." + (found.group(2) or "0")).quantize(Decimal("0.01"))
        if amount < self.minimum:
            raise ValidationError(f"Le montant est d’au moins {euros(self.minimum)}.")
        if amount > self.maximum:
            raise ValidationError(f"Le montant dépasse le plafond de {euros(self.maximum)}.")
        return str(amount)


class OfferedField(forms.Field):
    """A choice among those offered, or several of them in the order in which they are offered."""

    def __init__(self, *, choices: list[tuple[str, str]], multiple: bool = False, **options):
        self.choices, self.multiple = choices, multiple
        super().__init__(required=False, **options)

    def clean(self, value):
        chosen = value if isinstance(value, list) else [value] if value else []
        offered = [code for code, _ in self.choices]
        if any(code and code not in offered for code in chosen):
            raise ValidationError("Ce choix n’est pas proposé.")
        if self.multiple:
            return [code for code in offered if code in chosen]
        return chosen[0] if chosen else ""


def hidden_character(text: str) -> int:
    """Rank from 1 of the first control or direction-changing character; 0 when there is none."""
    for rank, character in enumerate(text, start=1):
        if character not in "\n\t" and (unicodedata.category(character) in ("Cc", "Cs") or character in _DIRECTIONS):
            return rank
    return 0


def _bare(value) -> str:
    return _SPACES.sub(" ", str(value or "")).strip()


def _not_a_number(text: str, what: str, example: str) -> str:
    """Why the text is not read as a number; the text itself is not repeated, the field still shows it."""
    if re.fullmatch(r"[-−] ?[0-9][0-9 ]*([.,][0-9]+)?", text):
        return "Une valeur négative n’est pas acceptée."
    if any(character.isdigit() and not character.isascii() for character in text):
        return f"Ces chiffres ne sont pas lus comme un nombre. {ONLY_ASCII_DIGITS}"
    if re.fullmatch(r"[0-9 ]+([.,][0-9]+)?", text) and len(text) > 12:
        return "Ce nombre est trop grand."
    return f"Indiquez {what} : {example}."
