"""Which lycées a call is for, as its manager chooses it."""

from django import forms

from calls.actions.eligibility import EligibleLycees
from calls.conditioned.eligibility import errors_in_eligibility, waves_for
from calls.conditioned.wave_terms import earlier_waves
from calls.forms.conditions import ComposingForm, ConditionField
from calls.models import Call
from calls.queries.eligibility import composing_catalogue
from portal.directory.enums import Category, Pathway
from portal.ui.fields import REQUIRED, WholeNumberField
from portal.workflow.watched import WatchedForm

MOST_FILES = 99


class EligibilityForm(ComposingForm, WatchedForm, forms.Form):
    """Statuts, voies, number of files of one lycée, and one condition on the directory."""

    eligible_categories = forms.MultipleChoiceField(
        label="Statuts éligibles",
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un statut : sans statut, l’appel n’est ouvert à personne."},
    )
    eligible_pathways = forms.MultipleChoiceField(
        label="Voies éligibles",
        choices=Pathway.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Aucune voie cochée : toutes les voies. Sinon, le lycée a au moins l’une des voies cochées.",
    )
    max_per_establishment = WholeNumberField(
        label="Dossiers par lycée, au plus", minimum=1, maximum=MOST_FILES, error_messages={"required": REQUIRED}
    )
    eligibility = ConditionField(
        composing_catalogue,
        lead="Un dossier peut être déposé",
        also="combien",
        label="Condition sur le lycée",
        help_text="Facultative. Elle s’ajoute aux statuts et aux voies ; un lycée dont l’annuaire ne dit pas ce qu’elle demande ne dépose pas.",
    )

    def __init__(self, *args, call: Call, **kwargs):
        names = ("eligible_categories", "eligible_pathways", "max_per_establishment", "eligibility")
        kwargs.setdefault("initial", {name: getattr(call, name) for name in names})
        super().__init__(*args, **kwargs)
        self.call = call
        self.fields["eligibility"].speak_of(lambda: composing_catalogue(sorted(earlier_waves(call))))

    def clean_eligibility(self) -> dict | None:
        raw = self.cleaned_data["eligibility"]
        if errors := errors_in_eligibility(raw, waves_for(self.call, raw)):
            raise forms.ValidationError(errors)
        return raw

    @property
    def terms(self) -> EligibleLycees | None:
        """What is chosen as it stands, even while it is composed; None where a part of it cannot be read."""
        found = self.cleaned_data if self.errors is not None and self.is_bound else {name: self[name].initial for name in self.fields}
        return EligibleLycees(**found) if len(found) == len(self.fields) else None
