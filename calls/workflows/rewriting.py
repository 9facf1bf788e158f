from datetime import datetime

from django.db import models
from django.utils import timezone
from django_fsm import transition

from calls import occasions, rules
from calls.enums import ApplicationState, Rewriting
from calls.workflows import new_version, said
from portal.signing import SignedAct

FILED = ApplicationState.SUBMITTED


class RewritingWorkflow(models.Model):
    """A filed file written anew until the closing: arrows that `ApplicationWorkflow` takes in.

    The file stays « Déposé », and what was received counts, until the new version is received in its place (docs/adr/0055).
    """

    rewriting = models.CharField("nouvelle version", max_length=10, choices=Rewriting.choices, blank=True, default="", editable=False)
    reapproved_at = models.DateTimeField("visa de la nouvelle version donné le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.gives_visa, conditions=[new_version.may_be_reopened],
        custom={
            "signs": SignedAct.VISA, "aside": True, "label": "Rouvrir pour une nouvelle version", "done": "Une nouvelle version est ouverte.",
            "notify": ["new_version_opened"], "effects": said.REOPENING_FILED,
        },
    )  # fmt: skip
    def reopen_filed(self) -> None:
        self.rewriting, self.reapproved_at = Rewriting.WRITING, None

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.writes_file,
        conditions=[new_version.is_written, rules.call_accepts, rules.file_is_eligible, rules.file_is_complete, new_version.something_changed],
        custom={
            "label": "Demander le visa de la nouvelle version", "done": "Le visa de la nouvelle version est demandé.",
            "notify": ["approval_requested"], "effects": said.ASKING_NEW_VISA,
        },
    )  # fmt: skip
    def request_new_visa(self) -> None:
        self.rewriting, self.reapproved_at = Rewriting.VISA, None

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.writes_or_heads_file, conditions=[new_version.awaits_visa],
        custom={
            "label": "Rendre la nouvelle version à l’équipe", "done": "La nouvelle version est rendue à l’équipe.", "needs_reason": True,
            "notify": ["approval_refused"], "effects": said.RETURNING_NEW,
        },
    )  # fmt: skip
    def return_new_version(self) -> None:
        self.rewriting, self.reapproved_at = Rewriting.WRITING, None

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.gives_visa,
        conditions=[new_version.awaits_visa, new_version.visa_is_not_given, rules.call_accepts, rules.file_is_complete],
        custom={
            "signs": SignedAct.VISA, "label": "Donner le visa à la nouvelle version", "done": "Le visa est donné à la nouvelle version.",
            "notify": ["approval_given"], "effects": said.APPROVING_NEW,
        },
    )  # fmt: skip
    def approve_new_version(self) -> None:
        """The version approved is frozen by the receiver of this transition."""
        self.reapproved_at = timezone.now()

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.asks_visa_again,
        conditions=[new_version.awaits_visa, new_version.visa_is_not_given, rules.call_accepts, occasions.visa_may_be_asked_again],
        custom={
            "label": "Rappeler le visa de la nouvelle version", "done": "Le visa de la nouvelle version est rappelé à qui peut le donner.",
            "notify": ["visa_reminded"], "effects": occasions.reminding_visa,
        },
    )  # fmt: skip
    def remind_new_visa(self) -> None:
        """The team asks again, by mail, those who may give it."""

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.writes_or_heads_file,
        conditions=[new_version.awaits_visa, rules.call_accepts, rules.file_is_eligible, new_version.visa_is_given, rules.file_is_complete],
        custom={
            "label": "Déposer la nouvelle version", "done": "La nouvelle version est déposée.", "notify": ["application_received"],
            "effects": said.SUBMITTING_NEW,
        },
    )  # fmt: skip
    def submit_new_version(self, received_at: datetime | None = None) -> None:
        """It takes the place of what was received before, from `received_at` (aware: when the request arrived) on."""
        self.submitted_at = received_at or timezone.now()
        self.approved_at = self.reapproved_at or self.approved_at
        self.rewriting, self.reapproved_at = Rewriting.NONE, None

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.gives_visa, conditions=[new_version.is_open],
        custom={
            "signs": SignedAct.VISA, "label": "Renoncer à la nouvelle version", "done": "La version déposée reste celle qui compte.",
            "danger": True, "notify": ["new_version_given_up"], "effects": said.GIVING_UP_NEW,
        },
    )  # fmt: skip
    def give_up_new_version(self) -> None:
        """What had been received comes back, by the receiver of this transition; what was typed is kept for the lycée."""
        self.rewriting, self.reapproved_at = Rewriting.NONE, None

    @transition(
        field="state", source=FILED, target=FILED, permission=rules.nobody, conditions=[new_version.comes_too_late],
        custom={"label": "Revenir à la version déposée, à la clôture", "hidden": True, "notify": ["new_version_lapsed"]},
    )  # fmt: skip
    def lapse_new_version(self) -> None:
        """By the clock, once the closing has passed."""
        self.rewriting, self.reapproved_at = Rewriting.NONE, None
