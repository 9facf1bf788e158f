from django.db import models
from django.utils import timezone
from django_fsm import FSMField, transition

from orders import rules
from orders.enums import WorkState as State


class CablingWorkWorkflow(models.Model):
    """Life of cabling works (CCAG-Travaux 2021, chapter 5: OPR, reception, reserves)."""

    state = FSMField("état", default=State.REQUESTED, choices=State.choices, protected=True, db_index=True)
    ordered_at = models.DateTimeField("ordre de service le", null=True, blank=True)
    accepted_at = models.DateTimeField("réceptionnés le", null=True, blank=True)

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.REQUESTED, target=State.SURVEYED, permission=rules.runs_works, custom={"label": "Noter la visite du site"}
    )
    def survey(self):
        pass

    @transition(
        field=state, source=State.SURVEYED, target=State.QUOTED, permission=rules.runs_works,
        conditions=[rules.quote_is_given], custom={"label": "Enregistrer le devis", "hidden": True},
    )  # fmt: skip
    def record_quote(self):
        pass

    @transition(
        field=state, source=State.QUOTED, target=State.ORDERED, permission=rules.places_orders,
        conditions=[rules.agreement_is_running, rules.quote_is_given], custom={"label": "Émettre l’ordre de service", "notify": ["work_ordered"]},
    )  # fmt: skip
    def order(self):
        """The quote is taken on the lot by the receiver, in the same transaction."""
        self.ordered_at = timezone.now()

    @transition(
        field=state, source=State.ORDERED, target=State.IN_PROGRESS, permission=rules.runs_works, custom={"label": "Noter le démarrage"}
    )
    def start(self):
        pass

    @transition(
        field=state, source=State.IN_PROGRESS, target=State.PRE_ACCEPTANCE, permission=rules.runs_works, custom={"label": "Tenir les OPR"},
    )  # fmt: skip
    def hold_pre_acceptance(self):
        pass

    @transition(
        field=state, source=State.PRE_ACCEPTANCE, target=State.ACCEPTED, permission=rules.runs_works,
        conditions=[rules.no_reserve_is_open], custom={"label": "Prononcer la réception sans réserve", "confirm": True, "notify": ["work_accepted"]},
    )  # fmt: skip
    def accept(self):
        self.accepted_at = timezone.now()

    @transition(
        field=state, source=State.PRE_ACCEPTANCE, target=State.ACCEPTED_WITH_RESERVES, permission=rules.runs_works,
        conditions=[rules.a_reserve_is_open], custom={"label": "Prononcer la réception avec réserves", "hidden": True, "notify": ["work_accepted"]},
    )  # fmt: skip
    def accept_with_reserves(self):
        self.accepted_at = timezone.now()

    @transition(
        field=state, source=State.ACCEPTED_WITH_RESERVES, target=State.RESERVES_LIFTED, permission=rules.lifts_reserves,
        conditions=[rules.no_reserve_is_open], custom={"label": "Constater la levée des réserves", "hidden": True},
    )  # fmt: skip
    def lift_reserves(self):
        pass

    @transition(
        field=state, source=[State.ACCEPTED, State.RESERVES_LIFTED], target=State.CLOSED, permission=rules.pays, custom={"label": "Clore les travaux"},
    )  # fmt: skip
    def close(self):
        pass

    @transition(
        field=state, source=[State.REQUESTED, State.SURVEYED, State.QUOTED], target=State.CANCELLED, permission=rules.places_orders,
        custom={"label": "Annuler les travaux", "danger": True, "needs_reason": True},
    )  # fmt: skip
    def cancel(self):
        pass
