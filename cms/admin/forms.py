"""Forms of the calls in the editing site."""

import json
from decimal import Decimal
from typing import Self

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.text import slugify
from wagtail.blocks import BlockField

from calls.actions.steering import LONGEST_EXTENSION
from calls.enums import CallState
from calls.forms.steering import clean_reference
from calls.models import Call, Questionnaire
from calls.queries.knowledge import with_known
from calls.questionnaire import errors_in
from calls.shipped import bouquet_ressources, lycee_40, pack_numerique, usages_numeriques
from cms.admin.questionnaire_blocks import SectionsBlock
from cms.admin.questionnaire_stream import definition_of, stream_of
from cms.forms import EditorForm
from portal.text.french import count

# What schools have relied on since the publication: it changes no more here (the closing is extended from the steering page).
FROZEN_FIELDS = (
    "programme",
    "reference",
    "slug",
    "wave",
    "opens_at",
    "closes_at",
    "grace_minutes",
    "ceiling_amount",
    "requires_approval",
)


SHIPPED_FORMS = {
    "lycee-40": ("Modèle « Lycée 4.0 » : équipement et câblage", lycee_40.DEFINITION),
    "usages-numeriques": ("Modèle « Usages numériques »", usages_numeriques.DEFINITION),
    "bouquet-ressources": ("Modèle « Bouquet de ressources »", bouquet_ressources.DEFINITION),
    "pack-numerique": ("Modèle « Pack numérique lycéen » : adhésion votée, travaux du Wi-Fi", pack_numerique.DEFINITION),
}


def starting_forms() -> list[tuple[str, str]]:
    """What a questionnaire can begin from: nothing, a shipped one, that of another call."""
    models = [(key, label) for key, (label, _) in SHIPPED_FORMS.items()]
    others = [
        (str(q.pk), f"Celui de « {q.call} », version {q.version}")
        for q in Questionnaire.objects.filter(call__is_model=False).select_related("call")
    ]
    return [("", "Une page blanche"), *models, *others]


def starting_definition(choice: str) -> dict | None:
    """The definition chosen among `starting_forms`."""
    if choice in SHIPPED_FORMS:
        return SHIPPED_FORMS[choice][1]
    return Questionnaire.objects.get(pk=int(choice)).definition if choice else None


BOUNDS = {
    "wave": (1, 99),
    "grace_minutes": (0, 7 * 24 * 60),  # a week
    "budget_amount": (Decimal("0"), Decimal("9999999999.99")),
    "ceiling_amount": (Decimal("0.01"), Decimal("99999999.99")),
}


class CallForm(EditorForm):
    starting_form = forms.ChoiceField(
        label="Partir de", choices=starting_forms, required=False, help_text="Une copie, que vous modifierez ensuite librement."
    )

    class Meta:
        model = Call
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
        self.fields["slug"].required = False
        self.fields["slug"].help_text = "La fin de l’adresse de la page publique. Vide : elle est faite de l’intitulé."
        if self.instance.pk:
            del self.fields["starting_form"]
        if self.instance.pk and self.instance.state != CallState.DRAFT:
            for name in FROZEN_FIELDS:
                self.fields[name].disabled = True
                self.fields[name].help_text = "Ne change plus : l’appel est publié."

    def clean_reference(self) -> str:
        """It begins the reference of every file, and their addresses."""
        return clean_reference(self.cleaned_data["reference"])

    def clean_slug(self) -> str:
        """Made from the title when left empty: `title` comes before it in the form."""
        slug = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))[:60]
        if not slug:
            raise forms.ValidationError("Donnez une adresse, par exemple lycee-4-0-vague-2.")
        return slug

    def clean(self) -> dict:
        cleaned = super().clean()
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "La clôture vient après l’ouverture.")
        elif opens_at and closes_at and closes_at > opens_at + LONGEST_EXTENSION:
            self.add_error("closes_at", "La clôture vient plus de deux ans après l’ouverture : vérifiez l’année.")
        if closes_at and not self.fields["closes_at"].disabled and closes_at <= timezone.now():
            self.add_error("closes_at", "La clôture est déjà passée.")
        ceiling, budget = cleaned.get("ceiling_amount"), cleaned.get("budget_amount")
        if ceiling and budget and ceiling > budget:
            self.add_error("ceiling_amount", "Le plafond d’un dossier ne dépasse pas l’enveloppe.")
        return cleaned


OF_DEFINITION = ("sections", "limits")  # the fields that the one definition keeps
LIMITS_HELP = (
    "Vide : aucune. Sinon une liste, par exemple "
    '[{"key": "part", "condition": {"answer": "part", "at_most": {"answer": "besoins", "part": "gross_amount"}}, '
    '"message": "La part du lycée ne dépasse pas le total des besoins."}].'
)


class QuestionnaireForm(EditorForm):
    """A JSON definition, edited as blocks."""

    sections = BlockField(block=SectionsBlock(), label="Sections et questions")
    limits = forms.JSONField(
        label="Limites entre réponses",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=LIMITS_HELP,
        error_messages={"invalid": "Ces limites ne sont pas du JSON lisible."},
    )

    class Meta:
        model = Questionnaire
        fields = ["call"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["call"].disabled = True
            self.initial["sections"] = stream_of(self.instance.definition)
            self.initial["limits"] = self.instance.definition.get("limits")
        else:
            self.fields["call"].queryset = Call.objects.filter(questionnaires=None)
            self.initial.setdefault("sections", stream_of({}))

    def value_shown(self, name: str) -> object:
        return json.dumps(self.instance.definition, sort_keys=True) if name in OF_DEFINITION else super().value_shown(name)

    def agrees(self, now: Self, name: str) -> bool:
        return self.instance.definition == now.instance.definition if name in OF_DEFINITION else super().agrees(now, name)

    def in_words(self, name: str) -> str:
        if name not in OF_DEFINITION:
            return super().in_words(name)
        sections = self.instance.definition.get("sections", [])
        questions = count(sum(len(section.get("questions", [])) for section in sections), "question")
        return f"{count(len(sections), 'section')}, {questions}, à lire dans un autre onglet ouvert sur cette même page"

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("sections") is not None and not self.errors:
            self.instance.definition = with_known(cleaned["call"], definition_of(cleaned["sections"], cleaned.get("limits")))
            for sentence in errors_in(self.instance.definition):
                self.add_error(None, sentence)
        return cleaned
