"""What is typed to keep a call as a model, and to begin a call from one."""

from datetime import datetime

from django import forms
from django.utils.text import slugify

from calls.forms.steering import NextWaveForm
from calls.models import CallModel, Programme
from portal.ui.fields import LeanSelect, MomentField, PlainTextField
from portal.workflow.watched import WatchedForm


class ModelNameForm(WatchedForm, forms.Form):
    """How a model is called in the list from which calls are made."""

    name = PlainTextField(
        label="Nom du modèle",
        max_length=120,
        help_text="Ce que vos collègues liront dans la liste, par exemple « Équipement, avec visite technique ».",
        error_messages={"required": "Donnez un nom au modèle."},
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not slugify(name):
            raise forms.ValidationError("Le nom est fait d’au moins une lettre ou un chiffre.")
        return name


class NewCallForm(NextWaveForm):
    """What a call made from a model is called, whose it is, when it opens and what it may spend."""

    programme = forms.ModelChoiceField(
        label="Programme",
        queryset=Programme.objects.none(),
        widget=LeanSelect,
        empty_label="Choisissez…",
        error_messages={"required": "Choisissez le programme qui publie l’appel."},
    )
    closes_at = MomentField(
        label="Clôture (heure de Paris)",
        required=False,
    )
    summary = PlainTextField(
        label="En une phrase",
        max_length=300,
        required=False,
        help_text="Ce que la page d’accueil dit de l’appel ; elle s’écrit au plus tard avant la publication.",
    )
    contact_email = forms.EmailField(
        label="Adresse de contact",
        required=False,
        max_length=254,
        help_text="Où les équipes posent leurs questions.",
        error_messages={"invalid": "Cette adresse n’est pas complète, par exemple numerique@region.fr."},
    )
    field_order = ("programme", "title", "summary", "reference", "opens_at", "closes_at", "budget_amount", "contact_email")

    def __init__(self, *args, model: CallModel | None = None, **kwargs):
        kept = ("summary", "contact_email", "budget_amount")
        known = {"programme": model.call.programme_id} | {name: getattr(model.call, name) for name in kept} if model else {}
        kwargs["initial"] = known | kwargs.get("initial", {})
        forms.Form.__init__(self, *args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.order_by("name")
        closing = (
            "au même nombre de jours ouvrés de l’ouverture que dans le modèle" if model else "40 jours ouvrés après l’ouverture, à 18 h"
        )
        self.fields["opens_at"].help_text = ""
        self.fields["closes_at"].help_text = f"Laissée vide : {closing}."

    def clean_closes_at(self) -> datetime | None:
        closes_at, opens_at = self.cleaned_data["closes_at"], self.cleaned_data.get("opens_at")
        if closes_at and opens_at and closes_at <= opens_at:
            raise forms.ValidationError("La clôture vient après l’ouverture.")
        return closes_at
