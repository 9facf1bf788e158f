from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django_fsm import FSMField, transition

from calls import rules
from calls.enums import ApplicationState

if TYPE_CHECKING:
    from calls.models import CompletionRequest


class ApplicationWorkflow(models.Model):
    """Life of an application file, from the team's draft to its closing. One arrow, one decorator."""

    State = ApplicationState
    state = FSMField("état", default=State.DRAFT, choices=State.choices, protected=True, db_index=True)
    approved_at = models.DateTimeField("visa donné le", null=True, blank=True)
    submitted_at = models.DateTimeField("déposé le", null=True, blank=True)
    checked_at = models.DateTimeField("recevabilité prononcée le", null=True, blank=True)
    inadmissibility_reason = models.TextField("motif d’irrecevabilité", blank=True)

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.DRAFT, target=State.AWAITING_APPROVAL, permission=rules.writes_file,
        conditions=[rules.call_accepts, rules.file_is_eligible, rules.file_is_complete],
        custom={"label": "Demander le visa", "notify": ["approval_requested"]},
    )  # fmt: skip
    def request_approval(self) -> None:
        self.approved_at = None

    @transition(
        field=state, source=State.AWAITING_APPROVAL, target=State.DRAFT, permission=rules.writes_or_heads_file,
        custom={"label": "Rendre à l’équipe", "needs_reason": True, "notify": ["approval_refused"]},
    )  # fmt: skip
    def return_to_team(self) -> None:
        self.approved_at = None

    @transition(
        field=state, source=State.AWAITING_APPROVAL, target=State.AWAITING_APPROVAL, permission=rules.heads_file,
        conditions=[rules.call_accepts, rules.visa_is_not_given, rules.file_is_complete],
        custom={"label": "Donner le visa", "confirm": True, "notify": ["approval_given"]},
    )  # fmt: skip
    def approve(self) -> None:
        """The version approved is frozen by the receiver of this transition."""
        self.approved_at = timezone.now()

    @transition(
        field=state, source=State.AWAITING_APPROVAL, target=State.SUBMITTED, permission=rules.writes_or_heads_file,
        conditions=[rules.call_accepts, rules.file_is_eligible, rules.within_limit, rules.visa_is_given, rules.file_is_complete],
        custom={"label": "Déposer le dossier", "confirm": True, "notify": ["application_received"]},
    )  # fmt: skip
    def submit(self, received_at: datetime | None = None) -> None:
        """`received_at`: aware datetime at which the request arrived, which is what the deadline is compared with."""
        self.submitted_at = received_at or timezone.now()

    @transition(
        field=state, source=State.SUBMITTED, target=State.SUBMITTED, permission=rules.instructs_file,
        conditions=[rules.no_open_completion_request], custom={"label": "Demander des compléments", "hidden": True, "notify": ["completion_requested"]},
    )  # fmt: skip
    def request_completion(self, request: "CompletionRequest | None" = None) -> None:
        """Opens `request`, a CompletionRequest not saved yet: it unlocks the fields that it names, and only them."""
        if request is not None:
            request.save()

    @transition(
        field=state, source=State.SUBMITTED, target=State.SUBMITTED, permission=rules.writes_or_heads_file,
        conditions=[rules.has_open_completion_request, rules.requested_fields_are_complete],
        custom={"label": "Envoyer les compléments", "notify": ["completion_answered"]},
    )  # fmt: skip
    def answer_completion(self) -> None:
        pass

    @transition(
        field=state, source=State.SUBMITTED, target=State.ADMISSIBLE, permission=rules.instructs_file,
        conditions=[rules.no_open_completion_request], custom={"label": "Déclarer recevable", "notify": ["declared_admissible"]},
    )  # fmt: skip
    def declare_admissible(self) -> None:
        self.checked_at = timezone.now()

    @transition(
        field=state, source=State.SUBMITTED, target=State.INADMISSIBLE, permission=rules.instructs_file,
        custom={"label": "Déclarer irrecevable", "danger": True, "needs_reason": True, "notify": ["declared_inadmissible"]},
    )  # fmt: skip
    def declare_inadmissible(self, motive: str = "") -> None:
        self.checked_at = timezone.now()
        self.inadmissibility_reason = motive

    @transition(
        field=state, source=State.ADMISSIBLE, target=State.ASSESSED, permission=rules.manages_file_call,
        custom={"label": "Clore la notation du dossier", "hidden": True},
    )  # fmt: skip
    def mark_assessed(self) -> None:
        pass

    @transition(
        field=state, source=[State.ASSESSED, State.ADMISSIBLE], target=State.DECIDED, permission=rules.manages_file_call,
        custom={"label": "Notifier la décision", "hidden": True},
    )  # fmt: skip
    def decide(self, outcome: str = "", granted_amount: Decimal | None = None) -> None:
        """Carried out by the release alone: state, outcome and amount are what the school reads."""
        self.outcome = outcome
        self.granted_amount = granted_amount

    @transition(
        field=state, source=State.DECIDED, target=State.ACCEPTED_BY_SCHOOL, permission=rules.heads_file,
        conditions=[rules.aid_is_granted], custom={"label": "Accepter l’aide", "notify": ["award_accepted"]},
    )  # fmt: skip
    def accept_award(self) -> None:
        pass

    @transition(
        field=state, source=State.DECIDED, target=State.DECLINED_BY_SCHOOL, permission=rules.heads_file,
        conditions=[rules.aid_is_granted], custom={"label": "Décliner l’aide", "danger": True, "needs_reason": True, "notify": ["award_declined"]},
    )  # fmt: skip
    def decline_award(self) -> None:
        pass

    @transition(
        field=state, source=[State.DECIDED, State.ACCEPTED_BY_SCHOOL, State.DECLINED_BY_SCHOOL, State.INADMISSIBLE], target=State.CLOSED,
        permission=rules.manages_file_call, custom={"label": "Clore le dossier"},
    )  # fmt: skip
    def close(self) -> None:
        pass

    @transition(
        field=state, source=[State.DRAFT, State.AWAITING_APPROVAL, State.SUBMITTED], target=State.WITHDRAWN,
        permission=rules.writes_or_heads_file, custom={"label": "Retirer le dossier", "danger": True, "needs_reason": True},
    )  # fmt: skip
    def withdraw(self) -> None:
        pass
