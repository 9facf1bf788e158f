"""A table of needs: lines taken from the price list of the call."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from calls.enums import NeedKind, Priority
from calls.questions.amount import AMOUNT
from calls.questions.base import Gap, Given, Holding, Question
from calls.questions.choice import CHOICE
from calls.questions.comparison import ANYTHING, FLAG, Domain, LineColumn, Operator, ValueType
from calls.questions.kits import MOST_QUANTITY, Kit, KitLine, kits_in
from calls.questions.number import NUMBER
from calls.questions.reading import decimal_in, key_in, repeated, text_in
from calls.questions.text import TEXT
from portal.text.french import NBSP, euros, number

if TYPE_CHECKING:
    from calls.models import RequestLine

LINES = ValueType("lines", tuple, (Operator.IS_ANSWERED, Operator.HAS_A_LINE))
# What a condition looks at in a line, and in the whole table: figures are of the table {}.
_COUNTED, _ASKED = Domain(minimum=1, maximum=MOST_QUANTITY), Domain(minimum=Decimal(0))
_COLUMNS = (
    LineColumn("kind", "la nature", CHOICE, Domain(tuple(NeedKind.choices)), feminine=True),
    LineColumn("quantity", "la quantité", NUMBER, _COUNTED, feminine=True),
    LineColumn("unit_price", "le prix unitaire HT", AMOUNT, _ASKED),
    LineColumn("gross_amount", "le montant TTC", AMOUNT, _ASKED),
    LineColumn("priority", "la priorité", NUMBER, Domain(minimum=min(Priority.values), maximum=max(Priority.values)), feminine=True),
    LineColumn("is_essential", "le caractère indispensable", FLAG, ANYTHING),
    LineColumn("detail", "la précision", TEXT, ANYTHING, feminine=True),
)
_FIGURES = (
    LineColumn("lines", "le nombre de lignes de {}", NUMBER, Domain(minimum=1)),
    LineColumn("quantity", "la quantité totale de {}", NUMBER, Domain(minimum=1), feminine=True),
    LineColumn("net_amount", "le total HT de {}", AMOUNT, _ASKED),
    LineColumn("gross_amount", "le total TTC de {}", AMOUNT, _ASKED),
)
_DECIMALS = ("unit_price", "vat_rate", "net_amount", "gross_amount")


@dataclass(frozen=True)
class Item:
    """One article of a needs table: its price excl. VAT in euros, its VAT rate in percent."""

    code: str
    label: str
    kind: str
    unit_price: Decimal
    vat_rate: Decimal


@dataclass(frozen=True)
class LineView:
    """One need as frozen. Amounts in euros; `net_amount` excl. VAT, `gross_amount` incl. VAT."""

    code: str
    label: str
    detail: str
    kind: str
    quantity: int
    unit_price: Decimal
    vat_rate: Decimal
    net_amount: Decimal
    gross_amount: Decimal
    priority: int
    is_essential: bool

    def __str__(self):
        parts = [f"{number(self.quantity)} × {self.label}", self.detail, f"{euros(self.unit_price)} HT l’unité"]
        parts += [f"priorité {self.priority}", "indispensable" if self.is_essential else ""]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class NeedsQuestion(Question):
    """`ceiling`: most that the table may add up to, in euros incl. VAT; without one, that of the call."""

    kind = "needs"
    minutes = 20
    name = "Tableau des besoins"
    holding = Holding.LINES
    sheet_format = None  # the needs have a sheet of their own

    items: tuple[Item, ...] = ()
    ceiling: Decimal | None = None
    kits: tuple[Kit, ...] = ()

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        offered = raw.get("items") if isinstance(raw.get("items"), list) else []
        items = tuple(_item(item, place, errors) for item in offered if isinstance(item, dict))
        if not items:
            errors.append(f"{place} ne propose aucun article.")
        errors += repeated([item.code for item in items], f"{place} : le code d’article")
        ceiling = decimal_in(raw.get("ceiling"), f"{place} : le plafond", errors)
        if ceiling is not None and ceiling <= 0:
            errors.append(f"{place} : un plafond est positif.")
        return {"items": items, "ceiling": ceiling, "kits": kits_in(raw, {item.code for item in items}, place, errors)}

    @property
    def offers(self) -> list[str]:
        return [
            *(
                f"{item.label}{NBSP}: {euros(item.unit_price)} HT, TVA {number(item.vat_rate, 1)}{NBSP}% ({item.code})"
                for item in self.items
            ),
            *(f"Kit «{NBSP}{kit.label}{NBSP}»{NBSP}: {', '.join(map(self.in_words, kit.lines))}" for kit in self.kits),
        ]

    @property
    def value_type(self) -> ValueType:
        return LINES

    @property
    def domain(self) -> Domain:
        items = Domain(tuple((item.code, item.label) for item in self.items))
        return Domain(columns=(LineColumn("code", "l’article", CHOICE, items), *_COLUMNS), figures=_FIGURES)

    @property
    def named(self) -> str:
        return f"le tableau « {self.label} »"

    def compared(self, given: Given) -> tuple[LineView, ...] | None:
        return tuple(line if isinstance(line, LineView) else _thawed(_frozen(line)) for line in given.lines) or None

    def figure(self, given: Given) -> Decimal | None:
        """What the table adds up to, in euros incl. VAT."""
        return sum((line.gross_amount for line in given.lines), Decimal(0)) if given.lines else None

    def text(self, given: Given) -> str:
        return "\n".join(str(line) for line in given.lines)

    @property
    def asks(self) -> str:
        most = f" pour {euros(self.ceiling, 0)} TTC au plus" if self.ceiling else ""
        return f"Des quantités{most}, parmi :"

    @property
    def possible(self) -> list[str]:
        return [f"{item.label}{NBSP}: {euros(item.unit_price)} HT l’unité, TVA {number(item.vat_rate, 1)}{NBSP}%" for item in self.items]

    def cell(self, given: Given) -> None:
        """No column: one row per need in their own sheet."""

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        if not given.lines:
            return Gap(f"« {self.label} » : aucun besoin n’est saisi.", "Aucun besoin n’est saisi") if self.required else None
        total = sum((line.gross_amount for line in given.lines), Decimal(0))
        most = self.most(ceiling)
        if most is None or total <= most:
            return None
        place = f"{euros(total - most)} au-dessus du plafond de {euros(most, 0)}"
        return Gap(f"« {self.label} » : le total TTC dépasse le plafond, {place}.", place[0].upper() + place[1:])

    def frozen(self, given: Given) -> dict[str, Any]:
        return super().frozen(given) | {"lines": [_frozen(line) for line in given.lines]}

    @classmethod
    def thawed(cls, entry: Mapping[str, Any]) -> Given:
        return replace(super().thawed(entry), lines=tuple(_thawed(line) for line in entry["lines"]))

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def kit(self, key: str) -> Kit | None:
        return next((kit for kit in self.kits if kit.key == key), None)

    def in_words(self, line: KitLine) -> str:
        """One need of a kit: 24 × Tablette hybride."""
        item = self.item(line.item)
        return f"{number(line.quantity)} × {item.label if item else line.item}"

    def amount_of(self, kit: Kit) -> Decimal:
        """What a kit adds up to at the prices of the list, in euros incl. VAT, each line rounded to the cent as a need is."""
        lines = [(self.item(line.item), line.quantity) for line in kit.lines]
        amounts = (quantity * item.unit_price * (100 + item.vat_rate) / 100 for item, quantity in lines if item)
        return sum((amount.quantize(Decimal("0.01"), ROUND_HALF_UP) for amount in amounts), Decimal(0))

    def most(self, ceiling: Decimal | None) -> Decimal | None:
        """Most that the table may ask for, in euros incl. VAT: its own ceiling, or the call's (`ceiling`)."""
        return self.ceiling if self.ceiling is not None else ceiling


