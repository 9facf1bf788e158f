"""Who is in a file at this moment."""

from django.utils import timezone

from calls.models import Application, Presence
from portal.accounts.models import User


def note_presence(*, application: Application, user: User, section_key: str) -> None:
    """Say that `user` has a page of the file open, on this section ("" for the whole file)."""
    Presence.objects.update_or_create(
        application=application, user=user, defaults={"section_key": section_key[:60], "seen_at": timezone.now()}
    )
