"""One form per kind of question, with the fields of its options. The portal refuses to start while a kind has none."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import UploadedFile

from calls.actions.to_fill import GIVEN_AS
from calls.building.places import keyed
from calls.forms.building.parts import PartForm, as_json
from calls.forms.building.row_kinds import (
    ChoiceRow,
    ColumnRow,
    CommitmentRow,
    ItemRow,
    KitLineRow,
    TermRow,
    column_of,
    items_of,
    kit_rows,
    kits_of,
    shown_column,
)
from calls.forms.building.rows import RowsField
from calls.questionnaire import NOTICE
from calls.questions.base import TITLE_KEY, TITLE_LENGTH, Question
from calls.questions.computed import Operation, Unit
from calls.questions.group import MOST_COLUMNS, MOST_ROWS, GroupQuestion
from calls.questions.number import MOST_NUMBER
from calls.questions.partners import MOST_PARTNERS
from calls.questions.registry import KINDS
from calls.questions.text import MOST_LENGTH
from portal.ui.fields import AmountField, DayField, LeanSelect, PlainTextField, WholeNumberField

MOST_CHOICES, MOST_TERMS, MOST_ITEMS, MOST_KIT_LINES = 60, 12, 60, 80
FORMATS = [(kind, kind.upper()) for kind in ("pdf", "odt", "docx", "ods", "xlsx", "jpg", "png")]
EMPTIED = "Une ligne vidée est retirée ; le rang change l’ordre."
OPERATIONS = [
    (Operation.SUM.value, "Somme"),
    (Operation.DIFFERENCE.value, "Différence : le premier moins le second"),
    (Operation.SHARE.value, "Part du premier dans le second, en %"),
]


def _signs(initial: int) -> WholeNumberField:
    return WholeNumberField(label="Nombre de signes au plus", minimum=1, maximum=MOST_LENGTH, initial=initial)


class TextPart(PartForm):
    kind, options = "text", ("max_length",)
    told = "Quelques mots, sur une ligne."
    max_length = _signs(250)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.raw.get("key") == TITLE_KEY:
            label = self.fields["max_length"].label
            self.fields["max_length"] = WholeNumberField(label=label, minimum=1, maximum=TITLE_LENGTH, initial=TITLE_LENGTH)


class LongTextPart(PartForm):
    kind, options = "long_text", ("max_length",)
    told = "Un texte de plusieurs paragraphes, dont les signes sont comptés."
    max_length = _signs(4000)


class ChoicePart(PartForm):
    kind, options = "choice", ("choices",)
    told = "Une seule réponse parmi celles proposées."
    choices = RowsField(ChoiceRow, most=MOST_CHOICES, what="Choix", label="Choix proposés", help_text=EMPTIED)

    def shown(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        offered = [{"key": one.get("value", ""), "label": one.get("label", "")} for one in raw.get("choices") or []]
        return super().shown(raw) | {"choices": offered}

    def chosen(self) -> dict[str, Any]:
        known = {one.get("value") for one in self.raw.get("choices") or []}
        rows = [{"value": row["key"] if row["key"] in known else "", "label": row["label"]} for row in self.cleaned_data["choices"]]
        return {"choices": keyed(rows, "value")}


class ChoicesPart(ChoicePart):
    kind = "choices"
    told = "Une ou plusieurs réponses parmi celles proposées."


class YesNoPart(PartForm):
    kind = "yes_no"
    told = "Oui ou non, sans réponse cochée d’avance."


class DatePart(PartForm):
    kind, options = "date", ("earliest", "latest")
    told = "Un jour, entre deux bornes si vous en donnez."
    earliest = DayField(label="Première date possible", required=False)
    latest = DayField(label="Dernière date possible", required=False)


class CommitmentsPart(PartForm):
    kind, options = "commitments", ("commitments",)
    told = "Des engagements que le lycée coche un à un ; obligatoires, ils le sont tous."
    commitments = RowsField(CommitmentRow, most=MOST_CHOICES, what="Engagement", label="Engagements", help_text=EMPTIED)

    def chosen(self) -> dict[str, Any]:
        known = {one.get("key") for one in self.raw.get("commitments") or []}
        rows = [{"key": row["key"] if row["key"] in known else "", "label": row["label"]} for row in self.cleaned_data["commitments"]]
        return {"commitments": keyed(rows, fallback="engagement")}


class NumberPart(PartForm):
    kind, options = "number", ("minimum", "maximum")
    told = "Un nombre entier : élèves, salles, enseignants."
    minimum = WholeNumberField(label="Minimum", maximum=MOST_NUMBER, required=False)
    maximum = WholeNumberField(label="Maximum", maximum=MOST_NUMBER, required=False)


class AmountPart(PartForm):
    kind, options = "amount", ("minimum", "maximum", "requested")
    told = "Un montant en euros ; il peut compter dans ce que le lycée demande."
    minimum = AmountField(label="Minimum, en euros", required=False)
    maximum = AmountField(label="Maximum, en euros", required=False)
    requested = forms.BooleanField(label="Compte dans le montant demandé", required=False)


class GroupPart(PartForm):
    kind, options = "group", ("columns", "least", "most")
    told = "Un tableau dont le lycée remplit autant de lignes qu’il faut : une par salle, par enseignant."
    columns = RowsField(ColumnRow, most=MOST_COLUMNS, what="Colonne", label="Colonnes", help_text=EMPTIED)
    least = WholeNumberField(label="Lignes au moins", maximum=MOST_ROWS, initial=0)
    most = WholeNumberField(label="Lignes au plus", minimum=1, maximum=MOST_ROWS, initial=20)

    def shown(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return super().shown(raw) | {"columns": [shown_column(column) for column in raw.get("columns") or []]}

    def chosen(self) -> dict[str, Any]:
        known = {column.get("key"): column for column in self.raw.get("columns") or []}
        columns = [column_of(row, known.get(row["key"])) for row in self.cleaned_data["columns"]]
        return super().chosen() | {"columns": keyed(columns, fallback="colonne")}


class FilePart(PartForm):
    kind, options = "file", ("accept", "multiple", "follows_until")
    told = "Un fichier à joindre, ou plusieurs."
    accept = forms.MultipleChoiceField(label="Formats acceptés", choices=FORMATS, initial=["pdf"], widget=forms.CheckboxSelectMultiple)
    multiple = forms.BooleanField(label="Plusieurs fichiers possibles", required=False)
    follows_until = DayField(
        label="Peut suivre le dépôt, jusqu’au",
        required=False,
        help_text="Facultatif : le dossier se dépose sans cette pièce obligatoire, que le lycée envoie au plus tard ce jour-là.",
    )

    def chosen(self) -> dict[str, Any]:
        """The document to fill in: the one just given, else the one in place unless it is taken away."""
        kept = None if self.cleaned_data.get("without_document") else self.raw.get("to_fill")
        found = self.document or kept
        return super().chosen() | ({"to_fill": found} if found else {})


class WithDocument(FilePart):
    """A file to join that comes with a document to download and fill in."""

    given = forms.FileField(
        label="Document à remplir",
        required=False,
        help_text="Facultatif : le lycée le télécharge, le remplit et le joint.",
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in GIVEN_AS)}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if held := self.raw.get("to_fill"):
            self.fields["given"].help_text = f"Aujourd’hui : {held['name']}. Un autre fichier le remplace."
            self.fields["without_document"] = forms.BooleanField(label="Ne plus donner de document", required=False)

    @property
    def of_kind(self) -> list[tuple[forms.BoundField, bool]]:
        return super().of_kind + [(self[name], False) for name in ("given", "without_document") if name in self.fields]

    @property
    def uploaded(self) -> UploadedFile | None:
        return self.cleaned_data.get("given")


class BoardVotePart(FilePart):
    kind = "board_vote"
    told = "La date et les voix d’un vote du conseil d’administration, avec la délibération jointe."


class PartnersPart(PartForm):
    kind, options = "partners", ("least", "most")
    told = "D’autres lycées qui portent le projet, chacun avec l’accord de qui signe pour lui."
    least = WholeNumberField(
        label="Partenaires au moins", minimum=1, maximum=MOST_PARTNERS, initial=1, help_text="Là où la réponse est obligatoire."
    )
    most = WholeNumberField(label="Partenaires au plus", minimum=1, maximum=MOST_PARTNERS, initial=5)


class NeedsPart(PartForm):
    kind, options = "needs", ("ceiling", "items", "kits")
    told = "Des quantités d’équipements et de câblage, aux prix que vous donnez."
    ceiling = AmountField(label="Plafond TTC, en euros", required=False, help_text="Vide : le plafond de l’appel.")
    items = RowsField(ItemRow, most=MOST_ITEMS, what="Article", label="Articles et prix", help_text=EMPTIED)
    kits = RowsField(
        KitLineRow, most=MOST_KIT_LINES, what="Ligne de kit", label="Kits proposés", required=False,
        help_text="Un kit s’ajoute d’une pression dans le tableau du lycée, qui en change ensuite chaque ligne. Les lignes de même nom font un kit."
        " Un article s’y choisit une fois enregistré dans la liste.",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kits"].offered = [(item.get("code", ""), item.get("label", "")) for item in self.raw.get("items") or []]

    def shown(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return super().shown(raw) | {"items": items_of(raw), "kits": kit_rows(raw)}

    def chosen(self) -> dict[str, Any]:
        items = [
            {
                "code": row["code"],
                "label": row["label"],
                "kind": row["kind"],
                "unit_price": as_json(row["unit_price"]),
                "vat_rate": f"{row['vat_rate']:.1f}",
            }
            for row in self.cleaned_data["items"]
        ]
        return super().chosen() | {"items": keyed(items, "code", "article"), "kits": kits_of(self.cleaned_data["kits"])}


class ComputedPart(PartForm):
    kind, options, is_answered = "computed", ("operation", "terms", "unit"), False
    told = "Un montant que le portail calcule à partir d’autres réponses : somme, différence, part."
    operation = forms.ChoiceField(label="Calcul", choices=OPERATIONS, widget=LeanSelect)
    terms = RowsField(TermRow, most=MOST_TERMS, what="Terme", label="À partir de", help_text=f"Des nombres demandés avant. {EMPTIED}")
    unit = forms.ChoiceField(
        label="Unité", choices=[(Unit.EUROS.value, "Euros"), (Unit.NUMBER.value, "Sans unité")], initial=Unit.EUROS.value, widget=LeanSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["terms"].offered = figures_in(self.around.before)

    def shown(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return super().shown(raw) | {"terms": [{"term": term} for term in raw.get("terms") or []]}

    def chosen(self) -> dict[str, Any]:
        return super().chosen() | {"terms": [row["term"] for row in self.cleaned_data["terms"]]}


class NoticePart(PartForm):
    kind, options, is_answered = NOTICE, ("text",), False
    told = "Un texte à lire entre deux questions ; rien n’y est répondu."
    label = PlainTextField(label="Titre", max_length=200)
    text = PlainTextField(label="Texte", max_length=4000, multiline=True)
    help = None

    def _add_conditions(self) -> None:
        """None: what is told is told to everybody."""

    def _add_criterion(self) -> None:
        """None: nothing is answered."""

    @property
    def values(self) -> dict[str, Any]:
        return {"kind": self.kind, "label": self.cleaned_data["label"], "text": self.cleaned_data["text"]}


def figures_in(questions: tuple[Question, ...]) -> list[tuple[str, str]]:
    """What a computed figure may add up, by key: numbers, amounts, tables, columns of groups."""
    found = []
    for question in questions:
        if isinstance(question, GroupQuestion):
            columns = [column for column in question.columns if column.holds_figure]
            found += [(f"{question.key}.{column.key}", f"{question.label}, {column.label}") for column in columns]
        elif question.holds_figure:
            found.append((question.key, question.label))
    return found


def forms_by_kind(classes: list[type[PartForm]]) -> dict[str, type[PartForm]]:
    """The form of each kind, by its code. Raises ImproperlyConfigured when a kind has none, or the reverse."""
    found = {form.kind: form for form in classes}
    if unknown := {*KINDS, NOTICE} ^ set(found):
        raise ImproperlyConfigured(f"Kinds of question without a form to write them, or the reverse: {', '.join(sorted(unknown))}.")
    return found


PART_FORMS = forms_by_kind(
    [
        TextPart, LongTextPart, ChoicePart, ChoicesPart, YesNoPart, NumberPart, AmountPart, DatePart, CommitmentsPart, WithDocument,
        BoardVotePart, PartnersPart, GroupPart, NeedsPart, ComputedPart, NoticePart,
    ]
)  # fmt: skip
