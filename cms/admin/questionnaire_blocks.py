"""A questionnaire as blocks of the Wagtail editor; `questionnaire_stream` takes them to its JSON definition and back."""

import json
from decimal import Decimal

from django.core.exceptions import ImproperlyConfigured, ValidationError
from wagtail import blocks
from wagtail.blocks import StructValue

from calls.enums import NeedKind
from calls.questionnaire import NOTICE
from calls.questions.group import COLUMN_KINDS, MOST_COLUMNS, MOST_ROWS
from calls.questions.partners import MOST_PARTNERS
from calls.questions.registry import KINDS
from cms.admin.question_values import Keys, amount_text, column_of, given, iso, offered

MOST_COUNTED = 1_000_000_000
MOST_EUROS = Decimal("99999999.99")
FILE_KINDS = [(kind, kind.upper()) for kind in ("pdf", "odt", "docx", "ods", "xlsx", "jpg", "png")]
CONDITION_HELP = 'Vide : toujours posée. Sinon une condition sur ce qui précède, par exemple {"answer": "referent", "equals": "oui"}.'
KEY_HELP = "Laissez vide : il est fait de l’intitulé. Il relie les réponses d’une version à l’autre ; ne le changez plus ensuite."


class KeyBlock(blocks.RegexBlock):
    def __init__(self, **kwargs):
        kwargs = {
            "regex": r"^[a-z0-9][a-z0-9_-]{0,59}$",
            "required": False,
            "label": "Code",
            "help_text": KEY_HELP,
            "error_messages": {"invalid": "Des minuscules sans accent, des chiffres et des tirets."},
        } | kwargs
        super().__init__(**kwargs)


class ConditionBlock(blocks.TextBlock):
    """A condition as JSON (calls.conditions.reading): kept from one edition to the next, read with the whole form."""

    def __init__(self, **kwargs):
        kwargs = {"required": False, "rows": 2, "help_text": CONDITION_HELP} | kwargs
        super().__init__(**kwargs)

    def clean(self, value: str | None) -> str:
        value = super().clean(value)
        try:
            read = json.loads(value) if value.strip() else {}
        except ValueError as error:
            raise ValidationError("Cette condition n’est pas du JSON lisible.") from error
        if not isinstance(read, dict):
            raise ValidationError("Une condition s’écrit entre accolades.")
        return value.strip()


class QuestionBlock(blocks.StructBlock):
    """What every question has, whatever its kind. `options` gives what its kind adds to the definition."""

    label = blocks.CharBlock(label="Question", max_length=200)
    help = blocks.CharBlock(label="Aide", required=False, max_length=500)
    required = blocks.BooleanBlock(label="Réponse obligatoire", required=False, default=True)
    criterion = KeyBlock(label="Critère lié", help_text="Le code du critère de la grille que cette réponse éclaire.")
    key = KeyBlock()
    shown_if = ConditionBlock(label="Posée si")
    required_if = ConditionBlock(label="Obligatoire si", help_text="Vide : comme le dit la case « Réponse obligatoire ».")

    def options(self, value: StructValue) -> dict:
        raise NotImplementedError


class TextQuestionBlock(QuestionBlock):
    max_length = blocks.IntegerBlock(label="Nombre de signes au plus", default=250, min_value=1, max_value=20_000)

    def options(self, value: StructValue) -> dict:
        return {"max_length": value["max_length"]}

    class Meta:
        icon = "title"
        label = "Texte court"


class LongTextQuestionBlock(QuestionBlock):
    max_length = blocks.IntegerBlock(label="Nombre de signes au plus", default=4000, min_value=1, max_value=20_000)

    def options(self, value: StructValue) -> dict:
        return {"max_length": value["max_length"]}

    class Meta:
        icon = "pilcrow"
        label = "Texte long"


class ChoiceBlock(blocks.StructBlock):
    label = blocks.CharBlock(label="Libellé", max_length=160)
    value = KeyBlock()


class ChoiceQuestionBlock(QuestionBlock):
    choices = blocks.ListBlock(ChoiceBlock(), label="Choix", min_num=1)

    def options(self, value: StructValue) -> dict:
        return {"choices": offered(value["choices"])}

    class Meta:
        icon = "list-ul"
        label = "Choix"


class ChoicesQuestionBlock(ChoiceQuestionBlock):
    class Meta:
        icon = "list-ul"
        label = "Choix multiples"


class YesNoQuestionBlock(QuestionBlock):
    def options(self, value: StructValue) -> dict:
        return {}

    class Meta:
        icon = "check"
        label = "Oui ou non"


