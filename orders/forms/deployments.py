from django import forms

from calls.models import Call
from orders import rules
from orders.queries import listing
from portal.accounts.models import User
from portal.directory.enums import ELIGIBLE_CATEGORIES, Category
from portal.ui.filters import FilterForm, SearchField
from scoring.enums import DecisionState


class DeploymentFilter(FilterForm):
    q = SearchField(label="Lycée, commune, dossier")
    appel = forms.TypedChoiceField(label="Appel", required=False, coerce=int, empty_value=None)
    departement = forms.ChoiceField(label="Département", required=False)
    statut = forms.ChoiceField(
        label="Type de lycée", required=False, choices=[("", "Tous"), *[(code, Category(code).label) for code in ELIGIBLE_CATEGORIES]]
    )

    def __init__(self, *args, reader: User, **kwargs):
        super().__init__(*args, **kwargs)
        calls = Call.objects.filter(applications__decision__state=DecisionState.RELEASED).distinct().order_by("-opens_at")
        self.fields["appel"].choices = [("", "Tous"), *[(call.pk, call.title) for call in calls]]
        if not rules.follows_orders(reader):
            del self.fields["departement"], self.fields["statut"]
            return
        self.fields["departement"].choices = [("", "Tous"), *listing.department_choices(reader)]
