"""The form of the references of what has left."""

from django import forms
from django.http import QueryDict

from orders.actions.references import REFERENCES
from orders.forms.seen import SeenForm
from orders.models import CablingWork, PurchaseOrder
from portal.ui.codes import BudgetCodeField, CommitmentNumberField, ServiceCodeField, keep_codes
from portal.ui.fields import PlainTextField


class ReferencesForm(SeenForm):
    """Engagement number, service code, budget code; why, where one of them replaces another."""

    commitment_number = CommitmentNumberField()
    service_code = ServiceCodeField()
    budget_code = BudgetCodeField()
    reason = PlainTextField(
        label="Motif",
        max_length=2000,
        required=False,
        multiline=True,
        help_text="Demandé quand une référence déjà envoyée change. Il est gardé à l’historique et communiqué au titulaire et au lycée.",
    )

    def __init__(self, data: QueryDict | None = None, *, document: PurchaseOrder | CablingWork):
        super().__init__(data, initial={name: getattr(document, name) for name in REFERENCES})
        keep_codes(self)
        self.watch(document)

    def writes(self) -> bool:
        return bool(self._changed())

    def stands(self) -> list[str]:
        return [f"{self.fields[name].label} : {getattr(self.document, name) or 'vide'} à présent." for name in self._changed()]

    def _changed(self) -> list[str]:
        return [name for name in REFERENCES if self.cleaned_data.get(name) != getattr(self.document, name)]

    def clean(self) -> dict:
        values = super().clean()
        if self.errors:
            return values
        if not self._changed():
            raise forms.ValidationError("Rien n’a changé : corrigez une de ces références, ou revenez sans rien faire.")
        if not values.get("reason") and any(getattr(self.document, name) for name in self._changed()):
            self.add_error("reason", "Cette référence était écrite sur le document envoyé : dites pourquoi elle change.")
        return values
