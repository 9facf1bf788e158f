"""The hidden field of a form that writes over what others may change meanwhile."""

from django import forms

from orders.actions.seen import changed_since, version_of
from orders.models import CablingWork, PurchaseOrder
from portal.ui.fields import WholeNumberField


class SeenForm(forms.Form):
    """Refuses once a page that is stale, with what was typed, beside what stands now; sent again, it is written."""

    seen = WholeNumberField(required=False, maximum=999_999_999_999, widget=forms.HiddenInput)

    def watch(self, document: PurchaseOrder | CablingWork) -> None:
        """To be called at the end of `__init__`."""
        self.document = document
        self.fields["seen"].initial = version_of(document)

    def writes(self) -> bool:
        """Whether sending this would change anything: what is already there is no conflict (a double press)."""
        return True

    def stands(self) -> list[str]:
        """What stands now where something else was typed, one sentence each."""
        return []

    def clean(self) -> dict:
        values = super().clean()
        said = "" if self.errors or not self.writes() else changed_since(self.document, values.get("seen"))
        if said:
            self.add_error(None, said)
            for sentence in self.stands():
                self.add_error(None, sentence)
            self.data = self.data.copy()
            self.data["seen"] = str(version_of(self.document))
        return values
