"""The erasure of a person: what they did stays, under a pseudonym that only the portal can tie to an account."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac

from portal.accounts import rules
from portal.accounts.actions.people import end_sessions
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.erasure.places import Erased, erase_everywhere, erasure_gaps
from portal.accounts.models import User
from portal.accounts.models.people import ERASED_DOMAIN
from portal.journal.models import JournalEntry
from portal.journal.veil import VEIL, replacing, veil
from portal.workflow.actors import SYSTEM

FIRST, LAST = "Personne", "effacée"


def token_of(user: User) -> str:
    """Twelve hexadecimal signs, the same each time for the same account; without the key of the installation they say nothing of it."""
    return salted_hmac("portal.accounts.erasure", str(user.pk), algorithm="sha256").hexdigest()[:12]


def pseudonym_of(user: User) -> str:
    return f"{FIRST} {LAST} {token_of(user)}"


@transaction.atomic
def erase_person(*, user: User, reason: str, actor: User) -> User:
    """Replace the name and the address of a person everywhere the portal keeps them, and close every way in, for good.

    Their account is closed first, and nothing waits for them alone. The row of the account is locked: who writes under this name at the same
    moment is read here when they came first; when they come after, `veil_late_lines` takes their line. Raises PermissionDenied, ActionRefused.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not rules.may_administer(actor):
        raise PermissionDenied("erase_person")
    if user.is_erased:
        raise ActionRefused("Cette personne est déjà effacée.")
    if user.is_active:
        raise ActionRefused("Fermez d’abord son compte : une personne qui peut encore se connecter ne s’efface pas.")
    if gaps := erasure_gaps(user):
        raise ActionRefused(" ".join(["Rien n’est effacé, car cette personne tient encore seule :", *gaps]))
    person = _person(user)
    end_sessions(user)
    _rename(person)
    erase_everywhere(person)
    veil(person.replace, subject=user, actor=actor, reason=person.replace(reason))
    return user


def veil_late_lines() -> str:
    """For the schedule: lines that an erased person wrote while they were being erased take the pseudonym too. Returns what was done."""
    count = 0
    for user in User.objects.filter(is_active=False, email__endswith=ERASED_DOMAIN).order_by("pk"):
        late = JournalEntry.objects.filter(actor=user).exclude(actor_label=pseudonym_of(user)).exclude(action=VEIL)
        labels = set(late.values_list("actor_label", flat=True))
        if labels:
            count += veil(replacing(labels, pseudonym_of(user)), subject=user, actor=SYSTEM)
    return f"{count} lignes du journal voilées"


def _person(user: User) -> Erased:
    """The words that name them: name and first name in both orders, and the address. A name alone is left: others bear it."""
    names = (
        tuple(filter(None, (user.get_full_name(), f"{user.last_name} {user.first_name}".strip())))
        if user.first_name and user.last_name
        else ()
    )
    pseudonym, new_email = pseudonym_of(user), f"{token_of(user)}{ERASED_DOMAIN}"
    by_address, by_name = replacing([user.email], new_email), replacing(names, pseudonym)
    return Erased(user, names, user.email, pseudonym, new_email, lambda text: by_name(by_address(text)))


def _rename(person: Erased) -> None:
    user = person.user
    user.first_name, user.last_name, user.email, user.job_title = FIRST, f"{LAST} {token_of(user)}", person.new_email, ""
    user.is_superuser, user.last_login = False, None
    user.set_unusable_password()
    user.save()