class DateQuestionBlock(QuestionBlock):
    earliest = blocks.DateBlock(label="Première date possible", required=False)
    latest = blocks.DateBlock(label="Dernière date possible", required=False)

    def options(self, value: StructValue) -> dict:
        return given(earliest=iso(value["earliest"]), latest=iso(value["latest"]))

    class Meta:
        icon = "date"
        label = "Date"


class CommitmentBlock(blocks.StructBlock):
    label = blocks.TextBlock(label="Engagement", rows=2, max_length=500)
    key = KeyBlock()


class CommitmentsQuestionBlock(QuestionBlock):
    commitments = blocks.ListBlock(CommitmentBlock(), label="Engagements", min_num=1)

    def options(self, value: StructValue) -> dict:
        keys = Keys()
        for one in value["commitments"]:
            keys.keep(one["key"])
        return {"commitments": [{"key": keys.of(one["key"], one["label"]), "label": one["label"].strip()} for one in value["commitments"]]}

    class Meta:
        icon = "tick"
        label = "Engagements"


class NumberQuestionBlock(QuestionBlock):
    minimum = blocks.IntegerBlock(label="Minimum", required=False, min_value=0, max_value=MOST_COUNTED)
    maximum = blocks.IntegerBlock(label="Maximum", required=False, min_value=0, max_value=MOST_COUNTED)

    def options(self, value: StructValue) -> dict:
        return given(minimum=value["minimum"], maximum=value["maximum"])

    class Meta:
        icon = "order"
        label = "Nombre entier"


class AmountQuestionBlock(QuestionBlock):
    minimum = blocks.DecimalBlock(label="Minimum, en euros", required=False, min_value=0, max_value=MOST_EUROS, decimal_places=2)
    maximum = blocks.DecimalBlock(label="Maximum, en euros", required=False, min_value=0, max_value=MOST_EUROS, decimal_places=2)
    requested = blocks.BooleanBlock(label="Compte dans le montant demandé", required=False)

    def options(self, value: StructValue) -> dict:
        return given(minimum=amount_text(value["minimum"]), maximum=amount_text(value["maximum"]), requested=value["requested"] or None)

    class Meta:
        icon = "cogs"
        label = "Montant"


class FileQuestionBlock(QuestionBlock):
    accept = blocks.MultipleChoiceBlock(label="Formats acceptés", choices=FILE_KINDS, default=["pdf"])
    multiple = blocks.BooleanBlock(label="Plusieurs fichiers possibles", required=False)
    to_fill = ConditionBlock(label="Document à remplir", help_text="Gardé tel quel d’une version à l’autre.")

    def options(self, value: StructValue) -> dict:
        kept = {"to_fill": json.loads(value["to_fill"])} if value["to_fill"] else {}
        return {"accept": list(value["accept"]), "multiple": bool(value["multiple"])} | kept

    class Meta:
        icon = "doc-full"
        label = "Pièce jointe"


class BoardVoteQuestionBlock(FileQuestionBlock):
    to_fill = None  # the resolution is the board’s own paper

    def options(self, value: StructValue) -> dict:
        return {"accept": list(value["accept"]), "multiple": bool(value["multiple"])}

    class Meta:
        icon = "group"
        label = "Vote du conseil d’administration"


class PartnersQuestionBlock(QuestionBlock):
    least = blocks.IntegerBlock(
        label="Partenaires au moins, si la réponse est obligatoire", default=1, min_value=1, max_value=MOST_PARTNERS
    )
    most = blocks.IntegerBlock(label="Partenaires au plus", default=5, min_value=1, max_value=MOST_PARTNERS)

    def options(self, value: StructValue) -> dict:
        return {"least": value["least"], "most": value["most"]}

    class Meta:
        icon = "group"
        label = "Lycées partenaires"


class ColumnBlock(blocks.StructBlock):
    """One column of a group: a simple question."""

    label = blocks.CharBlock(label="Titre de la colonne", max_length=80)
    kind = blocks.ChoiceBlock(label="Nature", choices=[(code, kind.name) for code, kind in COLUMN_KINDS.items()], default="text")
    required = blocks.BooleanBlock(label="Obligatoire à chaque ligne", required=False)
    choices = blocks.ListBlock(ChoiceBlock(), label="Choix, si la nature est un choix", default=[])
    key = KeyBlock()


class GroupQuestionBlock(QuestionBlock):
    columns = blocks.ListBlock(ColumnBlock(), label="Colonnes", min_num=1, max_num=MOST_COLUMNS)
    least = blocks.IntegerBlock(label="Lignes au moins", default=0, min_value=0, max_value=MOST_ROWS)
    most = blocks.IntegerBlock(label="Lignes au plus", default=20, min_value=1, max_value=MOST_ROWS)

    def options(self, value: StructValue) -> dict:
        keys = Keys()
        for column in value["columns"]:
            keys.keep(column["key"])
        columns = [column_of(column, keys) for column in value["columns"]]
        return {"columns": columns, "least": value["least"], "most": value["most"]}

    class Meta:
        icon = "table"
        label = "Groupe à répéter"


