"""Forms of a sitting: preparing it, who attends, a scenario."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.utils import timezone

from portal.text.french import number
from portal.ui.fields import AmountField, DayField, PlainTextField, WholeNumberField
from scoring.groups import Group
from scoring.queries.session import calls_to_deliberate
from scoring.selection.ranked_list import Overflow

MOST_FILES = 100_000
NAME_LENGTH = 80


class SessionForm(forms.Form):
    """Where and when a jury sits, and for which call."""

    call = forms.ModelChoiceField(
        calls_to_deliberate(), label="Appel", empty_label=None, error_messages={"required": "Choisissez l’appel."}
    )
    held_on = DayField(label="Jour", error_messages={"required": "Indiquez le jour de la séance."})
    held_time = forms.TimeField(
        label="Heure",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Indiquez l’heure de la séance."},
    )
    place = PlainTextField(max_length=120, label="Lieu", required=False)

    @property
    def held_at(self) -> datetime:
        """The aware instant, by French clocks."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["held_on"], self.cleaned_data["held_time"]))


class ScenarioForm(forms.Form):
    """The rules of one scenario. `groups` are those that a quota may name, by label of dimension."""

    name = PlainTextField(
        max_length=NAME_LENGTH,
        label="Nom du scénario",
        help_text="Par exemple : Par rang, ou 12 privés au moins.",
        error_messages={"required": "Donnez un nom au scénario."},
    )
    budget = AmountField(
        maximum=Decimal(0), label="Enveloppe, en euros TTC", error_messages={"required": "Indiquez l’enveloppe du scénario."}
    )
    overflow = forms.ChoiceField(
        label="Quand un dossier ne tient plus dans l’enveloppe",
        widget=forms.RadioSelect,
        choices=[
            (Overflow.SKIP.value, "Passer au suivant : la liste continue avec les dossiers qui tiennent"),
            (Overflow.STOP.value, "Arrêter la liste à ce dossier"),
        ],
        error_messages={"required": "Choisissez ce que devient la liste."},
    )
    waiting_places = WholeNumberField(
        minimum=0,
        maximum=MOST_FILES,
        label="Dossiers en liste complémentaire",
        help_text="Les mieux classés de ceux qui ne sont pas retenus. Laissez vide pour n’en inscrire aucun.",
        required=False,
    )
    group = forms.ChoiceField(
        label="Quota sur un groupe", required=False, help_text="Facultatif. Entre parenthèses, le nombre de dossiers du classement."
    )
    minimum = WholeNumberField(minimum=0, maximum=MOST_FILES, label="Dossiers du groupe, au moins", required=False)
    maximum = WholeNumberField(minimum=0, maximum=MOST_FILES, label="Dossiers du groupe, au plus", required=False)

    def __init__(self, *args, groups: dict[str, list[Group]], total: Decimal, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = {group.key: group for row in groups.values() for group in row}
        self.fields["group"].choices = [("", "Aucun quota")] + [
            (label, [(group.key, f"{group.label} ({number(group.count)})") for group in row]) for label, row in groups.items()
        ]
        self.fields["budget"].maximum = total

    def clean(self):
        cleaned = super().clean()
        bounds = [cleaned.get("minimum"), cleaned.get("maximum")]
        if cleaned.get("group") and bounds == [None, None] and not self.errors:
            self.add_error("minimum", "Donnez un minimum, un maximum, ou les deux.")
        if not cleaned.get("group") and bounds != [None, None] and "group" not in self.errors:
            self.add_error("group", "Choisissez le groupe que ce quota compte.")
        return cleaned

    @property
    def parameters(self) -> dict:
        """What `run_scenario` takes."""
        cleaned, group = self.cleaned_data, self.groups.get(self.cleaned_data["group"])
        quota = None
        if group:
            bounds = {"minimum": cleaned["minimum"] or None, "maximum": cleaned["maximum"]}
            quota = {"dimension": group.dimension, "value": group.value, "label": group.label, **bounds}
        return {
            "budget": str(cleaned["budget"]),
            "overflow": cleaned["overflow"],
            "waiting_places": cleaned["waiting_places"] or 0,
            "quota": quota,
        }
