"""Forms of the acts on an order or on works."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from orders.actions.acceptance import NewReserve
from orders.actions.order import TERMS
from orders.enums import OrderState
from orders.forms.goods import GoodsForm
from orders.forms.seen import SeenForm
from orders.models import CablingWork, OrderLine, PurchaseOrder
from orders.queries.pending import pending_quantities
from portal.text.dates import figures
from portal.text.french import count, euros, percent
from portal.text.identifiers import compared
from portal.ui.codes import BudgetCodeField, CommitmentNumberField, ServiceCodeField, keep_codes
from portal.ui.fields import AmountField, DayField, PlainTextField, WholeNumberField
from portal.ui.horizon import ONE_YEAR, TWO_YEARS, ahead, bound

MAX_RESERVES = 12
VAT_RATES = [(rate, percent(Decimal(rate))) for rate in ("20.0", "10.0", "5.5", "2.1", "0.0")]
PHOTO_TYPES = "image/jpeg,image/png,.heic,.heif"


class TermsForm(SeenForm):
    """Terms of an order that is not sent; in draft, its quantities too."""

    due_on = DayField(label="À livrer le", help_text="Date limite annoncée au titulaire.")
    delivery_contact = PlainTextField(label="Contact sur place", max_length=160, required=False)
    budget_code = BudgetCodeField()
    commitment_number = CommitmentNumberField()
    service_code = ServiceCodeField()

    def __init__(self, data: QueryDict | None = None, *, order: PurchaseOrder):
        self.lines = list(order.lines.select_related("decision_line")) if order.state == OrderState.DRAFT else []
        initial = {name: getattr(order, name) for name in TERMS} | {f"quantity_{line.pk}": line.quantity for line in self.lines}
        super().__init__(data, initial=initial)
        waiting = pending_quantities(order) if self.lines else {}
        for line in self.lines:
            most = line.quantity + waiting.get(line.decision_line_id, 0)
            said = f"Retenu par la décision : {line.retained_quantity or line.quantity}."
            if most != line.retained_quantity:
                said += f" Ici, {most} au plus : le reste est sur d’autres commandes ou classé."
            self.fields[f"quantity_{line.pk}"] = WholeNumberField(label=line.label, minimum=1, maximum=most, help_text=said)
        self.latest = timezone.localdate() + max(ONE_YEAR, timedelta(days=order.lot.delivery_days))
        bound(self.fields["due_on"], latest=self.latest)
        keep_codes(self)
        self.watch(order)

    def writes(self) -> bool:
        return bool(self._others())

    def stands(self) -> list[str]:
        return [f"{self.fields[name].label} : {_shown(value) or 'vide'} à présent." for name, value in self._others().items()]

    def _others(self) -> dict[str, object]:
        """What stands where something else was typed; the forms' initial values are those of the order as it is now."""
        return {name: value for name, value in self.initial.items() if self.cleaned_data.get(name) != value}

    def clean_due_on(self) -> date:
        return ahead(self.cleaned_data["due_on"], latest=self.latest)

    @property
    def quantity_fields(self) -> list:
        return [self[f"quantity_{line.pk}"] for line in self.lines]

    @property
    def terms(self) -> dict:
        return {name: self.cleaned_data[name] for name in TERMS}

    @property
    def quantities(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"quantity_{line.pk}"] for line in self.lines}


def _shown(value: object) -> str:
    return figures(value) if isinstance(value, date) else str(value or "")


class DeliveryForm(GoodsForm):
    """One delivery note: a quantity and serial numbers per line still awaited."""

    day, number, words, icon = "delivered_on", "note_number", "remarks", "truck"
    quantity_label, quantity_help = "Quantité reçue", "0 si rien n’est arrivé pour cet article."
    serials_label, serials_help = "Numéros de série", "Facultatif ; un par ligne, ou collés d’un lecteur de codes-barres."

    delivered_on = DayField(label="Livré le")
    note_number = PlainTextField(
        label="Numéro du bon de livraison", max_length=60, help_text="Il figure sur le document remis par le livreur."
    )
    remarks = PlainTextField(
        label="Observations", max_length=2000, required=False, multiline=True, help_text="Colis abîmé, article manquant…"
    )

    def __init__(self, data: QueryDict | None = None, *, order: PurchaseOrder):
        self.order = order
        self.lines = self.moving(order, "outstanding_quantity", data)
        super().__init__(data, initial={"delivered_on": timezone.localdate()})
        for line in self.lines:
            left = line.outstanding_quantity
            self.ask(line, maximum=left, initial=left)
        self.fields["delivered_on"].widget.attrs.update(max=str(timezone.localdate()), min=str(self._sent_on))

    def told(self, line: OrderLine) -> str:
        awaited = count(line.outstanding_quantity, "article attendu", "articles attendus")
        return f"{awaited}, {count(line.delivered_quantity, 'déjà reçu', 'déjà reçus')}." if line.delivered_quantity else f"{awaited}."

    @property
    def _sent_on(self) -> date:
        return timezone.localtime(self.order.sent_at).date() if self.order.sent_at else timezone.localdate()

    def clean_delivered_on(self) -> date:
        day = self.cleaned_data["delivered_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans le futur.")
        if day < self._sent_on:
            raise forms.ValidationError(f"La commande a été envoyée le {figures(self._sent_on)} : la livraison ne peut pas la précéder.")
        return day

    def clean(self) -> dict:
        values = super().clean()
        if not any(self.quantities.values()) and not any(name.startswith("quantity_") for name in self.errors):
            self.add_error(None, "Indiquez au moins une quantité reçue.")
        for line in self.lines:
            self._check_serials(line)
        return values

    def _check_serials(self, line: OrderLine) -> None:
        if f"quantity_{line.pk}" in self.errors:
            return
        serials = self.typed_serials(f"serials_{line.pk}")
        quantity = self.cleaned_data.get(f"quantity_{line.pk}") or 0
        if len(serials) > quantity:
            self.add_error(f"serials_{line.pk}", f"{len(serials)} numéros de série pour {quantity} reçus.")
        elif repeated := sorted({serial for serial in serials if [*map(compared, serials)].count(compared(serial)) > 1}):
            self.add_error(f"serials_{line.pk}", f"Numéro de série en double : {', '.join(repeated[:5])}.")
        else:
            self.cleaned_data[f"serials_{line.pk}"] = "\n".join(serials)


