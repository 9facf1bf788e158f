"""Forms of decisions: one proposal, the vote; filters of their list."""

from decimal import ROUND_HALF_UP, Decimal

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from calls.enums import Outcome, ReasonUse
from calls.forms.reasons import ONLY_LISTED, ReasonsField
from calls.models import Call, RequestLine
from calls.queries.content import AskedAmount, asked_amounts, asked_needs
from calls.reasons import CallReason, Wording, offered_for, worded
from portal.text.french import euros, percent
from portal.text.search import matching
from portal.text.typography import typo
from portal.ui.fields import AmountField, DayField, PercentField, PlainTextField, WholeNumberField
from portal.ui.filters import FilterForm, SearchField
from portal.workflow.watched import WatchedForm
from scoring.actions.cuts import field_of
from scoring.actions.retained import need_key
from scoring.enums import DecisionState
from scoring.models import DecisionCut, Envelope, FundingDecision
from scoring.queries.balance import group_keys
from scoring.queries.given_reasons import given_with, own_motive, use_of
from scoring.queries.money import exact_sum
from scoring.wording.cuts import reason

MOTIVE_LENGTH, CUT_LENGTH = 2000, 300
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
        self.cut = {cut.line_key: cut for cut in decision.cuts.all()}
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
        self._offer_envelopes(decision)
        for need in self.needs:
            self.fields[self.name_of(need)] = WholeNumberField(
                minimum=0,
                maximum=need.quantity,
                label=f"{need.label}, quantité retenue",
                initial=kept.get(need.pk, 0) if decision.is_granted else need.quantity,
                required=False,
            )
            self._ask_why(need_key(need), need.label)
        for asked in self.asked:
            amount = paid.get(asked.key, Decimal("0.00")) if decision.is_granted else asked.amount
            self.fields[self.name_of_amount(asked)] = AmountField(
                minimum=Decimal(0), maximum=asked.amount, label=f"{asked.label}, montant retenu", initial=amount, required=False
            )
            self.fields[self.name_of_rate(asked)] = PercentField(
                label=f"{asked.label}, part retenue, en %", initial=rate_of(amount, asked), required=False
            )
            self._ask_why(asked.key, asked.label)

    def _offer_envelopes(self, decision: FundingDecision) -> None:
        """Those that serve this lycée, and that which it has."""
        served = Q(group__in=["", *group_keys(decision.application.establishment)]) | Q(pk=decision.envelope_id)
        self.fields["envelope"].queryset = Envelope.objects.filter(served, call=decision.application.call_id).in_tree_order()
        self.fields["envelope"].label_from_instance = lambda e: f"{e.label}, reste {euros(e.remaining_amount, 0)}"

    def _ask_why(self, key: str, label: str) -> None:
        """A reason of the call, and words of one's own, for one line; read where it is not retained whole."""
        cut, name = self.cut.get(key), field_of(key)
        offered = [(reason.key, reason.label) for reason in offered_for(self.call.reasons, ReasonUse.CUT)]
        if offered:
            self.fields[f"{name}-motif"] = forms.ChoiceField(
                choices=[("", "Choisir un motif"), *offered], required=False, label=f"{label}, motif de la réduction",
                initial=cut.chosen[0]["key"] if cut and cut.chosen else "",
            )  # fmt: skip
        self.fields[name] = PlainTextField(
            max_length=CUT_LENGTH, required=False, label=f"{label}, précision sur la réduction", initial=cut.precision if cut else ""
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

    @staticmethod
    def name_of_rate(asked: AskedAmount) -> str:
        return f"rate-{asked.key}"

    @property
    def rows(self) -> list["DecidedNeed"]:
        """The needs with their fields, in the order of the request."""
        return [DecidedNeed(self, need) for need in self.needs]

    @property
    def quantities(self) -> dict[int, int]:
        """Need id → quantity retained; an empty field retains none."""
        return {need.pk: self.cleaned_data[self.name_of(need)] or 0 for need in self.needs}

    @property
    def amount_rows(self) -> list["DecidedAmount"]:
        """The amounts asked with their fields, in the order of the form of the call."""
        return [DecidedAmount(self, asked) for asked in self.asked]

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Question key → euros retained; an empty field retains nothing."""
        return {asked.key: self.cleaned_data[self.name_of_amount(asked)] or Decimal(0) for asked in self.asked}

    @property
    def cuts(self) -> dict[str, Wording]:
        """Key of a line → why it is not retained whole, as chosen and typed."""
        keys = [*(need_key(need) for need in self.needs), *(asked.key for asked in self.asked)]
        chosen = {key: self.cleaned_data.get(f"{field_of(key)}-motif") for key in keys}
        typed = {key: self.cleaned_data.get(field_of(key)) or "" for key in keys}
        return {key: worded(self.call.reasons, filter(None, [chosen[key]]), typed[key]) for key in keys}

    def _keep_in_step(self, asked: AskedAmount) -> None:
        """An amount and its rate say one thing: the one that was changed decides; two that were changed must agree, or one be empty."""
        amount_name, rate_name = self.name_of_amount(asked), self.name_of_rate(asked)
        if {amount_name, rate_name} & set(self.errors):
            return
        amount, rate = self.cleaned_data[amount_name], self.cleaned_data[rate_name]
        if rate is None or (rate == self[rate_name].initial and amount is not None):
            return
        part = (asked.amount * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if amount is None or amount == self[amount_name].initial:
            self.cleaned_data[amount_name] = part
        elif part != amount and rate_of(amount, asked) != rate:
            said = f"{percent(rate)} de {euros(asked.amount)} font {euros(part)} : gardez le taux ou le montant, et videz l’autre."
            self.add_error(amount_name, said)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("outcome") in Outcome.GRANTING and not cleaned.get("envelope") and "envelope" not in self.errors:
            self.add_error("envelope", "Un dossier retenu prend sur une enveloppe : choisissez-la.")
        if cleaned.get("outcome") and "motifs" not in self.errors:
            self._read_reasons(use_of(cleaned["outcome"]))
        for asked in self.asked:
            self._keep_in_step(asked)
        return cleaned

    def _read_reasons(self, use: ReasonUse) -> None:
        """What was chosen, which must go with the outcome; a refusal gives one where the call wants one of its list."""
        self.wording = worded(self.call.reasons, self.cleaned_data.get("motifs") or ())
        if others := [reason.label for reason in self.wording.chosen if use not in reason.uses]:
            named = " ; ".join(f"« {label} »" for label in others)
            self.add_error("motifs", f"Ne va pas avec l’issue choisie : {named}.")
        elif self.call.reasons_only and use != ReasonUse.CUT and not self.wording.chosen and offered_for(self.call.reasons, use):
            self.add_error("motifs", ONLY_LISTED)


def rate_of(amount: Decimal, asked: AskedAmount) -> Decimal:
    """What an amount is of what is asked, in per cent to two decimals."""
    return (100 * amount / asked.amount).quantize(Decimal("0.01"), ROUND_HALF_UP) if asked.amount else Decimal("0.00")


class _DecidedLine:
    """One line of a request beside the fields that decide it."""

    form: DecisionForm
    key: str

    @property
    def computed(self) -> str:
        """What the rule of the call says of the line as it is cut; empty where it is whole, or where somebody gave a reason."""
        cut: DecisionCut | None = self.form.cut.get(self.key)
        return reason(cut) if cut and cut.cause else ""

    @property
    def listed(self) -> forms.BoundField | None:
        name = f"{field_of(self.key)}-motif"
        return self.form[name] if name in self.form.fields else None

    @property
    def precision(self) -> forms.BoundField:
        return self.form[field_of(self.key)]


class DecidedNeed(_DecidedLine):
    """A need, and the quantity retained of it."""

    def __init__(self, form: DecisionForm, need: RequestLine):
        self.form, self.need, self.key, self.label = form, need, need_key(need), need.label

    @property
    def quantity(self) -> forms.BoundField:
        return self.form[self.form.name_of(self.need)]


class DecidedAmount(_DecidedLine):
    """An amount asked, and what is retained of it, in euros or in per cent."""

    def __init__(self, form: DecisionForm, asked: AskedAmount):
        self.form, self.asked, self.key, self.label = form, asked, asked.key, asked.label

    @property
    def asked_cents(self) -> str:
        """What is asked, in cents: what a page reckons with."""
        return str(int(self.asked.amount * 100))

    @property
    def amount(self) -> forms.BoundField:
        return self.form[self.form.name_of_amount(self.asked)]

    @property
    def rate(self) -> forms.BoundField:
        return self.form[self.form.name_of_rate(self.asked)]


def _decisions(reason: CallReason) -> str:
    return ", ".join(ReasonUse(use).label.lower() for use in reason.uses if use in ReasonUse.OF_DECISIONS)


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
        self.fields["enveloppe"].queryset = Envelope.objects.filter(call=call).in_tree_order()

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
