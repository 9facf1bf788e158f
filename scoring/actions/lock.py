"""A file put in or left out by the room, with its reason."""

from django.db import transaction
from django.utils import timezone

from calls.models import Application
from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import refuse_unseen
from scoring.actions.session import locked_session
from scoring.enums import LockSide
from scoring.models import FileLock, SelectionSession
from scoring.optimiser.shared import weightless
from scoring.queries.conflicts import hidden_ids


@transaction.atomic
def lock_file(
    *, session: SelectionSession, application: Application, side: str, reason: str, actor: User, seen: str | None = None
) -> FileLock:
    """Put a file in, or leave it out, whatever the rules say; a later lock of the same file replaces the first.

    Raises PermissionDenied, and TransitionRefused without a reason, for a file that is not the actor's to see, for one put in that has no part
    of a shared envelope, or when the room's choice on it is not what the page had `seen`.
    """
    locked = locked_session(session, actor)
    if application.call_id != locked.call_id or application.pk in hidden_ids(locked.call, actor):
        raise TransitionRefused(["Ce dossier n’est pas de cette séance."])
    if side not in LockSide.values or not reason.strip():
        raise TransitionRefused(["Dites pourquoi : le motif est gardé avec le scénario."])
    if side == LockSide.IN and (why := weightless(locked, application)):
        raise TransitionRefused([f"{why} Le faire entrer prendrait une place à un autre lycée sans rien lui donner."])
    held = list(locked.locks.filter(application=application).select_related("application", "author"))
    refuse_unseen(seen, held, now=_in_words(held[0]) if held else "aucun choix sur ce dossier")
    lock, _ = FileLock.objects.update_or_create(
        session=locked,
        application=application,
        defaults={"side": side, "reason": reason.strip()[:300], "author": actor, "created_at": timezone.now()},
    )
    recorder.record(locked, "lock_file", actor=actor, reason=lock.reason, data={"file": application.reference, "side": side})
    return lock


@transaction.atomic
def unlock_file(*, lock: FileLock, actor: User, seen: str | None = None) -> None:
    """Take a lock back; done twice, nothing happens. Raises PermissionDenied, and TransitionRefused when it is not what the page had `seen`."""
    locked = locked_session(lock.session, actor)
    found = locked.locks.filter(pk=lock.pk).exclude(application__in=hidden_ids(locked.call, actor)).select_related("application").first()
    if found:
        refuse_unseen(seen, found, now=_in_words(found))
        kept = {"file": found.application.reference, "side": found.side, "row": found.pk}
        recorder.record(locked, "unlock_file", actor=actor, reason=found.reason, data=kept)
        found.delete()


def _in_words(lock: FileLock) -> str:
    return f"{lock.application.reference} {'entre' if lock.side == LockSide.IN else 'est écarté'}, « {lock.reason} », par {lock.author}"
