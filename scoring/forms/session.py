"""Preparing a sitting."""

from datetime import date, datetime

from django import forms
from django.utils import timezone

from portal.ui.fields import DayField, PlainTextField
from portal.ui.horizon import TWO_YEARS, not_beyond
from scoring.queries.session import calls_to_deliberate


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

    def clean_held_on(self) -> date:
        return not_beyond(self.cleaned_data["held_on"], latest=timezone.localdate() + TWO_YEARS)

    @property
    def held_at(self) -> datetime:
        """The aware instant, by French clocks."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["held_on"], self.cleaned_data["held_time"]))


class PlanForm(SessionForm):
    """Another day, hour or place for a sitting that is prepared."""

    call = None


class RemarksForm(forms.Form):
    """What the jury wants written in its minutes. `read` is what stood there when the page was opened."""

    read = PlainTextField(label="Texte lu", max_length=4000, multiline=True, required=False, widget=forms.HiddenInput)
    remarks = PlainTextField(
        label="Observations",
        max_length=4000,
        multiline=True,
        required=False,
        help_text="Portées telles quelles au procès-verbal, lu par tout le jury. Ne nommez pas un dossier dont un membre s’est déporté.",
    )
