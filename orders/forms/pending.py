from django import forms
from django.http import QueryDict

from orders.models import PendingNeed
from orders.queries.catalogue import items_by_lot
from portal.text.french import euros


class PlaceForm(forms.Form):
    """Which article answers a need: those of the lots that cover the school."""

    item = forms.TypedChoiceField(
        label="Article du catalogue",
        error_messages={"required": "Choisissez un article.", "invalid_choice": "Cet article n’est pas proposé."},
    )

    def __init__(self, data: QueryDict | None = None, *, need: PendingNeed):
        super().__init__(data)
        wanted = need.decision_line.request_line
        school = need.decision_line.decision.application.establishment
        self.items = {str(item.pk): item for item in items_by_lot(wanted.kind, school)}
        groups: dict[str, list] = {}
        for key, item in self.items.items():
            lot = f"{item.lot.agreement.reference}, lot {item.lot.number} – {item.lot.supplier}"
            groups.setdefault(lot, []).append((key, f"{item.label} ({euros(item.unit_price_amount)} HT)"))
        self.fields["item"].choices = [("", "Choisir…"), *groups.items()]
        self.fields["item"].coerce = self.items.__getitem__
