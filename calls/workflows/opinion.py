from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django_fsm import transition

from calls import rules
from calls.enums import ApplicationState, CallState, OpinionState, OpinionValue
from portal.text.dates import day
from portal.text.french import enumeration
from portal.workflow.fields import StateField
from portal.workflow.readiness import Effects
from portal.workflow.requirements import occasion, requirement
from portal.workflow.ways_back import WayBack

if TYPE_CHECKING:
    from calls.models import Opinion


@occasion
def file_is_examined(opinion: "Opinion") -> list[str]:
    """An opinion serves until the jury deliberates."""
    if opinion.application.call.state in CallState.TAKING_OPINIONS and opinion.application.state in ApplicationState.UNDECIDED:
        return []
    return ["Ce dossier n’est plus examiné : l’avis ne se rend plus."]


@occasion
def instruction_is_open(opinion: "Opinion") -> list[str]:
    """What the jury may have read stays."""
    if opinion.application.call.is_before_scoring and opinion.application.state in ApplicationState.UNDECIDED:
        return []
    return ["L’instruction de ce dossier est terminée : l’avis rendu reste tel qu’il est."]


@occasion
def is_received(opinion: "Opinion") -> list[str]:
    """After its day, where the call takes late ones."""
    if not opinion.is_late or opinion.application.call.asked_opinions.takes_late:
        return []
    return [f"Les avis étaient reçus jusqu’au {day(opinion.due_on)} inclus : demandez une autre date à la Région."]


@occasion
def may_be_given_again(opinion: "Opinion") -> list[str]:
    """Taken back after its day, it could neither be corrected nor given as it was."""
    if timezone.localdate() <= opinion.due_on or opinion.application.call.asked_opinions.takes_late:
        return []
    return [f"Les avis étaient reçus jusqu’au {day(opinion.due_on)} inclus : repris, celui-ci ne pourrait plus être rendu."]


giving = Effects(
    "L’instructeur et le gestionnaire de l’appel lisent l’avis, avec votre nom et la date ; aucun courriel ne part.",
    "Le jury le lit si l’appel le prévoit, sans la remarque réservée à l’instruction. Le lycée ne le lit pas.",
    "Tant que la notation n’est pas ouverte, vous pouvez le reprendre pour le corriger ; ensuite il reste tel qu’il est rendu.",
)


@giving.give
def what_is_given(opinion: "Opinion") -> list[str]:
    """The opinion itself, to be read again: who gives it gives what the page shows, and not what a colleague wrote since."""
    if not opinion.value:
        return []
    said = [(heading, text) for heading, text in opinion.rows if text]
    more = [("Réserves", opinion.reserves), ("Remarque réservée à l’instruction", opinion.remark)]
    return [f"Sens de l’avis : {opinion.get_value_display().lower()}.", *(f"{about} : {text}" for about, text in [*said, *more] if text)]


@requirement("its authority, in the opinion")
def is_whole(opinion: "Opinion") -> list[str]:
    """The four values, what each heading says, and the reserves where there are some."""
    if not opinion.value:
        return ["Choisissez le sens de l’avis."]
    empty = [f"« {heading} »" for heading, text in opinion.rows if not text]
    found = []
    if opinion.value != OpinionValue.NONE and empty:
        found.append(f"Rubriques à remplir : {enumeration(empty)}.")
    if opinion.value == OpinionValue.WITH_RESERVES and not opinion.reserves:
        found.append("Dites quelles sont les réserves.")
    return found


class OpinionWorkflow(models.Model):
    """The authority of a lycée is asked for its opinion on a file; its people give it, take it back while the file is instructed, give it again."""

    State = OpinionState
    state = StateField("état", default=State.ASKED, choices=State.choices, protected=True, db_index=True)
    due_on = models.DateField("à rendre le")
    given_at = models.DateTimeField("rendu le", null=True, blank=True)
    on_version = models.PositiveSmallIntegerField("rendu sur la version", null=True, blank=True)  # of the file, as it was received

    ways_back = {
        State.ASKED: (
            WayBack("asked by mistake", by="cancel", until="it is given"),
            WayBack("asked for too early a day", by="extend", until="it is given"),
        ),
        State.GIVEN: (WayBack("given by mistake", by="take_back", until="the scoring opens"),),
        State.CANCELLED: (WayBack("cancelled by mistake", instead="the opinion is asked again", who="`asks_opinion`"),),
        State.ENDED: (WayBack("its file is examined again", instead="the opinion is asked again", who="`asks_opinion`"),),
    }

    class Meta:
        abstract = True

    @transition(
        field=state, source=State.ASKED, target=State.GIVEN, permission=rules.gives_opinion,
        conditions=[file_is_examined, is_received, is_whole],
        custom={
            "under": "application", "label": "Rendre l’avis", "done": "L’avis est rendu.", "confirm": True,
            "effects": giving,
        },
    )  # fmt: skip
    def give(self) -> None:
        """Who gave it is noted by the receiver of this transition."""
        version = self.application.submitted_version
        self.given_at, self.on_version = timezone.now(), version.number if version else None

    @transition(
        field=state, source=State.GIVEN, target=State.ASKED, permission=rules.gives_opinion,
        conditions=[instruction_is_open, may_be_given_again],
        custom={
            "under": "application", "label": "Reprendre l’avis", "done": "L’avis est repris : il est de nouveau à rendre.", "confirm": True,
            "effects": (
                "L’avis redevient un brouillon, avec tout ce qui y est écrit : la Région et le jury ne le lisent plus.",
                "Il est de nouveau attendu, pour la même date. Aucun courriel ne part.",
            ),
        },
    )  # fmt: skip
    def take_back(self) -> None:
        self.given_at, self.on_version = None, None

    @transition(
        field=state, source=State.ASKED, target=State.ASKED, permission=rules.asks_opinion, conditions=[file_is_examined],
        custom={
            "under": "application", "label": "Changer la date", "done": "La date est changée.",
            "effects": ("L’autorité lit la nouvelle date dans « Ce qui m’attend » ; aucun courriel ne part.",),
        },
    )  # fmt: skip
    def extend(self, due_on: date | None = None) -> None:
        """`due_on`: the new last day."""
        self.due_on = due_on or self.due_on

    @transition(
        field=state, source=State.ASKED, target=State.CANCELLED, permission=rules.asks_opinion,
        custom={
            "under": "application", "label": "Annuler la demande d’avis", "done": "La demande d’avis est annulée.", "danger": True,
            "needs_reason": True,
            "effects": (
                "Les personnes de l’autorité ne lisent plus le dossier, et l’avis quitte ce qui les attend ; aucun courriel ne part.",
                "Ce qu’elles avaient commencé à écrire n’est lu par personne. L’avis peut être demandé de nouveau.",
            ),
        },
    )  # fmt: skip
    def cancel(self) -> None:
        pass

    @transition(
        field=state, source=State.ASKED, target=State.ENDED, permission=rules.nobody,
        custom={"under": "application", "label": "Clore la demande d’avis", "hidden": True},
    )  # fmt: skip
    def end(self) -> None:
        """The file is withdrawn or inadmissible: nobody waits for an opinion any more."""
