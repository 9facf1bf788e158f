"""Giving and ending roles. The editing site follows by itself (cms.hooks.receivers)."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from portal.accounts import rules
from portal.accounts.actions.administration import keep_an_administrator
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Authority, Establishment, Territory
from portal.journal.recorder import record
from portal.notifications import outbox
from portal.roles import PLACED_ROLES, SCHOOL_ROLES, SEATED_ROLES, Role
from portal.text.dates import day
from portal.workflow.actors import SYSTEM, SystemActor


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    establishment: Establishment | None = None,
    authority: Authority | None = None,
    department: Territory | None = None,
    until: date | None = None,
    reason: str = "",
    actor: User | SystemActor,
) -> RoleGrant:
    """Give a role, in force at once, until the end of a day or without end. The same role at the same place is given once.

    Given again, the grant in force comes back, with its new end where it differs. Raises PermissionDenied (this actor may not), and what
    `put_role` raises.
    """
    if not rules.may_give(actor, role, to=user, at=establishment):
        raise PermissionDenied(f"grant {role}")
    place = {"establishment": establishment, "authority": authority, "department": department}
    return put_role(user=user, role=role, **place, until=until, reason=reason, actor=actor)


@transaction.atomic
def put_role(
    *,
    user: User,
    role: str,
    establishment: Establishment | None = None,
    authority: Authority | None = None,
    department: Territory | None = None,
    until: date | None = None,
    reason: str = "",
    actor: User | SystemActor,
) -> RoleGrant:
    """The same for an actor whose right another rule has checked: an answer to a request, an invitation to a team.

    Raises ValidationError (a role of a school without its school, of a jury without its body, a department for a role that is held for
    the whole Région), ActionRefused (an end in the past; an end for the last administrator; a department for who holds the role for the
    whole Région already: it would narrow nothing).
    """
    _check_place(role, establishment, authority, department)
    if until is not None and until < timezone.localdate():
        raise ActionRefused("Ce rôle finirait avant d’avoir commencé : choisissez une date à venir.")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    place = {"establishment": establishment, "authority": authority, "department": department}
    if held := RoleGrant.objects.in_force().filter(user=user, role=role, **place).first():
        return _change_end(held, until, reason, actor)
    if department and RoleGrant.objects.in_force().filter(user=user, role=role, department=None).exists():
        raise ActionRefused("Cette personne tient déjà ce rôle pour toute la Région : terminez d’abord celui-là.")
    grant = RoleGrant.objects.create(
        user=user, role=role, granted_by=actor if actor.pk else None, ended_at=_end_of(until), reason=reason, **place
    )
    record(user, "give_role", actor=actor, reason=reason, data=_told(grant))
    if actor is not SYSTEM:
        outbox.post("role_given", about=grant, actor=actor)
    return grant


@transaction.atomic
def end_grant(*, grant: RoleGrant, actor: User | SystemActor, reason: str = "") -> RoleGrant:
    """End a role now: the person's next request is already without it. Ending it twice changes nothing.

    Raises PermissionDenied, and ActionRefused for the last administrator.
    """
    if not rules.may_end(actor, grant):
        raise PermissionDenied(f"end {grant.role}")
    if grant.role == Role.ADMIN and grant.is_in_force:
        keep_an_administrator(without=grant.user, actor=actor)
    user = User.objects.select_for_update(no_key=True).get(pk=grant.user_id)
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("establishment", "authority", "department").get(pk=grant.pk)
    if not grant.is_in_force:
        return grant
    grant.ended_at = timezone.now()
    grant.save(update_fields=["ended_at"])
    record(user, "end_role", actor=actor, reason=reason, data={"role": grant.get_role_display(), "place": grant.place or None})
    if actor is not SYSTEM and actor.pk != user.pk:
        outbox.post("role_ended", about=grant, actor=actor)
    return grant


def _change_end(grant: RoleGrant, until: date | None, reason: str, actor: User | SystemActor) -> RoleGrant:
    """The role goes on until another day, or without end. A door that knows no end (a request accepted) changes none."""
    if grant.last_day == until or actor is SYSTEM:
        return grant
    if until is not None and grant.role == Role.ADMIN:
        keep_an_administrator(without=grant.user, actor=actor)
    before = day(grant.last_day) if grant.last_day else "sans fin"
    grant.ended_at, grant.reason = _end_of(until), reason or grant.reason
    grant.save(update_fields=["ended_at", "reason"])
    grant.told_by = record(grant.user, "change_role_end", actor=actor, reason=reason, data={**_told(grant), "before": before}).pk
    outbox.post("role_given", about=grant, actor=actor)
    return grant


def _told(grant: RoleGrant) -> dict[str, str | None]:
    until = {"until": day(grant.last_day)} if grant.last_day else {}
    return {"role": grant.get_role_display(), "place": grant.place or None, **until}


def _end_of(until: date | None) -> datetime | None:
    """The instant after the last one of a French day."""
    return None if until is None else timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))


def _check_place(role: str, establishment: Establishment | None, authority: Authority | None, department: Territory | None) -> None:
    if role in SCHOOL_ROLES and (establishment is None or authority is not None):
        raise ValidationError("Un rôle d’établissement dit lequel.")
    if role in SEATED_ROLES and (authority is None or establishment is not None):
        raise ValidationError("On siège dans un jury, ou l’on rend des avis, pour une autorité : dites laquelle.")
    if role not in SCHOOL_ROLES and establishment is not None:
        raise ValidationError("Ce rôle ne se tient pas dans un établissement.")
    if department is not None and (role not in PLACED_ROLES or department.kind != Territory.Kind.DEPARTMENT):
        raise ValidationError("Seul le rôle de technicien se limite à un département.")
