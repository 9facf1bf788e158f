from django.db import models
from django.utils import timezone
from django_fsm import transition

from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack
from scoring import rules
from scoring.enums import SessionState


class SelectionSessionWorkflow(models.Model):
    """A sitting of the jury."""

    State = SessionState
    state = StateField("état", default=State.PREPARED, choices=State.choices, protected=True, db_index=True)
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    signed_at = models.DateTimeField("procès-verbal signé le", null=True, blank=True)

    ways_back = {
        State.PREPARED: (
            WayBack(
                "prepared a sitting wrongly",
                instead="day, place (`reschedule_session`), attendance, places, envelopes and rules are changed on its pages",
                who="`runs_session`",
                until="its opening",
            ),
            WayBack("prepared a sitting for nothing", by="cancel", until="its closing"),
        ),
        State.OPEN: (
            WayBack("opened too early", by="take_back_opening", until="its closing"),
            WayBack("opened a sitting that is one too many", by="cancel", until="its closing"),
        ),
        State.CLOSED: (WayBack("closed too early", by="reopen", until="the proposal of decisions"),),
        State.MINUTES_SIGNED: (WayBack("signed minutes that are wrong", by="withdraw_signature", until="the vote"),),
        State.CANCELLED: (WayBack("cancelled a sitting by mistake", instead="it is prepared anew", who="`manages_jury`"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.PREPARED, target=State.OPEN, permission=rules.runs_session,
        conditions=[rules.call_is_not_past_deliberation, rules.call_is_deliberated, rules.chair_attends],
        custom={"under": "call", "label": "Ouvrir la séance", "done": "La séance est ouverte.", "effects": rules.opening},
    )  # fmt: skip
    def open(self) -> None:
        self.opened_at = timezone.now()

    @transition(
        field=state, source=State.OPEN, target=State.CLOSED, permission=rules.chairs_session,
        conditions=[rules.call_is_not_past_deliberation, rules.call_is_deliberated, rules.ready_to_close, rules.no_other_session_is_closed],
        custom={
            "under": "call",
            "label": "Clore la séance", "effects": rules.closing,
            "done": "La séance est close. Le scénario retenu est figé et les finances peuvent proposer les décisions.",
        },
    )  # fmt: skip
    def close(self) -> None:
        """From here on the retained scenario is frozen; a receiver closes the scoring of its files."""
        self.closed_at = timezone.now()

    @transition(
        field=state, source=State.CLOSED, target=State.MINUTES_SIGNED, permission=rules.chairs_session,
        conditions=[rules.ready_to_sign], custom={"label": "Signer le procès-verbal", "done": "Le procès-verbal est signé.", "effects": rules.signing},
    )  # fmt: skip
    def sign_minutes(self) -> None:
        self.signed_at = timezone.now()

    # -- Ways back -----------------------------------------------------------------------------------------------------------

    @transition(
        field=state, source=State.OPEN, target=State.PREPARED, permission=rules.runs_session,
        custom={
            "label": "Revenir à la préparation", "done": "La séance est de nouveau en préparation.", "needs_reason": True,
            "effects": (
                "La séance redevient « Préparée » : sa date et son lieu peuvent changer, son heure d’ouverture est effacée.",
                "Présences, règles, scénarios et choix de la salle sont gardés.",
            ),
        },
    )  # fmt: skip
    def take_back_opening(self) -> None:
        self.opened_at = None

    @transition(
        field=state, source=[State.PREPARED, State.OPEN], target=State.CANCELLED, permission=rules.runs_session,
        custom={
            "label": "Annuler la séance", "done": "La séance est annulée.", "danger": True, "needs_reason": True, "notify": ["sitting_cancelled"],
            "effects": (
                "La séance ne se tient pas : rien n’y est plus calculé ni retenu. Elle reste lisible, avec ses scénarios.",
                "Le jury en est prévenu par courriel, avec le motif. Une autre séance peut être préparée pour cet appel.",
            ),
        },
    )  # fmt: skip
    def cancel(self) -> None:
        pass

    @transition(
        field=state, source=State.CLOSED, target=State.OPEN, permission=rules.reopens_sittings,
        conditions=[rules.vote_is_not_recorded, rules.ready_to_reopen],
        custom={
            "under": "call",
            "label": "Rouvrir la séance", "done": "La séance est rouverte.", "danger": True, "needs_reason": True, "notify": ["sitting_reopened"],
            "effects": rules.reopening,
        },
    )  # fmt: skip
    def reopen(self) -> None:
        """By the call manager: whoever closed it does not undo it alone. A receiver gives the files back to the scoring."""
        self.closed_at = None

    @transition(
        field=state, source=State.MINUTES_SIGNED, target=State.CLOSED, permission=rules.withdraws_signature, conditions=[rules.vote_is_not_recorded],
        custom={
            "under": "call",
            "label": "Retirer la signature", "done": "La signature est retirée : le procès-verbal est à signer de nouveau.", "danger": True,
            "needs_reason": True, "notify": ["minutes_withdrawn"],
            "effects": (
                "Le procès-verbal signé reste lisible, à sa date ; le suivant sera établi comme une nouvelle édition.",
                "Les observations redeviennent modifiables. Notes, scénario retenu et décisions ne changent pas.",
                "Le jury et les gestionnaires d’appels en sont prévenus par courriel, avec le motif.",
            ),
        },
    )  # fmt: skip
    def withdraw_signature(self) -> None:
        """By the chair, or in the place of a chair whose role has ended; the reason says which."""
        self.signed_at = None
