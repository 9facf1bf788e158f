from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django_fsm import transition

from calls import occasions, rules
from calls.enums import ApplicationState, ReasonUse
from calls.workflows import passages, said
from calls.workflows.closed import ClosedWorkflow
from calls.workflows.new_version import lycee_is_not_rewriting
from calls.workflows.refusing import sure_to_refuse
from calls.workflows.rewriting import RewritingWorkflow
from calls.workflows.ticked import every_point_is_ticked
from calls.workflows.visa import VisaWorkflow
from portal.signing import SignedAct
from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack

if TYPE_CHECKING:
    from calls.models import CompletionRequest, GivenReason


def _keep(given: "GivenReason | None") -> None:
    """By which reasons of the call: the text itself goes to the journal, as every reason does."""
    if given is not None:
        given.save()


class ApplicationWorkflow(VisaWorkflow, RewritingWorkflow, ClosedWorkflow):
    """Life of an application file, from the team's draft to its closing. One arrow, one decorator."""

    State = ApplicationState
    state = StateField("état", default=State.DRAFT, choices=State.choices, protected=True, db_index=True)
    approved_at = models.DateTimeField("visa donné le", null=True, blank=True)
    submitted_at = models.DateTimeField("déposé le", null=True, blank=True)
    checked_at = models.DateTimeField("recevabilité prononcée le", null=True, blank=True)
    inadmissibility_reason = models.TextField("motif d’irrecevabilité", blank=True)

    ways_back = {
        State.DRAFT: (
            WayBack("began a file for nothing", by="withdraw", until="the visa"),
            WayBack(
                "a colleague wrote over an answer or removed a need",
                instead="the page shows both, and the history names what left",
                who="`writes_file`",
            ),
        ),
        State.AWAITING_APPROVAL: (
            WayBack("asked for the visa, or gave it, too early", by="return_to_team", until="the submission"),
            WayBack("began a file for nothing", by="withdraw", until="the submission"),
        ),
        State.SUBMITTED: (
            WayBack("submitted a file that should not be", by="withdraw_filed", until="the vote"),
            WayBack("submitted a file with an error", by="reopen_filed", until="the closing of the call, or the instruction"),
            WayBack("reopened a filed file for nothing", by="give_up_new_version", until="the closing of the call"),
            WayBack("asked for the visa of a new version, or gave it, too early", by="return_new_version", until="its filing"),
            WayBack("asked for complements that do not exist", by="decline_completion", until="the ruling"),
            WayBack("sent complements too early", by="request_completion", until="the ruling"),
            WayBack("asked for complements by mistake", by="cancel_completion", until="the answer of the lycée"),
            WayBack("took a request for complements back by mistake", by="request_completion", until="the ruling"),
        ),
        State.ADMISSIBLE: (
            WayBack("declared admissible by mistake", by="resume_instruction", until="the opening of the scoring"),
            WayBack("the same, seen while the jury scores", by="resume_during_scoring", until="the opening of the deliberation"),
            WayBack("the lycée gives its project up", by="withdraw_filed", until="the vote"),
        ),
        State.INADMISSIBLE: (
            WayBack("declared inadmissible by mistake", by="resume_instruction", until="the opening of the scoring"),
            WayBack("the same, seen while the jury scores", by="resume_during_scoring", until="the opening of the deliberation"),
        ),
        State.ASSESSED: (
            WayBack("the lycée gives its project up", by="withdraw_filed", until="the vote"),
            WayBack("the sitting was closed too early", by="take_back_scoring", until="the proposal of decisions"),
        ),
        State.DECIDED: (
            WayBack("the lycée gives the aid up", by="decline_award", until="its acceptance"),
            WayBack("the lycée has closed since", by="give_up_award", until="the closing of the file"),
        ),
        State.ACCEPTED_BY_SCHOOL: (
            WayBack("the lycée has closed since", by="give_up_award", until="the closing of the file"),
            WayBack("accepted an aid by mistake", instead="the head writes to the Région, which cancels the orders", who="head"),
        ),
        State.DECLINED_BY_SCHOOL: (
            WayBack(
                "declined an aid by mistake", by="restore_award", until="the archiving of the call, while the envelope holds the money"
            ),
        ),
        State.CLOSED: tuple(
            WayBack(f"closed by mistake a file that was « {was.label} »", by=by, until="always")
            for was, by in (
                (State.DECIDED, "reopen_decided"),
                (State.ACCEPTED_BY_SCHOOL, "reopen_accepted"),
                (State.DECLINED_BY_SCHOOL, "reopen_declined"),
                (State.INADMISSIBLE, "reopen_inadmissible"),
            )
        ),
        State.WITHDRAWN: (
            WayBack("withdrew a draft by mistake", by="restore", until="the closing of the call"),
            WayBack("withdrew a submitted file by mistake", by="reinstate", until="the opening of the scoring, on a letter of the head"),
        ),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.DRAFT, target=State.AWAITING_APPROVAL, permission=rules.writes_file,
        conditions=[rules.call_accepts, rules.file_is_eligible, rules.file_is_complete],
        custom={
            "label": "Demander le visa", "done": "Le visa est demandé.", "notify": ["approval_requested"],
            "effects": said.ASKING_VISA,
        },
    )  # fmt: skip
    def request_approval(self) -> None:
        self.approved_at = None

    @transition(
        field=state, source=State.AWAITING_APPROVAL, target=State.DRAFT, permission=rules.writes_or_heads_file,
        custom={
            "label": "Rendre à l’équipe", "done": "Le dossier est rendu à l’équipe.", "needs_reason": True, "notify": ["approval_refused"],
            "effects": said.RETURNING,
        },
    )  # fmt: skip
    def return_to_team(self) -> None:
        self.approved_at = None

    @transition(
        field=state, source=State.AWAITING_APPROVAL, target=State.AWAITING_APPROVAL, permission=rules.gives_visa,
        conditions=[rules.call_accepts, rules.visa_is_not_given, rules.file_is_complete],
        custom={
            "signs": SignedAct.VISA, "label": "Donner le visa", "done": "Le visa est donné.", "notify": ["approval_given"],
            "effects": (
                "Une version du dossier est figée : c’est elle que vous approuvez.",
                "Le dossier n’est pas encore déposé : il reste à le faire avant la clôture. L’équipe en est prévenue par courriel.",
            ),
        },
    )  # fmt: skip
    def approve(self) -> None:
        """The version approved is frozen by the receiver of this transition."""
        self.approved_at = timezone.now()

    @transition(
        field=state, source=State.AWAITING_APPROVAL, target=State.SUBMITTED, permission=rules.writes_or_heads_file,
        conditions=[rules.call_accepts, rules.file_is_eligible, rules.within_limit, rules.visa_is_given, rules.file_is_complete],
        custom={
            "label": "Déposer le dossier", "done": "Le dossier est déposé.", "notify": ["application_received"],
            "effects": said.SUBMITTING,
        },
    )  # fmt: skip
    def submit(self, received_at: datetime | None = None) -> None:
        """`received_at`: aware datetime at which the request arrived, which is what the deadline is compared with."""
        self.submitted_at = received_at or timezone.now()

    @transition(
        field=state, source=State.SUBMITTED, target=State.SUBMITTED, permission=rules.instructs_file,
        conditions=[rules.no_open_completion_request, lycee_is_not_rewriting], custom={"under": "call", "label": "Demander des compléments", "hidden": True, "notify": ["completion_requested"]},
    )  # fmt: skip
    def request_completion(self, request: "CompletionRequest | None" = None) -> None:
        """Opens `request`, a CompletionRequest not saved yet: it unlocks the fields that it names, and only them."""
        if request is not None:
            request.save()

    @transition(
        field=state, source=State.SUBMITTED, target=State.SUBMITTED, permission=rules.writes_or_heads_file,
        conditions=[rules.has_open_completion_request, rules.requested_fields_are_complete, rules.something_asked_has_changed],
        custom={
            "label": "Envoyer les compléments", "done": "Les compléments sont envoyés.", "notify": ["completion_answered"],
            "effects": passages.answering,
        },
    )  # fmt: skip
    def answer_completion(self) -> None:
        pass

    @transition(
        field=state, source=State.SUBMITTED, target=State.SUBMITTED, permission=rules.writes_or_heads_file,
        conditions=[rules.has_open_completion_request, rules.file_is_complete],
        custom={
            "label": "Répondre sans compléter", "done": "Votre réponse est envoyée.", "needs_reason": True, "notify": ["completion_declined"],
            "effects": said.DECLINING_COMPLETION,
        },
    )  # fmt: skip
    def decline_completion(self, motive: str = "") -> None:
        """`motive` is what the lycée answers in place of what was asked: the receiver keeps it with the request."""

    @transition(
        field=state, source=State.SUBMITTED, target=State.SUBMITTED, permission=rules.instructs_file, conditions=[rules.has_open_completion_request],
        custom={
            "label": "Retirer la demande de compléments", "done": "La demande de compléments est retirée.", "needs_reason": True,
            "notify": ["completion_cancelled"], "effects": passages.cancelling_completion,
        },
    )  # fmt: skip
    def cancel_completion(self, motive: str = "") -> None:
        """An officer takes a request back: the receiver ends it, with `motive`, and puts back what the Région had received."""

    @transition(
        field=state, source=State.SUBMITTED, target=State.ADMISSIBLE, permission=rules.instructs_file,
        conditions=[rules.jury_has_not_deliberated, rules.no_open_completion_request, lycee_is_not_rewriting, every_point_is_ticked],
        custom={
            "under": "call",
            "label": "Déclarer recevable", "done": "Le dossier est déclaré recevable.", "notify": ["declared_admissible"],
            "effects": passages.admitting,
        },
    )  # fmt: skip
    def declare_admissible(self) -> None:
        self.checked_at = timezone.now()

    @transition(
        field=state, source=State.SUBMITTED, target=State.INADMISSIBLE, permission=rules.instructs_file,
        conditions=[rules.jury_has_not_deliberated, rules.lycee_replaces_it_no_more],
        custom={
            "under": "call", "label": "Déclarer irrecevable", "done": "Le dossier est déclaré irrecevable.", "danger": True, "needs_reason": True,
            "notify": ["declared_inadmissible"], "effects": passages.refusing,
            "sure": sure_to_refuse,
        },
    )  # fmt: skip
    def declare_inadmissible(self, motive: str = "", given: "GivenReason | None" = None) -> None:
        self.checked_at = timezone.now()
        self.inadmissibility_reason = motive
        _keep(given)

    @transition(
        field=state, source=State.ADMISSIBLE, target=State.ASSESSED, permission=rules.manages_file_call,
        custom={"label": "Clore la notation du dossier", "hidden": True},
    )  # fmt: skip
    def mark_assessed(self) -> None:
        pass

    @transition(
        field=state, source=State.ASSESSED, target=State.ADMISSIBLE, permission=rules.manages_file_call,
        custom={"label": "Rendre le dossier à la notation", "hidden": True},
    )  # fmt: skip
    def take_back_scoring(self) -> None:
        """The sitting that closed its scoring is reopened."""

    @transition(
        field=state, source=[State.ASSESSED, State.ADMISSIBLE], target=State.DECIDED, permission=rules.manages_file_call,
        custom={"label": "Notifier la décision", "hidden": True},
    )  # fmt: skip
    def decide(self, outcome: str = "", granted_amount: Decimal | None = None) -> None:
        """Carried out by the release alone: state, outcome and amount are what the school reads."""
        self.outcome = outcome
        self.granted_amount = granted_amount

    @transition(
        field=state, source=State.DECIDED, target=State.ACCEPTED_BY_SCHOOL, permission=rules.answers_award,
        conditions=[occasions.aid_is_granted],
        custom={
            "signs": SignedAct.AWARD, "label": "Accepter l’aide", "done": "L’aide est acceptée.", "notify": ["award_accepted"],
            "effects": said.ACCEPTING_AWARD,
        },
    )  # fmt: skip
    def accept_award(self) -> None:
        pass

    @transition(
        field=state, source=State.DECIDED, target=State.DECLINED_BY_SCHOOL, permission=rules.answers_award,
        conditions=[occasions.aid_is_granted], custom={
            "signs": SignedAct.AWARD, "label": "Décliner l’aide", "done": "L’aide est déclinée.", "danger": True, "needs_reason": True, "notify": ["award_declined"],
            "effects": said.DECLINING_AWARD,
        },
    )  # fmt: skip
    def decline_award(self, given: "GivenReason | None" = None) -> None:
        _keep(given)

    @transition(
        field=state, source=[State.DECIDED, State.ACCEPTED_BY_SCHOOL], target=State.DECLINED_BY_SCHOOL, permission=rules.manages_file_call,
        conditions=[occasions.aid_is_granted, occasions.lycee_is_closed], custom={
            "label": "Décliner l’aide au nom du lycée fermé", "done": "L’aide est déclinée au nom du lycée.", "danger": True, "needs_reason": True,
            "notify": ["award_given_up"], "effects": (
                "Ce lycée est fermé : vous déclinez l’aide en son nom. Son argent revient à l’enveloppe, sauf ce que des commandes "
                "déjà parties engagent.",
                "Les commandes et les travaux qui ne sont pas partis sont annulés, et le lycée quitte les résultats publiés.",
                "L’équipe, la messagerie du lycée, les gestionnaires et les finances en sont prévenus par courriel ; le motif se lit au journal.",
            ),
        },
    )  # fmt: skip
    def give_up_award(self, given: "GivenReason | None" = None) -> None:
        """Nobody is left to answer, or to receive: the call manager gives the aid of a closed lycée up."""
        _keep(given)

    @transition(
        field=state, source=[State.DECIDED, State.ACCEPTED_BY_SCHOOL, State.DECLINED_BY_SCHOOL, State.INADMISSIBLE], target=State.CLOSED,
        permission=rules.manages_file_call, conditions=[occasions.no_answer_is_awaited],
        custom={
            "label": "Clore le dossier", "done": "Le dossier est clos.",
            "effects": passages.closing_file,
        },
    )  # fmt: skip
    def close(self) -> None:
        pass

    @transition(
        field=state, source=State.DECLINED_BY_SCHOOL, target=State.DECIDED, permission=rules.restores_award,
        conditions=[occasions.results_stand, passages.ready_to_restore_award],
        custom={
            "under": "call",
            "label": "Rétablir l’aide", "done": "L’aide est rétablie : le lycée peut l’accepter.", "needs_reason": True,
            "notify": ["award_restored"], "effects": passages.restoring_award,
        },
    )  # fmt: skip
    def restore_award(self) -> None:
        """Declined by mistake: what follows in orders and scoring takes the money on the envelope again, and refuses when it is not there."""
        self._forget_reasons(ReasonUse.DECLINE)

    @transition(
        field=state, source=[State.ADMISSIBLE, State.INADMISSIBLE], target=State.SUBMITTED, permission=rules.resumes_instruction,
        conditions=[occasions.scoring_has_not_begun],
        custom={
            "under": "call",
            "label": "Reprendre l’instruction", "done": "L’instruction du dossier est reprise.", "needs_reason": True, "notify": ["instruction_resumed"],
            "effects": (
                "Le dossier redevient « Déposé » : la recevabilité prononcée est annulée, vous en prononcerez une autre.",
                "Le lycée en est prévenu par courriel, avec le motif.",
            ),
        },
    )  # fmt: skip
    def resume_instruction(self) -> None:
        """What was pronounced by mistake is taken back, before anybody has scored."""
        self._forget_admissibility()

    @transition(
        field=state, source=[State.ADMISSIBLE, State.INADMISSIBLE], target=State.SUBMITTED, permission=rules.manages_file_call,
        conditions=[occasions.scoring_is_open],
        custom={
            "under": "call",
            "label": "Reprendre l’instruction du dossier en notation", "done": "L’instruction du dossier est reprise.",
            "needs_reason": True, "notify": ["instruction_resumed"],
            "effects": said.RESUMING,
        },
    )  # fmt: skip
    def resume_during_scoring(self) -> None:
        """The same while the jury scores: the call manager's act, since readings are set aside."""
        self._forget_admissibility()

    def _forget_admissibility(self) -> None:
        self.checked_at, self.inadmissibility_reason = None, ""
        self._forget_reasons(ReasonUse.INADMISSIBILITY, ReasonUse.WITHDRAWAL)

    def _forget_reasons(self, *uses: ReasonUse) -> None:
        """What was said with an act that is taken back is kept, and counts no more."""
        self.given_reasons.filter(use__in=uses, is_standing=True).update(is_standing=False)

    @transition(
        field=state, source=[State.DRAFT, State.AWAITING_APPROVAL], target=State.WITHDRAWN, permission=rules.writes_or_heads_file,
        custom={
            "label": "Retirer le dossier", "done": "Le dossier est retiré.", "danger": True, "needs_reason": True, "notify": ["draft_withdrawn"],
            "effects": said.WITHDRAWING_DRAFT,
        },
    )  # fmt: skip
    def withdraw(self) -> None:
        """A file that was never submitted. `withdraw_filed` is that of a submitted one."""

    @transition(
        field=state, source=[State.SUBMITTED, State.ADMISSIBLE, State.ASSESSED], target=State.WITHDRAWN, permission=rules.withdraws_filed_file,
        custom={
            "under": "call",
            "signs": SignedAct.WITHDRAWAL, "label": "Retirer le dossier déposé", "done": "Le dossier est retiré.", "danger": True, "needs_reason": True,
            "notify": ["application_withdrawn"],
            "effects": passages.withdrawing,
        },
    )  # fmt: skip
    def withdraw_filed(self, given: "GivenReason | None" = None) -> None:
        """By the head of the lycée, or by the call manager on the lycée's letter.

        Refused once the vote is recorded, by what follows in scoring and at the press alone: a button that went would tell the school of it.
        """
        _keep(given)

    @transition(
        field=state, source=State.WITHDRAWN, target=State.DRAFT, permission=rules.writes_or_heads_file,
        conditions=[occasions.was_never_filed, rules.call_accepts, rules.within_limit],
        custom={
            "label": "Reprendre le brouillon", "done": "Le brouillon est repris.", "notify": ["draft_restored"],
            "effects": said.RESTORING,
        },
    )  # fmt: skip
    def restore(self) -> None:
        """A draft withdrawn by mistake is written again; a visa given before is to be given again."""
        self.approved_at = None

    @transition(
        field=state, source=State.WITHDRAWN, target=State.SUBMITTED, permission=rules.manages_file_call,
        conditions=[occasions.was_filed, occasions.scoring_has_not_begun, rules.within_limit],
        custom={
            "under": "call",
            "label": "Rétablir le dossier", "done": "Le dossier est rétabli.", "needs_reason": True, "notify": ["application_reinstated"],
            "effects": said.REINSTATING,
        },
    )  # fmt: skip
    def reinstate(self) -> None:
        """A submitted file withdrawn by mistake is as it was when it was received."""
        self._forget_admissibility()
