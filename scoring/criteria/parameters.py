"""What a grid may set of a computed criterion: each parameter is declared once, by its rule. Values are exact shares of the maximum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from portal.text.french import exact, points, share

Values = Mapping[str, Fraction | None]  # by key; None: the criterion is left aside
Stored = Mapping[str, str | None]  # what a grid keeps: hundredths as a decimal text, of the parameters that differ from their default
UNIT = "% des points"
LEFT_ASIDE = "critère laissé de côté"


def share_of(maximum: int, share: Fraction) -> Decimal:
    """`share` (0 to 1) of the maximum, to the hundredth, half up."""
    exact_share = min(max(share, Fraction(0)), Fraction(1)) * maximum
    return (Decimal(exact_share.numerator) / Decimal(exact_share.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Parameter:
    """One share of the maximum that a grid may set, in hundredths from `least` to `most`; `may_be_left_aside`: or none, and nothing is counted."""

    key: str
    label: str
    default: Fraction | None
    may_be_left_aside: bool = False
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(100)

    def read(self, stored: Stored) -> Fraction | None:
        """The share that a grid gives, its default where the grid says nothing."""
        if self.key not in stored:
            return self.default
        kept = stored[self.key]
        return None if kept is None else Fraction(Decimal(kept)) / 100

    def written(self, value: Fraction | None) -> str:
        """A share as a person types it, two decimals at most: 66,67. Nothing: left aside."""
        if value is None:
            return ""
        return exact((Decimal(value.numerator * 100) / Decimal(value.denominator)).quantize(Decimal("0.01")).normalize())

    def said(self, value: Fraction | None, maximum: int | None = None) -> str:
        """« Commune rurale : 80 % des points », and « soit 4 points » of a maximum."""
        if value is None:
            return f"{self.label} : {LEFT_ASIDE}"
        told = f"{self.label} : {share(value, 2)} des points"
        return told if maximum is None else f"{told}, soit {points(share_of(maximum, value))}"

    def kept(self, typed: Decimal | None) -> dict[str, str | None]:
        """What a grid stores of what was typed, in hundredths: nothing for the default, which stays an exact fraction."""
        if typed is None:
            return {} if self.default is None or not self.may_be_left_aside else {self.key: None}
        if self.default is not None and exact(typed.normalize()) == self.written(self.default):
            return {}
        return {self.key: format(typed.normalize(), "f")}


def unknown(label: str) -> Parameter:
    """What a lycée gets whose fact is absent: left aside unless the grid says otherwise."""
    return Parameter("unknown", label, None, may_be_left_aside=True)


def values_of(parameters: Iterable[Parameter], stored: Stored) -> dict[str, Fraction | None]:
    """Key → share of every parameter of a rule."""
    return {parameter.key: parameter.read(stored) for parameter in parameters}