def _item(raw: dict, place: str, errors: list[str]) -> Item:
    label = text_in(raw, "label") or text_in(raw, "code")
    kind = raw.get("kind")
    if kind not in NeedKind.values:
        errors.append(f"{place} : l’article « {label} » est un équipement (equipment) ou du câblage (cabling).")
    price = decimal_in(raw.get("unit_price"), f"{place} : le prix de « {label} »", errors)
    rate = decimal_in(raw.get("vat_rate", "20.0"), f"{place} : la TVA de « {label} »", errors)
    if price is None or price < 0 or price > 99_999_999:
        errors.append(f"{place} : l’article « {label} » n’a pas de prix.")
    if rate is None or not 0 <= rate <= 100:
        errors.append(f"{place} : la TVA de « {label} » va de 0 à 100 %.")
    return Item(key_in(raw, f"{place} : l’article « {label} »", errors, "code"), label, str(kind), price or Decimal(0), rate or Decimal(0))


def _frozen(line: "RequestLine") -> dict[str, Any]:
    return {
        "code": line.item_code,
        "label": line.label,
        "detail": line.detail,
        "kind": line.kind,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price_amount.quantize(Decimal("0.01"))),
        "vat_rate": str(line.vat_rate.quantize(Decimal("0.1"))),
        "net_amount": str(line.net_amount.quantize(Decimal("0.01"))),
        "gross_amount": str(line.gross_amount),
        "priority": line.priority,
        "is_essential": line.is_essential,
    }


def _thawed(line: Mapping[str, Any]) -> LineView:
    return LineView(**{**line, **{name: Decimal(line[name]) for name in _DECIMALS}})
