"""What people say of a lycée before the official directory does: its pathways, declared by its head; its closure, noted by the administration."""

from django.db import models
from django.utils import timezone
from django_fsm import FSMField, transition

from portal.directory import rules
from portal.directory.enums import ClosureState, DeclarationState
from portal.workflow.ways_back import WayBack

AGAIN = {"instead": "the head declares again", "who": "`declares_pathways`", "told": "`pathways_declared`"}


class PathwayDeclarationWorkflow(models.Model):
    """Declared by the head, confirmed or refused by the Région; over when the directory says the pathways itself."""

    State = DeclarationState
    state = FSMField("état", default=State.DECLARED, choices=State.choices, protected=True, db_index=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answer = models.TextField("motif de la réponse", blank=True)

    ways_back = {
        State.DECLARED: (WayBack("declared wrongly", by="withdraw", until="the answer of the Région"),),
        State.CONFIRMED: (WayBack("declared or confirmed wrongly", by="revoke", until="the directory says the pathways"),),
        State.REFUSED: (WayBack("refused by mistake", **AGAIN),),
        State.WITHDRAWN: (WayBack("withdrawn by mistake", **AGAIN),),
        State.REVOKED: (WayBack("cancelled by mistake", **AGAIN),),
        State.SUPERSEDED: (WayBack("the directory is wrong", instead="it is corrected at the rectorat or the DRAAF, then imported again"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.DECLARED, target=State.CONFIRMED, permission=rules.confirms_pathways,
        conditions=[rules.directory_says_no_pathway, rules.lycee_is_open],
        custom={
            "under": "establishment", "label": "Confirmer les voies", "done": "Les voies sont confirmées.", "confirm": True, "notify": ["pathways_confirmed"],
            "effects": (
                "Le lycée a désormais ces voies : pour déposer un dossier, dans les listes, les critères, les quotas et les exports.",
                "Un nouvel import de l’annuaire les garde tant que l’annuaire ne dit rien ; dès qu’il le dit, c’est lui qui fait foi.",
                "Le chef d’établissement en est prévenu par courriel.",
            ),
        },
    )  # fmt: skip
    def confirm(self) -> None:
        """The establishment takes these pathways, by the receiver of this transition."""
        self.answered_at = timezone.now()

    @transition(
        field=state, source=State.DECLARED, target=State.REFUSED, permission=rules.confirms_pathways,
        custom={
            "label": "Refuser la déclaration", "done": "La déclaration est refusée.", "danger": True, "needs_reason": True,
            "notify": ["pathways_refused"],
            "effects": (
                "Le lycée reste sans voie connue.",
                "Le chef d’établissement en est prévenu par courriel, avec le motif ; il peut faire une autre déclaration.",
            ),
        },
    )  # fmt: skip
    def refuse(self, answer: str = "") -> None:
        self.answered_at, self.answer = timezone.now(), answer

    @transition(
        field=state, source=State.DECLARED, target=State.WITHDRAWN, permission=rules.withdraws_declaration,
        custom={
            "label": "Retirer la déclaration", "done": "La déclaration est retirée.", "confirm": True,
            "effects": ("La Région n’a plus à répondre. Vous pouvez faire une autre déclaration.",),
        },
    )  # fmt: skip
    def withdraw(self) -> None:
        pass

    @transition(
        field=state, source=State.CONFIRMED, target=State.REVOKED, permission=rules.revokes_pathways,
        custom={
            "under": "establishment", "label": "Annuler la confirmation", "done": "La confirmation est annulée.", "danger": True, "needs_reason": True,
            "notify": ["pathways_revoked"],
            "effects": (
                "Le lycée n’a plus ces voies : un appel qui y est réservé refusera ses dossiers qui ne sont pas encore déposés.",
                "Ses dossiers déjà déposés le restent ; leur recevabilité est à examiner.",
                "Le chef d’établissement en est prévenu par courriel, avec le motif ; il peut faire une autre déclaration.",
            ),
        },
    )  # fmt: skip
    def revoke(self, answer: str = "") -> None:
        self.answered_at, self.answer = timezone.now(), answer

    @transition(
        field=state, source=[State.DECLARED, State.CONFIRMED], target=State.SUPERSEDED, permission=rules.nobody,
        custom={"under": "establishment", "label": "Laisser la place à l’annuaire", "hidden": True, "notify": ["pathways_superseded"]},
    )  # fmt: skip
    def supersede(self) -> None:
        """An import has brought the pathways: they count, whatever was declared."""


class SchoolClosureWorkflow(models.Model):
    """In force as soon as it is noted; taken back by the administration, or over when the directory says itself that the lycée is closed."""

    State = ClosureState
    state = FSMField("état", default=State.STANDING, choices=State.choices, protected=True, db_index=True)
    lifted_at = models.DateTimeField("annulée le", null=True, blank=True)
    lift_reason = models.TextField("motif de l’annulation", blank=True)

    ways_back = {
        State.STANDING: (WayBack("noted by mistake, or the lycée opens again", by="lift", until="the directory says it closed"),),
        State.LIFTED: (WayBack("taken back by mistake", instead="the administration notes the closure again", who="`closes_lycees`"),),
        State.SUPERSEDED: (WayBack("the directory is wrong", instead="it is corrected at the rectorat or the DRAAF, then imported again"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.STANDING, target=State.LIFTED, permission=rules.lifts_closure,
        custom={
            "under": "establishment", "label": "Annuler la fermeture", "done": "La fermeture est annulée.", "danger": True, "needs_reason": True,
            "notify": ["school_closure_lifted"],
            "effects": (
                "Le lycée est de nouveau comme l’annuaire le dit : il peut commencer et déposer des dossiers, et accueillir des personnes.",
                "Ce qui a été décidé entre-temps reste : un dossier retiré, une aide déclinée, une commande annulée le restent.",
                "Son équipe, ou à défaut sa boîte, et le chef du lycée qui devait lui succéder en sont prévenus par courriel, avec le motif.",
            ),
        },
    )  # fmt: skip
    def lift(self, lift_reason: str = "") -> None:
        """The lycée is again what the directory says, by the receiver of this transition."""
        self.lifted_at, self.lift_reason = timezone.now(), lift_reason

    @transition(
        field=state, source=State.STANDING, target=State.SUPERSEDED, permission=rules.nobody,
        custom={"under": "establishment", "label": "Laisser la place à l’annuaire", "hidden": True},
    )  # fmt: skip
    def supersede(self) -> None:
        """An import says that the lycée is closed: it does not depend on us any more. Its date and its successor stay."""
