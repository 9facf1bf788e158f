"""Forms of decisions: one proposal, an envelope, the vote; filters of their list."""

from decimal import Decimal

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from calls.enums import Outcome, ReasonUse
from calls.forms.reasons import ONLY_LISTED, ReasonsField
from calls.models import Call, RequestLine
from calls.queries.content import AskedAmount, asked_amounts, asked_needs
from calls.reasons import CallReason, Wording, offered_for, worded
from portal.text.french import euros
from portal.text.search import matching
from portal.text.typography import typo
from portal.ui.codes import BudgetCodeField, keep_codes
from portal.ui.fields import AmountField, DayField, PlainTextField, WholeNumberField
from portal.ui.filters import FilterForm, SearchField
from portal.workflow.watched import WatchedForm
from scoring.enums import DecisionState
from scoring.models import Envelope, FundingDecision
from scoring.queries.given_reasons import given_with, own_motive, use_of
from scoring.queries.money import exact_sum

MOST = Decimal("9999999999.99")
MOTIVE_LENGTH = 2000
CHOICES = [
    (Outcome.AWARDED.value, "Retenir, en tout ou en partie"),
    (Outcome.RESERVE.value, "Inscrire sur la liste complémentaire"),
    (Outcome.REJECTED.value, "Ne pas retenir"),
]
MOST_VERSIONS = 1_000_000  # of one decision: each revision is one more


