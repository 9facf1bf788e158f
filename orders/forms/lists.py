"""Filters of the lists."""

from django import forms

from orders import rules
from orders.enums import ItemCategory, OrderState, WorkState
from orders.queries import listing
from portal.accounts.models import User
from portal.ui.filters import FilterForm, SearchField

VIEWS = [("", "Tous"), (listing.ONGOING, "En cours"), (listing.LATE, "En retard")]
STAFF_VIEWS = [*VIEWS, (listing.TO_BILL, "À facturer")]


class DocumentFilter(FilterForm):
    """Common to orders and works. A school has few of them: it searches and chooses a state, no more."""

    category = ItemCategory.EQUIPMENT
    states = OrderState
    q = SearchField(label="Numéro, lycée, commune, dossier")
    etat = forms.ChoiceField(label="État", required=False)
    lot = forms.TypedChoiceField(label="Lot", required=False, coerce=int, empty_value=None)
    titulaire = forms.TypedChoiceField(label="Titulaire", required=False, coerce=int, empty_value=None)
    departement = forms.ChoiceField(label="Département", required=False)

    def __init__(self, *args, reader: User, **kwargs):
        super().__init__(*args, **kwargs)
        for_staff = rules.follows_orders(reader)
        self.fields["etat"].choices = [*(STAFF_VIEWS if for_staff else VIEWS), *self.states.choices]
        if not for_staff:
            for name in ("lot", "titulaire", "departement"):
                del self.fields[name]
            return
        self.fields["lot"].choices = [("", "Tous"), *listing.lot_choices(self.category)]
        self.fields["titulaire"].choices = [("", "Tous"), *listing.supplier_choices(self.category)]
        self.fields["departement"].choices = [("", "Tous"), *listing.department_choices(reader)]


class OrderFilter(DocumentFilter):
    """Orders."""


class WorkFilter(DocumentFilter):
    category = ItemCategory.CABLING
    states = WorkState
