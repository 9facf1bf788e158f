"""Accounts: invited, closed, reopened, helped when a phone is lost."""

from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.accounts import links, rules
from portal.accounts.actions.administration import keep_an_administrator
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.actions.roles import grant_role
from portal.accounts.models import User
from portal.directory.models import Authority, Establishment, Territory
from portal.journal.recorder import record
from portal.notifications import outbox
from portal.roles import Role


@transaction.atomic
def invite_person(
    *,
    email: str,
    first_name: str,
    last_name: str,
    job_title: str = "",
    role: str = "",
    establishment: Establishment | None = None,
    authority: Authority | None = None,
    department: Territory | None = None,
    until: date | None = None,
    reason: str = "",
    actor: User,
) -> User:
    """Create an account without a password, give it its first role, and send the link by which its owner chooses one.

    Raises PermissionDenied, ValidationError (see `grant_role`), ActionRefused when the address has an account already.
    """
    if not rules.may_manage_people(actor):
        raise PermissionDenied("invite")
    if User.objects.filter(email__iexact=email).exists():
        raise ActionRefused("Cette adresse a déjà un compte : donnez-lui un rôle depuis sa fiche.")
    user = User.objects.create_user(email, first_name=first_name, last_name=last_name, job_title=job_title)
    record(user, "invite_person", actor=actor, data={"email": user.email})
    if role:
        place = {"establishment": establishment, "authority": authority, "department": department}
        grant_role(user=user, role=role, **place, until=until, reason=reason, actor=actor)
    send_invitation(user, actor)
    return user


@transaction.atomic
def renew_invitation(*, user: User, actor: User) -> User:
    """Send a new link; the former one is worth nothing any more. Raises ActionRefused once a password is chosen."""
    if not rules.may_manage_people(actor):
        raise PermissionDenied("invite")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_invited or not user.is_active:
        raise ActionRefused(
            "Cette personne a déjà un moyen de se connecter, ou son compte est fermé : il n’y a plus d’invitation à envoyer."
        )
    user.set_unusable_password()  # another random value: links bound to the former one die
    user.save(update_fields=["password"])
    record(user, "renew_invitation", actor=actor)
    send_invitation(user, actor)
    return user


@transaction.atomic
def accept_invitation(*, user: User, password: str) -> User:
    """Choose the first password by the link received: the address is thereby confirmed."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    record(user, "accept_invitation", actor=user)
    return user


@transaction.atomic
def change_profile(*, user: User, first_name: str, last_name: str, job_title: str) -> User:
    """What a person says of themselves. Former acts keep the name of their time."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before = str(user)
    user.first_name, user.last_name, user.job_title = first_name, last_name, job_title
    user.save(update_fields=["first_name", "last_name", "job_title"])
    record(user, "change_profile", actor=user, data={"before": before})
    return user


@transaction.atomic
def close_account(*, user: User, reason: str, actor: User) -> User:
    """Shut an account: every session dies, no sign-in any more. What the person did stays.

    Raises PermissionDenied, ActionRefused (one's own account; the last administrator).
    """
    if user.pk == actor.pk:
        raise ActionRefused("On ne ferme pas son propre compte : demandez-le à une autre personne qui administre le portail.")
    if user.holds(Role.ADMIN):
        keep_an_administrator(without=user, actor=actor)
    user = _administered(user, actor)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user)
        record(user, "close_account", actor=actor, reason=reason)
    return user


@transaction.atomic
def reopen_account(*, user: User, reason: str, actor: User) -> User:
    """Open a closed account again, with the roles that were not ended. One that was erased stays closed: raises ActionRefused."""
    user = _administered(user, actor)
    if user.is_erased:
        raise ActionRefused("Cette personne est effacée : son compte ne se rouvre plus. Invitez-la de nouveau.")
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record(user, "reopen_account", actor=actor, reason=reason)
    return user


@transaction.atomic
def remove_second_factor(*, user: User, reason: str, actor: User) -> User:
    """For a lost phone: the person sets up a new one when next signing in. Sessions end; the person is notified by mail."""
    user = _administered(user, actor)
    if user.pk == actor.pk:
        raise ActionRefused(
            "Pour votre propre compte, utilisez un code de secours, ou demandez à une autre personne qui administre le portail."
        )
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed:
        end_sessions(user)
        entry = record(user, "remove_second_factor", actor=actor, reason=reason)
        user.told_by = entry.pk
        outbox.post("second_factor_removed", about=user, actor=actor)
    return user


def end_sessions(user: User) -> None:
    """Sign the person out everywhere, on the server."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _administered(user: User, actor: User) -> User:
    if not rules.may_administer(actor):
        raise PermissionDenied("administer")
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def send_invitation(user: User, actor: User) -> None:
    """The link by which an invited person chooses a password; a newer one makes it worth nothing."""
    user.invitation_token = links.invitation_token(user)
    outbox.post("invitation", about=user, actor=actor)