class ReceptionForm(forms.Form):
    """Acceptance, with or without reserves: the first ones are shown, more come with a button."""

    CLEAN, RESERVED = "sans", "avec"

    verdict = forms.ChoiceField(
        label="Votre constat",
        choices=[(CLEAN, "Conforme, sans réserve"), (RESERVED, "Accepté avec réserves")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre constat.", "invalid_choice": "Choisissez l’un des deux constats."},
    )

    def __init__(self, data: QueryDict | None = None, files: MultiValueDict | None = None, *, typed: QueryDict | None = None):
        """`typed` is what was on the page when one more reserve was asked for: shown again, not judged yet."""
        super().__init__(data, files if typed is None else None, initial=typed.dict() if typed else None)
        self.had_photos = bool(files)
        self.rows = _rows_asked(data or typed) + (1 if typed else 0)
        self.rows = min(MAX_RESERVES, max(1, self.rows))
        for rank in range(1, self.rows + 1):
            self.fields[f"reserve_{rank}"] = PlainTextField(
                label=f"Réserve {rank}", max_length=1000, required=False, multiline=True, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"due_{rank}"] = DayField(label=f"À lever avant le (réserve {rank})", required=False)
            bound(self.fields[f"due_{rank}"], latest=timezone.localdate() + ONE_YEAR)
            self.fields[f"photo_{rank}"] = forms.FileField(
                label=f"Photo (réserve {rank})",
                required=False,
                allow_empty_file=True,
                widget=forms.FileInput(attrs={"accept": PHOTO_TYPES}),
            )

    @property
    def reserve_fields(self) -> list[tuple]:
        return [(self[f"reserve_{rank}"], self[f"due_{rank}"], self[f"photo_{rank}"]) for rank in range(1, self.rows + 1)]

    @property
    def lost_photos(self) -> bool:
        """A browser never sends a file twice: those chosen before this page must be chosen again, and the page says so."""
        return self.had_photos and (not self.is_bound or bool(self.errors))

    @property
    def may_add(self) -> bool:
        return self.rows < MAX_RESERVES

    def clean(self) -> dict:
        values = super().clean()
        verdict = values.get("verdict")
        if verdict == self.RESERVED and not self.errors and not self.reserves:
            self.add_error("reserve_1", "Écrivez au moins une réserve, ou choisissez « sans réserve ».")
        if verdict == self.CLEAN and self.reserves:
            self.add_error("verdict", "Vous avez écrit une réserve : choisissez « avec réserves », ou effacez-la.")
        for rank in range(1, self.rows + 1):
            self._check_due(f"due_{rank}")
            if values.get(f"photo_{rank}") and not values.get(f"reserve_{rank}") and f"reserve_{rank}" not in self.errors:
                self.add_error(f"reserve_{rank}", "Dites ce que montre la photo ; elle est à choisir de nouveau.")
        return values

    def _check_due(self, name: str) -> None:
        """A reserve is lifted within the year that the guarantee lasts (CCAG-FCS 2021, 33; CCAG-Travaux 2021, 44.1)."""
        if due_on := self.cleaned_data.get(name):
            try:
                ahead(due_on, latest=timezone.localdate() + ONE_YEAR)
            except forms.ValidationError as said:
                self.add_error(name, said)

    @property
    def reserves(self) -> list[NewReserve]:
        given = [
            NewReserve(*(self.cleaned_data.get(f"{name}_{rank}") for name in ("reserve", "due", "photo")))
            for rank in range(1, self.rows + 1)
        ]
        return [reserve for reserve in given if reserve.text]


def _rows_asked(data: QueryDict | None) -> int:
    """How many reserves the page had; 1 for anything that is no small number."""
    asked = str(data.get("lignes", "")) if data else ""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1


class LiftForm(forms.Form):
    note = PlainTextField(
        label="Ce qui a été fait", max_length=1000, multiline=True, help_text="Par exemple : « écran 07 remplacé le 18 novembre »."
    )


class ReopenReserveForm(forms.Form):
    reason = PlainTextField(
        label="Motif", max_length=2000, multiline=True, help_text="Il est gardé au journal et communiqué au titulaire et au lycée."
    )


class CloseOutForm(forms.Form):
    reason = PlainTextField(
        label="Motif", max_length=2000, multiline=True, help_text="Il est gardé au journal et communiqué au titulaire et au lycée."
    )


class StepForm(forms.Form):
    """An act on site: its day, and what there is to say of it."""

    on = DayField(label="Date")
    remarks = PlainTextField(
        label="Observations", max_length=2000, required=False, multiline=True, help_text="Gardées à l’historique des travaux."
    )

    def __init__(self, data: QueryDict | None = None, *, work: CablingWork):
        self.work = work
        super().__init__(data, initial={"on": timezone.localdate()})

    def clean_on(self) -> date:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans le futur.")
        if self.work.last_act_on and day < self.work.last_act_on:
            raise forms.ValidationError(f"L’étape précédente date du {figures(self.work.last_act_on)}.")
        earliest = timezone.localtime(self.work.created_at).date() - ONE_YEAR  # a site may have been visited before the aid was voted
        if day < earliest:
            raise forms.ValidationError(f"Cette date est trop ancienne : le {figures(earliest)} au plus tôt. Vérifiez l’année.")
        return day


class QuoteForm(forms.Form):
    amount = AmountField(label="Montant du devis HT")
    vat_rate = forms.TypedChoiceField(
        label="TVA du devis", choices=VAT_RATES, coerce=Decimal, initial="20.0", help_text="Le devis TTC est comparé à l’aide votée TTC."
    )
    reference = PlainTextField(label="Référence du devis", max_length=60, help_text="Numéro et date portés par l’entreprise.")


class CorrectQuoteForm(SeenForm, QuoteForm):
    """The quote again, and why it changes."""

    reason = PlainTextField(label="Motif", max_length=2000, multiline=True, help_text="Il est gardé à l’historique des travaux.")

    def __init__(self, data: QueryDict | None = None, *, work: CablingWork):
        initial = {"amount": work.quote_amount, "vat_rate": str(work.quote_vat_rate), "reference": work.quote_reference}
        super().__init__(data, initial=initial)
        self.watch(work)

    def writes(self) -> bool:
        now = (self.document.quote_amount, self.document.quote_vat_rate, self.document.quote_reference)
        return tuple(self.cleaned_data.get(name) for name in ("amount", "vat_rate", "reference")) != now

    def stands(self) -> list[str]:
        return [_quote_now(self.document)]


def _quote_now(work: CablingWork) -> str:
    return f"Devis à présent : {work.quote_reference}, {euros(work.quote_amount)} HT, TVA {percent(work.quote_vat_rate)}."


class ServiceOrderForm(SeenForm):
    """Ordre de service: dates, contact, accounting codes."""

    starts_on = DayField(label="Début prévu le")
    due_on = DayField(label="Fin prévue le")
    site_contact = PlainTextField(label="Contact sur place", max_length=160, required=False)
    commitment_number = CommitmentNumberField()
    service_code = ServiceCodeField()

    def __init__(self, data: QueryDict | None = None, *, work: CablingWork):
        today = timezone.localdate()
        super().__init__(
            data,
            initial={
                "starts_on": work.starts_on or today + timedelta(days=15),
                "due_on": work.due_on or today + timedelta(days=15 + work.lot.delivery_days),
                "site_contact": work.site_contact,
                "commitment_number": work.commitment_number,
                "service_code": work.service_code,
            },
        )
        keep_codes(self)
        bound(self.fields["starts_on"], latest=today + ONE_YEAR)
        bound(self.fields["due_on"], latest=today + ONE_YEAR + TWO_YEARS)
        self.watch(work)

    def stands(self) -> list[str]:
        return [_quote_now(self.document)]

    def clean_starts_on(self) -> date:
        return ahead(self.cleaned_data["starts_on"], latest=timezone.localdate() + ONE_YEAR)

    def clean(self) -> dict:
        """Works begin within a year and last two years at most."""
        values = super().clean()
        starts_on, due_on = values.get("starts_on"), values.get("due_on")
        if starts_on and due_on and due_on < starts_on:
            self.add_error("due_on", "La fin vient après le début.")
        elif starts_on and due_on and due_on > starts_on + TWO_YEARS:
            latest = figures(starts_on + TWO_YEARS)
            self.add_error(
                "due_on", f"Cette date est trop lointaine : le {latest} au plus tard, deux ans après le début. Vérifiez l’année."
            )
        return values


class DropForm(forms.Form):
    reason = PlainTextField(label="Pourquoi ce besoin ne sera pas commandé", max_length=300, multiline=True)
