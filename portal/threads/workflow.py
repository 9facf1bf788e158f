from django.conf import settings
from django.db import models
from django.utils import timezone
from django_fsm import transition

from portal.accounts.models import User
from portal.threads import rules
from portal.threads.enums import ThreadState
from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack

ANY = [ThreadState.REGION, ThreadState.LYCEE, ThreadState.OPEN, ThreadState.CLOSED]
SHARED = [ThreadState.REGION, ThreadState.LYCEE, ThreadState.CLOSED]
NOTHING_LOST = "Les messages restent lisibles. Un nouveau message, d’un côté ou de l’autre, rouvre l’échange."
WRONG_MESSAGE = WayBack(
    "sent a message by mistake",
    instead="« Retirer ce message »",
    who="its author",
    until="ten minutes, or its first reading by the other side",
)


class ThreadWorkflow(models.Model):
    """Whose turn it is: a message gives the turn to the other side, « rien à répondre » to nobody, a withdrawn message back to whose it was."""

    State = ThreadState
    state = StateField("état", default=State.CLOSED, choices=State.choices, protected=True, db_index=True)
    turn_number = models.PositiveIntegerField("tour", default=0)  # grows each time that the turn changes hands: one mail a person a turn
    turn_since = models.DateTimeField("attendu depuis", default=timezone.now)
    last_author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    state_before = ""  # the state that the last transition left, for whoever carried it out

    ways_back = {
        State.REGION: (WRONG_MESSAGE,),
        State.LYCEE: (WRONG_MESSAGE,),
        State.OPEN: (WRONG_MESSAGE,),
        State.CLOSED: (
            WayBack("closed a thread that awaited an answer", instead="a new message reopens it", who="who writes in the thread"),
        ),
    }

    class Meta:
        abstract = True

    def _give_turn(self, to: ThreadState, *, again: bool = False) -> None:
        """Note that the turn passes, for the days that are counted and the mail that is written. `again`: also where the state stays."""
        self.state_before = self.state
        if again or self.state != to:
            self.turn_number += 1
            self.turn_since = timezone.now()

    @transition(
        field=state, source=SHARED, target=State.REGION, permission=rules.writes_as_lycee,
        custom={"label": "Écrire à la Région", "hidden": True},
    )  # fmt: skip
    def write_as_lycee(self) -> None:
        self._give_turn(ThreadState.REGION)

    @transition(
        field=state, source=SHARED, target=State.LYCEE, permission=rules.writes_as_region,
        custom={"label": "Écrire au lycée", "hidden": True},
    )  # fmt: skip
    def write_as_region(self) -> None:
        self._give_turn(ThreadState.LYCEE)

    @transition(
        field=state, source=[State.OPEN, State.CLOSED], target=State.OPEN, permission=rules.writes_inside,
        custom={"label": "Écrire en interne", "hidden": True},
    )  # fmt: skip
    def write_inside(self, author: User | None = None) -> None:
        """Another person than the last who wrote: the others hear of it again."""
        self._give_turn(ThreadState.OPEN, again=author is not None and author.pk != self.last_author_id)

    @transition(
        field=state, source=State.REGION, target=State.CLOSED, permission=rules.writes_as_region, conditions=[rules.something_was_written],
        custom={
            "label": "Rien à répondre", "done": "L’échange est clos : rien à répondre, pour la Région.", "confirm": True,
            "effects": ("Ce message n’attend plus de réponse de la Région. Le lycée lit « Rien à répondre » ; aucun courriel ne part.", NOTHING_LOST),
        },
    )  # fmt: skip
    def settle_by_region(self) -> None:
        self._give_turn(ThreadState.CLOSED)

    @transition(
        field=state, source=State.LYCEE, target=State.CLOSED, permission=rules.writes_as_lycee, conditions=[rules.something_was_written],
        custom={
            "label": "Rien à répondre", "done": "L’échange est clos : rien à répondre, pour le lycée.", "confirm": True,
            "effects": ("Ce message n’attend plus de réponse du lycée. La Région lit « Rien à répondre » ; aucun courriel ne part.", NOTHING_LOST),
        },
    )  # fmt: skip
    def settle_by_lycee(self) -> None:
        self._give_turn(ThreadState.CLOSED)

    @transition(
        field=state, source=State.OPEN, target=State.CLOSED, permission=rules.writes_inside, conditions=[rules.something_was_written],
        custom={
            "label": "Clore l’échange interne", "done": "L’échange interne est clos.", "confirm": True,
            "effects": ("Il n’attend plus personne ; aucun courriel ne part.", "Les messages restent lisibles. Un nouveau message rouvre l’échange."),
        },
    )  # fmt: skip
    def close_inside(self) -> None:
        self._give_turn(ThreadState.CLOSED)

    @transition(
        field=state, source=State.REGION, target=State.CLOSED, permission=rules.nobody,
        custom={"label": "Clore après la réponse", "hidden": True},
    )  # fmt: skip
    def settle_by_itself(self) -> None:
        """The answer went to those who had asked (scoring: a jury): nobody at the Région is to write again."""
        self._give_turn(ThreadState.CLOSED)

    @transition(
        field=state, source=SHARED, target=State.REGION, permission=rules.withdraws_shared,
        custom={"label": "Retirer un message", "hidden": True},
    )  # fmt: skip
    def take_back_to_region(self) -> None:
        """A message is withdrawn; the turn is the Région's, as it was before it."""

    @transition(
        field=state, source=SHARED, target=State.LYCEE, permission=rules.withdraws_shared,
        custom={"label": "Retirer un message", "hidden": True},
    )  # fmt: skip
    def take_back_to_lycee(self) -> None:
        """A message is withdrawn; the turn is the lycée's, as it was before it."""

    @transition(
        field=state, source=[State.OPEN, State.CLOSED], target=State.OPEN, permission=rules.writes_inside,
        custom={"label": "Retirer un message", "hidden": True},
    )  # fmt: skip
    def take_back_to_open(self) -> None:
        """A message of an internal thread is withdrawn; others stay."""

    @transition(
        field=state, source=ANY, target=State.CLOSED, permission=rules.withdraws,
        custom={"label": "Retirer un message", "hidden": True},
    )  # fmt: skip
    def take_back_to_closed(self) -> None:
        """A message is withdrawn; before it nothing was awaited."""
