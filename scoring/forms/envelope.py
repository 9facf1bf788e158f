"""Forms of the money of a call: an envelope, a part delegated of it, a transfer, what is announced."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils import timezone

from portal.text.french import euros
from portal.ui.codes import BudgetCodeField, keep_codes
from portal.ui.fields import AmountField, PlainTextField, WholeNumberField
from portal.workflow.watched import WatchedForm
from scoring.actions.envelope import EnvelopeTerms
from scoring.enums import BudgetSection
from scoring.groups import Group
from scoring.models import Envelope
from scoring.models.envelope import MOST

REASON_LENGTH = 300


class EnvelopeForm(WatchedForm, forms.Form):
    """A budget line of a call, or a part delegated of one: its section, year, programme and code are then those of its line."""

    label = PlainTextField(max_length=120, label="Ligne budgétaire", error_messages={"required": "Donnez un nom à cette ligne budgétaire."})
    section = forms.ChoiceField(
        choices=BudgetSection.choices, widget=forms.RadioSelect, label="Section", error_messages={"required": "Choisissez la section."}
    )
    year = WholeNumberField(
        minimum=2000,
        maximum=2100,
        label="Exercice",
        help_text="L’année du budget, par exemple 2027.",
        error_messages={"required": "Indiquez l’année du budget, par exemple 2027."},
    )
    programme = PlainTextField(
        max_length=60, required=False, label="Programme budgétaire", help_text="Comme le budget le nomme ; facultatif."
    )
    budget_code = BudgetCodeField()
    group = forms.ChoiceField(required=False, label="Réservée à")
    amount = AmountField(
        minimum=Decimal(0),
        maximum=MOST,
        label="Montant, en euros TTC",
        error_messages={"required": "Indiquez le montant, par exemple 1 500 000."},
    )

    def __init__(self, *args, groups: Mapping[str, Sequence[Group]], kept: Envelope | None = None, is_part: bool = False, **options):
        super().__init__(*args, **options)
        offered = [(label, [(group.key, group.label) for group in row]) for label, row in groups.items()]
        known = {key for _, row in offered for key, _ in row}
        if kept and kept.group and kept.group not in known:  # its last lycée has left the group
            offered.append(("Aujourd’hui", [(kept.group, kept.group_label)]))
        self.fields["group"].choices = [("", "Choisir" if is_part else "Tous les lycées"), *offered]
        if is_part:
            for name in ("section", "year", "programme", "budget_code"):
                del self.fields[name]
            self.fields["label"].label, self.fields["group"].required = "Nom de la sous-enveloppe", True
            self.fields["label"].error_messages["required"] = "Donnez un nom à cette sous-enveloppe."
            self.fields["group"].error_messages["required"] = "Choisissez à qui elle s’adresse."
        elif kept and not kept.section:  # opened before they were asked
            self.fields["section"].required = self.fields["year"].required = False
        if not is_part and kept is None:
            self.fields["year"].initial = timezone.localdate().year
        keep_codes(self)

    @property
    def terms(self) -> EnvelopeTerms:
        return EnvelopeTerms(**self.cleaned_data)


class TransferForm(forms.Form):
    """Money moved from an envelope to another, and why."""

    target = forms.ModelChoiceField(
        Envelope.objects.none(), label="Vers", empty_label="Choisir une enveloppe",
        error_messages={"required": "Choisissez l’enveloppe qui reçoit.", "invalid_choice": "Cette enveloppe ne peut pas recevoir ce virement."},
    )  # fmt: skip
    amount = AmountField(label="Montant, en euros", maximum=MOST, error_messages={"required": "Indiquez le montant à virer."})
    reason = PlainTextField(
        max_length=REASON_LENGTH,
        multiline=True,
        label="Motif",
        help_text="Gardé au journal des deux enveloppes.",
        error_messages={"required": "Dites pourquoi, par exemple : reste de la vague 1, décision du 3 mars."},
    )

    def __init__(self, data: QueryDict | None = None, *, source: Envelope, targets: Sequence[Envelope]):
        super().__init__(data)
        self.fields["target"].queryset = Envelope.objects.filter(pk__in=[one.pk for one in targets]).select_related("call")
        self.fields["target"].label_from_instance = lambda one: _told(one, source)
        self.fields["amount"].help_text = f"Libres : {euros(source.remaining_amount)}."


def _told(target: Envelope, source: Envelope) -> str:
    """An envelope as it is chosen: with its call where it is another one, and what it has left."""
    named = target.label if target.call_id == source.call_id else f"{target.call.title} : {target.label}"
    return f"{named}, reste {euros(target.remaining_amount, 0)}"
