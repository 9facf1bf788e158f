"""What a person holds alone in calls and files; their personal drafts."""

from collections.abc import Iterator

from calls.actions.personal import discard
from calls.enums import ApplicationState, CallState
from calls.models import Application, Call, SavedView
from portal.accounts.erasure.places import Erased, erased, holds
from portal.accounts.models import User


@holds
def files_followed(user: User) -> Iterator[str]:
    """Files that wait for their officer."""
    followed = Application.objects.filter(officer=user, state__in=ApplicationState.FILED, call__state__in=CallState.FOLLOWED)
    for file in followed.order_by("reference"):
        yield f"le suivi du dossier {file.reference}, à confier à une autre personne."


@holds
def contacts_of_calls(user: User) -> Iterator[str]:
    for call in Call.objects.filter(contact_email__iexact=user.email).exclude(state__in=CallState.SETTLED).order_by("title"):
        yield f"l’adresse de contact de l’appel « {call.title} », à remplacer."


@erased
def personal_drafts(person: Erased) -> None:
    """Shared with nobody: they go with the person."""
    for draft in Application.everything.filter(kept_for=person.user).order_by("pk"):
        discard(draft=draft)


@erased
def saved_views(person: Erased) -> None:
    """A preference of the person alone."""
    SavedView.objects.filter(owner=person.user).delete()
