from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django_fsm import transition

from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack
from scoring import rules
from scoring.enums import DecisionState


class FundingDecisionWorkflow(models.Model):
    """Proposed by the jury and finance, voted by the Commission permanente, made known by the release; over when the school declines the aid, unless that was a mistake."""

    State = DecisionState
    state = StateField("état", default=State.PROPOSED, choices=State.choices, protected=True, db_index=True)
    voted_at = models.DateTimeField("votée le", null=True, blank=True)
    released_at = models.DateTimeField("notifiée le", null=True, blank=True)
    declined_at = models.DateTimeField("déclinée le", null=True, blank=True)

    ways_back = {
        State.PROPOSED: (
            WayBack("proposed wrongly", instead="« Modifier » (`revise_decision`)", who="`decides_funding`", until="the vote"),
            WayBack(
                "all proposed from a scenario that is not the right one",
                instead="« Reprendre les propositions » (`drop_proposals`)",
                who="`decides_funding`",
                until="the vote",
            ),
        ),
        State.VOTED: (
            WayBack(
                "number or date of the vote typed wrongly",
                instead="the vote is corrected with a reason (`correct_vote`)",
                who="`decides_funding`",
                until="the release",
            ),
            WayBack(
                "voted wrongly",
                instead="« Annuler le vote enregistré » (`undo_vote`)",
                who="`decides_funding`",
                until="the release",
                told="`vote_undone`",
            ),
        ),
        State.RELEASED: (WayBack("made known wrongly", instead="the lycée appeals; the Région votes again outside this call"),),
        State.DECLINED: (
            WayBack(
                "declined an aid by mistake",
                instead="« Rétablir l’aide » on the file (`restore_award`), from which this decision follows",
                who="`restores_award`",
                until="the archiving of the call, while the envelope holds the money",
                told="`award_restored`, `aid_restored`",
            ),
        ),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.PROPOSED, target=State.VOTED, permission=rules.decides_funding, custom={"label": "Voter", "hidden": True},
    )  # fmt: skip
    def record_vote(self, at: datetime | None = None) -> None:
        self.voted_at = at or timezone.now()

    @transition(
        field=state, source=State.VOTED, target=State.PROPOSED, permission=rules.decides_funding,
        custom={"label": "Annuler le vote", "hidden": True},
    )  # fmt: skip
    def undo_vote(self) -> None:
        """The vote of the call was recorded by mistake: nothing is known outside yet."""
        self.voted_at = None

    @transition(
        field=state, source=State.VOTED, target=State.RELEASED, permission=rules.releases_results,
        conditions=[rules.call_is_voted], custom={"label": "Notifier", "hidden": True, "notify": ["decision_released"]},
    )  # fmt: skip
    def release(self, at: datetime | None = None) -> None:
        self.released_at = at or timezone.now()

    @transition(
        field=state, source=State.RELEASED, target=State.DECLINED, permission=rules.nobody,
        custom={"label": "Prendre acte de l’aide déclinée", "hidden": True, "notify": ["aid_given_back"]},
    )  # fmt: skip
    def decline(self, kept: Decimal = Decimal(0)) -> None:
        """The school has declined: the action that carries this out gives the money back to the envelope, but for `kept`, incl. VAT."""
        self.declined_at = timezone.now()
        self.kept_amount = kept

    @transition(
        field=state, source=State.DECLINED, target=State.RELEASED, permission=rules.nobody,
        custom={"label": "Rétablir l’aide", "hidden": True, "notify": ["aid_restored"]},
    )  # fmt: skip
    def restore(self) -> None:
        """The school had declined by mistake: the action that carries this out takes the money on the envelope again."""
        self.declined_at = None
        self.kept_amount = Decimal(0)
