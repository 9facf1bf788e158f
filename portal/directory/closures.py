"""A lycée that the administration says closed before the official directory does: what it stops, who is told, how it is taken back."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal.directory import rules
from portal.directory.enums import EstablishmentState
from portal.directory.models import Establishment, SchoolClosure
from portal.journal import recorder
from portal.notifications import outbox
from portal.roles import Person
from portal.workflow.gate import TransitionRefused
from portal.workflow.reactions import Move, after
from portal.workflow.readiness import Effects

# What noting a closure does, said on the page of the act: each app adds what it has of this lycée.
EFFECTS = Effects(
    "Il ne peut plus commencer ni déposer de dossier, et personne ne peut plus demander à rejoindre son équipe.",
    "Rien de ce qu’il a n’est effacé, annulé ni retiré des comptes : chaque chose attend que quelqu’un en décide, dans « Lycées fermés ».",
    "Un import de l’annuaire qui le dit encore ouvert ne le rouvre pas.",
)


@transaction.atomic
def close_lycee(
    *, establishment: Establishment, closed_on: date, reason: str, successor: Establishment | None, actor: Person
) -> SchoolClosure:
    """Note that a lycée is closed since `closed_on`, which is past or today; `successor` is the one that follows it, if any.

    The row of the lycée is locked: it is closed once. Its team, or its mailbox, and the heads of the successor are told. Raises
    PermissionDenied, and TransitionRefused when it is closed already, when the day is to come, when the successor is closed or itself.
    """
    if not rules.closes_lycees(actor):
        raise PermissionDenied("close_lycee")
    school = Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
    if gaps := closure_gaps(school):
        raise TransitionRefused(gaps, wrong_state=True)
    if wrong := _wrong(school, closed_on, successor):
        raise TransitionRefused(wrong)
    closure = SchoolClosure(
        establishment=school, closed_on=closed_on, reason=reason, successor=successor, directory_state=school.state, closed_by=actor
    )
    closure.save()
    Establishment.objects.filter(pk=school.pk).update(state=EstablishmentState.CLOSED)
    recorder.record(
        closure, "close_lycee", actor=actor, target=closure.state, reason=reason,
        data={"closed_on": closed_on.isoformat(), "successor": successor.uai if successor else None},
    )  # fmt: skip
    outbox.post("school_closed", about=closure, actor=actor)
    return closure


def closure_gaps(establishment: Establishment) -> list[str]:
    """Why this lycée cannot be said closed; empty when it can."""
    return ["Ce lycée est déjà fermé."] if establishment.is_closed else []


def _wrong(school: Establishment, closed_on: date, successor: Establishment | None) -> list[str]:
    found = []
    if closed_on > timezone.localdate():
        found.append("Cette date est dans le futur : notez la fermeture le jour venu.")
    if successor is not None and successor.pk == school.pk:
        found.append("Un lycée ne se succède pas à lui-même.")
    elif successor is not None and successor.is_closed:
        found.append("Le lycée qui lui succède est fermé lui aussi.")
    return found


@after(SchoolClosure, "lift")
def open_again(closure: SchoolClosure, move: Move) -> None:
    """The lycée is what the directory says, today's import included."""
    Establishment.objects.filter(pk=closure.establishment_id).update(state=closure.directory_state)
