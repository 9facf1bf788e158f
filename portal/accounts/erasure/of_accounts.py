"""What the portal itself holds of a person: roles and delegations to end; ways in, requests, messages, archives to erase."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from portal.accounts.erasure.places import Erased, erased, holds
from portal.accounts.models import Delegation, JoinRequest, RoleGrant, User
from portal.accounts.own_data.archive import OWN_DATA
from portal.files.models import StoredFile
from portal.notifications.models import Message, UnreachableAddress


@holds
def roles_in_force(user: User) -> Iterator[str]:
    for grant in user.role_grants.in_force().select_related("establishment", "authority", "department").order_by("pk"):
        yield f"le rôle « {grant.label} », à terminer."


@holds
def delegations_in_force(user: User) -> Iterator[str]:
    mine = Delegation.objects.in_force().filter(Q(delegate=user) | Q(head=user)).select_related("establishment")
    for delegation in mine.order_by("pk"):
        yield f"une délégation de signature, {delegation.establishment}, à terminer."


@erased
def ways_in(person: Erased) -> None:
    user = person.user
    for rows in (user.emailaddress_set, user.authenticator_set, user.socialaccount_set, user.usersession_set):
        rows.all().delete()


@erased
def written_about_them(person: Erased) -> None:
    JoinRequest.objects.filter(user=person.user).update(note="")
    for delegation in Delegation.objects.filter(Q(head=person.user) | Q(delegate=person.user) | Q(head_name__in=person.names)):
        delegation.head_name, delegation.end_reason = person.replace(delegation.head_name), person.replace(delegation.end_reason)
        delegation.save(update_fields=["head_name", "end_reason"])
    for grant in RoleGrant.objects.filter(user=person.user).exclude(reason=""):
        RoleGrant.objects.filter(pk=grant.pk).update(reason=person.replace(grant.reason))


@erased
def messages(person: Erased) -> None:
    """Those that wait for them do not leave; those that were sent keep their text, without the name, theirs and those of others."""
    to_them = Message.objects.filter(Q(recipient=person.user) | Q(to_email__iexact=person.email))
    to_them.exclude(state__in=Message.TOLD).delete()
    to_them.update(to_email=person.new_email)
    person.user.delivery_choices.all().delete()
    UnreachableAddress.objects.filter(email__iexact=person.email).delete()
    telling = Q(pk__in=())
    for word in (*person.names, person.email):
        telling |= Q(subject__icontains=word) | Q(body__icontains=word)
    for message in Message.objects.filter(telling).order_by("pk"):
        subject, body = person.replace(message.subject), person.replace(message.body)
        Message.objects.filter(pk=message.pk).update(subject=subject[:200], body=body)


@erased
def archives(person: Erased) -> None:
    """The exports of their own data go at the next purge; nobody opens them meanwhile."""
    now = timezone.now()
    StoredFile.objects.filter(purpose=OWN_DATA, uploaded_by=person.user).update(expires_at=now, deleted_at=now)
