"""Forms of a sitting: preparing it, who attends, a scenario."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.utils import timezone

from portal.text.french import number
from portal.ui.fields import AmountField, PlainTextField, WholeNumberField
from scoring.groups import Group
from scoring.queries.session import calls_to_deliberate
from scoring.selection.ranked_list import Overflow

MOST_FILES = 100_000
NAME_LENGTH = 80


def mark_required(form: forms.Form, *names: str) -> None:
    """Have labels say that these fields must be filled; their own messages are in the `clean_…` of the form."""
    for name in names:
        form.fields[name].required = True


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SessionForm(forms.Form):
    """Where and when a jury sits, and for which call."""

    call = forms.ModelChoiceField(
        calls_to_deliberate(), label="Appel", empty_label=None, error_messages={"required": "Choisissez l’appel."}
    )
    held_on = forms.DateField(label="Jour", widget=date_input(), error_messages={"required": "Indiquez le jour de la séance."})
    held_time = forms.TimeField(
        label="Heure",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Indiquez l’heure de la séance."},
    )
    place = PlainTextField(max_length=120, label="Lieu")

    @property
    def held_at(self) -> datetime:
        """The aware instant, by French clocks."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["held_on"], self.cleaned_data["held_time"]))


class ScenarioForm(forms.Form):
    """The rules of one scenario. `groups` are those that a quota may name, by label of dimension."""

    name = PlainTextField(max_length=NAME_LENGTH, label="Nom du scénario", help_text="Par exemple : Par rang, ou 12 privés au moins.")
    budget = AmountField(minimum=Decimal("0.01"), maximum=Decimal(0), label="Enveloppe, en euros TTC")
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
    )
    group = forms.ChoiceField(
        label="Quota sur un groupe", required=False, help_text="Facultatif. Entre parenthèses, le nombre de dossiers du classement."
    )
    minimum = WholeNumberField(minimum=0, maximum=MOST_FILES, label="Dossiers du groupe, au moins")
    maximum = WholeNumberField(minimum=0, maximum=MOST_FILES, label="Dossiers du groupe, au plus")

    def __init__(self, *args, groups: dict[str, list[Group]], total: Decimal, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = {group.key: group for row in groups.values() for group in row}
        self.fields["group"].choices = [("", "Aucun quota")] + [
            (label, [(group.key, f"{group.label} ({number(group.count)})") for group in row]) for label, row in groups.items()
        ]
        self.fields["budget"].maximum = total
        mark_required(self, "name", "budget")

    def clean_name(self):
        return self._required("name", "Donnez un nom au scénario.")

    def clean_budget(self):
        return self._required("budget", "Indiquez l’enveloppe du scénario.")

    def _required(self, field: str, message: str):
        if not self.cleaned_data.get(field):
            raise forms.ValidationError(message)
        return self.cleaned_data[field]

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
            "budget": cleaned["budget"],
            "overflow": cleaned["overflow"],
            "waiting_places": cleaned["waiting_places"] or 0,
            "quota": quota,
        }
