"""What is written of every question, whatever its kind; `kinds` adds the options of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from calls.building.outline import kind_of
from calls.conditions.catalogue import Catalogue
from calls.forms.building.conditions import condition_field
from calls.forms.building.rows import RowsField
from calls.forms.conditions import ComposingForm
from calls.questions.base import TITLE_KEY, Question
from portal.text.french import enumeration
from portal.ui.fields import AmountField, LeanSelect, PlainTextField
from portal.workflow.watched import NOTHING, WatchedForm

COMMON = ("key", "label", "help", "required", "shown_if", "required_if", "criterion")
SHOWN_HELP = "Sans condition : toujours posée. Une condition ne porte que sur ce qui est placé avant."


@dataclass(frozen=True)
class Around:
    """What the page of a question knows of its form: what conditions may refer to, the criteria of the grid, the questions placed before."""

    catalogue: Catalogue
    criteria: Mapping[str, str] = field(default_factory=dict)
    before: tuple[Question, ...] = ()


class PartForm(ComposingForm, WatchedForm, forms.Form):
    """A question or a notice. `told` says of its kind what whoever chooses it must know; `options` are the names of the fields of its kind."""

    kind: ClassVar[str]
    told: ClassVar[str]
    options: ClassVar[tuple[str, ...]] = ()
    is_answered: ClassVar[bool] = True  # somebody writes the answer: it may be required
    document: dict[str, Any] | None = None  # that the page was just given, once it is kept

    label = PlainTextField(label="Question", max_length=200)
    help = PlainTextField(
        label="Aide", max_length=500, multiline=True, required=False, help_text="Elle se lit sous la question.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    required = forms.BooleanField(label="Réponse toujours obligatoire", required=False)

    def __init__(self, *args, around: Around, raw: Mapping[str, Any] | None = None, **kwargs):
        self.raw, self.around = self._of_this_kind(raw or {}), around
        kwargs.setdefault("initial", self.shown(self.raw) if raw else {})
        super().__init__(*args, **kwargs)
        is_title = self.raw.get("key") == TITLE_KEY
        if not self.is_answered or is_title:
            del self.fields["required"]
        if not is_title:
            self._add_conditions()
        self._add_criterion()

    def _of_this_kind(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """What is in place; of a question of another kind, what every question has."""
        return dict(raw) if kind_of(raw) == self.kind else {name: value for name, value in raw.items() if name in COMMON}

    def _add_conditions(self) -> None:
        catalogue = self.around.catalogue
        self.fields["shown_if"] = condition_field(catalogue, "Posée si", SHOWN_HELP, lead="Posée")
        if self.is_answered:
            told = "Pour une réponse qui n’est pas toujours obligatoire."
            self.fields["required_if"] = condition_field(catalogue, "Obligatoire si", told, lead="Obligatoire")

    def _add_criterion(self) -> None:
        held, criteria = self.raw.get("criterion", ""), dict(self.around.criteria)
        if held and held not in criteria:
            criteria[held] = f"{held} (n’est pas dans la grille)"
        if criteria:
            self.fields["criterion"] = forms.ChoiceField(
                label="Critère que cette réponse éclaire", choices=[("", "Aucun"), *criteria.items()], required=False, widget=LeanSelect
            )

    def shown(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show of a question in place: its options under their names, amounts as such."""
        found = {name: value for name, value in raw.items() if value is not None}
        for name in self.options:
            if isinstance(self.base_fields.get(name), AmountField) and name in found:
                found[name] = Decimal(str(found[name]))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The question as a definition writes it, without its key."""
        given = self.cleaned_data
        found = {"kind": self.kind, "label": given["label"], "help": given.get("help", "")}
        found["required"] = self.raw.get("key") == TITLE_KEY or bool(given.get("required"))
        found |= {name: given.get(name) for name in ("shown_if", "required_if", "criterion")}
        return found | {name: as_json(value) for name, value in self.chosen().items()}

    def chosen(self) -> dict[str, Any]:
        """The options of its kind, as typed."""
        return {name: self.cleaned_data[name] for name in self.options}

    @property
    def uploaded(self) -> UploadedFile | None:
        """A document given with the page, for the kinds that take one."""
        return None

    @property
    def main(self) -> list[forms.BoundField]:
        """What is asked."""
        return [self[name] for name in ("label", "help") if name in self.fields]

    @property
    def of_kind(self) -> list[tuple[forms.BoundField, bool]]:
        """The options of its kind, and whether each is made of rows."""
        return [(self[name], isinstance(self.fields[name], RowsField)) for name in self.options]

    @property
    def when(self) -> list[forms.BoundField]:
        """When it is asked and required, and the criterion that it sheds light on."""
        return [self[name] for name in ("required", "required_if", "shown_if", "criterion") if name in self.fields]

    def in_words(self, name: str) -> str:
        if isinstance(self.fields[name], RowsField):
            return enumeration([f"« {row.get('label') or row.get('term')} »" for row in self[name].value()]) or NOTHING
        return super().in_words(name)


def as_json(value: Any) -> Any:
    """A typed value as a definition keeps it: euros as a text with two decimals, days in ISO form."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value
