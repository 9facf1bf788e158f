from datetime import date

from django.db import models
from django.utils import timezone
from django_fsm import transition

from orders import rules
from orders.enums import WorkState
from orders.workflows import said
from orders.workflows.order import INVOICE_RECORDED_WRONGLY, INVOICE_WRONG_ONCE_CLOSED, REFERENCES_WRONG
from orders.workflows.staying import staying
from portal.signing import SignedAct
from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack

REOPENING = {
    "label": "Rouvrir la facturation",
    "needs_reason": True,
    "effects": said.reopening_invoicing,
    "notify": ["invoicing_reopened"],
    "done": "La facturation est rouverte ; les finances et les commandes sont prévenues.",
}


class CablingWorkWorkflow(models.Model):
    """Life of cabling works (CCAG-Travaux 2021, chapter 5: OPR, reception, reserves).

    The days given to the transitions are those of the acts on site; the journal keeps when they were recorded.
    """

    State = WorkState
    state = StateField("état", default=State.REQUESTED, choices=State.choices, protected=True, db_index=True)
    committed_amount = models.DecimalField("pris sur le lot HT", max_digits=12, decimal_places=2, default=0)
    surveyed_on = models.DateField("visite du site le", null=True, blank=True)
    ordered_at = models.DateTimeField("ordre de service le", null=True, blank=True)
    started_on = models.DateField("démarrés le", null=True, blank=True)
    pre_accepted_on = models.DateField("OPR tenues le", null=True, blank=True)
    accepted_at = models.DateTimeField("réceptionnés le", null=True, blank=True)

    ways_back = {
        State.REQUESTED: (WayBack("opened works for nothing", by="cancel", until="the start"),),
        State.SURVEYED: (WayBack("noted a visit wrongly, or works not to be done", by="cancel", until="the start"),),
        State.QUOTED: (
            WayBack("recorded a wrong quote", by="correct_quote", until="the service order"),
            WayBack("works not to be done", by="cancel", until="the start"),
        ),
        State.ORDERED: (WayBack("ordered works by mistake", by="cancel", until="the start"), REFERENCES_WRONG),
        State.IN_PROGRESS: (
            WayBack("noted a start that was not", by="undo_start", until="the OPR, or the first invoice"),
            INVOICE_RECORDED_WRONGLY,
        ),
        State.PRE_ACCEPTANCE: (
            WayBack("held the OPR too early", instead="acceptance with reserves says what is wrong", who="`runs_works`"),
            INVOICE_RECORDED_WRONGLY,
        ),
        State.ACCEPTED_WITH_RESERVES: (
            WayBack("accepted with a reserve that is none", by="lift_reserves", until="the closing"),
            WayBack("accepted what is not right", by="reopen_acceptance", until="an invoice noted after it"),
            INVOICE_RECORDED_WRONGLY,
        ),
        State.ACCEPTED: (
            WayBack("accepted what is not right", by="reopen_acceptance", until="an invoice noted after it"),
            INVOICE_RECORDED_WRONGLY,
        ),
        State.RESERVES_LIFTED: (
            WayBack("lifted a reserve too early", by="reopen_reserves", until="the closing"),
            WayBack("accepted what is not right", by="reopen_acceptance", until="an invoice noted after it"),
            INVOICE_RECORDED_WRONGLY,
        ),
        State.CLOSED: (
            INVOICE_WRONG_ONCE_CLOSED,
            WayBack("closed too early", by="resume_invoicing", until="always, by another person"),
            WayBack("closed too early, with reserves lifted", by="resume_invoicing_lifted", until="always, by another person"),
        ),
        State.CANCELLED: (
            WayBack(
                "cancelled by mistake",
                instead="its needs return to the list of needs to settle: new works take them",
                who="`places_orders`",
            ),
        ),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.REQUESTED, target=State.SURVEYED, permission=rules.runs_works,
        custom={"label": "Noter la visite du site", "hidden": True},
    )  # fmt: skip
    def survey(self, on: date | None = None) -> None:
        self.surveyed_on = on or timezone.localdate()

    @transition(
        field=state, source=State.SURVEYED, target=State.QUOTED, permission=rules.runs_works,
        conditions=[rules.quote_is_given], custom={"label": "Enregistrer le devis", "hidden": True},
    )  # fmt: skip
    def record_quote(self) -> None:
        """The quote is of the holder of the lot that day: the service order goes to the same."""
        self.take_holder(self.lot.supplier)

    @transition(
        field=state, source=State.QUOTED, target=State.QUOTED, permission=rules.runs_works, conditions=[rules.quote_is_given],
        custom={"label": "Corriger le devis", "hidden": True, "needs_reason": True},
    )  # fmt: skip
    def correct_quote(self, before: str = "", after: str = "") -> None:
        """Typed wrongly, or made again by the holder; or by another one, when the lot has changed hands since."""
        self.take_holder(self.lot.supplier)

    @transition(
        field=state, source=State.QUOTED, target=State.ORDERED, permission=rules.places_orders,
        conditions=[
            rules.quote_is_given, rules.quote_is_of_the_holder, rules.end_date_is_set, rules.agreement_is_running, rules.lot_maximum_allows, rules.award_is_not_declined,
            rules.aid_allows, rules.lycee_has_accepted,
        ],
        custom={"label": "Émettre l’ordre de service", "hidden": True, "notify": ["work_ordered", "work_announced"]},
    )  # fmt: skip
    def order(self) -> None:
        """The quote is taken on the lot by the receiver, in the same transaction."""
        self.ordered_at = timezone.now()
        self.take_holder(self.lot.supplier)  # as it is named on the day of the order
        self.committed_amount = self.amount_to_commit

    @transition(
        field=state, source=State.ORDERED, target=State.IN_PROGRESS, permission=rules.runs_works,
        custom={"label": "Noter le démarrage", "hidden": True},
    )  # fmt: skip
    def start(self, on: date | None = None) -> None:
        self.started_on = on or timezone.localdate()

    @transition(
        field=state, source=State.IN_PROGRESS, target=State.ORDERED, permission=rules.runs_works, conditions=[rules.no_invoice_counts],
        custom={
            "label": "Annuler le démarrage", "done": "Le démarrage est annulé.", "danger": True, "needs_reason": True,
            "effects": ("Les travaux redeviennent commandés et non démarrés ; leur démarrage sera noté de nouveau, ou ils seront annulés.",),
        },
    )  # fmt: skip
    def undo_start(self) -> None:
        """A start was noted that was not; what an instalment pays for has begun."""
        self.started_on = None

    @transition(
        field=state, source=State.IN_PROGRESS, target=State.PRE_ACCEPTANCE, permission=rules.runs_works,
        custom={"label": "Tenir les OPR", "hidden": True},
    )  # fmt: skip
    def hold_pre_acceptance(self, on: date | None = None) -> None:
        self.pre_accepted_on = on or timezone.localdate()

    @transition(
        field=state, source=State.PRE_ACCEPTANCE, target=State.ACCEPTED, permission=rules.runs_works,
        conditions=[rules.no_reserve_is_open],
        custom={"label": "Prononcer la réception sans réserve", "hidden": True, "notify": ["work_accepted"], "effects": said.accepting},
    )  # fmt: skip
    def accept(self) -> None:
        self.accepted_at = timezone.now()

    @transition(
        field=state, source=State.PRE_ACCEPTANCE, target=State.ACCEPTED_WITH_RESERVES, permission=rules.runs_works,
        conditions=[rules.a_reserve_is_open],
        custom={"label": "Prononcer la réception avec réserves", "hidden": True, "notify": ["work_accepted"], "effects": said.accepting},
    )  # fmt: skip
    def accept_with_reserves(self) -> None:
        self.accepted_at = timezone.now()

    @transition(
        field=state, source=State.ACCEPTED_WITH_RESERVES, target=State.RESERVES_LIFTED, permission=rules.lifts_reserves,
        conditions=[rules.no_reserve_is_open],
        custom={"signs": SignedAct.ACCEPTANCE, "label": "Constater la levée des réserves", "hidden": True, "notify": ["work_reserves_lifted"], "effects": said.lifting},
    )  # fmt: skip
    def lift_reserves(self) -> None:
        pass

    @transition(
        field=state, source=[State.ACCEPTED, State.ACCEPTED_WITH_RESERVES, State.RESERVES_LIFTED], target=State.PRE_ACCEPTANCE,
        permission=rules.reopens_work_acceptance, conditions=[rules.no_invoice_since_acceptance],
        custom={
            "label": "Reprendre la réception", "done": "La réception est reprise.", "danger": True, "needs_reason": True,
            "notify": ["work_acceptance_reopened"],
            "effects": (
                "La réception prononcée ne vaut plus : elle est à prononcer de nouveau, et la garantie repartira de ce jour-là.",
                "Les acomptes notés avant elle restent facturés.",
                "Ses réserves restent lisibles et ne sont plus à lever ; le procès-verbal signé reste aux documents.",
                "Le titulaire et le chef d’établissement en reçoivent un courriel, avec le motif.",
            ),
        },
    )  # fmt: skip
    def reopen_acceptance(self) -> None:
        """By another person than the one who pronounced it."""
        self.accepted_at = None

    @transition(
        field=state, source=State.RESERVES_LIFTED, target=State.ACCEPTED_WITH_RESERVES, permission=rules.lifts_reserves,
        conditions=[rules.a_reserve_is_open],
        custom={"signs": SignedAct.ACCEPTANCE, "label": "Rouvrir une réserve", "hidden": True, "danger": True, "needs_reason": True, "notify": ["work_reserve_reopened"]},
    )  # fmt: skip
    def reopen_reserves(self) -> None:
        """A reserve was lifted too early: it is to lift again, and the acceptance stands."""

    @transition(
        field=state, source=[State.ACCEPTED, State.RESERVES_LIFTED], target=State.CLOSED, permission=rules.pays,
        conditions=[rules.invoice_is_recorded],
        custom={"label": "Clore les travaux", "effects": said.closing, "sure": said.rest_to_confirm, "done": "Les travaux sont clos."},
    )  # fmt: skip
    def close(self) -> None:
        """The receiver gives back what was never invoiced."""

    @transition(
        field=state, source=[State.ACCEPTED, State.RESERVES_LIFTED], target=State.CLOSED, permission=rules.pays,
        conditions=[rules.nothing_is_invoiced],
        custom=said.CLOSING_WITHOUT_INVOICE | {"done": "Les travaux sont clos, sans facture."},
    )  # fmt: skip
    def close_without_invoice(self) -> None:
        """Their holder will never invoice them, or has wholly credited what it had invoiced: the receiver gives everything back."""

    @transition(
        field=state, source=State.CLOSED, target=State.ACCEPTED, permission=rules.reopens_invoicing,
        conditions=[rules.had_no_reserve, rules.money_is_still_there], custom=REOPENING,
    )  # fmt: skip
    def resume_invoicing(self) -> None:
        """Another invoice is awaited, or the one there was is cancelled."""

    @transition(
        field=state, source=State.CLOSED, target=State.RESERVES_LIFTED, permission=rules.reopens_invoicing,
        conditions=[rules.had_reserves, rules.money_is_still_there], custom=REOPENING,
    )  # fmt: skip
    def resume_invoicing_lifted(self) -> None:
        """The same, where reserves had been lifted."""

    @staying(
        field=state, states=WorkState.REFERRED_TO, permission=rules.pays,
        custom=said.CORRECTING_REFERENCES | {"notify": ["work_references_corrected"]},
    )  # fmt: skip
    def correct_references(self, before: str = "", after: str = "") -> None:
        """A number that its paper bears was not known, or was typed wrongly: the paper is issued anew."""

    @transition(
        field=state, source=[State.REQUESTED, State.SURVEYED, State.QUOTED, State.ORDERED], target=State.CANCELLED,
        permission=rules.places_orders,
        custom={
            "label": "Annuler les travaux", "done": "Les travaux sont annulés.", "danger": True, "needs_reason": True, "notify": ["work_cancelled"],
            "effects": (
                "Rien ne sera fait : le montant retenu revient à l’aide et au lot, ses besoins à ceux qui restent à commander.",
                "Si l’ordre de service était parti, le titulaire et le lycée en sont prévenus par courriel. Le motif est gardé au journal.",
            ),
        },
    )  # fmt: skip
    def cancel(self) -> None:
        """The receiver gives the quote back to the lot and the needs back to those that remain to be ordered."""
