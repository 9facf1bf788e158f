"""What people say of a lycée before the official directory does: facts that it declares; its closure, noted by the administration."""

from django.db import models
from django.utils import timezone
from django_fsm import transition

from portal.directory import rules
from portal.directory.enums import ClosureState, DeclarationState
from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack

AGAIN = {"instead": "the lycée declares again", "who": "`declares_facts`", "told": "`fact_declared`"}


class FactDeclarationWorkflow(models.Model):
    """Declared by the lycée, confirmed or refused by the Région; over when the directory says the fact itself, or another one is confirmed."""

    State = DeclarationState
    state = StateField("état", default=State.DECLARED, choices=State.choices, protected=True, db_index=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answer = models.TextField("motif de la réponse", blank=True)

    ways_back = {
        State.DECLARED: (WayBack("declared wrongly", by="withdraw", until="the answer of the Région"),),
        State.CONFIRMED: (
            WayBack("declared or confirmed wrongly", by="revoke", until="the directory says the fact"),
            WayBack("no longer true", **AGAIN),
        ),
        State.REFUSED: (WayBack("refused by mistake", **AGAIN),),
        State.WITHDRAWN: (WayBack("withdrawn by mistake", **AGAIN),),
        State.REVOKED: (WayBack("cancelled by mistake", **AGAIN),),
        State.REPLACED: (WayBack("the one that follows is wrong", **AGAIN),),
        State.SUPERSEDED: (WayBack("the directory is wrong", instead="it is corrected at the rectorat or the DRAAF, then imported again"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.DECLARED, target=State.CONFIRMED, permission=rules.confirms_facts,
        conditions=[rules.directory_does_not_say_it, rules.lycee_is_open],
        custom={
            "under": "establishment", "label": "Confirmer la déclaration", "done": "La déclaration est confirmée.", "confirm": True,
            "notify": ["fact_confirmed"],
            "effects": (
                "Ce qui est déclaré compte désormais partout : dépôt des dossiers, listes, critères, quotas, montants par élève et exports.",
                "Un nouvel import de l’annuaire le garde tant que l’annuaire n’en dit rien, ou rien d’aussi récent pour les élèves ; "
                "dès qu’il le dit, c’est lui qui fait foi.",
                "La déclaration confirmée auparavant pour le même fait, s’il y en a une, est remplacée.",
                "La personne qui a déclaré et le chef d’établissement en sont prévenus par courriel.",
            ),
        },
    )  # fmt: skip
    def confirm(self) -> None:
        """The establishment takes what is declared, by the receiver of this transition."""
        self.answered_at = timezone.now()

    @transition(
        field=state, source=State.DECLARED, target=State.REFUSED, permission=rules.confirms_facts,
        custom={
            "label": "Refuser la déclaration", "done": "La déclaration est refusée.", "danger": True, "needs_reason": True,
            "notify": ["fact_refused"],
            "effects": (
                "Ce qui est déclaré ne compte pas : le lycée reste tel que sa page le dit.",
                "La personne qui a déclaré et le chef d’établissement en sont prévenus par courriel, avec le motif ; "
                "ils peuvent faire une autre déclaration.",
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
        field=state, source=State.CONFIRMED, target=State.REVOKED, permission=rules.revokes_facts,
        custom={
            "under": "establishment", "label": "Annuler la confirmation", "done": "La confirmation est annulée.", "danger": True,
            "needs_reason": True, "notify": ["fact_revoked"],
            "effects": (
                "Le lycée a de nouveau ce que dit l’annuaire, ou rien s’il n’en dit rien.",
                "Si ce sont ses voies : un appel qui y est réservé refusera ses dossiers qui ne sont pas encore déposés.",
                "Ses dossiers déjà déposés le restent ; leur recevabilité est à examiner.",
                "La personne qui a déclaré et le chef d’établissement en sont prévenus par courriel, avec le motif ; "
                "ils peuvent faire une autre déclaration.",
            ),
        },
    )  # fmt: skip
    def revoke(self, answer: str = "") -> None:
        """The establishment is again what the directory says, by the receiver of this transition."""
        self.answered_at, self.answer = timezone.now(), answer

    @transition(
        field=state, source=State.CONFIRMED, target=State.REPLACED, permission=rules.nobody,
        custom={"under": "establishment", "label": "Laisser la place à une autre déclaration", "hidden": True},
    )  # fmt: skip
    def replace(self) -> None:
        """A later declaration of the same fact is confirmed."""

    @transition(
        field=state, source=[State.DECLARED, State.CONFIRMED], target=State.SUPERSEDED, permission=rules.nobody,
        custom={"under": "establishment", "label": "Laisser la place à l’annuaire", "hidden": True, "notify": ["fact_superseded"]},
    )  # fmt: skip
    def supersede(self) -> None:
        """An import has brought the fact: it counts, whatever was declared."""


class SchoolClosureWorkflow(models.Model):
    """In force as soon as it is noted; taken back by the administration, or over when the directory says itself that the lycée is closed."""

    State = ClosureState
    state = StateField("état", default=State.STANDING, choices=State.choices, protected=True, db_index=True)
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
