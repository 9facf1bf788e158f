"""Forms of the calls in the editing site."""

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from calls.actions.steering import LONGEST_EXTENSION
from calls.enums import CallState
from calls.forms.steering import clean_reference
from calls.models import Call, slug_of
from cms.forms import EditorForm

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
    "sealed",
)

BOUNDS = {
    "wave": (1, 99),
    "grace_minutes": (0, 7 * 24 * 60),  # a week
    "budget_amount": (Decimal("0"), Decimal("9999999999.99")),
    "ceiling_amount": (Decimal("0.01"), Decimal("99999999.99")),
}


class CallForm(EditorForm):
    class Meta:
        model = Call
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
        self.fields["slug"].required = False
        self.fields["slug"].help_text = "La fin de l’adresse de la page publique. Vide : elle est faite de l’intitulé."
        if self.instance.pk and self.instance.state != CallState.DRAFT:
            for name in FROZEN_FIELDS:
                self.fields[name].disabled = True
                self.fields[name].help_text = "Ne change plus : l’appel est publié."

    def clean_reference(self) -> str:
        """It begins the reference of every file, and their addresses."""
        return clean_reference(self.cleaned_data["reference"])

    def clean_slug(self) -> str:
        """Made from the title when left empty: `title` comes before it in the form."""
        slug = self.cleaned_data["slug"] or slug_of(self.cleaned_data.get("title", ""))
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
