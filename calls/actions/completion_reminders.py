"""An officer reminds a lycée of the complements that it owes: once a day, beside what the clock says by itself (docs/adr/0051)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls import rules
from calls.models import Application
from calls.queries.completion_reminders import ACT, reminded_today
from portal.accounts.models import User
from portal.journal import recorder
from portal.notifications import outbox
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed


@transaction.atomic
def remind_completion(*, application: Application, actor: User, check: Check = believed) -> None:
    """Write to the team of the lycée what is awaited of it, and until when. The file does not change.

    Raises PermissionDenied, and TransitionRefused where nothing is awaited, or when it was done today already.
    """
    if not rules.answers_lycee(application, actor):
        raise PermissionDenied(ACT)
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    check()
    if locked.open_completion_request is None:
        raise TransitionRefused(["Aucun complément n’est attendu."], wrong_state=True)
    if locked.pk in reminded_today(timezone.localdate()):
        raise TransitionRefused(["Déjà rappelé aujourd’hui."], wrong_state=True)
    recorder.record(locked, ACT, actor=actor)
    outbox.post("completion_reminded", about=locked, actor=actor)
