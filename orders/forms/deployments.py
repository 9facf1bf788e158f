from django import forms

from calls.models import Call
from portal.directory.enums import ELIGIBLE_CATEGORIES, Category
from portal.directory.queries import departments_in_use
from portal.ui.filters import FilterForm, SearchField
from scoring.enums import DecisionState


class DeploymentFilter(FilterForm):
    q = SearchField(label="Lycée, commune, dossier")
    appel = forms.TypedChoiceField(label="Appel", required=False, coerce=int, empty_value=None)
    departement = forms.ChoiceField(label="Département", required=False)
    statut = forms.ChoiceField(
        label="Type de lycée", required=False, choices=[("", "Tous"), *[(code, Category(code).label) for code in ELIGIBLE_CATEGORIES]]
    )

    def __init__(self, *args, for_staff: bool, **kwargs):
        super().__init__(*args, **kwargs)
        calls = Call.objects.filter(applications__decision__state=DecisionState.RELEASED).distinct().order_by("-opens_at")
        self.fields["appel"].choices = [("", "Tous"), *[(call.pk, call.title) for call in calls]]
        if not for_staff:
            del self.fields["departement"], self.fields["statut"]
            return
        self.fields["departement"].choices = [("", "Tous"), *departments_in_use()]
