"""The rows of the options that are lists: choices, commitments, columns, articles, terms."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from calls.building.places import keyed
from calls.enums import NeedKind, Priority
from calls.forms.building.rows import RowForm
from calls.questions.group import COLUMN_KINDS
from calls.questions.kits import MOST_DETAIL, MOST_QUANTITY
from calls.questions.reading import KEY
from portal.text.french import percent
from portal.ui.fields import AmountField, LeanSelect, PlainTextField, WholeNumberField

MOST_PRICE = Decimal("99999999.00")


class ChoiceRow(RowForm):
    label = PlainTextField(label="Libellé", max_length=160)


class CommitmentRow(RowForm):
    label = PlainTextField(label="Engagement", max_length=500, multiline=True, widget=forms.Textarea(attrs={"rows": 2}))


class ColumnRow(RowForm):
    """A column of a group. `choices`: one a line, where its kind is a choice."""

    texts, needed = ("label", "choices"), ("label", "kind")
    label = PlainTextField(label="Titre de la colonne", max_length=80)
    kind = forms.ChoiceField(label="Nature", choices=[(code, kind.name) for code, kind in COLUMN_KINDS.items()], widget=LeanSelect)
    required = forms.BooleanField(label="Obligatoire à chaque ligne", required=False)
    choices = PlainTextField(
        label="Choix, un par ligne", max_length=2000, multiline=True, help_text="Si la nature est un choix.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("kind") == "choice" and not cleaned.get("choices", "").strip():
            self.add_error("choices", "Donnez les choix de cette colonne, un par ligne.")
        return cleaned


def shown_column(column: Mapping[str, Any]) -> dict[str, Any]:
    """A column as its row shows it."""
    choices = "\n".join(one.get("label", "") for one in column.get("choices") or [])
    return {name: column.get(name, "") for name in ("key", "label", "kind", "required")} | {"choices": choices}


def column_of(row: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """A column as a definition writes it. What was answered in a column is read by its kind: one of another kind takes another key."""
    same = old if old and old.get("kind") == row["kind"] else {}
    kept = {name: value for name, value in same.items() if name not in ("key", "label", "kind", "required", "choices")}
    column = kept | {"key": same.get("key", ""), "kind": row["kind"], "label": row["label"], "required": row["required"]}
    if row["kind"] != "choice":
        return column
    labels = [line.strip() for line in row["choices"].splitlines() if line.strip()]
    return column | {"choices": renamed_choices(list(dict.fromkeys(labels)), same.get("choices") or [])}


def renamed_choices(labels: Sequence[str], old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Choices typed one a line: one that was there keeps its value, and one written otherwise in the place of another takes that one's."""
    by_label = {one["label"]: one["value"] for one in old}
    rows = []
    for rank, label in enumerate(labels):
        in_place = old[rank] if rank < len(old) and len(old) == len(labels) and old[rank]["label"] not in labels else None
        rows.append({"value": by_label.get(label) or (in_place["value"] if in_place else ""), "label": label})
    return keyed(rows, "value")


class RateField(AmountField):
    """A rate of VAT in percent."""

    what, in_words = "La TVA", staticmethod(percent)


class ItemRow(RowForm):
    """An article of a table of needs."""

    texts, needed = ("label", "code", "unit_price"), ("label", "kind", "unit_price", "vat_rate")
    label = PlainTextField(label="Article", max_length=160)
    kind = forms.ChoiceField(label="Nature", choices=NeedKind.choices, widget=LeanSelect)
    unit_price = AmountField(label="Prix unitaire HT, en euros", minimum=Decimal(0), maximum=MOST_PRICE)
    vat_rate = RateField(label="TVA, en %", minimum=Decimal(0), maximum=Decimal(100), initial=Decimal(20))
    code = PlainTextField(label="Code au catalogue", max_length=60, required=False)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code and not KEY.fullmatch(code):
            raise forms.ValidationError("Des minuscules sans accent, des chiffres et des tirets, par exemple portable-11.")
        return code


def items_of(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The articles of a table as their rows show them."""
    return [
        {"label": item.get("label", ""), "kind": item.get("kind", ""), "code": item.get("code", "")}
        | {name: Decimal(str(item.get(name) or default)) for name, default in (("unit_price", 0), ("vat_rate", 20))}
        for item in raw.get("items") or []
    ]


class KitLineRow(RowForm):
    """A line of a kit: `key` is that of the kit, which its name makes."""

    texts, needed = ("label", "item", "quantity"), ("label", "item", "quantity")
    label = PlainTextField(label="Kit", max_length=120)
    item = forms.ChoiceField(label="Article", widget=LeanSelect)
    quantity = WholeNumberField(label="Quantité", minimum=1, maximum=MOST_QUANTITY)
    priority = forms.TypedChoiceField(
        label="Priorité", choices=Priority.choices, coerce=int, empty_value=Priority.FIRST.value, widget=LeanSelect
    )
    is_essential = forms.BooleanField(label="Indispensable", required=False)
    detail = PlainTextField(label="Précision", max_length=MOST_DETAIL, required=False)

    def offer(self, offered: Sequence[tuple[str, str]]) -> None:
        self.fields["item"].choices = [("", "Choisir"), *offered]


def kit_rows(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kits of a table, line by line, as their rows show them."""
    return [
        {**line, "key": kit.get("key", ""), "label": kit.get("label", "")}
        for kit in raw.get("kits") or []
        for line in kit.get("lines") or []
    ]


def kits_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The kits that these rows write: those of the same name make one, in the order of its first line; it keeps its key under another name."""
    kits: dict[str, dict[str, Any]] = {}
    for row in rows:
        kit = kits.setdefault(row["label"], {"key": row["key"], "label": row["label"], "lines": []})
        kit["lines"].append({name: row[name] for name in ("item", "quantity", "priority", "is_essential", "detail")})
    taken: set[str] = set()
    for kit in kits.values():
        if kit["key"] in taken:  # a kit cut in two: the first part keeps the key
            kit["key"] = ""
        taken.add(kit["key"])
    return keyed(list(kits.values()), fallback="kit")


class TermRow(RowForm):
    """A figure that another one is worked out from."""

    texts, needed = ("term",), ("term",)
    term = forms.ChoiceField(label="Terme", widget=LeanSelect)

    def offer(self, offered: Sequence[tuple[str, str]]) -> None:
        held = self.initial.get("term", "")
        gone = [(held, f"{held} (n’est pas demandé avant)")] if held and held not in dict(offered) else []
        self.fields["term"].choices = [("", "Aucun"), *offered, *gone]
