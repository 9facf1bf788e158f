from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from portal.journal import queries
from portal.ui.filters import FilterForm, SearchField


class DayField(forms.DateField):
    """A day of our time: the first and last days of the calendar have no neighbour to compare with."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class JournalFilter(FilterForm):
    """Filters of the journal, all optional, all in the address."""

    q = SearchField(label="Objet, motif")
    personne = SearchField(label="Personne")
    acte = forms.ChoiceField(label="Acte", required=False)
    objet = forms.ChoiceField(label="Nature", required=False)
    du = DayField(label="Du", required=False)
    au = DayField(label="Au", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["acte"].choices = [("", "Tous"), *queries.recorded_actions()]
        self.fields["objet"].choices = [("", "Toutes"), *queries.recorded_subjects()]

    def clean(self):
        values = super().clean()
        if values.get("du") and values.get("au") and values["du"] > values["au"]:
            self.add_error("au", "La fin de la période précède son début.")
        return values