class DecisionForm(forms.Form):
    """One proposal: outcome, envelope, quantity of each need, part of each amount asked, motive, reasons of the call."""

    version = forms.IntegerField(min_value=1, max_value=MOST_VERSIONS, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        choices=CHOICES, widget=forms.RadioSelect, label="Issue", error_messages={"required": "Choisissez l’issue de ce dossier."}
    )
    envelope = forms.ModelChoiceField(Envelope.objects.none(), required=False, label="Enveloppe", empty_label="Aucune")
    motive = PlainTextField(
        max_length=MOTIVE_LENGTH,
        multiline=True,
        widget=forms.Textarea,
        label="Motif",
        help_text="Le lycée lit ce motif. Ne nommez ni un autre lycée ni un juré.",
        error_messages={"required": "Écrivez le motif : il est dû au lycée."},
    )

    def __init__(self, data: QueryDict | None = None, *, decision: FundingDecision):
        self.needs = asked_needs(decision.application)
        self.asked = asked_amounts(decision.application)
        lines = list(decision.lines.all())
        kept = {line.request_line_id: line.quantity for line in lines}
        paid = {line.question_key: line.granted_amount for line in lines if line.is_amount}
        given, self.call, self.wording = given_with(decision), decision.application.call, Wording()
        initial = {
            "version": decision.version,
            "outcome": Outcome.AWARDED.value if decision.outcome in Outcome.GRANTING else decision.outcome,
            "envelope": decision.envelope_id,
            "motive": own_motive(decision, given),
            "motifs": [each["key"] for each in given.chosen] if given else [],
        }
        super().__init__(data, initial=initial)
        self._offer_reasons()
        envelopes = Envelope.objects.filter(call=decision.application.call_id).order_by("label", "pk")
        self.fields["envelope"].queryset = envelopes
        self.fields["envelope"].label_from_instance = lambda e: f"{e.label}, reste {euros(e.remaining_amount, 0)}"
        for need in self.needs:
            self.fields[self.name_of(need)] = WholeNumberField(
                minimum=0,
                maximum=need.quantity,
                label=f"{need.label}, quantité retenue",
                initial=kept.get(need.pk, 0) if decision.is_granted else need.quantity,
                required=False,
            )
        for asked in self.asked:
            self.fields[self.name_of_amount(asked)] = AmountField(
                minimum=Decimal(0),
                maximum=asked.amount,
                label=f"{asked.label}, montant retenu",
                initial=paid.get(asked.key, Decimal("0.00")) if decision.is_granted else asked.amount,
                required=False,
            )

    def _offer_reasons(self) -> None:
        """Those of the call for the three outcomes, each with the acts where it is said."""
        field = ReasonsField(call=self.call, uses=ReasonUse.OF_DECISIONS, help_text="Leurs phrases se lisent à la suite du motif.")
        if field.offered:
            field.choices = [(each.key, typo(f"{each.label} ({_decisions(each)}) : « {each.sentence} »")) for each in field.offered]
            self.fields["motifs"] = field

    @property
    def reasons(self) -> forms.BoundField | None:
        return self["motifs"] if "motifs" in self.fields else None

    @staticmethod
    def name_of(need: RequestLine) -> str:
        return f"quantity-{need.pk}"

    @staticmethod
    def name_of_amount(asked: AskedAmount) -> str:
        return f"amount-{asked.key}"

    @property
    def rows(self) -> list[tuple]:
        """(need, field of its quantity), in the order of the request."""
        return [(need, self[self.name_of(need)]) for need in self.needs]

    @property
    def quantities(self) -> dict[int, int]:
        """Need id → quantity retained; an empty field retains none."""
        return {need.pk: self.cleaned_data[self.name_of(need)] or 0 for need in self.needs}

    @property
    def amount_rows(self) -> list[tuple]:
        """(amount asked, field of what is retained of it), in the order of the form of the call."""
        return [(asked, self[self.name_of_amount(asked)]) for asked in self.asked]

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Question key → euros retained; an empty field retains nothing."""
        return {asked.key: self.cleaned_data[self.name_of_amount(asked)] or Decimal(0) for asked in self.asked}

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("outcome") in Outcome.GRANTING and not cleaned.get("envelope") and "envelope" not in self.errors:
            self.add_error("envelope", "Un dossier retenu prend sur une enveloppe : choisissez-la.")
        if cleaned.get("outcome") and "motifs" not in self.errors:
            self._read_reasons(use_of(cleaned["outcome"]))
        return cleaned

    def _read_reasons(self, use: ReasonUse) -> None:
        """What was chosen, which must go with the outcome; a refusal gives one where the call wants one of its list."""
        self.wording = worded(self.call.reasons, self.cleaned_data.get("motifs") or ())
        if others := [reason.label for reason in self.wording.chosen if use not in reason.uses]:
            named = " ; ".join(f"« {label} »" for label in others)
            self.add_error("motifs", f"Ne va pas avec l’issue choisie : {named}.")
        elif self.call.reasons_only and use != ReasonUse.CUT and not self.wording.chosen and offered_for(self.call.reasons, use):
            self.add_error("motifs", ONLY_LISTED)


def _decisions(reason: CallReason) -> str:
    return ", ".join(ReasonUse(use).label.lower() for use in reason.uses if use in ReasonUse.OF_DECISIONS)


class EnvelopeForm(WatchedForm, forms.Form):
    """A budget line of a call."""

    label = PlainTextField(max_length=120, label="Ligne budgétaire", error_messages={"required": "Donnez un nom à cette ligne budgétaire."})
    budget_code = BudgetCodeField()
    amount = AmountField(
        minimum=Decimal(0),
        maximum=MOST,
        label="Montant, en euros TTC",
        error_messages={"required": "Indiquez le montant, par exemple 1 500 000."},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        keep_codes(self)


class VoteForm(forms.Form):
    """The deliberation of the Commission permanente."""

    number = PlainTextField(
        max_length=40,
        label="Numéro de délibération",
        help_text="Par exemple : 26CP-1542.",
        error_messages={"required": "Indiquez le numéro de la délibération."},
    )
    held_on = DayField(label="Date du vote", error_messages={"required": "Indiquez la date du vote.", "invalid": "Écrivez une date."})


class VoteCorrectionForm(WatchedForm, VoteForm):
    """The same, and why what was typed was wrong."""

    reason = PlainTextField(
        label="Motif de la correction",
        max_length=500,
        multiline=True,
        help_text="Gardé au journal, avec ce qui était enregistré.",
        error_messages={"required": "Dites pourquoi, par exemple : date de l’ordre du jour, et non de la réunion."},
    )


class DecisionFilters(FilterForm):
    """Decisions of one call by words, outcome, envelope and state."""

    q = SearchField()
    issue = forms.ChoiceField(required=False, label="Issue", choices=[("", "Toutes"), *Outcome.choices])
    enveloppe = forms.ModelChoiceField(Envelope.objects.none(), required=False, label="Enveloppe", empty_label="Toutes")
    etat = forms.ChoiceField(required=False, label="État", choices=[("", "Tous"), *DecisionState.choices])

    def __init__(self, data: QueryDict, *, call: Call):
        super().__init__(data)
        self.fields["enveloppe"].queryset = Envelope.objects.filter(call=call).order_by("label", "pk")

    def narrow(self, decisions: QuerySet[FundingDecision]) -> QuerySet[FundingDecision]:
        values = self.values
        decisions = matching(decisions, values.get("q"), "application__search_text")
        if values.get("issue"):
            decisions = decisions.filter(outcome=values["issue"])
            if values.get("etat") != DecisionState.DECLINED:
                decisions = decisions.exclude(state=DecisionState.DECLINED)
        if values.get("enveloppe"):
            decisions = decisions.filter(envelope=values["enveloppe"])
        return decisions.filter(state=values["etat"]) if values.get("etat") else decisions

    def total(self, decisions: QuerySet[FundingDecision]) -> Decimal:
        """Euros granted by the rows shown that stand, every page together."""
        standing = ~Q(state=DecisionState.DECLINED)
        return decisions.aggregate(total=exact_sum("granted_amount", filter=standing))["total"]
