"""What is typed and brought for the reference data of a call."""

from io import BytesIO

from django import forms

from calls.actions.reference_data import BroughtFile, TypedColumn
from calls.enums import ColumnKind
from calls.models import ReferenceSet
from calls.queries.reference_data import MOST_COLUMNS
from portal.files.intake import UploadRefused, check_upload
from portal.ui.fields import LeanSelect, PlainTextField
from portal.workflow.watched import WatchedForm

MOST_BYTES = 5 * 1024 * 1024
SPARE = 4  # empty rows under the columns of a table
ACCEPTED = ("csv", "xlsx")
FILE_HELP = "Une colonne UAI, une ligne par lycée ; CSV ou Excel, 5 Mo au plus."


def _name_field() -> PlainTextField:
    return PlainTextField(
        label="Nom de la table",
        max_length=120,
        help_text="Par exemple « Postes reçus en vague 1 ».",
        error_messages={"required": "Donnez un nom à la table."},
    )


def _file_field(**options: object) -> forms.FileField:
    accept = ",".join(f".{extension}" for extension in ACCEPTED)
    return forms.FileField(
        widget=forms.FileInput(attrs={"accept": accept}),
        allow_empty_file=True,  # portal.files.intake refuses it, in better words
        error_messages={"required": "Choisissez un fichier."},
        **options,
    )


class EditionForm(forms.Form):
    """A file for a table."""

    file = _file_field(label="Fichier", help_text=FILE_HELP)

    def clean_file(self) -> BroughtFile | None:
        uploaded = self.cleaned_data["file"]
        if uploaded is None:
            return None
        try:
            checked = check_upload(uploaded, allowed=ACCEPTED, max_bytes=MOST_BYTES, kept="Rien n’a changé.")
        except UploadRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        uploaded.seek(0)
        return BroughtFile(checked.name, checked.sha256, BytesIO(uploaded.read()))


class TableForm(EditionForm):
    """A new table, and the file from which its columns are taken."""

    name = _name_field()
    file = _file_field(
        label="Fichier",
        required=False,
        help_text=f"{FILE_HELP} Ses titres deviennent les colonnes. Sans fichier, vous les écrivez à la page suivante.",
    )
    field_order = ("name", "file")


class ColumnsForm(WatchedForm, forms.Form):
    """The name of a table and its columns, with a few empty rows; a row left without a title is no column."""

    name = _name_field()

    def __init__(self, *args, table: ReferenceSet, **kwargs):
        initial = {"name": table.name}
        for rank, column in enumerate(table.columns):
            initial |= {f"label-{rank}": column["label"], f"kind-{rank}": column["kind"], f"key-{rank}": column["key"]}
        super().__init__(*args, initial=initial, **kwargs)
        self.ranks = range(min(len(table.columns) + SPARE, MOST_COLUMNS))
        known = {column["key"]: column["key"] for column in table.columns}
        for rank in self.ranks:
            self.fields[f"label-{rank}"] = PlainTextField(label=f"Titre de la colonne {rank + 1}", max_length=80, required=False)
            self.fields[f"kind-{rank}"] = forms.ChoiceField(
                label=f"Nature de la colonne {rank + 1}", choices=ColumnKind.choices, required=False, widget=LeanSelect
            )
            self.fields[f"key-{rank}"] = forms.ChoiceField(choices=known.items(), required=False, widget=forms.HiddenInput)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Title, kind and key of each row, as fields."""
        return [(self[f"label-{rank}"], self[f"kind-{rank}"], self[f"key-{rank}"]) for rank in self.ranks]

    def clean(self) -> dict:
        cleaned = super().clean()
        labels = [cleaned.get(f"label-{rank}", "").casefold() for rank in self.ranks]
        for rank, label in enumerate(labels):
            if label and label in labels[:rank]:
                self.add_error(f"label-{rank}", "Une autre colonne a déjà ce titre.")
            if label == "uai":
                self.add_error(f"label-{rank}", "La colonne UAI est dans chaque fichier : elle ne se déclare pas.")
        return cleaned

    @property
    def columns(self) -> list[TypedColumn]:
        """What was typed, once valid."""
        rows = [
            (self.cleaned_data[f"label-{rank}"], self.cleaned_data[f"kind-{rank}"], self.cleaned_data[f"key-{rank}"]) for rank in self.ranks
        ]
        return [TypedColumn(label, ColumnKind(kind or ColumnKind.TEXT), key) for label, kind, key in rows if label]
