from django import forms

from portal.journal import queries
from portal.ui.fields import DayField
from portal.ui.filters import FilterForm, SearchField


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

    def clean(self) -> dict:
        values = super().clean()
        if values.get("du") and values.get("au") and values["du"] > values["au"]:
            self.add_error("au", "La fin de la période précède son début.")
        return values
