"""Preparing a sitting."""

from datetime import date, datetime

from django import forms
from django.http import QueryDict
from django.utils import timezone

from portal.text.clock_changes import clock_gap
from portal.ui.fields import DayField, PlainTextField
from portal.ui.horizon import TWO_YEARS, not_beyond
from portal.workflow.watched import WatchedForm
from scoring.queries.session import Attendance, calls_to_deliberate


class SessionForm(WatchedForm, forms.Form):
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

    def clean(self) -> dict:
        """A sitting is not held in the hour that the clocks skip, nor in the one that they strike twice."""
        cleaned = super().clean()
        day, time = self.cleaned_data.get("held_on"), self.cleaned_data.get("held_time")
        if day and time and (gap := clock_gap(datetime.combine(day, time))):
            self.add_error("held_time", gap)
        return cleaned

    @property
    def held_at(self) -> datetime:
        """The aware instant, by French clocks."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["held_on"], self.cleaned_data["held_time"]))


class PlanForm(SessionForm):
    """Another day, hour or place for a sitting that is prepared."""

    call = None


class SeatsField(forms.MultipleChoiceField):
    """Seats of a panel, by their keys; what names none is left aside."""

    def to_python(self, value: object) -> list[str]:
        known = {key for key, _ in self.choices}
        return [key for key in super().to_python(value) if key in known]


class AttendanceForm(WatchedForm, forms.Form):
    """Who attends: the seats ticked."""

    present = SeatsField(label="Présents", required=False)

    def __init__(self, data: QueryDict | None = None, *, attendance: Attendance):
        seats = [seat for body in attendance.bodies for seat in body.seats]
        super().__init__(data, initial={"present": [str(seat.pk) for seat in seats if seat.is_present]})
        self.fields["present"].choices = [(str(seat.pk), seat.user.get_full_name()) for seat in seats]

    @property
    def keys(self) -> list[int]:
        """The seats ticked, by their keys."""
        return [int(key) for key in self.cleaned_data["present"]]


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
