"""The forms of the school's side, and the token by which a page remembers the answer that it showed."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping

from django import forms

from calls.enums import Priority
from calls.forms.pasted_needs import MOST_WRITTEN, PastedLine
from calls.questions.base import Json, is_blank
from calls.questions.needs import MOST_QUANTITY, Item, NeedsQuestion
from portal.ui.fields import LeanSelect, PlainTextField, WholeNumberField

DETAIL_LENGTH = 200
MOST_NOTED = 600
MOST_PASTED = 200  # lines of a page; the table itself holds fewer
_ROW = re.compile(r"r-([0-9]{1,3})-written$")


def token_of(version: int, value: Json) -> str:
    """What the page remembers of the answer it showed: its version, and its value in short."""
    digest = hashlib.sha256(json.dumps("" if is_blank(value) else value, sort_keys=True).encode()).hexdigest()[:12]
    return f"{version}.{digest}"


def version_in(token: str) -> int:
    """The version that the page had shown; -1 when the token is not one of ours, which is never up to date."""
    version = token.partition(".")[0]
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


def is_untouched(token: str, value: Json) -> bool:
    """Whether the value typed is still the one that the page had shown."""
    return token.partition(".")[2] == token_of(0, value).partition(".")[2]


class LineForm(forms.Form):
    """One row of a needs table. With `prefix`, the row of a page that shows them all."""

    quantity = WholeNumberField(
        minimum=1,
        maximum=MOST_QUANTITY,
        label="Quantité",
        error_messages={"required": "Indiquez une quantité d’au moins 1, ou retirez la ligne."},
    )
    priority = forms.TypedChoiceField(
        choices=Priority.choices,
        coerce=int,
        empty_value=Priority.FIRST,
        required=False,
        error_messages={"invalid_choice": "La priorité va de 1 à 4."},
    )
    is_essential = forms.BooleanField(required=False)
    detail = PlainTextField(max_length=DETAIL_LENGTH, label="Précision", required=False)

    @property
    def first_error(self) -> str:
        return next((errors[0] for errors in self.errors.values()), "")


class NewLineForm(LineForm):
    """A need to add: which article of the price list, and how many."""

    item = PlainTextField(max_length=60, required=False)
    form_token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, question: NeedsQuestion, *args, **kwargs):
        self.question = question
        super().__init__(*args, **kwargs)

    @property
    def wrong_ids(self) -> list[str]:
        """The ids of the fields to mend, as the page names them, in its order."""
        names = {"item": "article", "quantity": "quantite", "priority": "priorite", "detail": "precision"}
        return [f"{name}-{self.kind}" for field, name in names.items() if field in self.errors]

    @property
    def kind(self) -> str:
        """The list that the reader was adding to: the page opens it again on error."""
        return self.data.get("kind", "")

    def clean_item(self) -> str:
        code = self.cleaned_data["item"]
        if self.question.item(code) is None:
            raise forms.ValidationError("Choisissez un article de la liste.")
        return code


class PastedRow(LineForm):
    """A line of the page that shows what was pasted, to be mended in place; one that is not ticked is left out, whatever it says."""

    item = forms.ChoiceField(label="Article", widget=LeanSelect, error_messages={"required": "Choisissez l’article dans la liste."})
    adding = forms.BooleanField(label="Ajouter cette ligne", required=False)
    written = PlainTextField(max_length=MOST_WRITTEN, required=False, widget=forms.HiddenInput)
    note = PlainTextField(max_length=MOST_NOTED, required=False, widget=forms.HiddenInput)

    def __init__(self, question: NeedsQuestion, rank: int, data: Mapping[str, str]):
        self.question, self.rank = question, rank
        super().__init__(data, prefix=f"r-{rank}")
        self.fields["item"].choices = [("", "Choisir"), *[(item.code, item.label) for item in question.items]]
        self.fields["priority"].widget = LeanSelect(choices=Priority.choices)
        self.fields["quantity"].error_messages["required"] = "Indiquez une quantité d’au moins 1."

    @property
    def is_left_out(self) -> bool:
        return not self["adding"].value()

    @property
    def is_right(self) -> bool:
        return self.is_left_out or self.is_valid()

    @property
    def chosen(self) -> Item | None:
        """The article read or chosen; None as long as there is none."""
        return self.question.item(self["item"].value() or "")


class PastedForm:
    """The lines of a page that shows what was pasted. `data`: what the page sends back, or what `typed_as` makes of a text just read."""

    def __init__(self, question: NeedsQuestion, data: Mapping[str, str]):
        ranks = sorted({int(found.group(1)) for name in data if (found := _ROW.match(name))})[:MOST_PASTED]
        self.rows = [PastedRow(question, rank, data) for rank in ranks]

    @property
    def wrong(self) -> list[PastedRow]:
        return [row for row in self.rows if not row.is_right]

    @property
    def kept(self) -> list[PastedRow]:
        """The lines to add, as far as they can be read."""
        return [row for row in self.rows if not row.is_left_out and row.is_valid()]


def typed_as(lines: Iterable[PastedLine]) -> dict[str, str]:
    """What the page of these lines would send, all of them ticked."""
    fields = [{**line.typed, "adding": "on", "written": line.written, "note": line.note[:MOST_NOTED]} for line in lines]
    return {f"r-{rank}-{name}": value for rank, line in enumerate(fields, start=1) for name, value in line.items()}