class ComputedQuestionBlock(QuestionBlock):
    required = None  # nothing is to be answered
    operation = blocks.ChoiceBlock(
        label="Calcul",
        choices=[
            ("sum", "Somme"),
            ("difference", "Différence : le premier moins le second"),
            ("share", "Part du premier dans le second, en %"),
        ],
        default="sum",
    )
    terms = blocks.ListBlock(
        blocks.RegexBlock(regex=r"^[a-z0-9][a-z0-9_-]{0,59}(\.[a-z0-9][a-z0-9_-]{0,59})?$", label="Code de la question"),
        label="À partir de",
        min_num=1,
        help_text="Des nombres, des montants ou des tableaux demandés avant ; pour la colonne d’un groupe : groupe.colonne.",
    )
    unit = blocks.ChoiceBlock(label="Unité", choices=[("euros", "Euros"), ("number", "Sans unité")], default="euros")

    def options(self, value: StructValue) -> dict:
        return {"operation": value["operation"], "terms": list(value["terms"]), "unit": value["unit"]}

    class Meta:
        icon = "superscript"
        label = "Montant calculé"


class ItemBlock(blocks.StructBlock):
    label = blocks.CharBlock(label="Article", max_length=160)
    kind = blocks.ChoiceBlock(label="Nature", choices=NeedKind.choices, default=NeedKind.EQUIPMENT.value)
    unit_price = blocks.DecimalBlock(label="Prix unitaire HT, en euros", min_value=0, max_value=MOST_EUROS, decimal_places=2)
    vat_rate = blocks.DecimalBlock(label="TVA, en %", default=Decimal("20.0"), min_value=0, max_value=100, decimal_places=1)
    code = KeyBlock(help_text="Le code de l’article au catalogue des commandes, par exemple portable-11.")


class NeedsQuestionBlock(QuestionBlock):
    ceiling = blocks.DecimalBlock(
        label="Plafond TTC, en euros",
        required=False,
        min_value=0,
        max_value=MOST_EUROS,
        decimal_places=2,
        help_text="Vide : le plafond de l’appel.",
    )
    items = blocks.ListBlock(ItemBlock(), label="Articles et prix", min_num=1)

    def options(self, value: StructValue) -> dict:
        keys = Keys()
        for item in value["items"]:
            keys.keep(item["code"])
        items = [
            {
                "code": keys.of(item["code"], item["label"]),
                "label": item["label"].strip(),
                "kind": item["kind"],
                "unit_price": amount_text(item["unit_price"]),
                "vat_rate": f"{item['vat_rate']:.1f}",
            }
            for item in value["items"]
        ]
        return {"items": items, "ceiling": amount_text(value["ceiling"])}

    class Meta:
        icon = "table"
        label = "Tableau des besoins"


class InformationTextBlock(blocks.StructBlock):
    """Something told between two questions."""

    label = blocks.CharBlock(label="Titre", max_length=200)
    text = blocks.TextBlock(label="Texte", rows=3, max_length=4000)
    key = KeyBlock()

    class Meta:
        icon = "info-circle"
        label = "Information"


class QuestionsBlock(blocks.StreamBlock):
    """One child block per kind of question, named as the kind (calls.questions)."""

    text = TextQuestionBlock()
    long_text = LongTextQuestionBlock()
    choice = ChoiceQuestionBlock()
    choices = ChoicesQuestionBlock()
    yes_no = YesNoQuestionBlock()
    date = DateQuestionBlock()
    commitments = CommitmentsQuestionBlock()
    number = NumberQuestionBlock()
    amount = AmountQuestionBlock()
    group = GroupQuestionBlock()
    file = FileQuestionBlock()
    board_vote = BoardVoteQuestionBlock()
    partners = PartnersQuestionBlock()
    needs = NeedsQuestionBlock()
    computed = ComputedQuestionBlock()
    notice = InformationTextBlock()


if unknown := {*KINDS, NOTICE} ^ set(QuestionsBlock.base_blocks):
    raise ImproperlyConfigured(f"Kinds of question without a block of the editor, or the reverse: {', '.join(sorted(unknown))}.")


class SectionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre de la section", max_length=120)
    help = blocks.TextBlock(label="Présentation", required=False, rows=2)
    key = KeyBlock()
    shown_if = ConditionBlock(label="Posée si")
    questions = QuestionsBlock(label="Questions")

    class Meta:
        icon = "folder-open-inverse"
        label = "Section"


class SectionsBlock(blocks.StreamBlock):
    section = SectionBlock()
