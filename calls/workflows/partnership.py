from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django_fsm import transition

from calls import rules
from calls.enums import PartnershipState
from portal.signing import SignedAct
from portal.text.french import of_school
from portal.workflow.fields import StateField
from portal.workflow.requirements import occasion
from portal.workflow.ways_back import WayBack

if TYPE_CHECKING:
    from calls.models import Partnership


@occasion
def file_still_takes_partners(partnership: "Partnership") -> list[str]:
    """An agreement is part of what the file answers: it changes while that answer does."""
    if not rules.writing_gaps(partnership.application, partnership.question_key):
        return []
    lycee = partnership.application.establishment
    return [f"Le dossier {of_school(lycee.name)} ne s’écrit plus : le partenariat reste tel qu’il est, sauf si son équipe le reprend."]


@occasion
def partner_is_open(partnership: "Partnership") -> list[str]:
    return ["Ce lycée est fermé."] if partnership.establishment.is_closed else []


STILL = [file_still_takes_partners]


class PartnershipWorkflow(models.Model):
    """A lycée is asked to be the partner of another one’s project; whoever signs for it answers, as long as the file is written."""

    State = PartnershipState
    state = StateField("état", default=State.ASKED, choices=State.choices, protected=True, db_index=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    refusal = models.TextField("motif du refus", blank=True)

    ways_back = {
        State.ASKED: (WayBack("asked the wrong lycée", by="withdraw", until="the visa is asked"),),
        State.AGREED: (
            WayBack("agreed too early", by="decline", until="the visa is asked"),
            WayBack("the project goes on without it", by="withdraw", until="the visa is asked"),
        ),
        State.DECLINED: (
            WayBack("refused by mistake", by="agree", until="the visa is asked"),
            WayBack("the project has changed since", by="ask_again", until="the visa is asked"),
        ),
        State.WITHDRAWN: (
            WayBack("withdrawn by mistake", instead="the team asks the lycée again", who="`asks_partners`", told="`partner_asked`"),
        ),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=[State.ASKED, State.DECLINED], target=State.AGREED, permission=rules.answers_partnership,
        conditions=[*STILL, partner_is_open],
        custom={
            "under": "application", "signs": SignedAct.PARTNERSHIP, "label": "Donner l’accord du lycée", "done": "L’accord est donné.",
            "confirm": True, "notify": ["partner_agreed"],
            "effects": (
                "Votre lycée est nommé dans le dossier comme partenaire du projet, avec votre nom et la date.",
                "L’équipe qui le demande en est prévenue par courriel. Jusqu’à ce qu’elle demande le visa de son dossier, vous pouvez revenir sur cet accord.",
            ),
        },
    )  # fmt: skip
    def agree(self) -> None:
        """Who signed is noted by the receiver of this transition."""
        self.answered_at, self.refusal = timezone.now(), ""

    @transition(
        field=state, source=[State.ASKED, State.AGREED], target=State.DECLINED, permission=rules.answers_partnership, conditions=STILL,
        custom={
            "under": "application", "signs": SignedAct.PARTNERSHIP, "label": "Refuser l’accord", "done": "L’accord est refusé.",
            "danger": True, "needs_reason": True, "notify": ["partner_declined"],
            "effects": (
                "Le dossier ne peut pas être déposé avec votre lycée parmi ses partenaires.",
                "L’équipe qui le demande en est prévenue par courriel, avec le motif. Vous pouvez encore donner votre accord tant que son dossier s’écrit.",
            ),
        },
    )  # fmt: skip
    def decline(self, refusal: str = "") -> None:
        self.answered_at, self.refusal = timezone.now(), refusal

    @transition(
        field=state, source=State.DECLINED, target=State.ASKED, permission=rules.asks_partners, conditions=[*STILL, partner_is_open],
        custom={
            "under": "application", "label": "Demander de nouveau l’accord", "done": "L’accord est demandé de nouveau.", "confirm": True,
            "notify": ["partner_asked"],
            "effects": ("Un courriel redemande l’accord à qui signe pour ce lycée ; son refus reste dans l’historique.",),
        },
    )  # fmt: skip
    def ask_again(self) -> None:
        self.answered_at, self.refusal = None, ""

    @transition(
        field=state, source=[State.ASKED, State.AGREED, State.DECLINED], target=State.WITHDRAWN, permission=rules.asks_partners,
        conditions=STILL,
        custom={
            "under": "application", "label": "Retirer ce partenaire", "done": "Le partenaire est retiré.", "danger": True, "confirm": True,
            "notify": ["partner_withdrawn"],
            "effects": (
                "Ce lycée n’est plus nommé dans le dossier ; qui signe pour lui en est prévenu par courriel.",
                "Vous pourrez le demander de nouveau : il faudra un nouvel accord.",
            ),
        },
    )  # fmt: skip
    def withdraw(self) -> None:
        pass

    @transition(
        field=state, source=[State.ASKED, State.DECLINED, State.WITHDRAWN], target=State.AGREED, permission=rules.nobody,
        custom={"under": "application", "label": "Rétablir l’accord", "hidden": True},
    )  # fmt: skip
    def reinstate(self) -> None:
        """Complements are taken back: the partner is again what the Région had received."""

    @transition(
        field=state, source=[State.ASKED, State.AGREED, State.DECLINED], target=State.WITHDRAWN, permission=rules.nobody,
        custom={"under": "application", "label": "Retirer un partenaire non reçu", "hidden": True, "notify": ["partner_withdrawn"]},
    )  # fmt: skip
    def drop(self) -> None:
        """Complements are taken back: a partner that the Région had not received is named no more."""
