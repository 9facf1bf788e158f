"""Who of the jury and of the staff opened the files that others sent: a line of the journal per person, file and day."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.files.models import FileReading, StoredFile
from portal.files.rules import is_written_down
from portal.journal import recorder
from portal.roles import Person

READ = "read_file"  # the act of the journal


@transaction.atomic
def note_reading(stored: StoredFile, user: Person) -> None:
    """Write down that this person was given the file today. Said once: opened ten times on one day, or by ten tabs at once, it is one line."""
    if not is_written_down(stored, user):
        return
    _reading, is_new = FileReading.objects.get_or_create(file=stored, person_id=user.pk, on=timezone.localdate())
    if is_new:
        recorder.record(stored, READ, actor=user, data={"name": stored.name, "sha256": stored.sha256})


def readers_of(stored: StoredFile) -> Exists:
    """Condition on people: they opened this file."""
    return Exists(FileReading.objects.filter(file=stored, person=OuterRef("pk")))
