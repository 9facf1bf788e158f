"""A field made of rows: the choices of a list, the columns of a group, the articles of a table. Each row is a small form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from portal.ui.fields import REQUIRED, PlainTextField, WholeNumberField

SPARE = 3  # blank rows drawn after those that are filled
Row = dict[str, Any]


class RowForm(forms.Form):
    """One row. `texts`: the fields that are all left empty in a row to be taken away; `needed`: those that a row must fill.

    No cell says that it must be filled: a blank row is none. `key` is kept from one writing to the next.
    """

    texts: ClassVar[tuple[str, ...]] = ("label",)
    needed: ClassVar[tuple[str, ...]] = ("label",)

    key = PlainTextField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, offered: Sequence[tuple[str, str]] = (), **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].required = False
        self.offer(offered)
        self.fields["position"] = WholeNumberField(
            label="Rang", minimum=1, maximum=99, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        for name in self.needed:
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, REQUIRED)
        return cleaned

    def offer(self, offered: Sequence[tuple[str, str]]) -> None:
        """What a list of the row offers, where that depends on the form."""


class RowsInput(forms.Widget):
    """Reads the rows that a request carries, whatever their number: `<name>-<rank>-<cell>`."""

    def __init__(self, most: int, cells: Sequence[str]):
        super().__init__()
        self.most, self.cells = most, cells

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> list[Row]:
        begun = re.compile(rf"{re.escape(name)}-([0-9]{{1,3}})-")
        ranks = sorted({int(found.group(1)) for key in data if (found := begun.match(key))})[: self.most + SPARE]
        return [{cell: data.get(f"{name}-{rank}-{cell}", "") for cell in self.cells} for rank in ranks]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        return False


class RowsField(forms.Field):
    """Value: the rows that say something, each a dict of its cells, in the order of their ranks."""

    def __init__(self, row: type[RowForm], *, most: int, what: str, offered: Sequence[tuple[str, str]] = (), **options):
        self.row, self.most, self.what, self.offered = row, most, what, offered
        cells = [*row.base_fields, "position"]
        super().__init__(widget=RowsInput(most, cells), **options)

    def get_bound_field(self, form: forms.Form, field_name: str) -> "BoundRows":
        return BoundRows(form, self, field_name)

    def is_blank(self, row: Row) -> bool:
        """Whether the row says nothing: it is taken away."""
        return not any(str(row.get(name) or "").strip() for name in self.row.texts)

    def prepare_value(self, value: Any) -> list[Row]:
        return [row | {"position": row.get("position") or rank} for rank, row in enumerate(value or [], 1)]

    def form_of(self, row: Row | None, name: str, rank: int, *, bound: bool) -> RowForm:
        """The small form of a row, as it is drawn or read."""
        prefix = f"{name}-{rank}"
        data = {f"{prefix}-{cell}": value for cell, value in (row or {}).items()} if bound and row and not self.is_blank(row) else None
        return self.row(data, prefix=prefix, initial=row or {}, offered=self.offered)

    def to_python(self, value: Any) -> list[Row]:
        rows = [row for row in value or [] if not self.is_blank(row)]
        read = [self.form_of(row, "r", rank, bound=True) for rank, row in enumerate(rows)]
        if wrong := [rank for rank, form in enumerate(read, 1) if not form.is_valid()]:
            raise ValidationError([f"{self.what} {rank} : corrigez ce qui est signalé." for rank in wrong])
        if len(read) > self.most:
            raise ValidationError(f"{self.most} lignes au plus : retirez-en {len(read) - self.most}.")
        found = [form.cleaned_data for form in read]
        self._check_names(found)
        found.sort(key=lambda row: row["position"] or self.most + SPARE)
        return [row | {"position": rank} for rank, row in enumerate(found, 1)]

    def _check_names(self, rows: list[Row]) -> None:
        """Whoever answers, and whoever reads answers, knows a row by its first text: no two are the same."""
        names = [" ".join(str(row.get(self.row.texts[0]) or "").split()).casefold() for row in rows]
        again = [rank for rank, name in enumerate(names, 1) if name in names[: rank - 1]]
        if again:
            first = names.index(names[again[0] - 1]) + 1
            raise ValidationError(
                f"{self.what} {again[0]} : il porte le même texte que le rang {first}. Changez l’un des deux, ou videz-le."
            )

    def validate(self, value: list[Row]) -> None:
        if self.required and not value:
            raise ValidationError(REQUIRED)


class BoundRows(forms.BoundField):
    """The rows as a page draws them: those filled, then a few blank ones."""

    @property
    def rows(self) -> list[tuple[str, RowForm]]:
        """Each row under its name: « Choix 2 »."""
        shown = [*(self.value() or []), *[None] * SPARE][: self.field.most]
        bound = self.form.is_bound
        return [
            (f"{self.field.what} {rank + 1}", self.field.form_of(row, self.html_name, rank, bound=bound)) for rank, row in enumerate(shown)
        ]

    def value(self) -> list[Row]:
        if self.form.is_bound:
            return [row for row in self.data if not self.field.is_blank(row)]
        return self.field.prepare_value(self.initial)

    @property
    def id_for_label(self) -> str:
        """The first cell: a summary of errors leads there."""
        first = next(iter(self.rows[0][1].visible_fields()))
        return first.id_for_label
