from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django_fsm import transition

from orders import rules
from orders.enums import OrderState
from orders.workflows import said
from orders.workflows.staying import staying
from portal.signing import SignedAct
from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack

if TYPE_CHECKING:
    from orders.models import Delivery, GoodsReturn


CORRECTED = "« Annuler la facture » (`cancel_invoice`), or « Noter un avoir » (`record_credit_note`)"
INVOICE_RECORDED_WRONGLY = WayBack("recorded an invoice wrongly", instead=CORRECTED, who="`pays`", until="always")
INVOICE_WRONG_ONCE_BILLED = replace(INVOICE_RECORDED_WRONGLY, told="`invoicing_reopened`")
INVOICE_WRONG_ONCE_CLOSED = replace(INVOICE_WRONG_ONCE_BILLED, who="`pays`, neither who recorded it nor who closed")


REFERENCES_WRONG = WayBack("sent without its engagement number, or with a wrong one", by="correct_references", until="the closing")
RETURN_RECORDED_WRONGLY = (
    WayBack("recorded a return wrongly", by="cancel_return", until="other goods come in its place"),
    WayBack(
        "recorded the only return wrongly, of what had wholly come", by="cancel_return_complete", until="other goods come in its place"
    ),
)


class PurchaseOrderWorkflow(models.Model):
    """Life of a purchase order, from the draft opened by the release to its closing."""

    State = OrderState
    state = StateField("état", default=State.DRAFT, choices=State.choices, protected=True, db_index=True)
    committed_amount = models.DecimalField("pris sur le lot HT", max_digits=12, decimal_places=2, default=0)
    approved_at = models.DateTimeField("validée le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    delivered_on = models.DateField("livrée en entier le", null=True, blank=True)
    to_check_since = models.DateField("à vérifier depuis le", null=True, blank=True)  # later than the delivery after an early end
    accepted_at = models.DateTimeField("réceptionnée le", null=True, blank=True)

    ways_back = {
        State.DRAFT: (
            WayBack("wrote a draft wrongly", instead="« Modifier » (`edit_order`)", who="`places_orders`", until="the approval"),
            WayBack("opened an order for nothing", by="cancel", until="the first delivery"),
        ),
        State.APPROVED: (WayBack("approved too early", by="cancel", until="the first delivery"),),
        State.SENT: (WayBack("sent a wrong order", by="cancel", until="the first delivery"), REFERENCES_WRONG, *RETURN_RECORDED_WRONGLY),
        State.ACKNOWLEDGED: (
            WayBack("the holder refuses after all", by="cancel", until="the first delivery"),
            *RETURN_RECORDED_WRONGLY,
        ),
        State.PARTLY_DELIVERED: (
            WayBack("recorded a delivery wrongly", by="cancel_delivery", until="the acceptance"),
            WayBack("recorded the only delivery wrongly", by="cancel_only_delivery", until="the acceptance"),
            WayBack("the holder takes goods back", by="return_goods", until="the invoice"),
            *RETURN_RECORDED_WRONGLY,
        ),
        State.DELIVERED: (
            WayBack("recorded a delivery wrongly", by="cancel_delivery", until="the acceptance"),
            WayBack("recorded the only delivery wrongly", by="cancel_only_delivery", until="the acceptance"),
            WayBack("the holder takes goods back", by="return_goods", until="the invoice"),
            WayBack(
                "recorded a return wrongly, and other goods came in its place",
                instead="« Annuler une livraison » (`cancel_delivery`), that of these goods, then the return",
                who="`records_delivery`",
                until="the acceptance",
            ),
            WayBack(
                "closed an order early that goes on after all",
                instead="a new order takes what returned to the needs",
                who="`places_orders`",
            ),
        ),
        State.ACCEPTED_WITH_RESERVES: (
            WayBack("accepted with a reserve that is none", by="lift_reserves", until="the invoice"),
            WayBack("accepted what is not right, or a delivery recorded wrongly", by="reopen_acceptance", until="the invoice"),
            WayBack("the holder takes goods back", by="return_goods", until="the invoice"),
        ),
        State.ACCEPTED: (
            WayBack("accepted what is not right, or a delivery recorded wrongly", by="reopen_acceptance", until="the invoice"),
            WayBack("the holder takes goods back", by="return_goods", until="the invoice"),
            WayBack("lifted a reserve too early", by="reopen_reserves", until="the invoice"),
            INVOICE_RECORDED_WRONGLY,
            REFERENCES_WRONG,
        ),
        State.INVOICED: (
            INVOICE_RECORDED_WRONGLY,
            REFERENCES_WRONG,
            WayBack("said too early that no invoice is awaited", by="resume_invoicing", until="always"),
        ),
        State.CLOSED: (INVOICE_WRONG_ONCE_CLOSED, WayBack("closed too early", by="resume_invoicing", until="always, by another person")),
        State.CANCELLED: (
            WayBack(
                "cancelled by mistake",
                instead="its needs return to the list of needs to settle: a new order takes them",
                who="`places_orders`",
            ),
        ),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.DRAFT, target=State.APPROVED, permission=rules.approves_orders,
        conditions=[
            rules.order_has_lines, rules.due_date_is_ahead, rules.agreement_is_running, rules.lot_maximum_allows, rules.award_is_not_declined,
            rules.aid_allows,
        ],
        custom={
            "label": "Valider la commande", "done": "La commande est validée : elle reste à envoyer.",
            "effects": said.approving,
        },
    )  # fmt: skip
    def approve(self) -> None:
        """The amount is taken on the lot by the receiver, in the same transaction."""
        self.approved_at = timezone.now()
        self.committed_amount = self.amount_to_commit

    @transition(
        field=state, source=State.APPROVED, target=State.SENT, permission=rules.places_orders,
        conditions=[rules.agreement_is_running, rules.due_date_is_ahead, rules.award_is_not_declined, rules.lycee_has_accepted],
        custom={
            "label": "Envoyer au titulaire", "done": "La commande est envoyée au titulaire.", "notify": ["order_sent", "order_announced"],
            "effects": (
                "Le bon de commande est établi en PDF et envoyé par courriel au titulaire du marché.",
                "Le lycée est prévenu par courriel de ce qui va lui être livré.",
                "La commande s’annule encore, avec un motif, jusqu’à la première livraison.",
            ),
        },
    )  # fmt: skip
    def send(self) -> None:
        """From here on the order stays with the holder who receives it, whoever holds the lot later."""
        self.sent_at = timezone.now()
        self.take_holder(self.lot.supplier)

    @transition(
        field=state, source=State.SENT, target=State.ACKNOWLEDGED, permission=rules.places_orders,
        custom={
            "label": "Noter l’accusé de réception du titulaire", "done": "L’accusé de réception du titulaire est noté.",
            "effects": (
                "Il est noté que le titulaire a bien reçu la commande. Aucun courriel n’est envoyé.",
                "La commande s’annule encore, avec un motif, jusqu’à la première livraison.",
            ),
        },
    )  # fmt: skip
    def acknowledge(self) -> None:
        pass

    @transition(
        field=state, source=[State.SENT, State.ACKNOWLEDGED, State.PARTLY_DELIVERED], target=State.PARTLY_DELIVERED,
        permission=rules.records_delivery, conditions=[rules.part_is_delivered],
        custom={"label": "Enregistrer une livraison partielle", "hidden": True, "notify": ["delivery_recorded"], "effects": said.recording_delivery},
    )  # fmt: skip
    def deliver_part(self, delivery: "Delivery | None" = None) -> None:
        pass

    @transition(
        field=state, source=[State.SENT, State.ACKNOWLEDGED, State.PARTLY_DELIVERED], target=State.DELIVERED,
        permission=rules.records_delivery, conditions=[rules.everything_is_delivered],
        custom={"label": "Enregistrer la livraison complète", "hidden": True, "notify": ["delivery_recorded"], "effects": said.recording_delivery},
    )  # fmt: skip
    def deliver_all(self, delivery: "Delivery | None" = None) -> None:
        """The time that the school has to look at the goods runs from the latest day of delivery, not from the note recorded last."""
        self.delivered_on, self.to_check_since = self.last_delivery_on or timezone.localdate(), None

    @transition(
        field=state, source=State.PARTLY_DELIVERED, target=State.DELIVERED, permission=rules.places_orders,
        conditions=[rules.something_is_awaited],
        custom={"label": "Solder la commande", "hidden": True, "danger": True, "needs_reason": True, "notify": ["order_closed_out"]},
    )  # fmt: skip
    def close_out(self) -> None:
        """What came is to be accepted and invoiced; the receiver gives the rest back to the lot and to the needs.

        Nobody could accept before: the time to look at the goods runs from today.
        """
        self.delivered_on, self.to_check_since = self.last_delivery_on or timezone.localdate(), timezone.localdate()

    @transition(
        field=state, source=[State.PARTLY_DELIVERED, State.DELIVERED], target=State.PARTLY_DELIVERED, permission=rules.records_delivery,
        conditions=[rules.part_is_delivered],
        custom={
            "label": "Annuler une livraison", "hidden": True, "danger": True, "needs_reason": True, "notify": ["delivery_cancelled"],
        },
    )  # fmt: skip
    def cancel_delivery(self, delivery: "Delivery | None" = None) -> None:
        """A delivery was typed wrongly; others remain."""
        self._await_goods()

    @transition(
        field=state, source=[State.PARTLY_DELIVERED, State.DELIVERED], target=State.SENT, permission=rules.records_delivery,
        conditions=[rules.nothing_is_delivered],
        custom={
            "label": "Annuler la seule livraison", "hidden": True, "danger": True, "needs_reason": True, "notify": ["delivery_cancelled"],
        },
    )  # fmt: skip
    def cancel_only_delivery(self, delivery: "Delivery | None" = None) -> None:
        """The same, and nothing has arrived: the order may be cancelled again. Whether the holder had acknowledged it, the history says."""
        self._await_goods()

    @transition(
        field=state, source=[State.PARTLY_DELIVERED, State.DELIVERED, State.ACCEPTED, State.ACCEPTED_WITH_RESERVES],
        target=State.PARTLY_DELIVERED, permission=rules.returns_goods, conditions=[rules.part_is_delivered, rules.no_invoice_counts],
        custom={"label": "Enregistrer un retour", "hidden": True, "danger": True, "needs_reason": True, "notify": ["goods_returned"]},
    )  # fmt: skip
    def return_goods(self, goods_return: "GoodsReturn | None" = None) -> None:
        """The holder takes goods back: they are awaited again, and an acceptance already signed is to be signed anew."""
        self._await_goods()

    @transition(
        field=state, source=[State.PARTLY_DELIVERED, State.DELIVERED, State.ACCEPTED, State.ACCEPTED_WITH_RESERVES],
        target=State.SENT, permission=rules.returns_goods, conditions=[rules.nothing_is_delivered, rules.no_invoice_counts],
        custom={"label": "Enregistrer le retour de tout", "hidden": True, "danger": True, "needs_reason": True, "notify": ["goods_returned"]},
    )  # fmt: skip
    def return_all_goods(self, goods_return: "GoodsReturn | None" = None) -> None:
        """The same, and nothing remains: the order may be delivered anew, or cancelled."""
        self._await_goods()

    @transition(
        field=state, source=[State.SENT, State.ACKNOWLEDGED, State.PARTLY_DELIVERED], target=State.PARTLY_DELIVERED,
        permission=rules.cancels_return, conditions=[rules.part_is_delivered],
        custom={"label": "Annuler un retour", "hidden": True, "danger": True, "needs_reason": True, "notify": ["return_cancelled"]},
    )  # fmt: skip
    def cancel_return(self, goods_return: "GoodsReturn | None" = None) -> None:
        """A return was typed wrongly: its goods are there, and something else is still awaited."""

    @transition(
        field=state, source=[State.SENT, State.ACKNOWLEDGED, State.PARTLY_DELIVERED], target=State.DELIVERED,
        permission=rules.cancels_return, conditions=[rules.everything_is_delivered],
        custom={
            "label": "Annuler un retour, tout est là", "hidden": True, "danger": True, "needs_reason": True, "notify": ["return_cancelled"],
        },
    )  # fmt: skip
    def cancel_return_complete(self, goods_return: "GoodsReturn | None" = None) -> None:
        """The same, and nothing else is awaited: to be accepted, or accepted anew, and nobody could before today."""
        self.delivered_on, self.to_check_since = self.last_delivery_on or timezone.localdate(), timezone.localdate()

    def _await_goods(self) -> None:
        self.delivered_on = self.to_check_since = self.accepted_at = None

    @transition(
        field=state, source=State.DELIVERED, target=State.ACCEPTED, permission=rules.accepts_delivery,
        conditions=[rules.no_reserve_is_open],
        custom={"signs": SignedAct.ACCEPTANCE, "label": "Réceptionner sans réserve", "hidden": True, "notify": ["order_accepted"], "effects": said.accepting},
    )  # fmt: skip
    def accept(self) -> None:
        self.accepted_at = timezone.now()

    @transition(
        field=state, source=State.DELIVERED, target=State.ACCEPTED_WITH_RESERVES, permission=rules.accepts_delivery,
        conditions=[rules.a_reserve_is_open],
        custom={"signs": SignedAct.ACCEPTANCE, "label": "Réceptionner avec réserves", "hidden": True, "notify": ["order_accepted_with_reserves"], "effects": said.accepting},
    )  # fmt: skip
    def accept_with_reserves(self) -> None:
        self.accepted_at = timezone.now()

    @transition(
        field=state, source=State.ACCEPTED_WITH_RESERVES, target=State.ACCEPTED, permission=rules.lifts_reserves,
        conditions=[rules.no_reserve_is_open],
        custom={"signs": SignedAct.ACCEPTANCE, "label": "Constater la levée des réserves", "hidden": True, "notify": ["reserves_lifted"], "effects": said.lifting},
    )  # fmt: skip
    def lift_reserves(self) -> None:
        pass

    @transition(
        field=state, source=[State.ACCEPTED, State.ACCEPTED_WITH_RESERVES], target=State.DELIVERED, permission=rules.reopens_acceptance,
        conditions=[rules.no_invoice_counts],
        custom={
            "label": "Reprendre la réception", "done": "La réception est reprise.", "danger": True, "needs_reason": True,
            "notify": ["acceptance_reopened"],
            "effects": (
                "La réception signée ne vaut plus : elle est à signer de nouveau par le chef d’établissement, dans les quinze jours.",
                "Ses réserves restent lisibles et ne sont plus à lever ; le procès-verbal signé reste aux documents.",
                "Une livraison saisie par erreur peut alors être annulée.",
                "Le titulaire et le chef d’établissement en reçoivent un courriel, avec le motif.",
            ),
        },
    )  # fmt: skip
    def reopen_acceptance(self) -> None:
        """By a second person, until the invoice: what was accepted is to be looked at again, from today."""
        self.accepted_at, self.to_check_since = None, timezone.localdate()

    @transition(
        field=state, source=State.ACCEPTED, target=State.INVOICED, permission=rules.pays, conditions=[rules.some_invoice_counts],
        custom={
            "label": "Terminer la facturation", "effects": said.ending_invoicing, "sure": said.rest_to_confirm,
            "done": "Plus aucune facture n’est attendue.",
        },
    )  # fmt: skip
    def invoice(self) -> None:
        """The last invoice is there: `record_invoice` asks it with that invoice, a person may ask it afterwards."""

    @transition(
        field=state, source=State.ACCEPTED, target=State.ACCEPTED_WITH_RESERVES, permission=rules.lifts_reserves,
        conditions=[rules.a_reserve_is_open],
        custom={"signs": SignedAct.ACCEPTANCE, "label": "Rouvrir une réserve", "hidden": True, "danger": True, "needs_reason": True, "notify": ["reserve_reopened"]},
    )  # fmt: skip
    def reopen_reserves(self) -> None:
        """A reserve was lifted too early: it is to lift again, and the acceptance stands."""

    @transition(
        field=state, source=State.INVOICED, target=State.CLOSED, permission=rules.pays, conditions=[rules.invoice_is_recorded],
        custom={"label": "Clore la commande", "effects": said.closing, "done": "La commande est close."},
    )  # fmt: skip
    def close(self) -> None:
        """The receiver gives back what was never invoiced."""

    @transition(
        field=state, source=[State.ACCEPTED, State.INVOICED], target=State.CLOSED, permission=rules.pays,
        conditions=[rules.nothing_is_invoiced],
        custom=said.CLOSING_WITHOUT_INVOICE | {"done": "La commande est close, sans facture."},
    )  # fmt: skip
    def close_without_invoice(self) -> None:
        """Its holder will never invoice it, or has wholly credited what it had invoiced: the receiver gives everything back."""

    @transition(
        field=state, source=[State.INVOICED, State.CLOSED], target=State.ACCEPTED, permission=rules.reopens_invoicing,
        conditions=[rules.money_is_still_there],
        custom={
            "label": "Rouvrir la facturation", "needs_reason": True, "effects": said.reopening_invoicing, "notify": ["invoicing_reopened"],
            "done": "La facturation est rouverte ; les finances et les commandes sont prévenues.",
        },
    )  # fmt: skip
    def resume_invoicing(self) -> None:
        """Another invoice is awaited, or the one there was is cancelled."""

    @staying(
        field=state, states=OrderState.REFERRED_TO, permission=rules.pays,
        custom=said.CORRECTING_REFERENCES | {"notify": ["order_references_corrected"]},
    )  # fmt: skip
    def correct_references(self, before: str = "", after: str = "") -> None:
        """A number that its paper bears was not known, or was typed wrongly: the paper is issued anew."""

    @transition(
        field=state, source=[State.DRAFT, State.APPROVED, State.SENT, State.ACKNOWLEDGED], target=State.CANCELLED,
        permission=rules.places_orders,
        custom={
            "label": "Annuler la commande", "done": "La commande est annulée.", "danger": True, "needs_reason": True, "notify": ["order_cancelled"],
            "effects": (
                "Rien ne sera livré : le montant retenu revient à l’aide et au lot, ses besoins à ceux qui restent à commander.",
                "Si la commande était partie, le titulaire et le lycée en sont prévenus par courriel. Le motif est gardé au journal.",
            ),
        },
    )  # fmt: skip
    def cancel(self) -> None:
        """The receiver gives the amount back to the lot and the needs back to those that remain to be ordered."""
