"""The team of a school takes people in by itself: a colleague invited, and who of the team may do so."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal import signing
from portal.accounts import rules
from portal.accounts.actions.people import send_invitation
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.actions.roles import put_role
from portal.accounts.models import RoleGrant, TeamSettings, User
from portal.directory.models import Establishment
from portal.journal.recorder import record
from portal.notifications import outbox
from portal.signing import SignedAct

MOST_INVITED = 20  # by one person in a day


@transaction.atomic
def invite_colleague(
    *,
    establishment: Establishment,
    email: str,
    first_name: str,
    last_name: str,
    job_title: str = "",
    role: str,
    until: date,
    actor: User,
) -> RoleGrant:
    """Give a colleague the right to read, or to write, in a school until the end of a day; without an account, one is opened and invited.

    An address that has an account keeps its own name. The heads are told when somebody else invites. Raises PermissionDenied (nobody who
    takes people in here, or a role that is no colleague's), ActionRefused (school closed, too many in a day, a person of the Région or of
    a jury, a closed account, oneself, somebody who is there without end; what `put_role` refuses).
    """
    if role not in rules.GIVEN_BY_HEAD or not rules.may_invite(actor, establishment):
        raise PermissionDenied("invite_colleague")
    User.objects.select_for_update().get(pk=actor.pk)
    _check_may_invite(establishment, actor)
    user = User.objects.select_for_update().filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, first_name=first_name, last_name=last_name, job_title=job_title)
        record(user, "invite_person", actor=actor, data={"email": user.email, **signing.mention(actor, establishment, SignedAct.TEAM)})
    else:
        _check_colleague(user, establishment, actor)
    grant = put_role(user=user, role=role, establishment=establishment, until=until, reason="Invitation du lycée", actor=actor)
    if user.is_invited:
        send_invitation(user, actor)
    outbox.post("colleague_joined", about=grant, actor=actor)
    return grant


def _check_may_invite(establishment: Establishment, actor: User) -> None:
    if establishment.is_closed:
        raise ActionRefused("Cet établissement est fermé : personne ne peut plus le rejoindre.")
    since = timezone.now() - timedelta(days=1)
    given = RoleGrant.objects.filter(granted_by=actor, establishment=establishment, started_at__gt=since)
    if given.count() >= MOST_INVITED:
        raise ActionRefused(f"Vous avez invité {MOST_INVITED} personnes depuis hier : attendez demain pour en inviter une autre.")


def _check_colleague(user: User, establishment: Establishment, actor: User) -> None:
    if user.pk == actor.pk:
        raise ActionRefused("C’est votre propre adresse : votre rôle est prolongé par qui vous l’a donné.")
    if not user.is_active:
        raise ActionRefused("Cette adresse ne peut pas être invitée : écrivez à la Région.")
    if not rules.may_ask_to_join(user):
        raise ActionRefused("Cette adresse est celle d’une personne de la Région ou d’un jury, qui lit déjà les dossiers des lycées.")
    if any(grant.ended_at is None for grant in user.grants if grant.establishment_id == establishment.pk):
        raise ActionRefused("Cette personne fait déjà partie de cet établissement, sans fin prévue.")


@transaction.atomic
def set_team_open(*, establishment: Establishment, members_accept: bool, actor: User) -> TeamSettings:
    """The head lets the members of the team take colleagues in, or keeps it. Choosing it again changes nothing. Raises PermissionDenied."""
    if not rules.may_open_team(actor, establishment):
        raise PermissionDenied("set_team_open")
    Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
    chosen, _ = TeamSettings.objects.get_or_create(establishment=establishment)
    if chosen.members_accept != members_accept:
        chosen.members_accept, chosen.changed_by = members_accept, actor
        chosen.save(update_fields=["members_accept", "changed_by"])
        record(establishment, "open_team" if members_accept else "close_team", actor=actor)
        outbox.post("team_opened" if members_accept else "team_closed", about=establishment, actor=actor)
    return chosen
